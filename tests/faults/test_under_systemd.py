"""The units of deploy/systemd under a real systemd, in namespaces of its own: what hardening forbids shows only so."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from foundation.sources import ROOT

SAMPLES = sorted((ROOT / "samples" / "files" / "yeniseisk").glob("*.xlsx"))
BOOT = Path(__file__).with_name("boot_systemd.sh")
PATIENCE_SECONDS = 600
"""A run whose process was killed is given up after five minutes (orchestration/dead_runs.py)."""
PROGRAMS = ("unshare", "nsenter", "runuser", "useradd", "ip", "systemctl")
MISSING = [program for program in PROGRAMS if shutil.which(program) is None]
SUPERSET = ROOT / "bi" / "superset" / ".venv"
COUNT_TICKS = """
import sqlite3
history = sqlite3.connect("file:/srv/vitrina/dagster/history/runs.db?mode=ro", uri=True)
(count,) = history.execute(
    "select count(*) from runs join run_tags using (run_id)"
    " where status = 'SUCCESS' and key = 'dagster/schedule_name' and value = 'nightly'"
).fetchone()
print(count)
"""
RESTORE = """
VITRINA_SECRET=$(cat /srv/vitrina/secret) VITRINA_HOME=/tmp/again /opt/vitrina/.venv/bin/vitrina restore "$0"
"""

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        os.environ.get("VITRINA_FAULTS") != "all",
        reason="of the long set: three minutes under a real systemd (`make faults`)",
    ),
    pytest.mark.skipif(os.geteuid() != 0, reason="NOT CHECKED: root is needed to start a systemd"),
    pytest.mark.skipif(bool(MISSING), reason=f"NOT CHECKED under systemd: not installed: {', '.join(MISSING)}"),
    pytest.mark.skipif(not SUPERSET.is_dir(), reason="NOT CHECKED under systemd: `make superset` first"),
]


class Machine:
    """A running systemd and what it was told to write down."""

    def __init__(self, leader: int, out: Path) -> None:
        self.leader = leader
        self.out = out

    def run(self, *command: str, user: str = "root") -> str:
        inside = ["nsenter", "--target", str(self.leader), "--all", "runuser", "-u", user, "--"]
        there = [*inside, "env", "-C", "/opt/vitrina", *command]
        done = subprocess.run(there, capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"{command}: {done.stdout}{done.stderr}{self.said()}"
        return done.stdout

    def show(self, unit: str, key: str) -> str:
        return self.run("systemctl", "show", "--value", "-p", key, unit).strip()

    def ticks(self) -> int:
        """Refreshes that the schedule itself began and that ended well."""
        return int(self.run(str(ROOT / ".venv" / "bin" / "python"), "-c", COUNT_TICKS, user="vitrina"))

    def said(self) -> str:
        return "".join(f"\n{path.name}:\n{path.read_text(encoding='utf-8')}" for path in sorted(self.out.iterdir()))


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Machine]:
    out = tmp_path / "out"
    out.mkdir()
    out.chmod(0o777)
    with (tmp_path / "boot.log").open("wb") as log:
        apart = ["unshare", "--fork", "--pid", "--mount", "--uts", "--ipc", "--cgroup", "--net", "--kill-child"]
        boot = subprocess.Popen(
            [*apart, str(BOOT), str(ROOT), sys.base_prefix, str(out)], stdout=log, stderr=log, start_new_session=True
        )
    try:
        until(lambda: leader_of(boot.pid) is not None or boot.poll() is not None)
        leader = leader_of(boot.pid)
        assert leader is not None, (tmp_path / "boot.log").read_text(encoding="utf-8")
        yield Machine(leader, out)
    finally:
        if (last := leader_of(boot.pid)) is not None:
            os.kill(last, signal.SIGKILL)  # and with it all that runs in its namespace
        boot.kill()
        boot.wait()


def leader_of(parent: int) -> int | None:
    """The process that is 1 in the new namespace, once systemd has taken the place of the script."""
    children = Path(f"/proc/{parent}/task/{parent}/children")
    for child in children.read_text(encoding="ascii").split() if children.exists() else ():
        if Path(f"/proc/{child}/comm").read_text(encoding="utf-8").strip() == "systemd":
            return int(child)
    return None


def until(happened: Callable[[], object]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not happened():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(1)


def test_units_serve_tick_copy_and_stop(machine: Machine) -> None:
    """Guards against a hardened unit in which something cannot run: dbt, readers of files, Superset, the copy."""
    vitrina = "/usr/local/bin/vitrina"
    machine.run(vitrina, "init", user="vitrina")
    machine.run(vitrina, "add", *(str(path) for path in SAMPLES), user="vitrina")
    machine.run("systemctl", "start", "vitrina")
    until(lambda: "Журналы:" in machine.said())
    assert "Dagster: /run/vitrina/dagster.sock" in machine.said()
    (at_socket,) = machine.run("find", "/run/vitrina", "-type", "s", "-printf", "%m %u %g").splitlines()
    assert at_socket == "660 vitrina vitrina"
    assert machine.run("stat", "-c", "%a", "/run/vitrina") == "750\n"
    until(lambda: machine.ticks() > 0)
    assert "опубликован" in machine.run(vitrina, "status", user="vitrina")

    machine.run("systemctl", "start", "vitrina-backup")
    (copy,) = machine.run("find", "/var/backups/vitrina", "-type", "f", "-perm", "600").split()
    machine.run("sh", "-c", RESTORE, copy, user="vitrina")

    seen, former = machine.ticks(), machine.show("vitrina", "MainPID")
    machine.run("kill", "-9", former)
    until(lambda: machine.show("vitrina", "NRestarts") == "1")
    until(lambda: machine.ticks() > seen)
    assert machine.show("vitrina", "MainPID") != former

    machine.run("systemctl", "stop", "vitrina")
    assert machine.show("vitrina", "Result") == "success"
    assert "Остановлено." in machine.said()
    assert machine.run("sh", "-c", "pgrep -au vitrina || true") == "", "something goes on"
