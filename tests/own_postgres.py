"""A PostgreSQL of the tests' own, from Debian's package: on loopback, in a folder that goes with it."""

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

PROGRAMS = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
PASSWORD = "Metadata-Password-1"
USER = "vitrina"


@dataclass(frozen=True)
class OwnPostgres:
    """A cluster that can be stopped and started again at the same address."""

    folder: Path
    port: int

    def address(self, database: str = "postgres", scheme: str = "postgresql") -> str:
        """With the password."""
        return f"{scheme}://{USER}:{PASSWORD}@127.0.0.1:{self.port}/{database}"

    def create(self) -> None:
        """Make its files; the user's password is asked for also on this machine."""
        password_file = self.folder / "password"
        password_file.write_text(PASSWORD, encoding="utf-8")
        password_file.chmod(0o644)  # the account PostgreSQL runs under reads it
        self._call("initdb", "-D", str(self.data), "-U", USER, "-A", "scram-sha-256", f"--pwfile={password_file}")

    def start(self) -> None:
        options = f"-p {self.port} -h 127.0.0.1 -k {self.folder}"
        self._call("pg_ctl", "-D", str(self.data), "-o", options, "-l", str(self.folder / "log"), "-w", "start")

    def stop(self) -> None:
        """At once, as a machine that goes down."""
        self._call("pg_ctl", "-D", str(self.data), "-m", "immediate", "-w", "stop")

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def is_running(self) -> bool:
        return (self.data / "postmaster.pid").exists()

    def _call(self, program: str, *arguments: str) -> None:
        as_user = ["runuser", "-u", "postgres", "--"] if os.getuid() == 0 else []  # it refuses to run as root
        command = [*as_user, str(PROGRAMS[-1] / program), *arguments]
        subprocess.run(command, check=True, cwd=self.folder, stdout=subprocess.DEVNULL)


@contextmanager
def running_postgres() -> Iterator[OwnPostgres]:
    """A cluster that runs; skips the test, aloud, where PostgreSQL is not installed."""
    if not PROGRAMS:
        pytest.skip("NO POSTGRESQL: nothing was tried with it (apt-get install postgresql)")
    folder = Path(tempfile.mkdtemp())  # not tmp_path: only its owner may enter what lies above
    if os.getuid() == 0:
        shutil.chown(folder, "postgres")
    cluster = OwnPostgres(folder, _free_port())
    try:
        cluster.create()
        cluster.start()
        yield cluster
    finally:
        if cluster.is_running:
            cluster.stop()
        shutil.rmtree(folder)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
