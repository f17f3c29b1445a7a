"""The log of activity month by month: what is computed anew after a load equals a whole computation, and is no more."""

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import duckdb
import polars as pl
import pytest
from handmade_warehouse import Warehouse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingestion.examine.examination import with_keys
from ingestion.load import Origin, insert_rows
from ingestion.store.numbered_tables import delete_rows
from ingestion.store.partitions import mark_changed, month_of
from schemas.kinds import KINDS

pytestmark = pytest.mark.slow
LOG = KINDS["platform_activity_person"]
MODELS = ("int_person_month", "int_activity_log_part", "int_activity_log_month")
SCHOOLS = ("2447000001", "2447000002")


@dataclass(frozen=True)
class Line:
    """A row of the log."""

    day: date
    person: str
    school: str
    role: str = "student"


def load(connection: duckdb.DuckDBPyConnection, lines: Sequence[Line], sender: str | None = None) -> None:
    """A file of the log, loaded as ingestion loads one."""
    number = connection.execute("select nextval('journal.load_number')").fetchone()
    assert number is not None
    origin = Origin(f"{number[0]:064d}", number[0], datetime(2025, 1, 10), sender)
    rows = [
        {
            "sheet": "Лист1", "source_row": row, "organisation_id": line.school, "entity_id": line.school,
            "match_rule": "inn", "system_code": "sferum", "activity_date": line.day, "person_key": line.person,
            "role_code": line.role, "messages": row, "calls": None, "call_minutes": None,
        }
        for row, line in enumerate(lines, start=2)
    ]  # fmt: skip
    text = {"organisation_name": pl.String, "calls": pl.Int64, "call_minutes": pl.Decimal(18, 2)}
    frame = pl.DataFrame(rows, schema_overrides=text).unique(list(LOG.key), keep="first", maintain_order=True)
    insert_rows(connection, LOG, with_keys(frame, LOG, sender), origin)
    connection.execute(
        "insert into journal.load (load_sequence, file_sha256, kind, original_name, received_at, outcome)"
        " values (?, ?, ?, ?, ?, 'loaded')",
        [origin.sequence, origin.sha256, LOG.code, f"log_{origin.sequence}.csv", origin.received_at],
    )


def forget(connection: duckdb.DuckDBPyConnection, person: str) -> None:
    """All rows of a person gone, as `vitrina forget` takes them."""
    months = connection.execute(
        f"select distinct {month_of(LOG)} from raw.{LOG.code} where person_key = ?", [person]
    ).fetchall()
    mark_changed(connection, LOG, (month for (month,) in months))
    connection.execute("create or replace temp table going as select * from raw.platform_activity_person")
    delete_rows(connection, LOG, f"select load_sequence, sheet, source_row from going where person_key = '{person}'")


def built(warehouse: Warehouse, *arguments: str) -> dict[str, list[tuple[object, ...]]]:
    """The models after a run of dbt."""
    done = warehouse.dbt("run", "-s", "stg_journal__partition", *MODELS, *arguments)  # a view they read
    assert done.returncode == 0, done.stdout[-4000:]
    return {model: warehouse.query(f"select * from intermediate.{model} order by all") for model in MODELS}


@pytest.fixture(scope="module")
def empty_home(tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    warehouse = Warehouse(tmp_path_factory.mktemp("months"))
    warehouse.write()
    return warehouse


def copy_of(warehouse: Warehouse, folder: Path) -> Warehouse:
    shutil.copytree(warehouse.folder, folder)
    return Warehouse(folder)


DAYS = st.sampled_from(
    [date(2024, 10, 30), date(2024, 10, 31), date(2024, 11, 1), date(2024, 11, 30), date(2025, 1, 1)]
)
LINES = st.builds(
    Line, DAYS, st.sampled_from("абвг"), st.sampled_from(SCHOOLS), st.sampled_from(["student", "teacher"])
)
STEPS = st.lists(
    st.lists(LINES, min_size=1, max_size=8) | st.sampled_from(["forget а", "forget б"]), min_size=2, max_size=4
)


@settings(max_examples=4, deadline=None, suppress_health_check=list(HealthCheck))
@given(steps=STEPS)
def test_step_by_step_equals_all_at_once(
    empty_home: Warehouse, tmp_path_factory: pytest.TempPathFactory, steps: list[list[Line] | str]
) -> None:
    """Guards against months left as they were, computed twice, or computed of half of their rows."""
    warehouse = copy_of(empty_home, tmp_path_factory.mktemp("steps") / "home")
    for step in steps:
        with duckdb.connect(str(warehouse.path)) as connection:
            if isinstance(step, str):
                forget(connection, step.split()[1])
            else:
                load(connection, step)
        stepwise = built(warehouse)
    assert stepwise == built(warehouse, "--full-refresh")
    active = warehouse.query(
        "select date_trunc('month', activity_date)::date, entity_id, role_code, count(distinct person_key) from ("
        " select *, row_number() over (partition by row_key order by load_sequence desc) as recency"
        f" from raw.{LOG.code}) where recency = 1 group by all order by all"
    )
    assert active == warehouse.query(
        "select period_start, entity_id, role_code, active from intermediate.int_activity_log_month order by all"
    )


def test_only_the_months_of_a_file_are_computed(empty_home: Warehouse, tmp_path: Path) -> None:
    """Guards against a night that costs more with every year of history."""
    warehouse = copy_of(empty_home, tmp_path / "home")
    october, november = date(2024, 10, 5), date(2024, 11, 5)
    with duckdb.connect(str(warehouse.path)) as connection:
        load(connection, [Line(october, "а", SCHOOLS[0]), Line(november, "а", SCHOOLS[0])])
    built(warehouse)
    with duckdb.connect(str(warehouse.path)) as connection:
        connection.execute("update intermediate.int_person_month set source_rows = 77")
        load(connection, [Line(date(2024, 11, 6), "б", SCHOOLS[0])])
    built(warehouse)
    rows = warehouse.query("select month, source_rows from intermediate.int_person_month order by all")
    assert rows == [(date(2024, 10, 1), 77), (date(2024, 11, 1), 1), (date(2024, 11, 1), 1)]


def test_a_correction_takes_the_place_of_its_rows(empty_home: Warehouse, tmp_path: Path) -> None:
    """Guards against a person counted in two files of one day, and a replaced file that still gives people."""
    warehouse = copy_of(empty_home, tmp_path / "home")
    day = date(2024, 11, 5)
    with duckdb.connect(str(warehouse.path)) as connection:
        load(connection, [Line(day, "а", SCHOOLS[0]), Line(day, "б", SCHOOLS[0])])
        load(connection, [Line(day, "б", SCHOOLS[0]), Line(day, "а", SCHOOLS[0]), Line(day, "в", SCHOOLS[0])])
    built(warehouse)
    parts = warehouse.query(
        "select load_sequence, source_rows, active_rows, replaces, people, person_rows"
        " from intermediate.int_activity_log_part order by all"
    )
    assert parts == [(1, 2, 0, 0, 0, None), (2, 3, 3, 1, 3, "2, 3, 4")]
    assert warehouse.query("select active, last_load_sequence from intermediate.int_activity_log_month") == [(3, 2)]
