"""Objects, events, money, certificates and surveys; each row rule of the contract once."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from reports import only

from foundation.settings import Settings
from ingestion.check import check_file
from ingestion.report.file_report import FileReport

Load = Callable[..., list[FileReport]]
Write = Callable[..., Path]
Query = Callable[[str], list[tuple[Any, ...]]]
Row = dict[str, str]
pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("registry")]

SCHOOL, DISTRICT = "МБОУ Озерновская СОШ № 47", "Енисейский район"
# Far enough ahead for any time zone: tomorrow here is already today in the region three hours before midnight.
YEAR_AHEAD = str(date.today().year + 2)
DAY_AHEAD = f"01.01.{YEAR_AHEAD}"
GOOD: dict[str, Row] = {
    "infrastructure": {
        "Наименование организации": SCHOOL, "Муниципалитет": DISTRICT, "Объект": "Точка роста", "Дата с": "01.09.2020",
        "Год": "", "Дата по": "31.08.2023", "Состояние": "закрыт", "Примечание": "первый этаж",
    },
    "participation": {
        "Мероприятие": "Урок цифры", "Дата": "24.04.2023", "Год": "", "Муниципалитет": DISTRICT, "ОО": "",
        "Участников": "1 344", "Единица счёта": "участие", "Классы": "8-11",
    },
    "funding": {
        "Год": "2022", "Муниципалитет": DISTRICT, "ОО": SCHOOL, "Сумма": "1 600 400,00", "Единица": "руб.",
        "Источник": "краевой бюджет", "План или факт": "факт", "Документ": "Отчёт",
    },
    "certificate": {
        "Дата": "01.12.2020", "Муниципалитет": DISTRICT, "Выдано": "7756",
        "Вид": "персонифицированного финансирования", "ОО": "",
    },
    "methodical_event": {
        "Дата": "", "Год": "2024", "Муниципалитет": DISTRICT, "ОО": "", "Вид": "РМО", "Количество": "18",
        "Тема": "Итоговый семинар по Сферуму", "Участников": "40",
    },
    "survey": {
        "Дата": "01.12.2024", "Муниципалитет": DISTRICT, "ОО": "", "Опрос": "Дневник", "Вопрос": "Удобно ли?",
        "Ответили": "100", "Удовлетворены": "85", "Доля": "",
    },
}  # fmt: skip
NO_PLACE = {"ОО": "", "Муниципалитет": ""}
MISSING = "обязательно"
BAD: list[tuple[str, Row, str, str]] = [
    ("infrastructure", {"Объект": ""}, "Объект", MISSING),
    ("infrastructure", {"Дата с": "", "Год": ""}, "Год", MISSING),
    ("infrastructure", {"Дата с": "31.02.2020"}, "Дата с", "существующая дата"),
    ("infrastructure", {"Дата с": "", "Год": "2009"}, "Год", "раньше 2010"),
    ("infrastructure", {"Дата с": "01.09.2024"}, "Дата по", "раньше «Дата с»"),
    ("infrastructure", {"Дата с": "", "Год": "2024"}, "Дата по", "раньше «Дата с»"),
    ("infrastructure", {"Дата с": DAY_AHEAD, "Дата по": "", "Состояние": "действует"}, "Дата с", "у состояния «план»"),
    ("infrastructure", {"Дата с": "", "Год": YEAR_AHEAD, "Дата по": "", "Состояние": ""}, "Год", "состояния «план»"),
    ("infrastructure", {"Состояние": "сломан"}, "Состояние", "план, действует или закрыт"),
    ("infrastructure", {"Наименование организации": ""}, "Наименование организации", "нужен ИНН"),
    ("participation", {"Мероприятие": ""}, "Мероприятие", MISSING),
    ("participation", {"Дата": ""}, "Год", MISSING),
    ("participation", {"Дата": "31.02.2023"}, "Дата", "существующая дата"),
    ("participation", {"Дата": DAY_AHEAD}, "Дата", "позже сегодняшней"),
    ("participation", {"Дата": "31.12.2009"}, "Дата", "раньше 01.01.2010"),
    ("participation", {"Дата": "", "Год": YEAR_AHEAD}, "Год", "позже текущего"),
    ("participation", {"Дата": "", "Год": "2009"}, "Год", "раньше 2010"),
    ("participation", NO_PLACE, "Муниципалитет", "нужна организация или муниципалитет"),
    ("participation", {"Участников": ""}, "Участников", MISSING),
    ("participation", {"Участников": "-1"}, "Участников", "целое число не меньше 0"),
    ("participation", {"Участников": "12,5"}, "Участников", "целое число"),
    ("participation", {"Единица счёта": "штука"}, "Единица счёта", "человек или участие"),
    ("funding", {"Год": ""}, "Год", MISSING),
    ("funding", {"Год": "2021-2022"}, "Год", "ожидался год"),
    ("funding", {"Год": "2051"}, "Год", "год от 2010 до 2050"),
    ("funding", NO_PLACE, "Муниципалитет", "нужна организация или муниципалитет"),
    ("funding", {"Сумма": "много"}, "Сумма", "ожидалось число"),
    ("funding", {"Сумма": ""}, "Сумма", MISSING),
    ("funding", {"Год": YEAR_AHEAD}, "Год", "только у плана"),
    ("funding", {"Сумма": "-1"}, "Сумма", "число не меньше 0"),
    ("funding", {"Сумма": "99999999999", "Единица": "млн руб."}, "Сумма", "ожидалось число"),
    ("funding", {"Сумма": f"{'9' * 20} рублей"}, "Сумма", "ожидалось число"),
    ("funding", {"Единица": ""}, "Единица", MISSING),
    ("funding", {"Единица": "евро"}, "Единица", "руб., тыс. руб. или млн руб."),
    ("funding", {"План или факт": "смета"}, "План или факт", "план или факт"),
    ("certificate", {"Дата": ""}, "Дата", MISSING),
    ("certificate", {"Дата": "31.02.2020"}, "Дата", "существующая дата"),
    ("certificate", {"Дата": DAY_AHEAD}, "Дата", "позже сегодняшней"),
    ("certificate", {"Дата": "31.12.2009"}, "Дата", "раньше 01.01.2010"),
    ("certificate", NO_PLACE, "Муниципалитет", "нужна организация или муниципалитет"),
    ("certificate", {"Выдано": ""}, "Выдано", MISSING),
    ("certificate", {"Выдано": "-1"}, "Выдано", "целое число не меньше 0"),
    ("certificate", {"Вид": "красный"}, "Вид", "учёта или персонифицированного"),
    ("methodical_event", {"Год": ""}, "Год", MISSING),
    ("methodical_event", {"Год": YEAR_AHEAD}, "Год", "позже текущего"),
    ("methodical_event", {"Дата": DAY_AHEAD}, "Дата", "позже сегодняшней"),
    ("methodical_event", NO_PLACE, "Муниципалитет", "нужна организация или муниципалитет"),
    ("methodical_event", {"Вид": ""}, "Вид", MISSING),
    ("methodical_event", {"Количество": ""}, "Количество", MISSING),
    ("methodical_event", {"Количество": "1,5"}, "Количество", "целое число"),
    ("methodical_event", {"Участников": "-1"}, "Участников", "целое число не меньше 0"),
    ("survey", {"Дата": ""}, "Дата", MISSING),
    ("survey", {"Дата": DAY_AHEAD}, "Дата", "позже сегодняшней"),
    ("survey", {"Дата": "31.12.2009"}, "Дата", "раньше 01.01.2010"),
    ("survey", NO_PLACE, "Муниципалитет", "нужна организация или муниципалитет"),
    ("survey", {"Опрос": ""}, "Опрос", MISSING),
    ("survey", {"Вопрос": ""}, "Вопрос", MISSING),
    ("survey", {"Ответили": ""}, "Ответили", MISSING),
    ("survey", {"Ответили": "84"}, "Удовлетворены", "не может быть больше ответивших"),
    ("survey", {"Удовлетворены": ""}, "Удовлетворены", "число удовлетворённых или их доля"),
    ("survey", {"Удовлетворены": "", "Доля": "101"}, "Доля", "от 0 до 100"),
    ("survey", {"Удовлетворены": "", "Доля": "много"}, "Доля", "ожидалось число"),
]
OTHER_HEADINGS: list[tuple[str, Row]] = [
    ("infrastructure", {"Школа": SCHOOL, "Район": "Енисейского района", "Объект": "ЭЖД", "Год": "2022"}),
    ("infrastructure", {"Организация": SCHOOL, "МО": DISTRICT, "Объект": "СКУД", "Дата с": "45000"}),
    ("participation", {"Мероприятие": "ПроеКТОриЯ", "Год": "2022", "Территория": DISTRICT, "Участников": "5744"}),
    ("participation", {"Мероприятие": "Билет в будущее", "Дата": "2023", "Наименование ОО": SCHOOL,
                       "Участников": "450"}),
    ("funding", {"Год": "2019", "Образовательная организация": SCHOOL, "Сумма": "0", "Единица": "тыс. руб."}),
    ("certificate", {"Дата": "декабрь 2020", "Муниципальное образование": DISTRICT, "Выдано": "7756"}),
    ("methodical_event", {"Дата": "24.04.2023", "ОО": SCHOOL, "Вид": "семинар", "Количество": "3"}),
    ("survey", {"Дата": "01.12.2024", "ОО": SCHOOL, "Опрос": "О", "Вопрос": "В", "Ответили": "9", "Доля": "85,5 %"}),
]  # fmt: skip


def table(kind: str, *changes: Row) -> list[list[str]]:
    """The good row of a kind, changed, once for each of the changes."""
    return [list(GOOD[kind]), *(list({**GOOD[kind], **change}.values()) for change in changes)]


@pytest.mark.parametrize("kind", list(GOOD))
def test_a_good_file_is_accepted(settings: Settings, write_csv: Write, kind: str) -> None:
    """Guards against a heading nobody knows, a rule that hits everybody, and «Итоговый семинар» taken for a total."""
    report = only(check_file(settings, write_csv("x.csv", table(kind, {})), {}))
    assert (report.kind, report.rows_accepted, report.messages) == (kind, 1, ())


@pytest.mark.parametrize(("kind", "row"), OTHER_HEADINGS)
def test_other_spellings_of_the_contract_are_accepted(
    settings: Settings, write_csv: Write, kind: str, row: Row
) -> None:
    """Guards against a region that has to rename its columns although the contract accepts them."""
    report = only(check_file(settings, write_csv("x.csv", [list(row), list(row.values())]), {}))
    assert (report.kind, report.rows_accepted, report.messages) == (kind, 1, ())


@pytest.mark.parametrize("kind", [kind for kind in GOOD if kind != "infrastructure"])
def test_a_file_without_any_place_column_is_refused_once(settings: Settings, write_csv: Write, kind: str) -> None:
    """Guards against hundreds of messages, one a row, for a column the sender left out."""
    row = {heading: value for heading, value in GOOD[kind].items() if heading not in NO_PLACE}
    report = only(check_file(settings, write_csv("x.csv", [list(row), *([list(row.values())] * 3)]), {}))
    assert (report.outcome, report.messages) == ("refused", ())
    missing = "Муниципалитет" if kind == "certificate" else "Наименование организации или Муниципалитет"
    assert f"не хватает обязательного: «{missing}»" in str(report.refusal)
    assert 'vitrina add ФАЙЛ --set "Муниципалитет=…"' in str(report.refusal)


@pytest.mark.parametrize(("kind", "broken", "column", "expected"), BAD)
def test_a_broken_row_rule_rejects_its_row(
    settings: Settings, write_csv: Write, kind: str, broken: Row, column: str, expected: str
) -> None:
    """Guards against a row rule that is written down and never applied; the good row beside stays accepted."""
    report = only(check_file(settings, write_csv("x.csv", table(kind, {}, broken)), {}))
    assert (report.rows_read, report.rows_accepted, report.rows_rejected) == (2, 1, 1)
    message = next(one for one in report.messages if expected in one)
    assert f"строка 3, столбец «{column}»" in message


@pytest.mark.parametrize("kind", list(GOOD))
def test_a_repeated_key_is_rejected_and_an_unknown_school_is_held(
    settings: Settings, write_csv: Write, kind: str
) -> None:
    """Guards against a fact that counts twice, and against a school's fact that becomes its municipality's."""
    name = "Наименование организации" if kind == "infrastructure" else "ОО"
    report = only(check_file(settings, write_csv("x.csv", table(kind, {}, {}, {name: "Школа-призрак"})), {}))
    assert (report.rows_accepted, report.rows_rejected, report.rows_held) == (1, 1, 1)
    assert "строка с тем же ключом" in report.messages[0]


@pytest.mark.parametrize(
    ("kind", "column"), [("infrastructure", "Объект"), ("participation", "Мероприятие"), ("methodical_event", "Вид")]
)
def test_an_unknown_object_is_accepted_and_said(
    load: Load, write_csv: Write, query: Query, kind: str, column: str
) -> None:
    """Guards against a fact thrown away, or silently kept, because the catalogue has no such thing."""
    report = only(load(write_csv("x.csv", table(kind, {column: "Нечто"}))))
    assert report.rows_accepted == 1
    assert query("select column_name, rule, severity from journal.reject") == [(column, "subject_unknown", "warning")]
    assert "«Нечто», не найдено в каталоге" in report.messages[0]


def test_only_a_plan_lies_in_the_future(load: Load, write_csv: Write, query: Query) -> None:
    """Guards against a planned object rejected for its date, or a date's slip accepted as an object that works."""
    ahead = [{"Дата с": DAY_AHEAD, "Год": ""}, {"Дата с": "", "Год": YEAR_AHEAD}]
    states = ["план", "действует", "закрыт"]
    changes = [{**when, "Дата по": "", "Состояние": state} for state in states for when in ahead]
    report = only(load(write_csv("x.csv", table("infrastructure", *changes))))
    assert (report.rows_accepted, report.rows_rejected) == (2, 4)
    assert query("select distinct state from raw.infrastructure") == [("planned",)]


@pytest.mark.parametrize(
    ("day", "year", "expected"),
    [
        ("01.12.2022", "", (date(2022, 12, 1), 2022)),
        ("", "2022", (None, 2022)),
        ("2022", "", (None, 2022)),
        ("01.12.2022", "2022", (date(2022, 12, 1), 2022)),
        ("01.12.2022", "2021", (date(2022, 12, 1), 2022)),
    ],
)
def test_a_day_or_a_year_or_both(
    load: Load, write_csv: Write, query: Query, day: str, year: str, expected: tuple[date | None, int]
) -> None:
    """Guards against a year made a day of January, and against a day without its year."""
    load(write_csv("x.csv", table("participation", {"Дата": day, "Год": year})))
    assert query("select held_on, event_year from raw.participation") == [expected]


def test_a_school_and_its_municipality_both_stand(
    load: Load, write_csv: Write, query: Query, inn: dict[str, str]
) -> None:
    """Guards against a municipality's total that replaces its school's number, or the other way round."""
    assert only(load(write_csv("x.csv", table("participation", {}, {"ОО": SCHOOL})))).rows_accepted == 2
    assert query("select level, organisation_id, participants from raw.participation order by 1") == [
        ("municipality", None, 1344),
        ("organisation", inn["ozernoe"], 1344),
    ]


def test_sums_in_every_spelling(load: Load, write_csv: Write, query: Query) -> None:
    """Guards against G-V06 and G-Z02: millions read as roubles, and words as no number."""
    sums = {
        ("1 млн. 600 тыс. 400 рублей", "руб."): "1600400.00",
        ("34 миллиона", "рублей"): "34000000.00",
        ("1 600 400,50", "руб"): "1600400.50",
        ("0,056", "млн руб."): "56000.00",
        ("0,002", "млн. рублей"): "2000.00",
        ("12,5", "тыс. руб."): "12500.00",
        ("0", "млн руб."): "0.00",
    }
    changes = [{"Сумма": text, "Единица": unit, "Источник": text} for text, unit in sums]
    assert only(load(write_csv("x.csv", table("funding", *changes)))).rows_accepted == len(sums)
    found = query("select amount from raw.funding order by source_row")
    assert found == [(Decimal(amount),) for amount in sums.values()]


def test_a_corrected_sum_replaces_by_key(load: Load, write_csv: Write, query: Query) -> None:
    """Guards against money counted twice once the first file is corrected, and a plan that replaces a fact."""
    load(write_csv("x.csv", table("funding", {}, {"План или факт": "план"}, {"Год": "2023"})))
    report = only(load(write_csv("y.csv", table("funding", {"Сумма": "1,7", "Единица": "млн руб."}))))
    assert (report.rows_new, report.rows_changed, report.rows_withdrawn) == (0, 1, 0)
    assert any("«Сумма» было 1600400.00, стало 1700000.00" in message for message in report.messages)
    newest = "arg_max(amount, load_sequence)::int"
    assert query(f"select year, plan_or_fact, {newest} from raw.funding group by row_key, 1, 2 order by 1, 2") == [
        (2022, "fact", 1700000),
        (2022, "plan", 1600400),
        (2023, "fact", 1600400),
    ]


def test_a_merged_number_stands_for_its_first_row(settings: Settings, tmp_path: Path) -> None:
    """Guards against one number of participants counted once for each school that its cell is merged over."""
    path = tmp_path / "merged.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        for at, row in enumerate(table("participation", {}, {"ОО": SCHOOL, "Участников": ""})):
            sheet.write_row(at, 0, row)
        sheet.merge_range("F2:F3", 12)
    report = only(check_file(settings, path, {}))
    assert (report.rows_accepted, report.rows_rejected) == (1, 1)
    assert "столбец «Участников»: «», значение обязательно" in report.messages[0]
