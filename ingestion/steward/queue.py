"""The steward's queue: questions that wait for a decision, and rows that settle by themselves (`vitrina match`)."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import duckdb

from foundation.settings import Settings
from ingestion.load import Origin
from ingestion.match.municipalities import UNKNOWN_REGION, PlaceCandidate
from ingestion.match.organisations import Candidate, OrganisationIndex, Query
from ingestion.match.rows import ASKED_BY_OTHERS, REGISTRY, Lookups, match_rows
from ingestion.steward.decisions import accept, accept_place, reject, what_became
from ingestion.steward.names_asked_again import RowsOfLoads, ask_names_again, note_of_held_again
from ingestion.steward.places import settle_places
from ingestion.steward.settle import insert_settled, pending_batches
from ingestion.store.hold import PLACE_REASONS, hold_rows, restored_frame
from ingestion.store.receipts import now
from ingestion.store.tables import build_connection, create_tables, transaction
from schemas.kinds import Kind

__all__ = ["HeldName", "accept", "accept_place", "list_held", "reject", "settle_held", "what_became"]


@dataclass(frozen=True)
class HeldName:
    """One question to the steward: what rows say of an organisation that no exact rule finds."""

    held_id: int
    kind: str
    name: str
    municipality: str | None
    region: str | None
    inn: str | None
    rows: int
    reason: str
    candidates: tuple[Candidate, ...]
    files: tuple[str, ...]
    places: tuple[PlaceCandidate, ...] = ()
    sheet: str | None = None
    source_row: int | None = None
    """Of a question that one row asks alone."""


def list_held(settings: Settings) -> list[HeldName]:
    """Every question with pending rows, the largest first, with the candidates of today's registry."""
    if not settings.build_file.exists():
        return []
    with build_connection(settings) as connection:
        create_tables(connection)
        return held_names(connection, Lookups.load(connection).index)


def held_names(connection: duckdb.DuckDBPyConnection, index: OrganisationIndex) -> list[HeldName]:
    """As list_held, with the candidates of a registry that is at hand."""
    rows = connection.execute(
        "select name.held_id, name.kind, name.name, name.municipality, name.region, name.inn, name.reason,"
        " name.sender, name.sheet, name.source_row,"
        " count(distinct held.file_sha256 || held.sheet || held.source_row),"
        " list(distinct load.original_name) from journal.held_name as name"
        " join journal.held_row as held on held.held_id = name.held_id and held.status = 'pending'"
        " left join journal.load as load on load.load_sequence = held.load_sequence"
        " where name.status = 'pending' group by all order by 11 desc, 1"
    ).fetchall()
    return [_question(row, index) for row in rows]


def _question(row: tuple[Any, ...], index: OrganisationIndex) -> HeldName:
    held_id, kind, name, municipality, region, inn, reason, sender, sheet, source_row, rows, files = row
    query = Query(inn, None, None, name, municipality, region, sender)
    found = tuple(index.candidates(query)) if reason == "organisation" else ()
    places = tuple(index.municipalities.candidates(region, municipality)) if reason in PLACE_REASONS else ()
    shown = name or _nameless(reason, inn, municipality, region)
    return HeldName(
        held_id, kind, shown, municipality, region, inn, rows, reason, found, tuple(sorted(files)), places, sheet,
        source_row,
    )  # fmt: skip


def _nameless(reason: str, inn: str | None, municipality: str | None, region: str | None) -> str:
    """How a question that asks for no name is shown."""
    if reason in PLACE_REASONS:
        return (region if reason == UNKNOWN_REGION else municipality) or ""
    return f"ИНН {inn}" if inn else "человек не найден в кадрах"


def settle_held(settings: Settings, say: Callable[[str], None] | None = None) -> int:
    """Load held rows that today's registry, staff or catalogue of systems decides; returns the source rows loaded.

    Rows of earlier files found by a name that no longer decides are held again: `say` is told of them in a sentence.
    """
    loaded = 0
    held_again: RowsOfLoads = {}
    with build_connection(settings) as connection:
        lookups = Lookups.load(connection)
        settle_places(connection, lookups.index.municipalities)
        # What others are matched with comes first: with which load it came makes no difference.
        for code in (*ASKED_BY_OTHERS, None):
            settled = _settle(connection, lookups, code)
            loaded += settled
            if settled and code:
                lookups = Lookups.load(connection)
            if code == REGISTRY:
                held_again = ask_names_again(connection, lookups.index)
        connection.execute(
            "update journal.held_name set status = 'settled', decided_at = ? where status = 'pending'"
            " and held_id not in (select held_id from journal.held_row where status = 'pending')",
            [now()],
        )
        with transaction(connection):
            _describe_questions(connection, lookups.index)
        if say and (note := note_of_held_again(connection, held_again)):
            say(note)
    return loaded


def _settle(connection: duckdb.DuckDBPyConnection, lookups: Lookups, code: str | None) -> int:
    """Load what is decided of the pending rows of a kind, or of those that no other is matched with.

    Each load is one transaction. Returns the source rows loaded.
    """
    loaded = 0
    for kind, origin, payloads in pending_batches(connection):
        if kind.code == code or (code is None and kind.code not in ASKED_BY_OTHERS):
            with transaction(connection):
                loaded += _rematch(connection, kind, origin, payloads, lookups)
    return loaded


def _describe_questions(connection: duckdb.DuckDBPyConnection, index: OrganisationIndex) -> None:
    """Write beside every open question where it belongs and whom it may mean, for the release to show."""
    questions = connection.execute(
        "select held_id, reason, name, municipality, region, inn, sender from journal.held_name"
        " where status = 'pending' and reason not in ('system', 'staff')"
    ).fetchall()
    for held_id, reason, name, municipality, region, inn, sender in questions:
        if reason in PLACE_REASONS:
            alike = [str(one) for one in index.municipalities.candidates(region, municipality)]
        else:
            found = index.candidates(Query(inn, None, None, name, municipality, region, sender))
            alike = [f"{one.name}, {one.municipality} ({one.organisation_id})" for one in found]
        connection.execute(
            "update journal.held_name set municipality_key = ?, candidates = ? where held_id = ?",
            [index.municipalities.key(region, municipality), "; ".join(alike) or None, held_id],
        )


def _rematch(
    connection: duckdb.DuckDBPyConnection, kind: Kind, origin: Origin, payloads: list[Any], lookups: Lookups
) -> int:
    matched = match_rows(restored_frame(kind, payloads), kind, origin.sender, lookups)
    if not matched.frame.height:
        return 0
    connection.execute(
        "delete from journal.held_row where load_sequence = ? and kind = ? and status = 'pending'",
        [origin.sequence, kind.code],
    )
    hold_rows(connection, kind, matched.held, origin.sha256, origin.sequence)
    return insert_settled(connection, kind, origin, matched.frame)
