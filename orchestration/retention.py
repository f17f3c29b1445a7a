"""What a home need not keep for ever: Dagster's record of old runs, protocols and logs. Each has a term, as a setting.

Numbers lose nothing by it: what became of every file stands in the journal and in the releases. Old releases are
removed where they are published (publishing/release.py), ticks of schedules and sensors by Dagster (dagster.yaml).
"""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from dagster import DagsterInstance, DagsterRunStatus, RunsFilter
from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from foundation.settings import Settings
from orchestration.dagster_internals import AssetCheckExecutionsTable, SqlEventLogStorage

DAY_SECONDS = 86_400
ENDED = [DagsterRunStatus.SUCCESS, DagsterRunStatus.FAILURE, DagsterRunStatus.CANCELED]
WASTE = 0.25
"""A database more of whose pages are free is written anew."""
SECONDS_TO_WAIT = 5
LONGEST_PAUSE = timedelta(days=7)


class HistorySettings(BaseSettings):
    """VITRINA_RUNS_KEPT, VITRINA_PROTOCOLS_KEPT_DAYS, VITRINA_LOGS_KEPT_DAYS."""

    model_config = SettingsConfigDict(env_prefix="VITRINA_", extra="ignore")

    runs_kept: int = Field(default=60, ge=1)
    """How many ended refreshes Dagster's pages show, with all their events: 5 MB each in the sample."""
    protocols_kept_days: int = Field(default=400, ge=1)
    """Protocols for senders; a file is told anew by `vitrina check`."""
    logs_kept_days: int = Field(default=90, ge=1)
    """Traces of errors of the program."""


def keep_to_terms(
    settings: Settings,
    instance: DagsterInstance,
    terms: HistorySettings | None = None,
    *,
    last_night: datetime | None = None,
) -> None:
    """Remove what has stood longer than its term; raises nothing for what another process uses meanwhile.

    `last_night`: when a refresh before this one went well. Where that is long ago, or to come, the clock may be wrong
    for one night, and what goes by days stays until the next.
    """
    terms = terms or HistorySettings()
    _remove_runs(instance, terms.runs_kept)
    if last_night is not None and abs(datetime.now(UTC) - last_night) > LONGEST_PAUSE:
        return
    for path in _outdated(settings.reports, "flk_*", terms.protocols_kept_days):
        path.unlink(missing_ok=True)
    for path in _outdated(settings.reports, "error_*.log", terms.logs_kept_days):
        path.unlink(missing_ok=True)


def _outdated(folder: Path, pattern: str, days: int) -> Iterator[Path]:
    limit = time.time() - days * DAY_SECONDS
    return (path for path in folder.glob(pattern) if path.is_file() and path.stat().st_mtime < limit)


def _remove_runs(instance: DagsterInstance, kept: int) -> None:
    """Runs are listed from the newest on."""
    old = instance.get_runs(RunsFilter(statuses=ENDED))[kept:]
    for run in old:
        instance.delete_run(run.run_id)
        for path in _files_of_run(instance, run.run_id):
            path.unlink(missing_ok=True)
    if old:
        _remove_checks(instance)
        for path in _databases(instance):
            with suppress(sqlite3.OperationalError):  # in use: another night does it
                _write_anew(path)


def _remove_checks(instance: DagsterInstance) -> None:
    """Records of checks whose run is gone: Dagster keeps them for ever, a third of a megabyte a night."""
    storage = instance.event_log_storage
    assert isinstance(storage, SqlEventLogStorage)
    table = AssetCheckExecutionsTable
    kept = [run.run_id for run in instance.get_runs()]
    with storage.index_connection() as connection:
        connection.execute(table.delete().where(table.c.run_id.not_in(kept)))


def _files_of_run(instance: DagsterInstance, run_id: str) -> Iterator[Path]:
    """In SQLite each run has a file of its own, which stays when its events are deleted."""
    folder = _folder_of_runs(instance)
    if folder is not None:
        yield from (folder / f"{run_id}.db{part}" for part in ("", "-wal", "-shm"))


def _databases(instance: DagsterInstance) -> Iterator[Path]:
    folder = _folder_of_runs(instance)
    if folder is not None:
        yield from (path for path in (folder / "index.db", folder.parent / "runs.db") if path.is_file())


def _folder_of_runs(instance: DagsterInstance) -> Path | None:
    """None where Dagster keeps its history in PostgreSQL, which cleans up after itself."""
    folder = Path(instance.root_directory) / "history" / "runs"
    return folder if folder.is_dir() else None


def _write_anew(path: Path) -> None:
    with closing(sqlite3.connect(path, timeout=SECONDS_TO_WAIT)) as connection:
        (free,) = connection.execute("pragma freelist_count").fetchone()
        (pages,) = connection.execute("pragma page_count").fetchone()
        if free > WASTE * pages:
            connection.execute("vacuum")
        connection.execute("pragma wal_checkpoint(truncate)")
