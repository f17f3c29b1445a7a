"""A process that ends between two steps of receiving or loading: the next refresh takes up what is left."""

import hashlib
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from foundation.settings import Settings
from ingestion import pipeline as ingest
from ingestion.receive import files as receiving
from ingestion.receive.landing import add_files, declared_for, sidecar_of
from ingestion.report.file_report import FileReport
from ingestion.store.archive import archived

Load = Callable[..., list[FileReport]]
Write = Callable[..., Path]
Query = Callable[[str], list[tuple[Any, ...]]]
pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("registry")]
HEADER = ["Система", "ИНН", "Роль", "Зарегистрировано"]


class KilledError(BaseException):
    """Stands for the end of the process: nothing of the product catches it."""


def die(*_: object, **__: object) -> None:
    raise KilledError


def refresh(settings: Settings) -> None:
    ingest.receive(settings)
    for kind in ingest.LOAD_ORDER:
        ingest.load_kind(settings, kind)
    ingest.settle_held(settings)


@pytest.fixture
def dated(settings: Settings, write_csv: Write, inn: dict[str, str]) -> Path:
    """A file in landing whose date is declared beside it."""
    path = write_csv("r.csv", [HEADER, ["Моя школа", inn["ozernoe"], "учитель", 5]])
    (put,) = add_files(settings, [path], {"Дата среза": "2024-12-01"})
    return put


def test_killed_right_after_the_load(
    dated: Path, settings: Settings, query: Query, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Guards against a file loaded twice because that it waits no longer was written separately."""
    with monkeypatch.context() as patch:
        patch.setattr(ingest, "report_of", die)
        with pytest.raises(KilledError):
            refresh(settings)
    refresh(settings)
    assert query("select count(*) from raw.platform_registration") == [(1,)]
    assert query("select count(*) from journal.load where original_name = 'r.csv'") == [(1,)]


def test_killed_while_a_file_leaves_landing(
    dated: Path, settings: Settings, query: Query, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Guards against a file that stays without its declared values, and is then refused for the lack of them."""
    unlink = Path.unlink

    def dying(path: Path, missing_ok: bool = False) -> None:
        unlink(path, missing_ok)
        if path.parent == settings.landing:
            raise KilledError

    with monkeypatch.context() as patch:
        patch.setattr(Path, "unlink", dying)
        with pytest.raises(KilledError):
            refresh(settings)
    refresh(settings)
    assert query("select outcome from journal.load where original_name = 'r.csv'") == [("loaded",)]


def test_killed_before_a_file_leaves_landing(
    dated: Path, settings: Settings, query: Query, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Guards against a file received twice."""
    with monkeypatch.context() as patch:
        patch.setattr(receiving, "take_away", die)
        with pytest.raises(KilledError):
            refresh(settings)
    refresh(settings)
    assert query("select count(*), min(declared) from journal.received where original_name = 'r.csv'") == [
        (1, json.dumps({"Дата среза": "2024-12-01"}, ensure_ascii=False))
    ]
    assert query("select rows_accepted from journal.load where original_name = 'r.csv'") == [(1,)]


def test_declared_values_do_not_outlive_their_file(dated: Path, settings: Settings) -> None:
    """Guards against the date of a former file given to a later one of the same name."""
    dated.unlink()
    os.utime(sidecar_of(dated), (0, 0))
    refresh(settings)
    assert not sidecar_of(dated).exists()
    sidecar_of(dated).write_text('{"Дата среза": "2020-01-01"}', encoding="utf-8")
    other = settings.home / dated.name
    other.write_text("a;b\n", encoding="utf-8")
    (put,) = add_files(settings, [other], {})
    assert declared_for(put) == {}


def test_killed_while_copying_to_the_archive(dated: Path, settings: Settings, query: Query) -> None:
    """Guards against a read-only partial copy over which no later refresh can write."""
    with dated.open("rb") as stream:
        sha256 = hashlib.file_digest(stream, "sha256").hexdigest()
    partial = archived(settings, sha256).with_name(f"{sha256}.part")
    partial.parent.mkdir(parents=True, exist_ok=True)
    partial.write_text("half", encoding="utf-8")
    partial.chmod(0o400)
    number = partial.stat().st_ino
    refresh(settings)
    stored = archived(settings, sha256)
    assert stored.is_file()
    assert not partial.exists()
    assert stored.stat().st_ino != number or stored.read_text(encoding="utf-8") != "half"
    assert query("select outcome from journal.load where original_name = 'r.csv'") == [("loaded",)]


def test_a_refusal_is_kept_once(
    settings: Settings, write_csv: Write, load: Load, query: Query, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Guards against a refused file journalled twice because the process died before it left landing."""
    add_files(settings, [write_csv("мусор.csv", [["a", "b"], [1, 2]])], {})
    with monkeypatch.context() as patch:
        patch.setattr(receiving, "take_away", die)
        with pytest.raises(KilledError):
            refresh(settings)
    refresh(settings)
    assert query("select count(*) from journal.load where outcome = 'refused'") == [(1,)]


def test_the_protocol_is_written_before_the_file_counts_as_loaded(
    settings: Settings, write_csv: Write, inn: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Guards against a sender who never learns what was rejected."""
    rows = [["Система", "Дата среза", *HEADER[1:]], ["Моя школа", "01.12.2024", inn["ozernoe"], "учитель", "много"]]
    add_files(settings, [write_csv("с_ошибкой.csv", rows)], {})
    monkeypatch.setattr(ingest, "load_examination", die)
    with pytest.raises(KilledError):
        refresh(settings)
    assert (settings.reports / "flk_с_ошибкой.xlsx").is_file()
