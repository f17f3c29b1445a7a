"""Marts as Parquet: numbers that any reader takes for numbers, and the description of each column beside its data."""

from collections.abc import Mapping
from pathlib import Path

import duckdb

from publishing.checksum import quote

ROWS_OF_A_GROUP = 122_880
"""As many as DuckDB itself puts into a row group."""
DESCRIPTION = "description"
"""The key of a field's metadata under which its description stands."""


def write_parquet(connection: duckdb.DuckDBPyConnection, relation: str, path: Path) -> None:
    """Write a table to a Parquet file, a row group at a time.

    Decimals are written as doubles: pandas and R read Parquet's decimals as objects that cannot be summed. The exact
    ones stay in warehouse.duckdb.
    """
    import pyarrow as pa  # noqa: PLC0415 - only publishing needs it, and a refresh with nothing new does not publish
    import pyarrow.parquet as pq  # noqa: PLC0415

    columns = connection.execute(f"describe {relation}").fetchall()
    selected = ", ".join(
        f"cast({quote(name)} as double) as {quote(name)}" if kind.startswith("DECIMAL") else quote(name)
        for name, kind, *_ in columns
    )
    described = _descriptions(connection, relation)
    reader = connection.execute(f"select {selected} from {relation}").to_arrow_reader(ROWS_OF_A_GROUP)
    schema = pa.schema([
        field.with_metadata({DESCRIPTION: described[field.name]}) if field.name in described else field
        for field in reader.schema
    ])  # fmt: skip
    with pq.ParquetWriter(path, schema) as writer:
        for batch in reader:
            writer.write_batch(pa.RecordBatch.from_arrays(batch.columns, schema=schema))


def _descriptions(connection: duckdb.DuckDBPyConnection, relation: str) -> Mapping[str, str]:
    """Comments of the columns of `schema.table`."""
    schema, table = (part.strip('"') for part in relation.split("."))
    found = connection.execute(
        "select column_name, comment from duckdb_columns() where database_name = current_database()"
        " and schema_name = ? and table_name = ? and comment is not null",
        [schema, table],
    ).fetchall()
    return dict(found)
