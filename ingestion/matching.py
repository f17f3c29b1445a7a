"""Rows to organisations: matched rows go on, the others are held with what a steward needs to decide."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import duckdb
import polars as pl

from ingestion.names import municipality_name
from ingestion.organisations import Match, OrganisationIndex, Query, region_code
from ingestion.registry import add_registry_columns, load_index
from ingestion.territory import add_level
from schemas.catalogue import code_of, regions
from schemas.kinds import Kind

MATCH_SCHEMA = {"organisation_id": pl.String, "entity_id": pl.String, "match_rule": pl.String}
QUERY_COLUMNS = ("inn", "kpp", "ogrn", "organisation_name", "municipality", "region")
STAFF_SCHEMA = {
    "person_key": pl.String,
    "staff_organisation_id": pl.String,
    "staff_entity_id": pl.String,
    "hired_on": pl.Date,
    "dismissed_on": pl.Date,
    "is_external": pl.Boolean,
}


@dataclass(frozen=True)
class Held:
    """A row that waits for a decision: why, what it says of its organisation, and its typed values."""

    sheet: str
    source_row: int
    reason: str
    query: Query
    system_text: str | None
    payload: Mapping[str, Any]


@dataclass
class Matched:
    """Matched rows with organisation_id, entity_id and match_rule, and the held ones."""

    frame: pl.DataFrame
    held: list[Held] = field(default_factory=list)


@dataclass
class Lookups:
    """What matching asks: the registry and the staff known so far."""

    index: OrganisationIndex
    staff: pl.DataFrame

    @classmethod
    def load(cls, connection: duckdb.DuckDBPyConnection) -> "Lookups":
        """Read the registry and the staff from the build file."""
        staff = connection.execute(
            "select person_key, organisation_id, entity_id, hired_on, dismissed_on, is_external from raw.staff"
            " where (row_key, load_sequence) in (select row_key, max(load_sequence) from raw.staff group by row_key)"
        ).fetchall()
        return cls(load_index(connection), pl.DataFrame(staff, schema=STAFF_SCHEMA, orient="row"))

    @classmethod
    def empty(cls) -> "Lookups":
        return cls(OrganisationIndex(), pl.DataFrame(schema=STAFF_SCHEMA))

    def tax_codes_of_region(self, text: str) -> frozenset[str]:
        code = region_code(text)
        return next((region.tax_codes for region in regions() if region.code == code), frozenset())

    def tax_codes_of_municipality(self, text: str) -> frozenset[str]:
        """Of every region whose registry knows a municipality of that name."""
        name = municipality_name(text)
        known = {
            organisation.region_code
            for organisation in self.index.organisations.values()
            if municipality_name(organisation.municipality).agrees_with(name)
        }
        return frozenset(code for region in regions() if region.code in known for code in region.tax_codes)


def match_rows(frame: pl.DataFrame, kind: Kind, sender: str | None, lookups: Lookups) -> Matched:
    """Find each row's organisation by the rules of its kind; typed rows in, matched and held rows out."""
    held: list[Held] = []
    if "system_code" in frame.columns:
        frame = _resolve_systems(frame)
        unknown = frame.filter(pl.col("system_code").is_null())
        held += [_hold(row, "system", sender) for row in unknown.iter_rows(named=True)]
        frame = frame.filter(pl.col("system_code").is_not_null())
    if kind.organisation == "registry":
        return Matched(add_registry_columns(frame, lookups.index), held)
    if kind.organisation == "from_staff":
        return _match_trainees(frame, sender, lookups, held)
    matched = _match_organisations(frame, kind, sender, lookups, held)
    if kind.has_level:
        matched.frame = add_level(matched.frame, lookups.index)
    return matched


def _resolve_systems(frame: pl.DataFrame) -> pl.DataFrame:
    """A spelling the catalogue has learnt since the row was held counts at once."""
    codes = {text: code_of("systems", text) for text in frame["system_text"].drop_nulls().unique().to_list()}
    resolved = pl.Series("system_code", [codes.get(text) for text in frame["system_text"]], dtype=pl.String)
    return frame.with_columns(resolved)


def _query(row: Mapping[str, Any], sender: str | None) -> Query:
    return Query(
        inn=row.get("inn"),
        kpp=row.get("kpp"),
        ogrn=row.get("ogrn"),
        name=row.get("organisation_name"),
        municipality=row.get("municipality"),
        region=row.get("region"),
        sender=sender,
    )


def _hold(row: Mapping[str, Any], reason: str, sender: str | None) -> Held:
    payload = {name: value for name, value in row.items() if name not in MATCH_SCHEMA}
    return Held(row["sheet"], row["source_row"], reason, _query(row, sender), row.get("system_text"), payload)


def _match_organisations(
    frame: pl.DataFrame, kind: Kind, sender: str | None, lookups: Lookups, held: list[Held]
) -> Matched:
    """Each distinct way of naming an organisation is looked up once."""
    found: dict[Query, Match] = {}
    matches: list[tuple[str | None, str | None, str | None]] = []
    for row in frame.select(QUERY_COLUMNS).iter_rows(named=True):
        query = _query(row, sender)
        if kind.has_level and not (query.inn or query.ogrn or query.name):
            matches.append((None, None, "territory"))
            continue
        if query not in found:
            found[query] = lookups.index.match(query)
        match = found[query]
        organisation = match.organisation
        matches.append(
            (organisation.organisation_id, organisation.entity_id, match.rule) if organisation else (None, None, None)
        )
    joined = pl.concat([frame, pl.DataFrame(matches, schema=MATCH_SCHEMA, orient="row")], how="horizontal")
    unmatched = joined.filter(pl.col("match_rule").is_null())
    held += [_hold(row, "organisation", sender) for row in unmatched.iter_rows(named=True)]
    return Matched(joined.filter(pl.col("match_rule").is_not_null()), held)


def _match_trainees(frame: pl.DataFrame, sender: str | None, lookups: Lookups, held: list[Held]) -> Matched:
    """The document's ИНН when given, else the staff entry valid at issue, else held (settled question 9)."""
    by_inn = {
        inn: lookups.index.match(Query(inn, None, None, None, None, None))
        for inn in frame["inn"].drop_nulls().unique().to_list()
    }
    numbered = frame.with_row_index("position")
    employed = (
        numbered.select("position", "person_key", "issued_on")
        .join(lookups.staff, on="person_key")
        .filter(
            (pl.col("hired_on") <= pl.col("issued_on"))
            & (pl.col("dismissed_on").is_null() | (pl.col("dismissed_on") >= pl.col("issued_on")))
        )
        .sort("is_external", "hired_on", "staff_organisation_id", descending=[False, True, False])
        .unique("position", keep="first", maintain_order=True)
    )
    staff = {row["position"]: row for row in employed.iter_rows(named=True)}
    matches: list[tuple[str | None, str | None, str | None]] = []
    for row in numbered.select("position", "inn").iter_rows(named=True):
        match, entry = by_inn.get(row["inn"]), staff.get(row["position"])
        if match is not None and match.organisation is not None:
            matches.append((match.organisation.organisation_id, match.organisation.entity_id, "inn"))
        elif match is None and entry is not None:
            matches.append((entry["staff_organisation_id"], entry["staff_entity_id"], "staff"))
        else:
            matches.append((None, None, None))
    joined = pl.concat([frame, pl.DataFrame(matches, schema=MATCH_SCHEMA, orient="row")], how="horizontal")
    unmatched = joined.filter(pl.col("match_rule").is_null())
    held += [_hold(row, "organisation" if row["inn"] else "staff", sender) for row in unmatched.iter_rows(named=True)]
    return Matched(joined.filter(pl.col("match_rule").is_not_null()), held)
