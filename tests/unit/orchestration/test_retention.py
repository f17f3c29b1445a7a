"""What a home keeps for its term, and what goes after it."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import dagster as dg
import pytest
from pydantic import ValidationError

from foundation.settings import Settings
from orchestration.instance import dagster_instance
from orchestration.metrics import bytes_of
from orchestration.retention import DAY_SECONDS, HistorySettings, keep_to_terms

pytestmark = pytest.mark.slow


@dg.op
def many_events(context: dg.OpExecutionContext) -> None:
    for number in range(300):
        context.log_event(dg.AssetMaterialization("asset", metadata={"text": "x" * 500, "number": number}))


@dg.job
def night() -> None:
    many_events()


@pytest.fixture
def instance(settings: Settings) -> Iterator[dg.DagsterInstance]:
    with dagster_instance(settings) as found:
        yield found


def run(instance: dg.DagsterInstance, times: int) -> list[str]:
    return [night.execute_in_process(instance=instance).run_id for _ in range(times)]


def test_runs_beyond_their_number_go_and_free_the_disk(settings: Settings, instance: dg.DagsterInstance) -> None:
    """Guards against two gigabytes of events a year, of which Dagster deletes the rows and keeps the files."""
    made = run(instance, 6)
    history = settings.home / "dagster" / "history"
    before = bytes_of(history)
    keep_to_terms(settings, instance, HistorySettings(runs_kept=2))
    assert [one.run_id for one in instance.get_runs()] == [made[5], made[4]]
    assert {path.stem for path in (history / "runs").glob("*.db")} == {"index", made[5], made[4]}
    assert bytes_of(history) < before / 2
    assert len(instance.get_records_for_run(made[5]).records) > 300, "what is kept is kept whole"
    run(instance, 1)


@dg.asset
def mart() -> None:
    """Something that is checked."""


@dg.asset_check(asset=mart)
def is_whole() -> dg.AssetCheckResult:
    return dg.AssetCheckResult(passed=True, metadata={"text": "x" * 500})


def checked(instance: dg.DagsterInstance) -> str:
    """A night whose table is checked."""
    return dg.materialize([mart, is_whole], instance=instance).run_id


def test_checks_go_with_their_run(settings: Settings, instance: dg.DagsterInstance) -> None:
    """Guards against the records of checks, which Dagster keeps of runs that are deleted: 140 megabytes a year."""
    made = [checked(instance) for _ in range(4)]
    keep_to_terms(settings, instance, HistorySettings(runs_kept=2))
    index = settings.home / "dagster" / "history" / "runs" / "index.db"
    with closing(sqlite3.connect(index)) as connection:
        found = connection.execute("select distinct run_id from asset_check_executions").fetchall()
    assert {run_id for (run_id,) in found} == set(made[2:])


def test_history_is_flat_after_its_term(settings: Settings, instance: dg.DagsterInstance) -> None:
    """Guards against a home that grows with every night."""
    sizes = []
    for _ in range(8):
        run(instance, 1)
        keep_to_terms(settings, instance, HistorySettings(runs_kept=2))
        databases = (settings.home / "dagster" / "history").rglob("*.db")
        sizes.append(sum(path.stat().st_size for path in databases))
    assert max(sizes[5:]) <= 1.1 * max(sizes[2:5])


def test_a_run_under_way_is_never_removed(settings: Settings, instance: dg.DagsterInstance) -> None:
    """Guards against a refresh that loses its own record."""
    started = instance.create_run_for_job(night, status=dg.DagsterRunStatus.STARTED)
    run(instance, 2)
    keep_to_terms(settings, instance, HistorySettings(runs_kept=1))
    assert instance.get_run_by_id(started.run_id) is not None


def test_protocols_and_traces_go_after_their_terms(settings: Settings, instance: dg.DagsterInstance) -> None:
    """Guards against a folder of reports that nobody can look through, and against anything else removed from it."""
    ages = {"flk_new.xlsx": 399, "flk_old.xlsx": 401, "error_new.log": 89, "error_old.log": 91, "refresh.log": 1000}
    for name, days in ages.items():
        write(settings.reports / name, days)
    keep_to_terms(settings, instance)
    assert sorted(path.name for path in settings.reports.iterdir()) == ["error_new.log", "flk_new.xlsx", "refresh.log"]


def write(path: Path, days: int) -> None:
    path.write_text("text", encoding="utf-8")
    moment = path.stat().st_mtime - days * DAY_SECONDS
    os.utime(path, (moment, moment))


def test_a_term_is_at_least_one() -> None:
    """Guards against a setting that removes what a refresh has just written."""
    with pytest.raises(ValidationError):
        HistorySettings(runs_kept=0)


@pytest.mark.parametrize(("days", "stays"), [(1, False), (8, True), (400, True), (-400, True)])
def test_a_clock_that_is_wrong_for_a_night_removes_no_protocols(
    settings: Settings, instance: dg.DagsterInstance, days: int, stays: bool
) -> None:
    """Guards against every protocol gone because the machine thought for one night that it was next year."""
    settings.reports.mkdir(parents=True, exist_ok=True)
    protocol = settings.reports / "flk_контингент.xlsx"
    protocol.touch()
    now = datetime.now(UTC)
    long_ago = (now - timedelta(days=500)).timestamp()
    os.utime(protocol, (long_ago, long_ago))
    keep_to_terms(settings, instance, last_night=now - timedelta(days=days))
    assert protocol.exists() == stays
