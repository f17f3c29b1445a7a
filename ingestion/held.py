"""The steward's queue: names that wait for a decision, and what follows from one (`vitrina match`)."""

import json
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

import duckdb
import polars as pl

from ingestion.errors import UserError
from ingestion.hold import hold_rows, restored_frame
from ingestion.load import Origin
from ingestion.matching import Lookups, match_rows
from ingestion.organisations import Candidate, Organisation, OrganisationIndex, Query
from ingestion.places import settle_places
from ingestion.receipts import now
from ingestion.settle import accepted_rows, insert_settled, move_counts, pending_rows, reject_row
from ingestion.store import build_connection, create_tables, transaction
from ingestion.territory import add_level
from schemas.kinds import KINDS, Kind
from schemas.settings import Settings


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


def list_held(settings: Settings) -> list[HeldName]:
    """Every question with pending rows, the largest first, with the candidates of today's registry."""
    if not settings.build_file.exists():
        return []
    with build_connection(settings) as connection:
        create_tables(connection)
        index = Lookups.load(connection).index
        rows = connection.execute(
            "select name.held_id, name.kind, name.name, name.municipality, name.region, name.inn, name.reason,"
            " name.sender, count(distinct held.file_sha256 || held.sheet || held.source_row),"
            " list(distinct load.original_name) from journal.held_name as name"
            " join journal.held_row as held on held.held_id = name.held_id and held.status = 'pending'"
            " left join journal.load as load on load.load_sequence = held.load_sequence"
            " where name.status = 'pending' group by all order by 9 desc, 1"
        ).fetchall()
    return [_question(row, index.candidates) for row in rows]


def _question(row: tuple[Any, ...], candidates: Any) -> HeldName:
    held_id, kind, name, municipality, region, inn, reason, sender, rows, files = row
    query = Query(inn, None, None, name, municipality, region, sender)
    found = tuple(candidates(query)) if reason == "organisation" else ()
    shown = name or (f"ИНН {inn}" if inn else "человек не найден в кадрах")
    return HeldName(held_id, kind, shown, municipality, region, inn, rows, reason, found, tuple(sorted(files)))


def accept(settings: Settings, held_id: int, organisation: str) -> int:
    """Decide that a held name means an organisation (ИНН or ИНН/КПП); its rows load at once, without a new file.

    Returns the number of source rows loaded. Raises UserError when there is no such question or organisation.
    """
    with build_connection(settings) as connection:
        question = _open_question(connection, held_id)
        if question["reason"] != "organisation":
            raise UserError(_not_about_organisations(question))
        lookups = Lookups.load(connection)
        chosen = _organisation(lookups, organisation)
        batches = _pending_batches(connection, held_id)
        with transaction(connection):
            _remember_alias(connection, question, lookups, chosen)
            _close(connection, held_id, "accepted", chosen.organisation_id)
            loaded = sum(
                _load_decided(connection, kind, origin, payloads, chosen, lookups) for kind, origin, payloads in batches
            )
    return loaded


def reject(settings: Settings, held_id: int) -> int:
    """Decide that a held name is no organisation of ours: its rows become rejected. Returns their number."""
    with build_connection(settings) as connection:
        _open_question(connection, held_id)
        rows = connection.execute(
            "select distinct held.kind, held.file_sha256, held.sheet, held.source_row, held.load_sequence,"
            " load.original_name"
            " from journal.held_row as held join journal.load as load on load.load_sequence = held.load_sequence"
            " where held.held_id = ? and held.status = 'pending'",
            [held_id],
        ).fetchall()
        with transaction(connection):
            _close(connection, held_id, "rejected", None)
            loads = {(kind, sequence) for kind, _, _, _, sequence, _ in rows}
            pending = {sequence: pending_rows(connection, sequence) for _, sequence in loads}
            accepted = {sequence: accepted_rows(connection, KINDS[kind], sequence) for kind, sequence in loads}
            for _, sha256, sheet, source_row, sequence, file_name in rows:
                waiting = (sheet, source_row) in pending[sequence]
                taken = (sheet, source_row) in accepted[sequence]
                severity = "warning" if waiting or taken else "error"
                reject_row(connection, sha256, sheet, source_row, file_name, "organisation_rejected", severity)
                if not waiting:
                    move_counts(connection, sequence, rows_accepted=int(taken), rows_rejected=int(not taken))
    return len(rows)


def settle_held(settings: Settings) -> int:
    """Load held rows that today's registry, staff or catalogue of systems decides; returns the source rows loaded."""
    loaded = 0
    with build_connection(settings) as connection:
        lookups = Lookups.load(connection)
        settle_places(connection, lookups.index)
        for kind, origin, payloads in _pending_batches(connection, None):
            with transaction(connection):
                loaded += _rematch(connection, kind, origin, payloads, lookups)
        connection.execute(
            "update journal.held_name set status = 'settled', decided_at = ? where status = 'pending'"
            " and held_id not in (select held_id from journal.held_row where status = 'pending')",
            [now()],
        )
        with transaction(connection):
            _describe_questions(connection, lookups.index)
    return loaded


def _describe_questions(connection: duckdb.DuckDBPyConnection, index: OrganisationIndex) -> None:
    """Write beside every open question where it belongs and whom it may mean, for the release to show."""
    questions = connection.execute(
        "select held_id, name, municipality, region, inn, sender from journal.held_name"
        " where status = 'pending' and reason = 'organisation'"
    ).fetchall()
    for held_id, name, municipality, region, inn, sender in questions:
        alike = index.candidates(Query(inn, None, None, name, municipality, region, sender))
        connection.execute(
            "update journal.held_name set municipality_key = ?, candidates = ? where held_id = ?",
            [
                index.municipality_key(region, municipality),
                "; ".join(f"{one.name}, {one.municipality} ({one.organisation_id})" for one in alike) or None,
                held_id,
            ],
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


def _load_decided(
    connection: duckdb.DuckDBPyConnection,
    kind: Kind,
    origin: Origin,
    payloads: list[Any],
    chosen: Organisation,
    lookups: Lookups,
) -> int:
    frame = restored_frame(kind, payloads).with_columns(
        pl.lit(chosen.organisation_id).alias("organisation_id"),
        pl.lit(chosen.entity_id).alias("entity_id"),
        pl.lit("steward").alias("match_rule"),
    )
    if kind.has_level:
        frame = add_level(frame, lookups.index)
    return insert_settled(connection, kind, origin, frame)


def _pending_batches(
    connection: duckdb.DuckDBPyConnection, held_id: int | None
) -> list[tuple[Kind, Origin, list[Any]]]:
    """Pending rows by the load they came with, all questions or one."""
    rows = connection.execute(
        "select held.kind, held.file_sha256, held.load_sequence, load.received_at, load.sender, held.payload"
        " from journal.held_row as held join journal.load as load on load.load_sequence = held.load_sequence"
        " where held.status = 'pending' and (? is null or held.held_id = ?)"
        " order by held.load_sequence, held.sheet, held.source_row",
        [held_id, held_id],
    ).fetchall()
    batches: dict[tuple[str, Origin], list[Any]] = defaultdict(list)
    for kind, sha256, sequence, received_at, sender, payload in rows:
        batches[(kind, Origin(sha256, sequence, received_at, sender))].append(json.loads(payload))
    return [(KINDS[kind], origin, payloads) for (kind, origin), payloads in batches.items()]


def _open_question(connection: duckdb.DuckDBPyConnection, held_id: int) -> dict[str, Any]:
    create_tables(connection)
    row = connection.execute(
        "select name, municipality, region, inn, sender, reason from journal.held_name"
        " where held_id = ? and status = 'pending'",
        [held_id],
    ).fetchone()
    if row is None:
        raise UserError(f"Вопроса {held_id} нет в очереди. Список: vitrina match list")
    return dict(zip(("name", "municipality", "region", "inn", "sender", "reason"), row, strict=True))


def _not_about_organisations(question: dict[str, Any]) -> str:
    if question["reason"] == "system":
        return (
            f"Система «{question['name']}» не названа в каталоге: добавьте написание в schemas/catalogues/systems.yaml "
            "и выполните vitrina refresh, строки загрузятся сами."
        )
    return "Эти строки ждут кадров: загрузите файл «Кадры» и выполните vitrina refresh, строки загрузятся сами."


def _organisation(lookups: Lookups, text: str) -> Organisation:
    inn, _, kpp = text.strip().partition("/")
    known = lookups.index.organisations
    found = known.get(text.strip()) or next(
        (one for one in known.values() if one.inn == inn and (one.kpp == kpp if kpp else not one.is_site)), None
    )
    if found is None:
        raise UserError(
            f"Организации {text} нет в реестре. Загрузите реестр организаций или проверьте ИНН: vitrina match list"
        )
    return found


def _remember_alias(
    connection: duckdb.DuckDBPyConnection, question: dict[str, Any], lookups: Lookups, chosen: Organisation
) -> None:
    if not question["name"] or question["inn"]:
        return
    key = lookups.index.municipality_key(question["region"], question["municipality"])
    connection.execute(
        "insert into journal.alias values (?, ?, ?, ?, ?)",
        [question["name"], key, None if key else question["sender"], chosen.organisation_id, now()],
    )


def _close(connection: duckdb.DuckDBPyConnection, held_id: int, status: str, organisation_id: str | None) -> None:
    connection.execute(
        "update journal.held_row set status = ? where held_id = ? and status = 'pending'", [status, held_id]
    )
    connection.execute(
        "update journal.held_name set status = ?, decided_organisation_id = ?, decided_at = ? where held_id = ?",
        [status, organisation_id, now(), held_id],
    )
