"""`vitrina serve` with Dagster's interface on a Unix socket: who reaches it, and who does not."""

import contextlib
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from foundation.sources import ROOT

PATIENCE_SECONDS = 120
NOBODY = 65534
LISTENING = "0A"
SCHEDULES = "{repositoriesOrError {... on RepositoryConnection {nodes {schedules {name}}}}}"
CONNECT = """
import socket, sys
with socket.socket(socket.AF_UNIX) as client:
    try:
        client.connect(sys.argv[1])
    except PermissionError:
        print("refused")
    else:
        print("let in")
"""

pytestmark = pytest.mark.slow


@pytest.fixture
def place() -> Iterator[Path]:
    """A folder open to all, so that the rights of the socket alone decide."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


@pytest.fixture
def service(place: Path) -> Iterator[subprocess.Popen[str]]:
    environment = {
        **os.environ,
        "VITRINA_HOME": str(place / "home"),
        "VITRINA_DAGSTER_SOCKET": str(place / "dagster.sock"),
    }
    vitrina = str(Path(sys.executable).with_name("vitrina"))
    subprocess.run([vitrina, "init"], env=environment, cwd=ROOT, check=True, capture_output=True)
    # Port 3000 may be taken by anybody: with a socket no port is asked for.
    process = subprocess.Popen(
        [vitrina, "serve", "--no-superset"], env=environment, cwd=ROOT, text=True, stdout=subprocess.PIPE
    )
    yield process
    if process.poll() is None:
        process.send_signal(signal.SIGINT)
        process.wait(timeout=60)


def wait_for(happened: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        if happened():
            return True
        time.sleep(0.5)
    return False


class AtSocket(http.client.HTTPConnection):
    """HTTP over a Unix socket."""

    def __init__(self, path: Path) -> None:
        super().__init__("dagster", timeout=30)
        self.path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.connect(str(self.path))


def asked(path: Path, address: str, body: dict[str, str] | None = None) -> str:
    with contextlib.closing(AtSocket(path)) as connection:
        text = None if body is None else json.dumps(body)
        connection.request("GET" if text is None else "POST", address, text, {"Content-Type": "application/json"})
        answer = connection.getresponse()
        assert answer.status == 200
        return answer.read().decode()


def answers(path: Path) -> bool:
    try:
        return bool(asked(path, "/server_info"))
    except OSError:
        return False


def listening_ports(service: int) -> list[str]:
    """TCP addresses that `vitrina serve` and its children listen at, as /proc tells."""
    children = Path(f"/proc/{service}/task/{service}/children").read_text(encoding="ascii").split()
    files = [link for process in (service, *children) for link in Path(f"/proc/{process}/fd").iterdir()]
    held = {str(link.readlink()) for link in files if link.is_symlink()}
    tables = [Path(f"/proc/net/{name}").read_text(encoding="ascii").splitlines()[1:] for name in ("tcp", "tcp6")]
    rows = [line.split() for table in tables for line in table]
    return [row[1] for row in rows if row[3] == LISTENING and f"socket:[{row[9]}]" in held]


def test_a_port_is_found() -> None:
    """Guards against a search that finds nothing whoever listens."""
    with socket.create_server(("127.0.0.1", 0)):
        assert listening_ports(os.getpid())


def test_the_socket_serves_its_group_and_nobody_else(service: subprocess.Popen[str], place: Path) -> None:
    """Guards against an interface without a login that every account of the machine reaches, as at a port."""
    path = place / "dagster.sock"
    assert wait_for(lambda: answers(path)), (place / "home/dagster/services/dagster-webserver.log").read_text()
    assert "nightly" in asked(path, "/graphql", {"query": SCHEDULES})
    assert listening_ports(service.pid) == []
    if os.geteuid() == 0:
        done = subprocess.run(
            ["/usr/bin/python3", "-c", CONNECT, str(path)], user=NOBODY, group=NOBODY, extra_groups=[],
            capture_output=True, text=True, check=True, cwd="/",
        )  # fmt: skip
        assert done.stdout == "refused\n"
    service.send_signal(signal.SIGINT)
    said, _ = service.communicate(timeout=60)
    assert service.returncode == 0
    assert f"Dagster: {path}" in said
    assert not path.exists()
