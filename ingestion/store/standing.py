"""A load that stands in the build: what it holds, taken out to be written anew, and what then differs."""

from dataclasses import dataclass, fields
from datetime import datetime

import duckdb

from ingestion.recognise.starts import Starts
from ingestion.store.numbered_tables import drop_people_without_rows
from ingestion.store.partitions import mark_changed, month_of
from ingestion.store.receipts import now
from schemas.kinds import KINDS, Kind

OF_A_LOAD = ("journal.load", "journal.held_row", "journal.load_scope", "journal.alias_row", "journal.name_row")
"""Tables that say of their rows which load they belong to, beside the rows themselves."""


@dataclass(frozen=True)
class RowCounts:
    """What became of the source rows of a file."""

    rows_accepted: int
    rows_rejected: int
    rows_held: int
    rows_ignored: int


COUNTS = ", ".join(field.name for field in fields(RowCounts))


@dataclass(frozen=True)
class StandingLoad:
    """A loaded part of a file, with its place among all loads and when it came and was loaded (UTC)."""

    kind: Kind
    sha256: str
    sequence: int
    received_at: datetime
    loaded_at: datetime
    rows_changed: int
    counts: RowCounts


@dataclass(frozen=True)
class RowsDiffer:
    """Rows of a load written anew against those it had: only now, only before, in both with other values, the same."""

    added: int = 0
    gone: int = 0
    changed: int = 0
    same: int = 0

    def __bool__(self) -> bool:
        return bool(self.added or self.gone or self.changed)


def standing_load(connection: duckdb.DuckDBPyConnection, sha256: str, kind: str) -> StandingLoad | None:
    """The load of a file's part of one kind, if it is loaded."""
    found = connection.execute(
        f"select load_sequence, received_at, loaded_at, coalesce(rows_changed, 0), {COUNTS}"
        " from journal.load where file_sha256 = ? and kind = ? and outcome = 'loaded'",
        [sha256, kind],
    ).fetchone()
    if found is None:
        return None
    sequence, received_at, loaded_at, rows_changed, *counts = found
    return StandingLoad(KINDS[kind], sha256, sequence, received_at, loaded_at, rows_changed, RowCounts(*counts))


def take_out(connection: duckdb.DuckDBPyConnection, load: StandingLoad, starts: Starts) -> None:
    """Remove all that a load wrote; its rows are kept aside for `compare`. The caller's transaction brings it back.

    Remarks and ignored rows know their sheet and not their load: those on sheets of the file's other kinds stay.
    """
    kind = load.kind
    connection.execute(f"create or replace temp table former_row as {_rows(kind)}", [load.sequence])
    _keep_moments(connection, load)
    _mark_months(connection, load)
    if kind.partition_column:
        of_load = "(select file_sk from bulk.file where load_sequence = ?)"
        connection.execute(f"delete from bulk.{kind.code} where file_sk in {of_load}", [load.sequence])
        connection.execute("delete from bulk.file where load_sequence = ?", [load.sequence])
    else:
        connection.execute(f"delete from raw.{kind.code} where load_sequence = ?", [load.sequence])
    for table in OF_A_LOAD:
        connection.execute(f"delete from {table} where load_sequence = ?", [load.sequence])
    of_others = sorted({table.sheet for table in starts.tables} - {table.sheet for table in starts.of(kind.code)})
    for table in ("journal.reject", "journal.ignored"):
        connection.execute(
            f"delete from {table} where file_sha256 = ? and (sheet is null or sheet not in (select unnest(?::text[])))",
            [load.sha256, of_others],
        )


def compare(connection: duckdb.DuckDBPyConnection, load: StandingLoad) -> RowsDiffer:
    """The rows of a load written anew against those taken out; what is new or other counts as loaded now."""
    kind = load.kind
    connection.execute(f"create or replace temp table fresh_row as {_rows(kind)}", [load.sequence])
    connection.execute(
        "create or replace temp table differing_row as with only_fresh as (from fresh_row except all from former_row),"
        " only_former as (from former_row except all from fresh_row)"
        " select row_id, max(is_fresh) as is_fresh, max(is_former) as is_former from"
        " (select row_id, 1 as is_fresh, 0 as is_former from only_fresh"
        " union all select row_id, 0, 1 from only_former) as one group by row_id"
    )
    (differ,) = connection.execute(
        "select count(*) filter (is_former = 0), count(*) filter (is_fresh = 0), count(*) filter (is_fresh + is_former"
        " = 2), (select count(*) from fresh_row) from differing_row"
    ).fetchall()
    added, gone, changed, every = differ
    _date(connection, load, is_other=bool(added or gone or changed))
    _mark_months(connection, load)
    if kind.partition_column:
        drop_people_without_rows(connection)
    for table in ("former_row", "fresh_row", "differing_row", "former_moment"):
        connection.execute(f"drop table {table}")
    return RowsDiffer(added, gone, changed, every - added - changed)


def counts_of(connection: duckdb.DuckDBPyConnection, load: StandingLoad) -> RowCounts:
    """What the journal says now of the rows of a load."""
    (found,) = connection.execute(
        f"select {COUNTS} from journal.load where load_sequence = ?", [load.sequence]
    ).fetchall()
    return RowCounts(*found)


def keep_rows_changed(connection: duckdb.DuckDBPyConnection, load: StandingLoad) -> None:
    """A load that holds what it held changed as many rows as it did, whatever has been loaded since."""
    connection.execute(
        "update journal.load set rows_changed = ? where load_sequence = ?", [load.rows_changed, load.sequence]
    )


def _rows(kind: Kind) -> str:
    return f"select * exclude (loaded_at) from raw.{kind.code} where load_sequence = ?"


def _mark_months(connection: duckdb.DuckDBPyConnection, load: StandingLoad) -> None:
    """The periods of the rows that stand now are to be computed anew."""
    kind = load.kind
    if kind.partition_column:
        months = connection.execute(
            f"select distinct {month_of(kind)} from bulk.{kind.code} join bulk.file using (file_sk)"
            " where load_sequence = ?",
            [load.sequence],
        ).fetchall()
        mark_changed(connection, kind, (month for (month,) in months))


def _keep_moments(connection: duckdb.DuckDBPyConnection, load: StandingLoad) -> None:
    """When the rows that are taken out were loaded; of a large kind a sheet has one moment."""
    is_large = load.kind.partition_column is not None
    known = "sheet, loaded_at from bulk.file" if is_large else f"row_id, loaded_at from raw.{load.kind.code}"
    connection.execute(
        f"create or replace temp table former_moment as select {known} where load_sequence = ?", [load.sequence]
    )


def _date(connection: duckdb.DuckDBPyConnection, load: StandingLoad, *, is_other: bool) -> None:
    """Rows that are what they were keep their moment, the others are loaded now: by it history explains a change."""
    is_large = load.kind.partition_column is not None
    rows, name = ("bulk.file", "sheet") if is_large else (f"raw.{load.kind.code}", "row_id")
    connection.execute(
        f"update {rows} as fresh set loaded_at = former_moment.loaded_at from former_moment"
        f" where fresh.load_sequence = ? and fresh.{name} = former_moment.{name}",
        [load.sequence],
    )
    if is_other:
        other = "true" if is_large else "row_id in (select row_id from differing_row)"
        connection.execute(
            f"update {rows} set loaded_at = ? where load_sequence = ? and {other}", [now(), load.sequence]
        )
