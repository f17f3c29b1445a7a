"""A file whose bytes are loaded already: a no-op, unless a newer file has replaced it and it is asked for again."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

from foundation.settings import Settings
from ingestion.pipeline import load_kind, receive
from ingestion.receive.landing import add_files
from ingestion.report.file_report import FileReport
from publishing.build_state import build_state
from publishing.conservation import conservation

Load = Callable[..., list[FileReport]]
Write = Callable[..., Path]
Query = Callable[[str], list[tuple[Any, ...]]]
pytestmark = pytest.mark.usefixtures("registry")
HEADER = ["Система", "Дата среза", "ИНН", "Роль", "Зарегистрировано"]


def registered(write_csv: Write, name: str, counts: dict[str, int]) -> Path:
    return write_csv(name, [HEADER, *(["Моя школа", "01.12.2024", inn, "учитель", n] for inn, n in counts.items())])


def again(settings: Settings, path: Path) -> FileReport:
    add_files(settings, [path], {}, again=True)
    (report,) = receive(settings)
    return report


ACTIVE = (
    "select registered from raw.platform_registration qualify load_sequence = max(load_sequence) over (partition by"
    " row_key) order by registered"
)


def test_what_nothing_has_replaced_is_said_to_be_loaded(
    settings: Settings, write_csv: Write, inn: dict[str, str], load: Load, query: Query
) -> None:
    """Guards against rows doubled, or made newer than others for nothing."""
    path = registered(write_csv, "а.csv", {inn["ozernoe"]: 5})
    load(path)
    before = query("select load_sequence from journal.load order by 1")
    (report,) = load(path)
    assert (report.outcome, "уже загружены" in report.messages[0]) == ("unchanged", True)
    assert "заменены" not in report.messages[0]
    assert again(settings, path).outcome == "unchanged"
    assert query("select load_sequence from journal.load order by 1") == before


def test_what_a_newer_file_has_replaced_is_said_and_made_active_on_request(
    settings: Settings, write_csv: Write, inn: dict[str, str], load: Load, query: Query
) -> None:
    """Guards against a steward who sends the right file again, is told that all is well, and the wrong one stands."""
    right = registered(write_csv, "верный.csv", {inn["ozernoe"]: 5, inn["kovrov"]: 6})
    wrong = registered(write_csv, "ошибочный.csv", {inn["ozernoe"]: 50})
    load(right)
    load(wrong)
    (report,) = load(right)
    assert report.outcome == "unchanged"
    assert "заменены более новым файлом «ошибочный.csv»" in report.messages[0]
    assert 'vitrina add --again "верный.csv"' in report.messages[0]
    assert query(ACTIVE) == [(6,), (50,)]
    rows = query("select row_id, registered from raw.platform_registration order by 1")
    with duckdb.connect(str(settings.build_file)) as build:
        state = build_state(build)
    report = again(settings, right)
    assert (report.outcome, report.rows_read, report.rows_accepted) == ("loaded", 2, 2)
    assert "снова действует" in report.messages[0]
    assert query(ACTIVE) == [(5,), (6,)]
    assert query("select row_id, registered from raw.platform_registration order by 1") == rows
    with duckdb.connect(str(settings.build_file)) as build:
        assert conservation(build) == []
        assert build_state(build) != state
    assert again(settings, right).outcome == "unchanged"
    (report,) = load(wrong)
    assert "заменены более новым файлом «верный.csv»" in report.messages[0]


def test_what_a_senders_newer_file_has_left_out_comes_back(
    settings: Settings, write_csv: Write, inn: dict[str, str], load: Load, query: Query
) -> None:
    """Guards against a file replaced as a whole, by its sender and period, taken for one that still stands."""
    first = registered(write_csv, "первый.csv", {inn["ozernoe"]: 5})
    load(first, Отправитель="Управление")
    load(registered(write_csv, "второй.csv", {inn["kovrov"]: 7}), Отправитель="Управление")
    (report,) = load(first, Отправитель="Управление")
    assert "заменены более новым файлом «второй.csv»" in report.messages[0]
    assert again(settings, first).outcome == "loaded"
    newest = query("select max(load_sequence) from journal.load")
    assert query("select max(load_sequence) from journal.load_scope") == newest
    assert query("select load_sequence from raw.platform_registration where registered = 5") == newest


def test_a_log_of_millions_too(
    settings: Settings, write_csv: Write, inn: dict[str, str], load: Load, query: Query
) -> None:
    """Guards against rows kept by number that stay where they were, in months nobody computes again."""
    header = ["Система", "Дата", "Идентификатор", "ИНН", "Роль", "Сообщений"]
    paths = [
        write_csv(name, [header, ["Моя школа", "01.12.2024", "id-1", inn["ozernoe"], "учитель", count]])
        for name, count in (("а.csv", 1), ("б.csv", 2))
    ]
    for path in paths:
        load(path)
    revision = query("select revision from journal.partition")
    (report,) = load(paths[0])
    assert "заменены более новым файлом «б.csv»" in report.messages[0]
    assert again(settings, paths[0]).outcome == "loaded"
    newest = "select messages from raw.platform_activity_person order by load_sequence desc limit 1"
    assert query(newest) == [(1,)]
    assert query("select revision from journal.partition") > revision
    assert load_kind(settings, "platform_activity_person") == []
