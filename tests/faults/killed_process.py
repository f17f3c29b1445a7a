"""A `vitrina refresh` that is killed (SIGKILL) at a chosen moment, with what it has started or alone."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import duckdb

ROOT = Path(__file__).parents[2]
VITRINA = Path(sys.executable).with_name("vitrina")
POLL_SECONDS = 0.02

# The child kills itself where no watcher from outside could hit: at a call of one function of the product.
KILLS_ITSELF = """
import importlib, os, signal, sys

module, name, when, number, whom = sys.argv[1:]
owner = importlib.import_module(module)
*path, last = name.split(".")
for part in path:
    owner = getattr(owner, part)
original, calls = getattr(owner, last), 0


def die():
    if whom == "alone":
        os.kill(os.getpid(), signal.SIGKILL)
    os.killpg(os.getpgrp(), signal.SIGKILL)


def dying(*arguments, **named):
    global calls
    calls += 1
    is_time = calls == int(number)
    if is_time and when == "before":
        die()
    result = original(*arguments, **named)
    if is_time and when == "after":
        die()
    return result


setattr(owner, last, dying)
sys.argv = ["vitrina", "refresh"]
from cli.main import run

run()
"""


@dataclass(frozen=True)
class AtCall:
    """Just before or just after the n-th call of a function; the whole session dies, or what calls it alone."""

    module: str
    name: str
    when: str
    number: int = 1
    is_alone: bool = False
    """Spares the readers of files, which it has started."""
    given: str = ""
    """SQL over the build beforehand, without which a refresh would not come to the call."""

    def kill(self, home: Path) -> None:
        if self.given:
            with duckdb.connect(str(home / "warehouse.duckdb")) as connection:
                connection.execute(self.given)
        whom = "alone" if self.is_alone else "session"
        arguments = [self.module, self.name, self.when, str(self.number), whom]
        process = _start([sys.executable, "-c", KILLS_ITSELF, *arguments], home)
        _, said = process.communicate()
        assert process.returncode == -signal.SIGKILL, f"{self} was not reached: {process.returncode} {said}"

    def __str__(self) -> str:
        alone = ", alone" if self.is_alone else ""
        return f"{self.when} call {self.number} of {self.module}.{self.name}{alone}"


@dataclass(frozen=True)
class WhenFileAppears:
    """As soon as a file of the home exists."""

    name: str

    def kill(self, home: Path) -> None:
        _kill_when(home, (home / self.name).exists, str(self))

    def __str__(self) -> str:
        return f"when {self.name} appears"


Moment = AtCall | WhenFileAppears


def _start(command: list[str], home: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, cwd=ROOT, start_new_session=True,
        env={**os.environ, "VITRINA_HOME": str(home), "VITRINA_RELEASES_KEPT": "1"},
    )  # fmt: skip


def _kill_when(home: Path, happened: Callable[[], bool], moment: str) -> None:
    process = _start([str(VITRINA), "refresh"], home)
    while not happened():
        assert process.poll() is None, f"{moment} was not reached: {process.returncode}"
        time.sleep(POLL_SECONDS)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    assert process.stderr is not None
    process.stderr.close()
