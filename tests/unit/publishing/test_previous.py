"""What a build takes over from the release before it."""

from collections.abc import Callable

import duckdb

from foundation.settings import Settings
from publishing.contract import column_types
from publishing.previous import CARRIED, carry_previous_release
from publishing.release import publish

Build = Callable[[str], None]
FIRST = "20260101T000000Z-aaaa"


def rows(settings: Settings, table: str) -> int:
    with duckdb.connect(str(settings.build_file), read_only=True) as connection:
        return int(connection.execute(f"select count(*) from published.{table}").fetchall()[0][0])


def test_a_first_build_finds_empty_tables(settings: Settings, build: Build) -> None:
    """Guards against models that cannot even be built before the first release."""
    assert carry_previous_release(settings) is None
    assert {table: rows(settings, table) for table in ("release", *CARRIED)} == dict.fromkeys(("release", *CARRIED), 0)


def test_vintages_and_files_of_the_release_are_carried(settings: Settings, build: Build) -> None:
    """Guards against history that begins anew every night, and against files that look new again."""
    build("insert into marts.indicator_lineage (indicator_code, is_counted) values ('i', true), ('i', false)")
    publish(settings, FIRST)
    assert carry_previous_release(settings) == FIRST
    assert rows(settings, "release") == 1
    assert rows(settings, "indicator_vintage") == 6
    assert rows(settings, "indicator_lineage") == 1
    assert rows(settings, "load_journal") == 1, "the refused file is no part of the release"
    with duckdb.connect(str(settings.build_file), read_only=True) as connection:
        carried = connection.execute("describe published.indicator_lineage").fetchall()
    assert [row[0] for row in carried] == list(column_types("indicator_lineage"))


def test_a_release_of_an_earlier_version_counts_as_none(settings: Settings, build: Build) -> None:
    """Guards against an upgrade after which nothing can be built, or every value looks changed."""
    publish(settings, FIRST)
    with duckdb.connect(str(settings.current.resolve() / "warehouse.duckdb")) as release:
        release.execute("drop table marts.indicator_vintage")
    assert carry_previous_release(settings) == FIRST
    assert rows(settings, "release") == 0
    assert rows(settings, "indicator_vintage") == 0
