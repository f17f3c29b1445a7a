"""A decision taken back (`vitrina match undo`): its rows wait again, under the load they came with.

What the decision did to later files goes with it: rows found through an accepted name wait again too. A decision on
which a later one rests stays until that one is taken back. Nothing is deleted from the journal of decisions.
"""

from collections import defaultdict
from dataclasses import dataclass

import duckdb
import polars as pl

from foundation.frames import frame_of, registered
from foundation.settings import Settings
from ingestion.steward.depending import refuse_if_needed
from ingestion.steward.journal import Decision, standing_decision
from ingestion.steward.later_files import alias_rows, files_of_place
from ingestion.steward.noted import note_decisions
from ingestion.steward.settle import BLAMED, move_counts, tell_period_and_system
from ingestion.steward.waiting_again import counted, delete, hold_again, places
from ingestion.store.receipts import now
from ingestion.store.tables import build_connection, create_tables, transaction
from schemas.kinds import KINDS
from schemas.personal import mask

RULES = {"rejected": ("organisation_rejected", "place_rejected"), "accepted": ("duplicate_key", "duplicate_key")}
"""Of remarks that a decision writes, by its status."""
Loads = dict[tuple[str, int], set[tuple[str, int]]]
"""Sheet and source row of rows, by kind and load."""


@dataclass(frozen=True)
class Undone:
    """What taking a decision back did: source rows that wait again, those of later files among them.

    `staying` are the later files whose rows keep the place that the decision gave them.
    """

    held_id: int
    rows: int
    of_later_files: int
    staying: tuple[str, ...]


def undo(settings: Settings, held_id: int, by: str | None = None, why: str | None = None) -> Undone:
    """Take back the decision that closed a question.

    Raises UserError when there is none, or when a later decision or rows of other files rest on it.
    """
    with build_connection(settings) as connection:
        create_tables(connection)
        decision = standing_decision(connection, held_id)
        own = _rows_of(connection, held_id)
        later = alias_rows(connection, decision)
        refuse_if_needed(connection, decision, later)
        staying = files_of_place(connection, decision)
        with transaction(connection):
            every: Loads = {key: set(rows) for key, rows in own.items()}
            for key, rows in later.items():
                every.setdefault(key, set()).update((row.sheet, row.source_row) for row in rows)
            before = {key: counted(connection, KINDS[key[0]], key[1], rows) for key, rows in every.items()}
            _unload(connection, decision, own)
            _open_again(connection, decision, by, why)
            hold_again(connection, later, "alias")
            for (kind, sequence), (accepted, rejected) in before.items():
                move_counts(connection, sequence, rows_accepted=-accepted, rows_rejected=-rejected)
                tell_period_and_system(connection, KINDS[kind], sequence)
        note_decisions(settings, connection, [held_id], is_undoing=True)
    of_later = sum(len(every[key] - own.get(key, set())) for key in every)
    return Undone(held_id, sum(map(len, every.values())), of_later, staying)


def _rows_of(connection: duckdb.DuckDBPyConnection, held_id: int) -> Loads:
    rows = connection.execute(
        "select distinct kind, load_sequence, sheet, source_row from journal.held_row where held_id = ?", [held_id]
    ).fetchall()
    found: Loads = defaultdict(set)
    for kind, sequence, sheet, source_row in rows:
        found[(kind, sequence)].add((sheet, source_row))
    return dict(found)


def _unload(connection: duckdb.DuckDBPyConnection, decision: Decision, own: Loads) -> None:
    """Take out what a decision loaded, the remarks it wrote, and the questions that its place raised."""
    for (code, sequence), rows in own.items():
        of_load = places(rows, sequence)
        gone: set[tuple[str, int]] = set()
        if decision.organisation_id is not None:
            loaded = of_load.join(_of_others(connection, decision, sequence), on=["sheet", "source_row"], how="anti")
            condition = "match_rule = 'steward' and organisation_id = $organisation_id"
            gone = delete(connection, KINDS[code], loaded, condition, {"organisation_id": decision.organisation_id})
        elif decision.status == "accepted":
            condition, values = "loaded_at >= $decided_at", {"decided_at": decision.decided_at}
            gone = delete(connection, KINDS[code], of_load, condition, values)
            _withdraw_questions(connection, decision, code, sequence, of_load)
        _withdraw_remarks(connection, decision, places(rows - gone, sequence))


def _withdraw_remarks(connection: duckdb.DuckDBPyConnection, decision: Decision, places: pl.DataFrame) -> None:
    """What a decision wrote of rows it did not load: the latest of a row, since another may have written its own."""
    with registered(connection, "taken_back", places):
        connection.execute(
            "delete from journal.reject where rowid in (select max(reject.rowid) from journal.reject as reject"
            " join taken_back using (sheet, source_row) join journal.load as load using (load_sequence, file_sha256)"
            f" where reject.rule in {RULES[decision.status]} and reject.column_name = '{BLAMED}'"
            " group by reject.sheet, reject.source_row)"
        )


def _of_others(connection: duckdb.DuckDBPyConnection, decision: Decision, sequence: int) -> pl.DataFrame:
    """Rows that an earlier decision, on another of their names, has given to the same organisation."""
    return frame_of(
        connection,
        "select distinct held.sheet, held.source_row from journal.held_row as held"
        " join journal.held_name as question using (held_id) where held.load_sequence = ? and held.held_id <> ?"
        " and held.status = 'accepted' and question.decided_organisation_id = ?",
        [sequence, decision.held_id, decision.organisation_id],
    )


def _withdraw_questions(
    connection: duckdb.DuckDBPyConnection, decision: Decision, kind: str, sequence: int, places: pl.DataFrame
) -> None:
    """Rows that found their place by a decision, and then asked for their organisation, ask so no longer."""
    with registered(connection, "taken_back", places):
        going = (
            "kind = $kind and load_sequence = $sequence and status = 'pending' and held_id <> $held_id"
            " and (sheet, source_row) in (select (sheet, source_row) from taken_back)"
        )
        values = {"kind": kind, "sequence": sequence, "held_id": decision.held_id}
        asked = connection.execute(f"select distinct held_id from journal.held_row where {going}", values).fetchall()
        connection.execute(f"delete from journal.held_row where {going}", values)
    idle = (
        "held_id in (select unnest(?::bigint[])) and status = 'pending'"
        " and held_id not in (select held_id from journal.held_row)"
    )
    numbers = [number for (number,) in asked]
    # Of a question that was answered once, and the answer taken back, the journal still speaks.
    connection.execute(
        f"delete from journal.held_name where {idle} and held_id not in (select held_id from journal.decision)",
        [numbers],
    )
    connection.execute(
        f"update journal.held_name set status = 'settled', decided_at = ? where {idle}", [now(), numbers]
    )


def _open_again(connection: duckdb.DuckDBPyConnection, decision: Decision, by: str | None, why: str | None) -> None:
    number = [decision.held_id]
    connection.execute("update journal.held_row set status = 'pending' where held_id = ?", number)
    connection.execute(
        "update journal.held_name set status = 'pending', decided_organisation_id = null, decided_region = null,"
        " decided_municipality = null, decided_at = null where held_id = ?",
        number,
    )
    # Of a decision by an earlier version the journal has nothing yet.
    connection.execute(
        "insert into journal.decision (held_id, verdict, organisation_id, region, municipality, decided_at)"
        " select ?, ?, ?, ?, ?, ? where not exists"
        " (select 1 from journal.decision where held_id = ? and undone_at is null)",
        [
            decision.held_id,
            "reject" if decision.status == "rejected" else "organisation" if decision.organisation_id else "place",
            decision.organisation_id, decision.region, decision.municipality, decision.decided_at, decision.held_id,
        ],
    )  # fmt: skip
    connection.execute(
        "update journal.decision set undone_at = ?, undone_by = ?, undone_why = ?"
        " where held_id = ? and undone_at is null",
        [now(), mask(by) if by else None, mask(why) if why else None, decision.held_id],
    )
    for table, meaning in (("alias", "organisation_id"), ("place_alias", "known_region")):
        connection.execute(
            f"delete from journal.{table} where held_id = ?"
            f" or (held_id is null and sender is not distinct from ? and {meaning} = ?"
            f" and abs(epoch(decided_at) - epoch(?::timestamp)) < 5)",
            [
                decision.held_id, decision.question.sender, decision.organisation_id or decision.region,
                decision.decided_at,
            ],
        )  # fmt: skip
