"""Marts as Parquet: numbers that any reader takes for numbers, and the description of each column beside its data."""

import hashlib
import json
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path

import duckdb

from publishing.checksum import Columns, columns_of, quote
from publishing.contract import descriptions

ROWS_OF_A_GROUP = 122_880
"""As many as DuckDB itself puts into a row group: what one of its threads scans."""
DESCRIPTION = "description"
"""The key of a field's metadata under which its description stands."""


def as_in_parquet(connection: duckdb.DuckDBPyConnection, relation: str, columns: Columns | None = None) -> str:
    """A query of a mart's rows as its Parquet file has them; also of a file of an earlier version, with decimals."""
    listed = columns_of(connection, f"from {relation}") if columns is None else columns
    selected = ", ".join(
        f"cast({quote(name)} as double) as {quote(name)}" if kind.startswith("DECIMAL") else quote(name)
        for name, kind in listed.items()
    )
    return f"select {selected} from {relation}"


def parquet_form(mart: str, columns: Columns) -> str:
    """A digest of all that a mart's file is made of but its rows: columns, types, descriptions, who writes it how."""
    _, described = descriptions(mart)
    fields = [(name, kind, described.get(name)) for name, kind in columns.items()]
    return hashlib.sha256(json.dumps([fields, _writers()], ensure_ascii=False).encode()).hexdigest()


@lru_cache
def _writers() -> list[str | int]:
    return [version("pyarrow"), duckdb.__version__, ROWS_OF_A_GROUP]


def write_parquet(connection: duckdb.DuckDBPyConnection, mart: str, path: Path, columns: Columns) -> int:
    """Write a mart to a Parquet file, a row group at a time; how many rows it has.

    Decimals are written as doubles: pandas and R read Parquet's decimals as objects that cannot be summed. The exact
    ones stay in warehouse.duckdb.
    """
    import pyarrow as pa  # noqa: PLC0415 - only publishing needs it, and a refresh with nothing new does not publish
    import pyarrow.parquet as pq  # noqa: PLC0415

    _, described = descriptions(mart)
    query = as_in_parquet(connection, f"marts.{quote(mart)}", columns)
    reader = connection.execute(query).to_arrow_reader(ROWS_OF_A_GROUP)
    schema = pa.schema([
        field.with_metadata({DESCRIPTION: described[field.name]}) if field.name in described else field
        for field in reader.schema
    ])  # fmt: skip
    rows = 0
    with pq.ParquetWriter(path, schema) as writer:
        for batch in reader:
            writer.write_batch(pa.RecordBatch.from_arrays(batch.columns, schema=schema))
            rows += batch.num_rows
    return rows
