"""Reading a release: nothing but the release, nothing but reading."""

import io
import json
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from foundation.settings import Settings
from publishing.catalogue import current_release
from publishing.errors import NoReleaseError, QueryError
from publishing.query import parquet_bytes, write_csv, write_json
from publishing.reader import open_release, run_query
from publishing.release import publish

Build = Callable[[str], None]


def test_no_release_says_what_to_run(settings: Settings) -> None:
    """Guards against a database error where nothing has been published yet."""
    with pytest.raises(NoReleaseError, match="vitrina refresh"):
        open_release(settings)


@pytest.mark.parametrize(
    "sql",
    [
        "select * from read_csv('/etc/passwd')",
        "select * from read_text('/etc/passwd')",
        "copy indicator_plan to '{folder}/out.csv'",
        "export database '{folder}/out'",
        "attach '{folder}/other.duckdb' as other",
        "install httpfs",
        "set enable_external_access = true",
        "delete from indicator_plan",
        "create temp table t as select 1",
        "select 1; select 2",
        "",
        "selec 1",
        "select * from no_such_table",
    ],
)
def test_sandbox_refuses(settings: Settings, build: Build, tmp_path: Path, sql: str) -> None:
    """Guards against read_only taken for a sandbox: files, settings and writes must be out of a query's reach."""
    publish(settings, "r1")
    before = sorted(tmp_path.iterdir())
    with open_release(settings) as connection, pytest.raises(QueryError):
        run_query(connection, sql.format(folder=tmp_path)).fetchall()
    assert sorted(tmp_path.iterdir()) == before


def test_sandbox_holds_without_the_statement_filter(settings: Settings, build: Build, tmp_path: Path) -> None:
    """Guards against a filter on statement types being the only lock: the connection itself must refuse."""
    publish(settings, "r1")
    with open_release(settings) as connection:
        for sql in (f"copy indicator_plan to '{tmp_path}/out.csv'", "set enable_external_access = true"):
            with pytest.raises(Exception, match=r"disabled|locked|Cannot"):
                connection.execute(sql)


@pytest.mark.parametrize("name", ["indicator_plan", "marts.indicator_plan", "warehouse.marts.indicator_plan"])
def test_a_mart_is_found_with_and_without_its_schema(settings: Settings, build: Build, name: str) -> None:
    """Guards against documentation and Superset naming a mart in a way the command line does not know."""
    publish(settings, "r1")
    with open_release(settings) as connection, open_release(settings) as second:
        assert run_query(connection, f"select count(*) from {name}").fetchone() == (2,)
        assert run_query(second, f"select count(*) from {name}").fetchone() == (2,)


def test_as_of_finds_what_stood_then(settings: Settings, build: Build) -> None:
    """Guards against answering a question about the past with today's release."""
    publish(settings, "r1")
    standing = current_release(settings)
    assert standing is not None
    day = standing.published_at.date()
    with open_release(settings, day + timedelta(days=1)) as connection:
        assert connection.execute("select 1").fetchone() == (1,)
    with pytest.raises(NoReleaseError, match="самый ранний"):
        open_release(settings, day - timedelta(days=2))


def test_json_is_one_array_with_exact_decimals_and_iso_dates(settings: Settings, build: Build) -> None:
    """Guards against decimals as strings or floats, dates in a local form, NaN, and a column name lost to its twin."""
    publish(settings, "r1")
    stream = io.StringIO()
    with open_release(settings) as connection:
        write_json(
            run_query(
                connection,
                "select 12345678901234567.123456::decimal(38, 6) as n, date '2024-12-01' as d, null as z, 'ё\"' as t, "
                "'nan'::double as f, true as b, 1 as x, 2 as x, [1.5, 2.5] as l",
            ),
            stream,
        )
    text = stream.getvalue()
    assert '"n": 12345678901234567.123456' in text
    row = json.loads(text)[0]
    assert row == {
        "n": pytest.approx(12345678901234567.123456), "d": "2024-12-01", "z": None, "t": 'ё"', "f": None, "b": True,
        "x": 1, "x_1": 2, "l": [1.5, 2.5],
    }  # fmt: skip


def test_empty_answers_are_valid(settings: Settings, build: Build) -> None:
    """Guards against an empty result that no JSON or Parquet reader accepts."""
    publish(settings, "r1")
    sql = "select plan, document from indicator_plan where false"
    with open_release(settings) as connection:
        json_stream, csv_stream = io.StringIO(), io.StringIO()
        write_json(run_query(connection, sql), json_stream)
        write_csv(run_query(connection, sql), csv_stream)
        table = pq.read_table(io.BytesIO(parquet_bytes(run_query(connection, sql))))
    assert json.loads(json_stream.getvalue()) == []
    assert csv_stream.getvalue() == "plan,document\n"
    assert table.column_names == ["plan", "document"]


def test_parquet_keeps_types(settings: Settings, build: Build) -> None:
    """Guards against decimals turned into text or doubles on the way to Parquet."""
    publish(settings, "r1")
    with open_release(settings) as connection:
        content = parquet_bytes(
            run_query(connection, "select max(value) as v, max(as_of_date) as d from indicator_by_territory")
        )
    table = pq.read_table(io.BytesIO(content))
    assert str(table.schema.field("v").type) == "decimal128(18, 6)"
    assert table.column("d").to_pylist() == [date(2024, 12, 31)]
