"""An archive that no longer has the bytes that were sent: figures nobody sent are not loaded, those sent again are."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from foundation.settings import Settings
from ingestion.errors import UserError
from ingestion.pipeline import load_kind, receive
from ingestion.receive.files import receive_archived
from ingestion.receive.landing import add_files
from ingestion.report.file_report import FileReport
from ingestion.store.archive import archived
from ingestion.store.receipts import waiting
from ingestion.store.tables import build_connection
from orchestration.past import past_files
from publishing.inputs import InputFile
from publishing.manifest import Manifest

Load = Callable[..., list[FileReport]]
Write = Callable[..., Path]
Query = Callable[[str], list[tuple[Any, ...]]]
Spoil = Callable[[Path], None]
HEADER = ["Дата", "ИНН", "Обучающихся"]
pytestmark = pytest.mark.usefixtures("registry")


def other_figure(path: Path) -> None:
    """One byte, and still a file that reads well: 410 is 710."""
    path.chmod(0o600)
    path.write_bytes(path.read_bytes().replace(b"410", b"710"))


def gone(path: Path) -> None:
    path.unlink()


@pytest.fixture
def source(write_csv: Write, inn: dict[str, str]) -> Path:
    return write_csv("контингент.csv", [HEADER, ["01.12.2024", inn["ozernoe"], 410]])


def received_and(spoil: Spoil, settings: Settings, source: Path) -> Path:
    """A file received by a refresh that was killed before it was loaded, and what the disk did to it since."""
    add_files(settings, [source], {})
    receive(settings)
    with build_connection(settings) as connection:
        (receipt,) = waiting(settings, connection, "headcount")
    path = archived(settings, receipt.member.sha256)
    spoil(path)
    return path


@pytest.mark.parametrize("spoil", [other_figure, gone], ids=lambda spoil: spoil.__name__)
def test_figures_nobody_sent_are_not_loaded(spoil: Spoil, settings: Settings, source: Path, query: Query) -> None:
    """Guards against a figure that a disk made up, published under the hash of the file that has another one."""
    path = received_and(spoil, settings, source)
    (report,) = load_kind(settings, "headcount")
    assert report.outcome == "failed"
    assert (report.refusal or "").startswith(
        f"контингент.csv: не обработан: его байты в архиве повреждены или пропали ({path})."
    )
    assert report.protocol is not None
    assert query("select count(*) from raw.headcount") == [(0,)]


@pytest.mark.parametrize("spoil", [other_figure, gone], ids=lambda spoil: spoil.__name__)
def test_the_same_file_sent_again_is_loaded(
    spoil: Spoil, settings: Settings, source: Path, load: Load, query: Query
) -> None:
    """Guards against an archive that keeps its damaged copy, and against a file that can never be loaded any more."""
    path = received_and(spoil, settings, source)
    load_kind(settings, "headcount")
    (report,) = load(source)
    assert report.outcome == "loaded"
    assert query("select students from raw.headcount") == [(410,)]
    assert path.read_bytes() == source.read_bytes()
    assert query("select outcome, count(*) from journal.load where kind = 'headcount' group by all") == [("loaded", 1)]


def test_one_received_anew_from_the_archive_is_looked_at_too(settings: Settings, source: Path) -> None:
    """Guards against a restored build that takes damaged bytes for the file that came after its copy."""
    add_files(settings, [source], {})
    receive(settings)
    with build_connection(settings) as connection:
        (receipt,) = waiting(settings, connection, "headcount")
        other_figure(receipt.member.content)
        (report,) = receive_archived(settings, connection, receipt)
    assert report.outcome == "failed"


@pytest.mark.parametrize(("spoil", "told"), [(other_figure, "повреждены файлы"), (gone, "нет файлов")])
def test_no_build_is_made_of_a_damaged_archive(spoil: Spoil, told: str, settings: Settings, source: Path) -> None:
    """Guards against a build made anew without the rows of a file, as if it had never been loaded."""
    path = received_and(spoil, settings, source)
    moment = datetime(2026, 11, 30, tzinfo=UTC)
    file = InputFile("контингент.csv", path.name, None, "headcount", 1, received_at=moment, loaded_at=moment)
    release = Manifest("20261130T000000Z-0000", moment, None, None, "code", {}, inputs=[file])
    with pytest.raises(UserError, match=told):
        past_files(settings, release)
