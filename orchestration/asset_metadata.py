"""What Dagster's pages show of an asset: the four counts of the conservation law, protocols, rows of marts.

Nothing is asked of the build for it: the reports of files and the manifest of the release know it already.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import dagster as dg

from ingestion.report.file_report import FileReport
from publishing.manifest import Manifest

PARTS = ("read", "accepted", "rejected", "held", "ignored")
ROW_COUNT = "dagster/row_count"
"""The key under which Dagster draws the number of rows by itself."""


def of_files(reports: Sequence[FileReport]) -> dict[str, Any]:
    """How many files, what became of their rows, and where their protocols lie."""
    counts = {f"rows_{part}": sum(getattr(report, f"rows_{part}") for report in reports) for part in PARTS}
    outcomes = [report.outcome for report in reports]
    told = {f"files_{outcome}": outcomes.count(outcome) for outcome in sorted(set(outcomes))}
    return {"files": len(reports), **told, **counts, **_protocols(reports)}


def _protocols(reports: Iterable[FileReport]) -> dict[str, Any]:
    """One protocol is a path to copy, several are a list; nothing when every row was accepted."""
    paths = [str(report.protocol) for report in reports if report.protocol is not None]
    if not paths:
        return {}
    if len(paths) == 1:
        return {"protocol": dg.MetadataValue.path(paths[0])}
    return {"protocols": dg.MetadataValue.json(paths)}


def of_release(manifest: Manifest) -> dict[str, Any]:
    """The release as a whole."""
    return {
        "release_id": manifest.release_id,
        "files": len(manifest.inputs),
        ROW_COUNT: sum(mart.rows for mart in manifest.marts.values()),
    }


def of_marts(manifest: Manifest, keys: Mapping[str, dg.AssetKey]) -> Iterator[dg.AssetObservation]:
    """An observation a published mart: it was built before anybody had counted it. `keys` are assets by their table."""
    for name, mart in manifest.marts.items():
        if name in keys:
            yield dg.AssetObservation(
                asset_key=keys[name], metadata={ROW_COUNT: mart.rows, "release_id": manifest.release_id}
            )
