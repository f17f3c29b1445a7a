"""A large file from bytes to accepted, rejected and held rows, in tables of DuckDB and never whole in memory.

Rows whose every cell is fault-free (clean_values) and whose organisation is found are taken as they are. The others go
the ordinary way, a portion at a time, which explains them in the same words as in any other file.
"""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import chain

import duckdb
import polars as pl

from foundation.frames import frame_of
from foundation.settings import get_settings
from ingestion.bulk.clean_values import Cells, require_compilable
from ingestion.bulk.parsed_rows import CODES, ParseRequest, add_parsed_rows, create_parsed_rows
from ingestion.examine.examination import (
    PERSON,
    Examination,
    require_secret,
    sender_of,
    unknown_columns,
)
from ingestion.examine.row_keys import repeat
from ingestion.examine.typed_rows import may_be_repaired, typed_rows
from ingestion.match.rows import Lookups, match_rows
from ingestion.names.place_lines import is_place_line
from ingestion.read import Member
from ingestion.read.as_seen import as_seen, frame_as_seen
from ingestion.read.delimited import find_delimiter
from ingestion.read.encoding import detect_encoding
from ingestion.read.errors import Refusal
from ingestion.read.parquet import texts_of
from ingestion.read.sheet import Sheet
from ingestion.read.streamed import TABLE, Incoming, NotStreamableError, open_incoming
from ingestion.recognise.contents import Recognised, recognise_head
from ingestion.recognise.context import Context, read_context, unused_declarations
from ingestion.recognise.group_rows import place_said
from ingestion.recognise.header_row import Header
from ingestion.recognise.ignored_rows import lone_lines
from ingestion.recognise.starts import NOT_KNOWN, Starts
from ingestion.recognise.table import Rows, classified_alone, last_data_row, table_of_rows
from ingestion.store.numbers import stored_name
from ingestion.values.cells import CellReader
from schemas.header_map import Layout
from schemas.indicators import indicator_code_of
from schemas.kinds import KINDS, Kind
from schemas.personal import mask

PORTION_ROWS = 100_000


@dataclass
class BulkExamination(Examination):
    """An examination whose accepted rows lie in table `parsed_row` of the connection (ingestion.bulk.load)."""

    sheet: str = ""
    clean_rows: int = 0
    systems: tuple[str, ...] = ()
    days: tuple[date | None, date | None] = (None, None)

    @property
    def rows_accepted(self) -> int:
        return self.clean_rows

    @property
    def system_code(self) -> str | None:
        return self.systems[0] if len(self.systems) == 1 else None

    @property
    def period(self) -> tuple[date | None, date | None]:
        return self.days


def examine_in_bulk(
    connection: duckdb.DuckDBPyConnection,
    member: Member,
    layouts: tuple[Layout, ...],
    declared: Mapping[str, str],
    secret: str | None,
    lookups: Lookups,
    known: Starts = NOT_KNOWN,
) -> BulkExamination | None:
    """Examine a file of a large kind; None for one that has to be read the ordinary way.

    `known` as in recognise_head. Raises RefusedFileError or UnreadableFileError when the whole file cannot be taken.
    """
    try:
        recognised = recognise_head(member, layouts, declared, known)
        if recognised is None:
            return None
        head, header, context = recognised.blocks[0].sheet, recognised.blocks[0].header, recognised.blocks[0].context
        kind = KINDS[header.layout.kind]
        if not kind.partition_column or not _is_plain(recognised):
            return None
        require_compilable(kind)
        require_secret(kind, secret, member.name)
        incoming = open_incoming(connection, member.content, head, header.last_row, get_settings().timezone)
        result = BulkExamination(
            kind, header.layout, sender_of(recognised), pl.DataFrame(),
            messages=[*member.remarks, *recognised.remarks, *unknown_columns(head.name, header)],
            starts=recognised.starts, sheet=mask(head.name),
        )  # fmt: skip
        result.messages += [
            f"ключ «{key}» из --set не подходит этому виду" for key in unused_declarations(header.layout, declared)
        ]
        request = _request(connection, kind, header, context, head, secret, lookups, result.sender)
        create_parsed_rows(connection, request)
        _look_at_the_rest(connection, request, header, context, incoming, result)
    except (NotStreamableError, duckdb.InvalidInputException, duckdb.IOException):
        return None  # as are bytes of a Parquet file, far below its head, that DuckDB cannot read
    except Refusal as refusal:
        raise refusal.about(member.name, member.container_name) from refusal
    _reject_repeats(connection, kind, request, result)
    _tell(connection, kind, result)
    return result


def _is_plain(recognised: Recognised) -> bool:
    """One table whose cells are taken as they stand."""
    header = recognised.blocks[0].header
    return len(recognised.blocks) == 1 and not (header.layout.unpivot or header.layout.is_reshaped or header.units)


def _request(
    connection: duckdb.DuckDBPyConnection,
    kind: Kind,
    header: Header,
    context: Context,
    head: Sheet,
    secret: str | None,
    lookups: Lookups,
    sender: str | None,
) -> ParseRequest:
    given = {**header.layout.defaults, **context.values}
    cells = {name: Cells(None, text) for name, text in given.items()}
    cells |= {name: Cells(f"c{index}") for name, index in header.columns.items()}
    if any(name in header.columns for name in header.layout.defaults):
        raise NotStreamableError  # an empty cell of such a column means the default
    reader = CellReader(
        secret=secret,
        month_first=header.layout.month_first_dates,
        may_repair_inn=may_be_repaired,
        indicator_code=indicator_code_of,
        person_heading=header.heading(PERSON),
    )
    width = len(connection.execute(f"describe {TABLE}").fetchall()) - 1
    return ParseRequest(kind, mask(head.name), cells, width, reader, lookups, sender)


def _look_at_the_rest(
    connection: duckdb.DuckDBPyConnection,
    request: ParseRequest,
    header: Header,
    context: Context,
    incoming: Incoming,
    result: BulkExamination,
) -> None:
    """Rows with something to say about, the ordinary way: they are rejected, held, ignored, or good after all."""
    counted = connection.execute(
        "select count(*), coalesce(max(source_row) filter (is_clean), 0) from parsed_row"
    ).fetchone()
    assert counted is not None
    rows, last_clean = counted
    connection.execute(
        f"create or replace temp table rest as select {TABLE}.*,"
        f" (row_number() over (order by source_row) - 1) // {PORTION_ROWS} as portion from {TABLE}"
        " semi join (select source_row from parsed_row where not is_clean) as unclean using (source_row)"
    )
    ragged = _ragged_rows(incoming)
    filled = ragged.filter(~pl.all_horizontal(pl.exclude("source_row").is_null()))["source_row"].to_list()
    last = max([last_clean, _last_filled(connection, request), *filled])
    trailing = 0

    def portions() -> Iterator[pl.DataFrame]:
        return chain(_rest(connection), [ragged] if ragged.height else [])

    @cache
    def last_data() -> int:
        return max([int(last_clean), *(last_data_row(incoming.head, header, body) for body in portions())])

    for body in portions():
        trailing += body.filter(pl.col("source_row") > last).height
        portion = classified_alone(incoming.head, header, body.filter(pl.col("source_row") <= last), last_data)
        _require_one_table(portion, header, last_clean)
        table = table_of_rows(incoming.head, header, context, portion)
        result.count_ignored(table)
        typed, problems = typed_rows(table, request.kind, request.reader, request.lookups)
        matched = match_rows(typed, request.kind, result.sender, request.lookups)
        result.problems += problems
        result.held += matched.held
        add_parsed_rows(connection, request, matched.frame)
    result.rows_read = rows + len(incoming.ragged) - trailing


def _require_one_table(rows: Rows, header: Header, last_clean: int) -> None:
    """Raise NotStreamableError where a line between the data may change what holds for the rows below it.

    Such a file is read whole, with its rows in their order.
    """
    for index in lone_lines(rows.body, rows.reasons):
        cells = rows.body.row(index)[1:]
        says = place_said(cells, header, is_place_line) or read_context(header.layout, [cells], "", {}).values
        if says and rows.body["source_row"][index] < last_clean:
            raise NotStreamableError


def _last_filled(connection: duckdb.DuckDBPyConnection, request: ParseRequest) -> int:
    """The last row with something in it among those to look at: blank rows below it are no rows at all."""
    texts = ", ".join(f"nullif(trim(c{index}::text), '')" for index in range(request.width))
    found = connection.execute(f"select max(source_row) from rest where coalesce({texts}) is not null").fetchone()
    return int(found[0] or 0) if found else 0


def _rest(connection: duckdb.DuckDBPyConnection) -> Iterator[pl.DataFrame]:
    """Rows that are not known to be fault-free, as text, in portions."""
    portions = connection.execute("select distinct portion from rest order by portion").fetchall()
    for (portion,) in portions:
        frame = frame_of(
            connection, "select * exclude (portion) from rest where portion = ? order by source_row", [portion]
        )
        cells = texts_of(frame.drop("source_row"))
        yield frame.select(
            "source_row", *(as_seen(text.alias(name)) for name, text in zip(frame.columns[1:], cells, strict=True))
        )


def _ragged_rows(incoming: Incoming) -> pl.DataFrame:
    """Records wider or narrower than the header: cells that are lacking are empty, what is beyond has no meaning."""
    if not incoming.ragged:
        return pl.DataFrame(schema={"source_row": pl.Int64, "c0": pl.String})
    delimiter = find_delimiter(incoming.path, detect_encoding(incoming.path))
    records = [next(csv.reader([text], delimiter=delimiter), []) for _, text in incoming.ragged]
    width = max(incoming.head.frame.width, *map(len, records))
    columns = {
        f"c{index}": [record[index] if index < len(record) and record[index].strip() else None for record in records]
        for index in range(width)
    }
    numbers = [number for number, _ in incoming.ragged]
    cells = frame_as_seen(pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.String)))
    return cells.select(pl.Series("source_row", numbers, dtype=pl.Int64), pl.all())


def _reject_repeats(
    connection: duckdb.DuckDBPyConnection, kind: Kind, request: ParseRequest, result: BulkExamination
) -> None:
    """Of rows with one key the first is kept, later ones are rejected (settled question 3)."""
    key = ", ".join(stored_name(kind, name) for name in kind.key)
    connection.execute(
        "create or replace temp table repeated as select source_row, first from ("
        f" select source_row, min(source_row) over (partition by {key}) as first,"
        f" row_number() over (partition by {key} order by source_row) as turn from parsed_row"
        f" semi join (select {key} from parsed_row where is_clean group by {key} having count(*) > 1) as twice"
        f" using ({key}) where is_clean) as ranked where turn > 1"
    )
    rows = connection.execute("select source_row, first from repeated order by source_row").fetchall()
    result.problems += [
        repeat(result.layout, kind, (request.sheet, row), (request.sheet, first)) for row, first in rows
    ]
    connection.execute("update parsed_row set is_clean = false where source_row in (select source_row from repeated)")
    result.problems.sort(key=lambda one: (one.sheet, one.source_row))


def _tell(connection: duckdb.DuckDBPyConnection, kind: Kind, result: BulkExamination) -> None:
    if "system_code" in kind.model.columns:
        systems = connection.execute(
            f"select code from {CODES} where code_sk in (select system_code_sk from parsed_row where is_clean)"
            " order by code"
        ).fetchall()
        result.systems = tuple(system for (system,) in systems)
    found = connection.execute(
        f"select count(*), min({kind.period_column}), max({kind.period_column}) from parsed_row where is_clean"
    ).fetchone()
    assert found is not None
    result.clean_rows, result.days = found[0], (found[1], found[2])
