"""The series of an indicator of a territory: its values year by year, and what each change is made of."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import duckdb

from foundation.text import fold
from publishing.errors import UnknownNameError
from publishing.reader import records
from publishing.territories import Place
from schemas.labels import column_label

PARTS = (
    "part_same_organisations", "part_entered", "part_left", "part_source", "part_passport", "part_denominator",
    "part_not_split",
)  # fmt: skip
"""Columns of indicator_series_change that add up to the change."""
LAST_DIGIT = Decimal("0.000001")
MOST_SUGGESTIONS = 5
PLACE_COLUMNS = {"municipality": "municipality_id", "region": "region_code"}
"""Of a territory's level: which column of indicator_by_organisation names it; the federation has them all."""


@dataclass(frozen=True)
class Indicator:
    """An indicator as its newest passport has it."""

    code: str
    title: str
    unit: str | None
    precision: int
    aggregation: str
    absent_means: str | None


@dataclass(frozen=True)
class SeriesYear:
    """A value, and how it came from that of the year before; unrounded. Nothing of the change in the first year."""

    year: int
    value: Decimal
    previous_year: int | None
    change: Decimal | None
    parts: dict[str, Decimal]
    not_split_reason: str | None
    value_common_previous: Decimal | None
    value_common: Decimal | None
    organisations_common: int | None
    organisations_entered: int | None
    organisations_left: int | None
    series_break: bool
    series_break_kind: str | None


@dataclass(frozen=True)
class Series:
    """What `vitrina indicators --series` shows."""

    place: Place
    indicator: Indicator
    years: tuple[SeriesYear, ...]


@dataclass(frozen=True)
class CommonYear:
    """A year's value over all organisations and over those of all the years; unrounded."""

    year: int
    value: Decimal
    value_common: Decimal | None
    numerator: Decimal | None
    denominator: Decimal | None


@dataclass(frozen=True)
class CommonSeries:
    """What `--common` shows: one set of organisations through all the years, a closed school one with its successor."""

    place: Place
    indicator: Indicator
    organisations: int
    years: tuple[CommonYear, ...]


def find_indicator(connection: duckdb.DuckDBPyConnection, wanted: str) -> Indicator:
    """The indicator with this code, short or full title. Raises UnknownNameError with those that are like it."""
    marts = connection.execute("select count(*) from duckdb_tables() where table_name = 'indicator_series_change'")
    if marts.fetchone() == (0,):
        raise UnknownNameError("В этом выпуске рядов нет, он построен прежней версией. Выполните: vitrina refresh")
    passports = records(connection.execute("select * from indicator_passport order by indicator_code, version desc"))
    folded = fold(wanted)
    named = [
        one
        for one in passports
        if folded in (fold(one["indicator_code"]), fold(one["short_title"]), fold(one.get("title") or ""))
    ]
    if not named:
        like = [one for one in passports if folded and folded in fold(one["short_title"])]
        raise UnknownNameError(
            f"Показатель «{wanted}» не найден. Коды и названия: таблица indicator_passport.",
            tuple(f"{one['indicator_code']} ({one['short_title']})" for one in like[:MOST_SUGGESTIONS]),
        )
    passport = named[0]
    return Indicator(
        code=passport["indicator_code"], title=passport["short_title"], unit=passport["unit"],
        precision=passport["precision_digits"], aggregation=passport["aggregation"],
        absent_means=passport.get("absent_means"),
    )  # fmt: skip


def territory_series(
    connection: duckdb.DuckDBPyConnection, place: Place, indicator: Indicator, years: tuple[int, int] | None = None
) -> Series:
    """Every year with a value, of those asked for. Raises UnknownNameError when there is none."""
    changes = {
        record["year"]: record
        for record in records(
            connection.execute(
                "select * from indicator_series_change where indicator_code = ? and territory_id = ?",
                [indicator.code, place.key],
            )
        )
    }
    values = _values(connection, place, indicator, years)
    return Series(place, indicator, tuple(_year(year, value, changes.get(year)) for year, value in values))


def _values(
    connection: duckdb.DuckDBPyConnection, place: Place, indicator: Indicator, years: tuple[int, int] | None
) -> list[tuple[int, Decimal]]:
    column = "reported" if indicator.aggregation == "published" else "value"
    rows = connection.execute(
        f"select year, {column} from indicator_by_territory where indicator_code = ? and territory_id = ?"
        f" and {column} is not null order by year",
        [indicator.code, place.key],
    ).fetchall()
    first, last = years or (0, 9999)
    found = [(year, Decimal(str(value))) for year, value in rows if first <= year <= last]
    if not found:
        raise UnknownNameError(
            f"За эти годы у показателя «{indicator.title}» по территории «{place.name}» значений нет.",
            tuple(str(year) for year, _ in rows),
        )
    return found


def _year(year: int, value: Decimal, record: dict[str, Any] | None) -> SeriesYear:
    if record is None:
        return SeriesYear(year, value, None, None, {}, None, None, None, None, None, None, False, None)
    return SeriesYear(
        year=year, value=value, previous_year=record["previous_year"], change=record["change"],
        parts={name: record[name] for name in PARTS}, not_split_reason=record["not_split_reason"],
        value_common_previous=record["value_common_previous"], value_common=record["value_common"],
        organisations_common=record["organisations_common"], organisations_entered=record["organisations_entered"],
        organisations_left=record["organisations_left"], series_break=record["series_break"],
        series_break_kind=record["series_break_kind"],
    )  # fmt: skip


def shown_parts(years: Iterable[SeriesYear]) -> tuple[tuple[str, str], ...]:
    """(column, heading) of the parts that are not nought in every year; the same organisations always."""
    given = tuple(years)
    return tuple(
        (name, column_label("indicator_series_change", name))
        for name in PARTS
        if name == PARTS[0] or any(one.parts.get(name) for one in given)
    )


def common_series(
    connection: duckdb.DuckDBPyConnection, place: Place, indicator: Indicator, years: tuple[int, int] | None = None
) -> CommonSeries:
    """The values of the years over the organisations that count in all of them.

    An organisation counts by the rules of indicator_series_change: it is told of, or its kind lists events; a share of
    sums needs a denominator too. Raises UnknownNameError when no year asked for has a value.
    """
    values = _values(connection, place, indicator, years)
    given = _organisations(connection, place, indicator, [year for year, _ in values])
    everywhere = set.intersection(*(set(given.get(year, {})) for year, _ in values))
    found = []
    for year, value in values:
        rows = [row for name in everywhere for row in given[year][name]]
        found.append(CommonYear(year, value, *_value_of(indicator, rows)))
    return CommonSeries(place, indicator, len(everywhere), tuple(found))


def _organisations(
    connection: duckdb.DuckDBPyConnection, place: Place, indicator: Indicator, years: list[int]
) -> dict[int, dict[str, list[dict[str, Any]]]]:
    """Rows of organisations that count, by year and by who answers for them in the last of the years."""
    level = connection.execute(
        "select any_value(territory_level) from indicator_by_territory where territory_id = ?", [place.key]
    ).fetchone()
    column = PLACE_COLUMNS.get(level[0]) if level else None
    successors = _successors(connection, date(max(years), 12, 31))
    found: dict[int, dict[str, list[dict[str, Any]]]] = {}
    where = "indicator_code = ? and year in (select unnest(?))" + (f" and {column} = ?" if column else "")
    for record in records(
        connection.execute(
            "select organisation_id, year, numerator, denominator, value, coalesce(is_undecided, false) as is_undecided"
            f" from indicator_by_organisation where {where}",
            [indicator.code, years, *([place.key] if column else [])],
        )
    ):
        if _counts(indicator, record):
            name = _successor(successors, record["organisation_id"])
            found.setdefault(record["year"], {}).setdefault(name, []).append(record)
    return found


def _counts(indicator: Indicator, record: dict[str, Any]) -> bool:
    is_told = record["numerator"] is not None or record["is_undecided"] or indicator.absent_means == "zero"
    return is_told and (indicator.aggregation != "ratio_of_sums" or record["denominator"] is not None)


def _successors(connection: duckdb.DuckDBPyConnection, day: date) -> dict[str, str]:
    """The successor that the registry names for each entity closed by the day, in the last state it knows of it."""
    return dict(
        connection.execute(
            """
            with last_state as (
                select organisation_id, successor_inn, valid_to from dim_organisation where not is_site
                qualify row_number() over (partition by organisation_id order by valid_from desc nulls last) = 1
            )
            select organisation_id, successor_inn from last_state
            where successor_inn is not null and successor_inn <> organisation_id and valid_to <= ?
            """,
            [day],
        ).fetchall()
    )


def _successor(successors: dict[str, str], organisation: str) -> str:
    """Who answers for an organisation in the end; a circle of successors ends where it began."""
    passed = {organisation}
    while (following := successors.get(organisation)) and following not in passed:
        passed.add(following)
        organisation = following
    return organisation


def _value_of(
    indicator: Indicator, rows: list[dict[str, Any]]
) -> tuple[Decimal | None, Decimal | None, Decimal | None]:
    """The value of a set of organisations with its numerator and denominator."""
    extremes = {"minimum_over_organisations": min, "maximum": max}
    if indicator.aggregation in extremes:
        known = [row["value"] for row in rows if row["value"] is not None]
        return (extremes[indicator.aggregation](known) if known else None), None, None
    if not rows:
        return None, None, None
    numerator = sum((row["numerator"] for row in rows if row["numerator"] is not None), Decimal(0))
    below = [row["denominator"] for row in rows if row["denominator"] is not None]
    denominator = sum(below, Decimal(0)) if below else None
    is_share = indicator.aggregation in ("ratio_of_sums", "share_of_organisations")
    if indicator.aggregation == "number_of_organisations" or not (is_share or below):
        return numerator, numerator, None
    if not denominator:
        return None, numerator, denominator
    value = (100 if indicator.unit == "%" else 1) * numerator / denominator
    return value.quantize(LAST_DIGIT, rounding=ROUND_HALF_UP), numerator, denominator
