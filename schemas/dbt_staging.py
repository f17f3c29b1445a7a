"""Staging models written from metadata: of a kind of export from its row model, of a reference table from its columns.

A kind whose staging computes something has a file written by hand: without the mark of the generated ones, it stands.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path

import pandera.polars as pa
import polars as pl

from foundation.sources import ROOT
from schemas.columns import ORGANISATION
from schemas.kinds import KINDS, PLACE, Kind
from schemas.reference_table import Table

STAGING = ROOT / "dbt_project" / "models" / "staging"
REFERENCE = STAGING / "reference"
MARK = "-- Made by `python -m schemas.dbt_metadata` (make docs); not to be edited."
STRING = "{{ dbt.type_string() }}"
TYPES = {pl.String: STRING, pl.Int64: "bigint", pl.Date: "date", pl.Boolean: "boolean"}
YEARS = frozenset({"year", "year_of", "indicator_year"})
"""Readers of years, which the models join on as integers."""


def staging_models() -> dict[Path, str]:
    """Every generated staging model with its text: of the kinds of rows that have none written by hand."""
    paths = {STAGING / f"stg_{kind.code}.sql": kind for kind in KINDS.values() if not kind.partition_column}
    return {path: staging_model(kind) for path, kind in paths.items() if not _is_by_hand(path)}


def staging_model(kind: Kind) -> str:
    """SQL of the active rows of a kind: provenance, its own columns with their types, where a row stands."""
    columns = ["{{ provenance() }}", *_typed(kind), *(["{{ level_columns() }}"] if kind.has_level else [])]
    listed = ",\n".join(f"    {column}" for column in columns)
    return (
        f"-- Grain: {_grain(kind)}, active rows only.\n{MARK}\n\n"
        f"with active as (\n    {{{{ active_rows('{kind.code}') }}}}\n)\n\nselect\n{listed}\nfrom active\n"
    )


def reference_models(tables: Iterable[Table]) -> dict[Path, str]:
    """The staging model of every reference table, and the YAML beside them."""
    named = {f"stg_reference__{table.name}": table for table in tables}
    listed = "".join(
        f"  - name: {name}\n    description: >-\n      {table.meaning}.\n" for name, table in named.items()
    )
    return {
        REFERENCE / "_generated_reference.yml": f"{MARK.replace('--', '#')}\nversion: 2\n\nmodels:\n{listed}",
        **{REFERENCE / f"{name}.sql": reference_model(table) for name, table in named.items()},
    }


def reference_model(table: Table) -> str:
    """SQL of a reference table, every column with its type."""
    columns = ((name, STRING if sql_type == "varchar" else sql_type) for name, sql_type in table.columns.items())
    typed = ",\n".join(f"    cast({name} as {sql_type.replace(',', ', ')}) as {name}" for name, sql_type in columns)
    return (
        f"-- Grain: {' × '.join(table.key)}.\n{MARK}\n\n"
        f"select\n{typed}\nfrom {{{{ source('reference', '{table.name}') }}}}\n"
    )


def _is_by_hand(path: Path) -> bool:
    return path.is_file() and MARK not in path.read_text(encoding="utf-8").splitlines()


def _typed(kind: Kind) -> Iterator[str]:
    for name, column in kind.model.columns.items():
        if name not in ORGANISATION:
            yield f"cast({name} as {_sql_type(column)}) as {name}"


def _sql_type(column: pa.Column) -> str:
    if column.metadata["parse"] in YEARS:
        return "integer"
    dtype = column.dtype.type
    if isinstance(dtype, pl.Decimal):
        return f"decimal({dtype.precision}, {dtype.scale})"
    return TYPES[dtype]


def _grain(kind: Kind) -> str:
    key = [name for name in kind.key if name not in PLACE]
    place = ["organisation or territory"] if kind.has_level else ["organisation_id"] * ("organisation_id" in kind.key)
    return " × ".join([*key, *place])
