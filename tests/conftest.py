"""Fixtures shared by all tests: a home of its own, files as exports write them, the sample territories built once."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
from export_files import Rows, write_rows
from xdist.scheduler import LoadScopeScheduling

from foundation.secret import create_secret
from foundation.settings import Settings, get_settings

ROOT = Path(__file__).parents[1]
TESTS = Path(__file__).parent
TOGETHER = ("bi", "pipeline/dbt")
"""Folders whose fixtures are dear, so that one process runs them all; elsewhere a file stays together."""
VITRINA = Path(sys.executable).with_name("vitrina")


class FilesTogether(LoadScopeScheduling):
    """Which tests `make test` may run side by side."""

    def _split_scope(self, nodeid: str) -> str:
        path = nodeid.split("::", 1)[0].removeprefix("tests/")
        return next((folder for folder in TOGETHER if path.startswith(f"{folder}/")), path)


def pytest_configure() -> None:
    """No test reads the metadata that a developer's own home adds to the project's."""
    os.environ["VITRINA_HOME"] = str(TESTS / "no-home")


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadScopeScheduling | None:
    """Ours for `--dist loadscope`."""
    return FilesTogether(config, log) if config.getvalue("dist") == "loadscope" else None


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Settings]:
    """A fresh VITRINA_HOME with a secret."""
    monkeypatch.setenv("VITRINA_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("VITRINA_SECRET", raising=False)
    get_settings.cache_clear()
    current = get_settings()
    create_secret(current)
    yield current
    get_settings.cache_clear()


@pytest.fixture
def write_csv(tmp_path: Path) -> Callable[..., Path]:
    """Write rows as a CSV export; `encoding` and `delimiter` as the sender's system has them."""

    def write(name: str, rows: Rows, encoding: str = "utf-8", delimiter: str = ";") -> Path:
        return write_rows(tmp_path, name, rows, encoding, delimiter)

    return write


@pytest.fixture(scope="session")
def vitrina() -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run the command as a user does, in a given VITRINA_HOME."""

    def run(home: Path, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        environment = {**os.environ, "VITRINA_HOME": str(home), "COLUMNS": "200"}
        done = subprocess.run(
            [str(VITRINA), *arguments], capture_output=True, text=True, env=environment, cwd=ROOT, check=False
        )
        assert not check or done.returncode == 0, done.stdout + done.stderr
        return done

    return run


@pytest.fixture(scope="session")
def demo(
    tmp_path_factory: pytest.TempPathFactory, vitrina: Callable[..., subprocess.CompletedProcess[str]]
) -> tuple[Path, str]:
    """The home of a finished `vitrina demo` and what it printed."""
    home = tmp_path_factory.mktemp("vitrina")
    done = vitrina(home, "demo")
    return home, done.stdout


@pytest.fixture(scope="session")
def release(demo: tuple[Path, str]) -> Callable[[str], list[tuple[Any, ...]]]:
    """Rows of the published release."""
    path = (demo[0] / "current" / "warehouse.duckdb").resolve()
    connection = duckdb.connect(str(path), read_only=True)

    def rows(sql: str) -> list[tuple[Any, ...]]:
        return connection.execute(sql).fetchall()

    return rows
