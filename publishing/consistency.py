"""Checks of the gate that the marts of a build agree: numbers with their rows, history with the present.

Each gives the first thing found wrong in Russian, or None.
"""

import duckdb

from foundation.settings import Settings
from publishing.catalogue import last_published

SIDES = ("numerator", "denominator")


def sums_of_rows(connection: duckdb.DuckDBPyConnection) -> str | None:
    """Every numerator and denominator of an organisation is the sum of what its rows give (promise 8)."""
    for side in SIDES:
        row = connection.execute(
            f"""
            with summed as (
                select indicator_code, year, organisation_id, sum(contribution) as total
                from marts.indicator_lineage where side = '{side}' and is_counted group by all
            )
            select m.indicator_code, m.year, m.organisation_id, m.{side}, s.total
            from marts.indicator_by_organisation m
            left join summed s using (indicator_code, year, organisation_id)
            where case when m.{side} is null then s.total is not null else coalesce(s.total, 0) <> m.{side} end
            order by all limit 1
            """
        ).fetchone()
        if row:
            code, year, organisation, number, total = row
            return f"{code}, {year} год, организация {organisation}: {side} {number}, а строки за ним дают {total}"
    return None


def vintages_of_the_present(connection: duckdb.DuckDBPyConnection) -> str | None:
    """Every published value has exactly one open vintage, with the same numbers (promise 6)."""
    row = connection.execute(
        """
        with present as (
            select indicator_code, year, 'organisation' as place_level, organisation_id as place_id, value, plan, status
            from marts.indicator_by_organisation
            union all
            select indicator_code, year, territory_level, territory_id, value, plan, status
            from marts.indicator_by_territory
        ),
        standing as (
            select indicator_code, year, place_level, place_id, value, plan, status
            from marts.indicator_vintage where recorded_to is null
        )
        select indicator_code, year, place_id from (
            (select * from present except all select * from standing)
            union all
            (select * from standing except all select * from present)
        ) order by all limit 1
        """
    ).fetchone()
    return f"{row[0]}, {row[1]} год, {row[2]}: действующая версия не равна публикуемому значению" if row else None


def previous_release_is_current(connection: duckdb.DuckDBPyConnection, settings: Settings) -> str | None:
    """The diff was made against the release published last, and not against one that another refresh replaced."""
    found = connection.execute("select release_id from published.release").fetchone()
    last = last_published(settings)
    if found is None or last is None or last[0].name == found[0]:
        return None
    return f"сравнение сделано с выпуском {found[0]}, а действует {last[0].name}"
