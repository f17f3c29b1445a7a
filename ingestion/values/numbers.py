"""Counts, amounts and measured values with bounds (contracts.md, «A value that is a range»)."""

import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from schemas.text import fold, plain

SPACED = re.compile(r"(?<=\d)[ \u00a0\u202f](?=\d{3}(?!\d))")
NUMBER = r"[-+]?\d+(?:[.,]\d+)?"
RANGE = re.compile(rf"^(?:от )?({NUMBER}) ?(?:-|до|\.\.\.?|…) ?({NUMBER})$")
FRACTION = re.compile(r"^(\d+) ?(?:/|из) ?(\d+)$")
AT_LEAST = re.compile(
    rf"^(?:не менее|не ниже|свыше|более|больше|выше|от|>=|≥|>) ?({NUMBER})$|^({NUMBER}) ?(?:\+|и более|и выше)$"
)
AT_MOST = re.compile(rf"^(?:не более|не выше|менее|меньше|ниже|до|<=|≤|<) ?({NUMBER})$")
UNIT = re.compile(r" ?(?P<prefix>[кмг]?)(?:бит/с(?:ек)?|б/с(?:ек)?|bps)\.?$| ?(?:%|проц(?:ент(?:а|ов)?)?\.?|п\.п\.)$")
MISSING = frozenset({"", "-", "нет данных", "н/д", "нд", "нет", "x", "х", "...", "…"})
YES = frozenset({"+", "да", "есть", "имеется"})
WORDED = re.compile(
    rf"^(?:(?P<millions>{NUMBER}) ?(?:млн|миллион[а-я]*)\.? ?)?(?:(?P<thousands>{NUMBER}) ?(?:тыс|тысяч[а-я]*)\.? ?)?"
    rf"(?:(?P<ones>{NUMBER}) ?)?(?:руб[а-я]*\.?)?$"
)
LARGEST = Decimal(10) ** 11
"""No number of education is as large; the marts keep twelve digits before the comma, also of a sum."""
SPEED_FACTOR = {"к": Decimal("0.001"), "": Decimal(1), "м": Decimal(1), "г": Decimal(1000)}


@dataclass(frozen=True)
class Bounds:
    """A measured value: low and high bound (either may be open), its kind, and 1/9's numerator and denominator."""

    low: Decimal | None
    high: Decimal | None
    kind: str
    numerator: Decimal | None = None
    denominator: Decimal | None = None


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
    match = WORDED.match(SPACED.sub("", fold(text)))
    if match is None or not any(match.groups()):
        return None
    factors = {"millions": Decimal(10) ** 6, "thousands": Decimal(10) ** 3, "ones": Decimal(1)}
    return sum((_number(match[part]) * factor for part, factor in factors.items() if match[part]), Decimal(0))


def parse_count(text: str) -> int | None:
    """A whole number with any grouping by spaces; None for `48,6`, `5 чел.` and the like."""
    if "%" in text:
        return None
    value = parse_decimal(text)
    if value is None or value != value.to_integral_value() or abs(value) >= Decimal(10) ** 15:
        return None
    return int(value)


def parse_bounds(text: str | None) -> Bounds:
    """A measured value as written; what cannot be read is `unreadable`, never zero (design.md, promise 4)."""
    found = _read_bounds(text)
    numbers = [value for value in (found.low, found.high) if value is not None]
    return found if all(0 <= value < LARGEST for value in numbers) else Bounds(None, None, "unreadable")


def _read_bounds(text: str | None) -> Bounds:
    folded = SPACED.sub("", fold(text or "").replace("—", "-"))
    if folded in MISSING:
        return Bounds(None, None, "missing")
    if folded in YES:
        return Bounds(None, None, "yes_no")
    folded, factor = _without_unit(folded)
    if match := FRACTION.match(folded):
        return _fraction(Decimal(match[1]), Decimal(match[2]))
    if match := re.fullmatch(NUMBER, folded):
        value = _number(match[0]) * factor
        return Bounds(value, value, "exact")
    if match := RANGE.match(folded):
        low, high = sorted((_number(match[1]) * factor, _number(match[2]) * factor))
        return Bounds(low, high, "range")
    if match := AT_LEAST.match(folded):
        return Bounds(_number(match[1] or match[2]) * factor, None, "at_least")
    if match := AT_MOST.match(folded):
        return Bounds(None, _number(match[1]) * factor, "at_most")
    return Bounds(None, None, "unreadable")


def _without_unit(folded: str) -> tuple[str, Decimal]:
    match = UNIT.search(folded)
    if match is None:
        return folded, Decimal(1)
    return folded[: match.start()].strip(), SPEED_FACTOR[match["prefix"] or ""]


def _number(text: str) -> Decimal:
    return Decimal(text.replace(",", "."))


def _fraction(numerator: Decimal, denominator: Decimal) -> Bounds:
    if not 0 < denominator < LARGEST or 100 * numerator >= LARGEST:
        return Bounds(None, None, "unreadable")
    share = (numerator / denominator).quantize(Decimal("0.000001"))
    return Bounds(share, share, "exact", numerator, denominator)
