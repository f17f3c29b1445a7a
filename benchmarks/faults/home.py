"""A home to be harmed: its refreshes as an administrator starts them, and processes killed at a share of their work."""

import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path

from benchmarks.faults.account import under
from benchmarks.faults.processes import Running, session_of
from foundation.settings import Settings
from foundation.sources import ROOT

VITRINA = ROOT / ".venv" / "bin" / "vitrina"
LONGEST_SECONDS = 1800
TODAY = datetime.now(UTC).date()
"""The day of every refresh of a run, also when midnight comes in between."""
POLL_SECONDS = 0.02


class NotReachedError(RuntimeError):
    """The refresh ended before the harm could be done."""


@dataclass(frozen=True)
class Said:
    """What a command came to and told people."""

    code: int
    text: str


@dataclass(frozen=True)
class Home:
    """A home, who runs it and in which environment; `said` keeps every answer of its commands."""

    path: Path
    environment: Mapping[str, str] = field(default_factory=dict)
    user: str | None = None
    said: list[Said] = field(default_factory=list, compare=False)

    @property
    def settings(self) -> Settings:
        return Settings(home=self.path)

    def at(self, path: Path) -> "Home":
        """The same home at another path."""
        return replace(self, path=path)

    def given(self, **environment: str) -> "Home":
        """The same home with something else in the environment."""
        return replace(self, environment={**self.environment, **environment})

    def on(self, day: date) -> "Home":
        """The same home on another day, as the setting says it."""
        return self.given(VITRINA_BUILD_DATE=day.isoformat())

    def start(self, *arguments: str, program: Sequence[str | Path] = (VITRINA,)) -> Running:
        """Start a command in a session of its own."""
        command = [*(under(self.user) if self.user else []), *map(str, program), *arguments]
        environment = {
            **os.environ, "VITRINA_HOME": str(self.path), "VITRINA_RELEASES_KEPT": "2", "COLUMNS": "200",
            "VITRINA_BUILD_DATE": TODAY.isoformat(), **self.environment,
        }  # fmt: skip
        process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment,
            cwd=ROOT, start_new_session=True,
        )  # fmt: skip
        return Running(process)

    def ended(self, running: Running) -> Said:
        """Wait for the end of a command and keep what it said."""
        try:
            text, _ = running.process.communicate(timeout=LONGEST_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(running.process.pid, signal.SIGKILL)
            text, _ = running.process.communicate()
            text += f"\nне кончилось за {LONGEST_SECONDS} с"
        said = Said(running.process.returncode, text)
        self.said.append(said)
        return said

    def run(self, *arguments: str) -> Said:
        """Run a command to its end."""
        return self.ended(self.start(*arguments))

    def refresh(self) -> Said:
        """The nightly job, unaided."""
        return self.run("refresh")

    def done(self, *arguments: str) -> Said:
        """Run what has to succeed for the harm to mean anything."""
        said = self.run(*arguments)
        if said.code:
            raise RuntimeError(f"vitrina {' '.join(arguments)}: {said.code}\n{said.text}")
        return said

    def kill_at(self, share: float, whole: float, victim: str) -> None:
        """SIGKILL to a refresh that has done this share of the `whole` CPU-seconds; raises NotReachedError.

        `victim`: the whole session or its parent alone; what is left alone goes on.
        """
        running = self.start("refresh")
        while (done := session_of(running.process.pid)).cpu < share * whole:
            if running.process.poll() is not None:
                self.ended(running)
                raise NotReachedError(f"{victim}: {share:.2f}")
            time.sleep(POLL_SECONDS)
        done.kill(victim)
        running.process.wait()
        # What a spared child writes nobody reads any more, as when a terminal is closed.
        assert running.process.stdout is not None
        running.process.stdout.close()
