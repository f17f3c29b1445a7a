"""Several tables on one sheet, group rows and title lines between rows: whose numbers are they?"""

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
SCHOOL, OTHER = "МБОУ Озерновская СОШ № 47", "МБОУ Новоназимовская СОШ № 4"
COUNTS = "select organisation_id, students from raw.headcount order by students"


def only(reports: list[FileReport]) -> FileReport:
    (report,) = reports
    assert report.rows_read == (report.rows_accepted + report.rows_rejected + report.rows_held + report.rows_ignored)
    return report


def test_each_block_has_its_own_municipality(load: Load, write_csv: Write, query: Query, inn: dict[str, str]) -> None:
    """Guards against the second block's school taken for one of the first block's municipality."""
    rows = [
        ["По состоянию на 01.12.2024"],
        ["Муниципалитет: Енисейский район"],
        ["Школа", "Обучающихся"],
        [OTHER, 410],
        ["Итого", 410],
        [],
        ["Муниципалитет: город Ковров"],
        ["Школа", "Обучающихся"],
        ["МБОУ СОШ № 4", 777],
    ]
    report = only(load(write_csv("blocks.csv", rows)))
    assert (report.rows_accepted, report.rows_rejected, report.rows_held) == (2, 0, 0)
    assert query(COUNTS) == [(inn["novonazimovo"], 410), (inn["kovrov"], 777)]


def test_a_block_whose_place_is_not_said_takes_none_from_above(load: Load, write_csv: Write, query: Query) -> None:
    """Guards against a new title that names a place in unknown words: the former place holds no longer."""
    rows = [
        ["По состоянию на 01.12.2024"],
        ["Муниципалитет: Енисейский район"],
        ["Школа", "Обучающихся"],
        [SCHOOL, 410],
        ["Управа Заречья"],
        ["Школа", "Обучающихся"],
        ["СОШ № 4", 777],
    ]
    report = only(load(write_csv("blocks.csv", rows)))
    assert (report.rows_accepted, report.rows_held) == (1, 1)


def test_columns_change_with_the_block(load: Load, write_csv: Write, query: Query, inn: dict[str, str]) -> None:
    """Guards against teachers read as pupils where the second header has another order."""
    rows = [
        ["ИНН", "Дата", "Обучающихся", "Педагогических работников"],
        [inn["kovrov"], "01.12.2024", 410, 30],
        ["Педагогических работников", "ИНН", "Обучающихся", "Дата"],
        [19, inn["ozernoe"], 220, "01.12.2024"],
    ]
    only(load(write_csv("blocks.csv", rows)))
    assert query("select students, teachers from raw.headcount order by 1") == [(220, 19), (410, 30)]


def test_same_header_again_is_ignored(load: Load, write_csv: Write, inn: dict[str, str]) -> None:
    """Guards against the heading of every printed page counted as a rejected row or as a block of its own."""
    header = ["ИНН", "Дата", "Обучающихся"]
    rows = [header, [inn["kovrov"], "01.12.2024", 410], header, [inn["ozernoe"], "01.12.2024", 220]]
    report = only(load(write_csv("pages.csv", rows)))
    assert (report.rows_accepted, report.rows_ignored) == (2, 1)


def test_an_incomplete_block_is_refused_from_its_first_row(load: Load, write_csv: Write, inn: dict[str, str]) -> None:
    """Guards against rows under a table that cannot be read taken for rows of the table above it."""
    rows = [
        ["ИНН", "Дата", "Обучающихся"],
        [inn["kovrov"], "01.12.2024", 410],
        ["Система", "ИНН", "Роль", "Активных"],
        ["Сферум", inn["kovrov"], "педагог", 12],
    ]
    report = only(load(write_csv("blocks.csv", rows)))
    assert (report.rows_accepted, report.rows_rejected) == (1, 2)
    (message,) = [text for text in report.messages if "строка 3 и ниже" in text]
    assert "«Период с»" in message
    assert message.endswith("Строки отклонены.")


def test_a_title_between_rows_that_contradicts_refuses_the_rest(
    load: Load, write_csv: Write, query: Query, inn: dict[str, str]
) -> None:
    """Guards against rows of November loaded as of December because the new date has no header of its own."""
    rows = [
        ["По состоянию на 01.12.2024"],
        ["ИНН", "Обучающихся"],
        [inn["kovrov"], 410],
        ["По состоянию на 01.11.2024"],
        [inn["ozernoe"], 220],
        [inn["novonazimovo"], 100],
    ]
    report = only(load(write_csv("two_dates.csv", rows)))
    assert (report.rows_accepted, report.rows_rejected) == (1, 3)
    assert query("select snapshot_date::text, students from raw.headcount") == [("2024-12-01", 410)]
    assert any("строка 4 и ниже" in text and "01.11.2024" in text for text in report.messages)


def test_a_title_between_rows_that_agrees_is_ignored(load: Load, write_csv: Write, inn: dict[str, str]) -> None:
    """Guards against a page title rejected as a row."""
    rows = [
        ["По состоянию на 01.12.2024"],
        ["ИНН", "Обучающихся"],
        [inn["kovrov"], 410],
        ["По состоянию на 01.12.2024"],
        [inn["ozernoe"], 220],
    ]
    report = only(load(write_csv("pages.csv", rows)))
    assert (report.rows_accepted, report.rows_rejected, report.rows_ignored) == (2, 0, 1)


def test_group_rows_give_their_municipality_to_the_rows_below(
    load: Load, write_csv: Write, query: Query, inn: dict[str, str]
) -> None:
    """Guards against a subtotal loaded as a district's number, and against a school placed in the former district."""
    rows = [
        ["Муниципалитет", "Школа", "Дата", "Обучающихся"],
        ["Енисейский район", "", "01.12.2024", 630],
        ["", OTHER, "01.12.2024", 410],
        ["", SCHOOL, "01.12.2024", 220],
        ["город Ковров", "", "01.12.2024", 777],
        ["", "МБОУ СОШ № 4", "01.12.2024", 777],
    ]
    report = only(load(write_csv("groups.csv", rows)))
    assert (report.rows_accepted, report.rows_rejected, report.rows_ignored) == (3, 0, 2)
    assert query(COUNTS) == [(inn["ozernoe"], 220), (inn["novonazimovo"], 410), (inn["kovrov"], 777)]


@pytest.mark.parametrize("line", ["Енисейский район", "Енисейский р-н", "Муниципалитет: Енисейский район"])
def test_a_place_alone_in_its_row_is_a_group_row(
    load: Load, write_csv: Write, query: Query, inn: dict[str, str], line: str
) -> None:
    """Guards against the name of a district above its schools rejected as a school."""
    rows = [
        ["Школа", "Дата", "Обучающихся"],
        ["г. Ковров"],
        ["МБОУ СОШ № 4", "01.12.2024", 777],
        [line],
        ["МБОУ СОШ № 4", "01.12.2024", 1],
        ["МБОУ Новоназимовская СОШ № 4", "01.12.2024", 410],
    ]
    report = only(load(write_csv("lines.csv", rows)))
    assert (report.rows_accepted, report.rows_held, report.rows_ignored) == (2, 1, 2)
    assert query(COUNTS) == [(inn["novonazimovo"], 410), (inn["kovrov"], 777)]


def test_rows_of_municipalities_alone_are_data(load: Load, write_csv: Write, query: Query) -> None:
    """Guards against a table of districts taken for group rows without schools."""
    rows = [
        ["Муниципалитет", "Школа", "Мероприятие", "Год", "Участников"],
        ["Енисейский район", "", "Урок цифры", 2024, 150],
        ["город Ковров", "", "Урок цифры", 2024, 50],
    ]
    report = only(load(write_csv("places.csv", rows)))
    assert report.rows_accepted == 2
    assert query("select participants from raw.participation order by 1") == [(50,), (150,)]


def test_subheadings_of_columns_that_mean_nothing(load: Load, tmp_path: Path, inn: dict[str, str]) -> None:
    """Guards against the lower row of a header rejected as a row of data."""
    path = tmp_path / "lower.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("ОО")
        for column, heading in enumerate(["ИНН", "Дата", "Обучающихся"]):
            sheet.merge_range(0, column, 1, column, heading)
        sheet.merge_range(0, 3, 0, 4, "Питание")
        sheet.write_row(1, 3, ["горячее", "буфет"])
        sheet.write_row(2, 0, [inn["kovrov"], "01.12.2024", 410, 300, 110])
    report = only(load(path))
    assert (report.rows_accepted, report.rows_rejected, report.rows_ignored) == (1, 0, 0)


def test_what_is_refused_of_a_sheet_is_counted_once(load: Load, write_csv: Write, inn: dict[str, str]) -> None:
    """Guards against a block below a refused row that is counted again, as rejected and as its own."""
    rows = [
        ["По состоянию на 01.12.2024"],
        ["ИНН", "Обучающихся"],
        [inn["kovrov"], 410],
        ["По состоянию на 01.11.2024"],
        [inn["ozernoe"], 220],
        ["Отчёт"],
        ["ИНН", "Обучающихся"],
        [inn["novonazimovo"], 100],
    ]
    report = only(load(write_csv("rest.csv", rows)))
    assert (report.rows_read, report.rows_accepted, report.rows_rejected) == (6, 1, 5)


def test_a_table_of_another_kind_below_a_refused_row_is_read(
    load: Load, write_csv: Write, query: Query, inn: dict[str, str]
) -> None:
    """Guards against rows of another kind, with a header and titles of their own, refused and loaded at once."""
    rows = [
        ["По состоянию на 01.12.2024"],
        ["ИНН", "Обучающихся"],
        [inn["kovrov"], 410],
        ["По состоянию на 01.11.2024"],
        [inn["ozernoe"], 220],
        ["Скорость, по состоянию на 05.12.2024"],
        ["ИНН", "Скорость"],
        [inn["kovrov"], 100],
    ]
    reports = {report.kind: report for report in load(write_csv("kinds.csv", rows))}
    assert (reports["headcount"].rows_accepted, reports["headcount"].rows_rejected) == (1, 2)
    assert (reports["connectivity"].rows_accepted, reports["connectivity"].rows_rejected) == (1, 0)
    assert query("select speed_low from raw.connectivity") == [(100,)]


def test_a_block_of_another_sender_is_refused(load: Load, write_csv: Write, inn: dict[str, str]) -> None:
    """Guards against rows of one sender that replace those of another."""
    rows = [
        ["Отправитель: Отдел А"],
        ["ИНН", "Дата", "Обучающихся"],
        [inn["kovrov"], "01.12.2024", 410],
        ["Отправитель: Отдел Б"],
        ["ИНН", "Дата", "Обучающихся"],
        [inn["ozernoe"], "01.12.2024", 220],
    ]
    report = only(load(write_csv("senders.csv", rows)))
    assert (report.rows_accepted, report.rows_rejected) == (1, 2)
    assert any("другой отправитель" in text for text in report.messages)
