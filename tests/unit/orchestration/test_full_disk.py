"""A disk without any room: what is full is named, one message tells of it, nothing answers with a traceback."""

import errno
import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from cli import main as main_module
from cli.main import main
from foundation.settings import Settings
from foundation.system_errors import reason_in_words
from ingestion.store.tables import prepare_build
from orchestration import run as running
from orchestration.alerts import attend as attending
from orchestration.alerts.attend import attend
from orchestration.alerts.channels import Channel
from orchestration.alerts.wording import Message
from orchestration.last_refresh import last_refresh_path, read_last_refresh, write_last_refresh
from orchestration.lock import refresh_lock
from orchestration.record import RefreshRecord
from orchestration.run import run_refresh

NOW = datetime.now(UTC)
GOOD = {
    "started_at": (NOW - timedelta(hours=1)).isoformat(), "finished_at": NOW.isoformat(), "outcome": "published",
    "succeeded_at": NOW.isoformat(), "release_id": "20261130T020000Z-1a2b",
}  # fmt: skip
Run = Callable[..., tuple[int, str]]


def no_room(*_: object, **__: object) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


@pytest.fixture
def run(settings: Settings, capsys: pytest.CaptureFixture[str]) -> Run:
    def invoke(*arguments: str) -> tuple[int, str]:
        code = main(list(arguments))
        out, err = capsys.readouterr()
        assert "Traceback" not in out + err
        return code, out + err

    return invoke


@pytest.fixture
def full(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A home of a good night on a disk that has filled since: nothing that replaces a file can be written."""
    settings.reports.mkdir(parents=True)
    settings.landing.mkdir()
    prepare_build(settings)
    write_last_refresh(settings, GOOD)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(10, 10, 0))  # type: ignore[attr-defined]
    for name in ("orchestration.last_refresh.write_private", "orchestration.alerts.memory.write_private"):
        monkeypatch.setattr(name, no_room)
    return settings


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[Message]:
    """What a channel was given."""
    messages: list[Message] = []
    way = Channel("email", "почта", messages.append, lambda: None)
    monkeypatch.setattr(attending, "channels", lambda _: [way])
    return messages


@pytest.mark.parametrize("raised", [duckdb.IOException("Could not write file"), RuntimeError(), no_room])
def test_whoever_meets_it_the_disk_is_named(
    raised: Any, full: Settings, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Guards against the traceback of a trace that itself found no room, and against «непредвиденная ошибка»."""

    def fails(*_: object, **__: object) -> None:
        if callable(raised):
            raised()
        raise raised

    monkeypatch.setattr(main_module, "app", fails)
    monkeypatch.setattr(Path, "write_text", no_room)
    code, said = run("status")
    assert code == 3
    assert said.startswith("Ошибка системы: на диске нет места")
    assert str(full.home) in said


def test_a_trace_that_cannot_be_written_is_said(settings: Settings, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Guards against a traceback where the folder of reports belongs to another account."""

    def fails(*_: object, **__: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(main_module, "app", fails)
    settings.reports.write_text("no folder", encoding="utf-8")
    code, said = run("status")
    assert code == 3
    assert "RuntimeError" in said
    assert "Подробности не записаны" in said


def test_a_refresh_names_what_is_full_and_tells_it_once_a_night(full: Settings, told: list[Message]) -> None:
    """Guards against a night on a full disk that ends in silence: no record, so nobody hears of it."""
    result = run_refresh(full)
    assert not result.published
    assert f"На диске рабочей папки {full.home} свободно 0,0 МБ" in str(result.first_cause)
    assert ["свободно 0,0 МБ" in message.text for message in told] == [True]
    for hour in range(1, 20):
        attend(full, now=datetime.now(UTC) + timedelta(hours=hour))
    assert len(told) == 1, "the hourly look, which cannot remember either, repeats nothing"
    run_refresh(full)
    assert len(told) == 2, "another night"


def test_the_outcome_of_an_earlier_night_is_not_taken_for_this_one(
    full: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Guards against «опубликован выпуск» and code 0 from yesterday's record, when today's could not be written."""
    monkeypatch.setattr(running, "_require_some_room", lambda _: None)
    monkeypatch.setattr(running, "prepare_dagster_home", lambda _: None)
    monkeypatch.setattr(running, "_execute_job", lambda *_, **__: None)
    result = run_refresh(full)
    assert not result.published
    assert result.release_id is None
    assert "нет места" in str(result.alert)


def test_the_end_of_a_refresh_and_its_lock_need_no_room(full: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Guards against a refresh that dies at its record before anybody is told, or cannot even hold the lock."""
    record = RefreshRecord(full)
    record.fail("на диске нет места")
    record.finish()
    assert read_last_refresh(full) is not None
    monkeypatch.setattr("os.write", no_room)
    with refresh_lock(full):
        pass


def test_status_answers_on_a_full_disk(full: Settings, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Guards against an administrator who is told to look at `vitrina status`, which then fails as well."""

    def fails(*_: object, **__: object) -> None:
        raise duckdb.IOException("Could not write file")

    monkeypatch.setattr("ingestion.steward.queue.list_held", fails)
    code, said = run("status")
    assert code == 0
    assert "свободно 0,0 МБ" in said
    assert "Файл сборки не читается" in said
    assert last_refresh_path(full).is_file()


def test_words_of_the_system_are_russian_and_our_own_stay() -> None:
    """Guards against English in a Russian sentence, and against our own explanation replaced by the code's."""
    assert reason_in_words(PermissionError(errno.EACCES, "Permission denied", "/x")) == "нет прав"
    assert reason_in_words(OSError(errno.EIO, "файл сборки не переписан")) == "файл сборки не переписан"
    assert reason_in_words(OSError()) == "OSError"
