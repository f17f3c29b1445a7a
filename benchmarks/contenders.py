"""Who is measured: the product and three scripts written by hand, and how each of them answers."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from benchmarks.measure import Cost, cost_of
from foundation.sources import ROOT
from samples.large_exports import LOG

PYTHON = Path(sys.executable)
VITRINA = PYTHON.with_name("vitrina")
OTHER_PYTHON = ROOT / "benchmarks" / ".venv" / "bin" / "python"
"""The environment of pandas (`make bench`): beside the product it would change what DuckDB imports."""
ROLES = {"обучающийся": "student", "педагог": "teacher"}
SECRET = "an example of a secret of forty characters"
Answer = dict[str, list[Any]]


@dataclass(frozen=True)
class Contender:
    """`prepare` lays out FOLDER for TARGET unmeasured; `command` is measured; `answer` reads what came of it."""

    name: str
    prepare: Callable[[Path, str, Path], None]
    command: Callable[[Path, str, Path], list[str | Path]]
    answer: Callable[[Path], Answer] | None

    def run(self, folder: Path, suffix: str, target: Path) -> Cost:
        """The cost of the work on the files of FOLDER; raises ValueError when the answer is not the known one."""
        shutil.rmtree(target, ignore_errors=True)
        target.mkdir(parents=True)
        self.prepare(folder, suffix, target)
        cost = cost_of(self.command(folder, suffix, target), environment(target), target / "bench.log")
        if self.answer and (found := self.answer(target)) != (known := known_answer(folder)):
            wrong = [name for name in known if found[name] != known[name]]
            raise ValueError(f"{self.name}: {', '.join(wrong)} of {folder} ({suffix}) differ from the known answer")
        return cost


def environment(home: Path) -> dict[str, str]:
    """The settings of a home that is measured."""
    return {"VITRINA_HOME": str(home), "VITRINA_SECRET": SECRET, "VITRINA_LANDING_SETTLE_SECONDS": "0"}


def exports_of_log(folder: Path, suffix: str) -> list[Path]:
    """The files all contenders read: registry, headcounts and the log."""
    return [
        folder / f"registry.{suffix}",
        *sorted(folder.glob(f"headcount_*.{suffix}")),
        *sorted(folder.glob(f"log_*.{suffix}")),
    ]


def known_answer(folder: Path) -> Answer:
    """What the generator says must come out."""
    known = json.loads((folder / "answer.json").read_text(encoding="utf-8"))
    rejected = []
    for file in (one for one in known["files"] if one["kind"] == LOG):
        rejected += [(file["file"], rule, rows) for rule, rows in file["rejected"].items()]
        other = {"held": file["rows_held"], "ignored": file["rows_ignored"]}
        rejected += [(file["file"], outcome, rows) for outcome, rows in other.items() if rows]
    return {
        "active": sorted((inn, ROLES[role], month, active) for inn, role, month, active in known["active"]),
        "value": sorted(tuple(row) for row in known["values"] if row[0].endswith("_active_sferum")),
        "rejected": sorted(rejected),
    }


def vitrina(home: Path, *arguments: str | Path) -> str:
    """A command of the product, unmeasured; its output."""
    done = subprocess.run(
        [VITRINA, *map(str, arguments)],
        env={**os.environ, **environment(home)}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode != 0:
        raise RuntimeError(f"vitrina {arguments[0]}: {done.stdout[-2000:]}{done.stderr[-2000:]}")
    return done.stdout


def home_with(home: Path, files: Sequence[Path]) -> None:
    """A new home with files in landing."""
    shutil.rmtree(home, ignore_errors=True)
    vitrina(home, "init")
    vitrina(home, "add", *files)


def _home(folder: Path, suffix: str, target: Path) -> None:
    home_with(target, exports_of_log(folder, suffix))


def _nothing(folder: Path, suffix: str, target: Path) -> None:
    return


def _answer_of_release(home: Path) -> Answer:
    with duckdb.connect(str((home / "current" / "warehouse.duckdb").resolve()), read_only=True) as release:
        active = release.execute(
            "select organisation_id, role, month::varchar, active from marts.platform_month"
            " where system_code = 'sferum' and active is not null"
        ).fetchall()
        value = release.execute(
            "select indicator_code, organisation_id, year, numerator::bigint, denominator::bigint"
            " from marts.indicator_by_organisation"
            " where indicator_code in ('students_active_sferum', 'teachers_active_sferum') and value is not null"
        ).fetchall()
    with duckdb.connect(str(home / "warehouse.duckdb"), read_only=True) as build:
        rejected = build.execute(
            "select regexp_extract(original_name, '(.*)[.]', 1), rule, count(*)"
            " from journal.reject join journal.load using (file_sha256)"
            f" where kind = '{LOG}' and severity = 'error' group by all"
            " union all select regexp_extract(original_name, '(.*)[.]', 1), outcome, rows"
            " from (unpivot (select original_name, kind, rows_held as held, rows_ignored as ignored from journal.load)"
            f" on held, ignored into name outcome value rows) where kind = '{LOG}' and rows > 0"
        ).fetchall()
    return {"active": sorted(active), "value": sorted(value), "rejected": sorted(rejected)}


def _answer_of_database(target: Path) -> Answer:
    """Of the script in DuckDB, which keeps a row for each rejected one."""
    with duckdb.connect(str(target / "alternative.duckdb"), read_only=True) as tables:
        return _answer(tables, "active", "value", "select file, rule, count(*) from rejected group by all")


def _answer_of_files(target: Path) -> Answer:
    """Of a script that writes Parquet, rejected rows counted."""
    active, value, rejected = (f"'{target / name}.parquet'" for name in ("active", "value", "rejected"))
    with duckdb.connect() as tables:
        return _answer(tables, active, value, f"select file, rule, rows from {rejected}")


def _answer(tables: duckdb.DuckDBPyConnection, active: str, value: str, rejected: str) -> Answer:
    queries = {
        "active": f"select inn, role, month::date::varchar, active from {active}",
        "value": f"select code, inn, year, numerator, denominator from {value}",
        "rejected": rejected,
    }
    return {name: sorted(tables.execute(query).fetchall()) for name, query in queries.items()}


def _script(name: str, python: Path, *options: str) -> Callable[[Path, str, Path], list[str | Path]]:
    return lambda folder, suffix, target: [
        python, "-m", f"benchmarks.alternatives.{name}", folder, suffix, target, *options,
    ]  # fmt: skip


PRODUCT = Contender("vitrina refresh", _home, lambda *_: [VITRINA, "refresh"], _answer_of_release)
PRODUCT_LOADING = Contender(
    "vitrina: приём и проверка", _home, lambda *_: [PYTHON, "-m", "benchmarks.product_loading"], None
)
SCRIPT = Contender("DuckDB от руки", _nothing, _script("duckdb_script", PYTHON), _answer_of_database)
SCRIPT_LOADING = Contender(
    "DuckDB от руки: приём и проверка", _nothing, _script("duckdb_script", PYTHON, "--load-only"), None
)
POLARS = Contender("polars streaming", _nothing, _script("polars_streaming", PYTHON), _answer_of_files)
PANDAS = Contender("pandas", _nothing, _script("pandas_script", OTHER_PYTHON), _answer_of_files)
