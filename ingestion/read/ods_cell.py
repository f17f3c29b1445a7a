"""The text of one ODS cell: of its typed value where it has one, else what is shown."""

import datetime as dt
import re
from collections.abc import Mapping

from ingestion.values.cell_text import ERROR_UNKNOWN, FORMULA_WITHOUT_VALUE, moment_text, number_text, percent_text

_DURATION = re.compile(r"P(?:(\d+)D)?T?(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)(?:[.,]\d+)?S)?$")
_SHOWN_PERCENTAGE = re.compile(r"(?P<number>[-−+]?[\d\s]+(?:[.,](?P<decimals>\d+))?)\s*%$")
_NUMERIC = {"float", "currency", "percentage"}


def cell_text(attributes: Mapping[str, str], shown: str) -> str | None:
    """`attributes` of the cell's element and the text of its paragraphs."""
    kind = attributes.get("office:value-type")
    if attributes.get("calcext:value-type") == "error":
        return shown or ERROR_UNKNOWN
    value = _typed_text(kind, attributes, shown)
    if value is not None:
        return value
    if kind == "string" and not shown:
        shown = attributes.get("office:string-value", "")
    if not shown and kind != "string" and "table:formula" in attributes:
        return FORMULA_WITHOUT_VALUE
    return shown if shown and not shown.isspace() else None


def _typed_text(kind: str | None, attributes: Mapping[str, str], shown: str) -> str | None:
    if kind in _NUMERIC and "office:value" in attributes:
        value = float(attributes["office:value"])
        is_percentage = kind == "percentage" or _is_shown_as_percentage(value, shown)
        return percent_text(value) if is_percentage else number_text(value)
    if kind == "date" and "office:date-value" in attributes:
        return _date_text(attributes["office:date-value"])
    if kind == "boolean" and "office:boolean-value" in attributes:
        return "да" if attributes["office:boolean-value"] == "true" else "нет"
    if kind == "time" and (match := _DURATION.match(attributes.get("office:time-value", ""))):
        days, hours, minutes, seconds = (int(part or 0) for part in match.groups())
        return f"{days * 24 + hours:02}:{minutes:02}:{seconds:02}"
    return None


def _is_shown_as_percentage(value: float, shown: str) -> bool:
    """Whether a plain number is shown as a percentage, and not merely followed by a percent sign of the format."""
    match = _SHOWN_PERCENTAGE.match(shown.strip()) if "%" in shown else None
    if match is None or value == 0:
        return False
    number = float("".join(match["number"].split()).replace(",", ".").replace("−", "-"))
    half_a_digit = 0.51 * 0.1 ** len(match["decimals"] or "")
    return abs(number - value * 100) <= half_a_digit


def _date_text(written: str) -> str | None:
    """A day or a moment; one with a zone as it is written, for whoever knows the zone of the region."""
    try:
        moment = dt.datetime.fromisoformat(written)
    except ValueError:
        return None
    return written if moment.tzinfo else moment_text(moment)
