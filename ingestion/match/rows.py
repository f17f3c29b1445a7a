"""Rows to organisations: matched rows go on, the others are held with what a steward needs to decide."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import duckdb
import polars as pl

from ingestion.match.listed_municipalities import add_listed
from ingestion.match.municipalities import UNKNOWN_MUNICIPALITY, UNKNOWN_REGION
from ingestion.match.organisations import Match, OrganisationIndex, Query
from ingestion.match.registry import add_registry_columns, load_index
from ingestion.match.territory import add_level
from ingestion.recognise.as_written import AS_WRITTEN
from schemas.catalogue import code_of
from schemas.kinds import Kind
from schemas.personal import mask_quote
from schemas.regions import region_of

MATCH_SCHEMA = {"organisation_id": pl.String, "entity_id": pl.String, "match_rule": pl.String}
QUERY_COLUMNS = ("inn", "kpp", "ogrn", "organisation_name", "municipality", "region")
NAMING = ("organisation_name", "municipality", "region", "system_text")
REGISTRY = "organisation_registry"
ASKED_BY_OTHERS = (REGISTRY, "staff")
"""Kinds that rows of the others are matched with, and of these the later with the earlier."""
STAFF_SCHEMA = {
    "person_key": pl.String,
    "staff_organisation_id": pl.String,
    "staff_entity_id": pl.String,
    "hired_on": pl.Date,
    "dismissed_on": pl.Date,
    "is_external": pl.Boolean,
}


UNKNOWN_ENTITY = "entity"
"""Why a site waits whose entity no registry has named."""


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
        """What is known before any registry: the list of municipalities."""
        index = OrganisationIndex()
        add_listed(index.municipalities)
        return cls(index, pl.DataFrame(schema=STAFF_SCHEMA))

    def may_stand(self, inn: str, region: str | None, municipality: str | None) -> bool:
        """Whether a repaired ИНН is of the row's own region; of a row that names no place, whether it is known at all.

        Another region's code or school is no witness: a digit lost inside passes the check digit by chance.
        """
        organisation = self.index.organisations.get(inn)
        if not region and not municipality:
            return organisation is not None
        own = region_of(region) if region else self.index.municipalities.region_of(municipality or "")
        if own is None:
            return False
        return inn[:2] in own.tax_codes or (organisation is not None and organisation.region_code == own.code)


def match_rows(frame: pl.DataFrame, kind: Kind, sender: str | None, lookups: Lookups) -> Matched:
    """Find each row's organisation by the rules of its kind; typed rows in, matched and held rows out."""
    held: list[Held] = []
    if "system_code" in frame.columns:
        frame = _resolve_systems(frame)
        unknown = frame.filter(pl.col("system_code").is_null())
        held += _hold(unknown, lambda _: "system", sender)
        frame = frame.filter(pl.col("system_code").is_not_null())
    frame = _without_unknown_regions(_placed(frame, sender, lookups.index), sender, lookups.index, held)
    if kind.organisation == "registry":
        return _register(frame, sender, lookups, held)
    if kind.organisation == "from_staff":
        return _match_trainees(frame, sender, lookups, held)
    matched = _match_organisations(frame, kind, sender, lookups, held)
    if kind.has_level:
        matched.frame = add_level(matched.frame, lookups.index)
    return matched


def _register(frame: pl.DataFrame, sender: str | None, lookups: Lookups, held: list[Held]) -> Matched:
    """Rows of the registry; a site waits until its entity has a row, here or in an earlier file."""
    registered = add_registry_columns(frame, lookups.index)
    entities = {*lookups.index.organisations, *registered.filter(~pl.col("is_branch"))["organisation_id"]}
    is_orphan = pl.col("is_branch") & ~pl.col("entity_id").is_in(sorted(entities))
    orphans = frame.filter(registered.select(is_orphan).to_series())
    held += _hold(orphans, lambda _: UNKNOWN_ENTITY, sender)
    return Matched(registered.filter(~is_orphan), held)


def _resolve_systems(frame: pl.DataFrame) -> pl.DataFrame:
    """A spelling the catalogue has learnt since the row was held counts at once."""
    texts = frame["system_text"].drop_nulls().unique().to_list()
    codes = {text: code_of("systems", text) for text in texts}
    resolved = pl.Series("system_code", [codes.get(text) for text in frame["system_text"]], dtype=pl.String)
    return frame.with_columns(resolved)


def _placed(frame: pl.DataFrame, sender: str | None, index: OrganisationIndex) -> pl.DataFrame:
    """The frame with places by their known names, where a steward has decided what this sender means by them."""
    if "region" not in frame.columns or "municipality" not in frame.columns:
        return frame
    written = frame.select("region", "municipality").unique(maintain_order=True).rows()
    meant = {place: index.municipalities.meant(place[0], place[1], sender) for place in written}
    if all(place == known for place, known in meant.items()):
        return frame
    places = [meant[place] for place in frame.select("region", "municipality").rows()]
    return frame.with_columns(
        pl.Series("region", [region for region, _ in places], dtype=pl.String),
        pl.Series("municipality", [municipality for _, municipality in places], dtype=pl.String),
    )


def _without_unknown_regions(
    frame: pl.DataFrame, sender: str | None, index: OrganisationIndex, held: list[Held]
) -> pl.DataFrame:
    """Rows of a region that is in no catalogue wait, whatever else they name (contracts.md, settled question 37)."""
    if "region" not in frame.columns:
        return frame
    unknown = [
        text
        for text in frame["region"].drop_nulls().unique().to_list()
        if index.municipalities.unknown_part(text, None)
    ]
    if not unknown:
        return frame
    is_unknown = pl.col("region").is_in(unknown).fill_null(value=False)
    held += _hold(frame.filter(is_unknown), lambda _: UNKNOWN_REGION, sender)
    return frame.filter(~is_unknown)


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


def _hold(rows: pl.DataFrame, reason: Callable[[Query], str], sender: str | None) -> list[Held]:
    """What is kept of rows and asked about them names no person, whatever stands in the place of an organisation."""
    columns = [name for name in (*QUERY_COLUMNS, "system_text") if name in rows.columns]
    asked: dict[tuple[Any, ...], tuple[dict[str, tuple[str, str]], Query, str]] = {}
    held: list[Held] = []
    for row in rows.drop(list(MATCH_SCHEMA), strict=False).iter_rows(named=True):
        said = tuple([row[name] for name in columns])
        if said not in asked:
            hidden = _hidden(row)
            query = _query({**row, **{name: masked for name, (_, masked) in hidden.items()}}, sender)
            asked[said] = hidden, query, reason(query)
        hidden, query, why = asked[said]
        payload = _without_persons(row, hidden) if hidden else row
        held.append(Held(row["sheet"], row["source_row"], why, query, payload.get("system_text"), payload))
    return held


def _hidden(row: Mapping[str, Any]) -> dict[str, tuple[str, str]]:
    """What names a person: by its column, as it is written and masked."""
    texts = {name: text for name in NAMING if (text := row.get(name))}
    return {name: (text, masked) for name, text in texts.items() if (masked := mask_quote(text)) != text}


def _without_persons(row: Mapping[str, Any], hidden: Mapping[str, tuple[str, str]]) -> dict[str, Any]:
    written: str = row.get(AS_WRITTEN) or ""
    for text, masked in hidden.values():
        written = written.replace(str(text), masked)
    shown = {name: masked for name, (_, masked) in hidden.items()}
    return {**row, **shown, **({AS_WRITTEN: written} if written else {})}


def _match_organisations(
    frame: pl.DataFrame, kind: Kind, sender: str | None, lookups: Lookups, held: list[Held]
) -> Matched:
    """Each distinct way of naming an organisation or a place is looked up once."""
    distinct = frame.select(QUERY_COLUMNS).unique(maintain_order=True)
    queries = [_query(row, sender) for row in distinct.iter_rows(named=True)]
    matches = [
        _of_place(query, lookups) if kind.has_level and not query.names_organisation
        else _of_organisation(lookups.index.match(query))
        for query in queries
    ]  # fmt: skip
    found = pl.concat([distinct, pl.DataFrame(matches, schema=MATCH_SCHEMA, orient="row")], how="horizontal")
    joined = frame.join(found, on=QUERY_COLUMNS, how="left", nulls_equal=True, maintain_order="left")
    unmatched = joined.filter(pl.col("match_rule").is_null())
    held += _hold(unmatched, lambda query: _reason(query, kind), sender)
    return Matched(joined.filter(pl.col("match_rule").is_not_null()), held)


def _of_place(query: Query, lookups: Lookups) -> tuple[None, None, str | None]:
    """A row of a territory has no organisation; without a rule its municipality is not known."""
    return None, None, None if lookups.index.unknown_part(query) else "territory"


def _of_organisation(match: Match) -> tuple[str | None, str | None, str | None]:
    found = match.organisation
    return (found.organisation_id, found.entity_id, match.rule) if found else (None, None, None)


def _reason(query: Query, kind: Kind) -> str:
    return "organisation" if query.names_organisation or not kind.has_level else UNKNOWN_MUNICIPALITY


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
    held += _hold(unmatched, lambda query: "organisation" if query.inn else "staff", sender)
    return Matched(joined.filter(pl.col("match_rule").is_not_null()), held)
