"""Where a row stands: the narrowest of organisation, municipality, region given; none is the federation."""

import polars as pl

from ingestion.match.municipalities import region_code
from ingestion.match.organisations import OrganisationIndex

FEDERATION = "RU"


def add_level(frame: pl.DataFrame, index: OrganisationIndex) -> pl.DataFrame:
    """Add region_code, municipality_key, level and territory_key (contracts.md, indicator_plan)."""
    added = [
        _place(row, index) for row in frame.select("organisation_id", "region", "municipality").iter_rows(named=True)
    ]
    names = ("region_code", "municipality_key", "level", "territory_key")
    return frame.with_columns(
        pl.Series(name, [values[position] for values in added], dtype=pl.String) for position, name in enumerate(names)
    )


def _place(row: dict[str, str | None], index: OrganisationIndex) -> tuple[str | None, str | None, str, str | None]:
    region, municipality = row["region"], row["municipality"]
    if row["organisation_id"]:
        organisation = index.organisations[row["organisation_id"]]
        return organisation.region_code, organisation.municipality_key, "organisation", None
    if municipality:
        key = index.municipalities.key(region, municipality)
        assert key is not None
        return key.split("/", 1)[0] or None, key, "municipality", key
    if region:
        return region_code(region), None, "region", region_code(region)
    return None, None, "federation", FEDERATION
