"""Days, years, people and codes as programs and people write them: read right, or rejected with their own reason."""

from datetime import date, timedelta
from typing import Any

import polars as pl
import pytest
from cells_as_sent import INN_OF_PERSON, SNILS, read, reader
from hypothesis import given
from hypothesis import strategies as st

from ingestion.values.cells import Reading
from ingestion.values.dates import depends_on_zone, parse_date, parse_school_year
from ingestion.values.measures import Bounds, parse_bounds
from ingestion.values.parse import parse_table
from schemas.catalogue import cell_words
from schemas.kinds import KINDS


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
