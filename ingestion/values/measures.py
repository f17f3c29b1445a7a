"""Measured values that may be a range, a bound or a share (contracts.md, «A value that is a range»)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any

from foundation.text import fold
from ingestion.values.numbers import LARGEST, NUMBER, SPACED, UNSIGNED, VALUE, magnitude_of, value_of
from schemas.catalogue import cell_words
from schemas.columns import Slash
from schemas.personal import is_number_of_person

RANGE = re.compile(rf"^(?:от )?({VALUE}) ?(?:-|до|\.\.\.?|…) ?({VALUE})$")
FRACTION = re.compile(r"^(\d+) ?(?:/|из) ?(\d+)$")
UNIT = r"(?P<prefix>[кмг]?)(?:бит/с(?:ек)?|б/с(?:ек)?|bps)\.?|%|проц(?:ент(?:а|ов)?)?\.?|п\.п\."
UNIT_AT_END = re.compile(rf" ?(?:{UNIT})$")
UPLOAD = re.compile(rf" ?[/\\] ?{UNSIGNED}(?P<unit> ?(?:{UNIT}))?$")
"""What stands after the download: «/50», «/ 50 Мбит/с»."""
LONGEST = 120
"""Characters of a measured value: more are a text, and a text takes the regular expressions very long."""
SPEED_FACTOR = {"к": Decimal("0.001"), "": Decimal(1), "м": Decimal(1), "г": Decimal(1000)}


@dataclass(frozen=True)
class Bounds:
    """A measured value: low and high bound (either may be open), its kind, and 1/9's numerator and denominator."""

    low: Decimal | None
    high: Decimal | None
    kind: str
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    rule: str | None = None
    """Of schemas.rules, for what is to be said of it."""


UNREADABLE = Bounds(None, None, "unreadable", rule="measure_unreadable")
APPROXIMATE = Bounds(None, None, "unreadable", rule="measure_approximate")


def parse_bounds(text: str | None, slash: Slash = "fraction", scale: Decimal = Decimal(1)) -> Bounds:
    """A measured value as written; what cannot be read is `unreadable`, never zero (design.md, promise 4).

    `slash` is what «100/50» means in the column: a share, a speed of download and upload, or nothing; `scale` is that
    of the unit in the column's heading, which holds where the cell names no unit itself.
    """
    if text is None:
        return Bounds(None, None, "missing")
    if len(text) > LONGEST or is_number_of_person(text):
        return UNREADABLE
    found = _read_bounds(SPACED.sub("", fold(text)), slash, scale)
    numbers = [value for value in (found.low, found.high) if value is not None]
    return found if all(0 <= value < LARGEST for value in numbers) else UNREADABLE


def _read_bounds(folded: str, slash: Slash, scale: Decimal) -> Bounds:
    if folded == "" or folded in cell_words("missing_measure"):
        return Bounds(None, None, "missing")
    if folded in cell_words("missing"):
        return Bounds(None, None, "missing", rule="missing_mark")
    if folded in cell_words("affirmative_measure"):
        return Bounds(None, None, "yes_no")
    if _approximate().search(folded):
        return APPROXIMATE
    if slash == "download":
        folded = _download(folded)
    folded, factor = _without_unit(folded, scale)
    if match := FRACTION.match(folded):
        return _fraction(Decimal(match[1]), Decimal(match[2])) if slash == "fraction" else UNREADABLE
    if (value := value_of(folded)) is not None:
        return Bounds(value * factor, value * factor, "exact")
    if match := RANGE.match(folded):
        return _range(match[1], match[2], factor)
    for kind, pattern in _bounded().items():
        if match := pattern.match(folded):
            bound = _value(next(group for group in match.groups() if group)) * factor
            return Bounds(bound, None, kind) if kind == "at_least" else Bounds(None, bound, kind)
    return UNREADABLE


def _value(text: str) -> Decimal:
    """The value of a text that has the form of one; what contradicts itself is below every bound, and so unreadable."""
    value = value_of(text)
    return Decimal(-1) if value is None else value


def _range(first: str, last: str, factor: Decimal) -> Bounds:
    """«1-3 тыс.»: a word at the end is of both numbers, unless the first is then the larger."""
    low, high = _value(first), _value(last)
    if re.fullmatch(NUMBER, first) and (word := re.search(r"[а-я]+\.?$", last)):
        low *= magnitude_of(word[0])
        if low > high:
            return UNREADABLE
    low, high = sorted((low, high))
    return Bounds(low * factor, high * factor, "range")


def _download(folded: str) -> str:
    """«100/50 мбит/с» to «100 мбит/с»: the first number and its unit, which may stand once, at the end."""
    match = UPLOAD.search(folded)
    if match is None or match.start() == 0:
        return folded
    first = folded[: match.start()]
    return first if UNIT_AT_END.search(first) else first + (match["unit"] or "")


def _without_unit(folded: str, scale: Decimal) -> tuple[str, Decimal]:
    match = UNIT_AT_END.search(folded)
    if match is None:
        return folded, scale
    return folded[: match.start()].strip(), SPEED_FACTOR[match["prefix"] or ""]


def _fraction(numerator: Decimal, denominator: Decimal) -> Bounds:
    if not 0 < denominator < LARGEST or 100 * numerator >= LARGEST:
        return UNREADABLE
    share = (numerator / denominator).quantize(Decimal("0.000001"))
    return Bounds(share, share, "exact", numerator, denominator)


def _alternatives(words: frozenset[str]) -> str:
    """A regular expression of any of the words, the longest first, none of them part of a longer word."""
    longest_first = sorted(words, key=lambda word: (-len(word), word))
    return "|".join(_whole(word) for word in longest_first)


def _whole(word: str) -> str:
    before, after = ("(?<![а-яa-z])" if word[0].isalpha() else ""), ("(?![а-яa-z])" if word[-1].isalpha() else "")
    return before + re.escape(word) + after


@lru_cache
def _approximate() -> re.Pattern[str]:
    """A word such as «около» before or after a number."""
    words = _alternatives(cell_words("approximate"))
    return re.compile(rf"(?:{words}).*\d|\d.*(?:{words})")


@lru_cache
def _bounded() -> dict[str, re.Pattern[str]]:
    """How the open bounds are written: words before the value, and words after it."""
    at_least, after, at_most = (_alternatives(cell_words(name)) for name in ("at_least", "at_least_after", "at_most"))
    return {
        "at_least": re.compile(rf"^(?:{at_least}) ?({VALUE})$|^({VALUE}) ?(?:{after})$"),
        "at_most": re.compile(rf"^(?:{at_most}) ?({VALUE})$"),
    }


def bounds_readings(cells: Sequence[str | None], slash: Slash, scale: Decimal = Decimal(1)) -> dict[str, list[Any]]:
    """Measured values as columns: low, high, kind, numerator, denominator, and the rule of what is to be said."""
    cache = {cell: parse_bounds(cell, slash, scale) for cell in dict.fromkeys(cells)}
    found = [cache[cell] for cell in cells]
    parts = ("low", "high", "kind", "numerator", "denominator", "rule")
    return {part: [getattr(bounds, part) for bounds in found] for part in parts}
