"""The processes of a session: what they have cost so far, and how its leader or all are killed."""

import os
import signal
import subprocess
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
SESSION, PARENT = "session", "parent"


@dataclass(frozen=True)
class Running:
    """A command that was started, the leader of its session."""

    process: subprocess.Popen[str]


@dataclass(frozen=True)
class Process:
    """A process, its CPU-seconds and those of its children that have ended."""

    pid: int
    cpu: float
    command: str


@dataclass(frozen=True)
class Session:
    """All processes of a session at one moment."""

    leader: int
    processes: tuple[Process, ...]

    @property
    def cpu(self) -> float:
        """CPU-seconds of all of them so far."""
        return sum(one.cpu for one in self.processes)

    def kill(self, victim: str) -> None:
        """SIGKILL to all of them or to the leader alone."""
        if victim == SESSION:
            os.killpg(self.leader, signal.SIGKILL)
            return
        with suppress(ProcessLookupError):
            os.kill(self.leader, signal.SIGKILL)


def session_of(leader: int) -> Session:
    """The session of a process that was started as its leader."""
    found = (_process(entry, leader) for entry in Path("/proc").iterdir() if entry.name.isdigit())
    return Session(leader, tuple(one for one in found if one))


def _process(entry: Path, session: int) -> Process | None:
    try:
        # The name, in brackets, may hold spaces: fields are counted behind it. Session and times: proc(5), 6 and 14-17.
        fields = (entry / "stat").read_text().rpartition(")")[2].split()
        if int(fields[3]) != session:
            return None
        command = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except (FileNotFoundError, ProcessLookupError):
        return None
    return Process(int(entry.name), sum(map(int, fields[11:15])) / TICKS, command)
