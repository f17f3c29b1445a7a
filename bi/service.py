"""Superset as a child process: started, answering, announced in service.json, stopped."""

import json
import os
import signal
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from bi.first_start import BIN, ServiceError, Waiter, check_installed, child_environment, log_folder, prepare
from bi.settings import ENVIRONMENT, SupersetSettings, superset_home
from foundation.settings import Settings

POLL_SECONDS = 0.2
START_SECONDS = 300
"""A busy machine may take minutes; a process that died is noticed at once."""
STOP_SECONDS = 20
LOG_BYTES = 10_000_000
EVERY_ADDRESS = frozenset({"0.0.0.0", "::"})


def service_url(options: SupersetSettings) -> str:
    """Where this machine reaches Superset."""
    host = "127.0.0.1" if options.host in EVERY_ADDRESS else options.host
    return f"http://{host}:{options.port}"


def start_superset(settings: Settings, options: SupersetSettings) -> subprocess.Popen[bytes]:
    """Start gunicorn on prepared metadata."""
    check_installed()
    logs = log_folder(settings)
    command = [
        str(BIN / "gunicorn"),
        *("--config", str(ENVIRONMENT / "gunicorn_conf.py")),
        *("--bind", f"{options.host}:{options.port}"),
        *("--workers", str(options.workers)),
        *("--access-logfile", str(_log(logs / "access.log"))),
        *("--error-logfile", str(_log(logs / "superset.log"))),
        "superset.app:create_app()",
    ]
    with (logs / "superset.log").open("ab") as log:
        return subprocess.Popen(
            command,
            env=child_environment(settings, options),
            cwd=superset_home(settings),
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            umask=0o077,
        )


def _log(path: Path) -> Path:
    """The path of a log; what has grown too large becomes the one former log."""
    if path.is_file() and path.stat().st_size > LOG_BYTES:
        path.replace(path.with_suffix(".log.1"))
    return path


def wait_until_ready(
    settings: Settings, options: SupersetSettings, child: subprocess.Popen[bytes], wait: Waiter
) -> None:
    """Return when the login page answers, and announce the service; raise when it will not."""
    deadline = time.monotonic() + START_SECONDS

    def decided() -> bool:
        return child.poll() is not None or time.monotonic() > deadline or answers(service_url(options))

    wait(decided)
    if child.poll() is not None or not answers(service_url(options)):
        raise ServiceError(f"Superset не запустился, причина в конце журнала {log_folder(settings) / 'superset.log'}")
    _announcement(settings).write_text(
        json.dumps({"url": service_url(options), "pid": child.pid}) + "\n", encoding="utf-8"
    )


def answers(url: str) -> bool:
    """Whether the login page comes: /health does even when nothing else works."""
    try:
        with urllib.request.urlopen(f"{url}/login/", timeout=10) as response:
            return bool(response.status == 200)
    except (OSError, urllib.error.HTTPError):
        return False


def running_service(settings: Settings) -> str | None:
    """The address of the Superset that `vitrina serve` runs on this VITRINA_HOME, if it does."""
    try:
        values = json.loads(_announcement(settings).read_text(encoding="utf-8"))
        os.kill(values["pid"], 0)
    except (FileNotFoundError, ProcessLookupError):
        return None
    return str(values["url"])


def withdraw(settings: Settings) -> None:
    """Take the announcement back."""
    _announcement(settings).unlink(missing_ok=True)


def stop_superset(settings: Settings, child: subprocess.Popen[bytes]) -> None:
    """End Superset and its workers."""
    withdraw(settings)
    if child.poll() is None:
        child.send_signal(signal.SIGTERM)
        try:
            child.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(child.pid, signal.SIGKILL)
            child.wait()


def wait_until(happened: Callable[[], bool]) -> None:
    """Poll until something happens."""
    while not happened():
        time.sleep(POLL_SECONDS)


@contextmanager
def running_superset(
    settings: Settings, options: SupersetSettings, say: Callable[[str], None] = lambda _: None
) -> Iterator[str]:
    """Superset as long as the block lasts; its address."""
    prepare(settings, options, say, wait_until)
    child = start_superset(settings, options)
    try:
        wait_until_ready(settings, options, child, wait_until)
        yield service_url(options)
    finally:
        stop_superset(settings, child)


def _announcement(settings: Settings) -> Path:
    return superset_home(settings) / "service.json"
