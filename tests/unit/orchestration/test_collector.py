"""Python's garbage collector in a refresh: seldom, not at all while modules are imported, and as before afterwards."""

import atexit
import gc
from collections.abc import Iterator

import pytest

from orchestration.collector import ALLOCATIONS, no_collection, settle


@pytest.fixture(autouse=True)
def collector() -> Iterator[None]:
    """The collector is the process's own: the tests after these have it as it was."""
    was_enabled, thresholds = gc.isenabled(), gc.get_threshold()
    yield
    atexit.unregister(gc.freeze)
    gc.set_threshold(*thresholds)
    gc.unfreeze()
    if was_enabled:
        gc.enable()
    else:
        gc.disable()


def test_settled_it_collects_seldom() -> None:
    """Guards against a night that goes through the modules of Dagster and dbt again and again."""
    _, *older = gc.get_threshold()
    settle()
    assert gc.get_threshold() == (ALLOCATIONS, *older)
    assert gc.isenabled(), "a refresh that makes circles must not grow without a bound"


def test_what_was_imported_is_gone_through_no_more_but_what_is_made_is() -> None:
    """Guards against modules looked at after all, and against garbage of the refresh itself that nobody collects."""
    imported = [object]
    settle()
    assert not any(one is imported for one in gc.get_objects()), "frozen"
    made: list[object] = []
    made.append(made)
    assert any(one is made for one in gc.get_objects())
    del made
    assert gc.collect() > 0


def test_settled_again_it_stays_settled() -> None:
    """Guards against a second attempt of a night, which settles again, and thresholds that change with each."""
    settle()
    once = gc.get_threshold()
    settle()
    assert gc.get_threshold() == once


@pytest.mark.parametrize("was_enabled", [True, False])
def test_imports_are_not_collected_and_then_all_is_as_it_was(was_enabled: bool) -> None:
    """Guards against a collector left off for a whole night, or put on where its owner had switched it off."""
    (gc.enable if was_enabled else gc.disable)()
    with no_collection():
        assert not gc.isenabled()
    assert gc.isenabled() == was_enabled


def test_an_import_that_fails_leaves_the_collector_on() -> None:
    """Guards against a daemon whose definitions cannot be loaded and whose memory then grows."""
    with pytest.raises(ImportError), no_collection():
        raise ImportError("no such module")
    assert gc.isenabled()
