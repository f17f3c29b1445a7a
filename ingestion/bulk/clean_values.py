"""Which cells of a large file are fault-free, each distinct text read and judged once.

The reader of the cell and the column of the kind's pandera model decide, as for every other file: what they say of a
value goes into a table of DuckDB, and rows are joined to it. A model with checks across columns, or of uniqueness, is
refused (UncompilableModelError): such a check would silently not be made.
"""

from dataclasses import dataclass
from typing import Any

import duckdb
import pandera.polars as pa
import polars as pl
from pandera.errors import SchemaErrors

from foundation.frames import frame_of
from ingestion.read.as_seen import as_seen
from ingestion.read.errors import Refusal
from ingestion.read.parquet import texts_of
from ingestion.read.sheet import garbled_refusal, garbled_values
from ingestion.read.streamed import TABLE
from ingestion.recognise.ignored_rows import total_pattern
from ingestion.values.cells import CellReader
from ingestion.values.parse import column_of_values, error_rule
from schemas.kinds import Kind

UNCOMPILED = frozenset({"bounds", "year_of", "derived"})


class UncompilableModelError(Exception):
    """The model has a check that is no function of one value."""


@dataclass(frozen=True)
class Cells:
    """Where the text of a field stands: a column of `incoming`, or one text for all rows, or nowhere."""

    column: str | None
    constant: str | None = None


def require_compilable(kind: Kind) -> None:
    """Raise UncompilableModelError for a model that cannot be judged value by value."""
    model = kind.model
    if model.checks or model.unique or any(column.unique for column in model.columns.values()):
        raise UncompilableModelError(f"{kind.code}: a check across columns or of uniqueness")
    for name, column in model.columns.items():
        if column.metadata["parse"] in UNCOMPILED or column.metadata.get("also"):
            raise UncompilableModelError(f"{kind.code}.{name}: read from more than one cell")


def distinct_texts(
    connection: duckdb.DuckDBPyConnection, column: str, sheet: str, but: str | None = None
) -> pl.DataFrame:
    """Distinct values of a column: `written` as the file types it, `text` as a sender would see it.

    Without those that stand in table `but` already. Raises Refusal when some program before us decoded the text
    wrongly.
    """
    known = f" anti join {but} on {but}.written = {TABLE}.{column}::text" if but else ""
    found = frame_of(connection, f"select distinct {column} as written from {TABLE}{known} where {column} is not null")
    texts = texts_of(found)[0].alias("text")
    garbled = garbled_values(texts)
    if garbled.len():
        raise _garbled(connection, column, found.filter(texts == garbled[0])["written"][0], sheet)
    return found.with_columns(as_seen(texts))


def _garbled(connection: duckdb.DuckDBPyConnection, column: str, written: Any, sheet: str) -> Refusal:
    row = connection.execute(f"select min(source_row) from {TABLE} where {column} = ?", [written]).fetchone()
    assert row is not None
    return garbled_refusal(sheet, row[0], str(written))


def clean_values(texts: pl.DataFrame, name: str, kind: Kind, reader: CellReader) -> pl.DataFrame:
    """`written` and `value` of the distinct texts that break no rule of a model's column and call for no remark."""
    column = kind.model.columns[name]
    read = reader.of(column.metadata["parse"])
    kept: list[int] = []
    values: list[Any] = []
    for index, text in enumerate(texts["text"]):
        if text is None:
            if column.nullable:
                kept.append(index)
                values.append(None)
            continue
        if error_rule(text):
            continue
        reading = read(text)
        if reading.rule is None and (reading.value is not None or column.nullable):
            kept.append(index)
            values.append(reading.value)
    clean = texts[kept].select("written", pl.col("text")).with_columns(column_of_values("value", values, column))
    is_total = pl.col("text").str.to_lowercase().str.contains(total_pattern()).fill_null(value=False)
    broken = _broken(clean["value"], name, column)
    return clean.with_row_index("at").filter(~pl.col("at").is_in(broken) & ~is_total).select("written", "value")


def _broken(values: pl.Series, name: str, column: pa.Column) -> list[int]:
    """Positions of the values that break a check of the column."""
    try:
        pa.DataFrameSchema({name: column}).validate(values.alias(name).to_frame(), lazy=True)
    except SchemaErrors as errors:
        return list(errors.failure_cases["index"].drop_nulls())
    return []
