"""dbt in its process says what dbt's own command line says, to whoever reads it."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import duckdb
import pytest

from orchestration.dbt import DBT, DBT_PROCESS, first_failure

pytestmark = pytest.mark.slow
PROJECT = """
name: small
profile: small
models: {small: {+materialized: table}}
"""
PROFILE = """
small:
  target: build
  outputs: {build: {type: duckdb, path: "{{ env_var('SMALL_FILE') }}", threads: 1}}
"""
TEST_FAILS = "select * from {{ ref('small') }} where number = 2"
RESULTS = ("LogModelResult", "LogTestResult")
"""The events that Dagster makes materializations and checks of."""
OF_THE_MOMENT = frozenset({"data", "extra", "invocation_id", "msg", "pid", "thread", "ts"})
COMMAND_LINE = (str(DBT), "--log-format", "json", "--log-level-file", "none")
OWN_PROCESS = (sys.executable, *DBT_PROCESS)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project of one model and no test that fails."""
    files = {
        "dbt_project.yml": PROJECT,
        "profiles.yml": PROFILE,
        "models/small.sql": "select unnest([1, 2]) as number",
        "tests/nothing_found.sql": "select * from {{ ref('small') }} where number = 3",
    }
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path


def build_file(project: Path, command: tuple[str, ...]) -> Path:
    """Each command has one of its own, and a folder for what dbt remembers."""
    return project / f"{Path(command[0]).name}.duckdb"


def arguments(project: Path, command: tuple[str, ...], verb: str) -> list[str]:
    return [*command, "--no-use-colors", verb, "--target-path", str(project / f"target_{Path(command[0]).name}")]


def environment(project: Path, command: tuple[str, ...]) -> dict[str, str]:
    own = {"SMALL_FILE": str(build_file(project, command)), "DBT_SEND_ANONYMOUS_USAGE_STATS": "false"}
    return {**os.environ, **own, "DBT_PROFILES_DIR": str(project), "PYTHONUNBUFFERED": "1"}


def run(project: Path, command: tuple[str, ...], verb: str = "build") -> tuple[int, list[str]]:
    """Exit code and lines, errors among them."""
    done = subprocess.run(
        arguments(project, command, verb), cwd=project, env=environment(project, command), check=False, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    return done.returncode, done.stdout.splitlines()


def shape(line: str) -> dict[str, Any]:
    """What must be the same of two builds: everything said of an event, and which parts its data have."""
    event = json.loads(line)
    same = {key: value for key, value in event["info"].items() if key not in OF_THE_MOMENT}
    node = event["data"].get("node_info", {})
    return {**same, "data": sorted(event["data"]), "node": (node.get("unique_id"), node.get("node_status"))}


@pytest.mark.parametrize(("failing", "exit_code"), [(False, 0), (True, 1)])
def test_says_what_dbt_says(project: Path, failing: bool, exit_code: int) -> None:
    """Guards against an upgrade of dbt whose events come through a callback otherwise than through its own logger:
    Dagster would miss models and checks, or take a failed build for a good one.
    """
    if failing:
        (project / "tests" / "found.sql").write_text(TEST_FAILS, encoding="utf-8")
    code, lines = run(project, OWN_PROCESS)
    own_code, own_lines = run(project, COMMAND_LINE)
    assert (code, own_code) == (exit_code, exit_code)
    assert [shape(line) for line in lines] == [shape(line) for line in own_lines]
    results = [event for event in map(shape, lines) if event["name"] in RESULTS]
    statuses = {event["node"][0].split(".")[2]: event["node"][1] for event in results}
    assert statuses == {"small": "success", "nothing_found": "pass", **({"found": "fail"} if failing else {})}
    assert {json.loads(line)["info"]["level"] for line in lines} == {"info", *(["error"] if failing else [])}


def test_what_became_of_nodes_is_written_and_nothing_else(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Guards against a failed night that cannot name its cause, and against a manifest written for nobody."""
    target = project / f"target_{Path(sys.executable).name}"
    monkeypatch.setenv("DBT_TARGET_PATH", str(target))
    (project / "tests" / "found.sql").write_text(TEST_FAILS, encoding="utf-8")
    run(project, OWN_PROCESS)
    assert first_failure(target) == "проверка «test.small.found» не пройдена (строк с нарушением: 1)"
    assert not (target / "manifest.json").exists()


def test_a_broken_model_is_no_failed_node(project: Path) -> None:
    """Guards against a project that cannot be read and a refresh that takes it for built."""
    (project / "models" / "broken.sql").write_text("select * from {{ ref('nowhere') }}", encoding="utf-8")
    code, lines = run(project, OWN_PROCESS)
    assert code == run(project, COMMAND_LINE)[0] == 2
    assert any("nowhere" in json.loads(line)["info"]["msg"] for line in lines if line.startswith("{"))


def test_a_wrong_argument_is_told(project: Path) -> None:
    """Guards against silence where dbt's own events have not begun yet."""
    code, lines = run(project, OWN_PROCESS, "no_such_verb")
    assert code == 2
    assert "no_such_verb" in lines[-1]


def test_a_build_that_nobody_reads_goes_on(project: Path) -> None:
    """Guards against half a build left by every refresh that was killed alone: its dbt must reach the end."""
    process = subprocess.Popen(
        arguments(project, OWN_PROCESS, "build"), cwd=project, env=environment(project, OWN_PROCESS),
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    assert process.stdout is not None
    process.stdout.close()
    process.wait()
    with duckdb.connect(str(build_file(project, OWN_PROCESS)), read_only=True) as connection:
        assert connection.execute("select sum(number) from small").fetchone() == (3,)
