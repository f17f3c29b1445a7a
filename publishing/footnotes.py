"""Footnotes of a table of indicators: read from the release, numbered once for every table of a place and year.

The mart numbers what is kept in it (dbt_project/models/marts/footnote.sql); remarks that a table adds of its own follow
with the next numbers. A command, a page and a document that show one place and year show the same numbers.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import duckdb

from publishing.reader import records

SUPERSCRIPTS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
REMARK = "remark"
"""The kind of a remark that a table adds of its own."""


@dataclass(frozen=True)
class Footnote:
    """One footnote of a value; of a note that was sent, the row of the file it stands in."""

    indicator_code: str
    number: int
    kind: str
    text: str
    file_name: str | None = None
    sheet: str | None = None
    source_row: int | None = None


def mark(number: int) -> str:
    """The number of a footnote as it stands at a value: «¹²» is twelve."""
    return str(number).translate(SUPERSCRIPTS)


def marks(numbers: Iterable[int]) -> str:
    """Several footnotes of one value: «¹ ²»."""
    return " ".join(map(mark, numbers))


def read_footnotes(
    connection: duckdb.DuckDBPyConnection, place_id: str, year: int, *, is_organisation: bool
) -> tuple[Footnote, ...] | None:
    """Footnotes of a place and year by number; None where a release of an earlier version has no such mart."""
    known = connection.execute(
        "select 1 from information_schema.tables"
        " where table_catalog = current_database() and table_schema = 'marts' and table_name = 'footnote'"
    ).fetchone()
    if known is None:
        return None
    level = "=" if is_organisation else "<>"
    result = connection.execute(
        "select indicator_code, note_number, footnote_kind, footnote_text, file_name, sheet, source_row from footnote"
        f" where place_level {level} 'organisation' and place_id = ? and year = ? order by note_number, indicator_code",
        [place_id, year],
    )
    return tuple(_footnote(record) for record in records(result))


def with_remarks(footnotes: Sequence[Footnote], remarks: Iterable[tuple[str, str]]) -> tuple[Footnote, ...]:
    """Footnotes followed by remarks (indicator, text): a text has one number, and a new one the next."""
    found = list(footnotes)
    numbers = {footnote.text: footnote.number for footnote in footnotes}
    following = max(numbers.values(), default=0) + 1
    for indicator_code, text in remarks:
        if text not in numbers:
            numbers[text] = following
            following += 1
        found.append(Footnote(indicator_code, numbers[text], REMARK, text))
    return tuple(found)


def listed(footnotes: Iterable[Footnote]) -> list[tuple[int, str]]:
    """Number and text of each footnote once, as they stand below a table."""
    return sorted({(footnote.number, footnote.text) for footnote in footnotes})


def _footnote(record: dict[str, Any]) -> Footnote:
    return Footnote(
        indicator_code=record["indicator_code"],
        number=record["note_number"],
        kind=record["footnote_kind"],
        text=record["footnote_text"],
        file_name=record["file_name"],
        sheet=record["sheet"],
        source_row=record["source_row"],
    )
