"""Accepted rows that wait again, under their own load, by the words they were found by."""

from collections.abc import Mapping
from typing import Literal

import duckdb
import polars as pl

from foundation.frames import frame_of, registered
from ingestion.steward.later_files import AliasRows, held_again
from ingestion.steward.settle import accepted_rows, pending_rows
from ingestion.store.hold import hold_rows
from ingestion.store.numbered_tables import delete_rows
from ingestion.store.partitions import mark_changed, month_of
from schemas.kinds import KINDS, Kind


def closed_rows(
    connection: duckdb.DuckDBPyConnection, kind: Kind, sequence: int, rows: set[tuple[str, int]]
) -> tuple[set[tuple[str, int]], set[tuple[str, int]]]:
    """Which of the rows the journal counts as accepted and which as rejected; those that still wait are held."""
    closed = rows - pending_rows(connection, sequence)
    taken = closed & accepted_rows(connection, kind, sequence)
    return taken, closed - taken


def counted(
    connection: duckdb.DuckDBPyConnection, kind: Kind, sequence: int, rows: set[tuple[str, int]]
) -> tuple[int, int]:
    """How many of the rows the journal counts as accepted and as rejected."""
    taken, rejected = closed_rows(connection, kind, sequence, rows)
    return len(taken), len(rejected)


def hold_again(connection: duckdb.DuckDBPyConnection, found: AliasRows, rule: Literal["alias", "name"]) -> None:
    """Rows found by a rule wait for an answer; their counts in the journal are the caller's to move."""
    for (code, sequence), rows in found.items():
        held, sha256 = held_again(connection, KINDS[code], sequence, rows, rule)
        for organisation_id in {row.organisation_id for row in rows}:
            going = places({(one.sheet, one.source_row) for one in held}, sequence)
            condition = "match_rule = $rule and organisation_id = $organisation_id"
            delete(connection, KINDS[code], going, condition, {"rule": rule, "organisation_id": organisation_id})
        hold_rows(connection, KINDS[code], held, sha256, sequence)
        connection.executemany(
            f"delete from journal.{rule}_row where kind = ? and load_sequence = ? and sheet = ? and source_row = ?"
            " and organisation_id = ?",
            [[code, sequence, row.sheet, row.source_row, row.organisation_id] for row in rows],
        )


def places(rows: set[tuple[str, int]], sequence: int) -> pl.DataFrame:
    """Sheet and source row of rows of a load, as a frame."""
    schema = {"load_sequence": pl.Int64, "sheet": pl.String, "source_row": pl.Int64}
    return pl.DataFrame([(sequence, *row) for row in sorted(rows)], schema=schema, orient="row")


def delete(
    connection: duckdb.DuckDBPyConnection,
    kind: Kind,
    places: pl.DataFrame,
    condition: str,
    values: Mapping[str, object],
) -> set[tuple[str, int]]:
    """Delete accepted rows at these places of a load that meet a condition; returns where they stood."""
    with registered(connection, "taken_back", places):
        going = (
            f"from raw.{kind.code} where (load_sequence, sheet, source_row) in"
            f" (select (load_sequence, sheet, source_row) from taken_back) and {condition}"
        )
        gone = frame_of(connection, f"select distinct load_sequence, sheet, source_row {going}", values)
        if kind.partition_column and gone.height:
            months = connection.execute(f"select distinct {month_of(kind)} {going}", values).fetchall()
            mark_changed(connection, kind, (month for (month,) in months))
            with registered(connection, "going_back", gone):
                delete_rows(connection, kind, "select load_sequence, sheet, source_row from going_back")
        elif gone.height:
            connection.execute(f"delete {going}", values)
    return set(gone.select("sheet", "source_row").rows())
