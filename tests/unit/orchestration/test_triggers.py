"""The landing sensor and the nightly schedule, without the rest of the definitions."""

import os
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import dagster as dg
import pytest

from foundation.settings import Settings
from orchestration.lock import refresh_lock
from orchestration.triggers import landing_sensor, nightly_schedule, state_key

JOB = "nightly_refresh"


@pytest.fixture
def evaluate(settings: Settings) -> Callable[[], object]:
    settings.landing.mkdir(parents=True)

    def run() -> object:
        sensor = landing_sensor(settings, JOB)
        with dg.DagsterInstance.ephemeral() as instance, dg.build_sensor_context(instance=instance) as context:
            return sensor(context)

    return run


def put(settings: Settings, name: str = "файл.csv", content: str = "a", age: float = 60) -> Path:
    path = settings.landing / name
    path.write_text(content, encoding="utf-8")
    moment = time.time() - age
    os.utime(path, (moment, moment))
    return path


def test_settled_file_starts_one_run(settings: Settings, evaluate: Callable[[], object]) -> None:
    """Guards against a run each minute for the same files: the same state has the same key."""
    path = put(settings)
    first, second = evaluate(), evaluate()
    assert isinstance(first, dg.RunRequest)
    assert isinstance(second, dg.RunRequest)
    assert first.run_key == second.run_key
    put(settings, content="ab", age=30)
    assert state_key([path]) != first.run_key


def test_empty_landing_is_skipped(evaluate: Callable[[], object]) -> None:
    """Guards against runs for nothing."""
    found = evaluate()
    assert isinstance(found, dg.SkipReason)
    assert "нет новых" in str(found.skip_message)


def test_file_being_written_is_waited_for(settings: Settings, evaluate: Callable[[], object]) -> None:
    """Guards against reading half a file, and against leaving its sibling's batch half loaded."""
    put(settings)
    put(settings, "большой.xlsx", age=0)
    found = evaluate()
    assert isinstance(found, dg.SkipReason)
    assert "записываются" in str(found.skip_message)


def test_a_file_dated_in_the_future_holds_nobody_up(
    settings: Settings, evaluate: Callable[[], object], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Guards against a landing that is «still being written» for months, and with it every file of every sender."""
    monkeypatch.setattr("ingestion.receive.landing.time.sleep", lambda _: None)
    put(settings)
    put(settings, "будущее.csv", age=-86400)
    assert isinstance(evaluate(), dg.RunRequest)


def test_running_refresh_is_waited_for(settings: Settings, evaluate: Callable[[], object]) -> None:
    """Guards against a run that can only fail, because `vitrina refresh` holds the lock."""
    put(settings)
    with refresh_lock(settings):
        found = evaluate()
    assert isinstance(found, dg.SkipReason)
    assert "уже идёт" in str(found.skip_message)


def test_schedule_ticks_at_the_configured_local_time(settings: Settings) -> None:
    """Guards against 02:00 in UTC, which is the working morning in Krasnoyarsk."""
    schedule = nightly_schedule(settings.model_copy(update={"timezone": "Asia/Krasnoyarsk"}), JOB)
    assert (schedule.cron_schedule, schedule.execution_timezone) == ("0 2 * * *", "Asia/Krasnoyarsk")
    moment = datetime(2026, 11, 23, 2, tzinfo=ZoneInfo("Asia/Krasnoyarsk"))
    with dg.build_schedule_context(scheduled_execution_time=moment) as context:
        data = schedule.evaluate_tick(context)
    assert len(data.run_requests or []) == 1
