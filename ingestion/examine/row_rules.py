"""Row rules of a kind's pandera model: every failure collected, each tied to its source row."""

import polars as pl
from pandera.errors import SchemaErrors

from schemas.kinds import Kind


def broken_rules(frame: pl.DataFrame, kind: Kind) -> list[tuple[int, str, str]]:
    """(row index, column, rule) for each failure of the model on an eager typed frame.

    DataFrames, not LazyFrames: pandera skips value checks on lazy frames. `row_index` numbers the rows.
    """
    checked = frame.select(list(kind.model.columns))
    try:
        kind.model.validate(checked, lazy=True)
    except SchemaErrors as errors:
        blamed = {check.name: check.description for check in kind.model.checks}
        failures = errors.failure_cases.select("column", "check", "index")
        # `index` is the position in the frame, which may differ from row_index after filtering.
        row_index = frame["row_index"].to_list()
        found = [
            (row_index[index], column or blamed[check], check)
            for column, check, index in failures.rows()
            if index is not None
        ]
        return _without_echoes(found, kind)
    return []


def _without_echoes(found: list[tuple[int, str, str]], kind: Kind) -> list[tuple[int, str, str]]:
    """A wrong day makes the year taken from it wrong too: it is told once, of the day."""
    columns = kind.model.columns.items()
    day_of = {name: column.metadata["day"] for name, column in columns if column.metadata["parse"] == "year_of"}
    blamed = {(index, column) for index, column, _ in found}
    return [one for one in found if (one[0], day_of.get(one[1])) not in blamed]
