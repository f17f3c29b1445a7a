"""The homes that every try begins from and is compared with, and one try from its harm to the verdict."""

import contextlib
import os
import pickle
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import duckdb

from benchmarks.faults.comparison import Difference, Facts, Watch, facts_of, torn_release, watched
from benchmarks.faults.fault import Fault, Scene, Try
from benchmarks.faults.home import POLL_SECONDS, Home, Said
from benchmarks.faults.processes import session_of
from benchmarks.faults.region import ANSWER, HELD, SECRET, first_files, second_files, waiting_files
from publishing.revision import code_digest

UNCLEAR = re.compile(
    r"Traceback|ошибка программы|Непредвиденная ошибка|не кончилось за|No space left|Permission denied|\[Errno"
)
"""What no person can act upon."""
PROMISE = re.compile(r"Опубликован выпуск|Нового нет")


@dataclass(frozen=True)
class Verdict:
    """What became of one try; each list names what was found, and is empty when all is well."""

    fault: str
    name: str
    torn: tuple[str, ...]
    lost: tuple[str, ...]
    doubled: tuple[str, ...]
    unclear: tuple[str, ...]
    recovered: bool
    seconds: float
    said: tuple[str, ...]
    """The last line of every answer that was no success, for the page."""

    @classmethod
    def of(cls, values: dict[str, Any]) -> "Verdict":
        """From a line of the log."""
        kept: dict[str, Any] = {name: tuple(it) if isinstance(it, list) else it for name, it in values.items()}
        return cls(**kept)

    @property
    def is_fine(self) -> bool:
        return self.recovered and not (self.torn or self.lost or self.doubled or self.unclear)


class Bench:
    """A folder with the homes to begin from; each comes in two kinds, with and without a decision since the release."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.files = folder / "files"
        self.undisturbed: dict[bool, Facts] = {}
        self.cpu = 0.0
        self.tries = folder / f"try-{os.getpid()}"
        """Several may try at the same folder at once."""

    def base(self, *, is_decided: bool) -> Path:
        """A home with two releases and files in landing."""
        return self.folder / ("decided" if is_decided else "undecided")

    def prepare(self) -> None:
        """Live the first nights, then the one that nothing is done to; or take what this very code has left here."""
        kept, code = self.folder / "undisturbed.pickle", code_digest()
        if kept.is_file():
            found = pickle.loads(kept.read_bytes())
            if found["code"] != code:
                raise RuntimeError(f"{self.folder}: папки другой версии программы, нужна пустая")
            self.undisturbed, self.cpu = found["facts"], found["cpu"]
            return
        self._live()
        found = {"code": code, "facts": self.undisturbed, "cpu": self.cpu}
        kept.write_bytes(pickle.dumps(found))

    def _live(self) -> None:
        self.files.mkdir()
        base = Home(self.base(is_decided=False))
        base.path.mkdir(mode=0o700)
        (base.path / "secret").write_text(SECRET, encoding="utf-8")
        (base.path / "secret").chmod(0o600)
        for files in (first_files, second_files):
            base.done("add", *map(str, files(self.files)))
            base.done("refresh")
        base.done("add", *map(str, waiting_files(self.files)))
        decided = base.at(self.base(is_decided=True))
        shutil.copytree(base.path, decided.path, symlinks=True)
        decided.done("match", "accept", _question(decided), "--organisation", ANSWER, "--by", "Стюард", "--why", HELD)
        for is_decided in (False, True):
            self._live_undisturbed(is_decided=is_decided)

    def _live_undisturbed(self, *, is_decided: bool) -> None:
        home = Home(self.folder / "undisturbed")
        shutil.copytree(self.base(is_decided=is_decided), home.path, symlinks=True)
        running = home.start("refresh")
        while running.process.poll() is None:
            self.cpu = max(self.cpu, session_of(running.process.pid).cpu)
            time.sleep(POLL_SECONDS)
        said = home.ended(running)
        if said.code:
            raise RuntimeError(said.text)
        self.undisturbed[is_decided] = facts_of(home.settings)
        shutil.rmtree(home.path)

    def attempt(self, fault: Fault, one: Try) -> Verdict:
        """Do the harm, refresh unaided, compare."""
        start = time.perf_counter()
        beside = self.tries
        home = Home(beside / "home")

        def renew() -> None:
            shutil.rmtree(home.path, ignore_errors=True)
            shutil.copytree(self.base(is_decided=fault.is_decided), home.path, symlinks=True)

        beside.mkdir(mode=0o711)
        try:
            renew()
            return self._judge(fault, one, Scene(home, beside, self.cpu, renew), start)
        finally:
            _clear(beside)

    def _judge(self, fault: Fault, one: Try, scene: Scene, start: float) -> Verdict:
        home, night, torn = scene.home, None, list[str]()
        try:
            with _watch_if(fault.is_in_place, scene) as watch:
                home = one.harm(replace(scene, renew=_unseen(watch, scene.renew)))
            torn += watch.torn
            with watched(home.settings) as watch:
                torn += _torn_now(home)
                night = home.refresh()
            torn += [*watch.torn, *_torn_now(home)]
            found = facts_of(home.settings).against(
                self.undisturbed[fault.is_decided],
                may_publish_between=fault.may_publish_between,
                may_name_another_reason=fault.may_name_another_reason,
            )
            verified = home.run("verify")
            if not fault.is_whole:  # the bytes are gone by the harm itself: what counts is that they are named
                found = found.without_archive()
            wrong = (verified.text or "verify молчит",) if (verified.code == 0) != fault.is_whole else ()
        except Exception as error:  # hours of tries must not end with one that nobody foresaw
            found, wrong = Difference((), ()), (f"не сравнить: {error!r}",)
        return Verdict(
            fault.title,
            one.name,
            torn=tuple(dict.fromkeys(torn)),
            lost=(*found.lost, *wrong),
            doubled=found.doubled,
            unclear=tuple(said.text[-600:] for said in home.said if UNCLEAR.search(said.text)),
            recovered=night is not None and night.code == 0 and PROMISE.search(night.text) is not None,
            seconds=time.perf_counter() - start,
            said=tuple(_told(said) for said in home.said if said.code and said.code != -signal.SIGKILL),
        )


def _told(said: Said) -> str:
    lines = [
        line for line in said.text.splitlines() if line.strip() and not line.startswith(("Журнал:", "│", "└", "┌"))
    ]
    return f"код {said.code}: {lines[-1] if lines else ''}"


@contextlib.contextmanager
def _watch_if(is_in_place: bool, scene: Scene) -> Iterator[Watch]:
    if not is_in_place:
        yield Watch()
        return
    with watched(scene.home.settings) as watch:
        yield watch


def _unseen(watch: Watch, renew: Callable[[], None]) -> Callable[[], None]:
    def renewed() -> None:
        with watch.closed():
            renew()

    return renewed


def _torn_now(home: Home) -> list[str]:
    found = torn_release(home.settings)
    return [found] if found else []


def _question(home: Home) -> str:
    with duckdb.connect(str(home.settings.build_file), read_only=True) as build:
        (row,) = build.execute("select held_id from journal.held_name where name = ?", [HELD]).fetchall()
    return str(row[0])


def _clear(beside: Path) -> None:
    if (disk := beside / "disk").is_mount():
        subprocess.run(["umount", str(disk)], check=True)
    shutil.rmtree(beside)
