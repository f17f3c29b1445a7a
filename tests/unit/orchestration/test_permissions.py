"""Files of a home are their owner's alone, however they came to be there."""

import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from cli.main import main
from foundation.private_file import write_private
from foundation.settings import Settings
from foundation.sources import ROOT
from orchestration.backup import back_up
from orchestration.children import Children
from orchestration.home import prepare_home
from orchestration.permissions import close_home, open_to_others
from orchestration.restore import restore


def open_files(home: Path) -> list[str]:
    """By another way than the code under test: find."""
    found = subprocess.run(
        ["find", home, "-perm", "/077", "-not", "-type", "l"], capture_output=True, text=True, check=True
    )
    return sorted(os.path.relpath(line, home) for line in found.stdout.splitlines())


@pytest.fixture
def usual_umask() -> Iterator[None]:
    """What a shell gives its commands, whatever ran before in this process."""
    former = os.umask(0o022)
    yield
    os.umask(former)


@pytest.fixture
def former_home(settings: Settings, usual_umask: None) -> Settings:
    """A home as an earlier version left it."""
    prepare_home(settings)
    for path in (settings.home, settings.archive, settings.landing, settings.releases):
        path.chmod(0o755)
    for name in ("archive/ab", "warehouse.duckdb", "reports/refresh.log", "landing/new.csv"):
        path = settings.home / name
        path.write_text("x", encoding="utf-8")
        path.chmod(0o644)
    return settings


@pytest.mark.slow
def test_nothing_of_a_finished_demo_is_open(demo: tuple[Path, str]) -> None:
    """Guards against a file that some part of a refresh (dbt, DuckDB, Dagster, SQLite) leaves for everybody to read."""
    home, _ = demo
    assert len(list(home.rglob("*"))) > 100
    assert open_files(home) == []


def test_a_command_makes_private_files(
    settings: Settings, usual_umask: None, capsys: pytest.CaptureFixture[str]
) -> None:
    """Guards against files that depend on the umask of whoever types the command."""
    settings.secret_file.unlink()
    settings.home.rmdir()
    assert main(["init"]) == 0
    capsys.readouterr()
    assert open_files(settings.home) == []


def test_children_of_the_service_make_private_files(tmp_path: Path, usual_umask: None) -> None:
    """Guards against logs and runs of Dagster's daemon and webserver under the umask of a system's service (022)."""
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    program = Path(sys.executable).name
    with Children() as children:
        children.start(program, ["-c", f"open({str(home / 'made')!r}, 'w').close()"], home)
        child = children._children[0].process
        child.wait()
    assert open_files(home) == [f"{program}.log"], "made by this process; serve's own umask is 077"
    assert stat.S_IMODE((home / "made").stat().st_mode) == 0o600


@pytest.mark.slow
def test_dagster_makes_private_files_whoever_starts_it(settings: Settings) -> None:
    """Guards against a daemon started by hand or by another supervisor."""
    asked = "import os; os.umask(0o022); import orchestration.definitions; print('umask', oct(os.umask(0)))"
    done = subprocess.run(
        [sys.executable, "-c", asked], capture_output=True, text=True, check=True, cwd=ROOT,
        env={**os.environ, "VITRINA_HOME": str(settings.home), "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert "umask 0o77" in done.stdout
    assert open_files(settings.home) == []


def test_a_home_of_an_earlier_version_is_closed(former_home: Settings) -> None:
    """Guards against source files with people in them that stay open because they were made before."""
    assert len(list(open_to_others(former_home))) == len(open_files(former_home.home)) > 6
    count = len(open_files(former_home.home))
    assert close_home(former_home) == count
    assert open_files(former_home.home) == []
    assert close_home(former_home) == 0
    assert os.access(former_home.landing, os.W_OK | os.X_OK), "the owner goes on"


def test_a_mailbox_stays_one(former_home: Settings) -> None:
    """Guards against senders who can no longer put files into landing, the night after an upgrade."""
    former_home.landing.chmod(0o2770)
    close_home(former_home)
    assert open_files(former_home.home) == [".", "landing", "landing/new.csv"]
    assert stat.S_IMODE(former_home.home.stat().st_mode) == 0o711, "passed through, not listed"
    assert stat.S_IMODE(former_home.landing.stat().st_mode) == 0o2770
    assert list(open_to_others(former_home)) == []


def test_an_archive_on_another_disk_is_closed_too(former_home: Settings, tmp_path: Path) -> None:
    """Guards against an archive behind a link that nobody looks at, and against a link out of it that is followed."""
    elsewhere, foreign = tmp_path / "disk", tmp_path / "foreign"
    former_home.archive.rename(elsewhere)
    former_home.archive.symlink_to(elsewhere)
    foreign.write_text("x", encoding="utf-8")
    (former_home.reports / "link").symlink_to(foreign)
    (former_home.home / "current").symlink_to("releases")
    close_home(former_home)
    assert open_files(elsewhere) == []
    assert stat.S_IMODE(foreign.stat().st_mode) == 0o644


def test_what_a_stray_link_leads_to_stays_as_it_is(former_home: Settings, tmp_path: Path) -> None:
    """Guards against a folder of all users closed, with all in it, because `current` led there after an accident."""
    foreign = tmp_path / "foreign"
    (foreign / "inner").mkdir(parents=True)
    (foreign / "inner" / "file").write_text("x", encoding="utf-8")
    for path, mode in ((foreign, 0o777), (foreign / "inner", 0o755), (foreign / "inner" / "file", 0o644)):
        path.chmod(mode)
    (former_home.home / "current").symlink_to(foreign)
    (former_home.home / "notes").symlink_to(foreign)
    assert foreign not in list(open_to_others(former_home))
    close_home(former_home)
    modes = [stat.S_IMODE(path.stat().st_mode) for path in (foreign, foreign / "inner", foreign / "inner" / "file")]
    assert modes == [0o777, 0o755, 0o644]


def test_a_file_of_state_is_private_and_whole(
    tmp_path: Path, usual_umask: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Guards against half a file after a full disk, and against the moment between making and closing it."""
    path = tmp_path / "state"
    (tmp_path / ".state.partial").write_text("of a killed process", encoding="utf-8")
    write_private(path, "one")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        write_private(path, "two")
    assert path.read_text(encoding="utf-8") == "one"
    assert [found.name for found in tmp_path.iterdir()] == ["state"]


def test_a_restored_home_is_closed(former_home: Settings, tmp_path: Path) -> None:
    """Guards against modes of an earlier version that come back with a copy."""
    copy = tmp_path / "copy.tar.gz"
    back_up(former_home, copy)
    place = Settings(home=tmp_path / "place")
    restore(place, copy)
    assert (place.home / "warehouse.duckdb").is_file()
    assert open_files(place.home) == []
