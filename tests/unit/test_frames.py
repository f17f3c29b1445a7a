"""Frames into DuckDB and out of it, and the files it writes, alike on 1.5 and 2 (`make test DUCKDB=2.0.1`)."""

from decimal import Decimal
from pathlib import Path

import duckdb
import polars as pl
import pytest

from foundation.frames import frame_of, registered
from foundation.settings import Settings

STORAGE_VERSION_OF_1_5 = 64
"""As the header of a file says it, bytes 12 to 19."""
LINES = pl.DataFrame({"name": ["а", "б"], "value": [Decimal("48.600000"), None]})


def test_a_frame_is_registered_while_an_answer_is_not_read_to_its_end() -> None:
    """Guards against DuckDB 2, which refuses after `execute(...).fetchone()`: no file could be loaded."""
    with duckdb.connect() as connection:
        connection.execute("select * from range(5)").fetchone()
        with registered(connection, "lines", LINES):
            connection.execute("create table kept as select * from lines")
        connection.execute("select * from range(5)").fetchone()
        assert frame_of(connection, "select * from kept order by name").equals(LINES)
        assert frame_of(connection, "select name from kept where name = ?", ["б"])["name"].to_list() == ["б"]
        assert frame_of(connection, "select name from kept where name = $name", {"name": "а"}).height == 1


def test_a_frame_is_gone_after_its_block() -> None:
    """Guards against a view of an earlier file read in the place of the next one's."""
    with duckdb.connect() as connection:
        with pytest.raises(ZeroDivisionError), registered(connection, "lines", LINES):
            raise ZeroDivisionError
        with pytest.raises(duckdb.CatalogException):
            connection.execute("select * from lines")


def test_files_are_written_for_readers_of_the_older_version(tmp_path: Path) -> None:
    """Guards against a release that Superset's driver cannot open, since DuckDB 2 writes files of its own version."""
    build, copy = tmp_path / "build.duckdb", tmp_path / "copy.duckdb"
    with duckdb.connect(str(build), config=Settings(home=tmp_path).duckdb_config) as connection:
        connection.execute("create table line as select range as number from range(1000)")
        connection.execute(f"attach '{copy}' as copied")
        connection.execute("create table copied.line as from line")
    assert [storage_version(path) for path in (build, copy)] == [STORAGE_VERSION_OF_1_5] * 2


def storage_version(path: Path) -> int:
    with path.open("rb") as stream:
        return int.from_bytes(stream.read(20)[12:], "little")
