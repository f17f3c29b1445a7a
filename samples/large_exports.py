"""Exports of a large region that does not exist, with the answer known beforehand.

`python -m samples.large_exports FOLDER --scale 0.01`: at scale 1 a region of 1,500 schools, 450,000 pupils and 40,000
teachers, whose log of activity has some 30 million rows a year. The same arguments give the same files. `answer.json`
beside them says what must become of every file and how many people were active in each school and month: it is counted
from what was meant, before it was spoilt and written, and knows nothing of the product.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

SQL = Path(__file__).parent / "region_of_people"
SCHOOLS, MUNICIPALITIES = 1500, 60
REGION = "Красноярский край"
COLUMNS = ("Система", "Дата", "СНИЛС", "ИНН", "Роль", "Сообщений")
NOT_REJECTED = ("held_system", "held_organisation")


def make(
    folder: Path, scale: float, first_day: date, days: int, formats: Sequence[str] = ("parquet",)
) -> dict[str, Any]:
    """Write registry.csv, a log file a month and format, and answer.json; returns the answer."""
    folder.mkdir(parents=True, exist_ok=True)
    with duckdb.connect() as connection:
        values = {
            "schools": max(2, round(SCHOOLS * scale)),
            "municipalities": max(1, round(MUNICIPALITIES * min(1, scale * 5))),
            "first_day": first_day,
            "days": days,
        }
        for name, value in values.items():
            connection.execute(f"set variable {name} = ?", [value])
        for path in sorted(SQL.glob("*.sql")):
            connection.execute(path.read_text(encoding="utf-8"))
        _write_registry(connection, folder / "registry.csv")
        months = [month for (month,) in connection.execute(
            "select distinct date_trunc('month', day)::date as month from written order by month"
        ).fetchall()]  # fmt: skip
        for month in months:
            _write_log(connection, folder / f"log_{month:%Y-%m}", month, formats)
        answer = {"files": [_answer_of_month(connection, month) for month in months], "active": _active(connection)}
    (folder / "answer.json").write_text(json.dumps(answer, ensure_ascii=False, indent=1, default=str), encoding="utf-8")
    return answer


def _write_registry(connection: duckdb.DuckDBPyConnection, path: Path) -> None:
    connection.execute(
        f'copy (select inn as "ИНН", kpp as "КПП", \'{REGION}\' as "Субъект", municipality as "Муниципалитет",'
        ' name as "Полное наименование", type as "Тип организации", \'да\' as "Общеобразовательная" from school'
        f" order by number) to '{path}' (header, delimiter ';')"
    )


def _write_log(connection: duckdb.DuckDBPyConnection, stem: Path, month: date, formats: Sequence[str]) -> None:
    listed = ", ".join(f'"{name}"' for name in COLUMNS)
    rows = (
        f"select {listed} from written where date_trunc('month', day) = date '{month}'"
        " order by day, school, person, repeated"
    )
    if "parquet" in formats:
        connection.execute(f"copy ({rows}) to '{stem}.parquet' (format parquet)")
    if "csv" in formats:
        utf8 = stem.with_suffix(".utf8")
        connection.execute(f"copy ({rows}) to '{utf8}' (format csv, header, delimiter ';')")
        text = stem.with_suffix(".csv")
        with (
            utf8.open(encoding="utf-8", newline="") as source,
            text.open("w", encoding="cp1251", newline="") as target,
        ):
            while block := source.read(1 << 20):
                target.write(block)
        utf8.unlink()


def _answer_of_month(connection: duckdb.DuckDBPyConnection, month: date) -> dict[str, Any]:
    """Rows read, accepted, held and rejected by rule, of one month's file."""
    rows = connection.execute(
        "select dirt, repeated, count(*) from written where date_trunc('month', day) = ? group by all", [month]
    ).fetchall()
    good = sum(count for dirt, repeated, count in rows if dirt is None or (dirt == "duplicate_key" and not repeated))
    held = sum(count for dirt, _, count in rows if dirt in NOT_REJECTED)
    rejected: dict[str, int] = {}
    for dirt, repeated, count in rows:
        if dirt and dirt not in NOT_REJECTED and (dirt != "duplicate_key" or repeated):
            rejected[dirt] = rejected.get(dirt, 0) + count
    return {
        "month": month,
        "rows_read": sum(count for _, _, count in rows),
        "rows_accepted": good,
        "rows_held": held,
        "rejected": dict(sorted(rejected.items())),
    }


def _active(connection: duckdb.DuckDBPyConnection) -> list[list[Any]]:
    """ИНН, role, month, different people active: of rows that are good."""
    rows = connection.execute(
        "select inn, role, date_trunc('month', day)::date as month, count(distinct person) as active from log"
        " where dirt is null or dirt = 'duplicate_key' group by all order by all"
    ).fetchall()
    return [list(row) for row in rows]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="куда положить файлы")
    parser.add_argument("--scale", type=float, default=0.01, help="1 — 1500 школ, 30 млн строк журнала в год")
    parser.add_argument("--first-day", type=date.fromisoformat, default=date(2024, 1, 1))
    parser.add_argument("--days", type=int, default=366)
    parser.add_argument("--format", action="append", choices=("parquet", "csv"), help="по умолчанию parquet")
    given = parser.parse_args()
    answer = make(given.folder, given.scale, given.first_day, given.days, given.format or ("parquet",))
    for file in answer["files"]:
        sys.stdout.write(f"{file['month']}: {file['rows_read']:>10} строк, принять {file['rows_accepted']}\n")


if __name__ == "__main__":
    main()
