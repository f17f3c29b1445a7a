"""Matching by name, measured: this build and an earlier one on the same files, seed after seed."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.earlier import tree_of
from benchmarks.matching.files import make, registered_names
from benchmarks.matching.judge import SCOPES, judged
from benchmarks.matching.rows import Row
from foundation.sources import ROOT

EARLIER = "cbff0e1"
NOW, BEFORE = "now", "before"
SEEDS_OF_EARLIER = 3
"""It takes three times as long; its shares are known well enough from three."""
SPEED_SCHOOLS = 1500
SPEEDS = {"speed": (12, 1), "speed_repeated": (1, 12)}
"""About a hundred thousand rows: spellings of a school in each file of a year, and how often each row stands there.

Written by people row by row; and as systems and monthly tables have them, where few spellings of a school repeat.
"""
IN_BUILD = Path(__file__).with_name("in_build.py")
Figures = dict[str, Any]


def matching(folder: Path, seeds: int, pairs: int, say: Callable[[str], None]) -> Figures:
    """Counts by seed and build (judge.judged), and what a hundred thousand rows cost both, `pairs` times."""
    folder.mkdir(parents=True, exist_ok=True)
    trees = {NOW: ROOT, BEFORE: tree_of(folder, EARLIER)}
    figures: Figures = {"earlier": EARLIER, "seeds": {}}
    for seed in range(1, seeds + 1):
        files = folder / f"seed-{seed}"
        rows = make(files, seed)
        builds = (NOW, BEFORE) if seed <= SEEDS_OF_EARLIER else (NOW,)
        figures["seeds"][str(seed)] = {build: _of_build(trees[build], files, rows) for build in builds}
        for build in builds:
            say(f"{seed}/{seeds} {build}: {in_short(figures['seeds'][str(seed)][build])}")
    if pairs:
        for name, (rounds, times) in SPEEDS.items():
            files = folder / name
            figures[name] = _speed(files, make(files, 0, SPEED_SCHOOLS, rounds, times), trees, pairs, say)
    return figures


def _of_build(tree: Path, files: Path, rows: list[Row]) -> Figures:
    found = outcomes(tree, files)
    result = judged(rows, found)
    names = registered_names(files)
    for one in result["wrong"]:
        one["matched_name"] = names[one["matched"]]
        one["right_names"] = [names[key] for key in one["right"]]
    costs = ("matching_seconds", "loading_seconds", "candidates_seconds", "questions")
    return {**result, **{cost: found[cost] for cost in costs}}


def outcomes(tree: Path, files: Path, *options: str) -> Figures:
    """What the build in `tree` makes of the files; raises RuntimeError when it refuses one or leaves a row out."""
    out = files / f"outcomes-{tree.name}.json"
    done = subprocess.run(
        # -P: the folder of the script holds modules of this package, not of the build.
        [sys.executable, "-P", str(IN_BUILD), str(files), str(out), *options],
        env={**os.environ, "PYTHONPATH": str(tree)}, cwd=tree, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode != 0:
        raise RuntimeError(f"{tree}: {done.stderr[-3000:]}")
    found: Figures = json.loads(out.read_text(encoding="utf-8"))
    if found["refused"]:
        raise RuntimeError(f"{tree}: {found['refused']}")
    return found


def _speed(
    files: Path, rows: list[Row], trees: dict[str, Path], pairs: int, say: Callable[[str], None]
) -> Figures:  # fmt: skip
    """Builds take turns, so that what else the machine does meets both; the middle of what matching took."""
    took: dict[str, list[float]] = {build: [] for build in trees}
    wrong: dict[str, int] = {}
    for number in range(pairs):
        for build, tree in trees.items():
            found = outcomes(tree, files, "--cost-only")
            took[build].append(found["matching_seconds"])
            wrong[build] = len(judged(rows, found)["wrong"])
            say(f"{len(rows)} rows, {number + 1}/{pairs} {build}: {took[build][-1]:.1f} CPU s, wrong {wrong[build]}")
    spellings = len({(row.name, row.municipality) for row in rows})
    return {
        "rows": len(rows), "spellings": spellings, "schools": SPEED_SCHOOLS, "pairs": pairs, "wrong": wrong,
        **{build: median(seconds) for build, seconds in took.items()},
    }  # fmt: skip


def in_short(judgement: Figures) -> str:
    scopes = judgement["scopes"]
    shares = [f"{scope} {scopes[scope].get('right', 0) / max(1, scopes[scope].get('rows', 0)):.1%}" for scope in SCOPES]
    return f"right {', '.join(shares)}; wrong {len(judgement['wrong'])}; {judgement['matching_seconds']:.1f} s"
