"""Calls a function in a child process of the server, and puts into words what became of a child that gave no answer."""

import logging
import os
import pickle
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from foundation.settings import Settings, get_settings
from ingestion.errors import FailedFileError
from ingestion.read.bounded.answer import Ending, Reply, Request, Result

GRACE_SECONDS = 30
"""How much longer than a file's own time the server may take to tell of it."""
SERVER = "ingestion.read.bounded.server"
LOG = logging.getLogger("vitrina.refresh.files")
"""Into reports/refresh.log: which files are heavy."""


class _Server:
    """The server of this process, started when first needed, and again when it is gone."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._connection: Connection | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._owner = 0

    def ask(self, request: Request) -> Reply:
        with self._lock:
            try:
                connection = self._connected()
                connection.send(request)
                if connection.poll(request.seconds + GRACE_SECONDS):
                    reply: Reply = connection.recv()
                    return reply
            except (EOFError, OSError):
                pass
            self._stop()
            return Reply(Ending.KILLED, -signal.SIGKILL)

    def _connected(self) -> Connection:
        if self._connection is None or self._owner != os.getpid():
            ours, theirs = Pipe()
            with theirs:
                self._process = subprocess.Popen(
                    [sys.executable, "-m", SERVER, str(theirs.fileno())],
                    pass_fds=[theirs.fileno()],
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                )
            self._connection, self._owner = ours, os.getpid()
        return self._connection

    def _stop(self) -> None:
        if self._connection is not None:
            self._connection.close()
        if self._process is not None:
            self._process.kill()
            self._process.wait()
        self._connection = self._process = None


_server = _Server()


def call_bounded(file_name: str, function: Callable[..., Any], *arguments: Any) -> Any:
    """`function(*arguments)` in a child process; a verdict it raises on the file is raised here.

    Raises FailedFileError, naming the file, when the child ended without an answer or made an unforeseen error.
    """
    settings = get_settings()
    with tempfile.TemporaryDirectory(prefix="vitrina-") as folder:
        path = Path(folder) / "answer"
        call = pickle.dumps((function, arguments), protocol=5)
        reply = _server.ask(Request(call, path, settings.file_memory_bytes, settings.file_seconds))
        LOG.debug("%s: %s, %.1f с, %d МБ", file_name, reply.ending.value, reply.seconds, reply.peak_bytes // 1_000_000)
        if reply.ending is not Ending.ANSWERED:
            raise FailedFileError(f"{file_name}: не обработан: {_in_words(settings, reply)}")
        with path.open("rb") as source:
            answer: Result = pickle.load(source)
    if answer.fault is not None:
        raise FailedFileError(program_error(file_name, answer.fault))
    if answer.verdict is not None:
        raise answer.verdict
    return answer.value


def program_error(file_name: str, fault: str) -> str:
    """What to say of a file at which the program made an error of its own; `fault` is its type and place."""
    return (
        f"{file_name}: не обработан: ошибка программы ({fault}). О самом файле это ничего не говорит. Сообщите "
        "разработчикам эту строку; следующая версия программы возьмёт файл снова сама."
    )


def _in_words(settings: Settings, reply: Reply) -> str:
    remedy = "Разделите файл на части или выгрузите в CSV и пришлите заново; или"
    if reply.ending is Ending.OUT_OF_MEMORY:
        return (
            f"чтение превысило предел памяти {settings.file_memory_in_words}. {remedy} задайте больший предел "
            "(переменная VITRINA_FILE_MEMORY) и повторите."
        )
    if reply.ending is Ending.OUT_OF_TIME:
        return (
            f"чтение не закончилось за {settings.file_seconds:g} с. {remedy} задайте больший предел "
            "(переменная VITRINA_FILE_SECONDS) и повторите."
        )
    how = f"сигнал {signal.Signals(-reply.code).name}" if reply.code < 0 else f"код {reply.code}"
    return (
        f"читающий процесс прерван ({how}). Откройте файл, сохраните заново в XLSX или CSV и пришлите ещё раз; "
        "если не поможет, сообщите разработчикам эту строку."
    )
