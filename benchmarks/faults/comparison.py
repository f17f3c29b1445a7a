"""What a home holds, apart from when it came, and how it differs from one to which nothing was done."""

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb

from foundation.settings import Settings
from ingestion.receive.landing import landing_files
from ingestion.store.archive import archived_files
from publishing.catalogue import UNPUBLISHED, WAREHOUSE_NAME, Release, current_folder
from publishing.checksum import VOLATILE_COLUMNS, file_sha256
from publishing.manifest import Manifest
from publishing.previous import HISTORY_MARTS

WATCH_SECONDS = 0.1
NUMBERED = frozenset({"revision", "file_sk", "person_sk", "organisation_sk", "code_sk", "rules", "row_id"})
"""Columns whose numbers depend on what was tried before, beside those of times and loads (VOLATILE_COLUMNS)."""
VINTAGES = (
    "select indicator_code, year, place_level, place_id, numerator, denominator, value, plan, status, change_reason,"
    " recorded_to is null from marts.indicator_vintage"
)
UNBALANCED = (
    "select original_name from journal.load where rows_read <> rows_accepted + rows_rejected + rows_held + rows_ignored"
)


@dataclass(frozen=True)
class Difference:
    """What one home lacks and what it has twice or too much, each named."""

    lost: tuple[str, ...]
    doubled: tuple[str, ...]

    def without_archive(self) -> "Difference":
        """The same but for bytes of the archive."""
        lost, doubled = (tuple(one for one in it if "('archive'" not in one) for it in (self.lost, self.doubled))
        return Difference(lost, doubled)


@dataclass(frozen=True)
class Facts:
    """Rows of the build, vintages, files, as often as each is there; checksums of the published marts."""

    things: Counter[tuple[Any, ...]]
    marts: dict[str, str]

    def against(
        self, undisturbed: "Facts", *, may_publish_between: bool = False, may_name_another_reason: bool = False
    ) -> Difference:
        """How this home differs from the one that nothing was done to, which may have a shorter history."""
        things, others = self.things, undisturbed.things
        if may_name_another_reason:
            things, others = (_without_reasons(one) for one in (things, others))
        missing, beyond = others - things, things - others
        if may_publish_between:  # closed vintages: what stood for a night
            beyond = Counter({thing: number for thing, number in beyond.items() if not _is_history(thing)})
        # What was told of a file that could not be read that night stays told.
        beyond = Counter({thing: number for thing, number in beyond.items() if thing[0] != "protocol"})
        other = sorted(
            name
            for name in undisturbed.marts.keys() | self.marts.keys()
            if undisturbed.marts.get(name) != self.marts.get(name)
        )
        return Difference((*_named(missing), *(f"витрина {name}" for name in other)), tuple(_named(beyond)))


def _without_reasons(things: Counter[tuple[Any, ...]]) -> Counter[tuple[Any, ...]]:
    found: Counter[tuple[Any, ...]] = Counter()
    for thing, number in things.items():
        found[(*thing[:-2], thing[-1]) if thing[0] == "vintage" else thing] += number
    return found


def _is_history(thing: tuple[Any, ...]) -> bool:
    return thing[0] == "vintage" and thing[-1] is False


def _named(things: Counter[tuple[Any, ...]]) -> Iterator[str]:
    return (str(thing)[:200] for thing, number in sorted(things.items(), key=str) for _ in range(number))


def facts_of(settings: Settings) -> Facts:
    """Everything that a home must neither lose nor hold twice."""
    things: Counter[tuple[Any, ...]] = Counter()
    with duckdb.connect(str(settings.build_file), read_only=True) as build:
        for schema, table in build.execute(
            "select schema_name, table_name from duckdb_tables() where schema_name in ('raw', 'bulk', 'journal')"
        ).fetchall():
            things.update((f"{schema}.{table}", *row) for row in _rows(build, schema, table))
        things.update(("нарушен закон сохранения", name) for (name,) in build.execute(UNBALANCED).fetchall())
    folder = current_folder(settings)
    assert folder is not None
    with duckdb.connect(str(folder / WAREHOUSE_NAME), read_only=True) as release:
        things.update(("vintage", *row) for row in release.execute(VINTAGES).fetchall())
    things.update(("archive", path.name, file_sha256(path)) for path, _ in archived_files(settings))
    things.update(("landing", path.name) for path in landing_files(settings))
    things.update(("protocol", path.name) for path in settings.reports.glob("flk_*"))
    things.update(("left behind", path.name) for path in _left_behind(settings))
    marts = {
        name: mart.content_checksum for name, mart in Manifest.read(folder).marts.items() if name not in HISTORY_MARTS
    }
    return Facts(things, marts)


def _left_behind(settings: Settings) -> list[Path]:
    """Half-made things that the next night should have removed."""
    return [
        *settings.home.glob(".current-*"), *settings.home.glob(".checkpoint*"), *settings.home.glob(".rebuild-*"),
        *settings.releases.glob(".*"), *settings.releases.glob(f"*/{UNPUBLISHED}"),
    ]  # fmt: skip


def _rows(connection: duckdb.DuckDBPyConnection, schema: str, table: str) -> list[tuple[Any, ...]]:
    """Rows without times and without numbers that depend on what was tried before."""
    described = connection.execute(f'describe "{schema}"."{table}"').fetchall()
    kept = [
        name for name, dtype, *_ in described if dtype != "TIMESTAMP" and name not in VOLATILE_COLUMNS | NUMBERED
    ]  # fmt: skip
    return connection.execute(f'select {", ".join(map(repr_of, kept)) or 1} from "{schema}"."{table}"').fetchall()


def repr_of(column: str) -> str:
    """A column as text: values of any type are compared as they are written."""
    return f'"{column}"::varchar'


def torn_release(settings: Settings) -> str | None:
    """Why what readers are shown is no whole release; None when it is one, to the last row."""
    folder = current_folder(settings)
    if folder is None:
        return "нет ни одного выпуска"
    manifest = Manifest.read(folder)
    for name, mart in manifest.marts.items():
        if file_sha256(folder / "marts" / f"{name}.parquet") != mart.parquet_sha256:
            return f"{folder.name}: {name}.parquet не тот"
    with duckdb.connect(str(folder / WAREHOUSE_NAME), read_only=True) as release:
        for name, mart in manifest.marts.items():
            if release.execute(f"select count(*) from marts.{name}").fetchone() != (mart.rows,):
                return f"{folder.name}: {name} не та"
        if release.execute("select release_id from marts.release_summary").fetchone() != (manifest.release_id,):
            return f"{folder.name}: {WAREHOUSE_NAME} другого выпуска"
    return None


@dataclass
class Watch:
    """What readers would have found, looked at all the time."""

    torn: list[str] = field(default_factory=list)
    _looking: threading.Lock = field(default_factory=threading.Lock)

    @contextmanager
    def closed(self) -> Iterator[None]:
        """Do not look: a home that a try lays anew is for a moment without any release, and that is no fault of it."""
        with self._looking:
            yield

    def look(self, settings: Settings) -> None:
        """Whether the release shown now has all of its files; one that has just been followed by another may go."""
        with self._looking:
            self._look(settings)

    def _look(self, settings: Settings) -> None:
        before = _shown(settings)
        if before is None:
            self.torn.append("нет выпуска")
            return
        folder, manifest = before
        files = [folder / WAREHOUSE_NAME, *(folder / "marts" / f"{name}.parquet" for name in manifest.marts)]
        missing = [path.name for path in files if not path.is_file() or not path.stat().st_size]
        if missing and (after := _shown(settings)) and after[0] == folder:
            self.torn.append(f"{folder.name}: нет {missing[0]}")


def _shown(settings: Settings) -> Release | None:
    """What is shown at one moment; it may be another one at the next."""
    folder = current_folder(settings)
    return (folder, Manifest.read(folder)) if folder else None


@contextmanager
def watched(settings: Settings) -> Iterator[Watch]:
    """Look at what readers are shown as long as the block lasts."""
    watch, ended = Watch(), threading.Event()

    def look() -> None:
        while not ended.wait(WATCH_SECONDS):
            try:
                watch.look(settings)
            except FileNotFoundError:  # a folder removed between two looks at it
                continue

    thread = threading.Thread(target=look, daemon=True)
    thread.start()
    try:
        yield watch
    finally:
        ended.set()
        thread.join()
