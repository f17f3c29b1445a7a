"""Parquet files that two releases have in common: one file where they are equal, two wherever they are not."""

import errno
import os
import shutil
import stat
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from foundation.settings import Settings
from orchestration.backup import back_up
from orchestration.metrics import bytes_of
from orchestration.permissions import close_home
from orchestration.restore import restore
from publishing import parquet as parquet_module
from publishing import sharing as sharing_module
from publishing.catalogue import list_releases
from publishing.checksum import file_sha256
from publishing.manifest import Manifest
from publishing.previous import carry_previous_release
from publishing.release import publish

Build = Callable[[str], None]
FIRST, SECOND, THIRD = "20260101T000000Z-aaaa", "20260102T000000Z-bbbb", "20260103T000000Z-cccc"


def file_of(settings: Settings, release_id: str, mart: str) -> Path:
    return settings.releases / release_id / "marts" / f"{mart}.parquet"


def is_shared(settings: Settings, mart: str, first: str = FIRST, second: str = SECOND) -> bool:
    return file_of(settings, first, mart).samefile(file_of(settings, second, mart))


def next_night(settings: Settings, release_id: str, keep: int = 30) -> Manifest:
    carry_previous_release(settings)
    return publish(settings, release_id, keep=keep)


def says_what_lies_there(settings: Settings, release_id: str) -> bool:
    """Whether the manifest has the hash of each file and the rows of each table."""
    folder = settings.releases / release_id
    with duckdb.connect(str(folder / "warehouse.duckdb"), read_only=True) as connection:
        return all(
            file_sha256(file_of(settings, release_id, name)) == summary.parquet_sha256
            and connection.execute(f"select count(*) from marts.{name}").fetchone() == (summary.rows,)
            and connection.execute(f"select count(*) from '{file_of(settings, release_id, name)}'").fetchone()
            == (summary.rows,)
            for name, summary in Manifest.read(folder).marts.items()
        )


def test_an_equal_mart_is_one_file(settings: Settings, build: Build) -> None:
    """Guards against a release that writes again what has not changed, and a manifest of other bytes."""
    first = publish(settings, FIRST)
    build("create or replace table marts.dim_system as from marts.dim_system order by all desc")
    second = next_night(settings, SECOND)
    assert is_shared(settings, "dim_system")
    assert is_shared(settings, "laggard")
    assert second.marts["dim_system"] == first.marts["dim_system"]
    assert says_what_lies_there(settings, SECOND)


@pytest.mark.parametrize(
    "change",
    [
        pytest.param("update marts.dim_system set short_title = 'Другая'", id="a value"),
        pytest.param("insert into marts.dim_system from marts.dim_system", id="a row that stands twice"),
        pytest.param("delete from marts.dim_system", id="no rows"),
        pytest.param("update marts.dim_system set short_title = null", id="an empty value"),
        pytest.param("alter table marts.dim_system add column note text", id="a column"),
        pytest.param("alter table marts.dim_system rename short_title to title", id="a name"),
        pytest.param(
            "create or replace table marts.dim_system as select short_title, system_code from marts.dim_system",
            id="the order of columns",
        ),
    ],
)
def test_a_mart_that_differs_is_written(settings: Settings, build: Build, change: str) -> None:
    """Guards against a release that shows the rows or the columns of the day before."""
    first = publish(settings, FIRST)
    build(change)
    second = next_night(settings, SECOND)
    assert not is_shared(settings, "dim_system")
    assert second.marts["dim_system"].parquet_sha256 != first.marts["dim_system"].parquet_sha256
    assert is_shared(settings, "laggard"), "the others are shared all the same"
    assert says_what_lies_there(settings, SECOND)


def test_a_type_alone_is_a_difference(settings: Settings, build: Build) -> None:
    """Guards against a number that stays an integer in the file after the mart has made it a decimal."""
    publish(settings, FIRST)
    build("alter table marts.indicator_passport alter precision_digits type bigint")
    next_night(settings, SECOND)
    assert not is_shared(settings, "indicator_passport")


def test_what_tells_of_the_build_counts_too(settings: Settings, build: Build) -> None:
    """Guards against a Parquet file that names the release before: the content checksum does not look there."""
    first = publish(settings, FIRST)
    second = next_night(settings, SECOND)
    assert second.marts["release_summary"].content_checksum == first.marts["release_summary"].content_checksum
    assert not is_shared(settings, "release_summary")
    found = duckdb.execute(f"select release_id from '{file_of(settings, SECOND, 'release_summary')}'").fetchone()
    assert found == (SECOND,)


def test_a_description_is_part_of_the_file(settings: Settings, build: Build, monkeypatch: pytest.MonkeyPatch) -> None:
    """Guards against columns that are described in the file as they were before somebody corrected it."""
    publish(settings, FIRST)
    described = parquet_module.descriptions

    def corrected(mart: str) -> tuple[str, dict[str, str]]:
        table, columns = described(mart)
        return table, {**columns, "short_title": "Исправлено"}

    monkeypatch.setattr(parquet_module, "descriptions", corrected)
    next_night(settings, SECOND)
    assert not is_shared(settings, "dim_system")
    assert is_shared(settings, "load_journal"), "no such column"


def test_another_version_of_the_program_shares_nothing(
    settings: Settings, build: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Guards against files as an older version wrote them that stay for ever."""
    publish(settings, FIRST)
    monkeypatch.setattr(sharing_module, "code_digest", lambda: "other")
    next_night(settings, SECOND)
    assert not is_shared(settings, "dim_system")


def test_a_release_without_fingerprints_shares_nothing(settings: Settings, build: Build) -> None:
    """Guards against an upgrade that fails on, or believes, a manifest that says nothing of fingerprints."""
    first = publish(settings, FIRST)
    marts = {name: replace(one, fingerprint=None, parquet_form=None) for name, one in first.marts.items()}
    replace(first, marts=marts).write(settings.releases / FIRST)
    next_night(settings, SECOND)
    assert not is_shared(settings, "dim_system")


@pytest.mark.parametrize("spoil", [Path.unlink, lambda path: (path.chmod(0o600), path.write_bytes(b"PAR1"))])
def test_a_damaged_file_is_not_passed_on(settings: Settings, build: Build, spoil: Callable[[Path], object]) -> None:
    """Guards against damage of one release that every later one inherits, with a hash that was never counted."""
    publish(settings, FIRST)
    spoil(file_of(settings, FIRST, "dim_system"))
    next_night(settings, SECOND)
    assert says_what_lies_there(settings, SECOND)


def test_where_there_are_no_links_the_file_is_copied(
    settings: Settings, build: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Guards against a disk without hard links, or a file with as many as it takes, that stop every release."""
    publish(settings, FIRST)

    def refuse(*_: object) -> None:
        raise OSError(errno.EMLINK, "Too many links")

    monkeypatch.setattr(os, "link", refuse)
    next_night(settings, SECOND)
    assert not is_shared(settings, "dim_system")
    assert says_what_lies_there(settings, SECOND)
    assert stat.S_IMODE(file_of(settings, SECOND, "dim_system").stat().st_mode) == 0o400


def test_the_newer_release_outlives_the_older(settings: Settings, build: Build) -> None:
    """Guards against a retention that empties the files of the release that stands."""
    publish(settings, FIRST)
    next_night(settings, SECOND)
    assert is_shared(settings, "dim_system")
    next_night(settings, THIRD, keep=1)
    assert [one.release_id for one in list_releases(settings)] == [THIRD]
    assert says_what_lies_there(settings, THIRD)


def test_nobody_may_write_to_a_published_file(settings: Settings, build: Build) -> None:
    """Guards against a tool that edits one release and thereby all that share its file."""
    publish(settings, FIRST)
    next_night(settings, SECOND)
    close_home(settings)
    modes = {
        stat.S_IMODE(path.stat().st_mode)
        for release_id in (FIRST, SECOND)
        for path in (settings.releases / release_id / "marts").iterdir()
    }
    assert modes == {0o400}


def test_a_shared_file_takes_its_room_once(settings: Settings, build: Build) -> None:
    """Guards against `vitrina status` that counts a file for each release that names it."""
    publish(settings, FIRST)
    next_night(settings, SECOND)
    marts = list((settings.releases / FIRST / "marts").iterdir())
    shared = sum(path.stat().st_size for path in marts if is_shared(settings, path.stem))
    assert shared > 0
    each = sum(bytes_of(settings.releases / release_id) for release_id in (FIRST, SECOND))
    assert bytes_of(settings.releases) == each - shared


def test_a_copied_home_is_whole_and_shares_again(settings: Settings, build: Build, tmp_path: Path) -> None:
    """Guards against a copy made without links that is damaged, or writes into the home it was made of."""
    publish(settings, FIRST)
    next_night(settings, SECOND)
    copy = Settings(home=tmp_path / "copy")
    shutil.copytree(settings.home, copy.home, symlinks=True)
    assert not file_of(copy, SECOND, "dim_system").samefile(file_of(copy, FIRST, "dim_system"))
    next_night(copy, THIRD)
    assert is_shared(copy, "dim_system", SECOND, THIRD)
    assert not file_of(copy, THIRD, "dim_system").samefile(file_of(settings, SECOND, "dim_system"))
    assert says_what_lies_there(copy, FIRST)
    assert says_what_lies_there(copy, THIRD)


def test_a_backup_brings_shared_files_back(settings: Settings, build: Build, tmp_path: Path) -> None:
    """Guards against a link in the copy that leads out of the place it is restored to, or to nothing."""
    publish(settings, FIRST)
    next_night(settings, SECOND)
    settings.archive.mkdir()
    back_up(settings, tmp_path / "copy.tar.gz")
    place = Settings(home=tmp_path / "place")
    restore(place, tmp_path / "copy.tar.gz")
    assert says_what_lies_there(place, FIRST)
    assert says_what_lies_there(place, SECOND)
    assert is_shared(place, "dim_system")
    assert not file_of(place, FIRST, "dim_system").samefile(file_of(settings, FIRST, "dim_system"))
