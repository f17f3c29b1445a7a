"""Runs whose process was killed: Dagster would think for ever that they go on, and start nothing beside them.

One run at a time is allowed (dagster.yaml), so a single killed refresh would hold up every night to come.
"""

from datetime import UTC, datetime

from dagster import DagsterInstance, DagsterRunStatus, RunsFilter

from foundation.settings import Settings
from orchestration.lock import refresh_is_running

BEGUN = [DagsterRunStatus.NOT_STARTED, DagsterRunStatus.STARTING, DagsterRunStatus.STARTED]
SECONDS_TO_TAKE_THE_LOCK = 300
"""A living run holds the lock of the build from its first step on; this long it may take to get there."""
REASON = "Процесс обновления прерван: блокировку сборки никто не держит."


def close_dead_runs(instance: DagsterInstance, settings: Settings, job_name: str) -> int:
    """Mark as failed the runs that have begun long ago while nobody holds the lock; returns their number."""
    if refresh_is_running(settings):
        return 0
    now = datetime.now(UTC).timestamp()
    dead = [
        record.dagster_run
        for record in instance.get_run_records(RunsFilter(job_name=job_name, statuses=BEGUN))
        if now - (record.start_time or record.create_timestamp.timestamp()) > SECONDS_TO_TAKE_THE_LOCK
    ]
    for run in dead:
        instance.report_run_failed(run, REASON)
    return len(dead)


def close_other_runs(instance: DagsterInstance, job_name: str, own_run_id: str) -> None:
    """Mark as failed every other run that is taken for running; for the run that holds the lock."""
    for run in instance.get_runs(RunsFilter(job_name=job_name, statuses=[DagsterRunStatus.STARTED])):
        if run.run_id != own_run_id:
            instance.report_run_failed(run, REASON)
