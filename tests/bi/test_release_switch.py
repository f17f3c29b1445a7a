"""A release is switched under a loop of queries: no error, and no old answer after the switch."""

import shutil
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb
import pytest

from bi.client import Superset
from bi.identity import dataset_uuid
from publishing.release import switch_current

pytestmark = pytest.mark.slow
SWITCHES = 8
CLIENTS = 3
SECONDS_BETWEEN = 1.0


@dataclass
class Watch:
    """What the clients saw: (asked at, release answered), and errors."""

    answers: list[tuple[float, str]] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    stop: threading.Event = field(default_factory=threading.Event)


def copy_release(releases: Path, source: Path, name: str) -> None:
    """The same release under another id, as a night would publish it."""
    shutil.copytree(source, releases / name)
    with duckdb.connect(str(releases / name / "warehouse.duckdb")) as connection:
        connection.execute("update marts.release_summary set release_id = ?", [name])


def ask_in_a_loop(session: Superset, dataset: int, watch: Watch) -> None:
    query = {"columns": ["release_id"], "metrics": [], "filters": [], "orderby": [], "row_limit": 10}
    body = {"datasource": {"id": dataset, "type": "table"}, "queries": [query], "result_format": "json"}
    while not watch.stop.is_set():
        asked = time.monotonic()
        response = session.request("POST", "chart/data", json=body)
        if response.status_code != 200:
            watch.errors.append(response.text[:300])
            continue
        watch.answers.append((asked, response.json()["result"][0]["data"][0]["release_id"]))


def test_a_switch_under_load(superset: Any) -> None:
    """Guards against a reader that holds the former file: DuckDB shares one instance per path within a process."""
    settings = superset.settings
    first = settings.current.resolve()
    administrator = superset.sign_in("admin")
    dataset = next(
        row["id"] for row in administrator.every("dataset/") if row["uuid"] == dataset_uuid("release_summary")
    )
    names = [f"20990101T0000{number:02d}Z-test" for number in range(SWITCHES)]
    for name in names:
        copy_release(settings.releases, first, name)
    watch = Watch()
    sessions = [superset.sign_in("admin") for _ in range(CLIENTS)]
    for session in sessions:
        session.get("me/")  # signed in before the threads start
    threads = [threading.Thread(target=ask_in_a_loop, args=(session, dataset, watch)) for session in sessions]
    for thread in threads:
        thread.start()
    switched: list[tuple[float, str]] = []
    try:
        for name in names:
            time.sleep(SECONDS_BETWEEN)
            switch_current(settings, name)
            switched.append((time.monotonic(), name))
        time.sleep(SECONDS_BETWEEN)
    finally:
        watch.stop.set()
        for thread in threads:
            thread.join()
        switch_current(settings, first.name)
        for name in names:
            shutil.rmtree(settings.releases / name)
    assert watch.errors == []
    stale = [
        (release, expected)
        for asked, release in watch.answers
        if (expected := max((name for moment, name in switched if moment <= asked), default=first.name)) > release
    ]
    assert stale == []
    assert {release for _, release in watch.answers} >= set(names[:-1]), "the loop was too slow to see the switches"
