"""Cells as programs, the press and people write them: each kind read right, or rejected with its own reason."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any, get_args

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingestion.values.cells import CellReader, Reading
from ingestion.values.dates import depends_on_zone, parse_date, parse_school_year
from ingestion.values.measures import Bounds, parse_bounds
from ingestion.values.numbers import parse_count
from ingestion.values.parse import parse_table
from schemas.catalogue import cell_words
from schemas.columns import Slash
from schemas.heading_units import heading_unit, is_unit
from schemas.indicators import indicator_code_of
from schemas.kinds import KINDS
from schemas.rules import RULES

D = Decimal
SECRET = "s" * 32
SNILS = "01234567819"
"""Invented: the check number of 012345678 is 19."""
INN_OF_PERSON = "999912345603"


def reader(person_heading: str = "") -> CellReader:
    return CellReader(
        secret=SECRET,
        month_first=False,
        may_repair_inn=lambda _: True,
        indicator_code=indicator_code_of,
        person_heading=person_heading,
    )


def read(parse: str, text: str, person_heading: str = "") -> Reading:
    return reader(person_heading).of(parse)(text)


def speed(text: str) -> Bounds:
    return parse_bounds(text, "download")


@pytest.mark.parametrize(
    ("text", "low"),
    [
        ("100/100", 100),
        ("50/10", 50),
        ("100/50 Мбит/с", 100),
        ("20 / 20", 20),
        ("100 Мбит/с / 50 Мбит/с", 100),
        ("1 Гбит/с/100 Мбит/с", 1000),
        ("512/256 Кбит/с", D("0.512")),
        ("0,5/0,5", D("0.5")),
        ("100/0", 100),
        ("24/7", 24),
        ("100\\50", 100),
    ],
)
def test_the_first_of_two_speeds_is_the_download(text: str, low: Decimal) -> None:
    """Guards against «100/100 Мбит/с» read as the fraction 1, and «100/0» as an error."""
    assert speed(text) == Bounds(low, low, "exact")


@given(st.integers(1, 10000), st.integers(0, 10000), st.sampled_from(["", " ", "\u00a0"]))
def test_a_pair_of_speeds_is_never_a_quotient(download: int, upload: int, space: str) -> None:
    """Guards against a speed that is the quotient of download and upload."""
    assert speed(f"{download}{space}/{space}{upload}").low == download


@pytest.mark.parametrize("text", ["100 из 100", "1 из 2", "100/", "/50", "100/50/25", "быстро/медленно"])
def test_what_is_no_pair_of_speeds_is_unreadable(text: str) -> None:
    """Guards against a guess where a speed does not say two numbers."""
    assert (speed(text).kind, speed(text).low) == ("unreadable", None)


def test_a_slash_means_nothing_where_no_shares_are_planned() -> None:
    """Guards against a fraction read in a column that has none; where shares are planned it stays one."""
    assert parse_bounds("1/9", "none").kind == "unreadable"
    assert parse_bounds("1/9", "fraction").denominator == 9


@pytest.mark.parametrize(
    "text", ["1,000", "1.000", "1,250", "2.050", "1,234,567", "-1,000", "12,345", "1.234.567", "1,000.5"]
)
def test_a_thousands_mark_is_ambiguous(text: str) -> None:
    """Guards against one pupil where a thousand was written, and a thousand where it was one."""
    assert read("count", text) == Reading(None, "count_thousands_mark")
    assert parse_count(text) is None


@pytest.mark.parametrize(
    ("text", "value"),
    [("12,0", 12), ("12,00", 12), ("12.0", 12), ("1000.000", 1000), ("1 000", 1000), ("14\u00a0266", 14266)],
)
def test_whole_numbers(text: str, value: int) -> None:
    """Guards against a number that databases write with a zero fraction being rejected with the ambiguous ones."""
    assert read("count", text) == Reading(value)


@given(st.integers(1, 999), st.lists(st.integers(0, 999), min_size=1, max_size=3), st.sampled_from(",."))
def test_no_number_grouped_by_marks_is_a_count(first: int, groups: list[int], mark: str) -> None:
    """Guards against any grouping by commas or dots slipping through as a number a thousand times too small."""
    text = mark.join([str(first), *(f"{group:03}" for group in groups)])
    assert read("count", text).rule == "count_thousands_mark"


@pytest.mark.parametrize("text", ["1000000000", "2447901016", "89131234567", "9" * 14])
def test_nobody_counts_so_many(text: str) -> None:
    """Guards against an ИНН or a telephone number that a shifted column makes a number of pupils."""
    assert read("count", text) == Reading(None, "number_too_large")


@pytest.mark.parametrize("parse", ["count", "decimal", "minutes"])
@pytest.mark.parametrize("text", [INN_OF_PERSON, "98765430179", "98765430179.0", f" {INN_OF_PERSON} "])
def test_a_persons_number_is_no_amount(parse: str, text: str) -> None:
    """Guards against a СНИЛС or a person's ИНН kept in the warehouse as a number."""
    assert read(parse, text) == Reading(None, "number_of_person")
    assert parse_bounds(text).kind == "unreadable"
    assert read("roubles", f"{text}; руб.").value is None


@pytest.mark.parametrize(
    ("text", "kind", "low", "high"),
    [
        ("4,7 тыс.", "exact", 4700, 4700),
        ("470 тысяч", "exact", 470_000, 470_000),
        ("28 млн", "exact", 28_000_000, 28_000_000),
        ("2,5 млрд", "exact", 2_500_000_000, 2_500_000_000),
        ("1 млн 600 тыс. 400", "exact", 1_600_400, 1_600_400),
        ("свыше 230 тысяч", "at_least", 230_000, None),
        ("более чем 1 млн 200 тыс.", "at_least", 1_200_000, None),
        ("230 тыс. и более", "at_least", 230_000, None),
        ("до 4,7 тыс.", "at_most", None, 4700),
        ("не более 5 тыс.", "at_most", None, 5000),
        ("1-3 тыс.", "range", 1000, 3000),
        ("от 1 до 2 тыс.", "range", 1000, 2000),
        ("1 тыс. – 3 тыс.", "range", 1000, 3000),
        ("1 тыс.", "exact", 1000, 1000),
        ("более 100 Мбит/с", "at_least", 100, None),
        ("1 тыс. Мбит/с", "exact", 1000, 1000),
    ],
)
def test_words_of_the_press(text: str, kind: str, low: int | None, high: int | None) -> None:
    """Guards against «4,7 тыс.» lost as unreadable, or read as 4,7."""
    assert parse_bounds(text) == Bounds(low, high, kind)


@pytest.mark.parametrize(
    "text", ["500-1 тыс.", "1 тыс. 5 млн", "полторы тысячи", "тысяча", "много", "почти все", "28 мл"]
)
def test_words_that_give_no_number(text: str) -> None:
    """Guards against a number made of words that contradict each other."""
    found = parse_bounds(text)
    assert (found.kind, found.low, found.high, found.rule) == ("unreadable", None, None, "measure_unreadable")


@pytest.mark.parametrize(
    "text", ["около 90", "порядка 77", "почти 100 %", "≈90", "~ 4,7 тыс.", "примерно 5", "90 (примерно)", "90±5"]
)
def test_an_approximation_has_its_own_reason(text: str) -> None:
    """Guards against «около 90» read as 90, and against the remark that «много» gets."""
    for slash in get_args(Slash):
        found = parse_bounds(text, slash)
        assert (found.kind, found.low, found.high, found.rule) == ("unreadable", None, None, "measure_approximate")


@pytest.mark.parametrize("text", ["около 90", "свыше 100", "4,7 тыс.", "470 тысяч"])
def test_counts_take_no_words(text: str) -> None:
    """Guards against an estimate loaded as a number of pupils."""
    assert read("count", text) == Reading(None, "not_a_count")


@pytest.mark.parametrize(
    ("text", "minutes"),
    [("01:30:00", 90), ("30:00:00", 1800), ("0:00:30", D("0.5")), ("1 day, 6:00:00", 1800), ("1 days 06:00:00", 1800),
     ("90", 90), ("12,5", D("12.5"))],
)  # fmt: skip
def test_a_length_of_time_is_minutes(text: str, minutes: Decimal) -> None:
    """Guards against an hour and a half read as 1, as 5400 or as microseconds."""
    assert read("minutes", text) == Reading(minutes)


@pytest.mark.parametrize("parse", ["count", "decimal", "roubles"])
def test_elsewhere_a_length_of_time_is_no_number(parse: str) -> None:
    """Guards against «01:30:00» read as some number of something else."""
    assert read(parse, "01:30:00") == Reading(None, "duration")
    assert read("minutes", "1:30").value is None  # hours and minutes, or minutes and seconds


@pytest.mark.parametrize(
    "text",
    [
        "2024-12-01T00:00:00+07:00", "2024-12-01 00:00:00+03", "2024-12-01T00:00:00Z", "2024-12-01T00:00:00.000Z",
        "2024-12-01T00:00:00.000+0300", "2024-12-01T10:15:30+00:00", "01.12.2024 00:00:00 МСК", "2024-12-01+03:00",
        "2024-11-30T23:00:00Z", "2024-12-01 00:00",
        "2024-12-01T00:00:00+03:00[Europe/Moscow]", "2024-12-01 00:00 UTC+3", "1 декабря 2024 г. 10:00",
    ],
)  # fmt: skip
def test_a_moment_is_its_day(text: str) -> None:
    """Guards against the day before for whoever lives east of Greenwich, and against a moment taken for no date."""
    for parse in ("date", "snapshot_date", "period_start", "period_end", "date_or_year", "start_or_year", "due_date"):
        assert read(parse, text) == Reading(date(2024, 12, 1)), parse


@pytest.mark.parametrize(
    "text", ["2024-11-30T17:00:00Z", "2024-11-30T17:00:00.123Z", "2024-11-30 17:00:00 UTC", "2024-11-30T20:00:00+00:00"]
)
def test_a_moment_of_two_days_is_rejected(text: str) -> None:
    """Guards against 30 November for midnight of 1 December in Krasnoyarsk."""
    for parse in ("date", "snapshot_date", "period_start", "period_end", "date_or_year", "start_or_year", "due_date"):
        assert read(parse, text) == Reading(None, "date_zone"), parse


@given(st.datetimes(), st.sampled_from(["Z", "+00:00", " UTC"]))
def test_a_moment_of_greenwich_never_gives_a_day_that_some_region_lacks(moment: Any, zone: str) -> None:
    """Guards against a day that is wrong in Kaliningrad or in Kamchatka."""
    text = f"{moment:%Y-%m-%dT%H:%M:%S}{zone}".replace(f"{moment:%Y}", f"{moment.year:04}", 1)
    if moment.date() > date.max - timedelta(days=2):
        return
    west, east = ((moment + timedelta(hours=hours)).date() for hours in (2, 12))
    assert parse_date(text) == (west if west == east else None)
    assert depends_on_zone(text) == (west != east)


@pytest.mark.parametrize(
    "text",
    [
        "2024-11-30T24:00:00",
        "2024-11-30T25:00",
        "2024-11-30T10:75",
        "31.02.2024 10:00",
        "01.12.2024-05",
        "²",
        "9" * 5000,
    ],
)
def test_no_moments(text: str) -> None:
    """Guards against an hour that does not exist, and against digits on which the program breaks."""
    assert read("date", text) == Reading(None, "not_a_date")


@pytest.mark.parametrize("text", ["2022/2023", "2022-2023", "2022–2023 учебный год", "2022/23", "2022/2023 уч. год"])
def test_a_school_year_counts_where_the_passport_counts_them(text: str) -> None:
    """Guards against a calendar year guessed from a school year, and against a school year lost where it is meant."""
    assert parse_school_year(text) == 2023
    assert read("indicator_year", f"{text}; teachers_trained_in_school_year") == Reading(2023)
    assert read("indicator_year", f"{text}; teachers_registered") == Reading(None, "school_year")
    for parse in ("year", "date", "date_or_year", "start_or_year", "snapshot_date"):
        assert read(parse, text) == Reading(None, "school_year"), parse


@pytest.mark.parametrize("text", ["2021-2023", "2023-2024 годы", "2024-12", "2023/2024/2025"])
def test_no_school_years(text: str) -> None:
    """Guards against two calendar years or a month taken for a school year."""
    assert parse_school_year(text) is None


@pytest.mark.parametrize(
    "text",
    ["012-345-678 19", "01234567819", "012 345 678 19", "012.345.678.19", "012-345-678-19", "01234567819.0",
     "1234567819", "1234567819.0", "\u200e012-345-678\u00a019\u2060", "012–345–678 19"],
)  # fmt: skip
def test_one_person_in_every_spelling_of_a_snils(text: str) -> None:
    """Guards against one teacher counted as two because Excel or a browser wrote the number otherwise."""
    expected = read("snils", SNILS)
    assert expected.rule is None
    assert read("snils", text) == expected
    assert read("person_identifier", text, "СНИЛС") == expected
    assert read("person_identifier", text, "СНИЛС педагога *") == expected


@pytest.mark.parametrize("text", ["1234567818", "u-51", "123456789", "012345678190", "9.8765430179E+10", "0"])
def test_under_snils_nothing_else_stands(text: str) -> None:
    """Guards against a person made of whatever stands in a column headed СНИЛС."""
    assert read("person_identifier", text, "СНИЛС") == Reading(None, "snils_form")
    assert read("snils", text) == Reading(None, "snils_form")


@pytest.mark.parametrize("text", ["u-51", "1234567819", "a1b2c3", "123456789"])
def test_an_identifier_of_another_system_stays_its_own(text: str) -> None:
    """Guards against an opaque number taken for a СНИЛС that lost its zero."""
    found = read("person_identifier", text, "Идентификатор")
    assert found.rule is None
    assert found.value != read("snils", SNILS).value


@pytest.mark.parametrize("mark", sorted(cell_words("missing")))
def test_marks_of_a_missing_value(mark: str) -> None:
    """Guards against a row rejected for «н/д» in a column it may leave empty, and accepted where it may not."""
    model = KINDS["platform_registration"].model.columns
    assert model["confirmed"].nullable
    text = pl.DataFrame({"registered": ["5", mark], "confirmed": [mark, "5"], "system_code": ["Сферум", mark]})
    found = parse_table(text, KINDS["platform_registration"], reader()).problems
    assert found == [
        (1, "system_code", "missing_mark_required", mark),
        (1, "registered", "missing_mark_required", mark),
        (0, "confirmed", "missing_mark", mark),
    ]
    assert parse_bounds(mark) == Bounds(None, None, "missing", rule="missing_mark")


def test_a_dash_is_no_for_a_flag() -> None:
    """Guards against «+» and «-» of a form read as «да» and nothing."""
    assert [read("yes_no", text).value for text in ("+", "-", "Да", "нет", "1) да", "н/д")] == [
        True, False, True, False, True, None,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("parse", "text", "value"),
    [
        ("system", "1. Моя школа", "my_school"),
        ("role", "2) педагог", "teacher"),
        ("role", "r2 | педагог", "teacher"),
        ("organisation_type", "1) СОШ", "СОШ"),
        ("organisation_type", "07 - гимназия", "гимназия"),
        ("locality", "4) Населенный пункт сельского типа (поселок, село, деревня)", "село"),
        ("money_unit", "2. тыс. руб.", "тыс. руб."),
        ("subject", "s_1 | Урок цифры", "lesson_of_numbers"),
        ("name", "r24 | Красноярский край", "Красноярский край"),
        ("name", "24_m07 | Приречный район", "Приречный район"),
        ("name", "sch240001 | МБОУ «Кодовая СОШ»", "МБОУ «Кодовая СОШ»"),
        ("name", "24_m07 - Приречный район", "Приречный район"),
        ("name", "12) МБОУ СОШ № 37", "МБОУ СОШ № 37"),
        ("name", "3. Приречный район", "Приречный район"),
    ],
)
def test_codes_in_front_of_values(parse: str, text: str, value: str) -> None:
    """Guards against a region, a school or a role called by the code that a program writes before it."""
    found = read(parse, text)
    if parse == "subject":
        assert found.rule is None
    else:
        assert found == Reading(value)


@pytest.mark.parametrize(
    "text",
    ["МБОУ СОШ № 37", "Школа - детский сад № 5", "1-я гимназия", "IT-куб", "МБОУ «СОШ № 3» - филиал", "ЦО № 4", "5"],
)
def test_names_without_codes_stay(text: str) -> None:
    """Guards against a part of a name taken for a code."""
    assert read("name", text) == Reading(text)


def test_two_roles_are_not_one_behind_a_code() -> None:
    """Guards against «родитель - педагог» read as a teacher."""
    assert read("role", "родитель - педагог") == Reading(None, "role_known")


@pytest.mark.parametrize(
    "text", [INN_OF_PERSON, "9999 1234 5603", "9999-1234-5603", f"{INN_OF_PERSON}.0", "9,99912345603E+11"]
)
def test_the_inn_of_a_person_is_no_organisations(text: str) -> None:
    """Guards against twelve digits of a person however a file writes them; they break the rule that shows nothing."""
    assert read("inn", text) == Reading(None, "inn_person")


@pytest.mark.parametrize("text", ["99912345603", "98765430179", "2447901016 244701001"])
def test_too_many_digits_are_not_shown(text: str) -> None:
    """Guards against a person's ИНН without its zero, or a СНИЛС, quoted as a bad ИНН."""
    assert read("inn", text) == Reading(None, "inn_long")


@pytest.mark.parametrize(
    "parse", ["text", "name", "identifier", "subject", "unit", "programmes", "control_level", "document_number"]
)
def test_text_of_every_column_is_masked(parse: str) -> None:
    """Guards against a СНИЛС or an ИНН of a person kept in a column of free text."""
    value = str(read(parse, f"Заявление 987-654-315 85, ИНН {INN_OF_PERSON}").value)
    assert "987" not in value
    assert INN_OF_PERSON not in value


def test_texts_of_measures_are_masked() -> None:
    """Guards against a СНИЛС in the text kept beside an unreadable value."""
    text = pl.DataFrame({"speed": ["987-654-315 85", "100/50"]})
    frame = parse_table(text, KINDS["connectivity"], reader()).frame
    assert frame["speed_text"].to_list() == ["[СНИЛС скрыт]", "100/50"]


def test_numbers_of_documents_stay_apart() -> None:
    """Guards against two documents made one because their numbers look like people's and are hidden."""
    first, second = (read("document_number", text).value for text in (INN_OF_PERSON, "500100732259"))
    assert first != second
    assert read("document_number", INN_OF_PERSON).value == first
    assert read("document_number", "180000123456.0").value == "180000123456"


@pytest.mark.parametrize(
    ("text", "dimension", "factor"),
    [
        ("чел.", "count", 1), ("тыс. чел.", "count", 1000), ("Мбит/с", "speed", 1), ("Кбит/с", "speed", D("0.001")),
        ("Гбит/с", "speed", 1000), ("руб.", "money", 1), ("тыс. руб.", "money", 1000), ("млн руб.", "money", 10**6),
        ("%", "share", 1), ("мин.", "time", 1), ("ч", "time", 60), ("ч", "hours", 1), ("шт.", "quantity", 1),
    ],
)  # fmt: skip
def test_units_of_headings(text: str, dimension: Any, factor: Decimal) -> None:
    """Guards against thousands read as ones."""
    unit = heading_unit(text, dimension)
    assert unit is not None
    assert unit.factor == factor


def test_a_unit_of_something_else_is_no_unit_of_the_column() -> None:
    """Guards against «Зарегистрировано, %» loaded as a number of people."""
    assert heading_unit("%", "count") is None
    assert heading_unit("тыс. руб.", "speed") is None
    assert is_unit("%")
    assert not is_unit("всего")


PARSES = sorted(
    {column.metadata["parse"] for kind in KINDS.values() for column in kind.model.columns.values()}
    - {"bounds", "derived", "year_of"}
)
ODD = st.text(alphabet="0123456789.,-/: тысмлнгх+TZ|)»eE%№;\u00a0\u200e²१", max_size=20)


@settings(deadline=None)
@given(ODD | st.text(max_size=20))
def test_no_cell_breaks_a_reader(text: str) -> None:
    """Guards against a cell on which the program breaks, and against a person's number in what it makes of it."""
    for parse in PARSES:
        found = reader("СНИЛС").of(parse)(text)
        assert found.rule is None or found.rule in RULES, (parse, found)
        assert found.rule is None or found.value is None or RULES[found.rule].is_warning, (parse, found)
    for slash in get_args(Slash):
        found_bounds = parse_bounds(text, slash)
        assert (found_bounds.kind == "unreadable") == (
            found_bounds.rule in {"measure_unreadable", "measure_approximate"}
        )


def test_scales_of_headings() -> None:
    """Guards against «Обучающихся, тыс. чел.» loaded as ones, and against a cell's own unit scaled twice."""
    scaled = reader().scaled
    assert scaled("count", D(1000))("4,7") == Reading(4700)
    assert scaled("count", D(1000))("4,7005") == Reading(None, "not_a_count")
    assert scaled("count", D(1000))("4,700") == Reading(None, "count_thousands_mark")
    assert scaled("decimal", D(1000))("1600,4") == Reading(D("1600400.0"))
    assert scaled("minutes", D(60))("1,5") == Reading(D("90.0"))
    assert scaled("minutes", D(60))("01:30:00") == Reading(D(90))
    found = parse_table(
        pl.DataFrame({"speed": ["512", "2 Мбит/с", "1024/512"]}), KINDS["connectivity"], reader(), {"speed": D("0.001")}
    )
    assert found.frame["speed_low"].to_list() == [D("0.512"), D("2.000"), D("1.024")]
