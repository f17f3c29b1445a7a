"""Files loaded again in the order and at the time they once were."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from foundation.settings import Settings
from ingestion.pipeline import receive
from ingestion.receive.landing import add_files
from ingestion.replay import PastFile, replay
from ingestion.report.file_report import FileReport
from ingestion.store.receipts import waiting
from ingestion.store.tables import build_connection

Load = Callable[..., list[FileReport]]
Write = Callable[..., Path]
Query = Callable[[str], list[tuple[Any, ...]]]
pytestmark = pytest.mark.usefixtures("registry")
RECEIVED, LOADED = datetime(2025, 3, 1, 2), datetime(2025, 3, 1, 2, 5)
HEADER = ["Дата", "Организация", "Муниципалитет", "Обучающихся"]


def test_what_is_loaded_again_was_loaded_then(settings: Settings, write_csv: Write, load: Load, query: Query) -> None:
    """Guards against a build made anew in which the whole registry has just come, so that history gives that for the
    reason of every change of the night."""
    path = write_csv("контингент.csv", [HEADER, ["01.12.2024", "Озерновская СОШ № 47", "Енисейский район", 410]])
    add_files(settings, [path], {})
    receive(settings)
    with build_connection(settings) as connection:
        (receipt,) = waiting(settings, connection, "headcount")
    replay(settings, [PastFile(replace(receipt, received_at=RECEIVED), "headcount", LOADED)], [])
    journal = "select received_at, loaded_at from journal.load where kind = 'headcount'"
    assert query(journal) == [(RECEIVED, LOADED)]
    assert query("select distinct received_at, loaded_at from raw.headcount") == [(RECEIVED, LOADED)]
    (after,) = query("select count(*) from journal.load where loaded_at > '2026-01-01'")
    assert after == (1,), "the registry, which came today"
