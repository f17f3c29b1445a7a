"""What the contract accepts everywhere: a day given outside the table, months as dates, extra columns."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from foundation.settings import Settings
from ingestion.check import check_file
from ingestion.report.file_report import FileReport

Load = Callable[..., list[FileReport]]
Write = Callable[..., Path]
Query = Callable[[str], list[tuple[Any, ...]]]
pytestmark = pytest.mark.usefixtures("registry")

EVENT = [["Мероприятие", "Муниципалитет", "Участников"], ["Урок цифры", "Енисейский район", "1"]]


def test_a_day_may_be_given_outside_the_table(settings: Settings, write_csv: Write) -> None:
    """Guards against «Дата | Год» being the one date that `--set` cannot give, and a refusal that hides the way."""
    path = write_csv("x.csv", EVENT)
    (refused,) = check_file(settings, path, {})
    assert '--set "Дата=…"' in str(refused.refusal)
    (given,) = check_file(settings, path, {"Дата": "12.10.2023"})
    assert (given.rows_accepted, given.messages) == (1, ())


def test_a_month_stands_for_its_first_or_last_day(load: Load, write_csv: Write, query: Query) -> None:
    """Guards against «декабрь 2023» refused in some columns, and against a deadline at the month's beginning."""
    heading = ["Документ", "№ результата", "Мероприятие", "Начало", "Окончание"]
    milestone = [heading, ["Д", "1", "м", "январь 2023", "декабрь 2023"]]
    load(write_csv("m.csv", milestone))
    assert query("select started_on, due_on from raw.milestone") == [(date(2023, 1, 1), date(2023, 12, 31))]
    heading = ["Документ", "Дата документа", "Пункт", "Текст", "Ответственные", "Муниципалитет", "Срок"]
    decision = [
        heading,
        ["Д", "декабрь 2024", "1", "т", "МБОУ Озерновская СОШ № 47", "Енисейский район", "до мая 2025"],
    ]
    load(write_csv("d.csv", decision))
    assert query("select document_date, due_on from raw.decision") == [(date(2024, 12, 1), date(2025, 5, 31))]


@pytest.mark.parametrize("first", ["№ п/п", "№ результата"])
def test_a_row_number_beside_the_number_is_an_extra_column(
    load: Load, write_csv: Write, query: Query, first: str
) -> None:
    """Guards against a road map refused because its rows are numbered too, in either order of columns."""
    second = ({"№ п/п", "№ результата"} - {first}).pop()
    values = {"№ п/п": "7", "№ результата": "1.2"}
    rows = [
        ["Документ", first, second, "Мероприятие", "Начало", "Окончание"],
        ["Д", values[first], values[second], "м", "01.01.2023", "31.12.2023"],
    ]
    (report,) = load(write_csv("m.csv", rows))
    assert report.rows_accepted == 1
    assert query("select number from raw.milestone") == [("1.2",)]


@pytest.mark.parametrize(("day", "expected"), [("2009", "раньше 2010"), ("", "обязательно"), ("31.02.2023", "дата")])
def test_a_day_without_a_year_column_is_blamed_once(
    settings: Settings, write_csv: Write, day: str, expected: str
) -> None:
    """Guards against a message about a column «Год» that the file does not have."""
    rows = [["Дата", "Муниципалитет", "Вид", "Количество"], [day, "Енисейский район", "РМО", "1"]]
    (report,) = check_file(settings, write_csv("x.csv", rows), {})
    (message,) = report.messages
    assert "столбец «Дата»" in message
    assert expected in message
