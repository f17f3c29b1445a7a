"""The plan/fact table of a territory or an organisation for a year."""

from dataclasses import dataclass, field, replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import duckdb

from publishing.coverage import Coverage
from publishing.errors import UnknownNameError
from publishing.footnotes import Footnote, read_footnotes, with_remarks
from publishing.reader import records
from publishing.territories import Place
from schemas.footnotes import footnote_text
from schemas.labels import value_labels

DEFAULT_PRECISION = 1
Passports = dict[tuple[str, int], dict[str, Any]]
NO_NUMBER = "—"
MOST_ORGANISATIONS = 3
FEDERATION = "RU"
"""territory_id of the country."""


@dataclass(frozen=True)
class IndicatorRow:
    """One indicator, unrounded as in the mart, with the precision its passport sets."""

    indicator_code: str
    title: str
    unit: str | None
    precision: int
    value: Decimal | None
    plan: Decimal | None
    deviation: Decimal | None
    status: str
    numerator: Decimal | None
    denominator: Decimal | None
    plan_level: str | None
    plan_scope: str | None
    plan_conflict: bool
    is_proxy: bool
    source_system: str | None
    organisations_below_plan: int | None = None
    reported: Decimal | None = None
    reported_text: str | None = None
    series_break: bool = False
    series_break_kind: str | None = None
    value_common: Decimal | None = None
    coverage: Coverage | None = None
    notes: tuple[str, ...] = field(default=())
    footnotes: tuple[int, ...] = field(default=())
    """Numbers of the table's footnotes that stand at the value."""


@dataclass(frozen=True)
class PlanFactTable:
    """What `vitrina indicators` shows: the place, the year, its rows, the date of the data and the footnotes."""

    place: Place
    year: int
    rows: tuple[IndicatorRow, ...]
    as_of_date: date | None
    footnotes: tuple[Footnote, ...] = ()


def rounded(value: Decimal | None, precision: int) -> Decimal | None:
    """Round half-up, as people do; DuckDB's and Python's own rounding of a double differ."""
    if value is None:
        return None
    return value.quantize(Decimal(1).scaleb(-precision), rounding=ROUND_HALF_UP)


def number_text(value: Decimal | None, precision: int, *, signed: bool = False) -> str:
    """A number as Russians write it: decimal comma, thin groups of three; a dash for nothing."""
    found = rounded(value, precision)
    if found is None:
        return NO_NUMBER
    text = f"{found:{'+' if signed and found else ''},.{precision}f}"
    return text.replace(",", " ").replace(".", ",").replace("-", "−")


def count_text(value: Decimal | None) -> str:
    """A count without trailing zeros; a fraction keeps its digits."""
    if value is None:
        return NO_NUMBER
    places = 0 if value == value.to_integral_value() else min(3, -int(value.normalize().as_tuple().exponent))
    return number_text(value, places)


def verdict_text(row: IndicatorRow) -> str:
    """The status in words; of incomplete data the bounds between which the full value lies."""
    words = value_labels("status").get(row.status, row.status)
    if row.status != "incomplete" or row.coverage is None:
        return words
    low, high = (number_text(bound, row.precision) for bound in (row.coverage.value_low, row.coverage.value_high))
    return f"{words}: не меньше {low}" if row.coverage.value_high is None else f"{words}: от {low} до {high}"


def territory_table(connection: duckdb.DuckDBPyConnection, place: Place, year: int | None) -> PlanFactTable:
    """Plan and fact of every indicator of a territory; without a year, the latest one with data."""
    return _table(connection, place, year, "indicator_by_territory", "territory_id")


def organisation_table(connection: duckdb.DuckDBPyConnection, place: Place, year: int | None) -> PlanFactTable:
    """Plan and fact of every indicator of an organisation; without a year, the latest one with data."""
    return _table(connection, place, year, "indicator_by_organisation", "organisation_id")


def _table(
    connection: duckdb.DuckDBPyConnection, place: Place, year: int | None, mart: str, key_column: str
) -> PlanFactTable:
    years = connection.execute(
        f"select year, count(case when value is not null then as_of_date end) from {mart} where {key_column} = ?"
        " group by year order by year",
        [place.key],
    ).fetchall()
    chosen = _choose_year(place, year, years)
    passports = _passports(connection)
    result = connection.execute(
        f"select * from {mart} where {key_column} = ? and year = ? order by indicator_code", [place.key, chosen]
    )
    found = sorted(records(result), key=lambda record: _position(record, passports))
    footnotes = _footnotes(connection, found, place, chosen, is_organisation=key_column == "organisation_id")
    rows = tuple(_with_footnotes(_row(record, passports), footnotes) for record in found)
    dates = [record["as_of_date"] for record in found if record.get("as_of_date")]
    return PlanFactTable(place, chosen, rows, max(dates, default=None), footnotes)


def _footnotes(
    connection: duckdb.DuckDBPyConnection,
    found: list[dict[str, Any]],
    place: Place,
    year: int,
    *,
    is_organisation: bool,
) -> tuple[Footnote, ...]:
    kept = read_footnotes(connection, place.key, year, is_organisation=is_organisation)
    remarks = [
        (record["indicator_code"], text)
        for record in found
        for text in (
            *(_notes_of_previous_release(connection, record) if kept is None else ()),
            *_remarks_on_the_plan(connection, record),
        )
    ]
    return with_remarks(kept or (), remarks)


def _with_footnotes(row: IndicatorRow, footnotes: tuple[Footnote, ...]) -> IndicatorRow:
    own = sorted((one for one in footnotes if one.indicator_code == row.indicator_code), key=lambda one: one.number)
    return replace(
        row,
        notes=tuple(footnote.text for footnote in own),
        footnotes=tuple(footnote.number for footnote in own),
    )


def _choose_year(place: Place, year: int | None, years: list[tuple[int, int]]) -> int:
    known = [found for found, _ in years]
    if year is None:
        return max((found for found, values in years if values), default=max(known))
    if year not in known:
        raise UnknownNameError(f"За {year} год по территории «{place.name}» данных нет.", tuple(map(str, known)))
    return year


def _passports(connection: duckdb.DuckDBPyConnection) -> Passports:
    passports = records(connection.execute("select * from indicator_passport"))
    return {(record["indicator_code"], record["version"]): record for record in passports}


def _position(record: dict[str, Any], passports: Passports) -> tuple[int, str]:
    """The order of the Agreement, not of the alphabet."""
    passport = passports.get((record["indicator_code"], record["indicator_version"]), {})
    return passport.get("position") or 0, record["indicator_code"]


def _system_title(connection: duckdb.DuckDBPyConnection, code: str | None) -> str:
    row = connection.execute("select short_title from dim_system where system_code = ?", [code]).fetchone()
    return row[0] if row else code or "другая система или дата"


def _decimal(value: Any) -> Decimal | None:
    return None if value is None else Decimal(str(value))


def _row(record: dict[str, Any], passports: Passports) -> IndicatorRow:
    passport = passports.get((record["indicator_code"], record["indicator_version"]), {})
    precision = passport.get("precision_digits")
    return IndicatorRow(
        indicator_code=record["indicator_code"],
        title=passport.get("short_title") or record["indicator_title"],
        unit=record["unit"],
        precision=DEFAULT_PRECISION if precision is None else int(precision),
        value=_decimal(record["value"]),
        plan=_decimal(record["plan"]),
        deviation=_decimal(record["deviation"]),
        status=record["status"],
        numerator=_decimal(record["numerator"]),
        denominator=_decimal(record["denominator"]),
        plan_level=record["plan_level"],
        plan_scope=record["plan_scope"],
        plan_conflict=bool(record["plan_conflict"]),
        is_proxy=bool(record["is_proxy"]),
        source_system=record["source_system"],
        organisations_below_plan=record.get("organisations_below_plan"),
        reported=_decimal(record.get("reported")),
        reported_text=record.get("reported_text"),
        series_break=bool(record.get("series_break")),
        series_break_kind=record.get("series_break_kind"),
        value_common=_decimal(record.get("value_common")),
        coverage=Coverage.of(record),
    )


def _notes_of_previous_release(connection: duckdb.DuckDBPyConnection, record: dict[str, Any]) -> list[str]:
    """What a release says of a value that was made before footnotes were kept in it."""
    notes = []
    if record["plan_conflict"]:
        notes.append(footnote_text("plan_conflict", plans="; ".join(_plans(connection, record))))
    if record["is_proxy"]:
        notes.append(footnote_text("proxy", system=_system_title(connection, record["source_system"])))
    if record.get("system_changed"):
        notes.append(footnote_text("system_changed"))
    return notes


def _remarks_on_the_plan(connection: duckdb.DuckDBPyConnection, record: dict[str, Any]) -> list[str]:
    """Where the plan beside the value comes from, when that is not plain: it stands at nearly every school's value."""
    notes = []
    if record["plan_scope"] == "each_organisation":
        below = record.get("organisations_below_plan")
        tail = f"; ниже плана организаций: {below}" if below else ""
        notes.append(f"план установлен для каждой организации{tail}")
    level = record["plan_level"]
    if level and record["plan"] is not None and level != record.get("territory_level", "organisation"):
        notes.append(f"своего плана нет, уровень плана: {value_labels('plan_level')[level]}")
    notes += _words_about_organisations(connection, record)
    return notes


def _words_about_organisations(connection: duckdb.DuckDBPyConnection, record: dict[str, Any]) -> list[str]:
    """Plans and facts that documents give for organisations of the municipality and not for it as a whole."""
    if record.get("territory_level") != "municipality" or "reported_text" not in record:
        return []
    where = "where level = 'organisation' and municipality_id = ? and indicator_code = ? and year = ?"
    key = [record["municipality_id"], record["indicator_code"], record["year"]]
    found = []
    for word, is_given, source in (
        ("план", record["plan"], f"select organisation_name, plan_text, unit_text, clause from indicator_plan {where}"),
        (
            "опубликовано",
            record["reported_text"],
            "select organisation_name, reported_text, unit, clause from reconciliation"
            f" {where} and value_type = 'fact'",
        ),
    ):
        if is_given is None:
            rows = connection.execute(f"{source} order by clause, organisation_name", key).fetchall()
            found += [f"{word} по организациям: {_listed(rows)}"] if rows else []
    return found


def _listed(rows: list[tuple[Any, ...]]) -> str:
    shown = [
        f"{name} — {' '.join(str(part) for part in (text, unit) if part)}{f' ({clause})' if clause else ''}"
        for name, text, unit, clause in rows[:MOST_ORGANISATIONS]
    ]
    more = [f"и ещё {len(rows) - MOST_ORGANISATIONS}"] if len(rows) > MOST_ORGANISATIONS else []
    return "; ".join([*shown, *more])


def place_of_plan(record: dict[str, Any]) -> tuple[str, Any]:
    """Of a row of an indicator mart: the column of indicator_plan that names the place of its plan, and the place."""
    level = record["plan_level"]
    if level == record.get("territory_level"):
        return "territory_id", record["territory_id"]
    return {
        "organisation": ("organisation_id", record.get("organisation_id")),
        "municipality": ("territory_id", record.get("municipality_id")),
        "region": ("territory_id", record.get("region_code")),
        "federation": ("territory_id", FEDERATION),
    }[level]


def _plans(connection: duckdb.DuckDBPyConnection, record: dict[str, Any]) -> list[str]:
    """The plans that disagree, with document and line, of the level where the active one was found."""
    column, place = place_of_plan(record)
    values = [record["indicator_code"], record["year"], record["plan_level"], place]
    rows = connection.execute(
        "select plan, document, clause, is_active from indicator_plan where indicator_code = ? and year = ?"
        f" and level = ? and {column} = ? order by is_active desc, document, clause",
        values,
    ).fetchall()
    return [
        f"{count_text(_decimal(plan))}{' (действует)' if is_active else ''}"
        f" — {', '.join(str(part) for part in (document, clause) if part)}"
        for plan, document, clause, is_active in rows
    ]
