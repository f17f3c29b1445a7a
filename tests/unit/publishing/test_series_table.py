"""The series of an indicator: changes with their parts, and values over the organisations of all the years."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import duckdb
import pytest

from publishing.errors import UnknownNameError
from publishing.series import common_series, find_indicator, shown_parts, territory_series
from publishing.territories import find_territory

PASSPORTS = """
create schema marts; set search_path = 'marts';
create table indicator_passport as select * from (values
    ('share', 1, 'Доля', 'Доля педагогов', '%', 1, 'ratio_of_sums', 'unknown'),
    ('events', 1, 'Мероприятия', 'Проведено мероприятий', 'ед.', 0, 'sum', 'zero'),
    ('speed', 1, 'Скорость', 'Наименьшая скорость', 'Мбит/с', 0, 'minimum_over_organisations', 'unknown'),
    ('printed', 1, 'Печатный', 'Из документа', '%', 1, 'published', null)
) t(indicator_code, version, short_title, title, unit, precision_digits, aggregation, absent_means);
create table dim_organisation as select * from (values
    ('old', null, null, date '2022-12-31'), ('old', 'new', date '2023-01-01', date '2023-08-31'),
    ('new', null, null, null), ('other', null, null, null), ('late', null, null, null)
) t(organisation_id, successor_inn, valid_from, valid_to);
-- Of a school that has closed no state holds today.
alter table dim_organisation add column is_current boolean;
update dim_organisation set is_current = valid_to is null;
alter table dim_organisation add column is_site boolean default false;
create table dim_system as select 'kiasuo' as system_code, 'КИАСУО' as short_title;
"""
ORGANISATIONS = """
create table indicator_by_organisation as select * from (values
    ('share', 2022, 'old', 1, 10), ('share', 2022, 'new', 2, 10), ('share', 2022, 'other', 3, 20),
    ('share', 2023, 'new', 6, 20), ('share', 2023, 'other', 4, 20), ('share', 2023, 'late', 10, 10),
    ('share', 2024, 'new', 8, 20), ('share', 2024, 'other', null, 20), ('share', 2024, 'late', 10, 10),
    ('events', 2023, 'new', 5, null), ('events', 2023, 'other', null, null),
    ('events', 2024, 'new', null, null), ('events', 2024, 'other', 7, null),
    ('speed', 2023, 'new', 50, null), ('speed', 2023, 'other', 10, null),
    ('speed', 2024, 'new', 60, null), ('speed', 2024, 'late', 5, null)
) t(indicator_code, year, organisation_id, numerator, denominator);
alter table indicator_by_organisation alter numerator type decimal(18, 6);
alter table indicator_by_organisation alter denominator type decimal(18, 6);
alter table indicator_by_organisation add column value decimal(18, 6);
update indicator_by_organisation set value = case when denominator is null then numerator
    else 100 * numerator / denominator end;
alter table indicator_by_organisation add column is_undecided boolean default false;
alter table indicator_by_organisation add column municipality_id varchar default 'M';
alter table indicator_by_organisation add column region_code varchar default 'R';
"""
TERRITORIES = """
create table indicator_by_territory as select * from (values
    ('share', 2022, 15.0, null), ('share', 2023, 40.0, null), ('share', 2024, 36.0, null), ('share', 2025, null, null),
    ('events', 2023, 5.0, null), ('events', 2024, 7.0, null), ('speed', 2023, 10.0, null), ('speed', 2024, 5.0, null),
    ('printed', 2023, null, 12.0)
) t(indicator_code, year, value, reported);
alter table indicator_by_territory alter value type decimal(18, 6);
alter table indicator_by_territory alter reported type decimal(18, 6);
alter table indicator_by_territory add column territory_id varchar default 'M';
alter table indicator_by_territory add column territory_level varchar default 'municipality';
alter table indicator_by_territory add column territory_name varchar default 'Район';
create table indicator_series_change as select indicator_code, year, territory_id, value,
    2022 as previous_year, 15::decimal(18, 6) as value_previous, 25::decimal(18, 6) as change,
    10::decimal(18, 6) as part_same_organisations, 15::decimal(18, 6) as part_entered, 0::decimal(18, 6) as part_left,
    0::decimal(18, 6) as part_source, 0::decimal(18, 6) as part_passport, 0::decimal(18, 6) as part_denominator,
    0::decimal(18, 6) as part_not_split, null::varchar as not_split_reason, 15::decimal(18, 6) as value_common_previous,
    25::decimal(18, 6) as value_common, 2 as organisations_common, 1 as organisations_entered, 0 as organisations_left,
    true as series_break, 'entered' as series_break_kind, 1 as precision_digits
from indicator_by_territory where indicator_code = 'share' and year = 2023;
"""


@pytest.fixture
def release() -> Iterator[duckdb.DuckDBPyConnection]:
    """A district of four schools, one of which closed in 2023 and has a successor."""
    with duckdb.connect() as connection:
        connection.execute(PASSPORTS + ORGANISATIONS + TERRITORIES)
        yield connection


def common(release: duckdb.DuckDBPyConnection, code: str, years: tuple[int, int] | None = None) -> Any:
    found = common_series(release, find_territory(release, "M"), find_indicator(release, code), years)
    values = [(year.year, year.value_common, year.numerator, year.denominator) for year in found.years]
    return found.organisations, values


def test_an_indicator_is_found_by_code_and_titles(release: duckdb.DuckDBPyConnection) -> None:
    """Guards against a command that knows codes only, and against an answer without a way on."""
    assert {find_indicator(release, word).code for word in ("share", "доля", "«Доля педагогов»")} == {"share"}
    with pytest.raises(UnknownNameError) as error:
        find_indicator(release, "меропр")
    assert error.value.suggestions == ("events (Мероприятия)",)


def test_a_series_has_every_year_with_a_value(release: duckdb.DuckDBPyConnection) -> None:
    """Guards against a first year lost because nothing came before it, and a year without a value shown."""
    series = territory_series(release, find_territory(release, "M"), find_indicator(release, "share"))
    assert [(year.year, year.change, year.series_break_kind) for year in series.years] == [
        (2022, None, None), (2023, 25, "entered"), (2024, None, None)
    ]  # fmt: skip
    assert [name for name, _ in shown_parts(series.years)] == ["part_same_organisations", "part_entered"]
    printed = territory_series(release, find_territory(release, "M"), find_indicator(release, "printed"))
    assert [(year.year, year.value) for year in printed.years] == [(2023, Decimal(12))]
    with pytest.raises(UnknownNameError) as error:
        territory_series(release, find_territory(release, "M"), find_indicator(release, "share"), (2025, 2026))
    assert error.value.suggestions == ("2022", "2023", "2024")


def test_one_set_of_organisations_goes_through_all_the_years(release: duckdb.DuckDBPyConnection) -> None:
    """Guards against a chain whose set changes under it: a school that came late, and one silent in the last year."""
    assert common(release, "share", (2022, 2023)) == (2, [(2022, 15, 6, 40), (2023, 25, 10, 40)])
    assert common(release, "share") == (1, [(2022, 15, 3, 20), (2023, 30, 6, 20), (2024, 40, 8, 20)])


@pytest.mark.parametrize(
    ("code", "organisations", "values"),
    [
        ("events", 2, [(2023, 5, 5, None), (2024, 7, 7, None)]),
        ("speed", 1, [(2023, 50, None, None), (2024, 60, None, None)]),
    ],
)
def test_each_aggregation_has_its_own_chain(
    release: duckdb.DuckDBPyConnection, code: str, organisations: int, values: list[tuple[Any, ...]]
) -> None:
    """Guards against a worst school summed, and a school without events taken for one nobody heard of."""
    assert common(release, code) == (organisations, values)


def test_years_without_a_common_organisation_say_so(release: duckdb.DuckDBPyConnection) -> None:
    """Guards against a nought where nobody is there to be counted."""
    release.execute("delete from indicator_by_organisation where year = 2023 and organisation_id <> 'late'")
    assert common(release, "share", (2022, 2023)) == (0, [(2022, None, None, None), (2023, None, None, None)])


def test_a_release_without_series_says_what_to_do(release: duckdb.DuckDBPyConnection) -> None:
    """Guards against a database error over a release of an earlier version."""
    release.execute("drop table indicator_series_change")
    with pytest.raises(UnknownNameError, match="vitrina refresh"):
        find_indicator(release, "share")
