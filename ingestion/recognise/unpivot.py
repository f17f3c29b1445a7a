"""Rows of a table made one row a fact: a wide layout made long, a list of organisations one row each."""

from collections.abc import Sequence
from dataclasses import replace

import polars as pl

from ingestion.recognise.as_written import AS_WRITTEN
from ingestion.recognise.table import Table
from ingestion.values.name_lists import split_names
from ingestion.values.obligations import responsible_group
from schemas.header_map import Layout


def unpivot(table: Table) -> Table:
    """A wide layout made long, or a list of organisations made one row each; the source row stays the unit."""
    layout = table.header.layout
    if layout.unpivot:
        return replace(table, frame=_unpivot_roles(table.frame, layout))
    if layout.unpivot_list and layout.unpivot_list in table.frame.columns:
        return replace(table, frame=_unpivot_list(table.frame, layout.unpivot_list))
    return table


def _unpivot_list(frame: pl.DataFrame, field: str) -> pl.DataFrame:
    """One row for each organisation named; a group («все школы») names none and stands for its municipality."""
    parts = [_addressees(text) for text in frame[field]]
    long = frame.with_columns(pl.Series(field, parts, dtype=pl.List(pl.String))).explode(field)
    names = [None if text is None or responsible_group(text) else text for text in long[field]]
    return long.with_columns(pl.Series("organisation_name", names, dtype=pl.String))


def _addressees(text: str | None) -> Sequence[str | None]:
    """At least one, be it nobody: polars drops the row of an empty list."""
    if text is None or responsible_group(text):
        return [text]
    return split_names(text) or [None]


def _unpivot_roles(frame: pl.DataFrame, layout: Layout) -> pl.DataFrame:
    """One row a role that has a value (question 3)."""
    unpivoted = (*layout.unpivot_values, AS_WRITTEN)
    kept = [
        name
        for name in frame.columns
        if not any(name == f"{value}_{role}" for value in unpivoted for role in layout.unpivot)
    ]
    parts = []
    for role in layout.unpivot:
        if f"registered_{role}" not in frame.columns:
            continue
        values = [
            (pl.col(f"{value}_{role}") if f"{value}_{role}" in frame.columns else pl.lit(None, pl.String)).alias(value)
            for value in unpivoted
        ]
        parts.append(frame.select(*kept, pl.lit(role).alias("role_code"), *values))
    long = pl.concat(parts)
    has_value = pl.col("registered").is_not_null()
    some_value = has_value.any().over("source_row")
    first_role = pl.col("role_code") == parts[0]["role_code"][0] if parts[0].height else pl.lit(value=True)
    return long.filter(has_value | (~some_value & first_role)).sort("source_row", maintain_order=True)
