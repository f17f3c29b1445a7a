"""SQL is linted with the project's rules."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]


@pytest.mark.slow
def test_sql_is_linted() -> None:
    """Guards against SQL that drifts from one style; too slow for `make check`."""
    sqlfluff = Path(sys.executable).with_name("sqlfluff")
    done = subprocess.run(
        [str(sqlfluff), "lint", "dbt_project/models", "dbt_project/tests"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-4000:]
