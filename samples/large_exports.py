"""Exports of a large region that does not exist, with the answer known beforehand.

`python -m samples.large_exports FOLDER --scale 0.01`: at scale 1 a region of 1,500 schools, 450,000 pupils and 40,000
teachers, whose log of activity has some 30 million rows a year. The same arguments give the same files. `answer.json`
beside them says what must become of every file, how many people were active in each school and month, and numerators
and denominators of indicators: counted from what was meant, before it was spoilt and written, by SQL that knows nothing
of the product (samples/region_of_people).
"""

import argparse
import json
import re
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import xlsxwriter

SQL = Path(__file__).parent / "region_of_people"
SCHOOLS, MUNICIPALITIES = 1500, 60
REGION = "Красноярский край"
ISO_DATE = re.compile(r"\d{4}-\d\d-\d\d")
FORMATS = ("parquet", "csv", "xlsx")
SHEET_ROWS = 1_048_575
"""What an XLSX sheet holds below its header."""
BOOKKEEPING = ("file", "position", "dirt")
TITLE = "Выгрузка условного региона"
LOG = "platform_activity_person"
NOT_REJECTED = ("spelt_", "held_", "ignored_")


@dataclass(frozen=True)
class Region:
    """What is generated: `scale` 1 is the whole region; one row in `dirt_every` is spoilt."""

    scale: float
    first_day: date
    days: int
    dirt_every: int = 200


def make(folder: Path, region: Region, formats: Sequence[str] = ("parquet",)) -> dict[str, Any]:
    """Write every export in every format and answer.json; returns the answer."""
    with generated(region) as connection:
        for kind, file in files_of(connection):
            for suffix in formats:
                write(connection, kind, folder / f"{file}.{suffix}", f"file = '{file}'")
        answer = _answer(connection)
    (folder / "answer.json").write_text(json.dumps(answer, ensure_ascii=False, indent=1), encoding="utf-8")
    return answer


@contextmanager
def generated(region: Region) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection in which the exports are tables of schema `export`."""
    values = {
        "schools": max(2, round(SCHOOLS * region.scale)),
        "municipalities": max(1, round(MUNICIPALITIES * min(1, region.scale * 5))),
        "first_day": region.first_day,
        "days": region.days,
        "dirt_every": region.dirt_every,
        "region": REGION,
    }
    with duckdb.connect() as connection:
        for name, value in values.items():
            connection.execute(f"set variable {name} = ?", [value])
        for path in sorted(SQL.glob("*.sql")):
            connection.execute(path.read_text(encoding="utf-8"))
        _write_rows_that_are_no_data(connection)
        yield connection


def _write_rows_that_are_no_data(connection: duckdb.DuckDBPyConnection) -> None:
    """Totals, repeated headers and blank rows have nothing of the good row they stand beside."""
    for kind in kinds_of(connection):
        first, *others = (name for name in _columns(connection, kind) if name not in BOOKKEEPING)
        cells = [f"\"{first}\" = case dirt when 'ignored_header' then '{first}' when 'ignored_total' then 'Итого' end"]
        cells += [f"\"{name}\" = case dirt when 'ignored_header' then '{name}' end" for name in others]
        connection.execute(f"update export.{kind} set {', '.join(cells)} where dirt like 'ignored_%'")


def write(connection: duckdb.DuckDBPyConnection, kind: str, path: Path, chosen: str) -> None:
    """Write the rows of an export for which `chosen` holds, in the format its name ends with.

    A sheet of XLSX that its rows do not fit in is left out.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    rows = f"select * exclude ({', '.join(BOOKKEEPING)}) from export.{kind} where {chosen} order by position"
    match path.suffix:
        case ".parquet":
            connection.execute(f"copy ({rows}) to '{path}' (format parquet)")
        case ".csv":
            _write_csv(connection, rows, path)
        case ".xlsx":
            _write_xlsx(connection, rows, path)


def files_of(connection: duckdb.DuckDBPyConnection) -> list[tuple[str, str]]:
    """(kind, file) of every export."""
    return [
        (kind, file)
        for kind in kinds_of(connection)
        for (file,) in connection.execute(f"select distinct file from export.{kind} order by file").fetchall()
    ]


def kinds_of(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """The kinds of which there is an export."""
    kinds = connection.execute(
        "select table_name from duckdb_tables() where schema_name = 'export' order by table_name"
    ).fetchall()
    return [kind for (kind,) in kinds]


def _columns(connection: duckdb.DuckDBPyConnection, kind: str) -> list[str]:
    return [column[0] for column in connection.execute(f"select * from export.{kind} limit 0").description or ()]


def _write_csv(connection: duckdb.DuckDBPyConnection, rows: str, path: Path) -> None:
    """As ministry systems write it: semicolons and Windows-1251."""
    utf8 = path.with_suffix(".utf8")
    connection.execute(f"copy ({rows}) to '{utf8}' (format csv, header, delimiter ';')")
    with utf8.open(encoding="utf-8", newline="") as source, path.open("w", encoding="cp1251", newline="") as target:
        while block := source.read(1 << 20):
            target.write(block)
    utf8.unlink()


def _write_xlsx(connection: duckdb.DuckDBPyConnection, rows: str, path: Path) -> None:
    """As people hand it on: a title, headers with asterisks and line breaks, some dates that are dates."""
    result = connection.execute(rows)
    header = [column[0] for column in result.description or ()]
    lines = result.fetchmany(SHEET_ROWS + 1)
    if len(lines) > SHEET_ROWS:
        return
    with xlsxwriter.Workbook(path, {"constant_memory": True, "default_date_format": "dd.mm.yyyy"}) as book:
        sheet = book.add_worksheet("Выгрузка")
        sheet.write(0, 0, TITLE)
        sheet.write_row(2, 0, [f"{name.replace(' ', chr(10), 1)} *" for name in header])
        for number, line in enumerate(lines, start=3):
            sheet.write_row(number, 0, [_as_date(cell) or cell for cell in line])


def _as_date(cell: Any) -> date | None:
    return date.fromisoformat(cell) if isinstance(cell, str) and ISO_DATE.fullmatch(cell) else None


def _answer(connection: duckdb.DuckDBPyConnection) -> dict[str, Any]:
    values = connection.execute("select * from known_value order by all").fetchall()
    active = connection.execute("select * replace (month::varchar as month) from known_active order by all").fetchall()
    return {
        "files": [_answer_of_file(connection, kind, file) for kind, file in files_of(connection)],
        "active": [list(row) for row in active],
        "values": [list(row) for row in values],
    }


def _answer_of_file(connection: duckdb.DuckDBPyConnection, kind: str, file: str) -> dict[str, Any]:
    """Rows read, accepted, held, ignored and rejected by rule."""
    rows = dict(
        connection.execute(f"select dirt, count(*) from export.{kind} where file = ? group by all", [file]).fetchall()
    )

    def sort(prefix: str) -> int:
        return sum(count for dirt, count in rows.items() if dirt and dirt.startswith(prefix))

    rejected = sorted(dirt for dirt in rows if dirt and not dirt.startswith(NOT_REJECTED))
    return {
        "kind": kind,
        "file": file,
        "rows_read": sum(rows.values()),
        "rows_accepted": rows.get(None, 0) + sort("spelt_"),
        "rows_held": sort("held_"),
        "rows_ignored": sort("ignored_"),
        "rejected": {dirt: rows[dirt] for dirt in rejected},
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="куда положить файлы")
    parser.add_argument("--scale", type=float, default=0.01, help="1 — 1500 школ, 30 млн строк журнала в год")
    parser.add_argument("--first-day", type=date.fromisoformat, default=date(2024, 1, 1))
    parser.add_argument("--days", type=int, default=366)
    parser.add_argument("--format", action="append", choices=FORMATS, help="по умолчанию parquet")
    given = parser.parse_args()
    answer = make(given.folder, Region(given.scale, given.first_day, given.days), given.format or ("parquet",))
    for file in answer["files"]:
        sys.stdout.write(f"{file['file']:24} {file['rows_read']:>10} строк, принять {file['rows_accepted']}\n")


if __name__ == "__main__":
    main()
