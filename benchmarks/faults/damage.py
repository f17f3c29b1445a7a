"""Files of the home that are damaged, lost or changed under the hands of a refresh."""

import os
import shutil
import threading
import time
from collections.abc import Callable
from pathlib import Path

import duckdb

from benchmarks.faults.account import PYTHON
from benchmarks.faults.fault import Fault, Harm, Scene, Try
from benchmarks.faults.home import Home
from benchmarks.faults.region import CHANGING
from foundation.settings import Settings
from ingestion.store.archive import archived_files
from publishing.catalogue import list_releases

Spoil = Callable[[Settings], None]
WRITE_SECONDS = 0.05


def damages() -> list[Fault]:
    """Landing, archive, build, copy of the build, `current`."""
    changing = [
        Try("переписывается всё обновление", _rewritten),
        Try("дописан сразу после копирования", _at_call("store", "after", "append")),
        Try("заменён во время копирования", _at_call("store", "before", "replace")),
    ]
    archive = [_spoilt("байт", _archive_byte), _spoilt("обрезан", _archive_cut)]
    build = [
        _spoilt("обрезан до половины", _cut(0.5)),
        _spoilt("обрезан до 4 КиБ", _cut(4096)),
        _spoilt("пуст", _cut(0)),
        _spoilt("испорчены байты по всему файлу", _bytes_of_build(50_000)),
        _spoilt("испорчен один байт", _bytes_of_build(0)),
        _spoilt("испорчен заголовок", _header),
        _spoilt("чужая база", _foreign),
        _spoilt("пропал", _lost),
    ]
    copy = [_spoilt("копия", _copy_spoilt), _spoilt("копия и её список", _list_spoilt)]
    current = [
        _spoilt("пропала", lambda home: home.current.unlink()),
        _spoilt("ведёт в никуда", _linked("releases/20200101T000000Z-0000")),
        _spoilt("ведёт в другую папку", _linked("..")),
        _spoilt("ведёт на прежний выпуск", _linked_to_former),
        _spoilt("файл вместо ссылки", _file_for_link),
    ]
    return [
        Fault("файл во входящих меняется, пока его читают", changing, may_publish_between=True),
        Fault("файл архива испорчен (загруженный)", archive, is_whole=False),
        Fault(
            "файл архива испорчен (принят, не загружен)",
            [Try("прислан снова", _received_and_spoilt)],
            may_publish_between=True,
        ),
        Fault("файл сборки повреждён", build),
        Fault("пропали файл сборки и его копия", [_spoilt("оба", _both_lost)], is_decided=False),
        Fault("испорчена копия файла сборки", copy),
        Fault("ссылка current", current),
    ]


def _spoilt(name: str, spoil: Spoil) -> Try:
    """Damage that is there when the night begins."""

    def harm(scene: Scene) -> Home:
        spoil(scene.home.settings)
        return scene.home

    return Try(name, harm)


def _rewritten(scene: Scene) -> Home:
    """Somebody writes the same file anew all the time; it is whole when he has done."""
    path = scene.home.settings.landing / CHANGING
    content, ended = path.read_bytes(), threading.Event()

    def write() -> None:
        while not ended.wait(WRITE_SECONDS):
            path.write_bytes(content[: len(content) // 2])
            path.write_bytes(content)

    thread = threading.Thread(target=write)
    thread.start()
    scene.home.refresh()
    ended.set()
    thread.join()
    return _settled(scene.home, content)


def _at_call(function: str, when: str, how: str) -> Harm:
    """Half of the file lies there; the rest comes at a call of receiving."""

    def harm(scene: Scene) -> Home:
        path = scene.home.settings.landing / CHANGING
        content, rest = path.read_bytes(), scene.beside / "rest"
        half = content[: content.index(b"\n") + 1 + 12]
        rest.write_bytes(content[len(half) :] if how == "append" else content)
        path.write_bytes(half)
        # The first that is received: before all others, and long ago.
        os.utime(path, (1_700_000_000, 1_700_000_000))
        command = (
            f"cat '{rest}' >> '{path}'"
            if how == "append"
            else f"cp '{rest}' '{path}.part' && mv '{path}.part' '{path}'"
        )
        program = (PYTHON, "-m", "benchmarks.faults.meddling", "ingestion.receive.files", function, when, command)
        scene.home.ended(scene.home.start(program=program))
        return _settled(scene.home, content)

    return harm


def _settled(home: Home, content: bytes) -> Home:
    """The file as it was meant, and nobody writes to it any more."""
    path = home.settings.landing / CHANGING
    if path.exists():
        assert path.read_bytes() == content
        moment = time.time() - 60
        os.utime(path, (moment, moment))
    return home


def _flip(path: Path, at: int) -> None:
    mode = path.stat().st_mode
    path.chmod(0o600)
    with path.open("r+b") as stream:
        stream.seek(at)
        byte = stream.read(1)
        stream.seek(at)
        stream.write(bytes([byte[0] ^ 0xFF]))
    path.chmod(mode)


def _loaded(settings: Settings) -> Path:
    return max((path for path, _ in archived_files(settings)), key=lambda path: path.stat().st_size)


def _archive_byte(settings: Settings) -> None:
    _flip(_loaded(settings), 100)


def _archive_cut(settings: Settings) -> None:
    path = _loaded(settings)
    path.chmod(0o600)
    os.truncate(path, path.stat().st_size // 2)


def _received_and_spoilt(scene: Scene) -> Home:
    """Killed between receiving and loading; the bytes in the archive change; the sender sends the file again."""
    landing = scene.home.settings.landing
    content = (landing / CHANGING).read_bytes()
    known = {path for path, _ in archived_files(scene.home.settings)}
    program = (
        PYTHON, "-m", "benchmarks.faults.meddling", "orchestration.assets", "ingest.load_kind", "before",
        "kill -9 $PPID",
    )  # fmt: skip
    scene.home.ended(scene.home.start(program=program))
    (received,) = (
        path for path, _ in archived_files(scene.home.settings) if path not in known and path.read_bytes() == content
    )
    _flip(received, len(content) - 4)
    scene.home.refresh()
    path = landing / CHANGING
    path.write_bytes(content)
    return _settled(scene.home, content)


def _lost(settings: Settings) -> None:
    settings.build_file.unlink()


def _cut(to: float) -> Spoil:
    def spoil(settings: Settings) -> None:
        size = settings.build_file.stat().st_size
        os.truncate(settings.build_file, int(size * to) if to < 1 else int(to))

    return spoil


def _bytes_of_build(step: int) -> Spoil:
    """From the second block on: the headers are whole, so that the file opens."""

    def spoil(settings: Settings) -> None:
        size = settings.build_file.stat().st_size
        for at in range(300_000, size, step or size):
            _flip(settings.build_file, at)

    return spoil


def _header(settings: Settings) -> None:
    _flip(settings.build_file, 8)


def _foreign(settings: Settings) -> None:
    settings.build_file.unlink()
    with duckdb.connect(str(settings.build_file)) as connection:
        connection.execute("create table t (a int)")


def _both_lost(settings: Settings) -> None:
    settings.build_file.unlink()
    shutil.rmtree(settings.checkpoint)


def _copy_spoilt(settings: Settings) -> None:
    copy = settings.checkpoint / settings.build_file.name
    os.truncate(copy, copy.stat().st_size // 2)


def _list_spoilt(settings: Settings) -> None:
    _copy_spoilt(settings)
    (settings.checkpoint / "since.jsonl").write_bytes(b"\x00\xff not JSON\n")


def _linked(target: str) -> Spoil:
    def spoil(settings: Settings) -> None:
        settings.current.unlink()
        settings.current.symlink_to(target)

    return spoil


def _linked_to_former(settings: Settings) -> None:
    former = list_releases(settings)[0].release_id
    settings.current.unlink()
    settings.current.symlink_to(Path("releases") / former)


def _file_for_link(settings: Settings) -> None:
    settings.current.unlink()
    settings.current.write_text("releases", encoding="utf-8")
