"""The gate before a release."""

from collections.abc import Callable

import duckdb
import pytest

from foundation.settings import Settings
from publishing.errors import GateError
from publishing.gate import REQUIRED_MARTS, check_build
from publishing.release import publish

Build = Callable[[str], None]


def check(settings: Settings) -> None:
    with duckdb.connect(str(settings.build_file), read_only=True) as connection:
        check_build(connection, settings)


def test_sound_build_passes(settings: Settings, build: Build) -> None:
    """Guards against counting an unpivoted wide row twice, a warning as a reject, or one row's two rejects as two."""
    check(settings)


def test_journal_that_does_not_add_up_names_the_file(settings: Settings, build: Build) -> None:
    """Guards against publishing when a file's four numbers do not give the rows read."""
    build("update journal.load set rows_accepted = 1 where file_sha256 = 'a1'")
    with pytest.raises(GateError, match=r"закон сохранения строк.*sferum_2024-11\.csv \(прочитано 5, учтено 4\)"):
        check(settings)


def test_row_lost_after_counting_is_noticed(settings: Settings, build: Build) -> None:
    """Guards against trusting the journal alone: it adds up, but a stored row is gone."""
    build("delete from raw.platform_registration where source_row = 3")
    with pytest.raises(GateError, match=r"прочитано 5, учтено 4"):
        check(settings)


def test_settled_held_row_is_counted_once(settings: Settings, build: Build) -> None:
    """Guards against a false alarm after `match accept`: the row stands in raw and stays in the queue's history."""
    build(
        "update journal.held_row set status = 'accepted'; "
        "insert into raw.platform_registration values ('a1', 's', 5, 'student'); "
        "update journal.load set rows_held = 0, rows_accepted = 3 where file_sha256 = 'a1'"
    )
    check(settings)


def test_a_forgotten_row_is_accounted_for(settings: Settings, build: Build) -> None:
    """Guards against a release stopped for good by a person's deletion, and against one that hides a lost row."""
    build(
        "delete from raw.platform_registration where source_row = 3; "
        "update journal.load set rows_accepted = 1, rows_ignored = 2 where file_sha256 = 'a1'; "
        "create table journal.forgotten (file_sha256 text, kind text, rows bigint, forgotten_at timestamp); "
        "insert into journal.forgotten values ('a1', 'platform_registration', 1, '2025-01-01'), "
        "('z9', 'staff', 5, '2025-01-01')"
    )
    check(settings)
    build("delete from raw.platform_registration where source_row = 2")
    with pytest.raises(GateError, match=r"прочитано 5, учтено 4"):
        check(settings)


SECOND_SHEET = """
insert into journal.load (load_sequence, file_sha256, kind, original_name, outcome, rows_read, rows_accepted,
    rows_rejected, rows_held, rows_ignored)
    values (3, 'a1', 'headcount', 'sferum_2024-11.csv', 'loaded', 2, 1, 0, 0, 1);
create table raw.headcount (file_sha256 text, sheet text, source_row bigint);
insert into raw.headcount values ('a1', 't', 2);
insert into journal.ignored values ('a1', 't', 'blank', 1);
"""


def test_two_kinds_of_one_workbook_balance_together(settings: Settings, build: Build) -> None:
    """Guards against a file refused, or a lost row missed, where two sheets of it are loads of their own."""
    build(SECOND_SHEET)
    with pytest.raises(GateError, match=r"файл sferum_2024-11.csv принят, но в витрине load_journal его нет"):
        check(settings)
    build("insert into marts.load_journal (file_sha256, kind, outcome) values ('a1', 'headcount', 'loaded')")
    check(settings)
    build("delete from raw.headcount")
    with pytest.raises(GateError, match=r"прочитано 7, учтено 6"):
        check(settings)


def test_a_number_without_its_rows_is_not_published(settings: Settings, build: Build) -> None:
    """Guards against publishing what the trace cannot explain: the organisation's 3 has a row of 2 behind it."""
    build(
        "drop table marts.indicator_by_organisation;"
        "create table marts.indicator_by_organisation as select 'i' as indicator_code, 2024 as year, 'a' as"
        " organisation_id, 3::decimal(18, 6) as numerator, null::decimal(18, 6) as denominator,"
        " 3::decimal(18, 6) as value, null::decimal(18, 6) as plan, 'no_plan' as status;"
        "insert into marts.indicator_lineage (indicator_code, year, organisation_id, side, is_counted, contribution)"
        " values ('i', 2024, 'a', 'numerator', true, 2)"
    )
    with pytest.raises(GateError, match=r"число равно сумме своих строк.*организация a: numerator 3"):
        check(settings)


def test_a_value_without_its_vintage_is_not_published(settings: Settings, build: Build) -> None:
    """Guards against history that misses what people read."""
    build("delete from marts.indicator_vintage")
    with pytest.raises(GateError, match="действующие версии равны публикуемым значениям"):
        check(settings)


def test_a_diff_against_another_release_is_not_published(settings: Settings, build: Build) -> None:
    """Guards against a diff, and vintages, made against a release that people do not read."""
    publish(settings, "20260101T000000Z-aaaa")
    build("insert into published.release values ('20250101T000000Z-bbbb', null, null, null)")
    with pytest.raises(GateError, match=r"сравнение сделано с выпуском 20250101T000000Z-bbbb, а действует 2026"):
        check(settings)


@pytest.mark.parametrize("mart", REQUIRED_MARTS)
def test_missing_mart_is_named(settings: Settings, build: Build, mart: str) -> None:
    """Guards against a release without a table of the public interface, after a deselected model."""
    build(f"drop table marts.{mart}")
    with pytest.raises(GateError, match=mart):
        check(settings)


def test_file_missing_from_the_published_journal(settings: Settings, build: Build) -> None:
    """Guards against a stale mart: the file is loaded but load_journal was not rebuilt."""
    build("delete from marts.load_journal where file_sha256 = 'a1'")
    with pytest.raises(GateError, match="load_journal"):
        check(settings)
