"""One refresh at a time."""

import fcntl
import subprocess
import sys
from threading import Timer

import pytest

from foundation.settings import Settings
from orchestration.lock import RefreshInProgressError, refresh_is_running, refresh_lock

HOLD = """
import sys, time
from pathlib import Path
from orchestration.lock import refresh_lock
from foundation.settings import Settings
with refresh_lock(Settings(home=Path(sys.argv[1]))):
    print("held", flush=True)
    time.sleep(60)
"""


def test_second_process_is_refused_and_a_dead_one_frees_the_lock(settings: Settings) -> None:
    """Guards against two writers of one build file, and against a crash that blocks every later night."""
    child = subprocess.Popen([sys.executable, "-c", HOLD, str(settings.home)], stdout=subprocess.PIPE, text=True)
    try:
        assert child.stdout is not None
        assert child.stdout.readline().strip() == "held"
        assert refresh_is_running(settings)
        with pytest.raises(RefreshInProgressError, match=rf"уже идёт \(процесс {child.pid}"), refresh_lock(settings):
            pass
    finally:
        child.kill()
        child.communicate()
    assert not refresh_is_running(settings)
    with refresh_lock(settings):
        pass


def test_the_job_may_take_the_lock_its_command_holds(settings: Settings) -> None:
    """Guards against `vitrina refresh` locking itself out: command and job run in one process."""
    with refresh_lock(settings):
        with refresh_lock(settings):
            assert refresh_is_running(settings)
        assert refresh_is_running(settings)
    assert not refresh_is_running(settings)


def test_who_only_asks_refuses_nobody(settings: Settings) -> None:
    """Guards against a refresh that fails because the landing sensor asked, just then, whether one runs."""
    with (settings.home / "refresh.lock").open("a", encoding="utf-8") as asking:
        fcntl.flock(asking, fcntl.LOCK_EX)
        Timer(0.02, lambda: fcntl.flock(asking, fcntl.LOCK_UN)).start()
        with refresh_lock(settings):
            assert refresh_is_running(settings)
