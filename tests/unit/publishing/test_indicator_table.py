"""The plan/fact table and the search for a place by name."""

from collections.abc import Callable, Iterator
from decimal import Decimal

import duckdb
import pytest

from foundation.settings import Settings
from publishing.errors import UnknownNameError
from publishing.indicators import count_text, number_text, rounded, territory_table
from publishing.reader import open_release
from publishing.release import publish
from publishing.territories import find_territory

Build = Callable[[str], None]


@pytest.fixture
def release(settings: Settings, build: Build) -> Iterator[duckdb.DuckDBPyConnection]:
    publish(settings, "r1")
    with open_release(settings) as connection:
        yield connection


@pytest.mark.parametrize("wanted", ["Енисейский район", "енисейский  РАЙОН", "Енисейск", "«Енисейский район»", "E"])
def test_territory_is_found_as_people_write_it(release: duckdb.DuckDBPyConnection, wanted: str) -> None:
    """Guards against a search that needs the catalogue's exact case, spaces and quotes."""
    assert find_territory(release, wanted).key == "E"


def test_territory_is_found_by_a_spelling_of_the_catalogue(settings: Settings, build: Build) -> None:
    """Guards against «Зима», as its people say, being found in the exports and not by the command that shows them."""
    name = "Зиминское городское муниципальное образование"
    build(f"update marts.indicator_by_territory set territory_name = '{name}' where territory_id = 'E'")
    publish(settings, "r1")
    with open_release(settings) as connection:
        for wanted in ("Зима", "г. Зима", "ЗГМО"):
            assert find_territory(connection, wanted).name == name


def test_exact_name_wins_over_a_longer_one(release: duckdb.DuckDBPyConnection) -> None:
    """Guards against «Ковров» being ambiguous because «Ковровский район» contains it."""
    assert find_territory(release, "ковров").key == "K"


def test_unknown_and_ambiguous_names_get_suggestions(release: duckdb.DuckDBPyConnection) -> None:
    """Guards against «not found» with no way on, and against guessing among several."""
    with pytest.raises(UnknownNameError) as unknown:
        find_territory(release, "Енесейский райн")
    assert any("Енисейский район" in text for text in unknown.value.suggestions)
    with pytest.raises(UnknownNameError) as unlike:
        find_territory(release, "Щщщщ")
    assert unlike.value.suggestions
    with pytest.raises(UnknownNameError) as ambiguous:
        find_territory(release, "ковр")
    assert len(ambiguous.value.suggestions) == 2


def test_default_year_is_the_latest_with_data(release: duckdb.DuckDBPyConnection) -> None:
    """Guards against showing an empty 2025 because plans for it exist already."""
    table = territory_table(release, find_territory(release, "E"), None)
    assert table.year == 2024
    assert [row.indicator_code for row in table.rows] == ["equipped_organisations", "teachers_using_platform"]
    with pytest.raises(UnknownNameError) as error:
        territory_table(release, find_territory(release, "E"), 1999)
    assert "2024" in error.value.suggestions


def test_conflicting_plans_are_named_with_document_and_line(release: duckdb.DuckDBPyConnection) -> None:
    """Guards against a conflict mark without saying which documents disagree and which plan counts."""
    table = territory_table(release, find_territory(release, "E"), 2024)
    note = table.rows[1].notes[0]
    assert "40 (действует) — Решение коллегии, п. 3" in note
    assert "20 — Решение коллегии, п. 5" in note


@pytest.mark.parametrize(
    ("value", "precision", "text"),
    [("17.647059", 1, "17,6"), ("48.65", 1, "48,7"), ("2.5", 0, "3"), ("-0.65", 1, "−0,7"), ("14266", 0, "14 266")],
)
def test_numbers_round_half_up_with_a_comma(value: str, precision: int, text: str) -> None:
    """Guards against banker's rounding (2.5 -> 2) and decimal points in Russian output."""
    assert number_text(Decimal(value), precision) == text


def test_signs_counts_and_nothing() -> None:
    """Guards against «+0,0», «17.000» and an empty cell read as zero."""
    assert number_text(Decimal("11.947059"), 1, signed=True) == "+11,9"
    assert number_text(Decimal("0.04"), 1, signed=True) == "0,0"
    assert count_text(Decimal("17.000")) == "17"
    assert count_text(Decimal("2.500")) == "2,5"
    assert number_text(None, 1) == count_text(None) == "—"
    assert rounded(Decimal("0.125"), 2) == Decimal("0.13")
