"""What senders and programs do to the landing folder; every file is settled for itself."""

import json
import os
import time
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from foundation.settings import Settings
from ingestion.errors import UserError
from ingestion.file_names import LONGEST_NAME, fitted, readable
from ingestion.pipeline import LOAD_ORDER, landing_notes, load_kind, receive
from ingestion.receive import files as receiving
from ingestion.receive.landing import add_files, declared_for, landing_files, original_name, settled_files, sidecar_of
from ingestion.report.file_report import FileReport
from ingestion.store.archive import store
from ingestion.store.tables import build_connection

Write = Callable[..., Path]
Query = Callable[[str], list[tuple[Any, ...]]]
HEADER = "Дата;ИНН;Обучающихся"
LONG = "Приложение № 3 к письму министерства от 12.11.2024 № 75-1234 «О предоставлении сведений о контингенте»"


def night(settings: Settings) -> list[FileReport]:
    with build_connection(settings):
        reports = receive(settings)
        for kind in ("organisation_registry", "headcount"):
            assert kind in LOAD_ORDER
            reports += load_kind(settings, kind)
    return reports


def put(settings: Settings, name: str | bytes, content: str, declared: str | bytes | None = None) -> Path:
    """A file that somebody copied into landing a minute ago, without `vitrina add`."""
    settings.landing.mkdir(parents=True, exist_ok=True)
    path = settings.landing / os.fsdecode(name)
    path.write_text(content, encoding="utf-8")
    os.utime(path, (time.time() - 60,) * 2)
    if declared is not None:
        raw = declared.encode() if isinstance(declared, str) else declared
        sidecar_of(path).write_bytes(raw)
        os.utime(sidecar_of(path), (time.time() - 60,) * 2)
    return path


def rows(inn: Mapping[str, str], name: str, students: int) -> str:
    return f"{HEADER}\n01.12.2024;{inn[name]};{students}\n"


def longest(prefix: str, suffix: str) -> str:
    """A name of exactly as many bytes as a file system takes."""
    room = LONGEST_NAME - len((prefix + suffix).encode())
    return prefix + "я" * (room // 2) + "x" * (room % 2) + suffix


@pytest.mark.parametrize("days", [0.1, 400])
def test_a_file_dated_in_the_future_does_not_wait_for_that_day(
    registry: None, settings: Settings, inn: dict[str, str], query: Query, days: float
) -> None:
    """Guards against a file that lies in landing for months because a clock was ahead for a night."""
    soon = settings.model_copy(update={"landing_settle_seconds": 0.1})
    path = put(settings, "контингент.csv", rows(inn, "ozernoe", 410))
    os.utime(path, (time.time() + days * 86400,) * 2)
    assert [report.outcome for report in night(soon)] == ["loaded"]
    assert query("select students from raw.headcount") == [(410,)]
    assert not path.exists()


def test_half_of_a_file_does_not_stay_in_the_archive(
    registry: None, settings: Settings, inn: dict[str, str], monkeypatch: pytest.MonkeyPatch, query: Query
) -> None:
    """Guards against a build made anew of the archive that takes half of a file, once copied, for a file of its own."""
    whole = rows(inn, "ozernoe", 410) + f"01.12.2024;{inn['kovrov']};120\n"
    path = put(settings, "контингент.csv", rows(inn, "ozernoe", 410))
    before = sorted(path.name for path in settings.archive.rglob("*") if path.is_file())
    store = receiving.store

    def copied_too_early(home: Settings, content: Path) -> str:
        sha256 = store(home, content)
        path.write_text(whole, encoding="utf-8")
        return sha256

    with monkeypatch.context() as patch:
        patch.setattr(receiving, "store", copied_too_early)
        assert night(settings) == []
    assert sorted(path.name for path in settings.archive.rglob("*") if path.is_file()) == before
    os.utime(path, (time.time() - 60,) * 2)
    assert [report.outcome for report in night(settings)] == ["loaded"]
    assert query("select sum(students) from raw.headcount") == [(530,)]


def test_bytes_that_are_known_stay_when_they_are_written_on(
    registry: None, settings: Settings, inn: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Guards against the archive losing a loaded file because somebody sends it again and goes on writing."""
    put(settings, "контингент.csv", rows(inn, "ozernoe", 410))
    night(settings)
    before = sorted(path.name for path in settings.archive.rglob("*") if path.is_file())
    path = put(settings, "снова.csv", rows(inn, "ozernoe", 410))
    store = receiving.store

    def copied_too_early(home: Settings, content: Path) -> str:
        sha256 = store(home, content)
        path.write_text("дальше", encoding="utf-8")
        return sha256

    monkeypatch.setattr(receiving, "store", copied_too_early)
    assert night(settings) == []
    assert sorted(path.name for path in settings.archive.rglob("*") if path.is_file()) == before


def test_a_file_dated_in_the_future_and_still_written_to_waits(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Guards against half of such a file loaded: that it is at rest only a second look can tell."""
    path = put(settings, "контингент.csv", HEADER)
    ahead = time.time() + 86400
    os.utime(path, (ahead, ahead))

    def write_on(_: float) -> None:
        path.write_text(HEADER * 2, encoding="utf-8")
        os.utime(path, (ahead + 1, ahead + 1))

    monkeypatch.setattr("ingestion.receive.landing.time.sleep", write_on)
    assert settled_files(settings) == []


@pytest.mark.parametrize("name", [longest(LONG, ".csv"), "контингент.csv"])
def test_the_longest_names_are_added_loaded_and_told_of(
    registry: None, settings: Settings, inn: dict[str, str], tmp_path: Path, query: Query, name: str
) -> None:
    """Guards against a sidecar, a partial copy or a protocol whose name is longer than a file system takes."""
    source = tmp_path / name
    source.write_text(f"{HEADER}\n01.12.2024;{inn['ozernoe']};410\n01.12.2024;{inn['kovrov']};нет\n", encoding="utf-8")
    add_files(settings, [source], {"Отправитель": "Школа"})
    (report,) = night(settings)
    assert (report.outcome, report.rows_accepted, report.rows_rejected) == ("loaded", 1, 1)
    protocol = report.protocol
    assert protocol is not None
    assert protocol.is_file()
    assert list(settings.landing.iterdir()) == []
    assert query("select original_name, sender from journal.load where kind = 'headcount'") == [(name, "Школа")]


def test_many_files_of_one_long_name_lie_side_by_side(settings: Settings, tmp_path: Path) -> None:
    """Guards against a number that makes a name too long, and against a file that overwrites its namesake."""
    path = tmp_path / longest("а", ".csv")
    path.write_text("x", encoding="utf-8")
    assert len({put.name for put in add_files(settings, [path] * 12, {"Год": "2024"})}) == 12
    assert len(landing_files(settings)) == 12


def test_a_failed_add_leaves_nothing(settings: Settings, write_csv: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    """Guards against half of the files of one command in landing, loaded the next night without the others."""
    paths = [write_csv(f"{name}.csv", [[name]]) for name in "аб"]
    rename = Path.rename

    def full(path: Path, target: Path) -> Path:
        if target.name == "б.csv":
            raise OSError(28, "No space left on device")
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", full)
    with pytest.raises(OSError, match="No space"):
        add_files(settings, paths, {"Год": "2024"})
    assert list(settings.landing.iterdir()) == []


def test_a_name_that_is_no_utf8_is_loaded_and_shown_as_it_was_meant(
    registry: None, settings: Settings, inn: dict[str, str], query: Query
) -> None:
    """Guards against half a sign in the journal, which neither DuckDB nor a terminal takes: nothing was loaded."""
    put(settings, "Отчёт школы.csv".encode("cp1251"), rows(inn, "ozernoe", 410))
    put(settings, "Отчёт лицея № 2.csv".encode("cp866"), rows(inn, "kovrov", 220))
    put(settings, "рядом.csv", rows(inn, "arsentyevka", 330))
    assert {report.outcome for report in night(settings)} == {"loaded"}
    assert query("select original_name from journal.load where kind = 'headcount' order by 1") == [
        ("Отчёт лицея № 2.csv",), ("Отчёт школы.csv",), ("рядом.csv",),
    ]  # fmt: skip
    assert list(settings.landing.iterdir()) == []


@examples(deadline=None)  # the first call imports
@given(st.binary(min_size=1, max_size=300).filter(lambda raw: b"/" not in raw and b"\0" not in raw))
def test_every_name_is_readable_and_fits(raw: bytes) -> None:
    """Guards against a name in any bytes that cannot be stored, printed or used once we add to it."""
    name = os.fsdecode(raw)
    assert readable(name).encode()
    assert "\n" not in readable(name)
    assert len(os.fsencode(fitted(name, ".set.json"))) <= LONGEST_NAME
    assert fitted(name, ".xlsx") == name + ".xlsx" or len(raw) > LONGEST_NAME - 5


def test_long_names_stay_apart_when_they_are_cut() -> None:
    """Guards against two files of one beginning under one name."""
    assert fitted("я" * 200 + "1", ".xlsx") != fitted("я" * 200 + "2", ".xlsx")


@pytest.mark.parametrize(
    "beside",
    ['{"Дата": "2024-12-01"', "", '{"Отправитель": "Школа"}'.encode("cp1251"), "[1]", '{"Год": 2024}',
     '{"Дата": "\\ud800"}', "[" * 100_000, "null"],
)  # fmt: skip
def test_an_unreadable_sidecar_refuses_its_file_only(
    registry: None, settings: Settings, inn: dict[str, str], beside: str | bytes, query: Query
) -> None:
    """Guards against a night stopped by what stands beside one file, and against that file loaded without it."""
    put(settings, "а.csv", rows(inn, "ozernoe", 410), beside)
    put(settings, "б.csv", rows(inn, "kovrov", 220))
    refused, loaded = night(settings)
    assert (refused.outcome, loaded.outcome) == ("refused", "loaded")
    assert ".а.csv.set.json" in str(refused.refusal)
    assert "--set" in str(refused.refusal)
    assert refused.protocol is not None
    assert refused.protocol.is_file()
    assert query("select students from raw.headcount") == [(220,)]
    assert list(settings.landing.iterdir()) == []


def test_a_file_rewritten_while_it_is_received_is_taken_next_time(
    registry: None, settings: Settings, inn: dict[str, str], query: Query, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Guards against rows that are nowhere: the sender's new file was removed as if it had been loaded."""
    path = put(settings, "а.csv", rows(inn, "ozernoe", 1), '{"Отправитель": "Школа"}')
    receive_content = receiving.receive_content

    def rewriting(*arguments: Any) -> list[FileReport]:
        found = receive_content(*arguments)
        path.write_text(rows(inn, "ozernoe", 2), encoding="utf-8")
        return found

    with monkeypatch.context() as patch:
        patch.setattr(receiving, "receive_content", rewriting)
        night(settings)
    assert query("select students, sender from raw.headcount") == [(1, "Школа")]
    assert [file.name for file in landing_files(settings)] == ["а.csv"]
    os.utime(path, (time.time() - 60,) * 2)
    night(settings)
    assert query("select students, sender from raw.headcount order by load_sequence") == [(1, "Школа"), (2, "Школа")]
    assert list(settings.landing.iterdir()) == []


def test_a_file_rewritten_while_it_is_copied_waits(
    registry: None, settings: Settings, inn: dict[str, str], query: Query, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Guards against a copy of which one half is old and the other new."""
    path = put(settings, "а.csv", rows(inn, "ozernoe", 1))
    store = receiving.store

    def rewriting(of: Settings, content: Path) -> str:
        found = store(of, content)
        content.write_text(rows(inn, "ozernoe", 2), encoding="utf-8")
        return found

    with monkeypatch.context() as patch:
        patch.setattr(receiving, "store", rewriting)
        assert night(settings) == []
    assert path.is_file()
    os.utime(path, (time.time() - 60,) * 2)
    night(settings)
    assert query("select students from raw.headcount") == [(2,)]


def test_service_files_and_no_files_are_passed_over(
    registry: None, settings: Settings, inn: dict[str, str], tmp_path: Path, query: Query
) -> None:
    """Guards against a refusal for a lock file, and against a night stopped by a folder, a dead link or a pipe."""
    put(settings, "а.csv", rows(inn, "ozernoe", 1))
    for name in ("~$а.xlsx", "Thumbs.db", "desktop.ini"):
        put(settings, name, "x")
    (settings.landing / "папка").mkdir()
    (settings.landing / "ссылка.csv").symlink_to(tmp_path / "нет.csv")
    os.mkfifo(settings.landing / "труба.csv")
    (report,) = night(settings)
    assert (report.original_name, report.outcome) == ("а.csv", "loaded")
    (note,) = landing_notes(settings)
    assert "«Thumbs.db»" in note
    assert "«папка»" in note
    assert query("select count(*) from journal.load where outcome <> 'loaded'") == [(0,)]
    assert night(settings) == []


def test_a_link_is_not_followed(
    registry: None, settings: Settings, inn: dict[str, str], tmp_path: Path, query: Query
) -> None:
    """Guards against a sender's link to the secret of the service: archived, it would lie in every backup."""
    settings.secret_file.write_text("s" * 40, encoding="utf-8")
    (settings.landing / "тайна.csv").symlink_to(settings.secret_file)
    (settings.landing / "чужое.csv").symlink_to(put(settings, "а.csv", rows(inn, "ozernoe", 1)))
    put(settings, "б.csv", rows(inn, "ozernoe", 2))
    (settings.landing / ".б.csv.set.json").symlink_to(settings.home / "alerts.json")
    reports = {report.original_name: report for report in night(settings)}
    assert {name: report.outcome for name, report in reports.items()} == {"а.csv": "loaded", "б.csv": "refused"}
    assert "это ссылка, а не файл" in (reports["б.csv"].refusal or "")
    (note,) = landing_notes(settings)
    assert "«тайна.csv»" in note
    assert "«чужое.csv»" in note
    archived = [path.read_bytes() for path in settings.archive.rglob("*") if path.is_file()]
    assert b"s" * 40 not in archived


def test_a_file_replaced_by_a_link_is_not_stored(settings: Settings, tmp_path: Path) -> None:
    """Guards against a link put in place of a file between the look at it and its copy into the archive."""
    (tmp_path / "тайна").write_text("s" * 40, encoding="utf-8")
    settings.landing.mkdir(parents=True, exist_ok=True)
    (settings.landing / "а.csv").symlink_to(tmp_path / "тайна")
    with pytest.raises(OSError, match="symbolic link"):
        store(settings, settings.landing / "а.csv")
    assert [path for path in settings.archive.rglob("*") if path.is_file()] == []


@pytest.mark.parametrize(
    ("name", "original"),
    [("отчёт~2.csv", "отчёт.csv"), ("отчёт~².csv", "отчёт~².csv"), ("~2.csv", "~2.csv"), ("а~б.csv", "а~б.csv")],
)
def test_the_name_of_the_sender(name: str, original: str) -> None:
    """Guards against a superscript digit, which Python calls a digit and no number, stopping the night."""
    assert original_name(Path(name)) == original


def test_add_names_a_missing_file_readably(settings: Settings, tmp_path: Path) -> None:
    """Guards against an error that cannot be printed."""
    with pytest.raises(UserError, match=r"Отчёт\.csv"):
        add_files(settings, [tmp_path / os.fsdecode("Отчёт.csv".encode("cp1251"))], {})


def test_declared_values_are_kept_with_long_names(settings: Settings, tmp_path: Path) -> None:
    """Guards against a declared date that is lost, or taken for an orphan's, because its name was cut."""
    path = tmp_path / longest("а", ".csv")
    path.write_text("x", encoding="utf-8")
    (target,) = add_files(settings, [path], {"Год": "2024"})
    os.utime(sidecar_of(target), (0, 0))
    receiving.remove_orphans(settings)
    assert declared_for(target) == {"Год": "2024"}
    assert json.loads(sidecar_of(target).read_text(encoding="utf-8")) == {"Год": "2024"}


def test_members_of_long_and_foreign_names(
    registry: None, settings: Settings, inn: dict[str, str], tmp_path: Path, query: Query
) -> None:
    """Guards against a ZIP whose member could not be told of."""
    container = tmp_path / "а.zip"
    with zipfile.ZipFile(container, "w") as packed:
        packed.writestr("я" * 190 + ".csv", rows(inn, "ozernoe", 410) + f"01.12.2024;{inn['kovrov']};нет\n")
    add_files(settings, [container], {})
    (report,) = night(settings)
    assert (report.rows_accepted, report.rows_rejected) == (1, 1)
    assert report.protocol is not None
    assert report.protocol.is_file()


def test_a_persons_number_in_a_name_or_in_what_is_declared_stays_at_the_door(
    registry: None, settings: Settings, inn: dict[str, str], query: Query, tmp_path: Path
) -> None:
    """Guards against a СНИЛС published because somebody names files after people."""
    number = "987-654-302 80"
    container = tmp_path / f"Архив {number}.zip"
    with zipfile.ZipFile(container, "w") as packed:
        packed.writestr(f"Член {number}.csv", rows(inn, "kovrov", 1) + f"01.12.2024;{inn['ozernoe']};нет\n")
    broken = put(settings, f"Без даты {number}.csv", "a;b\n1;2\n")
    put(settings, f"Спутник {number}.csv", rows(inn, "ozernoe", 1), "[")
    path = tmp_path / f"Контингент {number}.csv"
    path.write_text(rows(inn, "arsentyevka", 1) + f"01.12.2024;{inn['maykop']};нет\n", encoding="utf-8")
    add_files(settings, [path, container], {"Отправитель": f"Кадровик {number}"})
    reports = night(settings)
    assert not broken.exists()
    assert sorted(report.outcome for report in reports) == ["loaded", "loaded", "refused", "refused"]
    assert number not in "".join(json.dumps(report.as_dict(), ensure_ascii=False) for report in reports)
    dumped = [query(f"from journal.{table}") for table in ("received", "load", "reject")]
    assert number not in str(dumped)
    assert "Контингент" in str(dumped)
    assert not [found.name for found in settings.reports.iterdir() if number in found.name]
    for protocol in settings.reports.glob("*.xlsx"):
        with zipfile.ZipFile(protocol) as parts:
            assert not [part for part in parts.namelist() if number in parts.read(part).decode("utf-8", "replace")]
