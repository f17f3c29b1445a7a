"""Files loaded one after another: what they say, in which order they come, and what becomes of each."""

import itertools
import os
import shutil
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import TypeVar

from any_file import (
    SENDERS,
    Row,
    any_row,
    layouts_of,
    registry_rows,
    rows_of_every_fate,
    sure_row,
    table_of,
    title_lines,
)
from fate_of_file import Fate, fates, only_change
from written_files import write_table

from foundation.secret import create_secret
from foundation.settings import Settings
from ingestion.match.rows import Lookups
from ingestion.pipeline import ASKED_BY_OTHERS, LOAD_ORDER, load_kind, load_received, receive, settle_held
from ingestion.read.bounded import opening
from ingestion.receive.landing import add_files
from ingestion.report.file_report import FileReport
from ingestion.store.receipts import waiting
from ingestion.store.tables import build_connection
from schemas.kinds import KINDS

T = TypeVar("T")
FORMATS = ("csv", "tsv", "zip", "xlsx", "xls", "ods", "parquet")
ENCODINGS = ("utf-8", "cp1251", "utf-16")
READ_WHOLE, REFUSED = "read_whole.csv", "refused.csv"
"""Logs of a large kind that are begun the streamed way and then are not taken by it."""
STREAMED = ("csv", "tsv", "zip", "parquet", READ_WHOLE, REFUSED)
KNOWN: list[Row] = list(registry_rows(Random(0)))
"""The organisations of the registry."""
(REGISTRY,), (STAFF,) = layouts_of("organisation_registry"), layouts_of("staff")
PEOPLE = ("112-233-445 95", "087-654-303 00")
SAID_OF_OLD = {
    REGISTRY.kind: [sure_row(REGISTRY, one) for one in KNOWN],
    STAFF.kind: [
        sure_row(STAFF, {"inn": inn}) | {"person_key": person, "hired_on": "01.09.2015"}
        for inn in dict.fromkeys(one["inn"] for one in KNOWN)
        for person in PEOPLE
    ],
}
"""What the home has been told by kinds that others are matched with; new files of these kinds say part of it again."""
GARBLED = "РЎРћРЁ в„– 4"
OLD_SECONDS = 100_000
"""How long ago files were put into landing: they have settled."""


@dataclass(frozen=True)
class Content:
    """What a file says and how it is written; files of one content differ in a mark that nobody reads."""

    kind: str
    form: str
    layout: int

    @property
    def suffix(self) -> str:
        return f".{self.form.rpartition('.')[2]}"

    @property
    def number(self) -> int:
        """The place of its format among all."""
        return FORMATS.index(self.suffix.removeprefix("."))

    @property
    def sender(self) -> str | None:
        return SENDERS[self.number % len(SENDERS)]

    @property
    def declared(self) -> dict[str, str]:
        """A Parquet file has no line to name its sender in."""
        return {"Отправитель": self.sender} if self.sender and self.suffix == ".parquet" else {}

    @property
    def encoding(self) -> str:
        """Each kind has texts in every encoding."""
        return ENCODINGS[(list(KINDS).index(self.kind) + self.number) % len(ENCODINGS)]

    def write(self, folder: Path, mark: int) -> Path:
        """A file in a folder of its own, because all have one name."""
        header, first, *others = self._table()
        table = [[*header, "Пометка"], [*first, f"{mark:05}"], *([*row, ""] for row in others)]
        if self.form == REFUSED:
            table[3][-1] = GARBLED
        if self.form == READ_WHOLE:
            table.insert(3, ["Муниципалитет: город Первый", *[""] * len(header)])
        path = folder / f"{mark:05}" / f"выгрузка{self.suffix}"
        path.parent.mkdir()
        return write_table(path, title_lines(self.sender), table, self.encoding)

    def _table(self) -> list[list[str]]:
        """What is left of one file has to be wrong for the next: no two say the same in the same columns.

        Only what others are matched with is said of old, so that rows mean the same whatever was loaded before.
        """
        random = Random(f"{self.kind} {self.form}")
        layout = layouts_of(self.kind)[self.layout]
        size = 4 + random.randrange(3)
        if self.kind in SAID_OF_OLD:
            good, *several = random.sample(SAID_OF_OLD[self.kind], size)
            rows = rows_of_every_fate(layout, KNOWN[0], several, good)
        else:
            several = [any_row(layout, KNOWN, random) for _ in range(size)]
            rows = rows_of_every_fate(layout, random.choice(KNOWN), several)
        return table_of(layout, rows, self.number)


def every_pair(nodes: Sequence[T]) -> list[T]:
    """A shortest walk in which each node comes once directly after each other one and after itself."""
    walk: list[T] = []
    for at, node in enumerate(nodes):
        walk.append(node)
        for later in nodes[at + 1 :]:
            walk += [node, later]
    return [*walk, nodes[0]]


def contents_of(kind: str) -> list[Content]:
    """A content for each way in which a file of a kind may come, its layouts in turn."""
    forms = (*FORMATS, READ_WHOLE, REFUSED) if KINDS[kind].partition_column else FORMATS
    return [Content(kind, form, at % len(layouts_of(kind))) for at, form in enumerate(forms)]


def walk_of_kinds() -> list[Content]:
    """Every kind after every kind, its formats in turn."""
    turns = {kind: itertools.cycle(contents_of(kind)[: len(FORMATS)]) for kind in KINDS}
    return [next(turns[kind]) for kind in every_pair(list(KINDS))]


def prepared_home(folder: Path) -> Path:
    """A home that has been told what others are matched with."""
    assert SAID_OF_OLD.keys() == set(ASKED_BY_OTHERS)
    settings = Settings(home=folder / "home")
    create_secret(settings)
    for layout, rows in zip((REGISTRY, STAFF), SAID_OF_OLD.values(), strict=True):
        add_files(settings, [write_table(folder / f"{layout.kind}.csv", [], table_of(layout, rows))], {})
    reports = load_by_kind(settings)
    assert [report.rows_accepted for report in reports] == [len(rows) for rows in SAID_OF_OLD.values()]
    return settings.home


def load_by_kind(settings: Settings) -> list[FileReport]:
    """Receive what lies in landing and load kind after kind, as a refresh does."""
    reports = receive(settings)
    with build_connection(settings) as connection:  # opening the build anew for each kind would be most of the time
        kinds = [kind for kind in LOAD_ORDER if waiting(settings, connection, kind)]
        return reports + [report for kind in kinds for report in load_kind(settings, kind)]


def load_in_order(settings: Settings) -> list[FileReport]:
    """Receive what lies in landing and load it in the order of receipt, whatever its kinds, over one connection."""
    reports = receive(settings)
    with build_connection(settings) as connection:
        parts = [(receipt, kind) for kind in KINDS for receipt in waiting(settings, connection, kind)]
        lookups = None
        for receipt, kind in sorted(parts, key=lambda part: part[0].received_at):
            if lookups is None or kind in ASKED_BY_OTHERS:
                lookups = Lookups.load(connection)
            reports.append(load_received(settings, connection, receipt, kind, lookups))
    return reports


def fates_of(template: Path, folder: Path, walk: Sequence[Content], *, by_kind: bool = False) -> list[Fate]:
    """The fates of files of these contents, loaded in this order (or kind after kind) in a copy of a home."""
    shutil.copytree(template, folder / "home")
    settings = Settings(home=folder / "home")
    known = _files_received(settings)
    begun = time.time() - OLD_SECONDS
    for mark, content in enumerate(walk):
        (put,) = add_files(settings, [content.write(folder, mark)], content.declared)
        os.utime(put, (begun + mark, begun + mark))
    reports = load_by_kind(settings) if by_kind else load_in_order(settings)
    order = sorted(walk, key=lambda content: LOAD_ORDER.index(content.kind)) if by_kind else walk
    assert [report.kind for report in reports] == [content.kind for content in order]
    settled = settle_held(settings)
    found = fates(settings, reports)
    assert set(found) == known | {report.sha256 for report in reports}
    shutil.rmtree(settings.home)
    return [{**found[report.sha256], "settled": settled} for report in reports]


def fates_read_here(template: Path, folder: Path, walk: Sequence[Content], *, by_kind: bool = False) -> list[Fate]:
    """As fates_of, in a process that is of no other use: files are read in it and not in children of a server.

    Starting the server takes longer than loading a file, and whatever a reader might remember is remembered here.
    """
    opening.call_bounded = lambda _, function, *arguments: function(*arguments)
    return fates_of(template, folder, walk, by_kind=by_kind)


def _files_received(settings: Settings) -> set[str]:
    with build_connection(settings) as connection:
        return {sha256 for (sha256,) in connection.execute("select file_sha256 from journal.received").fetchall()}


def differences(walk: Sequence[Content], here: Sequence[Fate], alone: Sequence[Fate]) -> list[str]:
    """In words: of which file, after which one, what is told otherwise than of the same content alone."""
    return [
        f"{content}, after {former}: {part}: {only_change(found.get(part), expected.get(part))}"
        for former, content, found, expected in zip([None, *walk], walk, here, alone, strict=False)
        for part in sorted({*found, *expected})
        if found.get(part) != expected.get(part)
    ]
