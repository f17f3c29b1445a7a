"""Many answers applied together: one connection, one transaction, the registry read once, each load settled once."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import duckdb
import polars as pl

from foundation.settings import Settings
from ingestion.errors import UserError
from ingestion.load import Origin
from ingestion.match.municipalities import PlaceCandidate, PlaceDecision
from ingestion.match.organisations import Organisation
from ingestion.match.rows import Lookups, match_rows
from ingestion.match.territory import add_level
from ingestion.steward.answers import Answer, chosen_organisation, chosen_place
from ingestion.steward.journal import close, not_asked, open_questions, remember_alias, remember_place
from ingestion.steward.noted import note_decisions
from ingestion.steward.outcomes import Outcome, outcomes
from ingestion.steward.settle import (
    PendingRow,
    accepted_rows,
    insert_settled,
    move_counts,
    pending_of,
    pending_rows,
    reject_row,
)
from ingestion.store.hold import PLACE_REASONS, Question, hold_rows, restored_frame
from ingestion.store.tables import build_connection, create_tables, transaction
from schemas.kinds import KINDS, Kind

KNOWN_BY_OTHERS = frozenset({"registry"})
"""Kinds whose rows change what other rows are matched with."""
NOTHING = Outcome()


@dataclass(frozen=True)
class Decided:
    """What became of one answer: applied, or refused for a reason in Russian."""

    answer: Answer
    refusal: str | None = None
    outcome: Outcome = NOTHING


Chosen = tuple[Answer, Question, Organisation]


def decide(settings: Settings, answers: Sequence[Answer], by: str | None = None) -> list[Decided]:
    """Apply answers, each to its own question; what is wrong with one keeps no other from being applied.

    In the order given. Places come before organisations, because a decided place may bring in rows of the registry.
    """
    if not answers:
        return []
    with build_connection(settings) as connection:
        create_tables(connection)
        questions = open_questions(connection, [answer.held_id for answer in answers])
        refusals: dict[int, str] = {}
        taken: set[int] = set()
        valid: list[tuple[int, Answer]] = []
        for at, answer in enumerate(answers):
            if answer.held_id not in questions:
                refusals[at] = not_asked(answer.held_id)
            elif answer.held_id in taken:
                refusals[at] = f"На вопрос {answer.held_id} уже дан ответ."
            else:
                taken.add(answer.held_id)
                valid.append((at, answer))
        with transaction(connection):
            refusals |= apply(connection, valid, questions, by)
        note_decisions(settings, connection, [answer.held_id for at, answer in valid if at not in refusals])
        done = outcomes(connection, [answer.held_id for at, answer in valid if at not in refusals])
    return [
        Decided(answer, refusals[at]) if at in refusals else Decided(answer, None, done.get(answer.held_id, Outcome()))
        for at, answer in enumerate(answers)
    ]


def apply(
    connection: duckdb.DuckDBPyConnection,
    answers: Sequence[tuple[int, Answer]],
    questions: dict[int, Question],
    by: str | None,
) -> dict[int, str]:
    """Apply answers to open questions; returns the refused ones with their reason."""
    refusals: dict[int, str] = {}
    lookups = Lookups.load(connection)
    for at, answer in answers:
        if answer.verdict != "place":
            continue
        question = questions[answer.held_id]
        try:
            place = chosen_place(question, answer, lookups.index.municipalities)
        except UserError as error:
            refusals[at] = str(error)
            continue
        lookups = _accept_place(connection, answer, question, place, by, lookups)
    chosen: list[Chosen] = []
    for at, answer in answers:
        if answer.verdict == "organisation":
            question = questions[answer.held_id]
            try:
                chosen.append((answer, question, chosen_organisation(question, answer, lookups)))
            except UserError as error:
                refusals[at] = str(error)
    _accept_organisations(connection, chosen, by, lookups)
    rejected = [answer for _, answer in answers if answer.verdict == "reject"]
    if rejected:
        _reject(connection, rejected, questions, by)
    return refusals


def _accept_organisations(
    connection: duckdb.DuckDBPyConnection, chosen: list[Chosen], by: str | None, lookups: Lookups
) -> None:
    if not chosen:
        return
    rows = pending_of(connection, [answer.held_id for answer, _, _ in chosen])
    for answer, question, organisation in chosen:
        remember_alias(connection, answer.held_id, question, lookups.index, organisation)
    decided = {answer.held_id: (answer, organisation) for answer, _, organisation in chosen}
    asking = {row.held_id for row in rows}
    if idle := [one for held_id, one in decided.items() if held_id not in asking]:
        close(connection, idle, by)
    for together in _rounds(rows):
        close(connection, [decided[held_id] for held_id in sorted({row.held_id for row in together})], by)
        loads: dict[tuple[str, Origin], list[PendingRow]] = defaultdict(list)
        for row in together:
            loads[(row.kind, row.origin)].append(row)
        for (kind, origin), of_load in loads.items():
            insert_settled(connection, KINDS[kind], origin, _decided_frame(KINDS[kind], of_load, decided, lookups))


def _rounds(rows: Sequence[PendingRow]) -> list[list[PendingRow]]:
    """Answers that speak of one source row come one after the other: what the first did decides about the second."""
    places: dict[int, set[tuple[int, str, int]]] = defaultdict(set)
    for row in rows:
        places[row.held_id].add(row.place)
    following: dict[tuple[int, str, int], int] = defaultdict(int)
    round_of: dict[int, int] = {}
    for held_id, own in places.items():
        round_of[held_id] = max(following[place] for place in own)
        for place in own:
            following[place] = round_of[held_id] + 1
    rounds: list[list[PendingRow]] = [[] for _ in range(max(round_of.values(), default=-1) + 1)]
    for row in rows:
        rounds[round_of[row.held_id]].append(row)
    return rounds


def _decided_frame(
    kind: Kind, rows: Sequence[PendingRow], decided: dict[int, tuple[Answer, Organisation]], lookups: Lookups
) -> pl.DataFrame:
    organisations = [decided[row.held_id][1] for row in rows]
    frame = restored_frame(kind, [row.payload for row in rows]).with_columns(
        pl.Series("organisation_id", [one.organisation_id for one in organisations], dtype=pl.String),
        pl.Series("entity_id", [one.entity_id for one in organisations], dtype=pl.String),
        pl.lit("steward").alias("match_rule"),
    )
    return add_level(frame, lookups.index) if kind.has_level else frame


def _accept_place(
    connection: duckdb.DuckDBPyConnection,
    answer: Answer,
    question: Question,
    place: PlaceCandidate,
    by: str | None,
    lookups: Lookups,
) -> Lookups:
    """Load the rows that a place makes known; returns what matching asks from now on."""
    loads: dict[tuple[str, Origin], list[Any]] = defaultdict(list)
    for row in pending_of(connection, [answer.held_id]):
        loads[(row.kind, row.origin)].append(row.payload)
    close(connection, [(answer, place)], by)
    has_new = False
    for (code, origin), payloads in loads.items():
        loaded = _match_in_place(connection, KINDS[code], origin, payloads, place, lookups)
        has_new = has_new or (loaded and KINDS[code].organisation in KNOWN_BY_OTHERS)
    if remember_place(connection, answer.held_id, question, place) and not has_new:
        asked = question.municipality if place.municipality else None
        lookups.index.municipalities.decide(
            [PlaceDecision(question.region, asked, question.sender, place.region, place.municipality)]
        )
    return Lookups.load(connection) if has_new else lookups


def _match_in_place(
    connection: duckdb.DuckDBPyConnection,
    kind: Kind,
    origin: Origin,
    payloads: list[Any],
    place: PlaceCandidate,
    lookups: Lookups,
) -> bool:
    """Rows with the place decided: what is found loads, the rest waits under its own question; whether any loads."""
    decided = {"region": place.region, "municipality": place.municipality}
    named = [pl.lit(text).alias(column) for column, text in decided.items() if text]
    matched = match_rows(restored_frame(kind, payloads).with_columns(named), kind, origin.sender, lookups)
    hold_rows(connection, kind, matched.held, origin.sha256, origin.sequence)
    if matched.frame.height:
        insert_settled(connection, kind, origin, matched.frame)
    return bool(matched.frame.height)


def _reject(
    connection: duckdb.DuckDBPyConnection, answers: list[Answer], questions: dict[int, Question], by: str | None
) -> None:
    """Rows of names that are no organisation or place of ours become rejected; one that waits for more stays held."""
    rows = pending_of(connection, [answer.held_id for answer in answers])
    close(connection, [(answer, None) for answer in answers], by)
    loads = {(row.kind, row.origin.sequence) for row in rows}
    pending = {sequence: pending_rows(connection, sequence) for _, sequence in loads}
    accepted = {sequence: accepted_rows(connection, KINDS[kind], sequence) for kind, sequence in loads}
    counts: dict[int, list[int]] = {sequence: [0, 0] for _, sequence in loads}
    told: set[tuple[int, str, int]] = set()
    asked = {(row.held_id, row.place): row for row in rows}
    for (held_id, place), row in asked.items():
        sequence, sheet, source_row = place
        waiting, taken = (sheet, source_row) in pending[sequence], (sheet, source_row) in accepted[sequence]
        is_place = questions[held_id].reason in PLACE_REASONS
        reject_row(
            connection, row.origin.sha256, sheet, source_row, row.file_name,
            "place_rejected" if is_place else "organisation_rejected",
            "warning" if waiting or taken or place in told else "error",
        )  # fmt: skip
        if not waiting and place not in told:
            counts[sequence][0 if taken else 1] += 1
        told.add(place)
    for sequence, (taken_rows, rejected_rows) in counts.items():
        move_counts(connection, sequence, rows_accepted=taken_rows, rows_rejected=rejected_rows)


def decide_one(settings: Settings, answer: Answer, by: str | None) -> Outcome:
    """Apply one answer; raises UserError when it is none to its question."""
    (done,) = decide(settings, [answer], by)
    if done.refusal is not None:
        raise UserError(done.refusal)
    return done.outcome
