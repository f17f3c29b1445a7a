"""The event log keeps its connections open and is otherwise Dagster's own."""

from pathlib import Path
from typing import Any
from uuid import uuid4

import dagster as dg
import pytest
from dagster import DagsterEventType, EventLogEntry

from foundation.settings import Settings
from orchestration.dagster_internals import SqliteEventLogStorage
from orchestration.event_log import KEPT, OpenEventLog
from orchestration.home import prepare_dagster_home

PLANNED = DagsterEventType.ASSET_MATERIALIZATION_PLANNED


@dg.asset
def something() -> None:
    """An asset with nothing in it."""


@dg.asset
def other() -> None:
    """A second one."""


def of_run(entry: EventLogEntry, run: str) -> EventLogEntry:
    """The same event, of another run."""
    return entry._replace(run_id=run)


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


def planned(instance: dg.DagsterInstance, storage: OpenEventLog) -> list[EventLogEntry]:
    """What a run plans, as Dagster hands it over, taken from a run of the same job."""
    job = dg.Definitions(assets=[something, other]).resolve_implicit_global_asset_job_def()
    run = instance.create_run_for_job(job)
    return [entry for entry in storage.get_logs_for_run(run.run_id) if entry.dagster_event_type == PLANNED]


def test_a_batch_is_stored_as_its_events_would_be(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Guards against planned assets that the web interface does not show, since they came in one transaction."""
    prepare_dagster_home(settings)
    with dg.DagsterInstance.get() as instance:
        storage = instance.event_log_storage
        assert isinstance(storage, OpenEventLog)
        events = planned(instance, storage)
        assert {entry.get_dagster_event().asset_key for entry in events} == {something.key, other.key}
        again = [of_run(entry, str(uuid4())) for entry in events]
        begun: list[str] = []
        engine_of = storage._engine
        monkeypatch.setattr(storage, "_engine", lambda shard: begun.append(shard) or engine_of(shard))
        storage.store_event_batch(again)
        assert sorted(begun) == sorted({"index", *(entry.run_id for entry in again)}), "one transaction a file"
        for entry in again:
            assert storage.get_logs_for_run(entry.run_id) == [entry]


def test_a_batch_that_cannot_be_stored_leaves_nothing(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Guards against events stored twice: Dagster stores them one by one when their batch fails."""
    prepare_dagster_home(settings)
    with dg.DagsterInstance.get() as instance:
        storage = instance.event_log_storage
        assert isinstance(storage, OpenEventLog)
        run = str(uuid4())
        events = [of_run(entry, run) for entry in planned(instance, storage)]
        store = SqliteEventLogStorage.store_event

        def fail_at_the_last(self: SqliteEventLogStorage, event: EventLogEntry) -> None:
            store(self, event)
            if event is events[-1]:
                raise OSError("disk")

        monkeypatch.setattr(SqliteEventLogStorage, "store_event", fail_at_the_last)
        with pytest.raises(OSError, match="disk"):
            storage.store_event_batch(events)
        monkeypatch.undo()
        assert storage.get_logs_for_run(run) == []
        storage.store_event(events[0])
        assert storage.get_logs_for_run(run) == [events[0]]
