"""A refresh with nothing new still works when a file waits that it may now be able to read."""

import duckdb
import pytest

from foundation.program import program_version
from foundation.settings import Settings
from ingestion.store.tables import build_connection, prepare_build
from orchestration.unchanged import _may_be_read_now


def failed_under(settings: Settings, *programs: str) -> bool:
    prepare_build(settings)
    with build_connection(settings) as connection:
        connection.execute("delete from journal.received")
        for number, program in enumerate(programs):
            connection.execute(
                "insert into journal.received by name select ? as file_sha256, 'failed' as state, ? as program",
                [str(number), program],
            )
        return _may_be_read_now(settings, connection)


def test_only_another_version_or_other_bounds_make_it_worth_trying(settings: Settings) -> None:
    """Guards against a file never tried again, and against a minute of work every hour for one that fails again."""
    present = program_version(settings)
    assert not failed_under(settings)
    assert not failed_under(settings, present, present)
    assert failed_under(settings, present, "former")
    wider = settings.model_copy(update={"file_memory": "3GB"})
    assert failed_under(wider, present)
    (settings.home / "header_maps").mkdir()
    (settings.home / "header_maps" / "ours.yaml").write_text("{}", encoding="utf-8")
    assert failed_under(settings, present)


def test_a_build_of_an_earlier_version_is_left_to_the_refresh(settings: Settings) -> None:
    """Guards against an idle refresh that fails on a journal without the column."""
    with duckdb.connect() as build:
        build.execute("create schema journal; create table journal.received (state text)")
        with pytest.raises(duckdb.Error):
            _may_be_read_now(settings, build)
