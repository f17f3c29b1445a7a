"""The Dagster instance of one VITRINA_HOME: run history, event log, schedules and sensors."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager

import dagster as dg

from foundation.settings import Settings
from orchestration.home import prepare_dagster_home
from orchestration.postgres import wait_for_history


@contextmanager
def dagster_instance(settings: Settings) -> Iterator[dg.DagsterInstance]:
    """Open the instance, its tables made if there are none yet, by one process at a time.

    Two processes that Dagster lets make them together leave two versions of one schema, and nothing starts on that
    home again. Where the tables are in PostgreSQL, a server that restarts is waited for; raises HistoryAwayError.
    """
    folder = prepare_dagster_home(settings)
    wait_for_history()
    with (folder / "storage.lock").open("a", encoding="utf-8") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        instance = dg.DagsterInstance.get()
    with instance:
        yield instance


def prepare_storage(settings: Settings) -> None:
    """Make the tables of the instance before several processes open it."""
    with dagster_instance(settings):
        pass
