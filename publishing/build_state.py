"""What the figures of a build depend on, as one digest: equal digests, and a refresh would publish the same again."""

import hashlib
import json

import duckdb

STATE_QUERIES = {
    "load": (
        "select outcome, count(*), max(load_sequence), sum(rows_read), sum(rows_accepted), sum(rows_rejected),"
        " sum(rows_held), sum(rows_ignored)"
    ),
    "received": "select state, count(*)",
    "held_name": "select status, count(*), max(decided_at)",
    "held_row": "select status, count(*)",
    "decision": "select count(*), max(decided_at), max(undone_at)",
    "alias": "select count(*), max(decided_at)",
    "forgotten": "select count(*), sum(rows)",
}
"""What, per table of the journal, changes with every file, decision and deletion."""


def build_state(build: duckdb.DuckDBPyConnection) -> str | None:
    """SHA-256 over the state of the journal; None while a received file waits, or of a build of an earlier version."""
    try:
        states = {
            table: build.execute(f"{query} from journal.{table} group by all order by all").fetchall()
            for table, query in STATE_QUERIES.items()
        }
    except (duckdb.BinderException, duckdb.CatalogException):
        return None
    if any(state == "waiting" for state, _ in states["received"]):
        return None
    return hashlib.sha256(json.dumps(states, default=str).encode()).hexdigest()
