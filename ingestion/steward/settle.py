"""Held rows that a decision settles: into the raw table under their own load, the counts of the journal moved along."""

import json
from collections import defaultdict
from collections.abc import Sequence
from typing import Any, NamedTuple

import duckdb
import polars as pl

from ingestion.examine.registry_remarks import registry_remarks
from ingestion.examine.row_keys import with_keys
from ingestion.load import Origin, insert_rows
from schemas.header_map import project_layouts
from schemas.kinds import KINDS, Kind
from schemas.rules import EXPECTED

BLAMED = "Наименование организации"
"""The column that the remarks of decisions name."""


class PendingRow(NamedTuple):
    """A held row with the load it came with, and what it holds."""

    held_id: int
    kind: str
    origin: Origin
    file_name: str
    payload: Any

    @property
    def place(self) -> tuple[int, str, int]:
        """Load, sheet and source row."""
        values = self.payload["values"]
        return self.origin.sequence, values["sheet"], values["source_row"]


def pending_of(connection: duckdb.DuckDBPyConnection, numbers: Sequence[int] | None) -> list[PendingRow]:
    """Pending rows of some questions, or of all, in the order of loads and rows."""
    rows = connection.execute(
        "select held.held_id, held.kind, held.file_sha256, held.load_sequence, load.received_at, load.sender,"
        " load.original_name, held.payload"
        " from journal.held_row as held join journal.load as load on load.load_sequence = held.load_sequence"
        " where held.status = 'pending' and (?::bigint[] is null or held.held_id in (select unnest(?::bigint[])))"
        " order by held.load_sequence, held.sheet, held.source_row, held.held_id",
        [numbers, numbers],
    ).fetchall()
    return [
        PendingRow(held_id, kind, Origin(sha256, sequence, received_at, sender), file_name, json.loads(payload))
        for held_id, kind, sha256, sequence, received_at, sender, file_name, payload in rows
    ]


def pending_batches(connection: duckdb.DuckDBPyConnection) -> list[tuple[Kind, Origin, list[Any]]]:
    """All pending rows by the load they came with."""
    batches: dict[tuple[str, Origin], list[Any]] = defaultdict(list)
    for row in pending_of(connection, None):
        batches[(row.kind, row.origin)].append(row.payload)
    return [(KINDS[kind], origin, payloads) for (kind, origin), payloads in batches.items()]


def insert_settled(connection: duckdb.DuckDBPyConnection, kind: Kind, origin: Origin, frame: pl.DataFrame) -> int:
    """Insert rows under their file's own load; a key the file already has in another row is rejected as a repeat.

    Returns the source rows settled by this: one that still waits for another of its organisations is not yet.
    """
    keyed = with_keys(frame, kind, origin.sender).unique(["sheet", "source_row", "row_key"], maintain_order=True)
    present = _rows_by_key(connection, kind, origin.sequence)
    row = pl.struct("sheet", "source_row")
    known = pl.Series([present.get(key) for key in keyed["row_key"]], dtype=pl.List(pl.String))
    same_row = pl.concat_list(pl.col("sheet"), pl.col("source_row").cast(pl.String)) == known
    is_repeat = (known.is_not_null() & ~same_row) | (row != row.first().over("row_key"))
    repeats = keyed.filter(is_repeat).select("sheet", "source_row").unique()
    fresh = keyed.filter(pl.lit(known.is_null())).join(repeats, on=["sheet", "source_row"], how="anti")
    insert_rows(connection, kind, fresh, origin)
    name = connection.execute(
        "select original_name from journal.load where load_sequence = ?", [origin.sequence]
    ).fetchone()
    _remark(connection, kind, fresh, origin, name[0] if name else "")
    pending = pending_rows(connection, origin.sequence)
    taken = {(sheet, int(source_row)) for sheet, source_row in present.values()}
    taken |= set(fresh.select("sheet", "source_row").rows())
    for sheet, source_row in repeats.rows():
        # A row that names several organisations is rejected only when nothing of it is taken or waits.
        severity = "warning" if (sheet, source_row) in pending | taken else "error"
        reject_row(connection, origin.sha256, sheet, source_row, name[0] if name else "", "duplicate_key", severity)
    settled = set(keyed.select("sheet", "source_row").rows()) - pending
    loaded = len(settled & taken)
    move_counts(connection, origin.sequence, rows_accepted=loaded, rows_rejected=len(settled) - loaded)
    tell_period_and_system(connection, kind, origin.sequence)
    return loaded


def _remark(
    connection: duckdb.DuckDBPyConnection, kind: Kind, fresh: pl.DataFrame, origin: Origin, file_name: str
) -> None:
    """What of rows of the registry may be a mistake is said whenever they are accepted, once."""
    layout = next(one for one in project_layouts() if one.kind == kind.code)
    for one in registry_remarks(fresh, kind, layout):
        said = [origin.sha256, one.sheet, one.source_row, one.column, one.rule, one.message(file_name), one.severity]
        connection.execute(
            "insert into journal.reject select ?, ?, ?, ?, ?, ?, ? where not exists (select 1 from journal.reject"
            " where file_sha256 = ? and sheet = ? and source_row = ? and column_name = ? and rule = ?)",
            [*said, *said[:5]],
        )


def tell_period_and_system(connection: duckdb.DuckDBPyConnection, kind: Kind, sequence: int) -> None:
    """The journal tells these of the accepted rows, which have become more; a file all held had neither."""
    told: dict[str, str] = {}
    if kind.period_column:
        told |= {"period_start": f"min({kind.period_column})", "period_end": f"max({kind.period_column})"}
    if "system_code" in kind.model.columns:
        told["system_code"] = "case when count(distinct system_code) = 1 then min(system_code) end"
    for column, expression in told.items():
        connection.execute(
            f"update journal.load set {column} = (select {expression} from raw.{kind.code} where load_sequence = ?)"
            " where load_sequence = ?",
            [sequence, sequence],
        )


def _rows_by_key(connection: duckdb.DuckDBPyConnection, kind: Kind, sequence: int) -> dict[str, list[str]]:
    """Where the keys of a load stand: sheet and source row, as text."""
    rows = connection.execute(
        f"select row_key, sheet, source_row from raw.{kind.code} where load_sequence = ?", [sequence]
    ).fetchall()
    return {key: [sheet, str(source_row)] for key, sheet, source_row in rows}


def pending_rows(connection: duckdb.DuckDBPyConnection, sequence: int) -> set[tuple[str, int]]:
    rows = connection.execute(
        "select distinct sheet, source_row from journal.held_row where load_sequence = ? and status = 'pending'",
        [sequence],
    ).fetchall()
    return {(sheet, source_row) for sheet, source_row in rows}


def accepted_rows(connection: duckdb.DuckDBPyConnection, kind: Kind, sequence: int) -> set[tuple[str, int]]:
    rows = connection.execute(
        f"select distinct sheet, source_row from raw.{kind.code} where load_sequence = ?", [sequence]
    ).fetchall()
    return {(sheet, source_row) for sheet, source_row in rows}


def reject_row(
    connection: duckdb.DuckDBPyConnection,
    sha256: str,
    sheet: str,
    source_row: int,
    file_name: str,
    rule: str,
    severity: str = "error",
) -> None:
    message = f"{file_name}, лист «{sheet}», строка {source_row}: {EXPECTED[rule]}"
    connection.execute(
        "insert into journal.reject values (?, ?, ?, ?, ?, ?, ?)",
        [sha256, sheet, source_row, BLAMED, rule, message, severity],
    )


def move_counts(
    connection: duckdb.DuckDBPyConnection, sequence: int, *, rows_accepted: int = 0, rows_rejected: int = 0
) -> None:
    """Held rows become accepted or rejected; the sum of the conservation law stays."""
    connection.execute(
        "update journal.load set rows_held = rows_held - ?, rows_accepted = rows_accepted + ?,"
        " rows_rejected = rows_rejected + ? where load_sequence = ?",
        [rows_accepted + rows_rejected, rows_accepted, rows_rejected, sequence],
    )
