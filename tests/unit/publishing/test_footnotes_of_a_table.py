"""Footnotes of a table: read from a release, continued by the table's own remarks, shown by one numbering."""

from collections.abc import Callable

import duckdb
import pytest

from foundation.settings import Settings
from publishing.contract import column_types
from publishing.footnotes import Footnote, listed, mark, marks, read_footnotes, with_remarks
from publishing.indicators import territory_table
from publishing.territories import find_territory

MART = f"""
drop table if exists marts.footnote;
create table marts.footnote ({", ".join(f"{name} {dtype}" for name, dtype in column_types("footnote").items())});
insert into marts.footnote
    (indicator_code, year, place_level, place_id, note_number, footnote_kind, footnote_text, file_name, sheet,
        source_row)
values
    ('teachers_using_platform', 2024, 'municipality', 'E', 2, 'sent', 'Школа на ремонте', 'notes.xlsx', 'Лист1', 4),
    ('equipped_organisations', 2024, 'municipality', 'E', 1, 'proxy', 'замещающий источник: КИАСУО', null, null, null),
    ('equipped_organisations', 2023, 'municipality', 'E', 1, 'sent', 'Другого года', 'notes.xlsx', 'Лист1', 5),
    ('equipped_organisations', 2024, 'organisation', 'E', 1, 'sent', 'Школы с тем же кодом', 'notes.xlsx', 'Лист1', 6);
"""


@pytest.fixture
def release(build: Callable[[str], None], settings: Settings) -> duckdb.DuckDBPyConnection:
    """A build with footnotes, opened as a release is."""
    build(MART)
    connection = duckdb.connect(str(settings.build_file))
    connection.execute("set search_path = 'marts'")
    return connection


def test_a_table_shows_the_numbers_of_the_release(release: duckdb.DuckDBPyConnection) -> None:
    """Guards against a command that numbers footnotes otherwise than the dashboard, or shows those of another year."""
    table = territory_table(release, find_territory(release, "E"), 2024)
    assert {row.indicator_code: (row.footnotes, row.notes) for row in table.rows} == {
        "equipped_organisations": ((1,), ("замещающий источник: КИАСУО",)),
        "teachers_using_platform": ((2,), ("Школа на ремонте",)),
    }
    assert listed(table.footnotes) == [(1, "замещающий источник: КИАСУО"), (2, "Школа на ремонте")]
    sent = table.footnotes[1]
    assert (sent.kind, sent.file_name, sent.sheet, sent.source_row) == ("sent", "notes.xlsx", "Лист1", 4)


def test_a_place_and_an_organisation_of_one_code_are_two(release: duckdb.DuckDBPyConnection) -> None:
    """Guards against notes of a school under its municipality where a registry gives both one code."""
    found = read_footnotes(release, "E", 2024, is_organisation=True)
    assert [footnote.text for footnote in found or ()] == ["Школы с тем же кодом"]


def test_a_release_made_before_footnotes_says_what_it_did(
    release: duckdb.DuckDBPyConnection,
) -> None:
    """Guards against `--as-of` that fails, or hides two plans, over a release without the mart."""
    release.execute("drop table marts.footnote")
    assert read_footnotes(release, "E", 2024, is_organisation=False) is None
    table = territory_table(release, find_territory(release, "E"), 2024)
    ((number, text),) = listed(table.footnotes)
    assert number == 1
    assert text.startswith("планы расходятся: 40 (действует)")


def test_remarks_follow_with_the_next_numbers() -> None:
    """Guards against a remark that takes the number of a footnote, and against one text under two numbers."""
    kept = (Footnote("a", 1, "sent", "Первая"), Footnote("b", 2, "sent", "Вторая"))
    found = with_remarks(kept, [("b", "Третья"), ("c", "Третья"), ("c", "Первая"), ("c", "Четвёртая")])
    assert [(footnote.indicator_code, footnote.number, footnote.text) for footnote in found] == [
        ("a", 1, "Первая"), ("b", 2, "Вторая"), ("b", 3, "Третья"), ("c", 3, "Третья"), ("c", 1, "Первая"),
        ("c", 4, "Четвёртая"),
    ]  # fmt: skip
    assert [number for number, _ in listed(found)] == [1, 2, 3, 4]


def test_marks_stand_apart() -> None:
    """Guards against «¹²» that may be twelve or one and two."""
    assert mark(12) == "¹²"
    assert marks([1, 2]) == "¹ ²"
    assert marks([]) == ""
