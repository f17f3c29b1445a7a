"""What killed processes leave in a home is removed, what living ones work in is not."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from foundation.settings import Settings
from ingestion.store.tables import prepare_build
from orchestration.archive_again import without_copy
from orchestration.leftovers import remove_leftovers

ROOT = Path(__file__).parents[3]
AT_WORK = {
    "backup": """
import orchestration.backup
def told(*_):
    print("here", flush=True)
    input()
orchestration.backup._write = told
orchestration.backup.back_up(settings, settings.home.parent / "copy.tar.gz")
""",
    "rebuild": """
from orchestration.past import home_beside
with home_beside(settings) as own:
    own.build_file.write_bytes(settings.build_file.read_bytes())
    print("here", flush=True)
    input()
""",
    "checkpoint": """
import orchestration.checkpoint
def told(*_):
    print("here", flush=True)
    input()
orchestration.checkpoint._put_in_place = told
orchestration.checkpoint.take_checkpoint(settings)
""",
}
"""What makes a copy of the build, stopped while the copy is there."""


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    own = Settings(home=tmp_path / "home")
    own.home.mkdir()
    (own.archive / "ab").mkdir(parents=True)
    (own.archive / "ab" / ("ab" + "0" * 62)).write_text("people")
    prepare_build(own)
    return own


def at_work(settings: Settings, what: str) -> subprocess.Popen[str]:
    begin = (
        "import sys; from pathlib import Path; from foundation.settings import Settings;"
        " settings = Settings(home=Path(sys.argv[1]))\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", begin + AT_WORK[what], str(settings.home)], stdin=subprocess.PIPE,
        stdout=subprocess.PIPE, text=True, cwd=ROOT, env={**os.environ, "VITRINA_HOME": str(settings.home)},
    )  # fmt: skip
    assert process.stdout is not None
    assert process.stdout.readline() == "here\n"
    return process


def end(process: subprocess.Popen[str]) -> None:
    process.kill()
    process.communicate()


def copies(settings: Settings) -> list[str]:
    """Every copy of the build file, and of files of the archive, beyond their own places."""
    return sorted(
        str(path.relative_to(settings.home))
        for path in settings.home.rglob("*")
        if path.is_file()
        and path != settings.build_file
        and (settings.build_file.name in path.name or path.name.startswith("ab0"))
        and settings.archive not in path.parents
    )


def forget(settings: Settings) -> None:
    with without_copy(settings):
        pass


@pytest.mark.parametrize("remove", [remove_leftovers, forget])
@pytest.mark.parametrize("what", AT_WORK)
def test_what_a_killed_process_left_is_removed(
    what: str, remove: Callable[[Settings], None], settings: Settings
) -> None:
    """Guards against a forgotten person, or a purged file, kept for good in what a killed backup had set aside."""
    process = at_work(settings, what)
    end(process)
    assert copies(settings)
    remove(settings)
    left = [name for name in copies(settings) if not name.startswith("checkpoint/")]  # the new one, without the person
    assert left == []


STOPPED = """
import sys
import orchestration.backup
from cli.main import run
def told(*_, **__):
    print("here", flush=True)
    input()
orchestration.backup.tarfile.open = told
sys.argv = ["vitrina", "backup", sys.argv[2]]
run()
"""


def test_a_backup_that_the_system_stops_leaves_nothing(settings: Settings, tmp_path: Path) -> None:
    """Guards against half a copy, with people's data, beside the copies for good: the machine is shut down at 05:00."""
    process = subprocess.Popen(
        [sys.executable, "-c", STOPPED, str(settings.home), str(tmp_path / "copy.tar.gz")], stdin=subprocess.PIPE,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT,
        env={**os.environ, "VITRINA_HOME": str(settings.home)},
    )  # fmt: skip
    assert process.stdout is not None
    assert process.stdout.readline() == "here\n"
    assert list(tmp_path.glob(".copy*"))
    process.send_signal(signal.SIGTERM)
    _, said = process.communicate()
    assert process.returncode == 3, said
    assert "Прервано." in said
    assert not list(tmp_path.glob("*copy*"))
    assert copies(settings) == []


@pytest.mark.parametrize("what", ["backup", "rebuild"])
def test_what_a_living_process_works_in_stays(what: str, settings: Settings) -> None:
    """Guards against a backup or a rebuild broken by the refresh that begins beside it."""
    process = at_work(settings, what)
    try:
        before = copies(settings)
        assert before
        remove_leftovers(settings)
        assert copies(settings) == before
    finally:
        end(process)
