"""When a refresh starts: every night, and when files have come to rest in landing."""

import hashlib
import os
import time
from pathlib import Path
from typing import Any

import dagster as dg
from dagster import DagsterRunStatus, RunsFilter

from foundation.settings import Settings
from ingestion.receive.landing import settled_files, state_of
from orchestration.alerts.attend import attend_quietly
from orchestration.dead_runs import close_dead_runs
from orchestration.last_refresh import second_attempt_is_due
from orchestration.lock import refresh_is_running
from orchestration.record import FULL_TAG, SECOND_TAG
from orchestration.refresh_log import open_log

SENSOR_INTERVAL_SECONDS = 60
ALERTS_INTERVAL_SECONDS = 3600
UNFINISHED = [
    DagsterRunStatus.QUEUED,
    DagsterRunStatus.NOT_STARTED,
    DagsterRunStatus.STARTING,
    DagsterRunStatus.STARTED,
]


def nightly_schedule(settings: Settings, job_name: str) -> dg.ScheduleDefinition:
    """The nightly refresh, at the configured time of the configured time zone."""
    return dg.ScheduleDefinition(
        name="nightly",
        job_name=job_name,
        cron_schedule=settings.refresh_cron,
        execution_timezone=settings.timezone,
        default_status=dg.DefaultScheduleStatus.RUNNING,
        description="Ночное обновление",
    )


def landing_sensor(settings: Settings, job_name: str) -> dg.SensorDefinition:
    """A refresh when landing holds files nobody writes to any more."""

    @dg.sensor(
        name="landing_files",
        job_name=job_name,
        minimum_interval_seconds=SENSOR_INTERVAL_SECONDS,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="Новые файлы в landing",
    )
    def landing_files(context: dg.SensorEvaluationContext) -> dg.RunRequest | dg.SkipReason:
        close_dead_runs(context.instance, settings, job_name)
        if _fresh_files(settings):
            return dg.SkipReason("В landing ещё записываются файлы.")
        files = settled_files(settings)
        if not files:
            return dg.SkipReason("В landing нет новых файлов.")
        unfinished = context.instance.get_runs(RunsFilter(job_name=job_name, statuses=UNFINISHED), limit=1)
        if unfinished or refresh_is_running(settings):
            return dg.SkipReason("Обновление уже идёт.")
        return dg.RunRequest(run_key=state_key(files))

    return landing_files


def second_attempt_sensor(settings: Settings, job: Any) -> dg.SensorDefinition:
    """A second refresh, once, where the first one failed at something that can be put right or left out."""

    @dg.run_failure_sensor(
        name="second_attempt",
        monitored_jobs=[job],
        request_job=job,
        minimum_interval_seconds=SENSOR_INTERVAL_SECONDS,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="Повтор обновления: сборка восстановлена или файл отложен",
    )
    def second_attempt(context: dg.RunFailureSensorContext) -> dg.RunRequest | dg.SkipReason:
        run = context.dagster_run
        if SECOND_TAG in run.tags or not second_attempt_is_due(settings) or refresh_is_running(settings):
            return dg.SkipReason("Повторять нечего.")
        kept = {FULL_TAG: run.tags[FULL_TAG]} if FULL_TAG in run.tags else {}
        return dg.RunRequest(run_key=run.run_id, tags={SECOND_TAG: "true", **kept})

    return second_attempt


def alerts_sensor(settings: Settings) -> dg.SensorDefinition:
    """Every hour: nights that no longer come end in no refresh that could tell, and mail may be back."""

    @dg.sensor(
        name="alerts",
        minimum_interval_seconds=ALERTS_INTERVAL_SECONDS,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="Оповещения: давно ли было обновление; повтор недоставленного",
    )
    def alerts(_: dg.SensorEvaluationContext) -> dg.SkipReason:
        open_log(settings)
        attend_quietly(settings, ended=False)
        return dg.SkipReason("Оповещения ничего не запускают.")

    return alerts


def state_key(files: list[Path]) -> str:
    """The same for the same files in the same state: a refused state of landing is not tried again and again."""
    digest = hashlib.sha256()
    for path in sorted(files):
        digest.update(os.fsencode(path.name) + f"\0{state_of(path)}\n".encode())
    return digest.hexdigest()


def _fresh_files(settings: Settings) -> bool:
    """Whether anything in landing changed within the time a file needs to come to rest; a day to come is no change."""
    if not settings.landing.is_dir():
        return False
    now = time.time()
    limit = (now - settings.landing_settle_seconds) * 1e9
    states = [state_of(path) for path in settings.landing.iterdir()]
    return any(state is not None and limit < state.modified <= now * 1e9 for state in states)
