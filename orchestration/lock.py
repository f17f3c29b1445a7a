"""One refresh at a time: an advisory lock on VITRINA_HOME/refresh.lock, freed by the system when a process dies."""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import TextIO

import duckdb

from foundation.settings import Settings
from ingestion.errors import BuildInUseError
from ingestion.store.tables import build_connection
from orchestration.progress import tell

ORPHAN_SECONDS = 600
POLL_SECONDS = 0.5
ATTEMPTS = 5
SECONDS_BETWEEN_ATTEMPTS = 0.05


class RefreshInProgressError(Exception):
    """Another process is writing to the build; the message is Russian."""


_depth: dict[Path, int] = {}
"""How often this process holds a lock: `vitrina refresh` takes it, then the job it runs takes it again."""


@contextmanager
def refresh_lock(settings: Settings) -> Iterator[None]:
    """Hold the lock of the build, or raise RefreshInProgressError without waiting for its end."""
    path = settings.home / "refresh.lock"
    if _depth.get(path):
        _depth[path] += 1
        try:
            yield
        finally:
            _depth[path] -= 1
        return
    settings.home.mkdir(mode=0o700, parents=True, exist_ok=True)
    with path.open("a+", encoding="utf-8") as handle:
        if not _taken(handle):
            handle.seek(0)
            owner = handle.read().strip() or "другой процесс"
            raise RefreshInProgressError(
                f"Обновление уже идёт ({owner}). Дождитесь его окончания и повторите; ход виден в vitrina status."
            )
        _sign(handle)
        _depth[path] = 1
        try:
            yield
        finally:
            del _depth[path]


def _sign(handle: TextIO) -> None:
    """Say whose the lock is; a full disk keeps nobody from holding it."""
    said = f"процесс {os.getpid()}, начато {datetime.now().astimezone():%d.%m.%Y %H:%M}"
    with suppress(OSError):
        os.truncate(handle.fileno(), 0)
        os.write(handle.fileno(), said.encode())


def _taken(handle: TextIO) -> bool:
    """Take the lock; False when a refresh holds it. Who only asks holds it too, for less than a moment."""
    for attempt in range(ATTEMPTS):
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if attempt < ATTEMPTS - 1:
                time.sleep(SECONDS_BETWEEN_ATTEMPTS)
        else:
            return True
    return False


def wait_until_free(settings: Settings, seconds: float = ORPHAN_SECONDS) -> None:
    """Wait while another process writes to the build: dbt may outlive by its last model a refresh that was killed.

    Raises BuildInUseError when it does not end; what else is wrong with the file is for the refresh to find.
    """
    deadline = time.monotonic() + seconds
    while settings.build_file.is_file():
        try:
            with build_connection(settings):
                return
        except BuildInUseError:
            if time.monotonic() > deadline:
                raise
            tell("Ожидание: файл сборки занят прерванным обновлением")
            time.sleep(POLL_SECONDS)
        except duckdb.Error:
            return


def refresh_is_running(settings: Settings) -> bool:
    """Whether some process, this one included, holds the lock."""
    path = settings.home / "refresh.lock"
    if _depth.get(path):
        return True
    if not path.is_file():
        return False
    with path.open("a", encoding="utf-8") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False
