"""Rows that name a municipality of which the registry knew nothing when they came: looked up again once it does.

Such a row is accepted as it is written, with a remark. Until the registry names the municipality, the row stands at a
place of its own; afterwards it must stand where it would have stood had the registry come first.
"""

from collections.abc import Collection

import duckdb

from ingestion.organisations import OrganisationIndex
from ingestion.store import transaction
from schemas.kinds import KINDS, Kind

REMARK = "municipality_unknown"


def settle_places(connection: duckdb.DuckDBPyConnection, index: OrganisationIndex) -> None:
    """Give rows the place that today's registry knows, and withdraw the remark where it knows the place."""
    known = {organisation.municipality_key for organisation in index.organisations.values()}
    for kind in (kind for kind in KINDS.values() if kind.has_level):
        spellings = connection.execute(
            f"select distinct municipality_key, region, municipality from raw.{kind.code} where level = 'municipality'"
        ).fetchall()
        with transaction(connection):
            for key, region, municipality in spellings:
                now_key = index.municipality_key(region, municipality)
                if key != now_key and now_key in known:
                    _move(connection, kind, (key, region, municipality), now_key)
            _withdraw_remarks(connection, kind, known)


def _withdraw_remarks(connection: duckdb.DuckDBPyConnection, kind: Kind, known: Collection[str]) -> None:
    connection.execute(
        f"delete from journal.reject where rule = '{REMARK}' and (file_sha256, sheet, source_row) in"
        f" (select file_sha256, sheet, source_row from raw.{kind.code}"
        " where level = 'municipality' and list_contains(?, municipality_key))",
        [sorted(known)],
    )


def _move(
    connection: duckdb.DuckDBPyConnection, kind: Kind, spelling: tuple[str, str | None, str], now_key: str
) -> None:
    # The key of a row is what _joined of ingestion.examine makes of the columns of the kind's key.
    parts = ", ".join(
        "$place" if name == "territory_key" else f"coalesce(cast({name} as varchar), '')"
        for name in (*kind.key, *kind.part_key)
    )
    row_key = f"concat_ws('|', {parts})"
    connection.execute(
        f"update raw.{kind.code} set territory_key = $place, municipality_key = $place, region_code = $region_code,"
        f" row_key = {row_key}, row_id = concat_ws('|', file_sha256, sheet, cast(source_row as varchar), {row_key})"
        " where level = 'municipality' and municipality_key = $key and region is not distinct from $region"
        " and municipality = $municipality",
        {
            "place": now_key,
            "region_code": now_key.split("/", 1)[0] or None,
            "key": spelling[0],
            "region": spelling[1],
            "municipality": spelling[2],
        },
    )
