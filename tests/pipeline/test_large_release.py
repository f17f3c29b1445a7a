"""The generated large region: same tables as a real release, figures that agree with each other."""

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

from foundation.settings import Settings
from orchestration.dbt.project import DBT, PROJECT_DIR
from publishing.manifest import Manifest
from publishing.reader import open_release
from samples.large_release import LEFT_EMPTY, fill_from_origin, make
from schemas.rules import EXPECTED

Rows = Callable[[str], list[tuple[Any, ...]]]
pytestmark = pytest.mark.slow
SIZE = {"schools": 90, "municipalities": 6, "years": 3}


@pytest.fixture(scope="module")
def made(demo: tuple[Path, str], tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Manifest]:
    """A small large region, like the sample's release."""
    home = tmp_path_factory.mktemp("large") / "home"
    return home, make(home, demo[0] / "current", **SIZE)


@pytest.fixture(scope="module")
def large(made: tuple[Path, Manifest]) -> Rows:
    """Rows of it, read as every reader does."""
    connection = open_release(Settings(home=made[0]))
    return lambda sql: connection.execute(sql).fetchall()


def shape(rows: Rows) -> dict[str, list[tuple[str, str]]]:
    """Columns and types by mart, in order."""
    found: dict[str, list[tuple[str, str]]] = {}
    for table, column, dtype in rows(
        "select table_name, column_name, data_type from duckdb_columns() where schema_name = 'marts'"
        " order by table_name, column_index"
    ):
        found.setdefault(table, []).append((column, dtype))
    return found


def filled(rows: Rows) -> set[str]:
    """Columns with at least one value."""
    return {
        f"{table}.{name}"
        for table, columns in shape(rows).items()
        for (name, _), count in zip(columns, rows(f"select count(columns(*)) from marts.{table}")[0], strict=True)
        if count
    }


def test_tables_and_types_are_those_of_a_release(large: Rows, release: Rows) -> None:
    """Guards against a measurement on tables that no release has."""
    assert shape(large) == shape(release)


def test_no_column_is_left_empty(large: Rows, release: Rows) -> None:
    """Guards against a new column measured while it holds nothing."""
    assert filled(release) - filled(large) <= LEFT_EMPTY


@pytest.mark.parametrize("order", ["asc", "desc"])
def test_what_no_sql_writes_is_taken_from_the_release(tmp_path: Path, order: str) -> None:
    """Guards against a new mart, or a new column, that waits for SQL of the large region by hand.

    And against another value in another run, where the rows come in another order.
    """
    with duckdb.connect() as connection:
        connection.execute(f"attach '{tmp_path / 'origin.duckdb'}' as origin; create schema origin.marts")
        connection.execute("create schema marts; create table marts.known (id integer, added text)")
        connection.execute(f"insert into marts.known (id) from range(100) order by 1 {order}")
        connection.execute("create table marts.added (id integer)")
        connection.execute("create table origin.marts.known (id integer, added text)")
        connection.execute("insert into origin.marts.known values (7, 'a'), (8, 'b'), (9, null)")
        connection.execute("create table origin.marts.added as select 4 as id")
        fill_from_origin(connection)
        expected = "select id, if(hash(row) % 2 = 0, 'a', 'b') from (select id::integer as id, null::text as added"
        assert (
            connection.execute("from marts.known order by id").fetchall()
            == connection.execute(f"{expected} from range(100) as ids(id)) as row order by id").fetchall()
        )
        assert connection.execute("from marts.added").fetchall() == [(4,)]


def test_territories_sum_their_organisations(large: Rows) -> None:
    """Guards against a region whose total is not its schools'."""
    sums = "indicator_code, year, sum(numerator), sum(denominator), count(*) from indicator_by_organisation"
    for level, key, place in (
        ("municipality", "territory_id", "municipality_id"),
        ("region", "territory_id", "region_code"),
        ("federation", "'RU'", "'RU'"),
    ):
        assert large(
            f"select {place}, {sums} group by all except select {key}, indicator_code, year, numerator, denominator,"
            f" organisations_total from indicator_by_territory where territory_level = '{level}'"
        ) == []  # fmt: skip
    assert large("select count(*) from indicator_by_organisation") == [(16 * 3 * 90,)]


def test_changes_are_the_sum_of_their_parts(large: Rows) -> None:
    """Guards against readers measured on parts that no release could have."""
    wrong = (
        "select * from indicator_series_change where change <> value - value_previous or change <>"
        " part_same_organisations + part_entered + part_left + part_source + part_passport + part_denominator"
        " + part_not_split"
    )
    assert large(wrong) == []
    assert large(
        "select indicator_code, territory_id, year, value, value_previous from indicator_series_change except"
        " select indicator_code, territory_id, year, value, lag(value) over (partition by indicator_code, territory_id"
        " order by year) from indicator_by_territory"
    ) == []  # fmt: skip
    kinds = large("select distinct series_break_kind from indicator_series_change order by 1 nulls last")
    assert kinds == [("entered",), ("left",), ("source",), (None,)]


def test_the_models_split_the_region_as_its_own_tables_do(
    made: tuple[Path, Manifest], demo: tuple[Path, str], tmp_path: Path
) -> None:
    """Guards against parts that are wrong alike in every row, where adding up shows nothing.

    The region's changes are split by SQL of its own; here dbt's models split the changes of the same schools.
    """
    build = tmp_path / "warehouse.duckdb"
    shutil.copyfile(demo[0] / "warehouse.duckdb", build)
    with duckdb.connect(str(build)) as connection:
        connection.execute(f"attach '{made[0] / 'current' / 'warehouse.duckdb'}' as region (read_only)")
        for table in ("int_indicator_organisation", "int_territory_side", "int_territory"):
            connection.execute(f"delete from intermediate.{table}")
        connection.execute(
            "insert into intermediate.int_territory by name select territory_id, territory_level, territory_name,"
            " parent_id, municipality, oktmo, municipality_id, region, region_code from region.marts.dim_territory"
        )
        connection.execute(
            "insert into intermediate.int_indicator_organisation by name"
            " select o.* exclude (is_undecided, source_system), 1 as version, p.direction, p.aggregation,"
            " 'active' as measure_code, numerator is not null as is_reported, numerator is null as is_unknown,"
            " false as is_undecided,"
            " source_system as system_code, 1 as numerator_priority, 1 as denominator_priority"
            " from (select indicator_code, year, organisation_id, municipality_id, region_code, unit, precision_digits,"
            " numerator, denominator, value, is_proxy, is_undecided, source_system, as_of_date"
            " from region.marts.indicator_by_organisation) as o"
            " inner join reference.indicator_passport as p using (indicator_code)"
        )
    environment = {
        **os.environ, "VITRINA_BUILD_FILE": str(build), "VITRINA_MEMORY_LIMIT": "1GB", "VITRINA_RELEASE_ID": "r1",
        "DBT_TARGET_PATH": str(tmp_path / "target"), "DBT_LOG_PATH": str(tmp_path / "logs"),
    }  # fmt: skip
    models = ["int_territory_member", "int_indicator_territory", "int_series_change", "indicator_series_change"]
    folders = ["--project-dir", str(PROJECT_DIR), "--profiles-dir", str(PROJECT_DIR)]
    done = subprocess.run(
        [str(DBT), "run", "--select", *models, *folders], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout[-3000:]
    columns = (
        "indicator_code, territory_id, year, previous_year, value_previous, value, change, part_same_organisations,"
        " part_entered, part_left, part_source, part_passport, part_denominator, part_not_split, value_common_previous,"
        " value_common, organisations_common, organisations_entered, organisations_left, series_break,"
        " series_break_kind"
    )
    with duckdb.connect(str(build), read_only=True) as connection:
        connection.execute(f"attach '{made[0] / 'current' / 'warehouse.duckdb'}' as region (read_only)")
        by_models, by_region = (
            connection.execute(f"select {columns} from {place}.indicator_series_change order by all").fetchall()
            for place in ("marts", "region.marts")
        )
    assert len(by_models) > 200
    assert by_models == by_region


def test_figures_are_possible(large: Rows) -> None:
    """Guards against shares above 100 % and statuses that contradict their plan."""
    assert large("select * from indicator_by_organisation where numerator > denominator") == []
    assert large("select * from platform_month where active > registered or registered > headcount") == []
    for mart in ("indicator_by_organisation", "indicator_by_territory"):
        wrong = (
            f"select * from {mart} where (status = 'no_data') <> (value is null)"
            " or (status = 'no_plan') <> (value is not null and plan is null)"
            " or (status = 'achieved' and round(value, 1) < round(plan, 1))"
        )
        assert large(wrong) == []
    assert large("select distinct status from indicator_by_organisation order by 1") == [
        ("achieved",), ("no_data",), ("no_plan",), ("not_achieved",), ("plan_conflict",)
    ]  # fmt: skip
    assert {rule for (rule,) in large("select distinct rule from reject_journal")} <= set(EXPECTED)


def test_states_follow_each_other(large: Rows) -> None:
    """Guards against assignments in two states at once, and against a card that counts others than the table does."""
    for mart, key in (("decision_status", "decision_id"), ("milestone_status", "milestone_id")):
        assert large(f"select {key} from {mart} group by {key} having count(*) filter (is_current) <> 1") == []
    assert large("select distinct state from decision_status where is_current order by 1") == [
        ("cancelled",), ("fulfilled",), ("not_yet",), ("overdue",)
    ]  # fmt: skip
    overdue = "select count(*) from decision_status where is_current and state = 'overdue'"
    assert large("select sum(decisions_overdue)::bigint from organisation_card") == large(overdue)


def test_verdicts_follow_from_figures(large: Rows) -> None:
    """Guards against «сходится» beside a difference, and against a verdict that the region never shows."""
    assert large("select * from reconciliation where verdict = 'agrees' and abs(difference) > tolerance") == []
    assert {verdict for (verdict,) in large("select distinct verdict from reconciliation")} == {
        "agrees", "differs", "contradiction", "not_computed", "review"
    }  # fmt: skip


def test_the_same_figures_every_time(made: tuple[Path, Manifest], demo: tuple[Path, str], tmp_path: Path) -> None:
    """Guards against two measurements of different data, and against writing over somebody's home."""
    again = make(tmp_path / "again", demo[0] / "current", **SIZE)
    checksums = [{name: mart.content_checksum for name, mart in one.marts.items()} for one in (made[1], again)]
    assert checksums[0] == checksums[1]
    with pytest.raises(FileExistsError):
        make(made[0], demo[0] / "current", **SIZE)


def test_nothing_is_left_but_the_release(made: tuple[Path, Manifest]) -> None:
    """Guards against a build file that a refresh would take for its own."""
    assert sorted(path.name for path in made[0].iterdir() if path.name != ".temporary") == ["current", "releases"]
