"""Numbers of the indicator marts that the rows behind them do not add up to: must be none, on any build."""

from typing import Any

PLACES = (
    ("indicator_by_organisation", "organisation_id", "organisation_id", "contribution", "true"),
    (
        "indicator_by_territory",
        "territory_id",
        "municipality_id",
        "contribution_to_municipality",
        "territory_level = 'municipality'",
    ),
    ("indicator_by_territory", "territory_id", "region_code", "contribution_to_region", "territory_level = 'region'"),
    (
        "indicator_by_territory",
        "territory_id",
        "'RU'",
        "contribution_to_federation",
        "territory_level = 'federation'",
    ),
)
"""A mart and its key; the lineage's key for it and the column that adds up; which rows of the mart."""


def unexplained(query: Any) -> list[tuple[Any, ...]]:
    """(mart, indicator, year, place, side, number, sum) of every number that is not the sum of its rows.

    A zero may have no row behind it: nobody told of any event. An empty number has no row that gives something.
    """
    found: list[tuple[Any, ...]] = []
    for mart, key, lineage_key, contribution, condition in PLACES:
        for side in ("numerator", "denominator"):
            found += query(
                f"""
                with summed as (
                    select indicator_code, year, {lineage_key} as place, sum({contribution}) as total
                    from marts.indicator_lineage where side = '{side}' and is_counted group by all
                )
                select '{mart}', m.indicator_code, m.year, m.{key}, '{side}', m.{side}, s.total
                from marts.{mart} m
                left join summed s on s.indicator_code = m.indicator_code and s.year = m.year and s.place = m.{key}
                where {condition}
                    and case when m.{side} is null then s.total is not null else coalesce(s.total, 0) <> m.{side} end
                """
            )
    return found
