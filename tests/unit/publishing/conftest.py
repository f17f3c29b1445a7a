"""A hand-made build with every required mart: two files, three territories."""

from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from foundation.settings import Settings
from publishing.contract import column_types
from publishing.gate import REQUIRED_MARTS
from publishing.previous import RELEASE_COLUMNS
from schemas.mart_contracts import stored_order

JOURNAL = """
create schema journal; create schema raw; create schema marts;
create table journal.load (load_sequence bigint, file_sha256 text, container_sha256 text, kind text, system_code text,
    original_name text, received_at timestamp, outcome text, rows_read bigint, rows_accepted bigint,
    rows_rejected bigint, rows_held bigint, rows_ignored bigint);
create table journal.reject (file_sha256 text, sheet text, source_row bigint, severity text);
create table journal.held_row (file_sha256 text, sheet text, source_row bigint, status text);
create table journal.ignored (file_sha256 text, sheet text, reason text, rows bigint);
create table raw.platform_registration (file_sha256 text, sheet text, source_row bigint, role_code text);
insert into journal.load values
    (1, 'a1', null, 'platform_registration', 'sferum', 'sferum_2024-11.csv', '2024-12-01', 'loaded', 5, 2, 1, 1, 1),
    (2, 'b2', 'zip', 'platform_registration', 'sferum', 'refused.csv', '2024-12-02', 'refused', 0, 0, 0, 0, 0);
insert into raw.platform_registration values
    ('a1', 's', 2, 'student'), ('a1', 's', 2, 'teacher'), ('a1', 's', 3, 'student');
insert into journal.reject values
    ('a1', 's', 4, 'error'), ('a1', 's', 4, 'error'), ('a1', 's', 3, 'warning'), ('a1', null, null, 'error');
insert into journal.held_row values ('a1', 's', 5, 'pending');
insert into journal.ignored values ('a1', 's', 'total', 1);
alter table journal.load add column loaded_at timestamp default '2024-12-03';
alter table journal.load add column period_start date default '2024-11-01';
alter table journal.load add column period_end date default '2024-11-30';
create table journal.received (file_sha256 text, container_name text, declared text, kind text);
insert into journal.received values ('a1', null, '{"Система": "Сферум"}', 'platform_registration'),
    ('b2', 'файлы.zip', '{}', 'platform_registration');
create table journal.held_name (held_id bigint, name text, status text, decided_organisation_id text,
    decided_at timestamp, decided_region text, decided_municipality text);
create table journal.decision (held_id bigint, verdict text, organisation_id text, region text, municipality text,
    decided_at timestamp, decided_by text, why text, undone_at timestamp, undone_by text, undone_why text);
alter table journal.held_row add column held_id bigint default 1;
alter table journal.held_row add column kind text default 'platform_registration';
alter table journal.held_row add column load_sequence bigint default 1;
create table marts.release_summary as select 'r1' as release_id, date '2024-12-31' as data_date;
create table marts.load_journal as select file_sha256, kind, system_code, original_name, received_at, outcome,
    rows_read, rows_accepted, rows_rejected, rows_held, rows_ignored from journal.load;
"""

TERRITORY_ROWS = """
create table marts.indicator_by_territory as
select * from (values
    ('equipped_organisations', 2023, 'E', 'Енисейский район', 2::decimal(18, 3), 17::decimal(18, 3),
        11.764706::decimal(18, 6), 5.7::decimal(18, 6), 6.064706::decimal(18, 6), 'achieved', false),
    ('equipped_organisations', 2024, 'E', 'Енисейский район', 3, 17, 17.647059, 5.7, 11.947059, 'achieved', false),
    ('teachers_using_platform', 2024, 'E', 'Енисейский район', 5, 10, 50, 40, 10, 'achieved', true),
    ('equipped_organisations', 2025, 'E', 'Енисейский район', null, 17, null, 5.7, null, 'no_data', false),
    ('equipped_organisations', 2024, 'K', 'Ковров', 18, 18, 100, null, null, 'no_plan', false),
    ('equipped_organisations', 2024, 'K2', 'Ковровский район', 1, 18, 5, null, null, 'no_plan', false)
) t(indicator_code, year, territory_id, territory_name, numerator, denominator, value, plan, deviation,
    status, plan_conflict);
alter table marts.indicator_by_territory add column territory_level text default 'municipality';
alter table marts.indicator_by_territory add column indicator_title text default 'Показатель';
alter table marts.indicator_by_territory add column indicator_version integer default 1;
alter table marts.indicator_by_territory add column unit text default '%';
alter table marts.indicator_by_territory add column plan_level text default 'municipality';
alter table marts.indicator_by_territory add column plan_scope text default 'territory';
alter table marts.indicator_by_territory add column organisations_below_plan bigint default 0;
alter table marts.indicator_by_territory add column is_proxy boolean default false;
alter table marts.indicator_by_territory add column source_system text;
alter table marts.indicator_by_territory add column as_of_date date default '2024-12-31';
alter table marts.indicator_by_territory add column release_id text default 'r1';
create table marts.indicator_passport as select * from (values
    ('equipped_organisations', 1, 'Оснащённые организации', 1),
    ('teachers_using_platform', 1, 'Педагоги на платформе', 1)
) t(indicator_code, version, short_title, precision_digits);
create table marts.dim_system as select 'kiasuo' as system_code, 'КИАСУО' as short_title;
create table marts.indicator_plan as select * from (values
    ('teachers_using_platform', 2024, 'municipality', 'E', 40::decimal(18, 6), 'Решение коллегии', 'п. 3', true),
    ('teachers_using_platform', 2024, 'municipality', 'E', 20::decimal(18, 6), 'Решение коллегии', 'п. 5', false)
) t(indicator_code, year, level, territory_id, plan, document, clause, is_active);
"""

VINTAGES = """
drop table if exists marts.indicator_by_organisation;
create table marts.indicator_by_organisation (indicator_code text, year integer, organisation_id text,
    numerator decimal(18, 6), denominator decimal(18, 6), value decimal(18, 6), plan decimal(18, 6), status text,
    release_id text);
insert into marts.indicator_vintage (indicator_code, year, place_level, place_id, value, plan, status, recorded_from)
select indicator_code, year, territory_level, territory_id, value, plan, status, '2026-01-01'
from marts.indicator_by_territory;
"""
FORMER = f"create schema published; create table published.release ({RELEASE_COLUMNS});"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A VITRINA_HOME of this test's own."""
    return Settings(home=tmp_path / "home")


@pytest.fixture
def build(settings: Settings) -> Callable[[str], None]:
    """Runs SQL over the build file; the file starts sound."""
    settings.home.mkdir()

    def run(sql: str) -> None:
        with duckdb.connect(str(settings.build_file)) as connection:
            connection.execute(sql)

    history = "".join(
        f"create table marts.{mart} ({', '.join(f'{name} {dtype}' for name, dtype in column_types(mart).items())});"
        for mart in ("indicator_vintage", "indicator_change", "indicator_lineage")
    )
    others = "".join(f"create table if not exists marts.{m} (id bigint, release_id text);" for m in REQUIRED_MARTS)
    stored_by = "".join(
        f'alter table marts.{mart} add column if not exists "{name}" {column_types(mart)[name]};'
        for mart in REQUIRED_MARTS
        for name in stored_order(mart)
    )
    run(JOURNAL + TERRITORY_ROWS + history + others + VINTAGES + FORMER + stored_by)
    return run
