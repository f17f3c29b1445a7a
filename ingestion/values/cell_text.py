"""One way to write a cell as text, whatever the format it came from."""

import datetime as dt
import math
from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any

ERROR_UNKNOWN = "#ОШИБКА!"
FORMULA_WITHOUT_VALUE = "#ФОРМУЛА?"
NO_TEXT = "#ТИП?"
"""Stands where a value is no text, number or date: of no harm in a column that nobody needs."""
_MIDNIGHT = dt.time(0, 0)
_EXACT_INTEGER = 1e15  # Excel keeps 15 significant digits; beyond them a float's digits are noise


def number_text(value: float) -> str | None:
    """Up to 15 significant digits as Excel shows them, with a dot, never scientific; NaN is no value."""
    if value.is_integer() and -_EXACT_INTEGER < value < _EXACT_INTEGER:
        return str(int(value))
    if math.isnan(value):
        return None
    short = format(value, ".15g")
    return format(Decimal(short), "f") if "e" in short else short


def percent_text(value: float, signs: int = 1) -> str | None:
    """A cell shown as a percentage holds a fraction: 0.486 is what the sender sees as 48,6 %."""
    text = number_text(value * 100**signs)
    return None if text is None else f"{text}%"


def _string_text(value: str) -> str | None:
    return value if value and not value.isspace() else None


def moment_text(value: dt.datetime) -> str:
    """A day, or a moment to the second; the zone is the reader's affair."""
    if value.microsecond:
        value = (value + dt.timedelta(microseconds=500_000)).replace(microsecond=0)
    value = value.replace(tzinfo=None)
    return value.date().isoformat() if value.time() == _MIDNIGHT else value.isoformat(sep=" ")


def _time_text(value: dt.time) -> str:
    return value.isoformat(timespec="seconds")


def _duration_text(value: dt.timedelta) -> str:
    seconds = round(value.total_seconds())
    sign, seconds = ("-", -seconds) if seconds < 0 else ("", seconds)
    return f"{sign}{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"


def _decimal_text(value: Decimal) -> str | None:
    if not value.is_finite():
        return None
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


_WRITERS: dict[type, Callable[[Any], str | None]] = {
    str: _string_text,
    float: number_text,
    int: str,
    bool: lambda value: "да" if value else "нет",
    dt.date: dt.date.isoformat,
    dt.datetime: moment_text,
    dt.time: _time_text,
    dt.timedelta: _duration_text,
    Decimal: _decimal_text,
    type(None): lambda _: None,
}


def row_text(values: Iterable[object]) -> list[str | None]:
    """Cells of one row as text. A KeyError means the reader met a type it has no rule for."""
    writers = _WRITERS
    return [writers[type(value)](value) for value in values]
