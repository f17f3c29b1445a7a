"""`vitrina serve` for real: the web interface answers, the daemon's sensor publishes what lands, Ctrl-C ends all."""

import os
import signal
import socket
import subprocess
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parents[2]
REGISTRY = ROOT / "samples" / "files" / "tula" / "registry_tula.tsv"
PATIENCE_SECONDS = 420


def wait_for(happened: Callable[[], bool]) -> bool:
    """Poll until something happens; far longer than it takes, since a slow machine is no failure."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        if happened():
            return True
        time.sleep(1)
    return False


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/server_info", timeout=5) as response:
            return response.status == 200
    except OSError:
        return False


@pytest.fixture
def service(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[str], Path, int]]:
    home, port = tmp_path / "home", free_port()
    environment = {**os.environ, "VITRINA_HOME": str(home)}
    vitrina = str(ROOT / ".venv" / "bin" / "vitrina")
    subprocess.run([vitrina, "init"], env=environment, cwd=ROOT, check=True, capture_output=True)
    subprocess.run([vitrina, "add", str(REGISTRY)], env=environment, cwd=ROOT, check=True, capture_output=True)
    process = subprocess.Popen(
        [vitrina, "serve", "--port", str(port)], env=environment, cwd=ROOT, text=True, stdout=subprocess.PIPE
    )
    yield process, home, port
    if process.poll() is None:
        process.send_signal(signal.SIGINT)
        process.wait(timeout=60)


def test_what_lands_is_published_by_the_daemon(service: tuple[subprocess.Popen[str], Path, int]) -> None:
    """Guards against a sensor that asks for runs which no daemon ever starts, and children that outlive Ctrl-C."""
    process, home, port = service
    assert wait_for(lambda: answers(port)), "the web interface does not answer"
    assert wait_for((home / "current").exists), "the sensor's run published nothing"
    assert not list((home / "landing").glob("*.tsv"))
    process.send_signal(signal.SIGINT)
    assert process.wait(timeout=60) == 0
    assert wait_for(lambda: not answers(port))
