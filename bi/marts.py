"""Marts and their columns as dbt describes them: the one home of names, types and meanings that Superset shows."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import yaml

from foundation.sources import ROOT
from schemas.labels import column_label, value_labels

MODELS = ROOT / "dbt_project" / "models"
BLOCK = re.compile(r"{% docs (\w+) %}(.*?){% enddocs %}", re.DOTALL)
REFERENCE = re.compile(r"{{ doc\('(\w+)'\) }}")
GRAIN = "unique_grain"
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
    text = (MODELS / "columns.md").read_text(encoding="utf-8")
    meanings = {name: " ".join(meaning.split()) for name, meaning in BLOCK.findall(text)}
    models = yaml.safe_load((MODELS / "marts" / "_marts.yml").read_text(encoding="utf-8"))["models"]
    return {model["name"]: _mart(model, meanings) for model in models}


def _mart(model: dict[str, Any], meanings: Mapping[str, str]) -> Mart:
    name = model["name"]
    columns = [_column(name, column, meanings) for column in model["columns"]]
    described = _described(model["description"], meanings)
    return Mart(name, described, {column.name: column for column in columns}, _grain(model))


def _grain(model: dict[str, Any]) -> tuple[str, ...]:
    tests = [test[GRAIN] for test in model.get("data_tests", []) if isinstance(test, dict) and GRAIN in test]
    return tuple(tests[0]["arguments"]["columns"]) if tests else ()


def _column(mart: str, column: dict[str, Any], meanings: Mapping[str, str]) -> Column:
    name, data_type = column["name"], column["data_type"]
    sql_type = SQL_TYPES.get(data_type, data_type.upper().replace(" ", ""))
    description = _described(column["description"], meanings)
    return Column(name, sql_type, column_label(mart, name), description, value_labels(name))


def _described(text: str, meanings: Mapping[str, str]) -> str:
    return " ".join(REFERENCE.sub(lambda match: meanings[match[1]], text).split())
