"""What a command costs: processor time, wall time and memory of all it starts."""

import os
import resource
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median

SAMPLE_SECONDS = 0.1
KIB = 1024


@dataclass(frozen=True)
class Cost:
    """CPU-seconds (user and system), wall seconds and the highest resident memory of the processes together, bytes."""

    cpu: float
    wall: float
    memory: int

    def as_row(self) -> dict[str, float]:
        return asdict(self)


class CommandFailedError(RuntimeError):
    """A measured command ended badly; the message holds the end of what it wrote."""


def cost_of(command: Sequence[str | Path], environment: Mapping[str, str], log: Path) -> Cost:
    """Run a command to its end; what it writes goes to `log`. Raises CommandFailedError."""
    start = time.perf_counter()
    with log.open("wb") as stream:
        process = subprocess.Popen(
            [str(part) for part in command],
            env={**os.environ, **environment},
            stdout=stream,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        watch = MemoryWatch(process.pid)
        watch.start()
        _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - start
    watch.ended.set()
    watch.join()
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise CommandFailedError(f"{command}: {log.read_text(encoding='utf-8', errors='replace')[-3000:]}")
    return Cost(usage.ru_utime + usage.ru_stime, wall, max(watch.highest, _own_peak(usage)))


def _own_peak(child: resource.struct_rusage) -> int:
    """The peak of one process as the system knows it, which sampling may miss; 0 when it cannot be told.

    A child is born with the peak of its parent, so that only a higher one is its own.
    """
    inherited = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return child.ru_maxrss * KIB if child.ru_maxrss > inherited else 0


class MemoryWatch(threading.Thread):
    """Sums the resident memory of a session's processes ten times a second."""

    def __init__(self, session: int) -> None:
        super().__init__(daemon=True)
        self.session = session
        self.highest = 0
        self.ended = threading.Event()

    def run(self) -> None:
        while not self.ended.wait(SAMPLE_SECONDS):
            self.highest = max(self.highest, sum(_resident(entry, self.session) for entry in _processes()))


def _processes() -> list[Path]:
    return [entry for entry in Path("/proc").iterdir() if entry.name.isdigit()]


def _resident(process: Path, session: int) -> int:
    """Resident bytes of a process when it belongs to the session, else 0."""
    try:
        # The name, in brackets, may hold spaces: fields are counted behind it. Session and pages: proc(5), 6 and 24.
        fields = (process / "stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return 0
    return int(fields[21]) * os.sysconf("SC_PAGE_SIZE") if int(fields[3]) == session else 0


def middle(costs: Sequence[Cost]) -> Cost:
    """The median of each figure."""
    return Cost(
        median(cost.cpu for cost in costs),
        median(cost.wall for cost in costs),
        int(median(cost.memory for cost in costs)),
    )
