"""Rows of later files that a decision has settled, and what they said before it did."""

import json
from dataclasses import dataclass
from typing import Any

import duckdb
import polars as pl

from foundation.frames import frame_of, registered
from foundation.text import fold, sender_key
from ingestion.match.organisations import OrganisationIndex, Query
from ingestion.match.registry import load_index
from ingestion.match.rows import Held
from ingestion.recognise.as_written import AS_WRITTEN
from ingestion.steward.journal import Decision, alias_of
from ingestion.store.tables import raw_columns
from schemas.kinds import KINDS, Kind


@dataclass(frozen=True)
class AliasRow:
    """A row found through an accepted name, or by its own: where it stands, and the words it was found by."""

    sheet: str
    source_row: int
    organisation_id: str
    name: str
    municipality: str | None
    region: str | None
    system_text: str | None
    sender: str | None


AliasRows = dict[tuple[str, int], list[AliasRow]]
"""By kind and load."""


def alias_rows(connection: duckdb.DuckDBPyConnection, decision: Decision) -> AliasRows:
    """The rows found through the name that a decision accepted."""
    if decision.organisation_id is None:
        return {}
    rows = connection.execute(
        "select word.kind, word.load_sequence, word.sheet, word.source_row, word.organisation_id, word.name,"
        " word.municipality, word.region, word.system_text, load.sender from journal.alias_row as word"
        " join journal.load as load using (load_sequence) where word.organisation_id = ? order by all",
        [decision.organisation_id],
    ).fetchall()
    if not rows:
        return {}
    index = load_index(connection)
    alias = alias_of(decision.question, index)
    if alias is None:
        return {}
    found: AliasRows = {}
    for kind, sequence, *words in rows:
        row = AliasRow(*words)
        if _is_of(row, alias, decision.question.sender, index):
            found.setdefault((kind, sequence), []).append(row)
    return found


def _is_of(row: AliasRow, alias: tuple[str, str], sender: str | None, index: OrganisationIndex) -> bool:
    query = index.placed(Query(None, None, None, row.name, row.municipality, row.region, row.sender))
    is_same = fold(row.name) == fold(alias[0]) and sender_key(row.sender or "") == sender_key(sender or "")
    return is_same and index.place_of(query) == alias[1]


def held_again(
    connection: duckdb.DuckDBPyConnection, kind: Kind, sequence: int, rows: list[AliasRow], rule: str
) -> tuple[list[Held], str]:
    """Rows of a load that a rule accepted as rows that wait, by the words they were found by; and their file's hash."""
    own = [name for name in raw_columns(kind) if name in kind.model.columns]
    listed = ", ".join(f'loaded."{name}"' for name in dict.fromkeys((*own, AS_WRITTEN, "sheet", "source_row")))
    (sha256,) = connection.execute(
        "select file_sha256 from journal.load where load_sequence = ?", [sequence]
    ).fetchone() or ("",)
    places = [(number, row.sheet, row.source_row, row.organisation_id) for number, row in enumerate(rows)]
    schema = {"number": pl.Int64, "sheet": pl.String, "source_row": pl.Int64, "organisation_id": pl.String}
    with registered(connection, "waiting_again", pl.DataFrame(places, schema=schema, orient="row")):
        found = frame_of(
            connection,
            f"select waiting.number, {listed} from raw.{kind.code} as loaded join waiting_again as waiting"
            " using (sheet, source_row, organisation_id) where loaded.load_sequence = ? and loaded.match_rule = ?"
            " order by waiting.number, loaded.row_id",
            [sequence, rule],
        )
    held = [_held(values, rows[values.pop("number")]) for values in found.iter_rows(named=True)]
    return held, str(sha256)


def _held(values: dict[str, Any], row: AliasRow) -> Held:
    query = Query(None, None, None, row.name, row.municipality, row.region, row.sender)
    words = {"organisation_name": row.name, "municipality": row.municipality, "region": row.region}
    payload = {**values, **words, "system_text": row.system_text}
    return Held(row.sheet, row.source_row, "organisation", query, row.system_text, payload)


def files_of_place(connection: duckdb.DuckDBPyConnection, decision: Decision) -> tuple[str, ...]:
    """Later files of the sender whose accepted rows name the place as the question does: they keep what it meant."""
    question = decision.question
    spelling = question.municipality or question.region
    if decision.region is None or not spelling:
        return ()
    loads = connection.execute(
        "select load_sequence, kind, sender, original_name from journal.load where outcome = 'loaded' and"
        " loaded_at >= ? and load_sequence not in (select load_sequence from journal.held_row where held_id = ?)",
        [decision.decided_at, decision.held_id],
    ).fetchall()
    own = [load for load in loads if sender_key(load[2] or "") == sender_key(question.sender or "")]
    names = set()
    for sequence, kind, _, name in own:
        texts = frame_of(
            connection,
            f"select distinct as_written from raw.{kind} where load_sequence = ? and as_written is not null",
            [sequence],
        )["as_written"]
        if kind in KINDS and _mentions(texts, spelling):
            names.add(str(name))
    return tuple(sorted(names))


def _mentions(texts: pl.Series, spelling: str) -> bool:
    """Whether a cell of the rows, JSON objects of heading to text, is the spelling."""
    wanted = fold(spelling)
    return any(wanted == fold(str(cell)) for text in texts for cell in json.loads(text).values())
