"""A disk that is full: before a refresh, and in the middle of it. The home lies on a file system of its own (tmpfs)."""

import os
import shutil
import subprocess
import time
from dataclasses import replace
from pathlib import Path

from benchmarks.faults.fault import Fault, Harm, Scene, Try
from benchmarks.faults.home import POLL_SECONDS, Home

MB = 1_000_000
ROOMY = 2_000 * MB
BEFORE = (0, 50, 200)
"""Megabytes that are left when the refresh begins: it has to decline."""
MEANWHILE = (0, 0.5, 1, 2, 5, 10, 15, 20, 40, 60)
"""Megabytes that are left once the refresh has found room enough: somebody else has filled the disk."""
BEGUN = "STEP_START"
"""What the log says once the build was prepared, of which the question for room is a part."""


def disk_faults() -> list[Fault]:
    """Only root may mount."""
    not_here = None if os.geteuid() == 0 else "нужен root: рабочая папка кладётся на свой tmpfs"
    before = [Try(f"{room} МБ", _full(room, is_meanwhile=False)) for room in BEFORE]
    meanwhile = [Try(f"{room} МБ", _full(room, is_meanwhile=True)) for room in MEANWHILE]
    return [
        Fault("диск полон до обновления", before, not_here),
        Fault("диск заполнен во время обновления", meanwhile, not_here),
    ]


def _full(room: float, *, is_meanwhile: bool) -> Harm:
    def harm(scene: Scene) -> Home:
        disk = scene.beside / "disk"
        disk.mkdir()
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={ROOMY}", "vitrina-faults", str(disk)], check=True)
        home = scene.home.at(disk / "home")
        shutil.copytree(scene.home.path, home.path, symlinks=True)
        if is_meanwhile:
            running = home.start("refresh")
            _wait_for_work(home.path, running.process.poll)
            _leave(disk, room)
            home.ended(running)
        else:
            _leave(disk, room)
            home.refresh()
        _size(disk, ROOMY)
        return replace(home)

    return harm


def _wait_for_work(home: Path, ended: object) -> None:
    assert callable(ended)
    log = home / "reports" / "refresh.log"
    start = log.stat().st_size
    while True:
        with log.open("rb") as stream:
            stream.seek(start)
            if BEGUN in stream.read().decode(errors="replace"):
                return
        if ended() is not None:
            raise RuntimeError("обновление кончилось раньше, чем началось")
        time.sleep(POLL_SECONDS)


def _leave(disk: Path, room: float) -> None:
    """Make the disk so small that this many megabytes are left."""
    found = os.statvfs(disk)
    used = (found.f_blocks - found.f_bfree) * found.f_frsize
    _size(disk, used + int(room * MB))


def _size(disk: Path, size: int) -> None:
    done = subprocess.run(
        ["mount", "-o", f"remount,size={size}", str(disk)], capture_output=True, text=True, check=False
    )
    if done.returncode:  # more was written meanwhile: as small as it can be
        found = os.statvfs(disk)
        now = (found.f_blocks - found.f_bfree) * found.f_frsize
        subprocess.run(["mount", "-o", f"remount,size={now + 4 * MB}", str(disk)], check=True)
