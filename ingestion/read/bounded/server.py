"""The process that opens files: a small server with the readers imported, which forks a bounded child for each file.

Not multiprocessing's fork server: that one runs the main module of its client in every child, and here this is the
command line or Dagster, seconds of imports each time. Not a fork of the client itself either: it has threads.
"""

import contextlib
import gc
import os
import pickle
import resource
import signal
import sys
import time
from multiprocessing.connection import Connection, wait
from pathlib import Path

import ingestion.read.streamed  # noqa: F401 - imported once, here, for every child
from ingestion.errors import UserError, type_and_place
from ingestion.read import UnreadableFileError
from ingestion.read.bounded.answer import Ending, Reply, Request, Result
from ingestion.read.errors import Refusal

MEMORY_EXIT = 87
"""How a child says that it ran out of memory; no exit code of Python's own."""
NEARLY_ALL, HALF = 0.8, 0.5
ALLOCATION_FAILED = (b"memory allocation of", b"std::bad_alloc", b"out of memory")
"""What Rust, C++ and Arrow print before they abort."""


def serve(connection: Connection) -> None:
    """Result requests one after another until the client is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the client's affair, which then closes the connection
    gc.freeze()  # what has been imported is shared with the children, and stays so
    with contextlib.suppress(EOFError, OSError):
        while True:
            request: Request = connection.recv()
            connection.send(_run(request, connection))


def _run(request: Request, connection: Connection) -> Reply:
    ended, ends = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(ended)
        connection.close()
        _open_file(request)
    os.close(ends)  # now only the child holds it: the pipe closes when the child ends, however that comes about
    begun = time.monotonic()
    happened = wait([ended, connection], request.seconds)
    if ended not in happened:
        os.kill(child, signal.SIGKILL)
    os.close(ended)
    _, status, usage = os.wait4(child, 0)
    if connection in happened:
        raise EOFError  # nobody waits for the answer
    peak, code = usage.ru_maxrss * 1024, os.waitstatus_to_exitcode(status)
    ending = Ending.OUT_OF_TIME if not happened else _ending(request, code, peak)
    return Reply(ending, code, time.monotonic() - begun, peak)


def _ending(request: Request, code: int, peak: int) -> Ending:
    if code == 0:
        return Ending.ANSWERED
    used_up = peak > NEARLY_ALL * request.memory_bytes
    if code == MEMORY_EXIT or used_up or _says_out_of_memory(request.answer):
        return Ending.OUT_OF_MEMORY
    return Ending.KILLED


def _says_out_of_memory(answer: Path) -> bool:
    with contextlib.suppress(OSError):
        return any(words in last_words(answer).read_bytes() for words in ALLOCATION_FAILED)
    return False


def last_words(answer: Path) -> Path:
    """Where a child's stderr goes: nobody's terminal."""
    return answer.with_name(answer.name + ".stderr")


def _open_file(request: Request) -> None:
    """The child: make the call under its bounds, leave the answer, and end without a word."""
    code = MEMORY_EXIT
    try:
        os.dup2(os.open(last_words(request.answer), os.O_WRONLY | os.O_CREAT, 0o600), 2)
        # Not RLIMIT_AS: allocators and threads reserve gigabytes of address space that they never touch.
        resource.setrlimit(resource.RLIMIT_DATA, (request.memory_bytes, request.memory_bytes))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        answer = _call(request)
        if answer is not None:
            with request.answer.open("wb") as sink:
                pickle.dump(answer, sink, protocol=5)
            code = 0
    finally:
        os._exit(code)


def _call(request: Request) -> Result | None:
    """None when memory was not enough."""
    try:
        function, arguments = pickle.loads(request.call)
        return Result(value=function(*arguments))
    except (Refusal, UserError, UnreadableFileError) as verdict:
        return Result(verdict=verdict)
    except MemoryError:
        return None
    except BaseException as error:  # a panic of a reader in Rust is no Exception
        # Without memory libraries fail in ways of their own: such an error is no fault of the program.
        # A SystemError is an extension's that failed without saying why: one large request may have been too much.
        much = HALF if isinstance(error, SystemError) else NEARLY_ALL
        used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
        return None if used > much * request.memory_bytes else Result(fault=type_and_place(error))


if __name__ == "__main__":
    serve(Connection(int(sys.argv[1])))
