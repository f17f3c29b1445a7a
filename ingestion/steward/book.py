"""Open questions as lines of a book that a steward fills in: what is asked, whom it may mean, what tells them apart."""

import hashlib
import json
from dataclasses import dataclass

import duckdb

from foundation.settings import Settings
from ingestion.match.organisations import Candidate, OrganisationIndex, Query
from ingestion.match.rows import Lookups
from ingestion.recognise.as_written import AS_WRITTEN
from ingestion.steward.answers import NO_ANSWER_LOADS, wrong_kind_of_answer
from ingestion.steward.comparison import compare, particulars
from ingestion.steward.journal import open_questions
from ingestion.steward.queue import HeldName, held_names
from ingestion.store.hold import PLACE_REASONS, Question
from ingestion.store.tables import build_connection, create_tables
from schemas.kinds import KINDS
from schemas.labels import value_labels
from schemas.personal import mask

REJECT, POSTPONE = "отклонить", "отложить"
ABOUT_PEOPLE = "строка файла с данными людей не показывается"
SEPARATOR = " — "
"""Between an identifier and the name that a drop-down shows beside it."""


@dataclass(frozen=True)
class Choice:
    """A possible answer: as it is chosen, and what is told of it."""

    answer: str
    text: str


@dataclass(frozen=True)
class BookLine:
    """One question as a line."""

    held_id: int
    files: str
    place: str
    written: str
    name: str
    municipality: str
    region: str
    reason: str
    rows: int
    choices: tuple[Choice, ...]
    hint: str
    """What to do where no answer helps."""
    fingerprint: str


def fingerprint(held_id: int, question: Question) -> str:
    """What a line keeps of its question: of another question, be it of one number, it is another."""
    digest = hashlib.sha256("\0".join((str(held_id), *question.group)).encode()).hexdigest()
    return f"{held_id}-{digest[:12]}"


def book_lines(settings: Settings) -> list[BookLine]:
    """Every open question, the largest first."""
    if not settings.build_file.exists():
        return []
    with build_connection(settings) as connection:
        create_tables(connection)
        index = Lookups.load(connection).index
        held = held_names(connection, index)
        questions = open_questions(connection, [name.held_id for name in held])
        places = _first_rows(connection)
        shown = {one.organisation_id for name in held for one in name.candidates}
        told = particulars(connection, index, shown)
    reasons = value_labels("reason")
    lines = []
    for name in held:
        question = questions[name.held_id]
        place, written = places[name.held_id]
        lines.append(
            BookLine(
                held_id=name.held_id,
                files=", ".join(map(mask, name.files)),
                place=mask(place),
                written=mask(written),
                name=mask(name.name),
                municipality=mask(name.municipality or ""),
                region=mask(name.region or ""),
                reason=reasons[name.reason],
                rows=name.rows,
                choices=_choices(name, question, index, told),
                hint=wrong_kind_of_answer(question) if name.reason in NO_ANSWER_LOADS else "",
                fingerprint=fingerprint(name.held_id, question),
            )
        )
    return lines


def _first_rows(connection: duckdb.DuckDBPyConnection) -> dict[int, tuple[str, str]]:
    """Where the first waiting row of each question stands, and what is written in it."""
    rows = connection.execute(
        "select held_id, kind, sheet, source_row, payload from journal.held_row where status = 'pending'"
        " qualify row_number() over (partition by held_id order by load_sequence, sheet, source_row) = 1"
    ).fetchall()
    return {
        held_id: (f"лист «{sheet}», строка {source_row}", _written(kind, payload))
        for held_id, kind, sheet, source_row, payload in rows
    }


def _written(kind: str, payload: str) -> str:
    if KINDS[kind].is_personal:
        return ABOUT_PEOPLE
    cells = json.loads(json.loads(payload)["values"].get(AS_WRITTEN) or "{}")
    return "; ".join(f"{heading}: {text}" for heading, text in cells.items())


def _choices(name: HeldName, question: Question, index: OrganisationIndex, told: dict[str, str]) -> tuple[Choice, ...]:
    if name.reason in PLACE_REASONS:
        return tuple(Choice(str(place), f"{place}\nПохоже на {place.score:.0f} из 100") for place in name.places)
    query = Query(None, None, None, question.name, question.municipality, question.region, question.sender)
    return tuple(_choice(one, query, index, told.get(one.organisation_id, "")) for one in name.candidates)


def _choice(one: Candidate, query: Query, index: OrganisationIndex, told: str) -> Choice:
    comparison = compare(query, index.organisations[one.organisation_id], one.name, index)
    lines = [
        f"{one} ({one.organisation_id})",
        f"Совпадает: {', '.join(comparison.agrees) or 'ничего'}",
        f"Отличается: {'; '.join(comparison.differs) or 'ничего'}",
        told,
    ]
    return Choice(f"{one.organisation_id}{SEPARATOR}{one}", "\n".join(line for line in lines if line))
