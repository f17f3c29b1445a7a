"""What documents say: plans, published values, decisions, road maps; each row rule of the contract once."""

from collections.abc import Callable
from decimal import Decimal
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from reports import only

from foundation.settings import Settings
from ingestion.check import check_file
from ingestion.report.file_report import FileReport
from ingestion.steward.queue import accept, list_held, reject

Load = Callable[..., list[FileReport]]
Write = Callable[..., Path]
Query = Callable[[str], list[tuple[Any, ...]]]
Row = dict[str, str]
pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("registry")]

OZERNOE, NOVONAZIMOVO = "МБОУ Озерновская СОШ № 47", "МБОУ Новоназимовская СОШ № 4"
GHOST, SHADE = "Школа-призрак", "Школа теней"
YES_NO = ("да", "нет")
EVERYBODY = "Руководителям образовательных учреждений"
PLACE = {"Субъект": "Красноярский край", "Муниципалитет": "Енисейский район"}
GOOD: dict[str, Row] = {
    "indicator_plan": {
        "Показатель": "ENI.3.3", "Год": "2024", "План": "не менее 90", "Документ": "Соглашение", **PLACE, "ОО": "",
        "Единица": "%", "Область": "каждая организация", "Пункт": "3.3", "Дата документа": "19.12.2024",
    },
    "indicator_reported": {
        "Показатель": "ENI.3.3", "Год": "2024", "Факт": "90,53", "Документ": "Отчёт", **PLACE, "ОО": "",
        "Единица": "%", "Область": "территория", "Пункт": "3.3", "Дата документа": "19.12.2024",
    },
    "decision": {
        "Документ": "Решение", "Дата документа": "19.12.2024", "Пункт": "2.1", "Текст": "Обеспечить подключение.",
        "Ответственные": f"{OZERNOE}, {NOVONAZIMOVO}", "Срок": "до 28.12.2024", "Периодичность": "далее постоянно",
        "Показатель": "ENI.3.3", "Порог": "100", "Состояние": "в работе", **PLACE,
    },
    "milestone": {
        "Документ": "Паспорт", "№ результата": "1.4", "Мероприятие": "Повысить квалификацию", "Начало": "01.01.2019",
        "Окончание": "31.12.2040", "Плановое значение": "не менее16", "Вид документа": "отчёт",
        "Уровень контроля": "АП", "ОО": OZERNOE, **PLACE,
    },
    "note": {
        "Показатель": "ENI.3.3", "Год": "2022", "Год по": "2024", "№ примечания": "1", "ОО": OZERNOE, **PLACE,
        "Текст примечания": "Школа на капитальном ремонте", "Документ": "Приказ",
    },
}  # fmt: skip
BAD: list[tuple[str, Row, str, str]] = [
    ("indicator_reported", {"Показатель": "XYZ.1"}, "Показатель", "код или точное наименование"),
    ("indicator_reported", {"Показатель": ""}, "Показатель", "обязательно"),
    ("indicator_reported", {"Год": ""}, "Год", "обязательно"),
    ("indicator_reported", {"Год": "2009"}, "Год", "год от 2010 до 2050"),
    ("indicator_reported", {"Год": "2021-2022"}, "Год", "ожидался год"),
    ("indicator_reported", {"Показатель": "ZIM.S1", "Год": "2018"}, "Год", "год вне срока действия"),
    ("indicator_reported", {"Показатель": "ZIM.S1", "Год": "2025"}, "Год", "год вне срока действия"),
    ("indicator_reported", {"Факт": "100,1"}, "Факт", "не может быть больше 100"),
    ("indicator_reported", {"Факт": "100,1", "Единица": ""}, "Факт", "не может быть больше 100"),
    ("indicator_reported", {"Факт": "90-110"}, "Факт", "не может быть больше 100"),
    ("indicator_reported", {"Факт": "10/9"}, "Факт", "не может быть больше 100"),
    ("indicator_reported", {"Показатель": "ZIM.M5", "Факт": "150"}, "Факт", "не может быть больше 100"),
    ("indicator_reported", {"Документ": ""}, "Документ", "обязательно"),
    ("indicator_reported", {"Дата документа": "31.02.2024"}, "Дата документа", "существующая дата"),
    ("indicator_reported", {"Область": "всюду"}, "Область", "территория или каждая организация"),
    ("indicator_plan", {"Показатель": "ZIM.S1", "Год": "2018"}, "Год", "год вне срока действия"),
    ("indicator_plan", {"Показатель": "ZIM.S1", "Год": "2025"}, "Год", "год вне срока действия"),
    ("indicator_plan", {"План": "150"}, "План", "не может быть больше 100"),
    ("decision", {"Документ": ""}, "Документ", "обязательно"),
    ("decision", {"Дата документа": ""}, "Дата документа", "обязательно"),
    ("decision", {"Дата документа": "вчера"}, "Дата документа", "существующая дата"),
    ("decision", {"Пункт": ""}, "Пункт", "обязательно"),
    ("decision", {"Текст": ""}, "Текст", "обязательно"),
    ("decision", {"Ответственные": ""}, "Ответственные", "обязательно"),
    ("decision", {"Ответственные": " ; "}, "Ответственные", "обязательно"),
    ("decision", {"Срок": "", "Периодичность": ""}, "Срок", "нужен срок"),
    ("decision", {"Срок": "когда-нибудь"}, "Срок", "ожидался срок"),
    ("decision", {"Срок": "до 31.02.2025, далее постоянно"}, "Срок", "ожидался срок"),
    ("decision", {"Показатель": "XYZ.1"}, "Показатель", "код или точное наименование"),
    ("decision", {"Порог": "много"}, "Порог", "ожидалось число"),
    ("decision", {"Порог": "-3"}, "Порог", "число не меньше 0"),
    ("decision", {"Состояние": "забыто"}, "Состояние", "исполнено, в работе или снято"),
    ("decision", {"Ответственные": EVERYBODY, "Муниципалитет": ""}, "Муниципалитет", "организация или муниципалитет"),
    ("milestone", {"Документ": ""}, "Документ", "обязательно"),
    ("milestone", {"№ результата": ""}, "№ результата", "обязательно"),
    ("milestone", {"Мероприятие": ""}, "Мероприятие", "обязательно"),
    ("milestone", {"Начало": "31.02.2024"}, "Начало", "существующая дата"),
    ("milestone", {"Окончание": ""}, "Окончание", "обязательно"),
    ("milestone", {"Окончание": "31.12.2018"}, "Окончание", "раньше начала"),
    ("note", {"Показатель": "XYZ.1"}, "Показатель", "код или точное наименование"),
    ("note", {"Показатель": ""}, "Показатель", "обязательно"),
    ("note", {"Текст примечания": ""}, "Текст примечания", "обязательно"),
    ("note", {"Показатель": "ZIM.S1", "Год": "2018", "Год по": ""}, "Год", "смотрите его паспорт"),
    ("note", {"Показатель": "ZIM.S1", "Год по": "2025"}, "Год по", "смотрите его паспорт"),
    ("note", {"Год": ""}, "Год по", "впишите его в столбец «Год»"),
    ("note", {"Год по": "2021"}, "Год по", "не может быть раньше «Год»"),
    ("note", {"Год": "до ремонта"}, "Год", "ожидался год"),
]
OTHER_HEADINGS: list[tuple[str, Row]] = [
    ("indicator_reported", {"Показатель": "Доля педагогических работников, зарегистрированных в ФГИС «Моя школа»",
                            "Год": "2024", "Факт": "90", "Документ": "Отчёт", "Регион": "Красноярский край"}),
    ("indicator_reported", {"ПОКАЗАТЕЛЬ:": "ZIM.S1", "Год *": "2023", "Факт": "1/9", "Документ": "Паспорт",
                            "Школа": OZERNOE, "Район": "Енисейского района", "Субъект РФ": "Красноярский край"}),
    ("decision", {"Документ": "Решение", "Дата документа": "2024-12-19", "Пункт": "1", "Текст": "Сделать.",
                  "Ответственные": EVERYBODY, "Срок": "постоянно", "Муниципальное образование": "Енисейский район"}),
    ("note", {"Наименование показателя": "ENI.3.3", "Сноска": "Школа на ремонте", "Район": "Енисейский район"}),
    ("milestone", {"Документ": "Паспорт", "№ результата": "1", "Мероприятие": "Сделать", "Начало": "01.01.2020",
                   "Окончание": "31.12.2020", "Образовательная организация": OZERNOE, "МО": "Енисейский район"}),
]  # fmt: skip


def decision(clause: str, responsible: str, **cells: str) -> list[str]:
    row = {**GOOD["decision"], "Пункт": clause, "Ответственные": responsible, **cells}
    return list(row.values())


@pytest.fixture
def load_decision(load: Load, write_csv: Write) -> Callable[..., FileReport]:
    """Load a file of decision rows."""

    def run(*rows: list[str], name: str = "decision.csv") -> FileReport:
        return only(load(write_csv(name, [list(GOOD["decision"]), *rows])))

    return run


@pytest.fixture
def counts(query: Query) -> Callable[[], tuple[Any, ...]]:
    """Rows read, accepted, rejected and held of the decision in the journal."""

    def run() -> tuple[Any, ...]:
        (row,) = query(
            "select rows_read, rows_accepted, rows_rejected, rows_held from journal.load where kind = 'decision'"
        )
        return row

    return run


@pytest.mark.parametrize("kind", list(GOOD))
def test_a_good_file_is_accepted(settings: Settings, write_csv: Write, kind: str) -> None:
    """Guards against a heading of the contract that no header map knows, and against a row rule that hits everybody."""
    report = only(check_file(settings, write_csv("x.csv", [list(GOOD[kind]), list(GOOD[kind].values())]), {}))
    assert (report.kind, report.rows_accepted, report.messages) == (kind, 1, ())


@pytest.mark.parametrize(("kind", "row"), OTHER_HEADINGS)
def test_other_spellings_of_the_contract_are_accepted(
    settings: Settings, write_csv: Write, kind: str, row: Row
) -> None:
    """Guards against a region that has to rename its columns although the contract accepts them."""
    report = only(check_file(settings, write_csv("x.csv", [list(row), list(row.values())]), {}))
    assert (report.kind, report.rows_accepted, report.messages) == (kind, 1, ())


@pytest.mark.parametrize(("kind", "broken", "column", "expected"), BAD)
def test_a_broken_row_rule_rejects_its_row(
    settings: Settings, write_csv: Write, kind: str, broken: Row, column: str, expected: str
) -> None:
    """Guards against a row rule that is written down and never applied; the good row beside stays accepted."""
    good = GOOD[kind]
    rows = [list(good), list(good.values()), list({**good, **broken}.values())]
    report = only(check_file(settings, write_csv("x.csv", rows), {}))
    assert (report.rows_read, report.rows_accepted, report.rows_rejected) == (2, 1, 1)
    message = next(one for one in report.messages if expected in one)
    assert f"строка 3, столбец «{column}»" in message


@pytest.mark.parametrize("kind", list(GOOD))
def test_a_repeated_key_is_rejected(settings: Settings, write_csv: Write, kind: str) -> None:
    """Guards against one line of a document that counts twice because a file has it twice."""
    row = list(GOOD[kind].values())
    report = only(check_file(settings, write_csv("x.csv", [list(GOOD[kind]), row, row]), {}))
    assert (report.rows_accepted, report.rows_rejected) == (1, 1)
    assert "строка с тем же ключом" in report.messages[0]


def test_published_values_keep_their_kind(load: Load, write_csv: Write, query: Query) -> None:
    """Guards against «не менее 90» read as 90, and «мусор» or a fraction too long for its column as zero or a crash."""
    texts = ["1/9", "не менее 90", "1-3", "+", "мусор", "", f"{'9' * 30}/1"]
    rows = [
        list({**GOOD["indicator_reported"], "Факт": text, "Пункт": str(at)}.values()) for at, text in enumerate(texts)
    ]
    report = only(load(write_csv("x.csv", [list(GOOD["indicator_reported"]), *rows])))
    assert (report.rows_accepted, report.rows_rejected) == (7, 0)
    ninth = Decimal("11.111111")
    assert query(
        "select fact_kind, fact_low, fact_high, fact_numerator, fact_denominator from raw.indicator_reported"
        " order by source_row"
    ) == [
        ("exact", ninth, ninth, 1, 9),
        ("at_least", 90, None, None, None),
        ("range", 1, 3, None, None),
        ("yes_no", None, None, None, None),
        ("unreadable", None, None, None, None),
        ("missing", None, None, None, None),
        ("unreadable", None, None, None, None),
    ]
    assert query("select source_row, rule, severity from journal.reject order by 1") == [
        (6, "measure_unreadable", "warning"),
        (8, "measure_unreadable", "warning"),
    ]


def test_a_percentage_that_is_none_is_accepted(load: Load, write_csv: Write, query: Query) -> None:
    """Guards against G-Z03 rejected: 250 «процентов» are people, and the passport says so."""
    row = {**GOOD["indicator_reported"], "Показатель": "ZIM.M5", "Факт": "250"}
    units = ["процент (в документе); вероятно человек", ""]
    rows = [list({**row, "Единица": unit, "Пункт": str(at)}.values()) for at, unit in enumerate(units)]
    assert only(load(write_csv("x.csv", [list(row), *rows]))).rows_accepted == 2
    assert query("select fact_high from raw.indicator_reported") == [(250,), (250,)]


def test_a_school_year_is_the_year_in_which_it_ends(load: Load, write_csv: Write, query: Query) -> None:
    """Guards against 2022/2023 counted in 2022, and in a calendar year that the document does not say."""
    row = GOOD["indicator_reported"]
    years = ["2022/2023", "2022-2023 уч. год", "2022–2023 учебный год", "2021-2023"]
    rows = [
        list({**row, "Показатель": indicator, "Год": year, "Пункт": str(at)}.values())
        for at, year in enumerate(years)
        for indicator in ("teachers_trained_in_school_year", "teachers_registered")
    ]
    assert only(load(write_csv("x.csv", [list(row), *rows]))).rows_rejected == 5
    assert query("select source_row, rule from journal.reject order by 1") == [
        (3, "school_year"), (5, "school_year"), (7, "school_year"), (8, "not_a_year"), (9, "not_a_year"),
    ]  # fmt: skip
    assert query("select year from raw.indicator_reported order by source_row") == [(2023,), (2023,), (2023,)]


def test_an_unknown_school_of_an_indicator_is_held(load: Load, write_csv: Write, settings: Settings) -> None:
    """Guards against a school's own figure that becomes its municipality's because its name is unknown."""
    row = {**GOOD["indicator_reported"], "ОО": GHOST}
    assert only(load(write_csv("x.csv", [list(row), list(row.values())]))).rows_held == 1
    assert [question.name for question in list_held(settings)] == [GHOST]


@pytest.mark.parametrize(("decide", "taken"), [("accept", 3), ("reject", 2)])
def test_one_unknown_school_of_a_list_waits_alone(
    load_decision: Callable[..., FileReport], counts: Callable[[], tuple[Any, ...]], query: Query, settings: Settings,
    inn: dict[str, str], decide: str, taken: int,
) -> None:  # fmt: skip
    """Guards against a clause lost for five schools because the name of a sixth is misspelt."""
    report = load_decision(decision("1.2", f"{OZERNOE}, {GHOST}, {NOVONAZIMOVO}"))
    assert (report.rows_accepted, report.rows_held) == (0, 1)
    assert counts() == (1, 0, 0, 1)
    assert query("select count(*), count(distinct organisation_id) from raw.decision") == [(2, 2)]
    (question,) = list_held(settings)
    done = accept(settings, question.held_id, inn["kovrov"]) if decide == "accept" else reject(settings, 1)
    assert (done, list_held(settings)) == (1, [])
    assert counts() == (1, 1, 0, 0)
    assert query("select count(*) from raw.decision") == [(taken,)]


@pytest.mark.parametrize(("known", "first", "second"), list(product(["", f"{OZERNOE}, "], YES_NO, YES_NO)))
def test_two_unknown_schools_of_a_row_are_settled_one_after_the_other(
    load_decision: Callable[..., FileReport], counts: Callable[[], tuple[Any, ...]], query: Query, settings: Settings,
    inn: dict[str, str], known: str, first: str, second: str,
) -> None:  # fmt: skip
    """Guards against a row counted twice, or in no count, while one of its names is decided and one is not."""
    load_decision(decision("1.2", f"{known}{GHOST}, {SHADE}"))
    answers = zip(sorted(list_held(settings), key=lambda one: one.held_id), (first, second), strict=True)
    for (question, answer), organisation, left in zip(answers, ("kovrov", "arsentyevka"), (1, 0), strict=True):
        if answer == "да":
            accept(settings, question.held_id, inn[organisation])
        else:
            reject(settings, question.held_id)
        assert counts()[3] == left
    taken = bool(known) + (first == "да") + (second == "да")
    assert counts() == ((1, 1, 0, 0) if taken else (1, 0, 1, 0))
    assert query("select count(*) from raw.decision") == [(taken,)]
    errors = query("select count(distinct source_row) from journal.reject where severity = 'error'")
    assert errors == [(0 if taken else 1,)]


def test_a_school_named_twice_is_one(
    load_decision: Callable[..., FileReport], counts: Callable[[], tuple[Any, ...]], query: Query, settings: Settings,
    inn: dict[str, str],
) -> None:  # fmt: skip
    """Guards against a school that has to do one thing twice, also when a steward finds it is the same one."""
    load_decision(decision("1.2", f"{OZERNOE}, МБОУ «ОЗЕРНОВСКАЯ СОШ №47», {GHOST}"))
    assert query("select organisation_id from raw.decision") == [(inn["ozernoe"],)]
    (question,) = list_held(settings)
    accept(settings, question.held_id, inn["ozernoe"])
    assert counts() == (1, 1, 0, 0)
    assert query("select organisation_id from raw.decision") == [(inn["ozernoe"],)]


def test_a_repeated_clause_is_rejected_with_all_its_names(
    load_decision: Callable[..., FileReport], settings: Settings
) -> None:
    """Guards against a source row both rejected as a repeat and held for one of its names."""
    report = load_decision(decision("1.2", OZERNOE), decision("1.2", f"{NOVONAZIMOVO}, {GHOST}"))
    assert (report.rows_accepted, report.rows_rejected, report.rows_held) == (1, 1, 0)
    assert list_held(settings) == []


def test_a_held_clause_is_no_second_one_once_it_is_settled(
    load_decision: Callable[..., FileReport], query: Query, settings: Settings, inn: dict[str, str]
) -> None:
    """Guards against one clause with two texts because the first row of it waited for a steward."""
    load_decision(decision("1.2", GHOST), decision("1.2", OZERNOE, Текст="Иное."))
    accept(settings, list_held(settings)[0].held_id, inn["kovrov"])
    assert query("select count(distinct text) from raw.decision") == [(1,)]


def test_a_group_stands_for_its_municipality(
    load_decision: Callable[..., FileReport], query: Query, inn: dict[str, str]
) -> None:
    """Guards against «руководителям образовательных учреждений» held as a school nobody knows."""
    report = load_decision(
        decision("2.2", EVERYBODY), decision("2.3", f"{EVERYBODY}:"), decision("2.4", f"{OZERNOE}, {EVERYBODY}")
    )
    assert (report.rows_accepted, report.rows_held) == (3, 0)
    group = ("general_education", None, "municipality")
    own = (None, inn["ozernoe"], "organisation")
    found = query("select responsible_group, organisation_id, level from raw.decision order by clause, 1 nulls last")
    assert found == [group, group, group, own]
    assert query("select distinct municipality_key from raw.decision") == query(
        "select distinct municipality_key from raw.organisation_registry where municipality like 'Ени%'"
    )


def test_a_corrected_decision_replaces_its_clause(load_decision: Callable[..., FileReport]) -> None:
    """Guards against two deadlines of one clause after the secretary has corrected the first."""
    load_decision(decision("2.1", OZERNOE), decision("2.2", OZERNOE))
    report = load_decision(decision("2.1", OZERNOE, Срок="31.01.2025"), name="again.csv")
    assert (report.rows_new, report.rows_changed, report.rows_withdrawn) == (0, 1, 0)
    assert any("«Срок» было 2024-12-28, стало 2025-01-31" in message for message in report.messages)


def test_a_note_keeps_no_number_of_a_person(load: Load, write_csv: Write, query: Query) -> None:
    """Guards against a СНИЛС that reaches a footnote under a public table because it stands in free text."""
    row = {**GOOD["note"], "Текст примечания": "Исправлено по заявлению, СНИЛС 112-233-445 95"}
    assert only(load(write_csv("x.csv", [list(row), list(row.values())]))).rows_accepted == 1
    ((kept,),) = query("select text from raw.note")
    assert kept.startswith("Исправлено по заявлению")
    assert "112" not in kept


def test_a_corrected_note_replaces_the_former(load: Load, write_csv: Write, query: Query) -> None:
    """Guards against two versions of one note, and a second note of a value that takes the first one's place."""
    row = GOOD["note"]
    second = {**row, "№ примечания": "2", "Текст примечания": "Часть классов в другом здании"}
    load(write_csv("x.csv", [list(row), list(row.values()), list(second.values())]))
    corrected = {**row, "Текст примечания": "Ремонт продлён"}
    report = only(load(write_csv("again.csv", [list(row), list(corrected.values())])))
    assert (report.rows_new, report.rows_changed, report.rows_withdrawn) == (0, 1, 0)
    assert query("select year, last_year, level from raw.note where number = '2'") == [(2022, 2024, "organisation")]


def test_a_plan_with_remarks_is_no_list_of_notes(settings: Settings, write_csv: Write) -> None:
    """Guards against a file of plans without its document that passes for notes because it has a column of remarks."""
    rows = [["Показатель", "Год", "План", "Примечание"], ["ENI.3.3", "2024", "90", "Уточнить"]]
    report = only(check_file(settings, write_csv("x.csv", rows), {}))
    assert (report.kind, report.rows_accepted) == (None, 0)
    assert "не хватает обязательного" in str(report.refusal)
