"""A night of the sample in which one cell changed: this build, the one before it, and dbt alone in turn."""

import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from benchmarks.contenders import VITRINA
from benchmarks.earlier import tree_of
from benchmarks.measure import Cost, cost_of, middle
from foundation.settings import Settings
from foundation.sources import ROOT
from orchestration.dbt.build import UNIT_TESTS
from orchestration.dbt.project import DBT, PROJECT_DIR, build_parameters, dbt_environment

BEFORE = "d05684d"
"""The last commit whose nights built every table."""
NOW, EARLIER, ALONE = "эта сборка", f"сборка {BEFORE}", "один `dbt build`"
TODAY = date(2026, 1, 12)
A_SCHOOL = "select min(inn) from marts.dim_organisation where municipality = 'Енисейский район' and inn is not null"


def one_cell(folder: Path, pairs: int, say: Callable[[str], None]) -> dict[str, Any]:
    """CPU, time and memory of each, the medians of so many nights; the homes are made anew."""
    trees = {NOW: ROOT, EARLIER: tree_of(folder, BEFORE)}
    homes = {name: _home(folder / f"cell-{number}", tree) for number, (name, tree) in enumerate(trees.items())}
    costs: dict[str, list[Cost]] = {name: [] for name in (*trees, ALONE)}
    for number in range(pairs + 1):
        for name, tree in trees.items():
            _change_a_cell(homes[name], number)
            costs[name].append(_vitrina(homes[name], tree, "refresh"))
        costs[ALONE].append(_dbt(homes[NOW], folder / "cell-dbt"))
        say(
            f"one cell, {number}/{pairs}: "
            + ", ".join(f"{name} {several[-1].cpu:.1f}" for name, several in costs.items())
        )
    # The first night of each parses the project, or builds what the demo has not recorded.
    return {"pairs": pairs, "cost": {name: middle(several[1:]).as_row() for name, several in costs.items()}}


def _home(home: Path, tree: Path) -> Path:
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir(parents=True)
    _vitrina(home, tree, "demo")
    return home


def _vitrina(home: Path, tree: Path, verb: str) -> Cost:
    environment = {
        "VITRINA_HOME": str(home), "VITRINA_LANDING_SETTLE_SECONDS": "0", "PYTHONPATH": str(tree),
        "VITRINA_BUILD_DATE": TODAY.isoformat(),
    }  # fmt: skip
    return cost_of([VITRINA, verb], environment, home / "bench.log")


def _change_a_cell(home: Path, number: int) -> None:
    with duckdb.connect(str((home / "current" / "warehouse.duckdb").resolve()), read_only=True) as release:
        (inn,) = release.execute(A_SCHOOL).fetchall()[0]
    text = f"Дата;ИНН;Педагогических работников\n31.12.2024;{inn};{20 + number}\n"
    (home / "landing" / f"headcount_{number}.csv").write_text(text, encoding="utf-8")


def _dbt(home: Path, beside: Path) -> Cost:
    """`dbt build` of the same project over a copy of the build file; it has parsed the project before."""
    beside.mkdir(parents=True, exist_ok=True)
    copy = Settings(home=beside)
    shutil.copyfile(home / "warehouse.duckdb", copy.build_file)
    told = build_parameters("20260112T020000Z-0000", TODAY, copy.timezone)
    environment = dbt_environment(copy) | {f"VITRINA_{name}": value for name, value in told.items()}
    folders: list[str | Path] = ["--project-dir", PROJECT_DIR, "--target-path", beside / "target"]
    return cost_of([DBT, "build", "--exclude", UNIT_TESTS, *folders], environment, beside / "bench.log")
