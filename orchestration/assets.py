"""The assets of a refresh, left to right: landing, raw kinds, held rows, reference, dbt models, release."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import dagster as dg
from dagster_dbt import dbt_assets

from foundation.settings import Settings
from ingestion import pipeline as ingest
from ingestion.read.bounded import release as release_read_files
from ingestion.store.tables import build_connection, hold_build_open, let_build_go
from orchestration.asset_metadata import of_files, of_marts, of_release
from orchestration.audit.journal import Act
from orchestration.dbt.build import MARTS, UNIT_TESTS, Night, build_changed, told_to_dagster
from orchestration.dbt.project import DbtError, asset_names, built_by_other_code, project_digest
from orchestration.progress import tell
from orchestration.record import FULL_TAG, RefreshRecord
from orchestration.reference import renew_reference
from publishing.conservation import CONSERVATION_TITLE, conservation
from publishing.previous import carry_previous_release
from publishing.release import mend_current, publish
from schemas.kinds import KINDS
from schemas.regional import bad_files

Record = dg.ResourceParam[RefreshRecord]
TOLD_AT_ONCE = 5

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
            renew_reference(connection)

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


def dbt_models_asset(settings: Settings, manifest: Mapping[str, Any]) -> dg.AssetsDefinition:
    """All dbt models in one call of `dbt build`; its tests are asset checks, unit tests are left to the test suite."""

    @dbt_assets(manifest=manifest, name="dbt_build", exclude=UNIT_TESTS, dagster_dbt_translator=asset_names())
    def dbt_models(context: dg.AssetExecutionContext, refresh_record: Record) -> Iterator[Any]:
        with refresh_record.step("Построение витрин"):
            is_full = FULL_TAG in context.run.tags or built_by_other_code(settings)
            night = Night(refresh_record.release_id, refresh_record.build_date, is_full)
            built = build_changed(settings, manifest, night)
            if built.made_anew:
                refresh_record.notes.append(_made_anew(built.made_anew))
            yield from told_to_dagster(context.assets_def, built.results)
            if built.failure:
                raise DbtError(built.failure)

    return dbt_models


def _made_anew(tables: Sequence[str]) -> str:
    listed = ", ".join(tables[:TOLD_AT_ONCE]) + (" и другие" if len(tables) > TOLD_AT_ONCE else "")
    return f"В файле сборки не то, что в нём оставил прежний выпуск, построено заново: {listed}."


def release_asset(
    settings: Settings, marts: dg.AssetsDefinition, dbt_manifest: Mapping[str, Any]
) -> dg.AssetsDefinition:
    """The published release; made only after every dbt model and every blocking check."""
    tables = {key.path[-1]: key for key in marts.keys}
    # Of the tables between, only those that were built are told, and a step waits for what is told.
    told = [spec.key for spec in marts.specs if spec.group_name == MARTS]

    @dg.asset(group_name="release", description="Опубликованный выпуск: витрины, Parquet, manifest.json", deps=told)
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
