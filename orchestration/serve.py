"""Dagster's web interface and daemon as child processes that live and end together."""

import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import FrameType

from orchestration.dbt import prepare_manifest
from orchestration.home import ROOT, prepare_dagster_home
from schemas.settings import Settings

DEFINITIONS = ("-m", "orchestration.definitions")
STOP_SECONDS = 20
POLL_SECONDS = 0.5


class PortTakenError(OSError):
    """Somebody already listens there."""


def serve(settings: Settings, host: str, port: int, say: Callable[[str], None]) -> int:
    """Run until Ctrl-C or until a child ends by itself; 0 when stopped, 3 when a child failed."""
    _check_port(host, port)
    # Not DAGSTER_HOME/logs: Dagster empties that folder when it stops.
    logs = prepare_dagster_home(settings) / "services"
    logs.mkdir(exist_ok=True)
    prepare_manifest(settings)
    children = [
        _start("dagster-webserver", [*DEFINITIONS, "--host", host, "--port", str(port)], logs),
        _start("dagster-daemon", ["run", *DEFINITIONS], logs),
    ]
    say(f"Dagster: http://{host}:{port}")
    say(f"Ночное обновление: «{settings.refresh_cron}» ({settings.timezone}); новые файлы в {settings.landing}")
    say(f"Журналы: {logs}. Остановить: Ctrl-C")
    try:
        return _wait(children, say)
    finally:
        _stop(children)


def _check_port(host: str, port: int) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise PortTakenError(error.errno, f"порт {port} занят, укажите другой: --port", f"{host}:{port}") from None


def _start(program: str, arguments: list[str], logs: Path) -> subprocess.Popen[bytes]:
    # The child gets its own session, so Ctrl-C reaches this process first and it stops them in order.
    with (logs / f"{program}.log").open("ab") as log:
        return subprocess.Popen(
            [str(Path(sys.executable).parent / program), *arguments],
            cwd=ROOT,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


def _wait(children: list[subprocess.Popen[bytes]], say: Callable[[str], None]) -> int:
    stopping = False

    def stop(_signal: int, _frame: FrameType | None) -> None:
        nonlocal stopping
        stopping = True

    former = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        while not stopping:
            ended = next((child for child in children if child.poll() is not None), None)
            if ended is not None:
                say(f"Процесс {Path(str(ended.args[0])).name if isinstance(ended.args, list) else ''} завершился сам.")
                return 3
            time.sleep(POLL_SECONDS)
    finally:
        for number, handler in former.items():
            signal.signal(number, handler)
    say("Остановлено.")
    return 0


def _stop(children: list[subprocess.Popen[bytes]]) -> None:
    for child in children:
        if child.poll() is None:
            child.send_signal(signal.SIGINT)
    deadline = time.monotonic() + STOP_SECONDS
    for child in children:
        try:
            child.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
