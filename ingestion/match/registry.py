"""The registry of organisations: identifiers of entities and sites, and the index for look-ups."""

import hashlib
from collections import defaultdict

import duckdb
import polars as pl

from foundation.text import fold
from ingestion.match.listed_municipalities import add_listed
from ingestion.match.municipalities import PlaceDecision, region_code
from ingestion.match.organisations import Alias, Organisation, OrganisationIndex
from ingestion.names.places import municipality_name
from schemas.catalogue import finer_type, organisation_types

HEAD_OFFICE = "01"
"""Digits 5-6 of a legal entity's own КПП; its sites have others."""


def add_registry_columns(frame: pl.DataFrame, index: OrganisationIndex) -> pl.DataFrame:
    """Identifiers, territory keys and defaults of registry rows.

    organisation_id is the ИНН of an entity and ИНН/КПП of a site (ИНН/hash of the name when it has no КПП);
    A type that says no more than general education is taken from the name, when that says more;
    is_general_education defaults by type (settled question 22).
    """
    rows = frame.to_dicts()
    codes: dict[str, set[str | None]] = defaultdict(set)
    for row in rows:
        codes[row["inn"]].add(row["kpp"])
    general = {entry.title: entry.is_general_education for entry in organisation_types()}
    known: dict[tuple[str, str], str] = {}
    for row in rows:
        row["is_branch"] = _is_branch(row, codes)
        entity_id = row["head_inn"] if row["is_branch"] and row["head_inn"] else row["inn"]
        row["entity_id"] = entity_id
        row["organisation_id"] = f"{entity_id}/{row['kpp'] or _name_hash(row)}" if row["is_branch"] else row["inn"]
        row["organisation_type"] = finer_type(row["organisation_type"], (row["full_name"], row["short_name"]))
        if row["is_general_education"] is None:
            row["is_general_education"] = general.get(row["organisation_type"], False)
        row["region_code"] = region_code(row["region"])
        place = (row["region_code"], municipality_name(row["municipality"]).key)
        row["municipality_key"] = known.setdefault(
            place, index.municipalities.key(row["region"], row["municipality"]) or ""
        )
        row["match_rule"] = "registry"
    added = ("organisation_type", "organisation_id", "entity_id", "region_code", "municipality_key", "match_rule")
    return frame.with_columns(
        pl.Series("is_branch", [row["is_branch"] for row in rows], dtype=pl.Boolean),
        pl.Series("is_general_education", [row["is_general_education"] for row in rows], dtype=pl.Boolean),
        *(pl.Series(name, [row[name] for row in rows], dtype=pl.String) for name in added),
    )


def _is_branch(row: dict[str, object], codes: dict[str, set[str | None]]) -> bool:
    """As the column says; where it is empty, a КПП that is no head office's beside another of the same ИНН."""
    if row["is_branch"] is not None:
        return bool(row["is_branch"])
    if row["head_inn"] is not None and row["head_inn"] != row["inn"]:
        return True
    kpp = row["kpp"]
    return isinstance(kpp, str) and kpp[4:6] != HEAD_OFFICE and len(codes[str(row["inn"])]) > 1


def _name_hash(row: dict[str, object]) -> str:
    return hashlib.sha256(fold(str(row["full_name"])).encode()).hexdigest()[:8]


def registry_version(connection: duckdb.DuckDBPyConnection) -> str:
    """What changes with every row that the registry gets."""
    rows, last = connection.execute(
        "select count(*), coalesce(max(load_sequence), 0) from raw.organisation_registry"
    ).fetchone() or (0, 0)
    return f"{rows} {last}"


def load_index(connection: duckdb.DuckDBPyConnection) -> OrganisationIndex:
    """The index of everything the registry has ever said, latest row of an organisation last."""
    organisations: dict[str, list[tuple[object, ...]]] = defaultdict(list)
    rows = connection.execute(
        "select organisation_id, entity_id, inn, kpp, ogrn, full_name, short_name, municipality, municipality_key,"
        " region_code, organisation_type, valid_to from raw.organisation_registry"
        " order by coalesce(valid_from, date '1900-01-01'), load_sequence,"
        " row_id desc"
    ).fetchall()
    for row in rows:
        organisations[row[0]].append(row)
    built = []
    for versions in organisations.values():
        last = versions[-1]
        names = dict.fromkeys(str(name) for row in reversed(versions) for name in (row[6], row[5]) if name)
        built.append(
            Organisation(
                organisation_id=str(last[0]),
                entity_id=str(last[1]),
                inn=str(last[2]),
                kpp=None if last[3] is None else str(last[3]),
                ogrn=None if last[4] is None else str(last[4]),
                names=tuple(names),
                municipality=str(last[7]),
                municipality_key=str(last[8]),
                region_code=str(last[9]),
                kind=None if last[10] is None else str(last[10]),
                is_closed=last[11] is not None,
            )
        )
    aliases = connection.execute(
        "select name, municipality_key, sender, organisation_id from journal.alias where municipality_key is not null"
        " order by decided_at"
    ).fetchall()
    places = connection.execute(
        "select region, municipality, sender, known_region, known_municipality from journal.place_alias"
        " order by decided_at"
    ).fetchall()
    index = OrganisationIndex.build(built, [Alias(*row) for row in aliases], [PlaceDecision(*row) for row in places])
    # A former municipality stays known, as a former name of an organisation does.
    for row in rows:
        index.municipalities.add(str(row[9]), str(row[8]), str(row[7]))
    add_listed(index.municipalities)
    return index
