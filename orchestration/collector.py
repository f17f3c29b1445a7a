"""Python's garbage collector in a refresh: what is imported stays, and what is made seldom goes in circles.

With its usual thresholds the collector goes through the modules of Dagster and dbt again and again: a sixth of the
processor time of a night in which one cell changed. And at the end of the process it takes all of them apart, piece by
piece: a second for nothing.
"""

import atexit
import gc
from collections.abc import Iterator
from contextlib import contextmanager

ALLOCATIONS = 100_000
"""New objects more than freed ones before the youngest are looked at; Python takes 700."""


def settle() -> None:
    """What has been imported stays till the end of the process; from now on collect seldom, and not at the end."""
    gc.freeze()
    gc.set_threshold(ALLOCATIONS, *gc.get_threshold()[1:])
    atexit.unregister(gc.freeze)
    atexit.register(gc.freeze)


@contextmanager
def no_collection() -> Iterator[None]:
    """While modules are imported nothing can be freed."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
