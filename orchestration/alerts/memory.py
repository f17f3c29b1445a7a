"""What each channel has been told: VITRINA_HOME/alerts.json.

A message that could not be delivered is not kept: what a channel has not been told is decided anew the next time, so
nobody reads an old cause, and a trouble that ended while the mail was away is told to nobody.
"""

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from foundation.private_file import write_private
from foundation.settings import Settings
from orchestration.alerts.signs import Sign

EVENTS_KEPT = 100
DAY_SECONDS = 86_400


@dataclass
class Told:
    """What one channel knows."""

    signs: dict[str, str] = field(default_factory=dict)
    """Key of a lasting sign: the day it was told (ISO)."""
    reminded: list[str] = field(default_factory=list)
    untold: list[dict[str, str]] = field(default_factory=list)
    """Events this channel has not been told yet: key, text, next_step."""
    delivered_at: str | None = None
    failed_at: str | None = None
    failure: str | None = None


@dataclass
class Memory:
    """What all channels know, the refresh whose events have been taken, and the files it left unpublished."""

    channels: dict[str, Told] = field(default_factory=dict)
    events_of: str | None = None
    files: list[Sign] | None = field(default_factory=list)
    """What `signs_of_files` found at the end of the last refresh."""

    def of(self, channel: str) -> Told:
        return self.channels.setdefault(channel, Told())


def memory_path(settings: Settings) -> Path:
    return settings.home / "alerts.json"


@contextmanager
def one_at_a_time(settings: Settings) -> Iterator[None]:
    """The end of a refresh and the hourly look must not both send the same message."""
    path = _lock_path(settings)
    if not path.exists():
        path.touch(mode=0o600)
        os.utime(path, (0, 0))
    with path.open("a") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def note_unremembered(settings: Settings, now: datetime | None) -> None:
    """Note when something was told that could not be remembered, on a full disk; None: all is remembered.

    The time of a file is all that a full disk can keep.
    """
    moment = now.timestamp() if now else 0
    os.utime(_lock_path(settings), (moment, moment))


def was_told_today(settings: Settings, now: datetime) -> bool:
    """Whether something was told within a day that could not be remembered."""
    return abs(now.timestamp() - _lock_path(settings).stat().st_mtime) < DAY_SECONDS


def _lock_path(settings: Settings) -> Path:
    return settings.home / ".alerts.lock"


def read_memory(settings: Settings) -> Memory:
    """What is remembered; of a damaged file nothing: a trouble told twice is better than one told to nobody."""
    try:
        return _memory(json.loads(memory_path(settings).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return Memory()


def _memory(values: Any) -> Memory:
    files = values["files"]
    return Memory(
        {str(name): _told(one) for name, one in values["channels"].items()},
        _text(values["events_of"]),
        None if files is None else [Sign(**_event(file)) for file in files],
    )


def _told(values: Any) -> Told:
    told = Told(
        {str(key): date.fromisoformat(day).isoformat() for key, day in values["signs"].items()},
        [str(key) for key in values["reminded"]],
        [_event(event) for event in values["untold"]],
        *(_text(values[name]) for name in ("delivered_at", "failed_at", "failure")),
    )
    told.untold = told.untold[-EVENTS_KEPT:]
    return told


def _event(values: Any) -> dict[str, str]:
    return {name: str(values[name]) for name in ("key", "text", "next_step")}


def _text(value: Any) -> str | None:
    return None if value is None else str(value)


def write_memory(settings: Settings, memory: Memory) -> None:
    """Put what is remembered in its place, whole."""
    write_private(memory_path(settings), json.dumps(asdict(memory), ensure_ascii=False, indent=1) + "\n")
