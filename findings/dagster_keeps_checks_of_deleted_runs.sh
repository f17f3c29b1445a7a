#!/bin/sh
# Guess: `DagsterInstance.delete_run` (the page's «delete», `dagster run delete`, every clean-up script) removes what a run has
# left, so that a home that keeps its last N runs is flat.
# What happens: the run and its events go, the row of each asset check it evaluated stays in asset_check_executions of the
# index, with the whole evaluation as JSON and the id of a run that is no more; in SQLite its file <run id>.db stays too.
# No setting removes them: `retention` in dagster.yaml is of ticks. A project whose tests are checks (dagster-dbt makes one
# of each dbt test) adds a row a test a night for ever: 172 checks of 2.2 kB are 140 MB a year.
# Seen with: dagster 1.13.27, Python 3.11. Output:
#   3 runs of one check: runs 3, events of runs 3, rows of checks 3
#   after delete_run of each: runs 0, events of runs 0, rows of checks 3
# Source: sixty nights of a warehouse that keeps ten runs; Dagster's folder went on growing after the tenth.
# Exits 1 when the rows of checks go with their runs.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q dagster==1.13.27
mkdir "$folder/home"
cd "$folder"
DAGSTER_HOME="$folder/home" "$folder/venv/bin/python" - <<'PYTHON'
import logging
import os
import sqlite3
import sys
from pathlib import Path

import dagster as dg


@dg.asset
def table() -> None:
    pass


@dg.asset_check(asset=table)
def whole() -> dg.AssetCheckResult:
    return dg.AssetCheckResult(passed=True)


def counted(instance: dg.DagsterInstance) -> str:
    (index,) = Path(os.environ["DAGSTER_HOME"]).rglob("index.db")
    connection = sqlite3.connect(index)
    events = connection.execute("select count(distinct run_id) from event_logs").fetchone()[0]
    rows = connection.execute("select count(*) from asset_check_executions").fetchone()[0]
    connection.close()
    return f"runs {len(instance.get_runs())}, events of runs {events}, rows of checks {rows}"


logging.disable(logging.CRITICAL)
with dg.DagsterInstance.get() as instance:
    made = [dg.materialize([table, whole], instance=instance).run_id for _ in range(3)]
    print("3 runs of one check:", counted(instance))
    for run_id in made:
        instance.delete_run(run_id)
    after = counted(instance)
    print("after delete_run of each:", after)
sys.exit("rows of checks 3" not in after)
PYTHON
