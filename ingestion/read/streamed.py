"""A large file as a table of DuckDB: one source row a row, cells as the file has them, never whole in memory.

A Parquet file is read where it lies. A text file is streamed into a temporary table. What cannot be streamed safely is
left to the ordinary way (NotStreamableError), which reads a file whole.
"""

from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pyarrow as pa
import pyarrow.csv

from foundation.frames import registered
from ingestion.read.as_seen import frame_as_seen
from ingestion.read.delimited import find_delimiter, read_records
from ingestion.read.encoding import detect_encoding
from ingestion.read.parquet import is_bytes, is_plain, open_parquet, read_parquet_head
from ingestion.read.sheet import FrameBuilder, Sheet
from ingestion.read.signature import FileFormat, detect_format
from ingestion.values.cell_text import NO_TEXT

HEAD_ROWS = 61
BLOCK_BYTES = 1 << 24
TABLE = "incoming"
PER_SECOND = {"s": 1, "ms": 1_000, "us": 1_000_000, "ns": 1_000_000_000}
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


def read_head(path: Path, stem: str, timezone: str) -> Sheet | None:
    """The first rows of a file that can be streamed, as a sheet; None of another format."""
    match detect_format(path):
        case FileFormat.PARQUET:
            head = read_parquet_head(path, stem, timezone, HEAD_ROWS)
        case FileFormat.TEXT:
            head = Sheet(stem, _text_head(path, stem))
        case _:
            return None
    return replace(head, frame=frame_as_seen(head.frame))


def open_incoming(
    connection: duckdb.DuckDBPyConnection, path: Path, head: Sheet, header_row: int, timezone: str
) -> Incoming:
    """Make table `incoming` of the rows below the header (`header_row` counts from 0)."""
    _drop_former(connection)
    found = detect_format(path)
    if found is FileFormat.PARQUET:
        _open_parquet(connection, path, head, timezone)
        return Incoming(path, found, head)
    return Incoming(path, found, head, _stream_text(connection, path, header_row))


def _drop_former(connection: duckdb.DuckDBPyConnection) -> None:
    """What the file before left: a view cannot replace a table, nor a table a view."""
    found = connection.execute(
        "select table_type from information_schema.tables where table_catalog = 'temp' and table_name = ?", [TABLE]
    ).fetchall()
    for (sort,) in found:
        connection.execute(f"drop {'view' if sort == 'VIEW' else 'table'} temp.{TABLE}")


def _text_head(path: Path, name: str) -> pl.DataFrame:
    encoding = detect_encoding(path)
    builder = FrameBuilder(name)
    for record in islice(read_records(path, encoding, find_delimiter(path, encoding)), HEAD_ROWS):
        builder.append(record)
    return builder.build()


def _open_parquet(connection: duckdb.DuckDBPyConnection, path: Path, head: Sheet, timezone: str) -> None:
    with open_parquet(path) as file:
        kinds = file.schema_arrow.types
    try:
        described = connection.execute("describe select * from read_parquet($1)", [str(path)]).fetchall()
    except duckdb.Error as error:  # a type that DuckDB does not know, perhaps of a column that nobody needs
        raise NotStreamableError from error
    names = [row[0] for row in described]
    if not len(names) == len(kinds) == head.frame.width:
        raise NotStreamableError
    quoted = ['"{}"'.format(name.replace('"', '""')) for name in names]
    columns = ", ".join(
        f"{_value(name, kind, timezone)} as c{index}"
        for index, (name, kind) in enumerate(zip(quoted, kinds, strict=True))
    )
    source = "read_parquet('{}', file_row_number = true)".format(str(path).replace("'", "''"))
    connection.execute(f"create temp view {TABLE} as select file_row_number + 2 as source_row, {columns} from {source}")


def _value(name: str, kind: pa.DataType, timezone: str) -> str:
    """What DuckDB has to make of a column so that it says what the ordinary way of reading says."""
    if pa.types.is_duration(kind):  # a bare number to DuckDB
        seconds = f"round({name} / {PER_SECOND[kind.unit]})::bigint"
        clock = f"abs({seconds}) // 3600, abs({seconds}) // 60 % 60, abs({seconds}) % 60"
        return f"if({name} is null, null, if({seconds} < 0, '-', '') || format('{{:02d}}:{{:02d}}:{{:02d}}', {clock}))"
    if pa.types.is_timestamp(kind) and kind.tz is not None:
        return f"timezone('{timezone}', {name})"
    if pa.types.is_float32(kind):
        return f"{name}::varchar::double"
    if isinstance(kind, pa.UuidType):
        return f"{name}::varchar"
    if is_plain(kind):
        return name
    text = f"coalesce(try(decode({name})), '{NO_TEXT}')" if is_bytes(kind) else f"'{NO_TEXT}'"
    return f"if({name} is null, null, {text})"


def _stream_text(connection: duckdb.DuckDBPyConnection, path: Path, header_row: int) -> list[tuple[int, str]]:
    encoding = detect_encoding(path)
    header = next(islice(read_records(path, encoding, find_delimiter(path, encoding)), header_row, None))
    names = [f"c{index}" for index in range(len(header))]
    ragged: list[tuple[int, str]] = []
    reader = _csv_reader(path, encoding, names, header_row, ragged)
    schema = pa.schema([("source_row", pa.int64()), *((name, pa.string()) for name in names)])
    batches = _numbered(reader, header_row + 2, ragged, schema)
    with registered(connection, "streamed", pa.RecordBatchReader.from_batches(schema, batches)):
        try:
            connection.execute(f"create temp table {TABLE} as select * from streamed")
        except duckdb.Error as error:
            raise NotStreamableError from error
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
