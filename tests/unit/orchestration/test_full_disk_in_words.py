"""A full disk is told in plain words, whichever library meets it, and nothing else goes wrong because of it."""

import errno
import io
import logging
import sqlite3
import sys
from pathlib import Path

import duckdb
import pytest

from cli.main import main
from foundation.settings import Settings
from ingestion.errors import UserError
from orchestration import run
from orchestration.failures import NO_ROOM, describe_failure
from orchestration.last_refresh import write_last_refresh
from orchestration.record import RefreshRecord, StepFailedError
from orchestration.refresh_log import LogOutput, open_log
from orchestration.run import run_refresh

FULL = OSError(errno.ENOSPC, "No space left on device")
MET = (
    FULL,
    OSError(errno.EDQUOT, "Disk quota exceeded", "/srv/vitrina/x"),
    sqlite3.OperationalError("database or disk is full"),
    duckdb.IOException('IO Error: Could not write file "/x/warehouse.duckdb": No space left on device'),
    duckdb.IOException("IO Error: Could not write all bytes to file: wanted=262144 wrote=4096"),
)


@pytest.mark.parametrize("error", MET, ids=lambda error: type(error).__name__)
def test_it_is_told_in_plain_words(error: Exception) -> None:
    """Guards against English, the name of an exception or no next step when all that is wrong is want of room."""
    assert describe_failure(error) == NO_ROOM
    wrapped = RuntimeError("of Dagster's")
    wrapped.__cause__ = error
    assert describe_failure(wrapped) == NO_ROOM


def test_other_failures_are_told_as_before() -> None:
    """Guards against a full disk blamed for whatever a system refuses."""
    assert describe_failure(PermissionError(errno.EACCES, "Permission denied", "/x")) == "ошибка системы: нет прав (/x)"
    assert describe_failure(UserError("Нет секрета.")) == "Нет секрета."


def refuse(*_: object, **__: object) -> None:
    raise FULL


def test_a_refresh_that_cannot_even_write_its_outcome_says_why(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Guards against a traceback, or «a file not named», where neither Dagster nor the record can be written."""

    def broken(*_: object, **__: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(run, "_execute_job", broken)
    monkeypatch.setattr("orchestration.record.write_last_refresh", refuse)
    result = run_refresh(settings)
    assert not result.published
    assert result.first_cause == NO_ROOM
    assert (result.alert or "").startswith("Выпуск не опубликован: на диске рабочей папки нет места.")


@pytest.mark.parametrize(
    ("free", "told"), [(0, NO_ROOM), (10**12, "ошибка системы: диск не читается или не пишется (")]
)
def test_an_outcome_that_stayed_unwritten_is_no_success(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, free: int, told: str
) -> None:
    """Guards against «the cause is not known» after a job whose end could not be written down."""

    def ends_unwritten(settings: Settings, *_: object, **__: object) -> None:
        write_last_refresh(settings, RefreshRecord(settings).as_dict())

    monkeypatch.setattr(run, "_execute_job", ends_unwritten)
    monkeypatch.setattr("orchestration.room.free_bytes", lambda _: free)
    result = run_refresh(settings)
    assert not result.published
    assert (result.first_cause or "").startswith(told)


@pytest.mark.parametrize(("free", "told"), [(10**7, NO_ROOM), (10**12, "ошибка программы OperationalError в ")])
def test_what_fails_where_no_room_is_left_failed_of_it(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, free: int, told: str
) -> None:
    """Guards against «error of the program» for a database that on a full disk says only that it could not read."""
    monkeypatch.setattr("orchestration.room.free_bytes", lambda _: free)
    record = RefreshRecord(settings)
    with pytest.raises(StepFailedError), record.step("Публикация выпуска"):
        raise sqlite3.OperationalError("disk I/O error")
    assert (record.first_cause or "").startswith(told)
    other = RefreshRecord(settings)
    with pytest.raises(StepFailedError), other.step("Приём"):
        raise UserError("Нет секрета.")
    assert other.first_cause == "Нет секрета."


def test_every_command_says_so_without_a_traceback(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """Guards against «No space left on device (a file that is not named)» in front of an administrator."""
    source = tmp_path / "x.csv"
    source.write_text("a;b\n", encoding="utf-8")
    monkeypatch.setattr("ingestion.receive.landing.shutil.copyfile", refuse)
    assert main(["add", str(source)]) == 3
    assert capsys.readouterr().err.startswith("Ошибка системы: на диске нет места (")


def test_what_libraries_print_is_lost_and_fails_nobody(tmp_path: Path) -> None:
    """Guards against a build that fails, or a program that ends with code 120, because its log could not be written."""
    output = LogOutput(tmp_path / "refresh.log")
    output.write("строка\n")
    assert (tmp_path / "refresh.log").read_text(encoding="utf-8") == "строка\n"
    output.close()
    with LogOutput(Path("/dev/full")) as full:
        assert full.write("x") == 1
        full.flush()


def test_the_output_of_a_program_is_its_own_again(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Guards against an answer written to the log, because a step that was cut off had turned the output there."""

    def cut_off(*_: object, **__: object) -> None:
        sys.stdout = io.StringIO()
        raise sqlite3.OperationalError("database or disk is full")

    own = sys.stdout
    monkeypatch.setattr(run, "_execute_job", cut_off)
    run_refresh(settings)
    assert sys.stdout is own


def test_a_log_that_cannot_be_written_is_silent(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Guards against a traceback of the standard library on the terminal for every line of the log."""
    settings.reports.mkdir(parents=True)
    log = open_log(settings)
    (handler,) = log.handlers
    assert isinstance(handler, logging.StreamHandler)
    monkeypatch.setattr(handler, "flush", refuse)
    log.info("x")
    log.removeHandler(handler)
    assert capsys.readouterr().err == ""
