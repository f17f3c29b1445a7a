"""A large file as a table of DuckDB: one source row a row, cells as the file has them, never whole in memory.

A Parquet file is read where it lies. A text file is streamed into a temporary table. What cannot be streamed safely is
left to the ordinary way (NotStreamableError), which reads a file whole.
"""

from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet

from ingestion.reading.delimited import find_delimiter, read_records
from ingestion.reading.encoding import detect_encoding
from ingestion.reading.parquet import texts_of
from ingestion.reading.sheet import FrameBuilder, Sheet
from ingestion.reading.signature import FileFormat, detect_format

HEAD_ROWS = 61
BLOCK_BYTES = 1 << 24
TABLE = "incoming"
STREAMED = frozenset({FileFormat.PARQUET, FileFormat.TEXT})


class NotStreamableError(Exception):
    """The file has to be read whole: its rows have no common width, or its head is not made of plain lines."""


@dataclass(frozen=True)
class Incoming:
    """Columns c0..cN of table `incoming` and `source_row`, which counts from 1 as the sender's program does."""

    path: Path
    format: FileFormat
    head: Sheet
    ragged: list[tuple[int, str]] = field(default_factory=list)
    """Records of another width than the header, (source row, text): they are not in the table."""


def read_head(path: Path, stem: str) -> Sheet | None:
    """The first rows of a file that can be streamed, as a sheet; None of another format."""
    match detect_format(path):
        case FileFormat.PARQUET:
            return Sheet(stem, _parquet_head(path))
        case FileFormat.TEXT:
            return Sheet(stem, _text_head(path))
    return None


def open_incoming(connection: duckdb.DuckDBPyConnection, path: Path, head: Sheet, header_row: int) -> Incoming:
    """Make table `incoming` of the rows below the header (`header_row` counts from 0)."""
    found = detect_format(path)
    if found is FileFormat.PARQUET:
        _open_parquet(connection, path, head)
        return Incoming(path, found, head)
    return Incoming(path, found, head, _stream_text(connection, path, header_row))


def _parquet_head(path: Path) -> pl.DataFrame:
    with pa.parquet.ParquetFile(path) as file:
        first = next(file.iter_batches(batch_size=HEAD_ROWS), None)
        names = file.schema_arrow.names
    builder = FrameBuilder()
    builder.append([name if name.strip() else None for name in names])
    if first is not None:
        builder.append_chunk(texts_of(pl.DataFrame(first)))
    return builder.build()


def _text_head(path: Path) -> pl.DataFrame:
    encoding = detect_encoding(path)
    builder = FrameBuilder()
    for record in islice(read_records(path, encoding, find_delimiter(path, encoding)), HEAD_ROWS):
        builder.append(record)
    return builder.build()


def _open_parquet(connection: duckdb.DuckDBPyConnection, path: Path, head: Sheet) -> None:
    names = [row[0] for row in connection.execute("describe select * from read_parquet($1)", [str(path)]).fetchall()]
    if len(names) != head.frame.width:
        raise NotStreamableError
    columns = ", ".join(f'"{name.replace(chr(34), chr(34) * 2)}" as c{index}' for index, name in enumerate(names))
    source = "read_parquet('{}', file_row_number = true)".format(str(path).replace("'", "''"))
    connection.execute(
        f"create or replace temp view {TABLE} as select file_row_number + 2 as source_row, {columns} from {source}"
    )


def _stream_text(connection: duckdb.DuckDBPyConnection, path: Path, header_row: int) -> list[tuple[int, str]]:
    encoding = detect_encoding(path)
    header = next(islice(read_records(path, encoding, find_delimiter(path, encoding)), header_row, None))
    names = [f"c{index}" for index in range(len(header))]
    ragged: list[tuple[int, str]] = []
    reader = _csv_reader(path, encoding, names, header_row, ragged)
    schema = pa.schema([("source_row", pa.int64()), *((name, pa.string()) for name in names)])
    batches = _numbered(reader, header_row + 2, ragged, schema)
    connection.register("streamed", pa.RecordBatchReader.from_batches(schema, batches))
    try:
        connection.execute(f"create or replace temp table {TABLE} as select * from streamed")
    except duckdb.Error as error:
        raise NotStreamableError from error
    finally:
        connection.unregister("streamed")
    return ragged


def _csv_reader(path: Path, encoding: str, names: list[str], header_row: int, ragged: list[tuple[int, str]]) -> Any:
    def note(row: Any) -> str:
        ragged.append((row.number, row.text))
        return "skip"

    try:
        return pa.csv.open_csv(
            path,
            read_options=pa.csv.ReadOptions(
                use_threads=False, block_size=BLOCK_BYTES, encoding="utf-8" if encoding == "utf-8-sig" else encoding,
                column_names=names, skip_rows=header_row + 1,
            ),
            parse_options=pa.csv.ParseOptions(
                delimiter=find_delimiter(path, encoding), newlines_in_values=True, ignore_empty_lines=False,
                invalid_row_handler=note,
            ),
            convert_options=pa.csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=True, null_values=[""],
                quoted_strings_can_be_null=True,
            ),
        )  # fmt: skip
    except (pa.ArrowInvalid, UnicodeError) as error:
        raise NotStreamableError from error


def _numbered(reader: Any, first: int, ragged: list[tuple[int, str]], schema: pa.Schema) -> Any:
    """Batches with source rows: a skipped record keeps its number."""
    position, passed = first, 0
    for batch in reader:
        parts: list[pl.Series] = []
        left = batch.num_rows
        while left:
            until = ragged[passed][0] if passed < len(ragged) else None
            taken = left if until is None else min(until - position, left)
            parts.append(pl.int_range(position, position + taken, dtype=pl.Int64, eager=True))
            position, left = position + taken, left - taken
            if until is not None and position == until:
                position, passed = position + 1, passed + 1
        numbers = pl.concat(parts, rechunk=True) if parts else pl.Series(dtype=pl.Int64)
        yield pa.RecordBatch.from_arrays([numbers.to_arrow(), *batch.columns], schema=schema)
