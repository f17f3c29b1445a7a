"""Cells as programs, the press and people write them: each kind read right, or rejected with its own reason."""

from decimal import Decimal
from typing import Any, get_args

import polars as pl
import pytest
from cells_as_sent import INN_OF_PERSON, read, reader
from hypothesis import given, settings
from hypothesis import strategies as st

from ingestion.values.cells import Reading
from ingestion.values.measures import Bounds, parse_bounds
from ingestion.values.numbers import parse_count
from ingestion.values.parse import parse_table
from schemas.columns import Slash
from schemas.heading_units import heading_unit, is_unit
from schemas.kinds import KINDS
from schemas.rules import RULES

D = Decimal


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
