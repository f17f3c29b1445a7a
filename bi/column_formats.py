"""How the columns of a table are shown: digits, days and moments, widths; and what the ends of their names mean."""

from collections.abc import Mapping
from typing import Any

from bi.marts import Column
from bi.specification import Chart

ROUNDED_SUFFIX = "_rounded"
"""Ends the name of a column that holds another one rounded to the passport's precision."""
SHOWN_SUFFIX = "_shown"
"""Ends the name of a column that holds another one as text, as the command prints it."""
LOCAL_SUFFIX = "_local"
"""Ends the name of a column that holds a moment in the region's time."""
COUNTED = ("numerator", "denominator", "quantity", "speed")
COUNTED_FORMAT = ",~f"
"""Counts that need not be whole (1,5 Мбит/с): as many digits as there are."""

SIGNED = ("deviation", "share_active_change")
"""Distances and changes: more and less are told apart at a glance."""
SIGN = "+"

LOCAL_FORMAT = "%d.%m.%Y %H:%M"
MOMENT_FORMAT = f"local!{LOCAL_FORMAT}"
"""The warehouse keeps UTC; Superset's prefix shows the reader's own time, as the clock on the wall has it."""
COMMAND_COLUMN = "trace_command"
COMMAND_CONFIG = {"columnWidth": 150, "truncateLongCells": True}
"""To be copied, not read: the whole command shows when the pointer rests on it."""
NUMBER_PREFIX = "number_of_"
"""Begins the name of a column a click on which shows the rows behind a number."""
NUMBER_CONFIG = {"columnWidth": 60, "customColumnName": "Откуда"}


def column_formats(chart: Chart, columns: Mapping[str, Column]) -> dict[str, dict[str, Any]]:
    """Superset's settings of each column that needs any, over a mart with these columns."""
    named = {name: columns[plain] for name in chart.columns if (plain := _plain(name)) in columns}
    printed = {name: {"horizontalAlign": "right"} for name in chart.columns if _is_printed(name, columns)}
    # Percents and pieces share such a column; each is rounded as its passport says, and no zeros are added to that.
    by_passport = {name for name in named if name != _plain(name) and "precision_digits" in columns}
    numbers = {
        name: COUNTED_FORMAT if name in by_passport else _number_format(column) for name, column in named.items()
    }
    found: dict[str, dict[str, Any]] = {
        name: {"d3NumberFormat": (SIGN if named[name].name in SIGNED else "") + pattern}
        for name, pattern in numbers.items()
        if pattern
    }
    found |= printed
    found |= {name: {"d3TimeFormat": MOMENT_FORMAT} for name, column in named.items() if column.is_moment}
    found |= {name: {"d3TimeFormat": LOCAL_FORMAT} for name in chart.columns if name.endswith(LOCAL_SUFFIX)}
    found |= {name: COMMAND_CONFIG for name in chart.columns if name == COMMAND_COLUMN}
    return found | {name: NUMBER_CONFIG for name in chart.columns if name.startswith(NUMBER_PREFIX)}


def _is_printed(name: str, columns: Mapping[str, Column]) -> bool:
    """True for a number that is shown as text."""
    column = columns.get(name.removesuffix(SHOWN_SUFFIX))
    return name.endswith(SHOWN_SUFFIX) and column is not None and column.sql_type.startswith("DECIMAL")


def _plain(name: str) -> str:
    return name.removesuffix(ROUNDED_SUFFIX)


def _number_format(column: Column) -> str | None:
    """How a table shows a number: counts whole, years without a thousands mark, the rest to one digit."""
    if column.name == "year":
        return "d"
    if column.sql_type in {"INTEGER", "BIGINT"}:
        return ",d"
    if column.sql_type.startswith("DECIMAL"):
        return COUNTED_FORMAT if column.name.startswith(COUNTED) else ",.1f"
    return None
