"""Decisions written down beside the copy of the build, each by the first row that asked its question."""

from collections.abc import Iterable

import duckdb

from foundation.settings import Settings
from ingestion.store.since import PastDecision, Step, note_step
from schemas.kinds import KINDS


def note_decisions(
    settings: Settings, connection: duckdb.DuckDBPyConnection, numbers: Iterable[int], *, is_undoing: bool = False
) -> None:
    """Write down the latest decisions of these questions as taken, or as taken back."""
    rows = connection.execute(
        "with latest as (select * from journal.decision where held_id in (select unnest(?::bigint[]))"
        "   qualify row_number() over (partition by held_id order by decided_at desc, undone_at desc nulls first) = 1),"
        " asking as (select * from journal.held_row"
        "   qualify row_number() over (partition by held_id order by load_sequence, sheet, source_row) = 1)"
        " select latest.decided_at, asking.file_sha256, asking.sheet, asking.source_row, asking.kind, question.name,"
        " latest.organisation_id, latest.region, latest.municipality, latest.decided_by, latest.why,"
        " latest.undone_at, latest.undone_by, latest.undone_why from latest"
        " join asking using (held_id) join journal.held_name as question using (held_id) order by latest.held_id",
        [list(numbers)],
    ).fetchall()
    for decided_at, sha256, sheet, source_row, kind, name, *rest in rows:
        named = None if KINDS[kind].is_personal else name  # of people's kinds a name might be a person's
        note_step(settings, Step(PastDecision(decided_at, sha256, sheet, source_row, kind, named, *rest), is_undoing))
