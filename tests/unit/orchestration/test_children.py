"""The children of `vitrina serve`, tried with real processes and real signals."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from orchestration import children as module
from orchestration.children import ChildEndedError, Children, StopRequestedError

FOREVER = "import time\nwhile True: time.sleep(1)"
STUBBORN = f"""import signal
for number in (signal.SIGINT, signal.SIGTERM): signal.signal(number, signal.SIG_IGN)
print('ready', flush=True)
{FOREVER}"""
LAUNCHER = f"""import subprocess, sys
print(subprocess.Popen([sys.executable, '-c', {FOREVER!r}]).pid, flush=True)
{FOREVER}"""


def spawn(code: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-c", code], start_new_session=True, stdout=subprocess.PIPE)


def test_leaving_the_block_ends_all() -> None:
    """Guards against a daemon that goes on publishing after an error in `vitrina serve` itself."""
    with pytest.raises(RuntimeError), Children() as children:
        started = [spawn(FOREVER), spawn(FOREVER)]
        for process in started:
            children.adopt("sleeper", process, signal.SIGINT)
        raise RuntimeError
    assert all(process.returncode is not None for process in started)


def test_a_child_that_ignores_the_signal_is_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Guards against a stop that never ends."""
    monkeypatch.setattr(module, "STOP_SECONDS", 0.2)
    monkeypatch.setattr(module, "LEFT_BEHIND_SECONDS", 0.2)
    with Children() as children:
        process = spawn(STUBBORN)
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        children.adopt("stubborn", process, signal.SIGINT)
    assert process.returncode == -signal.SIGKILL


def test_what_a_child_started_ends_with_it() -> None:
    """Guards against a refresh that goes on writing after «Остановлено»: the daemon leaves its runs alone."""
    with Children() as children:
        process = spawn(LAUNCHER)
        assert process.stdout is not None
        grandchild = int(process.stdout.readline())
        children.adopt("launcher", process, signal.SIGINT)
        os.kill(grandchild, 0)
    with pytest.raises(ProcessLookupError):
        os.kill(grandchild, 0)


def test_a_child_that_ends_is_named(tmp_path: Path) -> None:
    """Guards against a service that stands half: nobody would notice the missing daemon."""
    with Children() as children, pytest.raises(ChildEndedError, match="python"):
        children.start("python", ["-c", "print('gone')"], tmp_path)
        children.wait(lambda: False)
    assert (tmp_path / "python.log").read_text(encoding="utf-8") == "gone\n"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_calls_the_wait_off(number: signal.Signals) -> None:
    """Guards against a first start of a minute that Ctrl-C cannot interrupt, and handlers left behind."""
    former = signal.getsignal(number)
    with Children() as children, pytest.raises(StopRequestedError):
        os.kill(os.getpid(), number)
        children.wait(lambda: False)
    assert signal.getsignal(number) == former
