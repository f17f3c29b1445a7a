"""Indicators as they were published once, restored from vintages: for a day whose release retention has removed.

Numbers, plans and statuses are those of that day to the digit; names and places are those of today's registry. Of the
other marts only dimensions and passports are there.
"""

import secrets
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb

from foundation.settings import Settings
from publishing.catalogue import WAREHOUSE_NAME, AsOf, current_folder, last_moment, said
from publishing.checksum import literal
from publishing.errors import RemovedReleaseError
from publishing.reader import limits, lock, open_release

PASSED_THROUGH = ("indicator_passport", "dim_organisation", "dim_territory", "dim_system")
EMPTY = ("indicator_plan", "reconciliation")
"""Marts the table of indicators asks for notes; what they held that day is not kept."""

BY_ORGANISATION = """
select
    v.indicator_code, v.year, v.place_id as organisation_id, p.title as indicator_title,
    v.indicator_short_title, v.indicator_position, v.indicator_version, v.precision_digits,
    v.place_name as organisation_name, o.organisation_type, o.inn, v.municipality, o.municipality_oktmo,
    v.municipality_id, v.region, v.region_code, v.numerator, v.denominator, v.value, v.unit, v.plan, v.plan_level,
    v.plan_scope, v.plan_document, v.plan_clause, v.plan_conflict, v.deviation, v.status, v.is_proxy, v.source_system,
    v.as_of_date, v.release_id
from standing v
left join release.marts.indicator_passport p on p.indicator_code = v.indicator_code and p.version = v.indicator_version
left join (
    select organisation_id, any_value(organisation_type) as organisation_type, any_value(inn) as inn,
           any_value(municipality_oktmo) as municipality_oktmo
    from release.marts.indicator_by_organisation group by organisation_id
) o on o.organisation_id = v.place_id
where v.place_level = 'organisation'
"""
BY_TERRITORY = """
select
    v.indicator_code, v.year, v.place_id as territory_id, v.place_level as territory_level,
    v.place_name as territory_name, v.municipality, t.municipality_oktmo, v.municipality_id, v.region, v.region_code,
    p.title as indicator_title, v.indicator_short_title, v.indicator_position, v.indicator_version, v.precision_digits,
    v.organisations_total, v.organisations_reporting,
    v.organisations_below_plan, v.numerator, v.denominator, v.value, v.unit, v.plan, v.plan_level, v.plan_scope,
    v.plan_document, v.plan_clause, v.plan_conflict, v.deviation, v.status, v.is_proxy, v.source_system, v.as_of_date,
    v.release_id
from standing v
left join release.marts.indicator_passport p on p.indicator_code = v.indicator_code and p.version = v.indicator_version
left join (
    select territory_id, any_value(municipality_oktmo) as municipality_oktmo
    from release.marts.indicator_by_territory group by territory_id
) t on t.territory_id = v.place_id
where v.place_level <> 'organisation'
"""


def open_as_of(settings: Settings, as_of: AsOf) -> tuple[duckdb.DuckDBPyConnection, str | None]:
    """A connection to what was published then, and a remark when it had to be restored.

    Raises RemovedReleaseError when nothing had been published by then.
    """
    try:
        return open_release(settings, as_of), None
    except RemovedReleaseError as missing:
        folder = current_folder(settings)
        if folder is None or as_of is None:
            raise
        return _restore(settings, folder / WAREHOUSE_NAME, as_of, missing)


def _restore(
    settings: Settings, path: Path, as_of: date | str, missing: RemovedReleaseError
) -> tuple[duckdb.DuckDBPyConnection, str]:
    connection = duckdb.connect(config=limits(settings, f"restored-{secrets.token_hex(4)}"))
    connection.execute(f"attach {literal(path)} as release (read_only)")
    moment = _moment(connection, settings, as_of)
    if moment is None:
        connection.close()
        raise missing
    connection.execute("create schema marts")
    connection.execute(
        "create table standing as select * from release.marts.indicator_vintage"
        " where recorded_from <= ? and (recorded_to is null or recorded_to > ?)",
        [moment, moment],
    )
    connection.execute(
        "create table marts.indicator_vintage as select * replace ("
        " case when recorded_to <= $1 then recorded_to end as recorded_to,"
        " case when recorded_to <= $1 then closed_by end as closed_by)"
        " from release.marts.indicator_vintage where recorded_from <= $1",
        [moment],
    )
    connection.execute(f"create view marts.indicator_by_organisation as {BY_ORGANISATION}")
    connection.execute(f"create view marts.indicator_by_territory as {BY_TERRITORY}")
    for name in PASSED_THROUGH:
        connection.execute(f"create view marts.{name} as select * from release.marts.{name}")
    for name in EMPTY:
        connection.execute(f"create view marts.{name} as select * from release.marts.{name} where false")
    connection.execute("set search_path = 'marts'")
    connection.execute("set enable_external_access = false")
    lock(connection, settings)
    asked = as_of if isinstance(as_of, str) else said(as_of)
    return connection, (
        f"Выпуск, действовавший тогда ({asked}), удалён по сроку хранения: показатели восстановлены по версиям "
        "значений. Есть витрины indicator_by_organisation, indicator_by_territory, indicator_passport, "
        "indicator_vintage и dim_*."
    )


def _moment(connection: duckdb.DuckDBPyConnection, settings: Settings, as_of: date | str) -> datetime | None:
    """The moment asked about, UTC; None when nothing is known of it."""
    if isinstance(as_of, str):
        row = connection.execute(
            "select min(moment) from (select recorded_from as moment from release.marts.indicator_vintage"
            " where release_id = ? union all select recorded_to from release.marts.indicator_vintage"
            " where closed_by = ?)",
            [as_of, as_of],
        ).fetchone()
        found: datetime | None = row[0] if row else None
        return found
    end = last_moment(settings, as_of).astimezone(UTC).replace(tzinfo=None)
    row = connection.execute("select min(recorded_from) from release.marts.indicator_vintage").fetchone()
    return end if row and row[0] is not None and row[0] <= end else None
