"""Figures of the last night for Prometheus: reports/vitrina.prom, for node_exporter's textfile collector.

Written when a refresh ends and when one finds nothing new. Nothing of people or places: counts, bytes and moments.
"""

import os
import shutil
import stat
from contextlib import suppress
from pathlib import Path
from typing import Any

from prometheus_client import CollectorRegistry, Gauge, write_to_textfile

from foundation.settings import Settings
from orchestration.last_refresh import last_success
from publishing.catalogue import current_release

PARTS = ("archive", "releases", "checkpoint", "reports", "dagster", "dbt", "superset", "landing", ".temporary")
FATES = ("read", "accepted", "rejected", "held", "ignored")


def metrics_path(settings: Settings) -> Path:
    """What is copied to where node_exporter's `--collector.textfile.directory` looks: the home is closed to it."""
    return settings.reports / "vitrina.prom"


def write_metrics(settings: Settings, values: dict[str, Any]) -> None:
    """Write the metrics whole; `values` as in reports/last_refresh.json."""
    registry = CollectorRegistry()
    _of_refresh(registry, values)
    success, release = last_success(values), current_release(settings)
    if success:
        _gauge(registry, "last_success_timestamp_seconds", "Последнее успешное обновление", success.timestamp())
    if release:
        published = release.published_at.timestamp()
        _gauge(registry, "release_published_timestamp_seconds", "Когда опубликован действующий выпуск", published)
    _of_disk(registry, settings)
    write_to_textfile(str(metrics_path(settings)), registry)


def _of_refresh(registry: CollectorRegistry, values: dict[str, Any]) -> None:
    has_failed = values["outcome"] == "failed"
    _gauge(registry, "last_refresh_failed", "1: последнее обновление ничего не опубликовало", float(has_failed))
    _gauge(registry, "last_refresh_warnings", "Предупреждений последнего обновления", len(values["warnings"]))
    files = Gauge("vitrina_last_refresh_files", "Файлов по исходу", ["outcome"], registry=registry)
    for outcome in ("loaded", "refused", "failed"):
        files.labels(outcome).set(sum(file["outcome"] == outcome for file in values["files"]))
    rows = Gauge("vitrina_last_refresh_rows", "Строк по исходу", ["fate"], registry=registry)
    for fate in FATES:
        rows.labels(fate).set(sum(file.get(f"rows_{fate}") or 0 for file in values["files"]))


def _of_disk(registry: CollectorRegistry, settings: Settings) -> None:
    sizes = Gauge("vitrina_home_bytes", "Сколько занимает рабочая папка", ["part"], registry=registry)
    for part in PARTS:
        sizes.labels(part).set(bytes_of(settings.home / part))
    sizes.labels("build").set(bytes_of(settings.build_file))
    _gauge(registry, "disk_free_bytes", "Свободно на диске рабочей папки", free_bytes(settings.home))


def _gauge(registry: CollectorRegistry, name: str, title: str, value: float) -> None:
    Gauge(f"vitrina_{name}", title, registry=registry).set(value)


def bytes_of(path: Path) -> int:
    """What a file or a folder takes; a file linked twice is counted once, one that goes meanwhile not at all."""
    seen: dict[tuple[int, int], int] = {}
    inside = (Path(folder, name) for folder, _, names in os.walk(path) for name in names)
    for one in (path, *inside):
        with suppress(OSError):
            state = one.lstat()
            if stat.S_ISREG(state.st_mode):
                seen[state.st_dev, state.st_ino] = state.st_size
    return sum(seen.values())


def free_bytes(folder: Path) -> int:
    """What an ordinary process may still write there."""
    return shutil.disk_usage(folder).free
