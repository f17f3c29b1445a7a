"""Values of whole files: what a cell says reaches the warehouse, and nothing of a person does."""

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from ingestion.report.file_report import FileReport

Load = Callable[..., list[FileReport]]
Write = Callable[..., Path]
Query = Callable[[str], list[tuple[Any, ...]]]
pytestmark = pytest.mark.usefixtures("registry")
REGISTRY = ["ИНН", "Субъект", "Муниципалитет", "Полное наименование", "Краткое наименование", "Тип организации"]
REGION, PLACE = "Красноярский край", "Енисейский район"


def test_types_of_the_law_and_of_names(load: Load, write_csv: Write, query: Query, inn: dict[str, str]) -> None:
    """Guards against a registry rejected for «общеобразовательная организация», and a gymnasium lost in it."""
    names = [
        ("novonazimovo", "Муниципальное общеобразовательное учреждение «Гимназия»", "общеобразовательная организация"),
        ("ozernoe", "МБОУ «Комплекс Мнимый»", "Общеобразовательные организации"),
        ("kovrov", "Училище «Мнимое»", "профессиональная образовательная организация"),
        ("maykop", "МБОУ гимназия № 905", "СОШ"),
    ]  # fmt: skip
    rows = [[inn[key], REGION, PLACE, name, "", declared] for key, name, declared in names]
    (report,) = load(write_csv("registry2.csv", [REGISTRY, *rows]))
    assert (report.rows_accepted, report.rows_rejected) == (4, 0)
    assert query(
        "select organisation_type, is_general_education from raw.organisation_registry"
        " where load_sequence = (select max(load_sequence) from raw.organisation_registry) order by source_row"
    ) == [("гимназия", True), ("общеобразовательная организация", True), ("СПО", False), ("СОШ", True)]


def test_coded_registry(load: Load, write_csv: Write, query: Query, inn: dict[str, str]) -> None:
    """Guards against a region, a district or a school that is called by its code for good."""
    row = [inn["ozernoe"], f"r24 | {REGION}", f"24_m07 | {PLACE}", "sch240001 | МБОУ «Кодовая СОШ»", "", "1) СОШ"]
    load(write_csv("registry2.csv", [REGISTRY, row]))
    assert query(
        "select region, municipality, full_name, organisation_type from raw.organisation_registry"
        " where load_sequence = (select max(load_sequence) from raw.organisation_registry)"
    ) == [(REGION, PLACE, "МБОУ «Кодовая СОШ»", "СОШ")]


def test_speeds_are_downloads(load: Load, write_csv: Write, query: Query, inn: dict[str, str]) -> None:
    """Guards against «100/50 Мбит/с» in the warehouse as 2, and against its text being lost."""
    header = ["ИНН", "Дата", "Скорость, Мбит/с"]
    rows = [[inn["ozernoe"], "01.12.2024", "100/50 Мбит/с"], [inn["kovrov"], "01.12.2024", "20 / 20"]]
    load(write_csv("speed.csv", [header, *rows]))
    assert query("select speed_low, speed_text from raw.connectivity order by source_row") == [
        (Decimal(100), "100/50 Мбит/с"), (Decimal(20), "20 / 20"),
    ]  # fmt: skip


def test_marks_alone_are_no_headcount(load: Load, write_csv: Write, inn: dict[str, str]) -> None:
    """Guards against a row without any number accepted because its dashes were said to be missing values."""
    header = ["ИНН", "Дата", "Обучающихся", "Родителей"]
    rows = [
        [inn["ozernoe"], "01.12.2024", "-", "н/д"],
        [inn["kovrov"], "01.12.2024", "5", "…"],
        [inn["maykop"], "х", "5", "5"],
    ]
    (report,) = load(write_csv("k.csv", [header, *rows]))
    assert (report.rows_accepted, report.rows_rejected) == (1, 2)
    assert any("строка 2" in one and "нужно хотя бы одно из чисел" in one for one in report.messages)
    assert any("строка 3" in one and "«…»" in one and "Строка принята" in one for one in report.messages)
    assert any("строка 4" in one and "«х»" in one and "обязательно" in one for one in report.messages)


def test_a_day_and_a_year_that_are_both_missing(
    load: Load, write_csv: Write, query: Query, inn: dict[str, str]
) -> None:
    """Guards against an event of no year; beside a year, a dash for the day is only a remark."""
    header = ["ИНН", "Мероприятие", "Дата", "Год", "Участников"]
    rows = [[inn["ozernoe"], "Урок цифры", "-", "-", "5"], [inn["kovrov"], "Урок цифры", "-", "2024", "5"]]
    (report,) = load(write_csv("p.csv", [header, *rows]))
    assert (report.rows_accepted, report.rows_rejected) == (1, 1)
    assert query("select event_year, held_on from raw.participation") == [(2024, None)]


def test_a_persons_inn_is_kept_nowhere(
    load: Load, write_csv: Write, query: Query, inn: dict[str, str], settings: Any
) -> None:
    """Guards against the twelve digits of a person in the journal, in a message or in a free text."""
    header = ["ИНН", "Дата акта", "Позиция", "Единица", "Количество", "Модель", "Контракт"]
    rows = [
        ["9999 1234 5603", "01.12.2024", "Ноутбук", "шт", "5", "", ""],
        [
            inn["ozernoe"],
            "01.12.2024",
            "Ноутбук (ИП 999912345603)",
            "шт",
            "5",
            "987-654-315 85",
            "договор 999912345603",
        ],
        [inn["kovrov"], "01.12.2024", "Ноутбук", "шт", "999912345603", "", ""],
    ]
    (report,) = load(write_csv("e.csv", [header, *rows]))
    assert (report.rows_accepted, report.rows_rejected) == (1, 2)
    kept = str(query("select * exclude (as_written) from raw.equipment_delivery"))
    said = str((query("select * from journal.reject"), report.messages))
    for text in (kept, said):
        assert not any(secret in text for secret in ("999912345603", "9999 1234", "987-654"))
    assert "Ноутбук (ИП [ИНН скрыт])" in kept
