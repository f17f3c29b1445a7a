"""Numbers, ranges, dates, codes and people as exports write them; golden checks G-C01, G-C02, G-V04, G-V06."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingestion.values.codes import is_valid_inn, is_valid_ogrn, parse_inn, parse_kpp, parse_oktmo
from ingestion.values.dates import EXCEL_EPOCH, MONTHS, month_number, parse_date, parse_month
from ingestion.values.measures import parse_bounds
from ingestion.values.numbers import parse_count, parse_decimal
from ingestion.values.person import identifier_key, person_key, snils_digits
from schemas.personal import is_valid_snils

D = Decimal


@pytest.mark.parametrize(
    ("text", "kind", "low", "high"),
    [
        ("48,6 %", "exact", D("48.6"), D("48.6")),
        ("1-3", "range", D(1), D(3)),
        ("1–3 мбит/сек", "range", D(1), D(3)),
        ("от 10 до 30", "range", D(10), D(30)),
        ("свыше 100 Мб/с", "at_least", D(100), None),
        ("не менее 90", "at_least", D(90), None),
        ("более 34 000 000", "at_least", D(34000000), None),
        ("до 2", "at_most", None, D(2)),
        ("512 Кбит/с", "exact", D("0.512"), D("0.512")),
        ("+", "yes_no", None, None),
        ("н/д", "missing", None, None),
        (None, "missing", None, None),
        ("-5", "unreadable", None, None),
        ("как повезёт", "unreadable", None, None),
        ("2024-03-01", "unreadable", None, None),
        ("5/0", "unreadable", None, None),
    ],
)
def test_measured_values(text: str | None, kind: str, low: Decimal | None, high: Decimal | None) -> None:
    """Guards against a range read as one number, and against «1-3» turned by Excel into the first of March."""
    found = parse_bounds(text)
    assert (found.kind, found.low, found.high) == (kind, low, high)


def test_one_ninth_keeps_its_parts() -> None:
    """Guards against G-Z01: «1/9» kept as a rounded share only."""
    found = parse_bounds("1/9")
    assert (found.numerator, found.denominator) == (D(1), D(9))


@given(st.integers(min_value=0, max_value=10**12))
def test_grouped_counts_come_back(number: int) -> None:
    """Guards against 14 266 read as 14 or 266, with plain, non-breaking and narrow spaces (G-V04)."""
    for space in (" ", "\u00a0", "\u202f"):
        assert parse_count(f"{number:,}".replace(",", space)) == number


@pytest.mark.parametrize("text", ["12,5", "5 чел.", "10 %", "1e5", "", "1 2"])
def test_no_count(text: str) -> None:
    """Guards against a share or a fragment loaded as a number of people."""
    assert parse_count(text) is None


def test_money() -> None:
    """Guards against G-V06: kopecks and grouped thousands."""
    assert parse_decimal("1\u00a0600\u00a0400,00") == D("1600400.00")


@given(st.dates(min_value=date(2010, 1, 1), max_value=date(2060, 12, 31)))
def test_dates_in_every_spelling(day: date) -> None:
    """Guards against day and month changing places in any of the agreed spellings."""
    serial = str((day - EXCEL_EPOCH).days)
    for text in (day.isoformat(), day.strftime("%d.%m.%Y"), day.strftime("%d.%m.%Y 00:00:00"), serial):
        assert parse_date(text) == day
    assert parse_date(f"{day.month}/{day.day}/{day:%y}", month_first=True) == day
    assert parse_date(f"{day.month}/{day.day}/{day:%y}") is None


@pytest.mark.parametrize("text", ["31.02.2024", "00.01.2024", "2024-13-01", "вчера", "1", "99999"])
def test_no_dates(text: str) -> None:
    """Guards against a date that does not exist slipping into the next month."""
    assert parse_date(text) is None


def test_months_in_words() -> None:
    """Guards against «мая» read as «март» and the last day of February in a leap year."""
    words = ("января", "февраля", "марта", "апреля", "мая", "июня", "июля", "августа", "сентября", "октября", "ноября")
    assert [month_number(word) for word in words] == list(range(1, 12))
    assert len(MONTHS) == 12
    assert parse_month("февраль 2024 г.") == (date(2024, 2, 1), date(2024, 2, 29))
    assert parse_date("1 мая 2024 года") == date(2024, 5, 1)


def test_golden_codes() -> None:
    """Guards against wrong weights: G-C01 and G-C02 are real published numbers."""
    assert is_valid_snils("11223344595")
    assert not is_valid_snils("11223344596")
    assert is_valid_snils("00100199800")
    assert is_valid_inn("5720010403")
    assert is_valid_ogrn("1025700696383")


@given(st.integers(min_value=0, max_value=9), st.integers(min_value=0, max_value=9))
def test_one_wrong_digit_breaks_an_inn(position: int, digit: int) -> None:
    """Guards against a check that only looks at the length."""
    inn = "5720010403"
    changed = inn[:position] + str(digit) + inn[position + 1 :]
    assert is_valid_inn(changed) == (changed == inn) or position == 9 or (int(inn[position]) - digit) % 11 == 0


@pytest.mark.parametrize(
    ("text", "value", "rule"),
    [
        ("5720010403", "5720010403", None),
        ("'5720010403", "5720010403", None),
        ("5720010403.0", "5720010403", None),
        ("5,72E+09", None, "inn_exponent"),
        ("500100732259", None, "inn_person"),
        ("57200104", None, "inn_form"),
        ("ИНН", None, "inn_form"),
    ],
)
def test_inn_cells(text: str, value: str | None, rule: str | None) -> None:
    """Guards against a code that Excel has spoilt being accepted or silently dropped."""
    found = parse_inn(text, lambda _: True)
    assert (found.value, found.rule) == (value, rule)


def test_a_lost_zero_needs_a_witness() -> None:
    """Guards against trusting the check digit alone: 057 2001040 passes it by chance and is nobody's."""
    assert parse_inn("572001040", lambda _: True).rule == "inn_repaired"
    assert parse_inn("572001040", lambda _: False).rule == "inn_lost_digit"


def test_codes_that_lost_a_zero() -> None:
    """Guards against КПП and ОКТМО of regions 01-09 rejected because Excel took the zero."""
    assert parse_kpp("10501001").value == "010501001"
    assert parse_oktmo("4615000").value == "04615000"


def test_people_become_keys() -> None:
    """Guards against one person under two keys by spelling, and an identifier that joins the staff by accident."""
    secret = "x" * 32
    assert snils_digits("112-233-445 95") == snils_digits("11223344595") == "11223344595"
    assert person_key(secret, "11223344595") != person_key("y" * 32, "11223344595")
    assert identifier_key(secret, "11223344595") != person_key(secret, "11223344595")
    assert "11223344595" not in person_key(secret, "11223344595")


def test_excel_serials_stop_where_dates_are_implausible() -> None:
    """Guards against a count such as 15000 read as a date."""
    assert parse_date("15000") is None
    assert parse_date(str((date(2024, 12, 1) - EXCEL_EPOCH).days)) == date(1970, 1, 1) + timedelta(days=20058)
