"""What is measured: each part returns figures for docs/performance.md (benchmarks.page)."""

import json
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.contenders import (
    PANDAS,
    POLARS,
    PRODUCT,
    PRODUCT_LOADING,
    SCRIPT,
    SCRIPT_LOADING,
    VITRINA,
    Contender,
    environment,
    home_with,
    vitrina,
)
from benchmarks.matching import run
from benchmarks.measure import Cost, cost_of, middle
from benchmarks.one_cell import one_cell
from benchmarks.readers import latency
from benchmarks.region import exports, history
from samples.large_exports import LOG
from samples.large_release import make as make_large_release

Figures = dict[str, Any]
CONTENDERS = (PRODUCT, SCRIPT, POLARS, PANDAS)
LOADING = (PRODUCT_LOADING, SCRIPT_LOADING)
HISTORIES = (100, 1000)
QUICK = 3
"""So few regions are a trial, which leaves out the cost of a hundred thousand rows."""


@dataclass(frozen=True)
class Bench:
    """Where files and homes lie, how large the region is, and how often each is measured."""

    folder: Path
    scale: float
    pairs: int
    say: Callable[[str], None]
    seeds: int = 20
    """How many generated regions names are matched in."""

    def side_by_side(self, files: Path, suffix: str, contenders: Sequence[Contender], rounds: int) -> Figures:
        """Contenders take turns, so that what else the machine does meets them all."""
        costs: dict[str, list[Cost]] = {one.name: [] for one in contenders}
        for number in range(rounds):
            for one in contenders:
                cost = one.run(files, suffix, self.folder / "target")
                costs[one.name].append(cost)
                self.say(f"{suffix} {number + 1}/{rounds} {one.name}: {cost.cpu:.1f} CPU s, {cost.wall:.1f} s")
        return {name: middle(several).as_row() for name, several in costs.items()}


def full_refresh(bench: Bench) -> Figures:
    """A year of the log from files to marts, the product beside scripts written by hand."""
    figures: Figures = {}
    for suffix in ("parquet", "csv"):
        files = exports(bench.folder, bench.scale, ("parquet", "csv"))
        figures[suffix] = bench.side_by_side(files, suffix, (*CONTENDERS, *LOADING), bench.pairs)
        rows = _rows(files)
    return {"scale": bench.scale, "pairs": bench.pairs, "rows": rows, "cost": figures}


def whole_region(bench: Bench) -> Figures:
    """The same once for the whole region, the product and the script in DuckDB."""
    files = exports(bench.folder, 1, ("parquet", "csv"))
    cost = {suffix: bench.side_by_side(files, suffix, (PRODUCT, SCRIPT), 1) for suffix in ("parquet", "csv")}
    return {"scale": 1, "pairs": 1, "rows": _rows(files), "cost": cost}


def night(bench: Bench) -> Figures:
    """A new day of the log and a new snapshot, after a hundred and after a thousand days in turn; then all anew."""
    first = {days: _history_loaded(bench, days) for days in HISTORIES}
    nights: dict[int, list[Cost]] = {days: [] for days in HISTORIES}
    for number in range(bench.pairs):
        for days in HISTORIES:
            cost = _one_night(bench, days)
            nights[days].append(cost)
            bench.say(f"night {number + 1}/{bench.pairs} after {days} days: {cost.cpu:.1f} CPU s, {cost.wall:.1f} s")
    figures: Figures = {}
    for days in HISTORIES:
        again = _refresh(_home_of(bench, days), "--full")
        bench.say(f"{days} days anew: {again.cpu:.1f} CPU s")
        figures[str(days)] = {
            "first": first[days].as_row(),
            "night": middle(nights[days]).as_row(),
            "full": again.as_row(),
        }
    return {"scale": bench.scale, "pairs": bench.pairs, "cost": figures}


def _history_loaded(bench: Bench, days: int) -> Cost:
    """A home of so many days, published, and a copy set aside: dbt parses anew what stands under another path."""
    before, _ = history(bench.folder, bench.scale, days)
    home, evening = _home_of(bench, days), _home_of(bench, days, "evening")
    home_with(home, sorted(before.glob("*.parquet")))
    first = _refresh(home)
    shutil.rmtree(evening, ignore_errors=True)
    shutil.copytree(home, evening, symlinks=True)
    return first


def _one_night(bench: Bench, days: int) -> Cost:
    """The night after the last day, each time from the same evening."""
    _, new = history(bench.folder, bench.scale, days)
    home = _home_of(bench, days)
    shutil.rmtree(home, ignore_errors=True)
    shutil.copytree(_home_of(bench, days, "evening"), home, symlinks=True)
    vitrina(home, "add", *sorted(new.glob("*.parquet")))
    return _refresh(home)


def _home_of(bench: Bench, days: int, part: str = "home") -> Path:
    return bench.folder / f"{part}-{days}"


def start(bench: Bench) -> Figures:
    """Verbs with little to do, on a home of a hundred days."""
    home = _published_home(bench)
    commands: dict[str, list[str | Path]] = {
        "vitrina refresh, нового нет": [VITRINA, "refresh"],
        'vitrina query "select 1"': [VITRINA, "query", "select 1"],
        "vitrina --help": [VITRINA, "--help"],
    }
    return {
        name: middle([cost_of(command, environment(home), home / "bench.log") for _ in range(bench.pairs)]).as_row()
        for name, command in commands.items()
    }


def queries(bench: Bench) -> Figures:
    """Regional questions to the marts of a large region, by one reader and by eight."""
    like = _published_home(bench) / "current"
    home = bench.folder / "home-large"
    if not (home / "current").exists():
        shutil.rmtree(home, ignore_errors=True)
        make_large_release(home, like)
    return latency(home)


def files(bench: Bench) -> Figures:
    """What a row costs in each format, and what a rejected row costs more than an accepted one."""
    scale = bench.scale / 10
    clean, spoilt = exports(bench.folder, scale, ("parquet",), 10**9), exports(bench.folder, scale, ("parquet",), 20)
    formats = exports(bench.folder, scale, ("parquet", "csv", "xlsx"))
    cost = {
        suffix: bench.side_by_side(formats, suffix, (PRODUCT_LOADING,), bench.pairs)[PRODUCT_LOADING.name]
        for suffix in ("parquet", "csv", "xlsx")
    }
    dirt = {
        name: bench.side_by_side(folder, "parquet", (PRODUCT_LOADING,), bench.pairs)[PRODUCT_LOADING.name]
        for name, folder in (("clean", clean), ("spoilt", spoilt))
    }
    rejected = sum(sum(file["rejected"].values()) + file["rows_held"] for file in _files_of_log(spoilt))
    return {"rows": _rows(formats), "cost": cost, "dirt": dirt, "rejected": rejected}


def matching(bench: Bench) -> Figures:
    """Names as other people write them, by this build and an earlier one; has a page of its own (docs/matching.md)."""
    pairs = bench.pairs if bench.seeds > QUICK else 0
    return run.matching(bench.folder / "matching", bench.seeds, pairs, bench.say)


def one_changed_cell(bench: Bench) -> Figures:
    """A night of the sample, this build beside the one before and dbt alone."""
    return one_cell(bench.folder, bench.pairs, bench.say)


PARTS: dict[str, Callable[[Bench], Figures]] = {
    "full_refresh": full_refresh,
    "whole_region": whole_region,
    "night": night,
    "one_cell": one_changed_cell,
    "start": start,
    "queries": queries,
    "files": files,
    "matching": matching,
}


def _files_of_log(folder: Path) -> list[Figures]:
    known = json.loads((folder / "answer.json").read_text(encoding="utf-8"))
    return [file for file in known["files"] if file["kind"] == LOG]


def _rows(folder: Path) -> int:
    return sum(file["rows_read"] for file in _files_of_log(folder))


def _published_home(bench: Bench) -> Path:
    """The home of the shortest history, made unless it stands from a night."""
    home = _home_of(bench, HISTORIES[0])
    if not (home / "current").exists():
        before, _ = history(bench.folder, bench.scale, HISTORIES[0])
        home_with(home, sorted(before.glob("*.parquet")))
        _refresh(home)
    return home


def _refresh(home: Path, *options: str) -> Cost:
    return cost_of([VITRINA, "refresh", *options], environment(home), home / "bench.log")
