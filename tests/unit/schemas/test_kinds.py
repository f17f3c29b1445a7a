"""What the row models say of their columns, and what is derived from that."""

import pandera.polars as pa
import pytest

from schemas.header_map import project_layouts
from schemas.kinds import KINDS, Kind


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_every_number_is_a_measure_or_a_key(kind: Kind) -> None:
    """Guards against a count that a merged cell repeats for each of its rows, as hand-kept lists of counts did."""
    columns = kind.model.columns
    # The day of a deadline is no quantity: it is read from the text of another column.
    numbers = {
        name for name, column in columns.items() if column.dtype.type.is_numeric() and not _is_read_aside(column)
    }
    of_ranges = {f"{column.metadata['field']}_" for column in columns.values() if column.metadata["parse"] == "bounds"}
    single = {name for name in numbers if not name.startswith(tuple(of_ranges))}
    assert single - set(kind.key) == kind.measures & set(columns)
    assert {prefix.rstrip("_") for prefix in of_ranges} <= kind.measures


def _is_read_aside(column: pa.Column) -> bool:
    return column.metadata["field"] is not None and column.metadata["parse"] != "bounds"


def test_measures_are_those_that_files_can_merge() -> None:
    """The columns that were multiplied: confirmed, messages, calls, minutes, chats, hours, cost; and ranges."""
    assert {"messages", "calls", "call_minutes", "chats", "active"} <= KINDS["platform_activity"].measures
    assert {"registered", "confirmed", "confirmed_parent", "headcount_teacher"} <= (
        KINDS["platform_registration"].measures
    )
    assert KINDS["training_record"].measures == {"hours"}
    assert KINDS["equipment_delivery"].measures == {"quantity", "cost"}
    assert KINDS["connectivity"].measures == {"speed"}
    assert KINDS["indicator_plan"].measures == {"plan"}
    assert KINDS["survey"].measures == {"answered", "satisfied", "satisfied_share"}
    assert KINDS["decision"].measures == {"threshold"}


def test_columns_of_a_wide_layout_are_measures() -> None:
    """Guards against a wide layout whose counts nobody takes for counts."""
    for layout in project_layouts():
        wide = {f"{value}_{role}" for value in layout.unpivot_values for role in layout.unpivot}
        assert wide <= KINDS[layout.kind].measures
