"""What stands of a build: by the content of what it is made of, and never by a record that is not true."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from orchestration.dbt.graph import Graph
from orchestration.dbt.standing import Standing
from publishing import fingerprints as of_tables
from publishing.fingerprints import Table, fingerprints, mart_changed_behind, view_fingerprint

Build = Callable[..., list[str]]
SOURCE, FIRST, VIEW, SECOND, CHECK = "source.raw.rows", "model.first", "model.view", "model.second", "test.second"
SQL = {
    FIRST: "create or replace table staging.first as select number % 10 as number from raw.rows",
    VIEW: "create or replace view staging.seen as select number + 1 as number from staging.first",
    SECOND: "create or replace table marts.second as select sum(number) as total from staging.seen",
}
IN_ORDER = (FIRST, VIEW, SECOND, CHECK)


def node(parents: list[str], kind: str, schema: str, alias: str, code: str = "") -> dict[str, Any]:
    config = {"materialized": kind}
    return {"depends_on": {"nodes": parents}, "config": config, "schema": schema, "alias": alias, "raw_code": code}


MANIFEST = {
    "sources": {SOURCE: {"schema": "raw", "identifier": "rows"}},
    "macros": {},
    "nodes": {
        FIRST: node([SOURCE], "table", "staging", "first"),
        VIEW: node([FIRST], "view", "staging", "seen"),
        SECOND: node([VIEW], "table", "marts", "second", "{{ build_parameter('AS_OF_DATE') }}"),
        CHECK: node([SECOND], "test", "", ""),
    },
}


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as opened:
        opened.execute("create schema raw; create schema staging; create schema marts")
        opened.execute("create table raw.rows as select unnest([1, 2]) as number")
        yield opened


@pytest.fixture
def build(connection: duckdb.DuckDBPyConnection, monkeypatch: pytest.MonkeyPatch) -> Build:
    """Builds what does not stand, in order, and returns its names; a build that is cut short leaves no record."""
    monkeypatch.setattr(of_tables, "is_stamped", lambda _: False)

    def run(
        day: str = "2026-12-01", code: str = "code", trusts: bool = True, check: str = "pass", ends: bool = True
    ) -> list[str]:
        standing = Standing(Graph(MANIFEST), {"AS_OF_DATE": day}, code, trusts)
        standing.open(connection)
        made = list(standing.made_anew)
        for unique_id in IN_ORDER:
            if standing.stands(unique_id):
                continue
            made.append(unique_id)
            if unique_id in SQL:
                connection.execute(SQL[unique_id])
            standing.built(unique_id, check if unique_id == CHECK else "success", connection)
        if ends:
            standing.close(connection)
        return made

    return run


def test_nothing_is_made_twice(build: Build) -> None:
    """Guards against a night that costs what all nights cost."""
    assert build() == [FIRST, VIEW, SECOND, CHECK]
    assert build() == []


def test_what_changed_is_made_and_what_is_made_of_it(build: Build, connection: duckdb.DuckDBPyConnection) -> None:
    """Guards against a figure of yesterday's rows; the text of a view is the same whatever rows it shows."""
    build()
    connection.execute("insert into raw.rows values (3)")
    assert build() == [FIRST, SECOND, CHECK]
    assert connection.execute("from marts.second").fetchall() == [(9,)]


def test_a_change_that_changes_nothing_ends_where_it_does(build: Build, connection: duckdb.DuckDBPyConnection) -> None:
    """Guards against building by the graph alone: rows in another order, or another that gives the same, is no news."""
    build()
    connection.execute("update raw.rows set number = 11 where number = 1")
    assert build() == [FIRST]


def test_a_row_that_stands_twice_is_a_change(build: Build, connection: duckdb.DuckDBPyConnection) -> None:
    """Guards against fingerprints that cancel each other out."""
    build()
    connection.execute("insert into raw.rows values (1), (1)")
    assert FIRST in build()


def test_another_day_is_heard_by_whoever_asks(build: Build) -> None:
    """Guards against a deadline that never passes."""
    build()
    assert build(day="2026-12-02") == [SECOND]  # which gives the same, so that its check need not be made
    assert build(day="2026-12-02") == []


@pytest.mark.parametrize("values", [{"code": "other"}, {"trusts": False}], ids=["other code", "--full"])
def test_all_is_made_anew(build: Build, values: dict[str, Any]) -> None:
    """Guards against tables of a former program, and against a --full that trusts."""
    build()
    assert build(**values) == [FIRST, VIEW, SECOND, CHECK]


def test_a_mart_that_the_next_version_has_no_longer_stops_no_night(
    build: Build, connection: duckdb.DuckDBPyConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Guards against an upgrade after which every night asks the contracts of a mart that they no longer know."""
    build()
    connection.execute("create table marts.former as select 1 as one")
    connection.execute(
        "insert into fingerprint.node values ('model.former', '', '', 'marts', 'former', 'success', null)"
    )

    def known(mart: str) -> bool:
        return {"second": False}[mart]

    monkeypatch.setattr(of_tables, "is_stamped", known)
    assert build(code="other") == [FIRST, VIEW, SECOND, CHECK]
    assert build(code="other") == []


def test_a_check_that_failed_is_made_again(build: Build) -> None:
    """Guards against a failure that is forgotten because its table stands."""
    build(check="fail")
    assert build(check="fail") == [CHECK]
    assert build() == [CHECK]
    assert build() == []


@pytest.mark.parametrize("damage", ["delete from staging.first where number = 2", "drop table staging.first"])
def test_a_table_changed_by_hand_is_made_anew_and_told(
    build: Build, connection: duckdb.DuckDBPyConnection, damage: str
) -> None:
    """Guards against figures of a table that nobody has built."""
    build()
    connection.execute(damage)
    assert build() == ["first", FIRST]
    assert connection.execute("from marts.second").fetchall() == [(5,)]


def test_a_view_that_is_gone_is_made_anew(build: Build, connection: duckdb.DuckDBPyConnection) -> None:
    """Guards against a build that fails every night since."""
    build()
    connection.execute("drop view staging.seen")
    assert build() == ["seen", VIEW]


def test_a_view_changed_by_hand_is_made_anew_and_told(build: Build, connection: duckdb.DuckDBPyConnection) -> None:
    """Guards against figures read through a view that nobody has written: it holds no rows to be compared."""
    build()
    connection.execute("create or replace view staging.seen as select number * 2 as number from staging.first")
    connection.execute("insert into raw.rows values (3)")
    assert build() == ["seen", FIRST, VIEW, SECOND, CHECK]
    assert connection.execute("from marts.second").fetchall() == [(9,)]


def test_a_view_is_the_same_after_the_file_was_opened_anew(tmp_path: Path) -> None:
    """Guards against views that look changed by hand every night: DuckDB tells their text otherwise since."""
    path, view = str(tmp_path / "build.duckdb"), Table("main", "seen")
    text = " union all ".join(f"select {number} as number, '2024-01-01'::date as day" for number in range(4))
    with duckdb.connect(path) as connection:
        connection.execute(f"create view seen as {text}")
        before = view_fingerprint(connection, view)
    with duckdb.connect(path) as connection:
        assert view_fingerprint(connection, view) == before
        connection.execute(f"create or replace view seen as {text} limit 1")
        assert view_fingerprint(connection, view) != before


def test_an_incremental_table_without_a_record_is_not_added_to(connection: duckdb.DuckDBPyConnection) -> None:
    """Guards against months that a killed or wrong build left, to which every later night adds."""
    month = {"month": {**node([], "incremental", "staging", "month")}}
    standing = Standing(Graph({"sources": {}, "macros": {}, "nodes": month}), {}, "code")
    connection.execute("create table staging.month as select 1 as number")
    standing.open(connection)
    assert connection.execute("select count(*) from duckdb_tables() where table_name = 'month'").fetchall() == [(0,)]
    connection.execute("create table staging.month as select 2 as number")
    standing.built("month", "success", connection)
    standing.close(connection)
    again = Standing(Graph({"sources": {}, "macros": {}, "nodes": month}), {}, "code")
    again.open(connection)
    assert connection.execute("from staging.month").fetchall() == [(2,)]
    again.close(connection)  # of a build that failed before it came to it
    last = Standing(Graph({"sources": {}, "macros": {}, "nodes": month}), {}, "code")
    last.open(connection)
    assert last.stands("month")


@pytest.mark.parametrize(("ends", "seen"), [(True, []), (False, ["first", FIRST])])
def test_after_a_build_cut_short_no_table_is_believed(
    build: Build, connection: duckdb.DuckDBPyConnection, monkeypatch: pytest.MonkeyPatch, ends: bool, seen: list[str]
) -> None:
    """Guards against a large table, not looked at every night, that a killed build left half way."""
    monkeypatch.setattr(of_tables, "CELLS_SEEN_EVERY_NIGHT", 0)
    monkeypatch.setattr(of_tables, "SHARE_OF_LARGER", 0.0)
    build()
    build(ends=ends)
    connection.execute("delete from staging.first where number = 2")
    assert build() == seen


def test_records_of_another_version_are_not_read(build: Build, connection: duckdb.DuckDBPyConnection) -> None:
    """Guards against an upgrade whose first night fails at a table of its own."""
    build()
    connection.execute("alter table fingerprint.node drop column rendered")
    assert build() == [FIRST, VIEW, SECOND, CHECK]


def test_the_gate_sees_a_mart_that_is_not_what_was_built(build: Build, connection: duckdb.DuckDBPyConnection) -> None:
    """Guards against a wrong fingerprint that is published."""
    assert mart_changed_behind(connection) is None, "a build without records has nothing to be compared with"
    build()
    assert mart_changed_behind(connection) is None
    connection.execute("update marts.second set total = 6")
    assert mart_changed_behind(connection) == "second"


def test_fingerprints_of_many_tables_are_each_its_own(connection: duckdb.DuckDBPyConnection) -> None:
    """Guards against answers given to other tables where they are asked together."""
    tables = [Table("staging", f"t{number}") for number in range(of_tables.AT_ONCE * 2 + 1)]
    for number, table in enumerate(tables):
        connection.execute(f"create table {table.relation} as select {number} as number")
    found = fingerprints(connection, tables)
    assert found == {table: fingerprints(connection, [table])[table] for table in tables}
    assert len(set(found.values())) == len(tables)


def test_a_home_path_decides_nothing(build: Build, tmp_path: Path, connection: duckdb.DuckDBPyConnection) -> None:
    """Guards against a moved home that is built anew for nothing."""
    build()
    connection.execute(f"export database '{tmp_path / 'moved'}'")
    with duckdb.connect() as moved:
        moved.execute(f"import database '{tmp_path / 'moved'}'")
        standing = Standing(Graph(MANIFEST), {"AS_OF_DATE": "2026-12-01"}, "code")
        standing.open(moved)
        assert [unique_id for unique_id in IN_ORDER if not standing.stands(unique_id)] == []
