"""The files that are measured: made once for a set of arguments and a generator, beside the results."""

import hashlib
import multiprocessing
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import date, timedelta
from pathlib import Path

from samples import large_exports
from samples.large_exports import LOG, Region, files_of, generated, make, write

YEAR = (date(2024, 1, 1), 366)
LAST_DAY = date(2026, 9, 30)
"""The day a night brings, whatever the history before it: the end of a month, when registrations are counted too."""


def exports(folder: Path, scale: float, formats: Sequence[str], dirt_every: int = 200) -> Path:
    """A year of exports with answer.json."""
    target = folder / f"year-{scale}-{dirt_every}-{'-'.join(formats)}-{_generator()}"
    if not (target / "answer.json").is_file():
        _apart(make, target, Region(scale, *YEAR, dirt_every), formats)
    return target


def _apart(work: Callable[..., object], *arguments: object) -> None:
    """In a process of its own: generating takes gigabytes, which would be held while others are measured."""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        pool.submit(work, *arguments).result()


def history(folder: Path, scale: float, days: int) -> tuple[Path, Path]:
    """(files of so many days before LAST_DAY, files of LAST_DAY: its log and its registrations), Parquet."""
    before, night = (folder / f"{part}-{scale}-{days}-{_generator()}" for part in ("history", "night"))
    if not (night / "log.parquet").is_file():
        _apart(_make_history, before, night, scale, days)
    return before, night


def _make_history(before: Path, night: Path, scale: float, days: int) -> None:
    first_day = LAST_DAY - timedelta(days=days)
    registration = f"registration_{LAST_DAY:%Y-%m}"
    with generated(Region(scale, first_day, days + 1)) as connection:
        position = connection.execute(
            f"select min(position) from export.{LOG} where \"Дата\" = '{LAST_DAY:%d.%m.%Y}' and dirt is null"
        ).fetchone()
        assert position is not None
        # The number of a day stands before the number of a person in `position` (samples/region_of_people/2_log.sql).
        last = position[0] // 40_000_000 * 40_000_000
        for kind, file in files_of(connection):
            earlier = f" and position < {last}" if kind == LOG else ""
            if file != registration:
                write(connection, kind, before / f"{file}.parquet", f"file = '{file}'{earlier}")
        write(connection, "platform_registration", night / f"{registration}.parquet", f"file = '{registration}'")
        write(connection, LOG, night / "log.parquet", f"position >= {last}")


def _generator() -> str:
    """Eight letters that change with the generator: files of another one would be measured in silence."""
    code = [Path(large_exports.__file__), *sorted(large_exports.SQL.glob("*.sql"))]
    return hashlib.sha256(b"".join(path.read_bytes() for path in code)).hexdigest()[:8]
