"""The marts as dbt's contracts state them: columns with types, in order. The one place that reads _marts.yml."""

from functools import lru_cache
from pathlib import Path
from typing import Any

from schemas.metadata_file import read_yaml_text

ROOT = Path(__file__).resolve().parent.parent
MARTS = ROOT / "dbt_project" / "models" / "marts" / "_marts.yml"
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
