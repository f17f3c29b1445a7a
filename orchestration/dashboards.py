"""The asset after the release: a running Superset is brought up to it. Whatever comes of that, the release stands."""

import dagster as dg

from bi.service import running_service
from foundation.settings import Settings
from orchestration.audit.journal import Act
from orchestration.failures import describe_failure, trace_without_values
from orchestration.progress import tell
from orchestration.record import ALERTS, RefreshRecord


def dashboards_asset(settings: Settings) -> dg.AssetsDefinition:
    """Dashboards, access and cache of Superset, when `vitrina serve` runs one on this VITRINA_HOME."""

    @dg.asset(
        group_name="release",
        description="Дашборды, доступ и кэш Superset, если он запущен",
        deps=[dg.AssetKey("release")],
    )
    def dashboards(refresh_record: dg.ResourceParam[RefreshRecord]) -> dg.MaterializeResult[None]:
        url = running_service(settings)
        if url is None:
            return dg.MaterializeResult(metadata={"superset": "не запущен, дашборды настроятся при запуске"})
        tell("Настройка дашбордов")
        return dg.MaterializeResult(metadata={"superset": _provision(settings, url, refresh_record)})

    return dashboards


def _provision(settings: Settings, url: str, record: RefreshRecord) -> str:
    """What to tell about it; a failure becomes a warning of the refresh."""
    try:
        from bi.provision import provision  # noqa: PLC0415 - Superset's client takes a second to import

        report = provision(settings, url, tell)
    except Exception as error:
        ALERTS.debug("dashboards\n%s", trace_without_values(error))
        warning = f"дашборды не обновлены: {describe_failure(error)}. Выпуск опубликован; повторить: vitrina provision"
        record.warn(warning)
        return warning
    record.journal(Act("provision", {"release_id": record.release_id}))
    return report.text()
