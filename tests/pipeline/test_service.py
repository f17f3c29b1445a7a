"""`vitrina serve` for real: the interfaces answer, what lands is published and shown, Ctrl-C ends all."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bi.client import Superset
from bi.service import answers as superset_answers

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


@dataclass(frozen=True)
class Service:
    """A `vitrina serve` on a fresh home with one file in landing."""

    process: subprocess.Popen[str]
    home: Path
    port: int
    superset: str

    def last_refresh(self) -> dict[str, Any]:
        path = self.home / "reports" / "last_refresh.json"
        return dict(json.loads(path.read_text(encoding="utf-8"))) if path.exists() else {"outcome": None}

    def told(self) -> str:
        """What the services wrote of themselves: a failure here is rare, and nothing of it is left afterwards."""
        logs = [*(self.home / "dagster" / "services").glob("*.log"), self.home / "reports" / "refresh.log"]
        tails = [f"{path.name}:\n{path.read_text(encoding='utf-8')[-4000:]}" for path in logs if path.exists()]
        return "\n\n".join([json.dumps(self.last_refresh(), ensure_ascii=False), *tails])


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    home, port, superset_port = tmp_path / "home", free_port(), free_port()
    environment = {**os.environ, "VITRINA_HOME": str(home)}
    vitrina = str(Path(sys.executable).with_name("vitrina"))
    subprocess.run([vitrina, "init"], env=environment, cwd=ROOT, check=True, capture_output=True)
    subprocess.run([vitrina, "add", str(REGISTRY)], env=environment, cwd=ROOT, check=True, capture_output=True)
    process = subprocess.Popen(
        [vitrina, "serve", "--port", str(port), "--superset-port", str(superset_port)],
        env=environment,
        cwd=ROOT,
        text=True,
        stdout=subprocess.PIPE,
    )
    yield Service(process, home, port, f"http://127.0.0.1:{superset_port}")
    if process.poll() is None:
        process.send_signal(signal.SIGINT)
        process.wait(timeout=60)


def test_what_lands_is_published_and_shown(service: Service) -> None:
    """Guards against a sensor whose runs no daemon starts, a release dashboards never learn of, open files."""
    assert wait_for(lambda: answers(service.port)), service.told()
    assert wait_for(lambda: superset_answers(service.superset)), service.told()
    assert wait_for(lambda: service.last_refresh()["outcome"] == "published"), service.told()
    assert not list((service.home / "landing").glob("*.tsv"))
    assert service.last_refresh()["warnings"] == []
    password = (service.home / "superset" / "admin_password").read_text(encoding="utf-8").strip()
    assert wait_for(lambda: Superset(service.superset, "admin", password).get("dashboard/")["count"] > 0)
    service.process.send_signal(signal.SIGINT)
    said, _ = service.process.communicate(timeout=60)
    assert service.process.returncode == 0
    assert f"Дашборды: {service.superset}/" in said
    assert f"SQL Lab: {service.superset}/sqllab/" in said
    assert f"Dagster: http://127.0.0.1:{service.port}" in said
    assert said.count(password) == 1
    assert not answers(service.port)
    assert not superset_answers(service.superset)
    running = subprocess.run(["ps", "-ewwo", "args"], capture_output=True, text=True, check=True).stdout
    assert str(service.home) not in running
    asked = ["find", service.home, "-perm", "/077", "-not", "-type", "l"]
    opened = subprocess.run(asked, capture_output=True, text=True, check=True).stdout
    assert opened == "", "daemon, webserver, Superset and the refresh they start make files for their owner alone"
