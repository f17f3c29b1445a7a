"""The tables of Dagster's storage are made once, whoever comes together."""

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest

from foundation.settings import Settings
from orchestration.instance import prepare_storage

TOGETHER = 4
TURNS = 4
"""A race is not lost every time."""
PREPARED = ("DAGSTER_HOME", "VITRINA_HOME", "VITRINA_BUILD_FILE", "VITRINA_MEMORY_LIMIT")


def schema_versions(path: Path) -> int:
    with sqlite3.connect(path) as connection:
        return int(connection.execute("select count(*) from alembic_version").fetchone()[0])


def test_those_who_come_together_make_one_storage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Guards against a first `vitrina serve` whose web interface and daemon both make the tables: one of them ends, or
    both leave two schema versions, with which nothing starts on that home again.
    """
    homes = [Settings(home=tmp_path / f"home-{turn}") for turn in range(TURNS)]
    for name in PREPARED:
        monkeypatch.setenv(name, "")  # given back afterwards
    for home in homes:
        come_together(home)
        history = home.dagster_home / "history"
        kept = [home.dagster_home / "schedules" / "schedules.db", history / "runs.db", history / "runs" / "index.db"]
        assert [schema_versions(path) for path in kept] == [1, 1, 1]


def come_together(settings: Settings) -> None:
    barrier = Barrier(TOGETHER)

    def come(_: int) -> None:
        barrier.wait()
        prepare_storage(settings)

    with ThreadPoolExecutor(TOGETHER) as pool:
        list(pool.map(come, range(TOGETHER)))
