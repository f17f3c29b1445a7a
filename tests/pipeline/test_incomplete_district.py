"""A number says what it stands on: a district of ten schools where three have not been counted."""

import json
import subprocess
from collections.abc import Callable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from export_files import write_rows

from ingestion.values.codes import is_valid_inn

pytestmark = pytest.mark.slow
Run = Callable[..., subprocess.CompletedProcess[str]]

REGION, DISTRICT = "Саратовская область", "Мнимый район"
STUDENTS = [270] * 7 + [200, 200, 210]
"""Seven schools of ten hold 1 890 of 2 500 students."""
REGISTERED = [162] * 7 + [120, 120, 126]
"""Sixty of a hundred everywhere."""


def _inn(number: int) -> str:
    return next(inn for digit in range(10) if is_valid_inn(inn := f"64479{number:04d}{digit}"))


SCHOOLS = {_inn(number): f"МБОУ СОШ № {number}" for number in range(1, 11)}


def _write(folder: Path, name: str, head: list[str], rows: list[list[Any]]) -> Path:
    return write_rows(folder, name, [head, *rows], encoding="utf-8")


def _registration(folder: Path, name: str, counts: Mapping[str, object]) -> Path:
    head = ["Система", "Дата среза", "ИНН", "Организация", "Роль", "Зарегистрировано"]
    rows = [["Моя школа", "01.12.2024", inn, SCHOOLS[inn], "обучающиеся", count] for inn, count in counts.items()]
    return _write(folder, name, head, rows)


@pytest.fixture(scope="module")
def district(tmp_path_factory: pytest.TempPathFactory, vitrina: Run) -> tuple[Path, Path]:
    """A home where three rows of registrations were rejected, and the folder of its files."""
    folder = tmp_path_factory.mktemp("files")
    home = tmp_path_factory.mktemp("district") / "home"
    registry = [[inn, REGION, DISTRICT, f"Школа {name}", name, "СОШ", "63600000"] for inn, name in SCHOOLS.items()]
    head = [
        "ИНН",
        "Субъект",
        "Муниципалитет",
        "Полное наименование",
        "Краткое наименование",
        "Тип организации",
        "ОКТМО",
    ]
    headcount = [["20.09.2024", inn, count] for inn, count in zip(SCHOOLS, STUDENTS, strict=True)]
    plan_head = ["Показатель", "Год", "План", "Документ", "Субъект", "Муниципалитет", "Область"]
    plans = [
        ["students_registered", "2024", "50", "Решение № 1", REGION, DISTRICT, "территория"],
        ["organisations_registered", "2024", "80", "Решение № 1", REGION, DISTRICT, "территория"],
    ]
    counts: dict[str, object] = dict(zip(SCHOOLS, REGISTERED, strict=True))
    counts |= dict.fromkeys(list(SCHOOLS)[7:], "-5")
    files = [
        _write(folder, "registry.csv", head, registry),
        _write(folder, "headcount.csv", ["Дата", "ИНН", "Обучающихся"], headcount),
        _write(folder, "plans.csv", plan_head, plans),
        _registration(folder, "registration.csv", counts),
    ]
    vitrina(home, "init")
    vitrina(home, "add", *map(str, files))
    vitrina(home, "refresh")
    return home, folder


def _rows(vitrina: Run, home: Path, sql: str) -> list[dict[str, Any]]:
    return json.loads(vitrina(home, "query", sql, "--format", "json").stdout, parse_float=Decimal)


TERRITORY = (
    "select round(value, 1) as value, round(value_low, 1) as low, round(value_high, 1) as high, status,"
    " observation_status, organisations_expected as expected, organisations_reporting as reporting,"
    " round(denominator_reporting_share, 1) as share, coverage_reason as reason from indicator_by_territory"
    " where indicator_code = 'students_registered' and year = 2024 and territory_level = 'municipality'"
)


def test_a_verdict_waits_for_what_could_change_it(district: tuple[Path, Path], vitrina: Run) -> None:
    """Guards against «не достигнут» of a district whose reporting schools all reach the plan: the denominator counted
    ten schools, the numerator seven, and nothing said so."""
    home, folder = district
    [row] = _rows(vitrina, home, TERRITORY)
    reason = row.pop("reason")
    assert row == {
        "value": Decimal("45.4"), "low": Decimal("45.4"), "high": Decimal("69.8"), "status": "incomplete",
        "observation_status": "U", "expected": 10, "reporting": 7, "share": Decimal("75.6"),
    }  # fmt: skip
    assert "registration.csv, строки 9, 10, 11 отклонены" in reason
    assert all(f"СОШ № {number}" in reason for number in (8, 9, 10))
    told = vitrina(home, "indicators", "--territory", DISTRICT, "--year", "2024").stdout
    assert "неполные данные: от 45,4 до 69,8" in told.replace("\n", " ")
    gap = _rows(vitrina, home, "select organisation_name, side, gap_reason, denominator from coverage_gap"
                " where indicator_code = 'students_registered' and year = 2024 order by denominator, 1")  # fmt: skip
    assert [(row["side"], row["gap_reason"], row["denominator"]) for row in gap] == [
        ("numerator", "rows_left_out", 200), ("numerator", "rows_left_out", 200), ("numerator", "rows_left_out", 210)
    ]  # fmt: skip

    corrected = dict(zip(SCHOOLS, REGISTERED, strict=True))
    vitrina(home, "add", str(_registration(folder, "registration_2.csv", corrected)))
    vitrina(home, "refresh")
    [row] = _rows(vitrina, home, TERRITORY)
    assert row == {
        "value": 60, "low": 60, "high": 60, "status": "achieved", "observation_status": "A", "expected": 10,
        "reporting": 10, "share": 100, "reason": None,
    }  # fmt: skip
