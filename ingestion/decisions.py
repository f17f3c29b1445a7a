"""What a steward decides of a held question (`vitrina match accept`, `reject`), and what becomes of its rows."""

from dataclasses import dataclass
from typing import Any

import duckdb
import polars as pl

from ingestion.errors import UserError
from ingestion.hold import PLACE_REASONS, Question, hold_rows, restored_frame
from ingestion.load import Origin
from ingestion.matching import UNKNOWN_ENTITY, Lookups, match_rows
from ingestion.municipalities import UNKNOWN_REGION, Municipalities, PlaceCandidate
from ingestion.organisations import Organisation, OrganisationIndex, Query
from ingestion.receipts import now
from ingestion.settle import (
    accepted_rows,
    insert_settled,
    move_counts,
    pending_batches,
    pending_rows,
    reject_row,
)
from ingestion.store import build_connection, create_tables, transaction
from ingestion.territory import add_level
from schemas.catalogue import region_of
from schemas.kinds import KINDS, Kind
from schemas.settings import Settings


@dataclass(frozen=True)
class Outcome:
    """What became of the source rows of a decided question, and how many rows of the same name still wait."""

    loaded: int
    rejected: int
    waiting: int
    of_same_name: int


def what_became(settings: Settings, held_id: int) -> Outcome:
    """Count what a decision did; a row that names several organisations may still wait for another of them."""
    place = "(file_sha256, sheet, source_row)"
    with build_connection(settings) as connection:
        connection.execute(
            "create or replace temp table decided as select distinct kind, file_sha256, sheet, source_row"
            " from journal.held_row where held_id = ?",
            [held_id],
        )
        kinds = connection.execute("select distinct kind from decided").fetchall()
        rows = _count(connection, "from decided")
        waiting = f"select {place} from journal.held_row where status = 'pending'"
        still = _count(connection, f"from decided where {place} in ({waiting})")
        loaded = sum(
            _count(
                connection,
                f"from decided where kind = '{kind}' and {place} not in ({waiting})"
                f" and {place} in (select {place} from raw.{kind})",
            )
            for (kind,) in kinds
        )
        same = _count(
            connection,
            "from (select distinct held.file_sha256, held.sheet, held.source_row from journal.held_row as held"
            " join journal.held_name as question using (held_id) join journal.held_name as answered"
            " on answered.held_id = $held_id and answered.source_row is not null and question.name = answered.name"
            " and question.municipality is not distinct from answered.municipality"
            " and question.region is not distinct from answered.region"
            " and question.sender is not distinct from answered.sender"
            f" where held.status = 'pending' and (held.file_sha256, held.sheet, held.source_row) not in"
            f" (select {place} from decided))",
            {"held_id": held_id},
        )
    return Outcome(loaded, rows - still - loaded, still, same)


def _count(connection: duckdb.DuckDBPyConnection, source: str, values: dict[str, int] | None = None) -> int:
    row = connection.execute(f"select count(*) {source}", values).fetchone()
    return int(row[0]) if row else 0


def accept(settings: Settings, held_id: int, organisation: str) -> int:
    """Decide that a held name means an organisation (ИНН or ИНН/КПП); its rows load at once, without a new file.

    Returns the number of source rows loaded. Raises UserError when there is no such question or organisation.
    """
    with build_connection(settings) as connection:
        question = _open_question(connection, held_id)
        if question.reason != "organisation":
            raise UserError(_not_about_organisations(question))
        lookups = Lookups.load(connection)
        chosen = _organisation(lookups, organisation)
        batches = pending_batches(connection, held_id)
        with transaction(connection):
            _remember_alias(connection, question, lookups.index, chosen)
            _close(connection, held_id, "accepted", organisation_id=chosen.organisation_id)
            loaded = sum(
                _load_decided(connection, kind, origin, payloads, chosen, lookups) for kind, origin, payloads in batches
            )
    return loaded


def accept_place(settings: Settings, held_id: int, region: str | None, municipality: str | None) -> int:
    """Decide which place the rows of a question mean; they load at once, or wait for their organisation.

    Returns the number of source rows loaded. Raises UserError when there is no such question or place.
    """
    with build_connection(settings) as connection:
        question = _open_question(connection, held_id)
        if question.reason in {"system", "staff", UNKNOWN_ENTITY}:
            raise UserError(_not_about_organisations(question))
        lookups = Lookups.load(connection)
        place = _place(question, lookups.index.municipalities, region, municipality)
        batches = pending_batches(connection, held_id)
        with transaction(connection):
            _close(connection, held_id, "accepted", place=place)
            loaded = sum(
                _match_in_place(connection, kind, origin, payloads, place, lookups)
                for kind, origin, payloads in batches
            )
            _remember_place(connection, question, place)
    return loaded


def _match_in_place(
    connection: duckdb.DuckDBPyConnection,
    kind: Kind,
    origin: Origin,
    payloads: list[Any],
    place: PlaceCandidate,
    lookups: Lookups,
) -> int:
    """Rows with the place decided: what is found loads, the rest waits under its own question."""
    decided = {"region": place.region, "municipality": place.municipality}
    named = [pl.lit(text).alias(column) for column, text in decided.items() if text]
    matched = match_rows(restored_frame(kind, payloads).with_columns(named), kind, origin.sender, lookups)
    hold_rows(connection, kind, matched.held, origin.sha256, origin.sequence)
    return insert_settled(connection, kind, origin, matched.frame) if matched.frame.height else 0


def _place(
    question: Question, municipalities: Municipalities, region: str | None, municipality: str | None
) -> PlaceCandidate:
    """The one place that the steward names: of an unknown region its name, else a municipality of the registry."""
    if question.reason == UNKNOWN_REGION:
        found = region_of(region or "")
        if found is None:
            raise UserError(
                f'Субъекта «{region or ""}» нет в каталоге. Укажите его полное название: --region "Красноярский край"'
            )
        return PlaceCandidate(found.name, None, 100.0)
    named = municipalities.named(region or question.region, municipality or "")
    if named is None:
        raise UserError(
            f"Муниципалитета «{municipality or ''}» в реестре нет, или он не один. Укажите муниципалитет и субъект, "
            'как в списке: --municipality "Енисейский район" --region "Красноярский край"'
        )
    return named


def reject(settings: Settings, held_id: int) -> int:
    """Decide that a held name is no organisation or place of ours: its rows become rejected. Returns their number."""
    with build_connection(settings) as connection:
        question = _open_question(connection, held_id)
        rule = "place_rejected" if question.reason in PLACE_REASONS else "organisation_rejected"
        rows = connection.execute(
            "select distinct held.kind, held.file_sha256, held.sheet, held.source_row, held.load_sequence,"
            " load.original_name"
            " from journal.held_row as held join journal.load as load on load.load_sequence = held.load_sequence"
            " where held.held_id = ? and held.status = 'pending'",
            [held_id],
        ).fetchall()
        with transaction(connection):
            _close(connection, held_id, "rejected")
            loads = {(kind, sequence) for kind, _, _, _, sequence, _ in rows}
            pending = {sequence: pending_rows(connection, sequence) for _, sequence in loads}
            accepted = {sequence: accepted_rows(connection, KINDS[kind], sequence) for kind, sequence in loads}
            for _, sha256, sheet, source_row, sequence, file_name in rows:
                waiting = (sheet, source_row) in pending[sequence]
                taken = (sheet, source_row) in accepted[sequence]
                severity = "warning" if waiting or taken else "error"
                reject_row(connection, sha256, sheet, source_row, file_name, rule, severity)
                if not waiting:
                    move_counts(connection, sequence, rows_accepted=int(taken), rows_rejected=int(not taken))
    return len(rows)


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


def _open_question(connection: duckdb.DuckDBPyConnection, held_id: int) -> Question:
    create_tables(connection)
    row = connection.execute(
        f"select {', '.join(Question._fields)} from journal.held_name where held_id = ? and status = 'pending'",
        [held_id],
    ).fetchone()
    if row is None:
        raise UserError(f"Вопроса {held_id} нет в очереди. Список: vitrina match list")
    return Question(*row)


def _not_about_organisations(question: Question) -> str:
    if question.reason == "system":
        return (
            f"Система «{question.name}» не названа в каталоге: добавьте написание в schemas/catalogues/systems.yaml "
            "и выполните vitrina refresh, строки загрузятся сами."
        )
    if question.reason == "staff":
        return "Эти строки ждут кадров: загрузите файл «Кадры» и выполните vitrina refresh, строки загрузятся сами."
    if question.reason == UNKNOWN_ENTITY:
        return (
            "Эти филиалы ждут строки своей организации: загрузите реестр, в котором она есть, и выполните vitrina "
            "refresh, строки загрузятся сами."
        )
    option = "--region" if question.reason == UNKNOWN_REGION else "--municipality"
    return f'Эти строки ждут ответа о месте, а не об организации: vitrina match accept НОМЕР {option} "…"'


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
    connection: duckdb.DuckDBPyConnection, question: Question, index: OrganisationIndex, chosen: Organisation
) -> None:
    """A name means the organisation in later files of that sender too, where the place says that it is the same name.

    Without a place, or of rows that may be different schools, the decision holds for the rows at hand alone.
    """
    if not question.name or question.inn or question.source_row is not None:
        return
    query = Query(None, None, None, question.name, question.municipality, question.region, question.sender)
    key = index.place_of(index.placed(query))
    if key is None or not index.municipalities.knows(key):
        return
    connection.execute(
        "insert into journal.alias values (?, ?, ?, ?, ?)",
        [question.name, key, question.sender, chosen.organisation_id, now()],
    )


def _remember_place(connection: duckdb.DuckDBPyConnection, question: Question, place: PlaceCandidate) -> None:
    """A spelling of a place means it in that sender's later files too; of an unknown sender within its region alone."""
    is_bounded = bool(question.region) and question.reason != UNKNOWN_REGION
    if question.source_row is not None or not (question.sender or is_bounded):
        return
    municipality = question.municipality if place.municipality else None
    connection.execute(
        "insert into journal.place_alias values (?, ?, ?, ?, ?, ?)",
        [question.region, municipality, question.sender, place.region, place.municipality, now()],
    )


def _close(
    connection: duckdb.DuckDBPyConnection,
    held_id: int,
    status: str,
    *,
    organisation_id: str | None = None,
    place: PlaceCandidate | None = None,
) -> None:
    connection.execute(
        "update journal.held_row set status = ? where held_id = ? and status = 'pending'", [status, held_id]
    )
    connection.execute(
        "update journal.held_name set status = ?, decided_organisation_id = ?, decided_region = ?,"
        " decided_municipality = ?, decided_at = ? where held_id = ?",
        [
            status, organisation_id, place.region if place else None, place.municipality if place else None, now(),
            held_id,
        ],
    )  # fmt: skip
