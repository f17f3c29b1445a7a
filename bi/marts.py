"""Marts and their columns as dbt describes them: the one home of names, types and meanings that Superset shows."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from schemas.labels import column_label, value_labels
from schemas.mart_contracts import described, grain, mart_models

SQL_TYPES = {"string": "VARCHAR"}
"""dbt's portable names that DuckDB reports under another one."""
TEMPORAL = frozenset({"DATE", "TIMESTAMP"})
PLACE_COLUMNS = frozenset({"municipality_id", "territory_id", "organisation_id", "inn", "municipality", "region_code"})
"""A mart with any of these speaks of a place, so who may see which rows has to be said."""


@dataclass(frozen=True)
class Column:
    """A column of a mart: name, SQL type, short Russian label, Russian description."""

    name: str
    sql_type: str
    label: str
    description: str
    values: Mapping[str, str]
    """Russian words for its codes; empty when its values are shown as they are."""

    @property
    def is_temporal(self) -> bool:
        return self.sql_type in TEMPORAL

    @property
    def is_moment(self) -> bool:
        """A point in time, not a day."""
        return self.sql_type == "TIMESTAMP"


@dataclass(frozen=True)
class Mart:
    """A published table."""

    name: str
    description: str
    columns: Mapping[str, Column]
    grain: tuple[str, ...] = ()
    """Columns that tell its rows apart, as dbt tests them; empty where no such test is."""

    @property
    def has_place(self) -> bool:
        return bool(PLACE_COLUMNS & set(self.columns))


@lru_cache
def load_marts() -> Mapping[str, Mart]:
    """Every mart by its name, read from dbt_project/models."""
    return {model["name"]: _mart(model) for model in mart_models()}


def _mart(model: dict[str, Any]) -> Mart:
    columns = [_column(model["name"], column) for column in model["columns"]]
    return Mart(
        model["name"], described(model["description"]), {column.name: column for column in columns}, grain(model)
    )


def _column(mart: str, column: dict[str, Any]) -> Column:
    name, data_type = column["name"], column["data_type"]
    sql_type = SQL_TYPES.get(data_type, data_type.upper().replace(" ", ""))
    return Column(name, sql_type, column_label(mart, name), described(column["description"]), value_labels(name))
