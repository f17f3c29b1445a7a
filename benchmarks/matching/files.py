"""The registry and the files of a generated region, written as people hand them in."""

import csv
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from random import Random

from benchmarks.matching.organisations import SCHOOLS, region_of
from benchmarks.matching.parts import Region
from benchmarks.matching.rows import ROUNDS, Row, rows_of

REGISTRY, ANSWER = "registry.csv", "answer.json"
REGISTRY_HEADER = (
    "ИНН", "КПП", "Субъект", "Муниципалитет", "Полное наименование", "Краткое наименование", "Тип организации",
    "Филиал", "ИНН головной организации", "Действует с", "Действует по", "ИНН преемника",
)  # fmt: skip
HEADER = ("Субъект", "Наименование организации", "Дата акта", "Позиция", "Единица", "Количество", "Модель")
"""Deliveries: their key has the model, so that two rows of one school are never one row twice."""
PLACE = "Муниципалитет"


def make(folder: Path, seed: int, schools: int = SCHOOLS, rounds: int = ROUNDS, times: int = 1) -> list[Row]:
    """Write registry.csv, a file for each year with the municipality and one without, and answer.json.

    Each row stands in its file `times` times, under a number of its own.
    """
    folder.mkdir(parents=True, exist_ok=True)
    random = Random(seed)
    region = region_of(random, schools)
    once = list(rows_of(random, region, rounds))
    last = max(row.number for row in once)
    rows = [replace(row, number=row.number + turn * last) for turn in range(times) for row in once]
    _write_registry(folder / REGISTRY, region)
    for year in sorted({row.day.year for row in rows}):
        of_year = [row for row in rows if row.day.year == year]
        subject = region.subject["name"]
        _write_rows(folder / f"with_{year}.csv", subject, [row for row in of_year if row.municipality], place=True)
        _write_rows(
            folder / f"without_{year}.csv", subject, [row for row in of_year if not row.municipality], place=False
        )
    answer = [{**asdict(row), "day": row.day.isoformat()} for row in rows]
    (folder / ANSWER).write_text(json.dumps(answer, ensure_ascii=False), encoding="utf-8")
    return rows


def registered_names(folder: Path) -> dict[str, str]:
    """What the registry calls each organisation, by its key."""
    with (folder / REGISTRY).open(encoding="utf-8-sig", newline="") as stream:
        return {
            line["ИНН"] + (f"/{line['КПП']}" if line["Филиал"] == "да" else ""):
            f"{line['Муниципалитет']}: {line['Краткое наименование'] or line['Полное наименование']}"
            for line in csv.DictReader(stream, delimiter=";")
        }  # fmt: skip


def _write_registry(path: Path, region: Region) -> None:
    _write(path, REGISTRY_HEADER, (
        (
            entry.inn, entry.kpp, region.subject["name"], entry.parts.municipality.name, entry.full, entry.short,
            entry.parts.kind.registry, "да" if entry.parts.site_of else "нет", entry.inn if entry.parts.site_of else "",
            f"{entry.since:%d.%m.%Y}" if entry.since else "", f"{entry.until:%d.%m.%Y}" if entry.until else "",
            entry.successor,
        )
        for entry in region.entries
    ))  # fmt: skip


def _write_rows(path: Path, subject: str, rows: Iterable[Row], *, place: bool) -> None:
    header = (PLACE, *HEADER) if place else HEADER
    _write(path, header, (
        (
            *((row.municipality,) if place else ()),
            subject, row.name, f"{row.day:%d.%m.%Y}", "Ноутбук", "шт.", "1", f"М-{row.number}",
        )
        for row in rows
    ))  # fmt: skip


def _write(path: Path, header: Sequence[str], lines: Iterable[Sequence[str]]) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream, delimiter=";")
        writer.writerow(header)
        writer.writerows(lines)
