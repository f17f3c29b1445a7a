"""Results of a query as CSV, JSON or Parquet bytes."""

import csv
import io
import json
import math
from collections.abc import Iterator
from datetime import date, datetime, time
from decimal import Decimal
from typing import IO, Any

import duckdb

FETCH_ROWS = 10_000


def column_names(result: duckdb.DuckDBPyConnection) -> list[str]:
    """Column names of a result, repeated ones made unique (a, a_1): JSON objects cannot hold a key twice."""
    names: list[str] = []
    for column in result.description or []:
        name, number = column[0], 0
        while name in names:
            number += 1
            name = f"{column[0]}_{number}"
        names.append(name)
    return names


def rows_of(result: duckdb.DuckDBPyConnection) -> Iterator[tuple[Any, ...]]:
    """Rows of a result, fetched in portions."""
    while portion := result.fetchmany(FETCH_ROWS):
        yield from portion


def json_value(value: Any) -> str:
    """JSON text of a value: decimals are numbers with all their digits, dates are ISO.

    The standard encoder knows no Decimal and a float would change its digits.
    """
    if isinstance(value, Decimal):
        return format(value, "f") if value.is_finite() else "null"
    if isinstance(value, float) and not math.isfinite(value):
        return "null"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(json_value(item) for item in value) + "]"
    if isinstance(value, dict):
        pairs = (f"{json.dumps(str(key), ensure_ascii=False)}: {json_value(item)}" for key, item in value.items())
        return "{" + ", ".join(pairs) + "}"
    return json.dumps(value, ensure_ascii=False, default=_text_of)


def _text_of(value: Any) -> str:
    if isinstance(value, date | datetime | time):
        return value.isoformat()
    return value.hex() if isinstance(value, bytes) else str(value)


def write_json(result: duckdb.DuckDBPyConnection, stream: IO[str]) -> None:
    """One array of objects, one object a line, and nothing else (contracts.md, settled question 19)."""
    names = column_names(result)
    stream.write("[")
    for index, row in enumerate(rows_of(result)):
        stream.write(",\n " if index else "\n ")
        stream.write(json_value(dict(zip(names, row, strict=True))))
    stream.write("\n]\n")


def write_csv(result: duckdb.DuckDBPyConnection, stream: IO[str]) -> None:
    """CSV with a header, decimal points and ISO dates; an empty field is NULL."""
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(column_names(result))
    for row in rows_of(result):
        writer.writerow(["" if value is None else plain_value(value) for value in row])


def plain_value(value: Any) -> Any:
    """A value as plain text shows it: decimals in full, ISO dates."""
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, date | datetime | time):
        return value.isoformat()
    return value


def parquet_bytes(result: duckdb.DuckDBPyConnection) -> bytes:
    """The result as a Parquet file."""
    import polars as pl  # noqa: PLC0415 - costs more than the rest of a query; only this format needs it

    names = column_names(result)
    table = pl.DataFrame(result.to_arrow_table().rename_columns(names))
    buffer = io.BytesIO()
    table.write_parquet(buffer)
    return buffer.getvalue()
