"""Headers found wherever they stand: title lines, merged cells, two rows, any order, other spellings."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from ingestion.report.file_report import FileReport

Load = Callable[..., list[FileReport]]
Write = Callable[..., Path]
Query = Callable[[str], list[tuple[Any, ...]]]
pytestmark = pytest.mark.usefixtures("registry")


def test_title_lines_give_date_system_and_sender(
    load: Load, write_csv: Write, query: Query, inn: dict[str, str]
) -> None:
    """Guards against refusing the usual export whose date and system stand above the table."""
    rows = [
        ["Отчёт о регистрации в ФГИС «Моя школа»"],
        ["по состоянию на 01.12.2024"],
        ["Отправитель: Управление образования"],
        [],
        ["Роль *", "Наименование\nОО", "Муниципалитет:", "Зарегистри­ровано", "Примечание"],
        ["Учителя", "МБОУ Озерновская СОШ № 47", "Енисейский район", "14 266", "!"],
        [],
        ["Итого", "", "", "14 266", ""],
        ["Роль *", "Наименование\nОО", "Муниципалитет:", "Зарегистри­ровано", "Примечание"],
        ["Ученик", "МБОУ Озерновская СОШ № 47", "Енисейский район", "7", ""],
        [],
        [],
    ]
    (report,) = load(write_csv("r.csv", rows, encoding="utf-8-sig"))
    assert (report.system_code, report.sender) == ("my_school", "Управление образования")
    assert (report.rows_read, report.rows_accepted, report.rows_ignored) == (5, 2, 3)
    assert any("«Примечание»" in message for message in report.messages)
    assert query("select snapshot_date::text, role_code, registered from raw.platform_registration order by 2") == [
        ("2024-12-01", "student", 7),
        ("2024-12-01", "teacher", 14266),
    ]


def test_two_row_header_under_merged_cells(load: Load, tmp_path: Path, query: Query, inn: dict[str, str]) -> None:
    """Guards against «Всего» of one role read as another's: «upper lower» tells them apart."""
    path = tmp_path / "wide.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("Моя школа")
        sheet.merge_range(0, 0, 0, 4, "Сведения по состоянию на 01.12.2024")
        sheet.merge_range(1, 0, 2, 0, "ИНН")
        sheet.merge_range(1, 1, 1, 2, "Педагоги")
        sheet.merge_range(1, 3, 1, 4, "Обучающиеся")
        sheet.write_row(2, 1, ["Всего", "Зарегистрировано", "Всего", "Зарегистрировано"])
        sheet.write_row(3, 0, [1, 2, 3, 4, 5])
        sheet.write_row(4, 0, [int(inn["kovrov"]), 20, 10, 300, 200])
    (report,) = load(path)
    assert (report.rows_read, report.rows_accepted, report.rows_ignored) == (2, 1, 1)
    assert query("select role_code, registered, headcount from raw.platform_registration order by 1") == [
        ("student", 200, 300),
        ("teacher", 10, 20),
    ]


def test_period_from_title(load: Load, write_csv: Write, query: Query, inn: dict[str, str]) -> None:
    """Guards against an activity export without period columns being refused."""
    rows = [
        ["Активность в Сферум за период с 01.11.2024 по 30.11.2024"],
        ["ИНН", "Роль", "Активных"],
        [inn["kovrov"], "педагог", "5"],
    ]
    load(write_csv("a.csv", rows, encoding="cp1251"))
    assert query("select system_code, period_start::text, period_end::text from raw.platform_activity") == [
        ("sferum", "2024-11-01", "2024-11-30")
    ]


@pytest.mark.parametrize(
    ("template", "issued"),
    [("40", "15.03.2024"), ("38", "3/15/24")],
)
def test_both_frdo_templates(
    load: Load, write_csv: Write, query: Query, template: str, issued: str, inn: dict[str, str]
) -> None:
    """Guards against 3/15/24 refused under the 38-column template, or read there as another day."""
    confirmation = (
        ["Подтверждение утраты", "Подтверждение обмена", "Подтверждение уничтожения"]
        if template == "40"
        else ["Подтверждение утраты / обмена / уничтожения"]
    )
    header = [
        "Вид документа", "Статус документа", *confirmation, "Серия документа", "Номер документа",
        "Дата выдачи документа", "Наименование дополнительной профессиональной программы",
        "Срок обучения, часов (для документа о квалификации)", "Фамилия получателя", "СНИЛС",
        "Номер (оригинала)", "ИНН организации",
    ]  # fmt: skip
    row = [
        "Удостоверение о повышении квалификации", "Оригинал", *["Нет" for _ in confirmation], "АБ", "1", issued,
        "Цифровая образовательная среда", "36", "Бравунова", "112-233-445 95", "", inn["kovrov"],
    ]  # fmt: skip
    (report,) = load(write_csv("frdo.csv", [header, row]))
    assert (report.rows_accepted, report.messages) == (1, ())
    assert query("select issued_on::text, hours from raw.training_record") == [("2024-03-15", 36)]


def test_slash_date_is_not_read_under_the_other_template(load: Load, write_csv: Write, inn: dict[str, str]) -> None:
    """Guards against 3/4/24 taken for 3 April where only dd.mm.yyyy is agreed."""
    header = ["Вид документа", "Статус документа", "Номер документа", "Дата выдачи документа",
              "Наименование дополнительной профессиональной программы", "Срок обучения, часов", "СНИЛС",
              "ИНН организации"]  # fmt: skip
    row = [
        "Удостоверение о повышении квалификации",
        "Оригинал",
        "1",
        "3/4/24",
        "ЦОС",
        "36",
        "112-233-445 95",
        inn["kovrov"],
    ]
    (report,) = load(write_csv("frdo.csv", [header, row]))
    assert report.rows_rejected == 1


def test_a_regions_own_header_map(load: Load, write_csv: Write, settings: Any, inn: dict[str, str]) -> None:
    """Guards against a new layout that needs code: a region adds a YAML file."""
    folder = settings.home / "header_maps"
    folder.mkdir(parents=True)
    (folder / "own.yaml").write_text(
        "kind: platform_registration\nlayouts:\n  - name: own\n    required: [snapshot_date, role_code, registered]\n"
        "    constants: {system_code: Моя школа}\n    columns:\n      snapshot_date: [Срез]\n      role_code: [Кто]\n"
        "      registered: [Есть учётка]\n",
        encoding="utf-8",
    )
    rows = [["Срез", "Кто", "ИНН", "Есть учётка"], ["01.12.2024", "учитель", inn["kovrov"], "5"]]
    (report,) = load(write_csv("own.csv", rows))
    assert (report.outcome, report.system_code, report.rows_accepted) == ("loaded", "my_school", 1)


def test_headings_repeated_without_their_line_breaks(load: Load, write_csv: Write, inn: dict[str, str]) -> None:
    """Guards against a header repeated on the next page, without the asterisks of the first, rejected as a row."""
    header = ["Дата *", "ИНН:", "Педагогических\nработников *"]
    rows = [
        ["01.09.2024", inn["kovrov"], "50"],
        ["Дата", "ИНН", "ПЕДАГОГИЧЕСКИХ РАБОТНИКОВ"],
        ["01.09.2023", inn["kovrov"], "48"],
    ]
    (report,) = load(write_csv("headcount.csv", [header, *rows]))
    assert (report.rows_accepted, report.rows_rejected, report.rows_ignored) == (2, 0, 1)
