"""Put assets, checks, job, schedule, sensor and resources together for one VITRINA_HOME."""

import json
import logging
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

import dagster as dg

from foundation.settings import Settings
from ingestion.errors import BuildInUseError
from ingestion.store.tables import let_build_go
from orchestration.alerts.attend import attend_quietly
from orchestration.assets import conservation_check, dbt_models_asset, ingestion_assets, release_asset
from orchestration.audit.journal import Act
from orchestration.calendar_checks import calendar_checks
from orchestration.checkpoint import take_checkpoint
from orchestration.dashboards import dashboards_asset
from orchestration.dbt.project import prepare_manifest
from orchestration.dead_runs import close_other_runs
from orchestration.failures import describe_failure, trace_without_values
from orchestration.healing import give_up, has_more_to_do, heal
from orchestration.home import prepare_dagster_home
from orchestration.leftovers import remove_leftovers
from orchestration.lock import RefreshInProgressError, refresh_lock, wait_until_free
from orchestration.permissions import close_home
from orchestration.postgres import LOST, history_away, history_lost_since
from orchestration.progress import tell
from orchestration.record import ALERTS, SECOND_TAG, RefreshRecord, StepFailedError
from orchestration.refresh_log import open_log
from orchestration.reloading import begin_reload, outcome_of
from orchestration.restore import require_whole_restoration
from orchestration.retention import keep_to_terms
from orchestration.room import require_room
from orchestration.triggers import alerts_sensor, landing_sensor, nightly_schedule, second_attempt_sensor
from orchestration.whole_run import require_whole_run

JOB_NAME = "nightly_refresh"


def build_definitions(settings: Settings) -> dg.Definitions:
    """Assets, checks, the job, its schedule and sensor for one VITRINA_HOME."""
    prepare_dagster_home(settings)
    manifest = json.loads(prepare_manifest(settings).read_text(encoding="utf-8"))
    models = dbt_models_asset(settings, manifest)
    job = dg.define_asset_job(
        JOB_NAME,
        selection=dg.AssetSelection.all(),
        executor_def=dg.in_process_executor,
        config={"loggers": {"refresh_log": {"config": {}}}},
        description="Обновление: приём файлов, загрузка, витрины, проверки, выпуск",
    )
    assets = [
        *ingestion_assets(settings),
        models,
        release_asset(settings, models, manifest),
        dashboards_asset(settings),
    ]
    checks = [conservation_check(settings), calendar_checks(settings)]
    whole = _Whole(
        frozenset(key for one in assets for key in one.keys),
        frozenset(key for one in (*assets, *checks) for key in one.check_keys),
    )
    return dg.Definitions(
        assets=assets,
        asset_checks=checks,
        jobs=[job],
        schedules=[nightly_schedule(settings, JOB_NAME)],
        sensors=[landing_sensor(settings, JOB_NAME), second_attempt_sensor(settings, job), alerts_sensor(settings)],
        resources={"refresh_record": _record_resource(settings, whole)},
        executor=dg.in_process_executor,  # a selection launched beside the job is refused without a process a step
        loggers={"refresh_log": _log_definition(settings)},
    )


@dataclass(frozen=True)
class _Whole:
    """Everything a run of the job must have."""

    assets: frozenset[dg.AssetKey]
    checks: frozenset[dg.AssetCheckKey]


def _record_resource(settings: Settings, whole: _Whole) -> dg.ResourceDefinition:
    """The record of a run: holds the lock of the build as long as the run lasts, tells the outcome at its end."""

    @dg.resource(description="Запись об обновлении")
    def refresh_record(context: dg.InitResourceContext) -> Iterator[RefreshRecord]:
        if context.run is not None:
            require_whole_run(context.run, JOB_NAME, whole.assets, whole.checks)
        try:
            with refresh_lock(settings):
                record, begun = RefreshRecord(settings), time.monotonic()
                try:
                    _begin(settings, context, record)
                    yield record
                finally:
                    _end(settings, context, record, begun)
        except RefreshInProgressError as error:
            raise StepFailedError(str(error)) from None

    return refresh_record


def _begin(settings: Settings, context: dg.InitResourceContext, record: RefreshRecord) -> None:
    with record.step("Начало"):
        record.begin()
    record.journal_cut_short()
    if closed := close_home(settings):
        record.notes.append(f"Закрыт доступ других пользователей: файлов и папок {closed}.")
    if context.instance and context.run:
        close_other_runs(context.instance, JOB_NAME, context.run.run_id)
    with record.step("Подготовка сборки"):
        require_whole_restoration(settings)
        wait_until_free(settings)
        remove_leftovers(settings)
        require_room(settings)
        healed = heal(settings, tell, after_a_good_night=record.after_a_good_night)
        record.notes += healed.notes
        record.add_reports(healed.reports)
        if healed.notes or healed.reports:
            aside = sum(report.outcome == "failed" for report in healed.reports)
            record.journal(Act("build_restored", {"notes": " ".join(healed.notes), "files_set_aside": aside}))
    if context.run:
        with record.step("Перечитывание файлов"):
            begin_reload(settings, context.run.tags, record)


def _end(settings: Settings, context: dg.InitResourceContext, record: RefreshRecord, begun: float) -> None:
    last_night = record.last_success
    record.notes += outcome_of(record.reports)
    let_build_go()  # a run that failed while files were loaded
    is_second = context.run is not None and SECOND_TAG in context.run.tags
    if record.first_cause in {None, LOST} and not record.published:
        _cut_short(record, begun, is_second=is_second)
    elif record.first_cause is not None:
        record.second_attempt = _may_publish_yet(settings, record.first_cause, is_second=is_second)
    elif record.published:
        _leave_checkpoint(settings, record)
    away = history_away()
    if away is not None and record.published:
        record.warn(f"{away}. Выпуск опубликован, записано о нём в Dagster не всё")
    _finish(record)
    if context.instance and away is None:
        _keep_to_terms(settings, context.instance, last_night)
    attend_quietly(settings, ended=True, values=record.as_dict())


def _cut_short(record: RefreshRecord, begun: float, *, is_second: bool) -> None:
    """Nothing is published and no step was wrong: Dagster could not write of the run, or somebody stopped it."""
    is_lost = record.first_cause == LOST or history_lost_since(begun)
    record.fail(LOST if is_lost else "обновление остановлено до публикации")
    record.second_attempt = is_lost and not is_second


def _finish(record: RefreshRecord) -> None:
    try:
        record.finish()
    except OSError as error:  # a full disk: run.py tells whoever started the refresh, alerts go out all the same
        ALERTS.error("%s", describe_failure(error))


def _keep_to_terms(settings: Settings, instance: dg.DagsterInstance, last_night: datetime | None) -> None:
    try:
        keep_to_terms(settings, instance, last_night=last_night)
    except Exception as error:  # what is too old stays another night
        ALERTS.warning("%s\n%s", "retention", trace_without_values(error))


def _may_publish_yet(settings: Settings, cause: str, *, is_second: bool) -> bool:
    try:
        if not is_second:
            return has_more_to_do(settings, cause)
        give_up(settings)
    except Exception as error:  # to look for the cause must not hide it
        ALERTS.debug("%s\n%s", "second attempt", trace_without_values(error))
    return False


def _leave_checkpoint(settings: Settings, record: RefreshRecord) -> None:
    try:
        take_checkpoint(settings)
    except (OSError, BuildInUseError) as error:
        record.warn(f"Копия файла сборки не обновлена: {describe_failure(error)}. Прежняя копия на месте.")


def _log_definition(settings: Settings) -> dg.LoggerDefinition:
    """Dagster's log goes to a file: the terminal is for the user."""

    @dg.logger(config_schema={}, description="reports/refresh.log")
    def refresh_log(_: dg.InitLoggerContext) -> logging.Logger:
        return open_log(settings)

    return refresh_log
