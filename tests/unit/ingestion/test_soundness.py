"""A build file that is damaged is told from one that is in use, and is never trusted for being opened."""

import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from foundation.settings import Settings
from ingestion.errors import BuildInUseError
from ingestion.store import soundness
from ingestion.store.soundness import fault_of
from ingestion.store.tables import build_connection, prepare_build


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A home whose build has a table of many blocks."""
    settings = Settings(home=tmp_path / "home")
    prepare_build(settings)
    with build_connection(settings) as connection:
        connection.execute("create table many as select md5(range::text) as text from range(200000)")
    return settings


def spoil(path: Path) -> None:
    size = path.stat().st_size
    with path.open("r+b") as stream:
        for at in range(size // 2, size, 50_000):
            stream.seek(at)
            stream.write(b"U" * 64)


def test_a_sound_file_has_no_fault(settings: Settings) -> None:
    """Guards against a build restored every night for nothing."""
    assert fault_of(settings.build_file) is None


def test_noise_behind_the_headers_is_found(settings: Settings) -> None:
    """Guards against a file that opens and fails in the middle of the night."""
    spoil(settings.build_file)
    assert fault_of(settings.build_file) in {"не читается (IOException)", "не читается (FatalException)"}


def test_a_reader_that_dies_is_a_fault(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Guards against a damaged file that ends the refresh itself with whoever opens it."""
    monkeypatch.setattr(soundness.sys, "executable", "/bin/false")
    assert fault_of(settings.build_file) == "чтение прервано (1)"


def test_an_empty_file_and_none_are_faults(settings: Settings) -> None:
    """Guards against DuckDB's habit of taking an empty file for a new database."""
    settings.build_file.write_bytes(b"")
    assert fault_of(settings.build_file) in {"в нём нет таблиц", "не читается (IOException)"}
    settings.build_file.unlink()
    assert fault_of(settings.build_file) == "файла нет"


def test_damage_is_not_told_as_use(settings: Settings) -> None:
    """Guards against waiting for ever for another program to close a damaged file: «block» holds «lock»."""
    content = bytearray(settings.build_file.read_bytes())
    content[4096 * 3 : 4096 * 3 + 4096] = b"U" * 4096
    for at in range(12_288, len(content), 4096):
        content[at : at + 64] = b"U" * 64
    settings.build_file.write_bytes(content)
    with pytest.raises(duckdb.Error, match="block"), build_connection(settings) as connection:
        connection.execute("select count(*) from many where hash(many) = 0")


def test_a_file_in_use_is_told(settings: Settings) -> None:
    """Guards against a build in use taken for a damaged one, and restored under the feet of its writer."""
    holds = "import duckdb, sys; held = duckdb.connect(sys.argv[1]); print('held', flush=True); sys.stdin.read()"
    holder = subprocess.Popen(
        [sys.executable, "-c", holds, str(settings.build_file)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert holder.stdout is not None
    assert holder.stdout.readline() == "held\n"
    try:
        with pytest.raises(BuildInUseError), build_connection(settings):
            pass
        with pytest.raises(BuildInUseError):
            fault_of(settings.build_file)
    finally:
        holder.communicate("")
