"""The marts as dbt's contracts state them: columns with types, in order."""

from collections.abc import Mapping
from functools import lru_cache

from schemas.mart_contracts import described, mart_models

SQL_TYPES = {"string": "varchar"}
"""dbt's portable names that DuckDB spells otherwise."""

OWN_RELEASES = frozenset({"indicator_vintage"})
"""Marts whose rows keep the release that each came with."""


def is_stamped(mart: str) -> bool:
    """Whether publishing writes its release into the mart's column `release_id`, which says nothing of the content."""
    return mart not in OWN_RELEASES and "release_id" in column_types(mart)


def column_types(mart: str) -> dict[str, str]:
    """Columns of a mart with their DuckDB types; KeyError for a mart that dbt does not describe."""
    found = {model["name"]: model for model in mart_models()}[mart]
    return {column["name"]: SQL_TYPES.get(column["data_type"], column["data_type"]) for column in found["columns"]}


@lru_cache
def descriptions(mart: str) -> tuple[str, Mapping[str, str]]:
    """What a mart is, and what its columns are, in Russian; KeyError for a mart that dbt does not describe."""
    found = {model["name"]: model for model in mart_models()}[mart]
    columns = {column["name"]: described(column["description"]) for column in found["columns"]}
    return described(found["description"]), columns
