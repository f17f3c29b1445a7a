"""Title lines: the phrase made for the purpose outweighs one in passing; two equal ones that differ refuse the file."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ingestion.report.file_report import FileReport

Load = Callable[..., list[FileReport]]
Write = Callable[..., Path]
Query = Callable[[str], list[tuple[Any, ...]]]
pytestmark = pytest.mark.usefixtures("registry")


@pytest.mark.parametrize(
    "titles",
    [
        ["Целевое значение на 31.12.2024: 100 %. По состоянию на 01.12.2024"],
        ["По состоянию на 1 декабря 2024 г.", "Отчёт на 05.12.2024"],
        ["Дата: 01.12.2024", "Прогноз на 31.12.2024"],
        ["на 01.12.2024"],
    ],
)
def test_the_explicit_date_wins(
    load: Load, write_csv: Write, query: Query, inn: dict[str, str], titles: list[str]
) -> None:
    """Guards against the target date of a form taken for the day of its numbers."""
    rows = [*([title] for title in titles), ["ИНН", "Обучающихся"], [inn["kovrov"], 410]]
    load(write_csv("t.csv", rows))
    assert query("select snapshot_date::text from raw.headcount") == [("2024-12-01",)]


@pytest.mark.parametrize(
    ("titles", "named"),
    [
        (["на 01.12.2024", "на 01.11.2024"], ["«на 01.12.2024» (строка 1", "«на 01.11.2024» (строка 2", "Дата="]),
        (["По состоянию на 01.12.2024 и по состоянию на 31.12.2024"], ["01.12.2024", "31.12.2024"]),
    ],
)
def test_two_dates_of_one_weight_refuse_the_file(
    load: Load, write_csv: Write, inn: dict[str, str], titles: list[str], named: list[str]
) -> None:
    """Guards against the first, the last or the longest date taken without a word."""
    rows = [*([title] for title in titles), ["ИНН", "Обучающихся"], [inn["kovrov"], 410]]
    (report,) = load(write_csv("t.csv", rows))
    assert report.outcome == "refused"
    assert [words for words in named if words not in (report.refusal or "")] == []


def test_what_was_declared_settles_a_conflict(load: Load, write_csv: Write, query: Query, inn: dict[str, str]) -> None:
    """Guards against a file that stays refused although the steward has said what is right."""
    rows = [["на 01.12.2024"], ["на 01.11.2024"], ["ИНН", "Обучающихся"], [inn["kovrov"], 410]]
    (report,) = load(write_csv("t.csv", rows), **{"Дата": "2024-11-01"})
    assert report.outcome == "loaded"
    assert query("select snapshot_date::text from raw.headcount") == [("2024-11-01",)]


@pytest.mark.parametrize(
    ("title", "system"), [("Активность в Сферуме", "sferum"), ("Отчёт по ФГИС «Моя школа»", "my_school")]
)
def test_a_system_in_another_grammatical_case(
    load: Load, write_csv: Write, query: Query, inn: dict[str, str], title: str, system: str
) -> None:
    """Guards against «в Сферуме» not known for Сферум."""
    rows = [[title], ["За ноябрь 2024"], ["ИНН", "Роль", "Активных"], [inn["kovrov"], "педагог", 20]]
    load(write_csv("t.csv", rows))
    assert query("select system_code from raw.platform_activity") == [(system,)]


@pytest.mark.parametrize(
    "title",
    [
        "Период: 01.11.2024 - 30.11.2024", "Период: Ноябрь 2024 г.", "Отчетный период: ноябрь 2024",
        "за период с 01.11.2024 г. по 30.11.2024", "Отчёт за ноябрь 2024 года",
        "Отчётный период: 01.11.2024–30.11.2024",
    ],
)  # fmt: skip
def test_periods_as_programs_print_them(
    load: Load, write_csv: Write, query: Query, inn: dict[str, str], title: str
) -> None:
    """Guards against a report refused because its period is written as accounting programs write it."""
    rows = [["Система: Сферум"], [title], ["ИНН", "Роль", "Активных"], [inn["kovrov"], "педагог", 20]]
    load(write_csv("t.csv", rows))
    assert query("select period_start::text, period_end::text from raw.platform_activity") == [
        ("2024-11-01", "2024-11-30")
    ]


def test_a_school_year_in_a_title(load: Load, write_csv: Write, query: Query) -> None:
    """Guards against «за 2023-2024 учебный год» not read as the year in which it ends."""
    rows = [
        ["Итоги за 2023-2024 учебный год"],
        ["Муниципалитет", "Мероприятие", "Участников"],
        ["Енисейский район", "Урок цифры", 40],
    ]
    load(write_csv("t.csv", rows))
    assert query("select event_year from raw.participation") == [(2024,)]


def test_a_bad_value_of_a_title_is_told_once(load: Load, write_csv: Write, inn: dict[str, str]) -> None:
    """Guards against one bad title reported for each of a thousand rows, as if it stood in them."""
    rows = [["Дата: 31.02.2024"], ["ИНН", "Обучающихся"], [inn["kovrov"], 1], [inn["ozernoe"], 2]]
    (report,) = load(write_csv("t.csv", rows))
    assert report.rows_rejected == 2
    (message,) = [text for text in report.messages if "31.02.2024" in text]
    assert "строка 1, над таблицей" in message
    assert message.endswith("Строки отклонены.")


def test_a_repeated_row_names_the_row_it_repeats(load: Load, write_csv: Write, inn: dict[str, str]) -> None:
    """Guards against a sender left to look for the twin among thousands of rows."""
    rows = [["ИНН", "Дата", "Обучающихся"], *([inn["kovrov"], "01.12.2024", count] for count in (1, 2))]
    (report,) = load(write_csv("t.csv", rows))
    assert any("строка 3" in text and "уже есть выше: строка 2" in text for text in report.messages)


def test_the_nearest_kind_is_told_by_what_the_file_has(load: Load, write_csv: Write, inn: dict[str, str]) -> None:
    """Guards against advice that leads astray: a file of speeds told to be a headcount because that lacks less."""
    rows = [["ИНН", "Скорость, Мбит/с", "Провайдер", "Тип подключения"], [inn["kovrov"], 100, "Связь", "оптика"]]
    (report,) = load(write_csv("t.csv", rows))
    assert "Ближайший вид выгрузки: «Скорость Интернета»" in (report.refusal or "")


def test_a_day_in_a_heading(load: Load, write_csv: Write, query: Query, inn: dict[str, str]) -> None:
    """Guards against a file refused for a date that stands in its headings."""
    rows = [["ИНН", "Обучающихся на 01.12.2024", "Педагогов, чел. на 01.12.2024"], [inn["kovrov"], 410, 30]]
    load(write_csv("t.csv", rows))
    assert query("select snapshot_date::text, students, teachers from raw.headcount") == [("2024-12-01", 410, 30)]


def test_a_heading_against_a_title_is_a_remark(load: Load, write_csv: Write, query: Query, inn: dict[str, str]) -> None:
    """Guards against two dates of one table of which the sender hears nothing."""
    rows = [["По состоянию на 01.12.2024"], ["ИНН", "Обучающихся на 01.11.2024"], [inn["kovrov"], 410]]
    (report,) = load(write_csv("t.csv", rows))
    assert query("select snapshot_date::text from raw.headcount") == [("2024-12-01",)]
    assert any("«на 01.11.2024»" in text and "01.12.2024" in text for text in report.messages)


def test_a_wide_column_is_named_by_its_own_heading(load: Load, write_csv: Write, inn: dict[str, str]) -> None:
    """Guards against «registered» in a message: the sender knows the heading, not our code."""
    header = ["Система", "Дата среза", "ИНН", "Зарегистрировано педагогов", "Зарегистрировано обучающихся"]
    (report,) = load(write_csv("t.csv", [header, ["Моя школа", "01.12.2024", inn["kovrov"], "5", "много"]]))
    (message,) = [text for text in report.messages if "«много»" in text]
    assert "столбец «Зарегистрировано обучающихся»" in message
