"""Bring a running Superset to what the files under bi/ say: import, prune, access, cache; twice changes nothing."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from bi import access
from bi.bundle import bundle
from bi.client import Superset
from bi.identity import chart_uuid, dashboard_uuid, dataset_uuid
from bi.secret_files import admin_password
from bi.settings import SupersetSettings
from bi.specification import load_dashboards, load_datasets
from bi.standing import refuse_to_overwrite
from foundation.settings import Settings

ADMINISTRATOR = "admin"


@dataclass(frozen=True)
class ProvisionReport:
    """What stands in Superset afterwards."""

    dashboards: int
    charts: int
    datasets: int
    removed: tuple[str, ...]
    access: access.AccessReport

    def text(self) -> str:
        """One line for the terminal."""
        removed = f"; убрано: {', '.join(self.removed)}" if self.removed else ""
        counts = f"дашбордов {self.dashboards}, диаграмм {self.charts}, наборов данных {self.datasets}"
        return f"Superset настроен: {counts}{removed}; {self.access.text()}"


def provision(
    settings: Settings,
    url: str,
    say: Callable[[str], None] | None = None,
    superset_settings: SupersetSettings | None = None,
) -> ProvisionReport:
    """Set everything up at `url`; raises SupersetError, SpecificationError or access.AccessError.

    A TakenError is raised before anything changes, when something that a person made would be overwritten.
    """
    chosen = superset_settings or SupersetSettings()
    report = say or _silent
    superset = Superset(url, ADMINISTRATOR, admin_password(settings, chosen))
    refuse_to_overwrite(superset)
    report("Superset: наборы данных, диаграммы, дашборды")
    _import(superset, bundle(settings.current / "warehouse.duckdb", chosen))
    removed = _prune(superset)
    report("Superset: роли, пользователи, правила видимости строк")
    granted = access.apply(superset, settings, chosen)
    _flush(superset)
    charts = sum(1 for dashboard in load_dashboards() for _ in dashboard.charts())
    return ProvisionReport(len(load_dashboards()), charts, len(load_datasets()), tuple(removed), granted)


def _silent(_: str) -> None:
    return


def _import(superset: Superset, content: bytes) -> None:
    superset.call("POST", "assets/import/", files={"bundle": ("vitrina.zip", content, "application/zip")})


def _prune(superset: Superset) -> list[str]:
    """Delete what an earlier tree brought and this one has not; what analysts made themselves stays."""
    dashboards = load_dashboards()
    kept = {
        "dashboard": {dashboard_uuid(dashboard.slug) for dashboard in dashboards},
        "chart": {chart_uuid(board.slug, chart.name) for board in dashboards for chart in board.charts()},
        "dataset": {dataset_uuid(mart) for mart in load_datasets()},
    }
    return [title for kind, uuids in kept.items() for title in _prune_kind(superset, kind, uuids)]


def _prune_kind(superset: Superset, kind: str, kept: set[str]) -> Iterable[str]:
    left = [row for row in superset.every(f"{kind}/") if str(row.get("uuid")) not in kept]
    for row in left:
        found: dict[str, Any] = superset.get(f"{kind}/{row['id']}")["result"]
        if found.get("is_managed_externally"):
            superset.delete(f"{kind}/{row['id']}")
            title = found.get("dashboard_title") or found.get("slice_name") or found.get("table_name")
            yield f"«{title}»"


def _flush(superset: Superset) -> None:
    """Forget answers of the former release; does nothing while no cache is configured."""
    rows = superset.every("dataset/")
    keys = [f"{row['id']}__table" for row in rows if str(row.get("uuid")) in {dataset_uuid(m) for m in load_datasets()}]
    superset.request("POST", "cachekey/invalidate", json={"datasource_uids": keys})
