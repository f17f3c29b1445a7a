"""The archive is emptied by retention; hashes, journal and everything that works without the bytes stay."""

import os
import zipfile
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from foundation.settings import Settings
from ingestion.pipeline import receive
from ingestion.receive.landing import add_files
from ingestion.receive.purge import old_files, purge
from ingestion.report.file_report import FileReport
from ingestion.steward.queue import accept, list_held
from ingestion.store.archive import archived
from ingestion.store.receipts import now
from publishing.checksum import file_sha256

Load = Callable[..., list[FileReport]]
Write = Callable[..., Path]
Query = Callable[[str], list[tuple[Any, ...]]]
pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("registry")]
HEADER = ["Дата", "Организация", "Муниципалитет", "Обучающихся"]
OZERNOE = ["01.12.2024", "МБОУ Озерновская СОШ № 47", "Енисейский район"]
GHOST = ["01.12.2024", "Школа-призрак", "Енисейский район"]


def later() -> datetime:
    """A moment before which everything has come."""
    return now() + timedelta(seconds=1)


def archive_of(settings: Settings) -> set[str]:
    return {path.name for path in settings.archive.rglob("*") if path.is_file()}


def aged(query: Query, name: str, days: int) -> None:
    """Make a file look received so many days ago."""
    for table in ("load", "received"):
        query(
            f"update journal.{table} set received_at = received_at - to_days({days}) where original_name = '{name}'"
            f" or container_sha256 in (select container_sha256 from journal.load where original_name = '{name}')"
        )


def test_only_old_files_go_and_the_journal_stays(
    settings: Settings, load: Load, write_csv: Write, query: Query
) -> None:
    """Guards against a file removed before its time, and against a journal that no longer knows what was loaded."""
    old, new = (write_csv(name, [HEADER, [*OZERNOE, count]]) for name, count in (("old.csv", "10"), ("new.csv", "20")))
    load(old, new)
    aged(query, "old.csv", 400)
    limit = now() - timedelta(days=365)
    journal = "select file_sha256, original_name, size_bytes, rows_accepted from journal.load order by load_sequence"
    before = query(journal)
    assert [file.sha256 for file in old_files(settings, limit)] == [file_sha256(old)]
    size = old.stat().st_size
    assert [file.sha256 for file in purge(settings, limit)] == [file_sha256(old)]
    assert file_sha256(new) in archive_of(settings)
    assert not archived(settings, file_sha256(old)).parent.exists()
    assert query(journal) == before
    assert query("select file_sha256, size_bytes from journal.purged") == [(file_sha256(old), size)]
    assert purge(settings, limit) == []


def test_the_same_bytes_again_are_still_a_no_op(settings: Settings, load: Load, write_csv: Write, query: Query) -> None:
    """Guards against a purged file loaded a second time, and against its bytes back in the archive with it."""
    path = write_csv("h.csv", [HEADER, [*OZERNOE, "10"]])
    load(path)
    purge(settings, later())
    (report,) = load(path)
    assert report.outcome == "unchanged"
    assert archive_of(settings) == set()
    assert query("select count(*) from raw.headcount") == [(1,)]


def test_a_refused_file_is_kept_when_it_comes_again(settings: Settings, load: Load, write_csv: Write) -> None:
    """Guards against a file read from the archive after it was not put there: its first coming had loaded nothing."""
    path = write_csv("h.csv", [HEADER[:3], OZERNOE])
    assert load(path)[0].outcome == "refused"
    purge(settings, later())
    assert load(path)[0].outcome == "refused"
    assert archive_of(settings) == {file_sha256(path)}
    assert [file.sha256 for file in purge(settings, later())] == [file_sha256(path)]


def test_a_zip_goes_with_its_members_and_stays_away(
    settings: Settings, load: Load, write_csv: Write, query: Query, tmp_path: Path
) -> None:
    """Guards against a container left in the archive with all the bytes of its members, or one that comes back."""
    members = [write_csv(f"{count}.csv", [HEADER, [*OZERNOE, count]]) for count in ("10", "20")]
    container = tmp_path / "both.zip"
    with zipfile.ZipFile(container, "w") as packed:
        for member in members:
            packed.write(member, member.name)
    load(container)
    expected = {file_sha256(path) for path in (*members, container)}
    assert expected <= archive_of(settings)
    aged(query, "10.csv", 10)
    limit = now() - timedelta(days=9)
    assert {file.sha256 for file in old_files(settings, limit)} == expected
    purge(settings, limit)
    assert {report.outcome for report in load(container)} == {"unchanged"}
    assert not expected & archive_of(settings)


def test_a_file_not_loaded_yet_stays(settings: Settings, load: Load, write_csv: Write, query: Query) -> None:
    """Guards against a refresh that stopped half way and then has nothing to load from."""
    path = write_csv("h.csv", [HEADER, [*OZERNOE, "10"]])
    add_files(settings, [path], {})
    receive(settings)
    purge(settings, later())
    assert archive_of(settings) == {file_sha256(path)}
    (other,) = load(write_csv("next.csv", [HEADER, [*OZERNOE, "20"]]))[-1:]
    assert other.outcome == "loaded"
    assert query("select count(*) from raw.headcount") == [(2,)]


def test_held_rows_of_a_purged_file_are_decided(
    settings: Settings, load: Load, write_csv: Write, query: Query, inn: dict[str, str]
) -> None:
    """Guards against a decision that needs the file: what it needs stands in the journal."""
    load(write_csv("h.csv", [HEADER, [*GHOST, "10"]]))
    purge(settings, later())
    (question,) = list_held(settings)
    assert accept(settings, question.held_id, inn["ozernoe"]) == 1
    assert query("select students from raw.headcount") == [(10,)]


def test_bytes_no_journal_knows_go_by_their_date_and_strange_files_stay(settings: Settings) -> None:
    """Guards against what a crash left staying for good, and against files of the administrator's own removed."""
    leftover, note = archived(settings, "ab" * 32), settings.archive / "ab" / "README"
    partial = leftover.with_name(leftover.name + ".part")
    leftover.parent.mkdir(parents=True, exist_ok=True)
    for path in (leftover, note, partial):
        path.write_bytes(b"x")
        os.utime(path, (0, 0))
    assert {file.path for file in purge(settings, datetime(1971, 1, 1))} == {leftover, partial}
    assert note.exists()


def test_what_was_removed_is_journaled_when_the_next_cannot_be(
    settings: Settings, load: Load, write_csv: Write, query: Query, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Guards against bytes gone without a trace because another file could not be removed."""
    paths = [write_csv(f"{count}.csv", [HEADER, [*OZERNOE, count]]) for count in ("10", "20")]
    load(*paths)
    aged(query, "10.csv", 10)
    unlink, refused = Path.unlink, archived(settings, file_sha256(paths[1]))

    def remove(path: Path, missing_ok: bool = False) -> None:
        if path == refused:
            raise PermissionError(13, "Permission denied", str(path))
        unlink(path, missing_ok=missing_ok)

    monkeypatch.setattr(Path, "unlink", remove)
    with pytest.raises(PermissionError):
        purge(settings, later())
    gone = {sha256 for (sha256,) in query("select file_sha256 from journal.purged")}
    assert file_sha256(paths[0]) in gone
    assert file_sha256(paths[1]) not in gone
    assert refused.exists()


def test_a_home_without_an_archive_has_nothing_old(tmp_path: Path) -> None:
    """Guards against a home or a build file made by a purge of nothing."""
    empty = Settings(home=tmp_path / "nothing")
    assert purge(empty, later()) == []
    assert not empty.home.exists()
