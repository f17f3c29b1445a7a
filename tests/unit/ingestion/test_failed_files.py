"""What the program itself fails at: no verdict on the file, tried again by another version, in its own place."""

import os
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from foundation.settings import Settings, get_settings
from ingestion.check import check_file
from ingestion.pipeline import load_kind, receive
from ingestion.read import Member
from ingestion.receive.landing import add_files
from ingestion.receive.purge import purge
from ingestion.report.file_report import FileReport
from ingestion.store.archive import archived
from ingestion.store.receipts import list_failed, now
from publishing.conservation import conservation
from publishing.inputs import read_inputs, read_refused

Load = Callable[..., list[FileReport]]
Write = Callable[..., Path]
Query = Callable[[str], list[tuple[Any, ...]]]
pytestmark = pytest.mark.usefixtures("registry")
HEADER = ["Дата", "ИНН", "Обучающихся"]


def kill(*names: str) -> Callable[[Member, Any], Any]:
    """A member of one of these names ends the process that opens it, as a crash of a reader does."""

    def reduce(member: Member, protocol: Any) -> Any:
        return (os.abort, ()) if member.name in names else object.__reduce_ex__(member, protocol)

    return reduce


@pytest.fixture
def deadly(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    """Every reader of плохой.csv dies until this is undone."""
    with monkeypatch.context() as patch:
        patch.setattr(Member, "__reduce_ex__", kill("плохой.csv"))
        # A small text is read by its head first, which is asked for without its member.
        patch.setattr("ingestion.recognise.contents.read_head", lambda _: None)
        yield patch


@pytest.fixture
def another_version(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """What happens when the program is installed anew."""

    def change() -> None:
        monkeypatch.setattr("ingestion.receive.files.program_version", lambda _: "другая")

    return change


def headcount(write_csv: Write, name: str, inn: str, students: object) -> Path:
    return write_csv(name, [HEADER, ["01.12.2024", inn, students]])


def test_a_file_whose_reader_dies_is_set_aside_and_the_others_load(
    deadly: pytest.MonkeyPatch, settings: Settings, write_csv: Write, inn: dict[str, str], load: Load, query: Query
) -> None:
    """Guards against a night lost to one file, and against a failure told as a verdict on the file."""
    bad, good = headcount(write_csv, "плохой.csv", inn["ozernoe"], 1), headcount(write_csv, "я.csv", inn["kovrov"], 2)
    failed, loaded = load(bad, good)
    assert (failed.outcome, loaded.outcome) == ("failed", "loaded")
    assert failed.refusal is not None
    assert failed.refusal.startswith("плохой.csv: не обработан: читающий процесс прерван (сигнал SIGABRT)")
    assert failed.protocol == settings.reports / "flk_плохой.xlsx"
    assert failed.protocol.is_file()
    assert query("select outcome, rows_read, rows_accepted from journal.load where outcome = 'failed'") == [
        ("failed", 0, 0)
    ]
    assert [file.receipt.member.name for file in list_failed(settings)] == ["плохой.csv"]
    assert list(settings.landing.iterdir()) == []


def test_it_is_not_tried_again_by_the_same_version(
    deadly: pytest.MonkeyPatch, settings: Settings, write_csv: Write, inn: dict[str, str], load: Load, query: Query
) -> None:
    """Guards against every night spent anew on a file that breaks its reader."""
    load(headcount(write_csv, "плохой.csv", inn["ozernoe"], 1))
    deadly.undo()
    assert receive(settings) == []
    assert load_kind(settings, "headcount") == []
    assert query("select count(*) from raw.headcount") == [(0,)]


def test_another_version_loads_it_in_its_own_place(
    deadly: pytest.MonkeyPatch,
    settings: Settings,
    write_csv: Write,
    inn: dict[str, str],
    load: Load,
    query: Query,
    another_version: Callable[[], None],
) -> None:
    """Guards against an old file, readable at last, that replaces the correction which has come since."""
    load(headcount(write_csv, "плохой.csv", inn["ozernoe"], 1))
    load(headcount(write_csv, "исправлено.csv", inn["ozernoe"], 2))
    deadly.undo()
    another_version()
    assert receive(settings) == []
    (report,) = load_kind(settings, "headcount")
    assert (report.outcome, report.rows_accepted) == ("loaded", 1)
    assert query("select students from raw.headcount order by load_sequence") == [(1,), (2,)]
    assert query("select outcome, count(*) from journal.load where kind = 'headcount' group by all") == [("loaded", 2)]
    assert query("select count(*) from journal.received where state <> 'done'") == [(0,)]
    assert list_failed(settings) == []


def test_wider_bounds_count_as_another_version(
    settings: Settings, write_csv: Write, inn: dict[str, str], query: Query, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Guards against advice (set VITRINA_FILE_MEMORY) that does not help, because nobody tries the file again."""
    path = headcount(write_csv, "h.csv", inn["ozernoe"], 1)
    monkeypatch.setenv("VITRINA_FILE_MEMORY", "1MB")
    get_settings.cache_clear()
    narrow = get_settings()
    (failed,) = check_file(narrow, path, {})
    assert failed.outcome == "failed"
    assert "предел памяти 1 МБ" in str(failed.refusal)
    assert "VITRINA_FILE_MEMORY" in str(failed.refusal)
    add_files(narrow, [path], {})
    assert [report.outcome for report in receive(narrow)] == ["failed"]
    monkeypatch.delenv("VITRINA_FILE_MEMORY")
    get_settings.cache_clear()
    receive(get_settings())
    load_kind(get_settings(), "headcount")
    assert query("select students from raw.headcount") == [(1,)]


def test_an_error_while_loading_is_tried_again(
    settings: Settings,
    write_csv: Write,
    inn: dict[str, str],
    load: Load,
    query: Query,
    monkeypatch: pytest.MonkeyPatch,
    another_version: Callable[[], None],
) -> None:
    """Guards against a recognised file that waits for nobody after an error of the program."""
    with monkeypatch.context() as patch:
        patch.setattr("ingestion.examine.typed_rows.broken_rules", lambda *_: 1 / 0)
        (failed,) = load(headcount(write_csv, "h.csv", inn["ozernoe"], 1))
    assert (failed.outcome, failed.kind) == ("failed", "headcount")
    assert "ZeroDivisionError" in str(failed.refusal)
    another_version()
    receive(settings)
    assert [report.outcome for report in load_kind(settings, "headcount")] == ["loaded"]
    assert query("select outcome from journal.load where kind = 'headcount'") == [("loaded",)]


def test_a_zip_that_could_not_be_opened_is_its_members_later(
    settings: Settings,
    tmp_path: Path,
    inn: dict[str, str],
    load: Load,
    query: Query,
    monkeypatch: pytest.MonkeyPatch,
    another_version: Callable[[], None],
) -> None:
    """Guards against a ZIP that is for ever told of as failed although its members are loaded."""
    container = tmp_path / "a.zip"
    with zipfile.ZipFile(container, "w") as packed:
        packed.writestr("h.csv", f"Дата;ИНН;Обучающихся\n01.12.2024;{inn['ozernoe']};7\n")
    with monkeypatch.context() as patch:
        patch.setattr("ingestion.receive.files.open_members", lambda *_: 1 / 0)
        (failed,) = load(container)
    assert failed.outcome == "failed"
    another_version()
    receive(settings)
    load_kind(settings, "headcount")
    assert query("select students from raw.headcount") == [(7,)]
    assert list_failed(settings) == []
    assert query("select outcome from journal.load where original_name in ('a.zip', 'h.csv')") == [("loaded",)]


def test_the_journal_of_inputs_knows_it_apart(
    deadly: pytest.MonkeyPatch, settings: Settings, write_csv: Write, inn: dict[str, str], load: Load
) -> None:
    """Guards against a failed file among the inputs of a release, or in nobody's list."""
    import duckdb  # noqa: PLC0415

    load(headcount(write_csv, "плохой.csv", inn["ozernoe"], 1), headcount(write_csv, "я.csv", inn["kovrov"], 2))
    with duckdb.connect(str(settings.build_file)) as build:
        assert [file.name for file in read_inputs(build)] == ["registry.csv", "я.csv"]
        assert [file.name for file in read_refused(build)] == ["плохой.csv"]
        assert conservation(build) == []


def test_retention_ends_the_waiting(
    deadly: pytest.MonkeyPatch, settings: Settings, write_csv: Write, inn: dict[str, str], load: Load
) -> None:
    """Guards against a file nobody can read that stands in `vitrina status` for good."""
    (failed,) = load(headcount(write_csv, "плохой.csv", inn["ozernoe"], 1))
    purge(settings, now())
    assert not archived(settings, failed.sha256).exists()
    assert list_failed(settings) == []


def test_a_build_of_an_earlier_version_keeps_its_received_files(settings: Settings, query: Query) -> None:
    """Guards against a home that cannot be opened any more, or that forgets what it received."""
    before = query("select file_sha256, original_name, state from journal.received")
    later = "(program, layout, header_row, table_starts)"
    query(f"create table kept as select * exclude {later} from journal.received")
    query("drop table journal.received")
    query(
        "create table journal.received (file_sha256 text primary key, container_sha256 text, container_name text,"
        " original_name text, size_bytes bigint, received_at timestamp, declared text, kind text, state text)"
    )
    query("insert into journal.received select * from kept")
    receive(settings)
    assert query("select file_sha256, original_name, state from journal.received") == before
    assert query("select column_name from duckdb_columns() where table_name = 'received' and column_name = 'program'")
