"""What Dagster's pages show of assets, from what is known already."""

from datetime import UTC, datetime
from pathlib import Path

import dagster as dg

from ingestion.report.file_report import FileReport
from orchestration.asset_metadata import ROW_COUNT, of_files, of_marts, of_release
from publishing.manifest import Manifest, MartSummary

KEYS = {"laggard": dg.AssetKey(["marts", "laggard"]), "unpublished": dg.AssetKey(["marts", "unpublished"])}


def report(name: str, protocol: Path | None = None, **counts: int) -> FileReport:
    return FileReport(name, name, "staff", "Кадры", None, None, "loaded", protocol=protocol, **counts)


def manifest() -> Manifest:
    marts = {name: MartSummary(rows, "", "") for name, rows in (("laggard", 3), ("other", 4))}
    return Manifest("id", datetime(2026, 11, 30, tzinfo=UTC), None, None, "", {}, marts=marts)


def test_counts_are_of_all_files_of_the_kind() -> None:
    """Guards against counts of one file, and against a part of the conservation law that is left out."""
    given = [
        report("a", rows_read=10, rows_accepted=4, rows_rejected=3, rows_held=2, rows_ignored=1),
        report("b", rows_read=5, rows_accepted=5),
    ]
    assert of_files(given) == {
        "files": 2, "files_loaded": 2, "rows_read": 15, "rows_accepted": 9, "rows_rejected": 3, "rows_held": 2,
        "rows_ignored": 1,
    }  # fmt: skip
    assert of_files([]) == {"files": 0, **{f"rows_{part}": 0 for part in ("read", "accepted", "rejected", "held",
                                                                          "ignored")}}  # fmt: skip


def test_protocols_are_named() -> None:
    """Guards against an asset with rejected rows whose reasons nobody finds."""
    first, second = Path("/home/reports/flk_a.xlsx"), Path("/home/reports/flk_b.xlsx")
    assert of_files([report("a", first), report("c")])["protocol"] == dg.MetadataValue.path(str(first))
    both = of_files([report("a", first), report("b", second)])["protocols"]
    assert both == dg.MetadataValue.json([str(first), str(second)])


def test_marts_are_counted_by_the_manifest() -> None:
    """Guards against an observation of an asset that does not exist, or of a mart that was not published."""
    (seen,) = of_marts(manifest(), KEYS)
    assert seen.asset_key == KEYS["laggard"]
    assert seen.metadata[ROW_COUNT] == dg.MetadataValue.int(3)
    assert of_release(manifest())[ROW_COUNT] == 7
