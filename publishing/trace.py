"""From a number to its rows (promise 8): what stands behind an indicator of a place in a year."""

import json
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from typing import Any

import duckdb
from rapidfuzz import fuzz, process

from publishing.errors import UnknownNameError
from publishing.indicators import place_of_plan
from publishing.reader import records
from publishing.territories import Place

LEVEL_COLUMNS = {
    "organisation": ("organisation_id", "contribution"),
    "municipality": ("municipality_id", "contribution_to_municipality"),
    "region": ("region_code", "contribution_to_region"),
    "federation": ("'RU'", "contribution_to_federation"),
}
"""Of a place's level: which column of indicator_lineage names it, and which one says what a row gives to it."""
MAXIMAL_SUGGESTIONS = 5


@dataclass(frozen=True)
class SourceRow:
    """A row of a received file behind one side of an indicator.

    `contribution` is what it gives to the place's number (empty: nothing is counted), `exclusion` the code of why not;
    `as_written` holds heading and text, and is empty for files about people; `source_rows` rows of the file stand
    behind it from `source_row` on; of the log of activity `person_rows` lists one row of each person counted.
    """

    side: str
    kind: str
    measure_title: str
    role: str | None
    system_code: str | None
    subject: str | None
    organisation_id: str | None
    organisation_name: str | None
    file_name: str | None
    file_sha256: str
    sheet: str
    source_row: int
    source_rows: int
    person_rows: str | None
    fact_date: date | None
    as_written: dict[str, str] | None
    value_low: Decimal | None
    value_high: Decimal | None
    contribution: Decimal | None
    exclusion: str | None


@dataclass(frozen=True)
class PlanRow:
    """A plan that the place may be compared with, and where it is written."""

    plan: Decimal | None
    plan_text: str | None
    scope: str
    is_active: bool
    document: str | None
    document_date: date | None
    clause: str | None
    file_name: str | None
    file_sha256: str
    sheet: str
    source_row: int


@dataclass(frozen=True)
class PublishedValue:
    """What a document prints as the fact, and whether it agrees with what is computed (mart reconciliation)."""

    reported_text: str | None
    unit: str | None
    breakdown: str | None
    verdict: str
    document: str | None
    clause: str | None
    file_name: str | None
    file_sha256: str
    sheet: str
    source_row: int


@dataclass(frozen=True)
class FileTally:
    """What became of all rows of one kind in a file that has rows here: some may have been rejected or still wait."""

    file_sha256: str
    file_name: str
    sender: str | None
    received_at: Any
    rows_read: int
    rows_accepted: int
    rows_rejected: int
    rows_held: int


@dataclass(frozen=True)
class Trace:
    """An indicator of a place and year with its definition, plans and rows; numbers unrounded as in the mart."""

    release_id: str
    indicator_code: str
    passport: dict[str, Any]
    place: Place
    place_level: str
    year: int
    figures: dict[str, Any]
    plans: tuple[PlanRow, ...]
    published: tuple[PublishedValue, ...]
    counted: tuple[SourceRow, ...]
    excluded: tuple[SourceRow, ...]
    files: tuple[FileTally, ...]

    def total(self, side: str) -> Decimal | None:
        """The sum of what the counted rows give to a side; None when no row gives a number."""
        given = [row.contribution for row in self.counted if row.side == side and row.contribution is not None]
        return sum(given, Decimal(0)) if given else None


def trace(connection: duckdb.DuckDBPyConnection, code: str, year: int, place: Place, level: str) -> Trace:
    """Everything behind an indicator; raises UnknownNameError when the release has no such row."""
    mart, key = (
        ("indicator_by_organisation", "organisation_id")
        if level == "organisation"
        else ("indicator_by_territory", "territory_id")
    )
    figures = _record(
        connection, f"select * from {mart} where indicator_code = ? and year = ? and {key} = ?", [code, year, place.key]
    )
    if figures is None:
        raise _nothing_found(connection, code, year, place, mart, key)
    version = figures["indicator_version"]
    passport = _record(
        connection, "select * from indicator_passport where indicator_code = ? and version = ?", [code, version]
    )
    rows = _rows(connection, code, year, place, level)
    return Trace(
        release_id=figures["release_id"],
        indicator_code=code,
        passport=passport or {},
        place=place,
        place_level=level,
        year=year,
        figures=figures,
        plans=_plans(connection, figures, code, year),
        published=_published(connection, code, year, place, key),
        counted=tuple(row for row in rows if row.exclusion is None),
        excluded=tuple(row for row in rows if row.exclusion is not None),
        files=_files(connection, {(row.file_sha256, row.kind) for row in rows}),
    )


def territory_level(connection: duckdb.DuckDBPyConnection, place: Place) -> str:
    """municipality, region or federation."""
    row = connection.execute(
        "select min(territory_level) from indicator_by_territory where territory_id = ?", [place.key]
    ).fetchone()
    assert row is not None
    return str(row[0])


def _rows(connection: duckdb.DuckDBPyConnection, code: str, year: int, place: Place, level: str) -> list[SourceRow]:
    column, contribution = LEVEL_COLUMNS[level]
    result = connection.execute(
        f"""
        select * replace ({contribution} as contribution)
        from indicator_lineage
        where indicator_code = ? and year = ? and {column} = ?
        order by side desc, organisation_name, fact_date, file_name, sheet, source_row
        """,
        [code, year, place.key],
    )
    return [_source_row(record) for record in records(result)]


def _source_row(record: dict[str, Any]) -> SourceRow:
    """A row of the mart; a release of an earlier version lacks columns."""
    values: dict[str, Any] = {field.name: record.get(field.name) for field in fields(SourceRow)}
    written = values["as_written"]
    return SourceRow(**{**values, "as_written": json.loads(written) if written else None})


def _plans(connection: duckdb.DuckDBPyConnection, figures: dict[str, Any], code: str, year: int) -> tuple[PlanRow, ...]:
    """Plans of the level at which the mart found the active one; none when it found none."""
    level = figures["plan_level"]
    if level is None:
        return ()
    column, place = place_of_plan(figures)
    rows = connection.execute(
        "select plan, plan_text, scope, is_active, document, document_date, clause,"
        " (select original_name from load_journal j where j.file_sha256 = p.file_sha256 and j.kind = 'indicator_plan'),"
        " file_sha256, sheet, source_row from indicator_plan p"
        " where indicator_code = ? and year = ? and level = ? and is_comparable"
        f" and {column} = ? order by is_active desc, document_date desc, source_row",
        [code, year, level, place],
    ).fetchall()
    return tuple(PlanRow(*row) for row in rows)


def _published(
    connection: duckdb.DuckDBPyConnection, code: str, year: int, place: Place, key: str
) -> tuple[PublishedValue, ...]:
    rows = connection.execute(
        "select reported_text, unit, breakdown, verdict, document, clause,"
        " (select original_name from load_journal j"
        "  where j.file_sha256 = r.file_sha256 and j.kind = 'indicator_reported'),"
        " file_sha256, sheet, source_row from reconciliation r"
        f" where value_type = 'fact' and indicator_code = ? and year = ? and {key} = ?"
        " order by breakdown nulls first, document, source_row",
        [code, year, place.key],
    ).fetchall()
    return tuple(PublishedValue(*row) for row in rows)


def _files(connection: duckdb.DuckDBPyConnection, parts: set[tuple[str, str]]) -> tuple[FileTally, ...]:
    """Of a file that holds several kinds, the loads of those that have rows here."""
    hashes, kinds = zip(*sorted(parts), strict=True) if parts else ((), ())
    rows = connection.execute(
        "select file_sha256, original_name, sender, received_at, rows_read, rows_accepted, rows_rejected, rows_held"
        " from load_journal where (file_sha256, kind) in (select unnest(?::text[]), unnest(?::text[]))"
        " order by load_sequence",
        [list(hashes), list(kinds)],
    ).fetchall()
    return tuple(FileTally(*row) for row in rows)


def _record(connection: duckdb.DuckDBPyConnection, sql: str, values: list[Any]) -> dict[str, Any] | None:
    return next(iter(records(connection.execute(sql, values))), None)


def _nothing_found(
    connection: duckdb.DuckDBPyConnection, code: str, year: int, place: Place, mart: str, key: str
) -> UnknownNameError:
    """Which of the three is wrong: the code, the year, or the indicator does not concern the place."""
    known = connection.execute(
        "select indicator_code, short_title from indicator_passport order by position"
    ).fetchall()
    titles = dict(known)
    if code not in titles:
        close = process.extract(code, titles.keys(), scorer=fuzz.WRatio, limit=MAXIMAL_SUGGESTIONS)
        listed = tuple(f"{one} ({titles[one]})" for one, _, _ in close)
        return UnknownNameError(f"Показателя с кодом «{code}» нет.", listed)
    years = connection.execute(
        f"select distinct year from {mart} where indicator_code = ? and {key} = ? order by year", [code, place.key]
    ).fetchall()
    if years:
        return UnknownNameError(
            f"Показатель «{titles[code]}», {place.name}: за {year} год строк нет.", tuple(str(one) for (one,) in years)
        )
    return UnknownNameError(f"Показатель «{titles[code]}» для «{place.name}» не считается.")
