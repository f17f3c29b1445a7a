"""`dbt build` by hand, as dbt_project/README.md says: the same project, without anything of ours around it."""

import subprocess

import duckdb
import pytest

from foundation.settings import Settings
from orchestration.dbt.build import UNIT_TESTS
from orchestration.dbt.project import DBT, PROJECT_DIR, dbt_environment
from orchestration.last_refresh import read_last_refresh
from orchestration.run import run_refresh

pytestmark = pytest.mark.slow


@pytest.fixture(autouse=True)
def own_environment(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """A refresh writes to the environment of the process; give it back."""
    monkeypatch.setenv("DAGSTER_HOME", str(settings.dagster_home))
    monkeypatch.setenv("VITRINA_BUILD_FILE", str(settings.build_file))
    monkeypatch.setenv("VITRINA_MEMORY_LIMIT", settings.memory_limit)


def test_dbt_by_hand_builds_the_project_and_the_next_night_notices(settings: Settings) -> None:
    """Guards against models that only our task can build, a build of other parameters taken for the refresh's own, and
    a night that fails because somebody has built by hand.
    """
    first = run_refresh(settings)
    assert first.published, first.alert
    done = subprocess.run(
        [DBT, "build", "--exclude", UNIT_TESTS, "--project-dir", PROJECT_DIR, "--target-path", settings.home / "hand"],
        env={**dbt_environment(settings), "VITRINA_RELEASE_ID": "by-hand"}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-3000:]
    assert summary(settings) == [("by-hand",)], "it builds what stands, too"
    second = run_refresh(settings)
    assert second.published, second.alert
    assert summary(settings) == [(second.release_id,)]
    notes = (read_last_refresh(settings) or {})["notes"]
    assert any("release_summary" in note and "построено заново" in note for note in notes), notes


def summary(settings: Settings) -> list[tuple[str]]:
    with duckdb.connect(str(settings.build_file), read_only=True) as connection:
        return connection.execute("select release_id from marts.release_summary").fetchall()
