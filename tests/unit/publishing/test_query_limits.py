"""Limits of a query to a release: they hold, they are told, and nothing is left beside the release."""

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import pytest

from foundation.settings import Settings
from publishing.errors import QueryError
from publishing.query_folders import query_folder
from publishing.reader import open_release, run_query, within_limits
from publishing.release import publish

CROSS_JOIN = "select count(*) from range(10000000000) as a, range(10000000000) as b where a.range + b.range = 1"
MANY_DIFFERENT = "select count(*) from (select distinct range || 'a text that takes room' from range(100000000))"
TAKES_ROOM = "select max(text) as text from (select md5(range::text) as text from range(3000000) order by 1 offset 1)"


@pytest.fixture
def published(settings: Settings, build: Callable[[str], None]) -> Settings:
    build("select 1")
    publish(settings, "20261123T020000Z-1a2b")
    return settings


def ask(settings: Settings, sql: str) -> list[tuple[object, ...]]:
    with open_release(settings) as connection, within_limits(connection, settings):
        return run_query(connection, sql).fetchall()


def beside_the_release(settings: Settings) -> Iterator[str]:
    return (path.name for path in settings.current.resolve().iterdir())


def test_a_cross_join_ends(published: Settings) -> None:
    """Guards against a query that holds the machine until somebody ends it by hand."""
    bound = published.model_copy(update={"query_seconds": 0.2})
    with pytest.raises(QueryError, match=r"дольше 0\.2 с.*VITRINA_QUERY_SECONDS"):
        ask(bound, CROSS_JOIN)


def test_memory_and_disk_end_too(published: Settings) -> None:
    """Guards against a query that fills memory, or the disk on which tonight's release has to be written."""
    bound = published.model_copy(update={"query_memory": "60MB", "query_disk": "1MB"})
    with pytest.raises(QueryError, match=r"памяти \(60MB\).*диске \(1MB\).*VITRINA_QUERY_DISK"):
        ask(bound, MANY_DIFFERENT)


def test_what_a_query_cannot_hold_lies_elsewhere(published: Settings) -> None:
    """Guards against temporary files in a published release, where a killed query leaves them for ever."""
    before = set(beside_the_release(published))
    with open_release(published) as connection:
        found = connection.execute("select current_setting('temp_directory')").fetchone()
        assert found is not None
        assert published.releases.resolve() not in Path(found[0]).resolve().parents
    assert set(beside_the_release(published)) == before


def test_a_query_takes_as_many_processors_as_it_is_given(published: Settings) -> None:
    """Guards against every short question waking every processor, and against a setting without effect."""
    for settings, threads in ((published, 1), (published.model_copy(update={"query_threads": 3}), 3)):
        with open_release(settings) as connection:
            assert connection.execute("select current_setting('threads')").fetchone() == (threads,)


def test_the_limits_cannot_be_lifted_by_the_query(published: Settings) -> None:
    """Guards against limits that the query itself sets aside."""
    with open_release(published) as connection, pytest.raises(duckdb.InvalidInputException):
        connection.execute("set memory_limit = '100GB'")


def test_a_query_within_its_limits_is_answered(published: Settings) -> None:
    """Guards against limits that stop everything."""
    assert ask(published, "select 1") == [(1,)]


def test_the_disk_limit_is_held(published: Settings) -> None:
    """Guards against a limit that DuckDB shows and does not hold, since it was given when the file was opened."""
    bound = published.model_copy(update={"query_memory": "100MB", "query_disk": "20MB"})
    with pytest.raises(QueryError, match=r"диске \(20MB\)"):
        ask(bound, TAKES_ROOM)
    with open_release(bound) as first, open_release(bound) as second, within_limits(second, bound):
        assert first is not second
        with pytest.raises(duckdb.OutOfMemoryException):
            second.execute(TAKES_ROOM)


def test_processes_do_not_share_a_folder(published: Settings) -> None:
    """Guards against two queries that read one another's temporary files: DuckDB names them alike and never asks."""
    with open_release(published) as connection:
        found = connection.execute("select current_setting('temp_directory')").fetchone()
    assert found == (str(published.temporary / f"{os.getpid()}-20261123T020000Z-1a2b"),)


def test_releases_do_not_share_a_folder(published: Settings) -> None:
    """Guards against the same within one process that compares two releases."""
    assert query_folder(published, "one") != query_folder(published, "two")


@pytest.mark.slow
def test_queries_side_by_side_answer_right(published: Settings) -> None:
    """Guards against rows of another process in the answer."""
    environment = {**os.environ, "VITRINA_HOME": str(published.home), "VITRINA_QUERY_MEMORY": "100MB"}
    command = [Path(sys.executable).with_name("vitrina"), "query", "--format", "json", TAKES_ROOM]
    asked = [subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) for _ in range(3)]
    answers = [json.loads(process.communicate()[0]) for process in asked]
    greatest = max(hashlib.md5(str(number).encode(), usedforsecurity=False).hexdigest() for number in range(3_000_000))
    assert [[*answer[0].values()] for answer in answers] == [[greatest]] * 3
    assert list(published.temporary.iterdir()) == [], "DuckDB takes its folder away"


def test_what_killed_queries_left_goes_with_the_next_release(published: Settings) -> None:
    """Guards against a disk that fills with temporary files of queries that somebody ended."""
    ended = subprocess.Popen(["true"])
    ended.wait()
    running, left = query_folder(published, "one"), published.temporary / f"{ended.pid}-one"
    for path in (left, running):
        path.mkdir(parents=True)
        (path / "rows.tmp").write_bytes(b"x")
    (published.temporary / "of-an-older-version.tmp").write_bytes(b"x")
    publish(published, "20261124T020000Z-1a2b")
    assert list(published.temporary.iterdir()) == [running]
