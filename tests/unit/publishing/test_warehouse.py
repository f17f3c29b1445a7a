"""warehouse.duckdb of a release: small where the marts are small, as DuckDB writes it where they are not."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

from foundation.settings import Settings
from publishing import warehouse as warehouse_module
from publishing.checksum import Columns
from publishing.contract import column_types, is_stamped
from publishing.previous import carry_previous_release
from publishing.release import publish
from schemas.mart_contracts import stored_order

Build = Callable[[str], None]
FIRST, SECOND = "20260101T000000Z-aaaa", "20260102T000000Z-bbbb"


def block_size(path: Path) -> int:
    with duckdb.connect(str(path), read_only=True) as connection:
        found = connection.execute("select block_size from pragma_database_size()").fetchone()
    assert found is not None
    return int(found[0])


def test_small_marts_take_little_room(settings: Settings, build: Build) -> None:
    """Guards against forty marts of a few rows that take 256 KiB for every few of their columns."""
    publish(settings, FIRST)
    assert block_size(settings.current.resolve() / "warehouse.duckdb") == 16_384


@pytest.fixture
def large(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every mart of more than five rows count as large."""
    monkeypatch.setattr(warehouse_module, "ROWS_OF_A_GROUP", 5)


@pytest.fixture
def copied(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The marts that are written, release after release."""
    written: list[str] = []
    write = warehouse_module._write

    def watched(connection: duckdb.DuckDBPyConnection, names: list[str], release_id: str) -> dict[str, Columns]:
        written.clear()
        written.extend(names)
        return write(connection, names, release_id)

    monkeypatch.setattr(warehouse_module, "_write", watched)
    return written


def next_night(settings: Settings, release_id: str = SECOND) -> None:
    carry_previous_release(settings)
    publish(settings, release_id)


def read(settings: Settings, sql: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(settings.current.resolve() / "warehouse.duckdb"), read_only=True) as connection:
        return connection.execute(sql).fetchall()


def survey(rows: str) -> str:
    """A mart of these rows, with the columns by which a release stores it."""
    stored_by = ", ".join(
        f'null::{column_types("survey_result")[name]} as "{name}"' for name in stored_order("survey_result")
    )
    return f"create or replace table marts.survey_result as select *, {stored_by} from ({rows})"


TABLES = "select table_name, comment from duckdb_tables() order by all"
COLUMNS = "select table_name, column_name, data_type, comment from duckdb_columns() order by all"


@pytest.mark.usefixtures("large")
def test_only_what_differs_is_written(settings: Settings, build: Build, copied: list[str]) -> None:
    """Guards against a night that writes millions of rows again, and against one that keeps those of the day before."""
    publish(settings, FIRST)
    tables, columns = read(settings, TABLES), read(settings, COLUMNS)
    build("update marts.dim_system set short_title = 'Другая'; insert into marts.laggard (id) values (1)")
    next_night(settings)
    assert [name for name in copied if not is_stamped(name)] == ["dim_system", "laggard"]
    assert {name for name in copied if is_stamped(name)} >= {"indicator_by_territory", "release_summary"}
    assert read(settings, "select short_title from marts.dim_system") == [("Другая",)]
    assert read(settings, "select id from marts.laggard") == [(1,)]
    assert len(read(settings, "from marts.indicator_by_territory")) == 6
    assert read(settings, TABLES) == tables
    assert read(settings, COLUMNS) == columns


@pytest.mark.usefixtures("large")
def test_a_mart_that_left_the_build_leaves_the_release(settings: Settings, build: Build) -> None:
    """Guards against last month's numbers that are carried from release to release."""
    build(survey("select 1 as id"))
    publish(settings, FIRST)
    build("drop table marts.survey_result")
    next_night(settings)
    assert "survey_result" not in {name for name, _ in read(settings, TABLES)}


@pytest.mark.usefixtures("large")
@pytest.mark.parametrize("sql", ["create table note as select 1 as a", "create view marts.note as select 1 as a"])
def test_what_somebody_put_into_a_release_stays_there(settings: Settings, build: Build, sql: str) -> None:
    """Guards against a table of nobody knows whom that every later release has."""
    publish(settings, FIRST)
    with duckdb.connect(str(settings.current.resolve() / "warehouse.duckdb")) as connection:
        connection.execute(sql)
    next_night(settings)
    assert read(settings, "select count(*) from information_schema.tables where table_name = 'note'") == [(0,)]


@pytest.mark.usefixtures("large")
def test_a_warehouse_does_not_grow_by_what_is_replaced(settings: Settings, build: Build) -> None:
    """Guards against a file that grows by what was replaced in it, night after night."""
    build(survey("select random() as a, range as b from range(200_000)"))
    publish(settings, FIRST)
    before = (settings.current.resolve() / "warehouse.duckdb").stat().st_size
    for night in range(1, 5):
        build(survey("select random() as a, range as b from range(200_000)"))
        next_night(settings, f"202601{night + 1:02d}T000000Z-{night:04x}")
    assert (settings.current.resolve() / "warehouse.duckdb").stat().st_size < 2.5 * before


def flip_bytes(path: Path) -> None:
    content = bytearray(path.read_bytes())
    for place in range(3 * 4096, len(content), 5_000):
        content[place] ^= 0xFF
    path.write_bytes(content)


def edit(path: Path) -> None:
    with duckdb.connect(str(path)) as connection:
        connection.execute("update marts.dim_system set short_title = 'Чужая рука'")


@pytest.mark.usefixtures("large")
@pytest.mark.parametrize("spoil", [flip_bytes, edit, lambda path: path.write_bytes(b"no database")])
def test_a_spoilt_warehouse_is_not_passed_on(settings: Settings, build: Build, spoil: Callable[[Path], None]) -> None:
    """Guards against damage, or figures edited by hand, that every later release inherits."""
    publish(settings, FIRST)
    carry_previous_release(settings)
    expected = read(settings, "from marts.dim_system")
    spoil(settings.current.resolve() / "warehouse.duckdb")
    publish(settings, SECOND)
    assert read(settings, "from marts.dim_system") == expected
    assert len(read(settings, "from marts.indicator_by_territory")) == 6
    assert len(read(settings, "from marts.indicator_vintage")) == 6


@pytest.mark.usefixtures("large")
def test_large_marts_are_written_as_duckdb_does(settings: Settings, build: Build) -> None:
    """Guards against a warehouse of millions of rows in the smallest blocks, by one thread, without FSST."""
    publish(settings, FIRST)
    assert block_size(settings.current.resolve() / "warehouse.duckdb") == 262_144


def test_nothing_lies_beside_a_published_warehouse(settings: Settings, build: Build) -> None:
    """Guards against a log of writes, or a folder for what did not fit in memory, that is published with it."""
    publish(settings, FIRST)
    names = {path.name for path in settings.current.resolve().iterdir()}
    assert names == {"warehouse.duckdb", "marts", "manifest.json", "changes.csv"}


def test_the_build_is_left_as_it_was(settings: Settings, build: Build) -> None:
    """Guards against publishing that writes to the build it reads."""
    before = settings.build_file.read_bytes()
    publish(settings, FIRST)
    assert settings.build_file.read_bytes() == before
