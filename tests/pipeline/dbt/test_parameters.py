"""What a node hears of a refresh, found in its text, is what its compiled SQL really depends on."""

import json
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from dbt.cli.main import dbtRunner

from foundation.settings import Settings
from orchestration.dbt.graph import MOMENT, WRITTEN_LATER, Graph
from orchestration.dbt.project import PROJECT_DIR, build_parameters, dbt_environment, prepare_manifest

pytestmark = pytest.mark.slow
Compile = Callable[..., dict[str, str]]
OTHER = {
    "RELEASE_ID": "20300101T000000Z-0000",
    "AS_OF_DATE": "2031-05-07",
    "CODE_DIGEST": "0f" * 32,
    "TIMEZONE": "Asia/Omsk",
}


@pytest.fixture(scope="module")
def home(demo: tuple[Path, str], tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A copy of the demo: compiling asks the build which months have changed."""
    folder = tmp_path_factory.mktemp("parameters") / "home"
    shutil.copytree(demo[0], folder, symlinks=True)
    return Settings(home=folder)


@pytest.fixture
def compiled(home: Settings, monkeypatch: pytest.MonkeyPatch) -> Compile:
    """The compiled SQL of every node under the parameters of a refresh, some of them others."""

    def run(**others: str) -> dict[str, str]:
        given = build_parameters("20261201T000000Z-0000", date(2026, 12, 1), "Europe/Moscow") | others
        for name, value in (
            dbt_environment(home) | {f"VITRINA_{name}": value for name, value in given.items()}
        ).items():
            monkeypatch.setenv(name, value)
        folders = ["--project-dir", str(PROJECT_DIR), "--target-path", str(home.home / "compiled")]
        outcome = dbtRunner().invoke(["--log-level", "none", "--log-level-file", "none", "compile", *folders])
        assert outcome.success, outcome.exception
        return {result.node.unique_id: result.node.compiled_code for result in outcome.result.results}

    return run


def test_no_node_depends_on_what_it_does_not_hear(home: Settings, compiled: Compile) -> None:
    """Guards against a macro called in a way that is not seen: its model would stand although the day is another."""
    nodes = Graph(json.loads(prepare_manifest(home).read_text(encoding="utf-8"))).nodes
    usual = compiled()
    for name, value in (*OTHER.items(), (MOMENT, "")):
        found = compiled(**{name: value})
        other = {unique_id for unique_id, sql in found.items() if sql != usual[unique_id]}
        deaf = {unique_id for unique_id in other if not {name, MOMENT} & nodes[unique_id].asks}
        assert deaf == set(), name
        assert other, f"{name} is heard by no node"
    assert OTHER.keys() >= WRITTEN_LATER
    heard = frozenset[str]().union(*(node.parameters for node in nodes.values()))
    assert heard - {MOMENT, "STANDING"} == OTHER.keys() - WRITTEN_LATER
