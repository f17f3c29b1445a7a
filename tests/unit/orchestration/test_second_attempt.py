"""Under the daemon a run that failed cannot begin itself anew: a sensor asks for the second attempt."""

from collections.abc import Callable, Iterator
from typing import Any

import dagster as dg
import pytest
from dagster import DagsterEventType

from foundation.settings import Settings
from orchestration.last_refresh import write_last_refresh
from orchestration.lock import refresh_lock
from orchestration.record import FULL_TAG, SECOND_TAG
from orchestration.triggers import second_attempt_sensor


@dg.op
def fails() -> None:
    raise RuntimeError("a check is not passed")


@dg.job
def night() -> None:
    fails()


@pytest.fixture
def evaluate(settings: Settings) -> Iterator[Callable[[dict[str, Any]], object]]:
    """Runs the job with tags, lets it fail, and asks the sensor."""
    with dg.DagsterInstance.ephemeral() as instance:

        def run(tags: dict[str, Any]) -> object:
            result = night.execute_in_process(instance=instance, raise_on_error=False, tags=tags)
            (event,) = (one for one in result.all_events if one.event_type == DagsterEventType.RUN_FAILURE)
            context = dg.build_run_status_sensor_context(
                "second_attempt", event, instance, result.dagster_run
            ).for_run_failure()
            return second_attempt_sensor(settings, night)(context)

        yield run


def failed(settings: Settings, *, may_publish: bool) -> None:
    write_last_refresh(settings, {"outcome": "failed", "second_attempt": may_publish})


def test_it_is_asked_for_once(settings: Settings, evaluate: Callable[[dict[str, Any]], object]) -> None:
    """Guards against a file set aside under `vitrina refresh` alone, and against attempts without end."""
    failed(settings, may_publish=True)
    found = evaluate({FULL_TAG: "true"})
    assert isinstance(found, dg.RunRequest)
    assert found.tags == {SECOND_TAG: "true", FULL_TAG: "true"}
    assert found.run_key
    assert isinstance(evaluate({SECOND_TAG: "true"}), dg.SkipReason)


def test_a_failure_that_stays_is_not_repeated(settings: Settings, evaluate: Callable[[dict[str, Any]], object]) -> None:
    """Guards against a night that fails twice for the same reason and costs twice."""
    failed(settings, may_publish=False)
    assert isinstance(evaluate({}), dg.SkipReason)


def test_a_refresh_under_way_is_left_alone(settings: Settings, evaluate: Callable[[dict[str, Any]], object]) -> None:
    """Guards against a second attempt that can only fail at the lock."""
    failed(settings, may_publish=True)
    with refresh_lock(settings):
        assert isinstance(evaluate({}), dg.SkipReason)
