"""Rows that an earlier version accepted at a place it did not know: put where they belong, or held like any other.

Such a row stood as it was written, at a place of its own. Where the registry has learnt the place the row moves to it;
otherwise it waits for the steward, as it would if it came today. No row is accepted so any more.
"""

import duckdb
import polars as pl

from foundation.frames import frame_of, registered
from ingestion.match.municipalities import Municipalities
from ingestion.match.organisations import Query
from ingestion.match.rows import Held
from ingestion.steward.settle import move_counts, pending_rows
from ingestion.store.hold import hold_rows
from ingestion.store.tables import raw_columns, transaction
from schemas.kinds import KINDS, Kind

REMARKS = ("municipality_unknown", "region_unknown")
OF_ROW, OF_FILE = ("as_written", "sheet", "source_row"), ("load_sequence", "file_sha256", "sender")
Spelling = tuple[str | None, str | None, str | None, str | None]
"""Municipality key, region code, and the region and municipality as written."""


def settle_places(connection: duckdb.DuckDBPyConnection, municipalities: Municipalities) -> None:
    """Give rows the place that today's registry knows, and hold those whose place it does not."""
    for kind in (kind for kind in KINDS.values() if kind.has_level):
        spellings: list[Spelling] = connection.execute(
            "select distinct municipality_key, region_code, region, municipality"
            f" from raw.{kind.code} where level <> 'organisation' and (region is not null or municipality is not null)"
        ).fetchall()
        for key, code, region, municipality in spellings:
            unknown = municipalities.unknown_part(region, municipality)
            now_key = municipalities.key(region, municipality)
            spelling = (key, code, region, municipality)
            if unknown and not municipalities.may_be(key, municipality):
                with transaction(connection):
                    _hold_again(connection, kind, spelling, unknown)
            elif not unknown and now_key is not None and key != now_key:
                with transaction(connection):
                    _move(connection, kind, spelling, now_key)


def _hold_again(connection: duckdb.DuckDBPyConnection, kind: Kind, spelling: Spelling, reason: str) -> None:
    """Accepted rows back to the queue, under their own load."""
    at_place, values = _at_place(spelling)
    own = [name for name in raw_columns(kind) if name in kind.model.columns]
    listed = ", ".join(f'"{name}"' for name in (*own, *OF_ROW, *OF_FILE))
    rows = frame_of(connection, f"select {listed} from raw.{kind.code} where {at_place}", values)
    connection.execute(f"delete from raw.{kind.code} where {at_place}", values)
    _withdraw_remarks(connection, rows)
    for (sequence, sha256, sender), of_file in rows.group_by(OF_FILE):
        waiting = pending_rows(connection, sequence)
        held = [_held(row, reason, sender) for row in of_file.iter_rows(named=True)]
        hold_rows(connection, kind, held, sha256, sequence)
        move_counts(connection, sequence, rows_accepted=-len({(one.sheet, one.source_row) for one in held} - waiting))


def _held(row: dict[str, object], reason: str, sender: str | None) -> Held:
    query = Query(None, None, None, None, _text(row["municipality"]), _text(row["region"]), sender)
    payload = {name: value for name, value in row.items() if name not in OF_FILE}
    return Held(str(row["sheet"]), int(str(row["source_row"])), reason, query, None, payload)


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _move(connection: duckdb.DuckDBPyConnection, kind: Kind, spelling: Spelling, now_key: str) -> None:
    # The key of a row is what _joined of ingestion.examine.examination makes of the columns of the kind's key.
    parts = ", ".join(
        "$place" if name == "territory_key" else f"coalesce(cast({name} as varchar), '')"
        for name in (*kind.key, *kind.part_key)
    )
    row_key = f"concat_ws('|', {parts})"
    at_place, values = _at_place(spelling)
    chosen = f"select file_sha256, sheet, source_row from raw.{kind.code} where {at_place}"
    rows = frame_of(connection, chosen, values)
    connection.execute(
        f"update raw.{kind.code} set territory_key = $place, municipality_key = $place, region_code = $region_code,"
        f" row_key = {row_key}, row_id = concat_ws('|', file_sha256, sheet, cast(source_row as varchar), {row_key})"
        f" where {at_place}",
        {"place": now_key, "region_code": now_key.split("/", 1)[0] or None, **values},
    )
    _withdraw_remarks(connection, rows)


def _at_place(spelling: Spelling) -> tuple[str, dict[str, str | None]]:
    names = ("municipality_key", "region_code", "region", "municipality")
    condition = " and ".join(f"{name} is not distinct from ${name}_was" for name in names)
    return f"level <> 'organisation' and {condition}", {
        f"{name}_was": value for name, value in zip(names, spelling, strict=True)
    }


def _withdraw_remarks(connection: duckdb.DuckDBPyConnection, rows: pl.DataFrame) -> None:
    """The remark that a place was accepted as written is no longer true of these rows."""
    with registered(connection, "placed", rows.select("file_sha256", "sheet", "source_row")):
        connection.execute(
            f"delete from journal.reject where rule in {REMARKS} and (file_sha256, sheet, source_row) in"
            " (select file_sha256, sheet, source_row from placed)"
        )
