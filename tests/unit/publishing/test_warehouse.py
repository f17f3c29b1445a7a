"""warehouse.duckdb of a release: small where the marts are small, as DuckDB writes it where they are not."""

from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from foundation.settings import Settings
from publishing import warehouse as warehouse_module
from publishing.release import publish

Build = Callable[[str], None]
FIRST = "20260101T000000Z-aaaa"


def block_size(path: Path) -> int:
    with duckdb.connect(str(path), read_only=True) as connection:
        found = connection.execute("select block_size from pragma_database_size()").fetchone()
    assert found is not None
    return int(found[0])


def test_small_marts_take_little_room(settings: Settings, build: Build) -> None:
    """Guards against forty marts of a few rows that take 256 KiB for every few of their columns."""
    publish(settings, FIRST)
    assert block_size(settings.current.resolve() / "warehouse.duckdb") == 16_384


def test_large_marts_are_written_as_duckdb_does(
    settings: Settings, build: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Guards against a warehouse of millions of rows in the smallest blocks, by one thread, without FSST."""
    monkeypatch.setattr(warehouse_module, "ROWS_OF_A_GROUP", 5)
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
