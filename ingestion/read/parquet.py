"""Parquet as a sheet: the column names are row 1, the data start in row 2.

A column whose values are no text, number, day or duration is given as marks (`NO_TEXT`): such a column harms nobody
who does not need it, and whoever does is told.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

import polars as pl
import pyarrow as pa
import pyarrow.parquet

from ingestion.read.errors import Refusal
from ingestion.read.sheet import MAX_CELLS, FrameBuilder, Sheet
from ingestion.values.cell_text import NO_TEXT, row_text

_BATCH_ROWS = 50_000


def read_parquet(path: Path, name: str, timezone: str) -> Sheet:
    """The file as one sheet of text, cells written by the same rules as a workbook's."""
    with open_parquet(path) as file:
        if file.metadata.num_rows * file.metadata.num_columns > MAX_CELLS:
            raise Refusal("таблица Parquet слишком велика", "Разделите её на части и повторите")
        return Sheet(name, _frame(file, name, timezone, file.iter_batches(batch_size=_BATCH_ROWS)))


def read_parquet_head(path: Path, name: str, timezone: str, rows: int) -> Sheet:
    """The first rows alone."""
    with open_parquet(path) as file:
        return Sheet(name, _frame(file, name, timezone, islice(file.iter_batches(batch_size=rows), 1)))


@contextmanager
def open_parquet(path: Path) -> Iterator[pa.parquet.ParquetFile]:
    """The file; raises Refusal for a damaged one, and for one without columns."""
    try:
        with pa.parquet.ParquetFile(path) as file:
            if not file.schema_arrow.names:
                raise Refusal("в файле Parquet нет ни одного столбца")
            yield file
    except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
        raise Refusal("файл Parquet повреждён или записан неизвестным способом") from error


def _frame(file: pa.parquet.ParquetFile, name: str, timezone: str, batches: Iterator[pa.RecordBatch]) -> pl.DataFrame:
    builder = FrameBuilder(name)
    builder.append([heading if heading.strip() else None for heading in file.schema_arrow.names])
    for batch in batches:
        builder.append_chunk([_arrow_texts(column, timezone) for column in batch.columns])
    return builder.build()


def is_plain(kind: pa.DataType) -> bool:
    """Whether every program reads values of the type alike."""
    types = pa.types
    return (
        types.is_integer(kind)
        or types.is_float64(kind)
        or types.is_boolean(kind)
        or types.is_date(kind)
        or types.is_time(kind)
        or types.is_timestamp(kind)
        or types.is_duration(kind)
        or types.is_decimal128(kind)
        or types.is_null(kind)
        or is_text(kind)
    )


def is_text(kind: pa.DataType) -> bool:
    """Whether values are texts, in whichever of the ways Arrow keeps them."""
    types = pa.types
    if types.is_dictionary(kind):
        return is_text(kind.value_type)
    return bool(types.is_string(kind) or types.is_large_string(kind) or types.is_string_view(kind))


def is_bytes(kind: pa.DataType) -> bool:
    """Whether values are bytes, which some programs write where they mean text."""
    return bool(pa.types.is_binary(kind) or pa.types.is_large_binary(kind) or pa.types.is_binary_view(kind))


def _arrow_texts(column: pa.Array, timezone: str) -> pl.Series:
    kind = column.type
    if isinstance(kind, pa.UuidType):
        return pl.Series([None if value is None else str(value) for value in column.to_pylist()], dtype=pl.String)
    if pa.types.is_decimal256(kind):
        return pl.Series(row_text(column.to_pylist()), dtype=pl.String)
    if is_text(kind):
        column.validate(full=True)  # bytes that are no UTF-8 make polars crash, past every `except Exception`
    if is_plain(kind) or is_bytes(kind) or pa.types.is_float32(kind):
        values = pl.Series(column)
        if isinstance(values.dtype, pl.Datetime) and values.dtype.time_zone:
            values = values.dt.convert_time_zone(timezone)
        return _text_column(values)
    return pl.Series([None if is_null else NO_TEXT for is_null in column.is_null().to_pylist()], dtype=pl.String)


def texts_of(frame: pl.DataFrame) -> list[pl.Series]:
    """Columns as text, by the same rules as cells of a workbook."""
    return [_text_column(column) for column in frame.iter_columns()]


def _text_column(column: pl.Series) -> pl.Series:
    values = column
    try:
        if column.dtype == pl.Binary:
            values = column.cast(pl.String)
        elif column.dtype == pl.Float32:
            # 48,6 is kept as 48,599998: the shortest text that means the same number is what the sender wrote.
            values = column.cast(pl.String).cast(pl.Float64)
        return pl.Series(row_text(values.to_list()), dtype=pl.String)
    except (KeyError, ValueError, OverflowError, pl.exceptions.PolarsError):
        return pl.select(pl.when(column.is_not_null()).then(pl.lit(NO_TEXT))).to_series()
