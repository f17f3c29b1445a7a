"""What the two sides of a bounded call say to each other."""

from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Any


class Ending(Enum):
    """How the process that opened a file came to its end."""

    ANSWERED = "answered"
    OUT_OF_MEMORY = "out_of_memory"
    OUT_OF_TIME = "out_of_time"
    KILLED = "killed"


@dataclass(frozen=True)
class Request:
    """A function of this project with its arguments, pickled: whoever opens the file unpacks them, not the server."""

    call: bytes
    answer: Path
    """Where the pickled Result is to be written."""
    memory_bytes: int
    seconds: float


@dataclass(frozen=True)
class Reply:
    """How it ended and what it took; the signal or exit code when the process was killed."""

    ending: Ending
    code: int = 0
    seconds: float = 0.0
    peak_bytes: int = 0


@dataclass(frozen=True)
class Result:
    """What the function returned, or the verdict it raised, or the type and place of an unforeseen error."""

    value: Any = None
    verdict: Exception | None = None
    fault: str | None = None
