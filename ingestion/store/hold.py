"""Held rows on disk: grouped by what they say of their organisation or place, so that one decision settles them all."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

import duckdb
import polars as pl

from foundation.frames import registered
from foundation.text import fold, sender_key
from ingestion.match.municipalities import UNKNOWN_MUNICIPALITY, UNKNOWN_REGION
from ingestion.match.rows import Held
from ingestion.recognise.as_written import AS_WRITTEN
from schemas.kinds import Kind

PLACE_REASONS = frozenset({UNKNOWN_MUNICIPALITY, UNKNOWN_REGION})
PLACES_OF_ROW = frozenset({"organisation_id", "territory_key", "level"})
"""Columns of a kind's key that matching adds: a held row has none yet."""


class Question(NamedTuple):
    """What a steward is asked, in the words of the sender, and whose rows ask it.

    Rows of one name in one file that cannot all be one organisation's are asked about one by one: only their
    questions name a row.
    """

    reason: str
    name: str | None
    municipality: str | None
    region: str | None
    inn: str | None
    sender: str | None
    file_sha256: str | None = None
    sheet: str | None = None
    source_row: int | None = None

    @property
    def group(self) -> tuple[str, ...]:
        """The form in which questions are one."""
        words = (fold(text or "") for text in (self.name, self.municipality, self.region))
        row = (self.file_sha256 or "", self.sheet or "", str(self.source_row or ""))
        return self.reason, *words, self.inn or "", sender_key(self.sender or ""), *row


def question_of(held: Held) -> Question:
    """What a held row asks: a decision belongs to its sender and place (contracts.md, settled question 36)."""
    query = held.query
    if held.reason == UNKNOWN_REGION:
        return Question(held.reason, None, None, query.region, None, query.sender)
    if held.reason == UNKNOWN_MUNICIPALITY:
        return Question(held.reason, None, query.municipality, query.region, None, query.sender)
    name = held.system_text if held.reason == "system" else None if held.reason == "staff" else query.name
    sender = query.sender if held.reason == "organisation" else None
    return Question(held.reason, name, query.municipality, query.region, query.inn or query.ogrn, sender)


def hold_rows(
    connection: duckdb.DuckDBPyConnection, kind: Kind, held_rows: Iterable[Held], sha256: str, sequence: int
) -> None:
    """Write the held rows of a file; a question already asked gets the new rows under the same held_id."""
    asked = _pending(connection)
    questions = _questions(kind, list(held_rows), sha256, asked)
    asked |= _ask(connection, [question for question in questions if question.group not in asked], kind)
    lines = [
        (asked[question.group], kind.code, sha256, row.sheet, row.source_row, sequence, row.reason, _json(row))
        for question, rows in questions.items()
        for row in rows
    ]
    if lines:
        names = ("held_id", "kind", "file_sha256", "sheet", "source_row", "load_sequence", "reason", "payload")
        with registered(connection, "incoming_held", pl.DataFrame(lines, schema=names, orient="row")):
            connection.execute("insert into journal.held_row by name select *, 'pending' as status from incoming_held")


def _questions(
    kind: Kind, held_rows: list[Held], sha256: str, asked: Mapping[tuple[str, ...], int]
) -> dict[Question, list[Held]]:
    """The rows of a file by what they ask; rows that may be of different schools, and rows once asked alone, alone."""
    groups: dict[tuple[str, ...], list[Held]] = defaultdict(list)
    for held in held_rows:
        groups[question_of(held).group].append(held)
    questions: dict[Question, list[Held]] = {}
    for group, rows in groups.items():
        common = question_of(rows[0])
        alone = _may_differ(kind, rows)
        for held in rows:
            row = (sha256, held.sheet, str(held.source_row))
            own = common._replace(file_sha256=sha256, sheet=held.sheet, source_row=held.source_row)
            questions.setdefault(own if alone or (*group[: -len(row)], *row) in asked else common, []).append(held)
    return questions


def _may_differ(kind: Kind, rows: list[Held]) -> bool:
    """Whether rows of one name would be repeats of each other if they were of one organisation."""
    if rows[0].reason != "organisation" or rows[0].query.inn or rows[0].query.ogrn:
        return False
    columns = [name for name in (*kind.key, *kind.part_key) if name not in PLACES_OF_ROW]
    first: dict[tuple[Any, ...], tuple[str, int]] = {}
    places = ((tuple(held.payload.get(name) for name in columns), (held.sheet, held.source_row)) for held in rows)
    return any(first.setdefault(key, place) != place for key, place in places)


def _json(held: Held) -> str:
    content = {"values": held.payload, "system_text": held.system_text}
    return json.dumps(content, ensure_ascii=False, default=str)


def _pending(connection: duckdb.DuckDBPyConnection) -> dict[tuple[str, ...], int]:
    """The questions that are open, by what they ask."""
    rows = connection.execute(
        "select reason, name, municipality, region, inn, sender, file_sha256, sheet, source_row, held_id"
        " from journal.held_name where status = 'pending' order by held_id desc"
    ).fetchall()
    return {Question(*asked).group: held_id for *asked, held_id in rows}


def _ask(connection: duckdb.DuckDBPyConnection, questions: list[Question], kind: Kind) -> dict[tuple[str, ...], int]:
    """Write new questions, each told by one of its rows; their numbers in the order of the file."""
    if not questions:
        return {}
    numbers = connection.execute("select nextval('journal.held_number') from range(?)", [len(questions)]).fetchall()
    lines = [(number, kind.code, *question) for question, (number,) in zip(questions, numbers, strict=True)]
    names = ("held_id", "kind", *Question._fields)
    types = {name: pl.Int64 if name in {"held_id", "source_row"} else pl.String for name in names}
    with registered(connection, "incoming_question", pl.DataFrame(lines, schema=types, orient="row")):
        connection.execute("insert into journal.held_name by name select *, 'pending' as status from incoming_question")
    return {question.group: number for question, (number,) in zip(questions, numbers, strict=True)}


def restored_frame(kind: Kind, payloads: list[Mapping[str, Any]]) -> pl.DataFrame:
    """Typed rows again from what was written as JSON; rows held by an earlier version have no text as written."""
    names = (*kind.model.columns, AS_WRITTEN)
    text = {**dict.fromkeys(names, pl.String), "sheet": pl.String, "source_row": pl.Int64}
    rows = [
        {**{name: _text(payload["values"].get(name)) for name in names},
         "sheet": payload["values"]["sheet"], "source_row": payload["values"]["source_row"]}
        for payload in payloads
    ]  # fmt: skip
    frame = pl.DataFrame(rows, schema=text, orient="row")
    typed = [_typed(name, column.dtype.type) for name, column in kind.model.columns.items()]
    systems = pl.Series("system_text", [payload["system_text"] for payload in payloads], dtype=pl.String)
    return frame.with_columns(typed).with_columns(systems)


def _text(value: Any) -> str | None:
    return None if value is None else str(value)


def _typed(name: str, dtype: Any) -> pl.Expr:
    if dtype == pl.Boolean:
        return pl.col(name) == "True"
    if dtype == pl.Date:
        return pl.col(name).str.to_date("%Y-%m-%d")
    return pl.col(name).cast(dtype)
