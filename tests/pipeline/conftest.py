"""The sample territories built once by the real command, for every test of this folder."""

import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

ROOT = Path(__file__).parents[2]
VITRINA = ROOT / ".venv" / "bin" / "vitrina"


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
