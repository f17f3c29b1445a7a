"""A home of an earlier version goes on under this one: the same figures, and its history kept.

The earlier version is taken from git and run by this version's packages, as an upgrade by `git pull` finds them.
"""

import os
import subprocess
import sys
import tarfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import duckdb
import pytest
from nights import SECRET, counts, differing_marts, first_files, next_files, vintages

ROOT = Path(__file__).parents[2]
FORMER = "4703e50"
"""The version that stood on main before nights were made to survive (30.11.2026)."""
RUN = "import sys; from cli.main import run; run()"
MADE_ANEW = frozenset({"journal.identity_row", "journal.alias_row"})
"""What a refresh writes again when the rules of matching are of another version."""

pytestmark = pytest.mark.slow
Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def former(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tree of the earlier version."""
    packed = subprocess.run(["git", "archive", FORMER], cwd=ROOT, capture_output=True, check=False)
    if packed.returncode:
        pytest.skip(f"!!! NO UPGRADE TESTED: this clone has no commit {FORMER}: {packed.stderr.decode().strip()}")
    folder = tmp_path_factory.mktemp("former")
    with tarfile.open(fileobj=BytesIO(packed.stdout)) as archive:
        archive.extractall(folder, filter="data")
    return folder


def run_former(tree: Path, home: Path, *arguments: str) -> None:
    environment = {
        **os.environ, "VITRINA_HOME": str(home), "PYTHONPATH": str(tree), "VITRINA_LANDING_SETTLE_SECONDS": "0",
    }  # fmt: skip
    subprocess.run([sys.executable, "-c", RUN, *arguments], cwd=tree, env=environment, check=True, capture_output=True)


def new_home(folder: Path) -> Path:
    folder.mkdir()
    (folder / "secret").write_text(SECRET, encoding="utf-8")
    (folder / "secret").chmod(0o600)
    return folder


def recorded(home: Path) -> list[tuple[object, ...]]:
    """Every vintage with the release that published it."""
    with duckdb.connect(str((home / "current" / "warehouse.duckdb").resolve()), read_only=True) as connection:
        return connection.execute(
            "select indicator_code, year, place_level, place_id, value, plan, status, recorded_from, release_id"
            " from marts.indicator_vintage order by all"
        ).fetchall()


def test_a_home_of_an_earlier_version_goes_on(tmp_path: Path, former: Path, vitrina: Run) -> None:
    """Guards against an upgrade that forgets what was published, loads files anew or computes other figures."""
    upgraded, fresh = new_home(tmp_path / "upgraded"), new_home(tmp_path / "fresh")
    files = [str(path) for path in first_files(tmp_path)]
    run_former(former, upgraded, "add", *files)
    run_former(former, upgraded, "refresh")
    before, journals = recorded(upgraded), counts(upgraded)
    first_release = (upgraded / "current").resolve().name
    vitrina(upgraded, "refresh")
    assert set(before) <= set(recorded(upgraded))
    after = counts(upgraded)
    assert {name: after[name] for name in journals if name not in MADE_ANEW} == {
        name: number for name, number in journals.items() if name not in MADE_ANEW
    }
    assert (upgraded / "releases" / first_release).is_dir()
    asked = ["query", f"select count(*) from indicator_vintage where release_id = '{first_release}'", "--format", "csv"]
    assert vitrina(upgraded, *asked).stdout.split()[-1] == str(len(before))
    (tmp_path / "next").mkdir()
    following = [str(path) for path in next_files(tmp_path / "next")]
    vitrina(upgraded, "add", *following)
    vitrina(upgraded, "refresh", check=False)
    vitrina(fresh, "add", *files)
    vitrina(fresh, "refresh")
    vitrina(fresh, "add", *following)
    vitrina(fresh, "refresh", check=False)
    assert differing_marts(upgraded, fresh) == set()
    assert vintages(upgraded) == vintages(fresh)
    assert vitrina(upgraded, "verify").returncode == 0
