"""Frames into DuckDB and out of it, the one way that DuckDB 1.5 and 2 share.

DuckDB 2 refuses to register a frame, and to make a relation, while the result of an earlier `execute` is not read to
its end; its connections have no `.pl()`.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import duckdb
import polars as pl
import pyarrow as pa


@contextmanager
def registered(
    connection: duckdb.DuckDBPyConnection, name: str, frame: pl.DataFrame | pa.Table | pa.RecordBatchReader
) -> Iterator[None]:
    """The frame as a view of this name, as long as the block lasts."""
    _forget_result(connection)
    connection.register(name, frame.to_arrow() if isinstance(frame, pl.DataFrame) else frame)
    try:
        yield
    finally:
        connection.unregister(name)


def frame_of(
    connection: duckdb.DuckDBPyConnection, query: str, values: Sequence[Any] | Mapping[str, Any] | None = None
) -> pl.DataFrame:
    """What a query answers, as a frame of its columns."""
    _forget_result(connection)
    return pl.DataFrame(connection.sql(query, params=values).to_arrow_table())


def _forget_result(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute("select 1").fetchall()
