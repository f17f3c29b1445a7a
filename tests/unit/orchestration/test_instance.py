"""The tables of Dagster's storage are made once, whoever comes together."""

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

from orchestration.instance import prepare_storage
from schemas.settings import Settings

TOGETHER = 4


def schema_versions(path: Path) -> int:
    with sqlite3.connect(path) as connection:
        return int(connection.execute("select count(*) from alembic_version").fetchone()[0])


def test_those_who_come_together_make_one_storage(settings: Settings) -> None:
    """Guards against a first `vitrina serve` whose web interface and daemon both make the tables: one of them ends, or
    both leave two schema versions, with which nothing starts on that home again.
    """
    barrier = Barrier(TOGETHER)

    def come(_: int) -> None:
        barrier.wait()
        prepare_storage(settings)

    with ThreadPoolExecutor(TOGETHER) as pool:
        list(pool.map(come, range(TOGETHER)))
    history = settings.dagster_home / "history"
    kept = [settings.dagster_home / "schedules" / "schedules.db", history / "runs.db", history / "runs" / "index.db"]
    assert [schema_versions(path) for path in kept] == [1, 1, 1]
