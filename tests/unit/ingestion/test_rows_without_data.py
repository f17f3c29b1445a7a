"""Totals, column numbers and signatures are counted and passed over; what merely looks like them is data."""

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
SCHOOL = "МБОУ Озерновская СОШ № 47"
HEADER = ["Наименование организации", "Муниципалитет", "Дата", "Обучающихся"]
ROW = [SCHOOL, "Енисейский район", "01.12.2024", 410]


def only(reports: list[FileReport]) -> FileReport:
    (report,) = reports
    assert report.rows_read == (report.rows_accepted + report.rows_rejected + report.rows_held + report.rows_ignored)
    return report


@pytest.mark.parametrize(
    "total",
    [
        ["Общий итог", "", "01.12.2024", 410],
        ["ИТОГ", "", "", 410],
        ["", "По району:", "", 410],
        ["Всего по школам", "", "", 410],
        ["в том числе сельские", "", "", 400],
        ["Енисейский район Итог", "", "", 410],
        ["", "", "Итого", 410],
    ],
)
def test_totals_are_ignored(load: Load, write_csv: Write, total: list[object]) -> None:
    """Guards against a total loaded as a school's number or asked about as an organisation."""
    report = only(load(write_csv("t.csv", [HEADER, ROW, total])))
    assert (report.rows_accepted, report.rows_rejected, report.rows_held, report.rows_ignored) == (1, 0, 0, 1)


def test_a_total_in_the_column_of_identifiers(load: Load, write_csv: Write, inn: dict[str, str]) -> None:
    """Guards against «Итого по школам» under «ИНН» taken for an identifier, and so rejected."""
    rows = [["ИНН", "Дата", "Обучающихся"], [inn["kovrov"], "01.12.2024", 7], ["Итого по школам", "", 7]]
    report = only(load(write_csv("t.csv", rows)))
    assert (report.rows_accepted, report.rows_rejected, report.rows_ignored) == (1, 0, 1)


def test_a_total_with_an_identifier_is_a_row(load: Load, write_csv: Write, inn: dict[str, str]) -> None:
    """Guards against a row lost because its name begins like a total's."""
    rows = [["ИНН", "Школа", "Дата", "Обучающихся"], [inn["kovrov"], "Всего лучшего", "01.12.2024", 7]]
    assert only(load(write_csv("t.csv", rows))).rows_accepted == 1


def test_free_text_that_begins_like_a_total_is_data(load: Load, write_csv: Write) -> None:
    """Guards against an answer lost because its question begins with «Всего», be the question the first column."""
    rows = [
        ["Вопрос", "Муниципалитет", "Дата", "Опрос", "Ответили", "Удовлетворены"],
        ["Всего ли достаточно?", "Енисейский район", "01.12.2024", "Опрос", 100, 80],
        ["Итого:", "", "", "", 100, 80],
    ]
    report = only(load(write_csv("s.csv", rows)))
    assert (report.rows_accepted, report.rows_ignored) == (1, 1)


def test_a_total_that_is_not_the_sum_is_told(load: Load, write_csv: Write) -> None:
    """Guards against a file that lost a row on its way: its own total says so."""
    rows = [HEADER, ROW, ["Итого", "", "", "1 000"]]
    (message,) = [text for text in only(load(write_csv("t.csv", rows))).messages if "в итоге" in text]
    assert "строка 3" in message
    assert "«Обучающихся» стоит 1000, а сумма строк 410" in message


def test_subtotals_are_compared_with_their_own_rows(load: Load, write_csv: Write) -> None:
    """Guards against a true subtotal told as a mistake."""
    second = ["МБОУ Новоназимовская СОШ № 4", "Енисейский район", "01.12.2024", 100]
    rows = [HEADER, ROW, ["Итого", "", "", 410], second, ["Итого", "", "", 100], ["Всего", "", "", 510]]
    report = only(load(write_csv("t.csv", rows)))
    assert report.rows_ignored == 3
    assert not [text for text in report.messages if "в итоге" in text]


@pytest.mark.parametrize(
    "numbers",
    [
        ["1", "2", "3", "4"],
        ["А", "Б", "1", "2"],
        ["(1)", "(2)", "(3)", "4=(2)/(3)"],
        ["a", "b", "c", "d"],
        ["1.", "2.", "3.", ""],
    ],
)
def test_numbers_of_columns_are_ignored(load: Load, write_csv: Write, numbers: list[str]) -> None:
    """Guards against the row of column numbers rejected, which makes a good file bad."""
    report = only(load(write_csv("n.csv", [HEADER, numbers, ROW])))
    assert (report.rows_accepted, report.rows_rejected, report.rows_ignored) == (1, 0, 1)


def test_a_row_of_small_numbers_is_no_numbering(load: Load, write_csv: Write) -> None:
    """Guards against data passed over: numbers out of order are somebody's counts."""
    rows = [["Муниципалитет: Енисейский район"], ["Школа", "Дата", "Обучающихся"], ["2", "1", "3"]]
    report = only(load(write_csv("n.csv", rows)))
    assert (report.rows_rejected, report.rows_ignored) == (1, 0)


@pytest.mark.parametrize(
    "line",
    [
        ["Начальник управления", "", "", "О.О. Образцов"],
        ["Исп. Примеров П.П., тел. 8(000)000-00-00", "", "", ""],
        ["", "", "Исп. Примеров П.П., тел. 8(000)000-00-00", ""],
        ["Директор", "_________", "(подпись)", "Образцов О.О."],
        ["* без учёта филиалов", "", "", ""],
        ["Примечание: данные предварительные", "", "", ""],
        ["05.12.2024", "", "", ""],
        ["М.П.", "", "", ""],
    ],
)
def test_lines_below_the_table_are_ignored(load: Load, write_csv: Write, query: Query, line: list[object]) -> None:
    """Guards against a signature rejected as a row, and against its name anywhere in what is kept or said."""
    report = only(load(write_csv("f.csv", [HEADER, ROW, [], line])))
    assert (report.rows_accepted, report.rows_rejected, report.rows_held, report.rows_ignored) == (1, 0, 0, 2)
    said = " ".join(report.messages)
    assert not [word for word in ("Образцов", "Примеров", "8(000)") if word in said]


def test_a_school_without_numbers_below_the_table_is_no_footer(load: Load, write_csv: Write) -> None:
    """Guards against a school passed over because its row is nearly empty."""
    rows = [HEADER, ROW, [], ["МБОУ Новоназимовская СОШ № 4", "Енисейский район", "", ""]]
    report = only(load(write_csv("f.csv", rows)))
    assert (report.rows_accepted, report.rows_rejected) == (1, 1)


def test_counts_merged_over_rows_are_said_once(load: Load, tmp_path: Path, query: Query, inn: dict[str, str]) -> None:
    """Guards against messages of two roles counted twice."""
    path = tmp_path / "merged.xlsx"
    header = ["Система", "Период с", "Период по", "ИНН", "Роль", "Активных", "Сообщений", "Минут звонков"]
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("ОО")
        sheet.write_row(0, 0, header)
        for row, role in ((1, "учитель"), (2, "ученик")):
            sheet.write_row(row, 4, [role, 5])
        for column, value in enumerate(["Сферум", "01.11.2024", "30.11.2024", inn["kovrov"]]):
            sheet.merge_range(1, column, 2, column, value)
        sheet.merge_range(1, 6, 2, 6, 100)
        sheet.merge_range(1, 7, 2, 7, 90)
    assert only(load(path)).rows_accepted == 2
    assert query("select sum(messages)::int, sum(call_minutes)::int from raw.platform_activity") == [(100, 90)]


@pytest.mark.parametrize(
    ("heading", "written", "kept"),
    [("Сумма, тыс. руб.", "100,5", 100_500), ("Сумма (млн руб.)", "1,5", 1_500_000), ("Сумма, руб", "7", 7)],
)
def test_the_unit_in_a_heading_counts(
    load: Load, write_csv: Write, query: Query, heading: str, written: str, kept: int
) -> None:
    """Guards against thousands of roubles loaded as roubles."""
    rows = [["Муниципалитет", "Год", heading], ["Енисейский район", 2024, written]]
    assert only(load(write_csv("u.csv", rows))).rows_accepted == 1
    assert query("select amount from raw.funding") == [(kept,)]


def test_a_unit_beside_the_value_outweighs_the_heading(load: Load, write_csv: Write, query: Query) -> None:
    """Guards against roubles multiplied by a thousand although the row says roubles."""
    rows = [
        ["Муниципалитет", "Год", "Сумма, тыс. руб.", "Единица"],
        ["Енисейский район", 2023, 5, "руб."],
        ["Енисейский район", 2024, 5, ""],
    ]
    only(load(write_csv("u.csv", rows)))
    assert query("select amount from raw.funding order by year") == [(5,), (5000,)]


def test_speeds_are_converted_to_the_unit_of_the_column(
    load: Load, write_csv: Write, query: Query, inn: dict[str, str]
) -> None:
    """Guards against 2048 kilobits a second shown as a fast line."""
    rows = [
        ["ИНН", "Дата", "Скорость, Кбит/с"],
        [inn["kovrov"], "01.12.2024", "2048"],
        [inn["ozernoe"], "01.12.2024", "512-1024"],
    ]
    only(load(write_csv("s.csv", rows)))
    found = query("select speed_low, speed_high from raw.connectivity order by source_row")
    assert [[float(bound) for bound in row] for row in found] == [[2.048, 2.048], [0.512, 1.024]]
