"""Marts as Parquet: numbers that any reader takes for numbers, and the description of each column beside its data."""

import hashlib
import json
from importlib.metadata import version
from pathlib import Path

import duckdb

from publishing.checksum import quote
from publishing.contract import descriptions

ROWS_OF_A_GROUP = 122_880
"""As many as DuckDB itself puts into a row group."""
DESCRIPTION = "description"
"""The key of a field's metadata under which its description stands."""


def as_in_parquet(connection: duckdb.DuckDBPyConnection, relation: str) -> str:
    """A query of a mart's rows as its Parquet file has them; also of a file of an earlier version, with decimals."""
    selected = ", ".join(
        f"cast({quote(name)} as double) as {quote(name)}" if kind.startswith("DECIMAL") else quote(name)
        for name, kind, *_ in connection.execute(f"describe from {relation}").fetchall()
    )
    return f"select {selected} from {relation}"


def parquet_form(connection: duckdb.DuckDBPyConnection, mart: str) -> str:
    """A digest of all that a mart's file is made of but its rows: columns, types, descriptions, who writes it how."""
    _, described = descriptions(mart)
    fields = [
        (name, kind, described.get(name))
        for name, kind, *_ in connection.execute(f"describe marts.{quote(mart)}").fetchall()
    ]
    writers = [version("pyarrow"), duckdb.__version__, ROWS_OF_A_GROUP]
    return hashlib.sha256(json.dumps([fields, writers], ensure_ascii=False).encode()).hexdigest()


def write_parquet(connection: duckdb.DuckDBPyConnection, mart: str, path: Path) -> None:
    """Write a mart to a Parquet file, a row group at a time.

    Decimals are written as doubles: pandas and R read Parquet's decimals as objects that cannot be summed. The exact
    ones stay in warehouse.duckdb.
    """
    import pyarrow as pa  # noqa: PLC0415 - only publishing needs it, and a refresh with nothing new does not publish
    import pyarrow.parquet as pq  # noqa: PLC0415

    _, described = descriptions(mart)
    reader = connection.execute(as_in_parquet(connection, f"marts.{quote(mart)}")).to_arrow_reader(ROWS_OF_A_GROUP)
    schema = pa.schema([
        field.with_metadata({DESCRIPTION: described[field.name]}) if field.name in described else field
        for field in reader.schema
    ])  # fmt: skip
    with pq.ParquetWriter(path, schema) as writer:
        for batch in reader:
            writer.write_batch(pa.RecordBatch.from_arrays(batch.columns, schema=schema))
