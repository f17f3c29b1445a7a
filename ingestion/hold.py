"""Held rows on disk: grouped by what they say of their organisation, so that one decision settles them all."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

import duckdb
import polars as pl

from ingestion.as_written import AS_WRITTEN
from ingestion.matching import Held
from schemas.kinds import Kind
from schemas.text import fold

Group = tuple[str, str, str, str, str, str]


def group_of(held: Held) -> Group:
    """Rows that ask one question: reason, name, municipality, region, ИНН, and the sender when no place is named."""
    query = held.query
    question = held.system_text if held.reason == "system" else query.name
    place = query.municipality or ""
    sender = "" if place or held.reason != "organisation" else (query.sender or "")
    name = "" if held.reason == "staff" else fold(question or "")
    return held.reason, name, fold(place), fold(query.region or ""), query.inn or query.ogrn or "", sender


def hold_rows(
    connection: duckdb.DuckDBPyConnection, kind: Kind, held_rows: Iterable[Held], sha256: str, sequence: int
) -> None:
    """Write the held rows of a file; a question already asked gets the new rows under the same held_id."""
    groups: dict[Group, list[Held]] = defaultdict(list)
    for held in held_rows:
        groups[group_of(held)].append(held)
    asked = _pending(connection)
    asked |= _ask(connection, {group: rows[0] for group, rows in groups.items() if group not in asked}, kind)
    lines = [
        (asked[group], kind.code, sha256, row.sheet, row.source_row, sequence, row.reason, _json(row))
        for group, rows in groups.items()
        for row in rows
    ]
    if lines:
        names = ("held_id", "kind", "file_sha256", "sheet", "source_row", "load_sequence", "reason", "payload")
        connection.register("incoming_held", pl.DataFrame(lines, schema=names, orient="row").to_arrow())
        connection.execute("insert into journal.held_row by name select *, 'pending' as status from incoming_held")
        connection.unregister("incoming_held")


def _json(held: Held) -> str:
    content = {"values": held.payload, "system_text": held.system_text}
    return json.dumps(content, ensure_ascii=False, default=str)


def _pending(connection: duckdb.DuckDBPyConnection) -> dict[Group, int]:
    """The questions that are open, by what they ask."""
    rows = connection.execute(
        "select reason, name, municipality, region, inn, sender, held_id from journal.held_name"
        " where status = 'pending' order by held_id desc"
    ).fetchall()
    return {
        (reason, fold(name or ""), fold(municipality or ""), fold(region or ""), inn or "", sender or ""): held_id
        for reason, name, municipality, region, inn, sender, held_id in rows
    }


def _ask(connection: duckdb.DuckDBPyConnection, questions: Mapping[Group, Held], kind: Kind) -> dict[Group, int]:
    """Write new questions, each told by one of its rows; their numbers in the order of the file."""
    if not questions:
        return {}
    numbers = connection.execute("select nextval('journal.held_number') from range(?)", [len(questions)]).fetchall()
    asked = {group: number for group, (number,) in zip(questions, numbers, strict=True)}
    lines = []
    for group, held in questions.items():
        query = held.query
        name = held.system_text if held.reason == "system" else None if held.reason == "staff" else query.name
        place = (query.municipality, query.region, query.inn or query.ogrn)
        lines.append((asked[group], kind.code, name, *place, group[-1] or None, held.reason))
    names = ("held_id", "kind", "name", "municipality", "region", "inn", "sender", "reason")
    types = {name: pl.Int64 if name == "held_id" else pl.String for name in names}
    connection.register("incoming_question", pl.DataFrame(lines, schema=types, orient="row").to_arrow())
    connection.execute("insert into journal.held_name by name select *, 'pending' as status from incoming_question")
    connection.unregister("incoming_question")
    return asked


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
