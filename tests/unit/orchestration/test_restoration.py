"""A restoration cut short, what a restored home says, and a journal of acts that was removed as a whole."""

import fcntl
from pathlib import Path

import pytest

from cli.main import main
from foundation.settings import Settings, get_settings
from ingestion.store.tables import prepare_build
from orchestration import metrics
from orchestration.audit.journal import Act, head_path, journal_path, record
from orchestration.backup import BackupError, back_up
from orchestration.lock import RefreshInProgressError, refresh_lock
from orchestration.restore import require_whole_restoration, restore
from orchestration.run import run_refresh
from orchestration.verification import verify
from publishing.manifest import MANIFEST_NAME

RELEASE = "20261121T230000Z-1a2b"


@pytest.fixture
def home(tmp_path: Path) -> Settings:
    own = Settings(home=tmp_path / "own")
    own.home.mkdir()
    (own.archive / "ab").mkdir(parents=True)
    (own.archive / "ab" / "part").write_text("x", encoding="utf-8")
    (own.releases / RELEASE).mkdir(parents=True)
    (own.releases / RELEASE / MANIFEST_NAME).write_text("{}", encoding="utf-8")
    prepare_build(own)
    record(own, [Act("publish", {"release_id": RELEASE})])
    return own


@pytest.fixture
def copy(home: Settings, tmp_path: Path) -> Path:
    back_up(home, tmp_path / "copy.tar.gz")
    return tmp_path / "copy.tar.gz"


def test_a_restoration_cut_short_is_not_taken_for_a_home(
    copy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Guards against a power cut among the renames, after which a refresh begins history anew."""
    place = Settings(home=tmp_path / "place")
    rename, renamed = Path.rename, []

    def until_the_power_goes(path: Path, target: Path) -> Path:
        if renamed:
            raise KeyboardInterrupt
        renamed.append(target)
        return rename(path, target)

    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(Path, "rename", until_the_power_goes)
        restore(place, copy)
    assert renamed
    with pytest.raises(BackupError, match="прервано"):
        require_whole_restoration(place)
    assert "прервано" in verify(place).faults[0]
    with pytest.raises(BackupError, match="не пуста"):
        restore(place, copy)


@pytest.mark.slow
def test_a_refresh_refuses_what_is_half_restored(settings: Settings) -> None:
    """Guards against a first release of a home whose journals still lie in the copy."""
    (settings.home / ".restore").mkdir()
    result = run_refresh(settings)
    assert not result.published
    assert "vitrina restore ФАЙЛ" in str(result.first_cause)
    assert not settings.current.exists()


def test_a_damaged_copy_leaves_a_home_that_takes_another(copy: Path, tmp_path: Path) -> None:
    """Guards against a refused copy that makes the folder unfit for the good one."""
    place = Settings(home=tmp_path / "place")
    damaged = tmp_path / "damaged.tar.gz"
    damaged.write_bytes(copy.read_bytes()[:-2000])
    with pytest.raises(BackupError):
        restore(place, damaged)
    require_whole_restoration(place)
    restore(place, copy)
    require_whole_restoration(place)
    assert place.build_file.is_file()


def test_nothing_is_restored_while_a_refresh_runs(copy: Path, tmp_path: Path) -> None:
    """Guards against a refresh that finds the archive in its place and the build not yet."""
    place = Settings(home=tmp_path / "place")
    with refresh_lock(place):
        restore(place, copy)  # this process's own lock
    other = Settings(home=tmp_path / "place_2")
    other.home.mkdir()
    with (other.home / "refresh.lock").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        with pytest.raises(RefreshInProgressError):
            restore(other, copy)


def test_restored_people_are_spoken_of(
    copy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Guards against people who were forgotten after the copy was made and come back without a word."""
    monkeypatch.setenv("VITRINA_HOME", str(tmp_path / "place"))
    get_settings.cache_clear()
    main(["restore", str(copy)])
    out, _ = capsys.readouterr()
    assert "удалите их снова" in out
    assert "vitrina forget" in out


def test_a_journal_removed_as_a_whole_is_remarked(home: Settings) -> None:
    """Guards against «расхождений нет» after journal and head were both deleted, also once another act was written."""
    assert not any("не знает выпусков" in remark for remark in verify(home).remarks)
    journal_path(home).unlink()
    head_path(home).unlink()
    for _ in range(2):
        assert any(f"не знает выпусков: 1, первый {RELEASE}" in remark for remark in verify(home).remarks)
        record(home, [Act("match_reject", {"held_id": 1})])


def test_a_journal_that_cannot_be_read_is_a_fault(home: Settings) -> None:
    """Guards against a check of everything that ends at the one file it cannot read."""
    journal_path(home).unlink()
    journal_path(home).mkdir()
    assert any("Журнал действий" in fault and "не читается" in fault for fault in verify(home).faults)


@pytest.mark.parametrize(
    "arguments",
    [("match", "list"), ("match", "undo", "1"), ("match", "export", "x.xlsx"), ("verify",), ("forget", "--yes"),
     ("purge", "--older-than", "1d"), ("backup", "copy.tar.gz"), ("alert", "--test")],
)  # fmt: skip
def test_a_home_that_is_not_there_is_not_made(
    arguments: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Guards against «отложенных названий нет» of a mistyped VITRINA_HOME, and against the folder made by asking."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("VITRINA_HOME", str(tmp_path / "опечатка"))
    get_settings.cache_clear()
    assert main(list(arguments)) == 2
    assert "опечатка нет. Проверьте VITRINA_HOME" in capsys.readouterr().err
    assert not (tmp_path / "опечатка").exists()


def test_a_file_that_goes_while_the_home_is_measured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Guards against a night that ends without its record because SQLite removed a journal while bytes were counted."""
    (tmp_path / "a").write_bytes(b"x" * 10)
    monkeypatch.setattr(metrics.os, "walk", lambda _: [(str(tmp_path), [], ["a", "gone-journal"])])
    assert metrics.bytes_of(tmp_path) == 10
