"""`vitrina reload` over the sample: what stood wrong is read again, and what stood right is published as it was."""

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from foundation.settings import Settings
from publishing.catalogue import current_release
from publishing.manifest import Manifest

pytestmark = pytest.mark.slow
Run = Callable[..., subprocess.CompletedProcess[str]]
TELLS_OF_LOADING = {"indicator_change"}


@pytest.fixture
def home(demo: tuple[Path, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The demo on the day of its build."""
    copy = tmp_path / "home"
    shutil.copytree(demo[0], copy, symlinks=True)
    manifest = json.loads((copy / "current" / "manifest.json").read_text(encoding="utf-8"))
    monkeypatch.setenv("VITRINA_BUILD_DATE", manifest["build_date"])
    return copy


def published(home: Path) -> Manifest:
    found = current_release(Settings(home=home))
    assert found is not None
    return found


def checksums(manifest: Manifest) -> dict[str, str]:
    return {name: mart.content_checksum for name, mart in manifest.marts.items() if name not in TELLS_OF_LOADING}


def test_a_kind_is_read_again(home: Path, vitrina: Run) -> None:
    """Guards against history begun anew, decisions lost, and rows of an earlier reading in the figures."""
    first = published(home)
    told = json.loads(vitrina(home, "reload", "headcount", "--json").stdout)
    again = published(home)
    assert again.release_id != first.release_id
    assert checksums(again) == checksums(first)
    assert again.changes is not None
    assert again.changes.cells == 0
    assert {file["outcome"] for file in told["files"]} == {"unchanged"}
    assert [(one.sha256, one.load_sequence, one.loaded_at) for one in again.inputs] == [
        (one.sha256, one.load_sequence, one.loaded_at) for one in first.inputs
    ]
    assert again.decisions == first.decisions

    with duckdb.connect(str(home / "warehouse.duckdb")) as build:  # as a map that was wrong had read it
        build.execute(
            "update raw.headcount set students = students + 100 where students is not null"
            " and load_sequence = (select max(load_sequence) from raw.headcount where students is not null)"
        )
    told = json.loads(vitrina(home, "reload", "headcount", "--json").stdout)
    assert [file["rows_changed"] > 0 for file in told["files"] if file["outcome"] == "loaded"] == [True]
    assert any("отличаются от загруженных прежде 1" in note for note in told["notes"])
    assert checksums(published(home)) == checksums(first)


def test_what_cannot_be_asked_is_refused(home: Path, vitrina: Run) -> None:
    """Guards against a release made for a mistyped kind."""
    before = published(home).release_id
    done = vitrina(home, "reload", "heads", check=False)
    assert (done.returncode, "headcount" in done.stderr) == (2, True)
    done = vitrina(home, "reload", "headcount", "--since", "01.01.2035", check=False)
    assert (done.returncode, "перечитывать нечего" in done.stderr) == (1, True)
    assert published(home).release_id == before
