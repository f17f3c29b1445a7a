"""Limits of a query to a release: they hold, they are told, and nothing is left beside the release."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import pytest

from foundation.settings import Settings
from publishing.errors import QueryError
from publishing.reader import open_release, run_query, within_limits
from publishing.release import publish

CROSS_JOIN = "select count(*) from range(10000000000) as a, range(10000000000) as b where a.range + b.range = 1"
MANY_DIFFERENT = "select count(*) from (select distinct range || 'a text that takes room' from range(100000000))"


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


def test_the_limits_cannot_be_lifted_by_the_query(published: Settings) -> None:
    """Guards against limits that the query itself sets aside."""
    with open_release(published) as connection, pytest.raises(duckdb.InvalidInputException):
        connection.execute("set memory_limit = '100GB'")


def test_a_query_within_its_limits_is_answered(published: Settings) -> None:
    """Guards against limits that stop everything."""
    assert ask(published, "select 1") == [(1,)]


def test_what_killed_queries_left_goes_with_the_next_release(published: Settings) -> None:
    """Guards against a disk that fills with temporary files of queries that somebody ended."""
    published.temporary.mkdir()
    left, running = published.temporary / "left.tmp", published.temporary / "running.tmp"
    for path in (left, running):
        path.write_bytes(b"x")
    os.utime(left, (0, 0))
    publish(published, "20261124T020000Z-1a2b")
    assert not left.exists()
    assert running.exists()
