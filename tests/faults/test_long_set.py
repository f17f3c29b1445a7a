"""What judges the faults of `make faults`: a judge that sees nothing would call every home whole."""

import json
import shutil
import subprocess
import sys
import time
from collections import Counter
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from benchmarks.faults.__main__ import every_fault, logged, still_declared
from benchmarks.faults.bench import UNCLEAR, Verdict
from benchmarks.faults.comparison import WATCH_SECONDS, Facts, Watch, torn_release, watched
from benchmarks.faults.kills import moments
from benchmarks.faults.page import page, table
from benchmarks.faults.processes import PARENT, SESSION, session_of
from foundation.settings import Settings
from publishing.checksum import file_sha256
from publishing.manifest import Manifest, MartSummary
from publishing.revision import code_digest

FINE = Verdict("помеха", "одна", (), (), (), (), recovered=True, seconds=1.0, said=())
CHILDREN = """
import subprocess, sys, time
subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)", "reader"])
subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)", "other"])
print("begun", flush=True)
time.sleep(60)
"""


def facts(*things: tuple[Any, ...], **marts: str) -> Facts:
    return Facts(Counter(things), marts)


def test_what_is_missing_and_what_is_twice_is_named() -> None:
    """Guards against a comparison of counts: one row lost and another one doubled would pass it."""
    one, other = ("raw.headcount", "a", 1), ("raw.headcount", "a", 2)
    found = facts(one, one, m="x").against(facts(one, other, m="y"))
    assert found.lost == (str(other), "витрина m")
    assert found.doubled == (str(one),)
    same = facts(one, other, m="y").against(facts(other, one, m="y"))
    assert (same.lost, same.doubled) == ((), ())


def test_another_reason_is_no_loss_where_the_day_was_another() -> None:
    """Guards against «потеряно» for values that are all there, computed anew because a day had passed."""
    old, new = (("vintage", "a", 2024, 1, reason, True) for reason in ("recalculated", "new_day"))
    assert facts(new).against(facts(old), may_name_another_reason=True).lost == ()
    assert len(facts(new).against(facts(old)).lost) == 1
    changed = ("vintage", "a", 2024, 2, "new_day", True)
    assert len(facts(changed).against(facts(old), may_name_another_reason=True).lost) == 1


@pytest.fixture
def release(settings: Settings) -> Path:
    """A whole release of one mart, and `current`."""
    folder = settings.releases / "20261130T000000Z-0000"
    (folder / "marts").mkdir(parents=True)
    marts = {}
    with duckdb.connect(str(folder / "warehouse.duckdb")) as connection:
        connection.execute("create schema marts")
        connection.execute(f"create table marts.release_summary as select '{folder.name}' as release_id")
        connection.execute("create table marts.m as select 1 as a union all select 2")
        for name, rows in (("m", 2), ("release_summary", 1)):
            path = folder / "marts" / f"{name}.parquet"
            connection.execute(f"copy marts.{name} to '{path}' (format parquet)")
            marts[name] = MartSummary(rows, file_sha256(path), "content")
    Manifest(folder.name, datetime(2026, 11, 30, tzinfo=UTC), None, None, "code", {}, marts=marts).write(folder)
    settings.current.symlink_to(Path("releases") / folder.name)
    return folder


def test_a_torn_release_is_seen(settings: Settings, release: Path) -> None:
    """Guards against a judge that only looks whether something is there."""
    assert torn_release(settings) is None
    with duckdb.connect(str(release / "warehouse.duckdb")) as connection:
        connection.execute("delete from marts.m where a = 1")
    assert "m не та" in (torn_release(settings) or "")
    (release / "marts" / "m.parquet").write_bytes(b"")
    assert "m.parquet" in (torn_release(settings) or "")
    shutil.rmtree(release)
    assert torn_release(settings) == "нет ни одного выпуска"


def test_readers_are_watched(settings: Settings, release: Path) -> None:
    """Guards against a release that is half there for a moment only."""
    watch = Watch()
    watch.look(settings)
    assert watch.torn == []
    (release / "marts" / "m.parquet").unlink()
    watch.look(settings)
    assert watch.torn == [f"{release.name}: нет m.parquet"]


def test_a_home_laid_anew_is_not_looked_at(settings: Settings, release: Path) -> None:
    """Guards against «нет выпуска» of a home that the try itself removed, its moment for the kill having passed."""
    with watched(settings) as watch:
        with watch.closed():
            _gone_for_a_moment(release)
        assert watch.torn == []
        _gone_for_a_moment(release)
    assert "нет выпуска" in watch.torn, "with eyes open it is seen"


def _gone_for_a_moment(release: Path) -> None:
    aside = release.parent.with_name("aside")
    release.rename(aside)
    time.sleep(5 * WATCH_SECONDS)
    aside.rename(release)


@pytest.mark.parametrize(("victim", "left"), [(SESSION, 0), (PARENT, 2)])
def test_the_right_process_is_killed(victim: str, left: int) -> None:
    """Guards against a kill of the parent alone that hits the whole refresh, or nobody."""
    process = subprocess.Popen(
        [sys.executable, "-c", CHILDREN],
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert process.stdout is not None
    try:
        process.stdout.readline()
        session = session_of(process.pid)
        assert len(session.processes) == 3
        assert session.cpu >= max(one.cpu for one in session.processes)
        session.kill(victim)
        deadline = time.monotonic() + 10
        while len(_alive(process.pid)) > left and time.monotonic() < deadline:
            process.poll()
            time.sleep(0.05)
        assert len(_alive(process.pid)) == left
    finally:
        if _alive(process.pid):
            session_of(process.pid).kill(SESSION)
        process.communicate()


def _alive(leader: int) -> list[str]:
    """Commands of a session that are no zombies."""
    return [one.command for one in session_of(leader).processes if one.command]


def test_moments_are_spread_and_the_same_each_time() -> None:
    """Guards against twenty kills of one step and none of publishing, and against a finding nobody can repeat."""
    names = [one.name for one in moments(20, SESSION)]
    assert names == [one.name for one in moments(20, SESSION)]
    shares = [float(name.split("%")[0]) for name in names]
    assert all(5 * part <= share <= 5 * (part + 1) for part, share in enumerate(shares))


def test_as_many_kills_as_were_asked_for() -> None:
    """Guards against a table that says two hundred and tries fewer; no fault is declared twice or without a try."""
    faults = every_fault(200)
    assert sum(len(fault.tries) for fault in faults if fault.title.startswith("SIGKILL")) == 200
    assert len({fault.title for fault in faults}) == len(faults)
    assert all(fault.tries for fault in faults)
    for fault in faults:
        assert len({one.name for one in fault.tries}) == len(fault.tries), fault.title


def test_the_table_counts_and_the_page_names(tmp_path: Path) -> None:
    """Guards against a loss that is counted nowhere."""
    (fault, *_) = every_fault(4)
    bad = replace(FINE, fault=fault.title, name="другая", lost=("строка",), torn=("рваный",), recovered=False)
    verdicts = [replace(FINE, fault=fault.title), bad]
    lines = table([fault], verdicts)
    assert lines[2] == f"| {fault.title} | 2 | 1 | 1 | 0 | 0 | 1 |"
    assert lines[3] == "| **всего** | 2 | 1 | 1 | 0 | 0 | 1 |"
    assert not bad.is_fine
    assert f"- {fault.title}, другая: рваный; строка" in page([fault], verdicts)


def test_a_log_of_other_code_says_nothing(tmp_path: Path) -> None:
    """Guards against a page about this version made of what an earlier one did."""
    log = tmp_path / "log.jsonl"
    log.write_text('{"code": "another", "fault": "x"}\n', encoding="utf-8")
    assert logged(log) == []


def test_a_fault_that_is_tried_no_more_is_left_out(tmp_path: Path) -> None:
    """Guards against a log of a fault that is gone (dbt, when it was a process of its own) that cannot be read, or
    that counts in the sum of a table without its row.
    """
    faults = every_fault(4)
    log = tmp_path / "log.jsonl"
    tried = [replace(FINE, fault=faults[0].title), replace(FINE, fault="SIGKILL одному dbt", lost=("строка",))]
    lines = [json.dumps({"code": code_digest(), **asdict(one)}, ensure_ascii=False) for one in tried]
    log.write_text("\n".join(lines), encoding="utf-8")
    known = still_declared(logged(log), faults)
    assert known == tried[:1]
    assert table(faults, known)[-1] == "| **всего** | 1 | 0 | 0 | 0 | 0 | 1 |"
    assert "одному dbt" not in page(faults, known)


@pytest.mark.parametrize("text", ["Traceback (most recent call last):", "ошибка программы KeyError в x.py:1"])
def test_what_no_person_can_act_upon_is_noticed(text: str) -> None:
    """Guards against tracebacks that count as an answer."""
    assert UNCLEAR.search(f"Выпуск не опубликован: {text}")
