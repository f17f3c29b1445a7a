"""The values filters start with, read from the release.

A page waits until every filter that starts with its first value has one. Left to the browser, that value is looked for
among the rows the viewer may see: a municipality without any would wait for ever. So it is written down here.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import duckdb

from bi.release import LOCKED
from bi.specification import Dataset, NativeFilter

PLACES = frozenset({"region", "municipality", "territory_name", "organisation_name", "place_name"})
"""Columns whose first value is each viewer's own: written down, it would tell everybody the name of a place."""
Expressions = Mapping[str, str]


def is_written_down(item: NativeFilter) -> bool:
    """True when the filter starts with the same value for everybody."""
    return item.first_by_default and item.column not in PLACES


def first_values(
    warehouse: Path,
    filters: tuple[NativeFilter, ...],
    datasets: Mapping[str, Dataset],
    expressions: Mapping[str, Expressions],
) -> dict[str, Any]:
    """First value by name of filter; none for a filter whose mart has no rows, and none before the first release.

    `expressions` gives the calculated columns of each dataset.
    """
    path = warehouse.resolve()  # through the link DuckDB could serve a former release
    if not path.is_file():
        return {}
    found: dict[str, Any] = {}
    with duckdb.connect(str(path), read_only=True, config=dict(LOCKED)) as connection:
        for item in filter(is_written_down, filters):
            parent = next((other for other in filters if other.name == item.parent and other.name in found), None)
            narrowed = (parent.column, found[parent.name]) if parent else None
            value = _first(connection, item, datasets[item.dataset], expressions.get(item.dataset, {}), narrowed)
            if value is not None:
                found[item.name] = value
    return found


def _first(
    connection: duckdb.DuckDBPyConnection,
    item: NativeFilter,
    dataset: Dataset,
    expressions: Expressions,
    narrowed: tuple[str, Any] | None,
) -> Any:
    value = expressions.get(item.column, item.column)
    metrics = {metric.name: metric.expression for metric in dataset.metrics}
    conditions = [f"({value}) is not null", *([f"({item.where})"] if item.where else [])]
    if narrowed:
        conditions.append(f"({expressions.get(narrowed[0], narrowed[0])}) = ?")
    asked = (
        f"select {value} from marts.{dataset.mart} where {' and '.join(conditions)} group by all "
        f"order by {metrics[item.sort_metric] if item.sort_metric else '1'} {'desc' if item.descending else 'asc'}, 1"
    )
    try:
        row = connection.execute(f"{asked} limit 1", [narrowed[1]] if narrowed else []).fetchone()
    except (duckdb.BinderException, duckdb.CatalogException):
        return None  # a release older than this tree: its charts will say so, the page should open
    return row[0] if row else None
