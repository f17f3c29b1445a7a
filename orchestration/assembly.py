"""Put assets, checks, job, schedule, sensor and resources together for one VITRINA_HOME."""

import logging
from collections.abc import Iterator

import dagster as dg

from foundation.settings import Settings
from orchestration.alerts.attend import attend_quietly
from orchestration.assets import conservation_check, dbt_models_asset, ingestion_assets, release_asset
from orchestration.dashboards import dashboards_asset
from orchestration.dbt import dbt_resource, prepare_manifest
from orchestration.dead_runs import close_other_runs
from orchestration.home import prepare_dagster_home
from orchestration.lock import RefreshInProgressError, refresh_lock, wait_until_free
from orchestration.permissions import close_home
from orchestration.record import RefreshRecord, StepFailedError
from orchestration.refresh_log import open_log
from orchestration.triggers import alerts_sensor, landing_sensor, nightly_schedule

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
        sensors=[landing_sensor(settings, JOB_NAME), alerts_sensor(settings)],
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
                record.begin()
                record.journal_cut_short()
                if closed := close_home(settings):
                    record.notes.append(f"Закрыт доступ других пользователей: файлов и папок {closed}.")
                try:
                    if context.instance and context.run:
                        close_other_runs(context.instance, JOB_NAME, context.run.run_id)
                    with record.step("Подготовка сборки"):
                        wait_until_free(settings)
                    yield record
                finally:
                    record.finish()
                    attend_quietly(settings, ended=True)
        except RefreshInProgressError as error:
            raise StepFailedError(str(error)) from None

    return refresh_record


def _log_definition(settings: Settings) -> dg.LoggerDefinition:
    """Dagster's log goes to a file: the terminal is for the user."""

    @dg.logger(config_schema={}, description="reports/refresh.log")
    def refresh_log(_: dg.InitLoggerContext) -> logging.Logger:
        return open_log(settings)

    return refresh_log
