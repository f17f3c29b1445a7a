"""A home copied, moved, lost and brought back: history goes on, or the command says what to do."""

import errno
import fcntl
import gzip
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

from foundation.settings import Settings
from orchestration.backup import BackupError, back_up
from orchestration.lock import refresh_lock
from orchestration.mending import mend_home
from orchestration.restore import restore
from orchestration.verification import verify
from publishing.catalogue import current_folder

pytestmark = pytest.mark.slow
Run = Callable[..., subprocess.CompletedProcess[str]]
Spoil = Callable[[Path], None]


def copied(home: Path, target: Path) -> Path:
    shutil.copytree(home, target, symlinks=True)
    return target


def of_release(home: Path, sql: str) -> list[tuple[Any, ...]]:
    folder = current_folder(Settings(home=home))
    assert folder is not None
    with duckdb.connect(str(folder / "warehouse.duckdb"), read_only=True) as connection:
        return connection.execute(sql).fetchall()


BACK_UP = """
import sys
from pathlib import Path
from foundation.settings import Settings
from orchestration.backup import back_up
back_up(Settings(home=Path(sys.argv[1])), Path(sys.argv[2]), print)
"""
VINTAGES = "select * exclude (release_id) from marts.indicator_vintage order by all"


@pytest.fixture(scope="module")
def home(demo: tuple[Path, str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copied(demo[0], tmp_path_factory.mktemp("backup") / "home")


@pytest.fixture(scope="module")
def copy(home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("copies") / "copy.tar.gz"
    back_up(Settings(home=home), target)
    return target


def test_a_restored_home_is_whole_and_goes_on(home: Path, copy: Path, tmp_path: Path, vitrina: Run) -> None:
    """Guards against a copy that lacks what the next night needs, and against history begun anew without a word."""
    place = tmp_path / "another" / "place"
    place.mkdir(parents=True)
    shutil.copyfile(home / "secret", place / "secret")
    done = vitrina(place, "restore", str(copy))
    assert "действует выпуск" in done.stdout
    assert done.stderr.strip() == ""
    assert "Расхождений нет" in vitrina(place, "verify").stdout
    release_id = json.loads((home / "current" / "manifest.json").read_text(encoding="utf-8"))["release_id"]
    asked = ("query", "--as-of", release_id, "select count(*) from indicator_by_territory")
    assert vitrina(place, *asked).stdout == vitrina(home, *asked).stdout
    assert (place / "current").readlink() == Path("releases") / release_id
    before = of_release(place, VINTAGES)
    vitrina(place, "refresh", "--full")
    assert of_release(place, VINTAGES) == before
    assert (place / "current" / "changes.csv").read_text(encoding="utf-8").count("\n") == 1, "a heading, and no change"


def test_the_copy_is_its_owners_and_holds_no_secret(home: Path, copy: Path, tmp_path: Path) -> None:
    """Guards against people's files, or the key to their pseudonyms, readable by anybody who finds the copy."""
    assert copy.stat().st_mode & 0o077 == 0
    _, to_do = restore(Settings(home=tmp_path / "home"), copy)
    assert not (tmp_path / "home" / "secret").exists()
    assert len(to_do) == 1
    assert "Секрета в копии нет" in to_do[0]
    secret = (home / "secret").read_bytes().strip()
    with gzip.open(copy) as unpacked:
        assert secret not in unpacked.read()


def test_another_secret_is_noticed(copy: Path, tmp_path: Path) -> None:
    """Guards against people counted twice: under the pseudonyms of two secrets."""
    (tmp_path / "secret").write_text("x" * 40, encoding="utf-8")
    _, to_do = restore(Settings(home=tmp_path), copy)
    assert "Секрет здесь не тот" in to_do[0]


def test_a_copy_waits_for_the_refresh_and_hinders_none(home: Path, tmp_path: Path) -> None:
    """Guards against a build file copied while rows are written to it."""
    settings, said = Settings(home=home), list[str]()
    target = tmp_path / "copy.tar.gz"
    with refresh_lock(settings):
        # Another process: within one, a lock that is held is held.
        asked = [sys.executable, "-u", "-c", BACK_UP, str(home), str(target)]
        child = subprocess.Popen(asked, stdout=subprocess.PIPE, text=True)
        assert child.stdout is not None
        said.append(child.stdout.readline())
        assert not target.exists()
    said.append(child.communicate(timeout=120)[0])
    assert "Обновление уже идёт" in said[0]
    assert "Копия начнётся после него" in said[0]
    assert child.returncode == 0
    assert target.exists()


def test_a_waiting_file_is_in_the_copy_and_one_being_written_is_not(home: Path, tmp_path: Path) -> None:
    """Guards against a file lost between landing and the copy, and against half of one that is loaded later."""
    own = copied(home, tmp_path / "home")
    settled, unsettled = own / "landing" / "settled.csv", own / "landing" / "unsettled.csv"
    for path in (settled, unsettled):
        path.write_text("a;b\n1;2\n", encoding="utf-8")
    os.utime(settled, (time.time() - 60, time.time() - 60))
    contents = back_up(Settings(home=own), tmp_path / "copy.tar.gz")
    assert "landing/settled.csv" in contents.files
    assert "landing/unsettled.csv" not in contents.files


def test_a_copy_is_never_written_over_a_copy(home: Path, copy: Path) -> None:
    """Guards against the last good copy replaced by one of a damaged home."""
    before = copy.read_bytes()
    with pytest.raises(BackupError, match="уже есть"):
        back_up(Settings(home=home), copy)
    assert copy.read_bytes() == before


@pytest.mark.parametrize("folder", ["archive", "releases", "catalogues"])
def test_a_folder_on_another_disk_is_in_the_copy(folder: str, home: Path, tmp_path: Path) -> None:
    """Guards against a copy without its archive: a folder that lies elsewhere, behind a link, is walked too."""
    own = copied(home, tmp_path / "home")
    (own / folder).mkdir(exist_ok=True)
    (own / folder / "note.txt").write_text("x", encoding="utf-8")
    expected = {
        name for name in back_up(Settings(home=own), tmp_path / "plain.tar.gz").files if name.startswith(folder)
    }
    (own / folder).rename(tmp_path / "elsewhere")
    (own / folder).symlink_to(tmp_path / "elsewhere", target_is_directory=True)
    contents = back_up(Settings(home=own), tmp_path / "linked.tar.gz")
    assert {name for name in contents.files if name.startswith(folder)} == expected
    restore(Settings(home=tmp_path / "restored"), tmp_path / "linked.tar.gz")
    assert (tmp_path / "restored" / folder / "note.txt").is_file()


def test_what_cannot_be_linked_is_copied(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Guards against a copy that fails where the archive lies on another disk: links do not cross disks."""

    def across_disks(*_: object) -> None:
        raise OSError(errno.EXDEV, "Invalid cross-device link")

    monkeypatch.setattr(os, "link", across_disks)
    contents = back_up(Settings(home=home), tmp_path / "copy.tar.gz")
    assert any(name.startswith("archive/") for name in contents.files)


@pytest.mark.parametrize(("place", "said"), [("home/copy.tar.gz", "рабочей папке"), ("gone/copy.tar.gz", "gone нет")])
def test_a_copy_has_a_place_of_its_own(place: str, said: str, home: Path, tmp_path: Path) -> None:
    """Guards against copies within copies, and against an hour of work before a missing folder is noticed."""
    own = copied(home, tmp_path / "home")
    with pytest.raises(BackupError, match=said):
        back_up(Settings(home=own), tmp_path / place)
    assert not (own / ".backup").exists()


def test_two_copies_do_not_mix(home: Path, tmp_path: Path) -> None:
    """Guards against one copy that takes away what the other is being written from."""
    with (home / ".backup.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(BackupError, match="ещё пишется"):
            back_up(Settings(home=home), tmp_path / "copy.tar.gz")


def cut_short(copy: Path) -> None:
    copy.write_bytes(copy.read_bytes()[:-1000])


def of_something_else(copy: Path) -> None:
    copy.write_bytes(b"no copy at all")


def repacked_without_a_file(copy: Path) -> None:
    folder = copy.parent / "unpacked"
    shutil.unpack_archive(copy, folder, "gztar")
    next(path for path in sorted((folder / "archive").rglob("*")) if path.is_file()).unlink()
    copy.unlink()
    shutil.make_archive(str(copy).removesuffix(".tar.gz"), "gztar", folder)


def repacked_with_a_file_more(copy: Path) -> None:
    folder = copy.parent / "unpacked"
    shutil.unpack_archive(copy, folder, "gztar")
    (folder / "landing").mkdir(exist_ok=True)
    (folder / "landing" / "planted.csv").write_text("a;b", encoding="utf-8")
    copy.unlink()
    shutil.make_archive(str(copy).removesuffix(".tar.gz"), "gztar", folder)


@pytest.mark.parametrize("spoil", [cut_short, of_something_else, repacked_without_a_file, repacked_with_a_file_more])
def test_a_damaged_copy_changes_nothing(spoil: Spoil, copy: Path, tmp_path: Path) -> None:
    """Guards against a home half restored, which a refresh would then take for the whole."""
    own = tmp_path / "copy.tar.gz"
    shutil.copyfile(copy, own)
    spoil(own)
    with pytest.raises(BackupError, match="копия"):
        restore(Settings(home=tmp_path / "home"), own)
    assert list((tmp_path / "home").iterdir()) == []


def test_nothing_is_restored_over_a_home(home: Path, copy: Path) -> None:
    """Guards against a home that is whole replaced by an older copy."""
    with pytest.raises(BackupError, match="не пуста"):
        restore(Settings(home=home), copy)


def spoil_archive(home: Path) -> None:
    path = next(path for path in sorted((home / "archive").glob("*/*")))
    path.chmod(0o600)
    path.write_bytes(path.read_bytes() + b" ")


def lose_archived(home: Path) -> None:
    next(path for path in sorted((home / "archive").glob("*/*"))).unlink()


def spoil_parquet(home: Path) -> None:
    path = (home / "current" / "marts" / "laggard.parquet").resolve()
    path.chmod(0o600)
    path.write_bytes(path.read_bytes() + b" ")


def lose_manifest(home: Path) -> None:
    (home / "current" / "manifest.json").resolve().unlink()


def change_a_mart(home: Path) -> None:
    with duckdb.connect(str((home / "current" / "warehouse.duckdb").resolve())) as connection:
        connection.execute("delete from marts.laggard where rowid = 0")


def lose_the_build(home: Path) -> None:
    (home / "warehouse.duckdb").unlink()


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (spoil_archive, "не сходится с хешем"),
        (lose_archived, "нет в архиве"),
        (spoil_parquet, "laggard.parquet изменён"),
        (lose_manifest, "manifest.json нет"),
        (change_a_mart, "витрина laggard"),
        (lose_the_build, "Нет файла сборки"),
    ],
)
def test_every_fault_is_found_and_named(spoil: Spoil, said: str, home: Path, tmp_path: Path) -> None:
    """Guards against a check that reads without comparing."""
    own = copied(home, tmp_path / "home")
    assert verify(Settings(home=own)).is_whole
    spoil(own)
    assert any(said in fault for fault in verify(Settings(home=own)).faults), verify(Settings(home=own)).faults


def test_a_damaged_parquet_file_is_no_fault_of_the_database(home: Path, tmp_path: Path) -> None:
    """Guards against a whole database to be restored because of a file beside it, and against not looking further."""
    own = copied(home, tmp_path / "home")
    change_a_mart(own)
    damaged = (own / "current" / "marts" / "dim_system.parquet").resolve()
    damaged.chmod(0o600)
    damaged.write_bytes(b"no Parquet")
    found = verify(Settings(home=own)).faults
    assert len(found) == 2, found
    assert "dim_system.parquet изменён" in found[0]
    assert "витрина laggard" in found[1]


def test_a_release_of_another_version_is_no_fault(home: Path, tmp_path: Path) -> None:
    """Guards against every release before an upgrade named a fault: versions count checksums of content differently."""
    own = copied(home, tmp_path / "home")
    path = (own / "current" / "manifest.json").resolve()
    manifest = json.loads(path.read_text(encoding="utf-8"))
    for summary in manifest["marts"].values():
        summary["content_checksum"] = "counted otherwise"
    path.write_text(json.dumps(manifest), encoding="utf-8")
    assert verify(Settings(home=own)).faults == ()


def without_link(home: Path) -> None:
    (home / "current").unlink()


def with_a_folder_for_the_link(home: Path) -> None:
    folder = (home / "current").resolve()
    (home / "current").unlink()
    shutil.copytree(folder, home / "current")


def with_only_a_folder(home: Path) -> None:
    folder = (home / "current").resolve()
    (home / "current").unlink()
    folder.rename(home / "current")


def with_a_link_into_nothing(home: Path) -> None:
    (home / "current").unlink()
    (home / "current").symlink_to(Path("releases") / "20200101T000000Z-0000")


def with_a_link_into_another_home(home: Path) -> None:
    other = home.parent / "other" / "releases" / "20200101T000000Z-0000"
    shutil.copytree((home / "current").resolve(), other)
    (home / "current").unlink()
    (home / "current").symlink_to(other)


@pytest.mark.parametrize(
    "lose",
    [
        without_link, with_a_folder_for_the_link, with_only_a_folder, with_a_link_into_nothing,
        with_a_link_into_another_home,
    ],
)  # fmt: skip
def test_a_lost_link_is_found_again_and_history_goes_on(lose: Spoil, home: Path, tmp_path: Path, vitrina: Run) -> None:
    """Guards against a copied home that begins its history anew: every vintage would start today, without a word."""
    own = copied(home, tmp_path / "home")
    before = of_release(own, VINTAGES)
    lose(own)
    assert of_release(own, VINTAGES) == before, "readable before any refresh"
    done = vitrina(own, "refresh")
    assert "Ссылка current восстановлена" in done.stdout
    assert (own / "current").is_symlink()
    assert of_release(own, VINTAGES) == before
    assert verify(Settings(home=own)).is_whole


def test_dashboards_find_the_release_of_a_copied_home(home: Path, tmp_path: Path) -> None:
    """Guards against a served copy that says there is no release: Superset reads through the link, which was lost."""
    own = Settings(home=copied(home, tmp_path / "home"))
    expected = own.current.resolve().name
    own.current.unlink()
    assert "Ссылка current восстановлена" in (mend_home(own) or "")
    assert own.current.resolve().name == expected
    assert mend_home(own) is None
    own.current.unlink()
    with (own.home / "refresh.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert mend_home(own) is None, "a refresh under way does it itself"
    assert not own.current.exists()
