"""Put assets, checks, job, schedule, sensor and resources together for one VITRINA_HOME."""

import logging
from collections.abc import Iterator

import dagster as dg

from foundation.settings import Settings
from ingestion.errors import BuildInUseError
from ingestion.store.tables import let_build_go
from orchestration.alerts.attend import attend_quietly
from orchestration.assets import conservation_check, dbt_models_asset, ingestion_assets, release_asset
from orchestration.audit.journal import Act
from orchestration.checkpoint import take_checkpoint
from orchestration.dashboards import dashboards_asset
from orchestration.dbt import dbt_resource, prepare_manifest
from orchestration.dead_runs import close_other_runs
from orchestration.failures import describe_failure, trace_without_values
from orchestration.healing import give_up, has_more_to_do, heal
from orchestration.home import prepare_dagster_home
from orchestration.leftovers import remove_leftovers
from orchestration.lock import RefreshInProgressError, refresh_lock, wait_until_free
from orchestration.permissions import close_home
from orchestration.progress import tell
from orchestration.record import ALERTS, SECOND_TAG, RefreshRecord, StepFailedError
from orchestration.refresh_log import open_log
from orchestration.restore import require_whole_restoration
from orchestration.retention import keep_to_terms
from orchestration.room import require_room
from orchestration.triggers import alerts_sensor, landing_sensor, nightly_schedule, second_attempt_sensor

JOB_NAME = "nightly_refresh"


def build_definitions(settings: Settings) -> dg.Definitions:
    """Assets, checks, the job, its schedule and sensor for one VITRINA_HOME."""
    prepare_dagster_home(settings)
    manifest = prepare_manifest(settings)
    models = dbt_models_asset(settings, manifest)
    job = dg.define_asset_job(
        JOB_NAME,
        selection=dg.AssetSelection.all(),
        executor_def=dg.in_process_executor,
        config={"loggers": {"refresh_log": {"config": {}}}},
        description="Обновление: приём файлов, загрузка, витрины, проверки, выпуск",
    )
    return dg.Definitions(
        assets=[
            *ingestion_assets(settings),
            models,
            release_asset(settings, models, manifest),
            dashboards_asset(settings),
        ],
        asset_checks=[conservation_check(settings)],
        jobs=[job],
        schedules=[nightly_schedule(settings, JOB_NAME)],
        sensors=[landing_sensor(settings, JOB_NAME), second_attempt_sensor(settings, job), alerts_sensor(settings)],
        resources={"dbt": dbt_resource(), "refresh_record": _record_resource(settings)},
        loggers={"refresh_log": _log_definition(settings)},
    )


def _record_resource(settings: Settings) -> dg.ResourceDefinition:
    """The record of a run: holds the lock of the build as long as the run lasts, tells the outcome at its end."""

    @dg.resource(description="Запись об обновлении")
    def refresh_record(context: dg.InitResourceContext) -> Iterator[RefreshRecord]:
        try:
            with refresh_lock(settings):
                record = RefreshRecord(settings)
                try:
                    _begin(settings, context, record)
                    yield record
                finally:
                    _end(settings, context, record)
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


def _end(settings: Settings, context: dg.InitResourceContext, record: RefreshRecord) -> None:
    let_build_go()  # a run that failed while files were loaded
    if record.first_cause is not None:
        is_second = context.run is not None and SECOND_TAG in context.run.tags
        record.second_attempt = _may_publish_yet(settings, record.first_cause, is_second=is_second)
    elif record.published:
        _leave_checkpoint(settings, record)
    record.finish()
    if context.instance:
        _keep_to_terms(settings, context.instance)
    attend_quietly(settings, ended=True, values=record.as_dict())


def _keep_to_terms(settings: Settings, instance: dg.DagsterInstance) -> None:
    try:
        keep_to_terms(settings, instance)
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
