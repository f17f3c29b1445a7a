"""Counts, amounts and durations: one number a cell, or none."""

import re
from decimal import Decimal, InvalidOperation
from itertools import pairwise

from foundation.text import fold, plain
from schemas.catalogue import magnitudes

SPACED = re.compile(r"(?<=\d)[ \u00a0\u202f](?=\d{3}(?!\d))")
UNSIGNED = r"\d+(?:[.,]\d+)?"
NUMBER = rf"[-+]?{UNSIGNED}"
MAGNITUDE = "|".join(word for _, word in magnitudes())
VALUE = rf"{NUMBER}(?: ?(?:{MAGNITUDE})(?![а-я])(?: {UNSIGNED} ?(?:{MAGNITUDE})(?![а-я]))*(?: {UNSIGNED})?)?"
"""«600», «4,7 тыс.», «1 млн 600 тыс. 400»."""
PART = re.compile(rf"(?P<number>{NUMBER})(?: ?(?P<magnitude>{MAGNITUDE})(?![а-я]))?")
ROUBLES = re.compile(r" ?руб[а-я]*\.?$")
GROUPED_BY_MARKS = re.compile(r"^[-+]?\d{1,3}(?:[.,]\d{3})+(?:[.,]\d+)?$")
DURATION = re.compile(
    r"^(?:(?P<days>\d{1,4}) ?(?:d|days?|д|дн|дня|дней|сут)\.?,? )?"
    r"(?P<hours>\d{1,5}):(?P<minutes>[0-5]\d):(?P<seconds>[0-5]\d(?:[.,]\d+)?)$"
)
LARGEST = Decimal(10) ** 11
"""No number of education is as large; the marts keep twelve digits before the comma, also of a sum."""
LARGEST_COUNT = 10**9
"""Nothing that is counted here comes near it; a number of a person or of a telephone does."""


def parse_decimal(text: str) -> Decimal | None:
    """`1 600 400,00`, `48,6 %`, `14 266` to a decimal; None when it is no single number."""
    cleaned = SPACED.sub("", plain(text)).removesuffix("%").strip().replace(",", ".")
    if not re.fullmatch(r"[-+]?\d+(\.\d+)?", cleaned):
        return None
    try:
        return Decimal(cleaned)
    except InvalidOperation:
        return None


def parse_worded(text: str) -> Decimal | None:
    """«1 млн. 600 тыс. 400 рублей» to 1600400; None where no number stands."""
    return value_of(ROUBLES.sub("", SPACED.sub("", fold(text))))


def value_of(folded: str) -> Decimal | None:
    """A folded number with its words for thousands and millions; None when the whole is no such number."""
    if not re.fullmatch(VALUE, folded):
        return None
    parts = [(number_of(match["number"]), magnitude_of(match["magnitude"])) for match in PART.finditer(folded)]
    factors = [factor for _, factor in parts]
    if any(later >= earlier for earlier, later in pairwise(factors)):
        return None
    return sum((number * factor for number, factor in parts), Decimal(0))


def number_of(text: str) -> Decimal:
    return Decimal(text.replace(",", "."))


def magnitude_of(word: str | None) -> Decimal:
    """What a word for a power of ten stands for; 1 where none stands."""
    if word is None:
        return Decimal(1)
    return next(factor for factor, pattern in magnitudes() if re.fullmatch(pattern, word))


def parse_count(text: str) -> int | None:
    """A whole number with any grouping by spaces; None for `48,6`, `5 чел.`, and for `1,000` that may be one."""
    if "%" in text or is_grouped_by_marks(text):
        return None
    value = parse_decimal(text)
    if value is None or value != value.to_integral_value() or abs(value) >= Decimal(10) ** 15:
        return None
    return int(value)


def is_grouped_by_marks(text: str) -> bool:
    """Whether commas or dots may part thousands: «1,000», «1.250», «1,234,567»; «12,0» has no three digits after it."""
    return GROUPED_BY_MARKS.match(plain(text)) is not None


def is_duration(text: str) -> bool:
    """Whether a cell says hours, minutes and seconds, as spreadsheets and databases write a length of time."""
    return DURATION.match(plain(text).lower()) is not None


def parse_minutes(text: str) -> Decimal | None:
    """A number of minutes, or a length of time: «01:30:00» is 90."""
    match = DURATION.match(plain(text).lower())
    if match is None:
        return parse_decimal(text)
    whole = (int(match["days"] or 0) * 24 + int(match["hours"])) * 60 + int(match["minutes"])
    return whole + number_of(match["seconds"]) / 60
