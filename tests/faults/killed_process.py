"""A `vitrina refresh` that is killed (SIGKILL) at a chosen moment, with what it has started or alone."""

import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
VITRINA = Path(sys.executable).with_name("vitrina")
POLL_SECONDS = 0.02

# The child kills itself where no watcher from outside could hit: at a call of one function of the product.
KILLS_ITSELF = """
import importlib, os, signal, sys

module, name, when, number = sys.argv[1:]
owner = importlib.import_module(module)
*path, last = name.split(".")
for part in path:
    owner = getattr(owner, part)
original, calls = getattr(owner, last), 0


def dying(*arguments, **named):
    global calls
    calls += 1
    is_time = calls == int(number)
    if is_time and when == "before":
        os.killpg(os.getpgrp(), signal.SIGKILL)
    result = original(*arguments, **named)
    if is_time and when == "after":
        os.killpg(os.getpgrp(), signal.SIGKILL)
    return result


setattr(owner, last, dying)
sys.argv = ["vitrina", "refresh"]
from cli.main import run

run()
"""


@dataclass(frozen=True)
class AtCall:
    """Just before or just after the n-th call of a function; the whole session dies."""

    module: str
    name: str
    when: str
    number: int = 1

    def kill(self, home: Path) -> None:
        arguments = [self.module, self.name, self.when, str(self.number)]
        process = _start([sys.executable, "-c", KILLS_ITSELF, *arguments], home)
        _, said = process.communicate()
        assert process.returncode == -signal.SIGKILL, f"{self} was not reached: {process.returncode} {said}"

    def __str__(self) -> str:
        return f"{self.when} call {self.number} of {self.module}.{self.name}"


@dataclass(frozen=True)
class WhenFileAppears:
    """As soon as a file of the home exists."""

    name: str

    def kill(self, home: Path) -> None:
        _kill_when(home, (home / self.name).exists, str(self), is_alone=False)

    def __str__(self) -> str:
        return f"when {self.name} appears"


@dataclass(frozen=True)
class WhenBuilt:
    """When so many models are built; `is_alone` spares dbt, which then goes on writing to the build."""

    models: int
    is_alone: bool = False

    def kill(self, home: Path) -> None:
        log = home / "reports" / "refresh.log"
        start = log.stat().st_size if log.is_file() else 0

        def built() -> bool:
            if not log.is_file():
                return False
            with log.open("rb") as stream:
                stream.seek(start)
                said = stream.read().decode(errors="replace")
            return said.count("dbt_build - ASSET_MATERIALIZATION") >= self.models

        _kill_when(home, built, str(self), self.is_alone)

    def __str__(self) -> str:
        return f"when {self.models} models are built" + (", dbt left alone" if self.is_alone else "")


Moment = AtCall | WhenFileAppears | WhenBuilt


def _start(command: list[str], home: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, cwd=ROOT, start_new_session=True,
        env={**os.environ, "VITRINA_HOME": str(home), "VITRINA_RELEASES_KEPT": "1"},
    )  # fmt: skip


def _kill_when(home: Path, happened: object, moment: str, is_alone: bool) -> None:
    assert callable(happened)
    process = _start([str(VITRINA), "refresh"], home)
    while not happened():
        assert process.poll() is None, f"{moment} was not reached: {process.returncode}"
        time.sleep(POLL_SECONDS)
    if is_alone:
        process.kill()
    else:
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    assert process.stderr is not None
    process.stderr.close()
