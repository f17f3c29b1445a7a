"""What the journal keeps of decisions: who, when and why, also of those taken back; and what they mean for later files.

A question is closed by one standing decision at most. One taken back stays in journal.decision with who took it back.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import duckdb
import polars as pl

from foundation.frames import registered
from foundation.settings import Settings
from foundation.text import fold
from ingestion.errors import UserError
from ingestion.match.municipalities import UNKNOWN_REGION, PlaceCandidate
from ingestion.match.organisations import Organisation, OrganisationIndex, Query
from ingestion.steward.answers import Answer
from ingestion.store.hold import Question
from ingestion.store.receipts import now
from ingestion.store.tables import build_connection, create_tables
from schemas.personal import mask

STATUSES = {"organisation": "accepted", "place": "accepted", "reject": "rejected"}


@dataclass(frozen=True)
class Decision:
    """A standing decision; by whom and why is not known of one taken by an earlier version."""

    held_id: int
    question: Question
    status: str
    """accepted, rejected"""
    organisation_id: str | None
    region: str | None
    municipality: str | None
    decided_at: datetime
    decided_by: str | None = None
    why: str | None = None

    def says(self, answer: Answer) -> bool:
        """Whether an answer is the one that was given."""
        if answer.verdict == "reject":
            return self.status == "rejected"
        if answer.verdict == "organisation":
            inn, _, kpp = answer.organisation.partition("/")
            known = self.organisation_id or ""
            return known in {answer.organisation, inn if kpp else answer.organisation}
        places = ((answer.region or self.region, self.region), (answer.municipality, self.municipality))
        return self.region is not None and all(fold(said or "") == fold(known or "") for said, known in places)

    @property
    def verdict(self) -> str:
        """What was decided, in Russian."""
        if self.status == "rejected":
            return "отклонено"
        return self.organisation_id or ", ".join(text for text in (self.municipality, self.region) if text)


def open_questions(connection: duckdb.DuckDBPyConnection, numbers: list[int]) -> dict[int, Question]:
    """Those of the questions that are open, by number."""
    rows = connection.execute(
        f"select held_id, {', '.join(Question._fields)} from journal.held_name"
        " where status = 'pending' and held_id in (select unnest(?::bigint[]))",
        [numbers],
    ).fetchall()
    return {held_id: Question(*asked) for held_id, *asked in rows}


def not_asked(held_id: int) -> str:
    return f"Вопроса {held_id} нет в очереди. Список: vitrina match list"


def standing_decisions(connection: duckdb.DuckDBPyConnection, held_id: int | None = None) -> list[Decision]:
    """Decisions that hold, the latest first; all of them or that of one question."""
    asked = ", ".join(f"question.{name}" for name in Question._fields)
    rows = connection.execute(
        f"select question.held_id, question.status, question.decided_organisation_id, question.decided_region,"
        f" question.decided_municipality, question.decided_at, decision.decided_by, decision.why, {asked}"
        " from journal.held_name as question left join journal.decision as decision"
        " on decision.held_id = question.held_id and decision.undone_at is null"
        " where question.status in ('accepted', 'rejected') and (? is null or question.held_id = ?)"
        " order by question.decided_at desc, question.held_id desc",
        [held_id, held_id],
    ).fetchall()
    return [
        Decision(number, Question(*asked), status, organisation_id, region, municipality, moment, by, why)
        for number, status, organisation_id, region, municipality, moment, by, why, *asked in rows
    ]


def close(
    connection: duckdb.DuckDBPyConnection,
    decided: Sequence[tuple[Answer, Organisation | PlaceCandidate | None]],
    by: str | None,
) -> None:
    """Questions are answered, their waiting rows with them; who said so and why is written down."""
    moment = now()
    lines = [
        (
            answer.held_id, answer.verdict, STATUSES[answer.verdict],
            chosen.organisation_id if isinstance(chosen, Organisation) else None,
            chosen.region if isinstance(chosen, PlaceCandidate) else None,
            chosen.municipality if isinstance(chosen, PlaceCandidate) else None,
            mask(by) if by else None, mask(answer.why) if answer.why else None, moment,
        )
        for answer, chosen in decided
    ]  # fmt: skip
    schema: dict[str, Any] = {
        "held_id": pl.Int64, "verdict": pl.String, "status": pl.String, "organisation_id": pl.String,
        "region": pl.String, "municipality": pl.String, "decided_by": pl.String, "why": pl.String,
        "decided_at": pl.Datetime("us"),
    }  # fmt: skip
    with registered(connection, "incoming_decision", pl.DataFrame(lines, schema=schema, orient="row")):
        connection.execute(
            "update journal.held_row set status = decided.status from incoming_decision as decided"
            " where held_row.held_id = decided.held_id and held_row.status = 'pending'"
        )
        connection.execute(
            "update journal.held_name set status = decided.status, decided_organisation_id = decided.organisation_id,"
            " decided_region = decided.region, decided_municipality = decided.municipality,"
            " decided_at = decided.decided_at from incoming_decision as decided"
            " where held_name.held_id = decided.held_id"
        )
        connection.execute("insert into journal.decision by name select * exclude (status) from incoming_decision")


def alias_of(question: Question, index: OrganisationIndex) -> tuple[str, str] | None:
    """The name and the municipality's key for which an answer holds in later files of its sender; None if in none.

    Without a place, or of rows that may be different schools, the decision holds for the rows at hand alone.
    """
    if not question.name or question.inn or question.source_row is not None:
        return None
    query = Query(None, None, None, question.name, question.municipality, question.region, question.sender)
    key = index.place_of(index.placed(query))
    return (question.name, key) if key is not None and index.municipalities.knows(key) else None


def remember_alias(
    connection: duckdb.DuckDBPyConnection,
    held_id: int,
    question: Question,
    index: OrganisationIndex,
    chosen: Organisation,
) -> None:
    """A name means the organisation in later files of that sender too, where the place says it is the same name."""
    alias = alias_of(question, index)
    if alias is not None:
        connection.execute(
            "insert into journal.alias (name, municipality_key, sender, organisation_id, decided_at, held_id)"
            " values (?, ?, ?, ?, ?, ?)",
            [*alias, question.sender, chosen.organisation_id, now(), held_id],
        )


def remember_place(
    connection: duckdb.DuckDBPyConnection, held_id: int, question: Question, place: PlaceCandidate
) -> bool:
    """A spelling of a place means it in that sender's later files too; of an unknown sender within its region alone."""
    is_bounded = bool(question.region) and question.reason != UNKNOWN_REGION
    if question.source_row is not None or not (question.sender or is_bounded):
        return False
    municipality = question.municipality if place.municipality else None
    connection.execute(
        "insert into journal.place_alias"
        " (region, municipality, sender, known_region, known_municipality, decided_at, held_id)"
        " values (?, ?, ?, ?, ?, ?, ?)",
        [question.region, municipality, question.sender, place.region, place.municipality, now(), held_id],
    )
    return True


def standing_decision(connection: duckdb.DuckDBPyConnection, held_id: int) -> Decision:
    """The decision that closed a question; raises UserError when none did."""
    found = standing_decisions(connection, held_id)
    if not found:
        raise UserError(f"Решения по вопросу {held_id} нет. Список решений: vitrina match list --decided")
    return found[0]


def list_decisions(settings: Settings) -> list[Decision]:
    """Decisions that can be taken back, the latest first."""
    if not settings.build_file.exists():
        return []
    with build_connection(settings) as connection:
        create_tables(connection)
        return standing_decisions(connection)
