"""`make bench`: the product beside scripts written by hand, its nights, its marts, names as other people write them.

Writes docs/performance.md and docs/matching.md.

Parts already measured stay in the results and on the pages, so that one can be measured again by itself:
`python -m benchmarks --part night`; `--part matching --seeds 2` is a quick look.
"""

import argparse
import json
import sys
from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.matching import page as matching_page
from benchmarks.page import PAGE, SECTIONS, machine, page
from benchmarks.parts import PARTS, Bench
from foundation.sources import ROOT
from publishing.revision import git_revision

FOLDER = ROOT / "var" / "bench"


def main() -> None:
    """Measure, keep the results, write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--folder",
        type=Path,
        default=FOLDER,
        help="where files and homes are made; the page too, when it is not the usual one",
    )
    parser.add_argument("--scale", type=float, default=0.1)
    parser.add_argument("--pairs", type=int, default=5)
    parser.add_argument(
        "--seeds", type=int, default=20, help="generated regions of the part matching; 3 or fewer: a trial"
    )
    parser.add_argument("--part", action="append", choices=list(PARTS), help="all unless said")
    given = parser.parse_args()
    bench = Bench(given.folder.absolute(), given.scale, given.pairs, _say, given.seeds)
    bench.folder.mkdir(parents=True, exist_ok=True)
    kept = bench.folder / "results.json"
    results = json.loads(kept.read_text(encoding="utf-8")) if kept.is_file() else {}
    measured = given.part or list(PARTS)
    for name in measured:
        results[name] = {
            "measured": f"{datetime.now(UTC):%d.%m.%Y}", "revision": git_revision(), "machine": machine(),
            **PARTS[name](bench),
        }  # fmt: skip
        kept.write_text(json.dumps(results, ensure_ascii=False, indent=1), encoding="utf-8")
    # A trial in another folder leaves the published pages alone.
    docs = PAGE.parent if bench.folder == FOLDER else bench.folder
    for path in write_pages(results, measured, docs):
        _say(f"written: {path}")


def write_pages(results: Mapping[str, Any], measured: Collection[str], folder: Path) -> list[Path]:
    """Write the pages of what was measured now; what another run has measured, here or elsewhere, keeps its text."""
    written = []
    if not SECTIONS.keys().isdisjoint(measured):
        path = folder / PAGE.name
        standing = path.read_text(encoding="utf-8") if path.is_file() else ""
        path.write_text(page(results, measured, standing), encoding="utf-8")
        written.append(path)
    if "matching" in measured:
        path = folder / matching_page.PAGE.name
        path.write_text(matching_page.page(results["matching"]), encoding="utf-8")
        written.append(path)
    return written


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
