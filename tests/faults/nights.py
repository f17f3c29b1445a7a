"""Two nights of a small region, and how two of its homes are compared."""

import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
from export_files import write_registration, write_rows

from publishing.manifest import Manifest
from publishing.previous import HISTORY_MARTS

SAMPLES = Path(__file__).parents[2] / "samples" / "files" / "tula"
SECRET = "s" * 40
SCHOOLS = {"5720010403": "МБОУ «Новоселовская ООШ»", "3305900019": "МБОУ «Лицей № 2»"}
PLACE = ("Орловская область", "Новосильский район")


def first_files(folder: Path) -> list[Path]:
    registry = [["ИНН", "Субъект", "Муниципалитет", "Полное наименование", "Тип организации"]]
    registry += [[inn, *PLACE, name, "лицей" if "Лицей" in name else "ООШ"] for inn, name in SCHOOLS.items()]
    headcount = [["Дата", "ИНН", "Педагогических работников"], ["20.09.2024", "5720010403", "20"]]
    return [
        write_rows(folder, "registry.csv", registry),
        write_rows(folder, "headcount.csv", headcount),
        write_registration(folder, "registration.csv", SCHOOLS, {"5720010403": "18", "3305900019": "15"}),
    ]


def first_night(home: Path, folder: Path, vitrina: Callable[..., object]) -> None:
    """A home with a published release of the first files, and the next ones in landing."""
    home.mkdir()
    (home / "secret").write_text(SECRET, encoding="utf-8")
    (home / "secret").chmod(0o600)
    vitrina(home, "add", *map(str, first_files(folder)))
    vitrina(home, "refresh")
    vitrina(home, "add", *map(str, next_files(folder)))


def next_files(folder: Path) -> list[Path]:
    """A correction, people, a ZIP, a rejected row, a held name and a file that is nothing of ours, last by name."""
    corrected = write_registration(folder, "registration_2.csv", SCHOOLS, {"5720010403": "19", "3305900019": "много"})
    speed = [["Дата", "Организация", "Муниципалитет", "Скорость, Мбит/с"]]
    speed += [["01.12.2024", name, PLACE[1], "100"] for name in ("Лицей второй", "МБОУ «Новоселовская ООШ»")]
    plan = [["Показатель", "Год", "План", "Документ", "Субъект", "Муниципалитет", "Область"]]
    plan.append(["teachers_registered", "2024", "не менее 70", "Приказ № 1", *PLACE, "каждая организация"])
    headcount = [["Дата", "ИНН", "Педагогических работников"], ["20.09.2024", "3305900019", "30"]]
    archive = folder / "плана_и_контингент.zip"
    with zipfile.ZipFile(archive, "w") as packed:
        for path in (write_rows(folder, "plan.csv", plan), write_rows(folder, "headcount_2.csv", headcount)):
            packed.write(path, path.name)
    tula = [SAMPLES / name for name in ("registry_tula.tsv", "staff_2023.csv", "frdo_2022_2023.xlsx")]
    return [
        corrected,
        write_rows(folder, "speed.csv", speed),
        archive,
        *tula,
        write_rows(folder, "я.csv", [["a", "b"], ["1"]]),
    ]


def counts(home: Path) -> dict[str, int]:
    """Rows of every journal and raw table of the build."""
    with duckdb.connect(str(home / "warehouse.duckdb"), read_only=True) as connection:
        tables = connection.execute(
            "select schema_name || '.' || table_name from duckdb_tables() where schema_name in ('raw', 'journal')"
        ).fetchall()
        return {name: connection.execute(f"select count(*) from {name}").fetchall()[0][0] for (name,) in sorted(tables)}


def vintages(home: Path) -> list[tuple[Any, ...]]:
    """What was ever published of each place, in order, whichever refresh did it and when."""
    with duckdb.connect(str((home / "current" / "warehouse.duckdb").resolve()), read_only=True) as connection:
        return connection.execute(
            "select indicator_code, year, place_level, place_id, numerator, denominator, value, plan, status,"
            " change_reason, recorded_to is null from marts.indicator_vintage"
            " order by indicator_code, year, place_level, place_id, recorded_from"
        ).fetchall()


def differing_marts(one: Path, other: Path) -> set[str]:
    """Which marts of two homes differ; columns about receipt and build are left out (publishing/checksum.py)."""
    first, second = (Manifest.read((home / "current").resolve()).marts for home in (one, other))
    return {
        name
        for name in first
        if name not in HISTORY_MARTS and first[name].content_checksum != second[name].content_checksum
    }
