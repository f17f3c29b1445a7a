"""Files are opened in a child process: whatever happens to the child stays with its file."""

import os
import time
import zipfile
from pathlib import Path

import pytest
import xlsxwriter

from foundation.settings import Settings, get_settings
from ingestion.errors import FailedFileError
from ingestion.read import Member, UnreadableFileError
from ingestion.read.bounded import open_members, read_head, read_workbook, release
from ingestion.read.bounded.client import call_bounded
from ingestion.read.bounded.kept import Kept


def bounded_by(monkeypatch: pytest.MonkeyPatch, **bounds: str) -> None:
    for name, value in bounds.items():
        monkeypatch.setenv(f"VITRINA_{name.upper()}", value)
    get_settings.cache_clear()


@pytest.fixture(autouse=True)
def _fresh(settings: Settings) -> None:
    release()


def member_of(path: Path) -> Member:
    return Member(path.name, "0" * 64, path.stat().st_size, None, None, path)


def plain_book(path: Path, rows: int) -> Path:
    with xlsxwriter.Workbook(str(path), {"constant_memory": True}) as workbook:
        sheet = workbook.add_worksheet("ОО")
        sheet.write_row(0, 0, ["ИНН", "Наименование организации", "Обучающихся"])
        for row in range(1, rows + 1):
            sheet.write_row(row, 0, [f"24470{row:05}", f"МБОУ «Средняя школа № {row}»", row])
    return path


@pytest.mark.slow
def test_an_ordinary_large_book_is_read_within_a_gibibyte(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Guards against a bound on address space, which threads and allocators reserve by the gigabyte and never touch."""
    bounded_by(monkeypatch, file_memory="1GiB")
    (sheet,) = read_workbook(member_of(plain_book(tmp_path / "b.xlsx", 100_000))).sheets
    assert sheet.frame.height == 100_001


def test_a_file_that_takes_too_much_memory_fails_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Guards against the system ending the whole refresh for one book, and against a limit nobody is told."""
    book, small = plain_book(tmp_path / "b.xlsx", 20_000), tmp_path / "s.csv"
    small.write_text("ИНН;Дата\n1;2\n", encoding="utf-8")
    bounded_by(monkeypatch, file_memory="100MiB")
    with pytest.raises(FailedFileError, match=r"b\.xlsx: не обработан.*предел памяти 100 МиБ.*VITRINA_FILE_MEMORY"):
        read_workbook(member_of(book))
    bounded_by(monkeypatch, file_memory="1GiB")
    assert read_workbook(member_of(small)).sheets[0].frame.shape == (2, 2)


def test_a_file_that_takes_too_long_fails_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Guards against a reader that never comes back."""
    bounded_by(monkeypatch, file_seconds="0.2")
    with pytest.raises(FailedFileError, match=r"x\.xlsx: не обработан.*за 0.2 с.*VITRINA_FILE_SECONDS"):
        call_bounded("x.xlsx", time.sleep, 60)
    assert call_bounded("y.xlsx", len, "да") == 2


@pytest.mark.parametrize(
    ("ending", "arguments", "told"), [(os.abort, (), "SIGABRT"), (os._exit, (3,), "код 3"), (int, ("x",), "ValueError")]
)
def test_a_reader_that_dies_or_errs_is_told_of(ending: object, arguments: tuple[object, ...], told: str) -> None:
    """Guards against a crash of a reader that takes the refresh along, and against the next file being lost with it."""
    with pytest.raises(FailedFileError, match=told):
        call_bounded("x.xlsx", ending, *arguments)
    assert call_bounded("y.xlsx", len, "да") == 2


def test_the_server_is_started_again_when_it_is_gone(tmp_path: Path) -> None:
    """Guards against a night in which nothing is read any more because the system ended the reading server."""
    from ingestion.read.bounded.client import _server  # noqa: PLC0415

    assert call_bounded("x.csv", len, "да") == 2
    assert _server._process is not None
    _server._process.kill()
    _server._process.wait()
    with pytest.raises(FailedFileError):
        call_bounded("x.csv", len, "да")
    assert call_bounded("y.csv", len, "да") == 2


def test_the_message_of_an_error_is_not_told(tmp_path: Path) -> None:
    """Guards against a person's data quoted by an error of the reader."""
    with pytest.raises(FailedFileError) as caught:
        call_bounded("x.xlsx", int, "112-233-445 95")
    assert "112-233" not in str(caught.value)


def test_verdicts_keep_their_words(tmp_path: Path) -> None:
    """Guards against a refusal that loses its advice on the way from the child."""
    path, workspace = tmp_path / "b.xlsx", tmp_path / "w"
    path.write_bytes(b"PK\x03\x04" + b"0" * 60)
    with pytest.raises(UnreadableFileError, match=r"b\.xlsx: .*повреждены.*vitrina add b\.xlsx"):
        read_workbook(member_of(path))
    archive = tmp_path / "a.zip"
    with zipfile.ZipFile(archive, "w") as entries:
        entries.writestr("x.csv", "ИНН;Дата\n1;2\n")
    (member,) = open_members(archive, "a.zip", workspace)
    assert (member.name, member.content.parent) == ("x.csv", workspace)


def test_a_file_is_read_once_in_one_state(tmp_path: Path) -> None:
    """Guards against reading twice what is received and then loaded, and against old content of a file written anew."""
    path = tmp_path / "s.csv"
    path.write_text("ИНН;Дата\n1;2\n", encoding="utf-8")
    first = read_workbook(member_of(path))
    assert read_workbook(member_of(path)) is first
    head = read_head(member_of(path))
    assert head is not None
    assert head.frame.equals(first.sheets[0].frame)
    path.write_text("ИНН;Дата\n1;2\n3;4\n", encoding="utf-8")
    assert read_workbook(member_of(path)).sheets[0].frame.height == 3


def test_what_is_kept_has_a_bound() -> None:
    """Guards against a memory that grows with every file of the night."""
    kept = Kept(10)
    kept.put("a", 1, 4)
    kept.put("b", 2, 4)
    assert kept.get("a") == 1
    kept.put("c", 3, 4)
    kept.put("d", 4, 11)
    assert [key for key in "abcd" if key in kept] == ["a", "c"]


@pytest.mark.parametrize(
    ("text", "amount", "words"),
    [("1GiB", 1 << 30, "1 ГиБ"), ("2GB", 2_000_000_000, "2 ГБ"), ("1.5 MiB", 1_572_864, "1,5 МиБ")],
)
def test_bounds_are_read_as_written(text: str, amount: int, words: str) -> None:
    """Guards against a gigabyte that is a thousandth of one, or more than was meant."""
    settings = Settings(file_memory=text)
    assert (settings.file_memory_bytes, settings.file_memory_in_words) == (amount, words)
