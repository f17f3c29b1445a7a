"""The event log keeps its connections open and is otherwise Dagster's own."""

from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from foundation.settings import Settings
from orchestration.dagster_internals import SqliteEventLogStorage
from orchestration.event_log import KEPT, OpenEventLog
from orchestration.home import prepare_dagster_home


@dg.asset
def something() -> None:
    """An asset with nothing in it."""


def test_dagster_itself_reads_what_was_written(settings: Settings) -> None:
    """Guards against runs that the web interface cannot show, and against a file open for every run ever looked at."""
    prepare_dagster_home(settings)
    job = dg.Definitions(assets=[something]).resolve_implicit_global_asset_job_def()
    with dg.DagsterInstance.get() as instance:
        storage = instance.event_log_storage
        assert isinstance(storage, OpenEventLog)
        runs = [job.execute_in_process(instance=instance).run_id for _ in range(KEPT + 2)]
        written = {run: [str(event) for event in storage.get_logs_for_run(run)] for run in runs}
        assert len(storage._engines) == KEPT
        stock = SqliteEventLogStorage(str(Path(settings.dagster_home) / "history" / "runs"))
        assert {run: [str(event) for event in stock.get_logs_for_run(run)] for run in runs} == written
        assert min(map(len, written.values())) > 5
        assert stock.all_asset_keys() == [dg.AssetKey("something")]
        stock.dispose()
    assert not storage._engines


def test_tables_that_are_there_are_looked_for_once(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Guards against a connection opened for every check of a build, and against a table that a migration has made
    meanwhile and that is still called missing.
    """
    asked: list[str] = []
    missing = {"later"}

    def look(_: Any, name: str) -> bool:
        asked.append(name)
        return name not in missing

    for question in ("has_table", "has_secondary_index"):
        monkeypatch.setattr(SqliteEventLogStorage, question, look)
    prepare_dagster_home(settings)
    with dg.DagsterInstance.get() as instance:
        storage = instance.event_log_storage
        assert isinstance(storage, OpenEventLog)
        asked.clear()
        for question in (storage.has_table, storage.has_secondary_index):
            assert [question("there"), question("there"), question("later")] == [True, True, False]
            missing.clear()
            assert question("later")
            missing.add("later")
    assert asked == ["there", "later", "later"] * 2
