"""Others at the same home: readers that hold its files, a second refresh, a Superset that is away, another account."""

import os
import pwd
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from benchmarks.faults.account import PYTHON
from benchmarks.faults.fault import Fault, Harm, Scene, Try
from benchmarks.faults.home import LONGEST_SECONDS, Home
from benchmarks.faults.processes import SESSION, session_of

NOBODY = "nobody"
HOLD = """
import sys, time, duckdb
path, seconds = sys.argv[1:]
with duckdb.connect(path, read_only=True) as connection:
    connection.execute("select count(*) from duckdb_tables()").fetchall()
    print("open", flush=True)
    time.sleep(float(seconds))
    connection.execute("select count(*) from duckdb_columns()").fetchall()
"""
HOLD_AGAIN_AND_AGAIN = """
import sys, time, duckdb
path, seconds = sys.argv[1:]
print("open", flush=True)
while True:
    try:
        with duckdb.connect(path, read_only=True):
            time.sleep(float(seconds))
    except duckdb.Error:
        pass
    time.sleep(0.05)
"""
ANSWERS = {
    "отвечает 500": b"HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
    "отвечает не то": b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello",
    "обрывает соединение": b"",
    "принимает и молчит": None,
}


def faults_of_others() -> list[Fault]:
    """Readers, a second refresh, Superset, another account."""
    not_here = None if os.geteuid() == 0 else "нужен root: обновление идёт от имени nobody"
    named = [Try(name, _superset(name)) for name in ANSWERS]
    named.append(Try("обновление убито, пока настраивает дашборды", _killed_while_provisioning))
    return [
        Fault(
            "читатель держит файл сборки",
            [
                Try("до обновления, 20 с", _build_held(HOLD, 20)),
                Try("до обновления, дольше ожидания", _build_held_for_good),
                Try("открывает его снова и снова на 3 с", _build_held(HOLD_AGAIN_AND_AGAIN, 3)),
            ],
        ),
        Fault(
            "читатель держит файлы выпуска",
            [Try("действующего", _release_held(0)), Try("того, что будет удалён", _release_held(-1))],
        ),
        Fault("два обновления сразу", [Try("вместе", _two(0)), Try("второе позже на 5 с", _two(5))]),
        Fault("Superset не отвечает", [Try("порт закрыт", _no_superset), *named]),
        Fault("не root", [Try("обычная ночь", _as_nobody), Try("прерванная", _as_nobody_killed)], not_here),
    ]


@contextmanager
def _holding(code: str, path: Path, seconds: float) -> Iterator[None]:
    reader = subprocess.Popen([str(PYTHON), "-c", code, str(path), str(seconds)], stdout=subprocess.PIPE, text=True)
    assert reader.stdout is not None
    try:
        reader.stdout.readline()
        yield
    finally:
        reader.kill()
        reader.communicate()


def _build_held(code: str, seconds: float) -> Harm:
    def harm(scene: Scene) -> Home:
        with _holding(code, scene.home.settings.build_file, seconds):
            scene.home.refresh()
        return scene.home

    return harm


def _build_held_for_good(scene: Scene) -> Home:
    """Longer than a refresh waits for an orphan, which is made ten seconds here."""
    with _holding(HOLD, scene.home.settings.build_file, 3600):
        short = "import sys, orchestration.lock as lock; lock.wait_until_free.__defaults__ = (10,);"
        program = (PYTHON, "-c", short + "sys.argv = ['vitrina', 'refresh']; from cli.main import run; run()")
        scene.home.ended(scene.home.start(program=program))
    return scene.home


def _release_held(which: int) -> Harm:
    """The current release, or the oldest one of those that are kept."""

    def harm(scene: Scene) -> Home:
        settings = scene.home.settings
        releases = sorted((path for path in settings.releases.iterdir()), reverse=True)
        with _holding(HOLD, releases[which] / "warehouse.duckdb", 3600):
            scene.home.refresh()
        return scene.home

    return harm


def _two(seconds: float) -> Harm:
    def harm(scene: Scene) -> Home:
        one = scene.home.start("refresh")
        time.sleep(seconds)
        other = scene.home.start("refresh")
        scene.home.ended(other)
        scene.home.ended(one)
        return scene.home

    return harm


def _announce(home: Home, port: int) -> None:
    """As `vitrina serve` does it: this process stands for Superset's."""
    folder = home.path / "superset"
    folder.mkdir(mode=0o700, exist_ok=True)
    (folder / "admin_password").write_text("p" * 20, encoding="utf-8")
    (folder / "admin_password").chmod(0o600)
    (folder / "service.json").write_text(
        f'{{"url": "http://127.0.0.1:{port}", "pid": {os.getpid()}}}', encoding="utf-8"
    )


def _gone(home: Home) -> Home:
    """Superset was never there, as in the home it is compared with."""
    shutil.rmtree(home.path / "superset")
    return home


def _no_superset(scene: Scene) -> Home:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    _announce(scene.home, port)
    scene.home.refresh()
    return _gone(scene.home)


def _superset(name: str) -> Harm:
    def harm(scene: Scene) -> Home:
        with socket.create_server(("127.0.0.1", 0)) as server:
            threading.Thread(target=_answer, args=(server, ANSWERS[name]), daemon=True).start()
            _announce(scene.home, server.getsockname()[1])
            scene.home.refresh()
        return _gone(scene.home)

    return harm


def _killed_while_provisioning(scene: Scene) -> Home:
    """The release is published, and Superset has the first call of many."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(LONGEST_SECONDS)
        _announce(scene.home, server.getsockname()[1])
        running = scene.home.start("refresh")
        connection, _ = server.accept()
        with connection:
            session_of(running.process.pid).kill(SESSION)
            scene.home.ended(running)
    return _gone(scene.home)


def _answer(server: socket.socket, answer: bytes | None) -> None:
    kept = []
    while True:
        try:
            connection, _ = server.accept()
        except OSError:  # closed: nobody asks any more
            return
        kept.append(connection)
        if answer is not None:
            connection.recv(65536)
            connection.sendall(answer)
            connection.close()


def _as_nobody(scene: Scene) -> Home:
    home = _of_nobody(scene)
    home.refresh()
    return home


def _as_nobody_killed(scene: Scene) -> Home:
    home = _of_nobody(scene)
    home.kill_at(0.6, scene.cpu, "session")
    return home


def _of_nobody(scene: Scene) -> Home:
    """Everything belongs to that account, as after an installation by docs/operating.md."""
    account = pwd.getpwnam(NOBODY)
    for path in (scene.home.path, *scene.home.path.rglob("*")):
        os.chown(path, account.pw_uid, account.pw_gid, follow_symlinks=False)
    return replace(scene.home.given(HOME=account.pw_dir), user=NOBODY)
