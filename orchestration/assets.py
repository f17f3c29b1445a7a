"""The assets of a refresh, left to right: landing, raw kinds, held rows, reference, dbt models, release."""

import contextlib
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import dagster as dg
from dagster_dbt import DbtCliResource, dbt_assets

from foundation.settings import Settings
from ingestion import pipeline as ingest
from ingestion.read.bounded import release as release_read_files
from ingestion.store.tables import build_connection, hold_build_open, let_build_go
from orchestration.asset_metadata import of_files, of_marts, of_release
from orchestration.audit.journal import Act
from orchestration.dbt import (
    UNIT_TESTS,
    DbtError,
    asset_names,
    build_folder,
    build_parameters,
    built_by_other_code,
    ended_with_the_step,
    first_failure,
    project_digest,
)
from orchestration.progress import tell
from orchestration.record import FULL_TAG, RefreshRecord
from orchestration.refresh_log import LogOutput
from publishing.conservation import CONSERVATION_TITLE, conservation
from publishing.previous import carry_previous_release
from publishing.release import mend_current, publish
from schemas.kinds import KINDS
from schemas.reference import write_reference
from schemas.regional import bad_files

Record = dg.ResourceParam[RefreshRecord]
REFRESH_LOG = logging.getLogger("vitrina.refresh")

EARLIER_KINDS = ("organisation_registry", "staff")
"""Kinds the others need: the registry finds organisations, staff finds the organisation of a trainee."""


def ingestion_assets(settings: Settings) -> list[dg.AssetsDefinition]:
    """Landing, one asset a kind, held rows and reference tables."""
    return [
        _received_files(settings),
        *(_kind_asset(settings, kind) for kind in ingest.LOAD_ORDER),
        _held_rows(settings),
        _reference(settings),
        _previous_release(settings),
    ]


def _received_files(settings: Settings) -> dg.AssetsDefinition:
    @dg.asset(group_name="landing", description="Файлы из landing: приняты в архив, записаны в журнал, опознаны")
    def received_files(refresh_record: Record) -> dg.MaterializeResult[None]:
        if mended := mend_current(settings):
            refresh_record.notes.append(mended)
            refresh_record.journal(Act("current_restored", {"notes": mended}))
        for bad in bad_files(settings.home):
            refresh_record.warn(str(bad))
        with refresh_record.step("Приём файлов"):
            ingest.prepare_build(settings)
            hold_build_open(settings)
            reports = ingest.receive(settings, tell)
            refresh_record.add_reports(reports)
            refresh_record.notes += ingest.landing_notes(settings)
        return dg.MaterializeResult(metadata=of_files(reports))

    return received_files


def _kind_asset(settings: Settings, kind: str) -> dg.AssetsDefinition:
    title = KINDS[kind].title

    @dg.asset(key=["raw", kind], group_name="raw", description=title, deps=_needed_by(kind))
    def raw_kind(refresh_record: Record) -> dg.MaterializeResult[None]:
        with refresh_record.step(f"Загрузка: {title}"):
            reports = ingest.load_kind(settings, kind, tell)
            refresh_record.add_reports(reports)
        return dg.MaterializeResult(metadata=of_files(reports))

    return raw_kind


def _needed_by(kind: str) -> list[dg.AssetKey]:
    earlier = EARLIER_KINDS[: EARLIER_KINDS.index(kind)] if kind in EARLIER_KINDS else EARLIER_KINDS
    return [dg.AssetKey("received_files"), *(dg.AssetKey(["raw", needed]) for needed in earlier)]


def _held_rows(settings: Settings) -> dg.AssetsDefinition:
    @dg.asset(
        group_name="raw",
        description="Отложенные строки, которым нашлась организация после загрузки реестра или кадров",
        deps=[dg.AssetKey(["raw", kind]) for kind in ingest.LOAD_ORDER],
    )
    def held_rows(refresh_record: Record) -> dg.MaterializeResult[None]:
        with refresh_record.step("Отложенные строки"):
            settled = ingest.settle_held(settings, refresh_record.notes.append)
            release_read_files()
            let_build_go()  # dbt's process opens it next
        return dg.MaterializeResult(metadata={"rows": settled})

    return held_rows


def _reference(settings: Settings) -> dg.AssetsDefinition:
    @dg.asset(
        group_name="reference",
        description="Справочники: системы, роли, показатели и их паспорта",
        deps=[dg.AssetKey("received_files")],
    )
    def reference(refresh_record: Record) -> None:
        with refresh_record.step("Справочники"), build_connection(settings) as connection:
            write_reference(connection)

    return reference


def _previous_release(settings: Settings) -> dg.AssetsDefinition:
    @dg.asset(
        group_name="reference",
        description="Что знал прежний выпуск: версии значений и строки за ними, для сравнения",
        deps=[dg.AssetKey("received_files")],
    )
    def previous_release(refresh_record: Record) -> dg.MaterializeResult[None]:
        with refresh_record.step("Прежний выпуск"):
            release_id = carry_previous_release(settings)
        return dg.MaterializeResult(metadata={"release_id": release_id or ""})

    return previous_release


def conservation_check(settings: Settings) -> dg.AssetChecksDefinition:
    """Rows read = accepted + rejected + held + ignored, for every file; blocks the build."""

    @dg.asset_check(
        asset=dg.AssetKey("held_rows"), name="conservation_of_rows", blocking=True, description=CONSERVATION_TITLE
    )
    def conservation_of_rows(refresh_record: Record) -> dg.AssetCheckResult:
        with (
            refresh_record.step("Закон сохранения строк"),
            build_connection(settings, read_only=True) as connection,
        ):
            broken = conservation(connection)
        if broken:
            refresh_record.fail(str(broken[0]))
        return dg.AssetCheckResult(
            passed=not broken, metadata={"first_cause": str(broken[0]) if broken else "", "files": len(broken)}
        )

    return conservation_of_rows


def dbt_models_asset(settings: Settings, manifest: Path) -> dg.AssetsDefinition:
    """All dbt models in one call of `dbt build`; its tests are asset checks, unit tests are left to the test suite."""
    target = build_folder(settings)

    @dbt_assets(manifest=manifest, name="dbt_build", exclude=UNIT_TESTS, dagster_dbt_translator=asset_names())
    def dbt_models(context: dg.AssetExecutionContext, dbt: DbtCliResource, refresh_record: Record) -> Iterator[Any]:
        (target / "run_results.json").unlink(missing_ok=True)
        parameters = build_parameters(refresh_record.release_id, refresh_record.build_date, settings.timezone)
        with refresh_record.step("Построение витрин"), _output_to_log(settings), parameters:
            is_full = FULL_TAG in context.run.tags or built_by_other_code(settings)
            command = ["build", "--full-refresh"] if is_full else ["build"]
            invocation = dbt.cli(command, context=context, target_path=target, raise_on_error=False)
            with ended_with_the_step(invocation.process):
                for event in invocation.stream():
                    tell(_event_title(event))
                    yield event
            if not invocation.is_successful():
                raise DbtError(
                    first_failure(target) or f"dbt завершился с ошибкой, журнал: {settings.reports / 'refresh.log'}"
                )

    return dbt_models


def _event_title(event: Any) -> str:
    if isinstance(event, dg.AssetCheckResult | dg.AssetCheckEvaluation):
        return "Проверка витрин"
    key = getattr(event, "asset_key", None)
    return f"Построено: {key.path[-1]}" if key else "Построение витрин"


@contextlib.contextmanager
def _output_to_log(settings: Settings) -> Iterator[LogOutput]:
    """dagster-dbt repeats every line of dbt on stdout; the terminal is for the user's answer."""
    with LogOutput(settings.reports / "refresh.log") as log, contextlib.redirect_stdout(log):
        yield log


def release_asset(settings: Settings, marts: dg.AssetsDefinition, dbt_manifest: Path) -> dg.AssetsDefinition:
    """The published release; made only after every dbt model and every blocking check."""
    tables = {key.path[-1]: key for key in marts.keys}

    @dg.asset(group_name="release", description="Опубликованный выпуск: витрины, Parquet, manifest.json", deps=[marts])
    def release(context: dg.AssetExecutionContext, refresh_record: Record) -> dg.MaterializeResult[None]:
        with refresh_record.step("Публикация выпуска"):
            manifest = publish(
                settings,
                refresh_record.release_id,
                tell,
                build_date=refresh_record.build_date,
                dbt_digest=project_digest(dbt_manifest),
            )
            refresh_record.published = True
            refresh_record.journal(Act("publish", {"release_id": manifest.release_id, "files": len(manifest.inputs)}))
        for observation in of_marts(manifest, tables):
            context.log_event(observation)
        return dg.MaterializeResult(metadata=of_release(manifest))

    return release
