"""One sender in several spellings replaces its own rows, also those that an earlier version loaded."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.settings import Settings
from foundation.text import sender_key
from ingestion.report.file_report import FileReport
from ingestion.store.scopes import scope_key
from ingestion.store.tables import build_connection, prepare_build

Load = Callable[..., list[FileReport]]
Write = Callable[..., Path]
Query = Callable[[str], list[tuple[Any, ...]]]


def rows(sender: str, *counts: tuple[str, int]) -> list[list[object]]:
    title = [["Отправитель: " + sender], ["По состоянию на 01.12.2024"], ["ИНН", "Обучающихся"]]
    return [*title, *([inn, count] for inn, count in counts)]  # type: ignore[list-item]


@pytest.mark.usefixtures("registry")
def test_scopes_of_former_versions_are_renewed(
    settings: Settings, load: Load, write_csv: Write, query: Query, inn: dict[str, str]
) -> None:
    """Guards against yesterday's rows left active beside today's, because their sender was spelled otherwise."""
    load(write_csv("first.csv", rows("МКУ «Отдел»", (inn["kovrov"], 1), (inn["ozernoe"], 2))))
    former = "headcount|МКУ «Отдел»|2024-12-01"
    with build_connection(settings) as connection:
        connection.execute("update raw.headcount set scope_key = ?", [former])
        connection.execute("update journal.load_scope set scope_key = ?", [former])
    prepare_build(settings)
    (report,) = load(write_csv("second.csv", rows('МКУ "Отдел"', (inn["kovrov"], 3))))
    assert (report.rows_changed, report.rows_withdrawn) == (1, 1)
    assert len(query("select distinct scope_key from raw.headcount")) == 1


@given(st.text(alphabet='МКУ«»" Отделъ|0123', min_size=1))
def test_a_renewed_scope_stays_as_it_is(sender: str) -> None:
    """Guards against scopes written anew every night."""
    key = sender_key(sender)
    assert scope_key("headcount", key, ["2024-12-01"]) == scope_key("headcount", sender, ["2024-12-01"])
