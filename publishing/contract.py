"""The marts as dbt's contracts state them: columns with types, in order. The one place that reads _marts.yml."""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from foundation.sources import ROOT
from schemas.metadata_file import read_yaml_text

MARTS = ROOT / "dbt_project" / "models" / "marts" / "_marts.yml"
COLUMNS = ROOT / "dbt_project" / "models" / "columns.md"
BLOCK = re.compile(r"{% docs (\w+) %}(.*?){% enddocs %}", re.DOTALL)
REFERENCE = re.compile(r"{{ doc\('(\w+)'\) }}")
SQL_TYPES = {"string": "varchar"}
"""dbt's portable names that DuckDB spells otherwise."""


@lru_cache
def mart_models() -> list[dict[str, Any]]:
    """Every mart as described for dbt."""
    models: list[dict[str, Any]] = read_yaml_text(MARTS)["models"]
    return models


def column_types(mart: str) -> dict[str, str]:
    """Columns of a mart with their DuckDB types; KeyError for a mart that dbt does not describe."""
    found = {model["name"]: model for model in mart_models()}[mart]
    return {column["name"]: SQL_TYPES.get(column["data_type"], column["data_type"]) for column in found["columns"]}


def descriptions(mart: str) -> tuple[str, Mapping[str, str]]:
    """What a mart is, and what its columns are, in Russian; KeyError for a mart that dbt does not describe."""
    found = {model["name"]: model for model in mart_models()}[mart]
    columns = {column["name"]: described(column["description"]) for column in found["columns"]}
    return described(found["description"]), columns


def described(text: str) -> str:
    """A description with the texts of columns.md in the places that point at them, on one line."""
    return " ".join(REFERENCE.sub(lambda match: _meanings()[match[1]], text).split())


@lru_cache
def _meanings() -> Mapping[str, str]:
    return {name: " ".join(text.split()) for name, text in BLOCK.findall(COLUMNS.read_text(encoding="utf-8"))}
