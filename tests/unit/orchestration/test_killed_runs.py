"""What a killed refresh leaves in Dagster and on the build file must not hold up the nights to come."""

import subprocess
import sys

import dagster as dg
import pytest
from dagster import DagsterRunStatus

from cli.status import gather
from foundation.settings import Settings
from ingestion.errors import BuildInUseError
from ingestion.store.tables import prepare_build
from orchestration import dead_runs
from orchestration.dead_runs import close_dead_runs, close_other_runs
from orchestration.lock import refresh_lock, wait_until_free

JOB = "nightly_refresh"
HOLDS_THE_BUILD = "import duckdb, sys, time; c = duckdb.connect(sys.argv[1]); print(1, flush=True); time.sleep({})"


def left_behind(instance: dg.DagsterInstance) -> str:
    return instance.create_run_for_job(job(), status=DagsterRunStatus.STARTED).run_id


def job() -> dg.JobDefinition:
    @dg.op
    def nothing() -> None:
        return

    @dg.job(name=JOB)
    def nightly() -> None:
        nothing()

    return nightly


def status(instance: dg.DagsterInstance, run_id: str) -> DagsterRunStatus:
    run = instance.get_run_by_id(run_id)
    assert run is not None
    return run.status


def test_a_dead_run_is_closed_once_nobody_holds_the_lock(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Guards against a killed refresh after which the daemon starts none: only one may run at a time."""
    settings.home.mkdir(exist_ok=True)
    with dg.DagsterInstance.ephemeral() as instance:
        run_id = left_behind(instance)
        assert close_dead_runs(instance, settings, JOB) == 0, "it may just be starting"
        monkeypatch.setattr(dead_runs, "SECONDS_TO_TAKE_THE_LOCK", -1)
        with refresh_lock(settings):
            assert close_dead_runs(instance, settings, JOB) == 0, "it is alive"
        assert close_dead_runs(instance, settings, JOB) == 1
        assert status(instance, run_id) == DagsterRunStatus.FAILURE


def test_a_refresh_closes_the_runs_before_it() -> None:
    """Guards against runs that Dagster's pages show as going on for ever, and a refresh that closes itself."""
    with dg.DagsterInstance.ephemeral() as instance:
        dead, own = left_behind(instance), left_behind(instance)
        close_other_runs(instance, JOB, own)
        assert (status(instance, dead), status(instance, own)) == (DagsterRunStatus.FAILURE, DagsterRunStatus.STARTED)


def hold_the_build(settings: Settings, seconds: float) -> subprocess.Popen[str]:
    prepare_build(settings)
    code = HOLDS_THE_BUILD.format(seconds)
    process = subprocess.Popen(
        [sys.executable, "-c", code, str(settings.build_file)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    process.stdout.readline()
    return process


@pytest.mark.slow
def test_a_refresh_waits_for_the_last_of_a_killed_one(settings: Settings) -> None:
    """Guards against a refresh that fails because dbt of the killed one still writes."""
    process = hold_the_build(settings, 1)
    wait_until_free(settings)
    assert process.wait() == 0, "waited until it had ended"
    wait_until_free(settings)
    process.communicate()


@pytest.mark.slow
def test_a_build_that_stays_open_is_said_so(settings: Settings) -> None:
    """Guards against a refresh that waits for ever for somebody's open console, and a status that fails on it."""
    process = hold_the_build(settings, 60)
    try:
        with pytest.raises(BuildInUseError, match="он открыт другой программой"):
            wait_until_free(settings, seconds=0)
        assert gather(settings)["held_names"] is None
    finally:
        process.kill()
        process.communicate()
