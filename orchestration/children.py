"""Child processes that live and end together, and a wait that a signal or the end of a child calls off."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import FrameType, TracebackType
from typing import Any, Self

from foundation.private_file import OTHERS
from foundation.sources import ROOT

POLL_SECONDS = 0.2
STOP_SECONDS = 20
LEFT_BEHIND_SECONDS = 10
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM)


class StopRequestedError(Exception):
    """Ctrl-C or SIGTERM came."""


class ChildEndedError(Exception):
    """A child that should run for good ended by itself; the message is its name."""


@dataclass(frozen=True)
class Child:
    """A process, its name for people and the signal that ends it in order."""

    name: str
    process: subprocess.Popen[bytes]
    stop_signal: signal.Signals


class Children:
    """The children of `vitrina serve`; leaving the block ends them all.

    A signal only leaves a note, which `wait` reads: no child can slip away between its start and its entry here.
    """

    def __init__(self) -> None:
        self._children: list[Child] = []
        self._stopping = False
        self._former: dict[signal.Signals, Any] = {}

    def __enter__(self) -> Self:
        self._former = {number: signal.signal(number, self._note) for number in STOP_SIGNALS}
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self._stop()
        for number, handler in self._former.items():
            signal.signal(number, handler)

    def start(self, program: str, arguments: Sequence[str], logs: Path, name: str | None = None) -> None:
        """Start a program of this environment, its output appended to a log of its name."""
        with (logs / f"{name or program}.log").open("ab") as log:
            process = subprocess.Popen(
                [str(Path(sys.executable).parent / program), *arguments],
                cwd=ROOT,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # Ctrl-C reaches this process only, and it stops the children in order
                umask=OTHERS,
            )
        self.adopt(name or program, process, signal.SIGINT)

    def adopt(self, name: str, process: subprocess.Popen[bytes], stop_signal: signal.Signals) -> None:
        """Keep a process, started in a session of its own, together with the others."""
        self._children.append(Child(name, process, stop_signal))

    def wait(self, happened: Callable[[], bool]) -> None:
        """Return when something has happened; raise when a signal came or a child ended before it did."""
        while not happened():
            if self._stopping:
                raise StopRequestedError
            ended = next((child for child in self._children if child.process.poll() is not None), None)
            if ended is not None:
                raise ChildEndedError(ended.name)
            time.sleep(POLL_SECONDS)

    def _note(self, _signal: int, _frame: FrameType | None) -> None:
        self._stopping = True

    def _stop(self) -> None:
        for child in self._children:
            if child.process.poll() is None:
                child.process.send_signal(child.stop_signal)
        deadline = time.monotonic() + STOP_SECONDS
        for child in self._children:
            with contextlib.suppress(subprocess.TimeoutExpired):
                child.process.wait(max(0.1, deadline - time.monotonic()))
        for child in self._children:
            _end_session(child.process)


def _end_session(process: subprocess.Popen[bytes]) -> None:
    """End what a child has left behind, such as a refresh the daemon had started, and the child if it would not go."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        deadline = time.monotonic() + LEFT_BEHIND_SECONDS
        try:
            os.killpg(process.pid, number)
            while time.monotonic() < deadline:
                process.poll()
                os.killpg(process.pid, 0)
                time.sleep(POLL_SECONDS)
        except ProcessLookupError:
            return
    process.wait()
