"""Random histories of organisations through the models of series, beside the same rules written in plain Python."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any

import duckdb
import pytest
from handmade_warehouse import Warehouse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

pytestmark = pytest.mark.slow
CODE = "indicator"
YEARS = range(2020, 2024)
SCHOOLS = ("a", "b", "c", "d")
PLACES = ("M1", "M2")
TERRITORIES = {"M1": {"M1"}, "M2": {"M2"}, "R": {"M1", "M2"}, "RU": {"M1", "M2"}}
COUNTED = ("share_of_organisations", "number_of_organisations")
EXTREMES: dict[str, Callable[..., Decimal]] = {"minimum_over_organisations": min, "maximum": max}
PARTS = ("part_left", "part_same_organisations", "part_source", "part_denominator", "part_entered")
STEPS = ("left", "same", "source", "denominator", "entered")
MODELS = ("int_territory_member", "int_indicator_territory", "int_series_change", "indicator_series_change")
LAST_DIGIT = Decimal("0.000001")


@dataclass(frozen=True)
class Fact:
    """A school in a year: where it is, what it gives and out of which source."""

    place: str
    numerator: int | None
    denominator: int | None
    source: int
    denominator_source: int


@dataclass(frozen=True)
class History:
    """An indicator and all that is known of its schools; `merged`: from which year a closed school has which heir."""

    aggregation: str
    tells_states: bool
    facts: dict[tuple[str, int], Fact]
    merged: dict[str, tuple[int, str]] = field(default_factory=dict)
    wholes: dict[tuple[str, int], int] = field(default_factory=dict)

    def heir(self, school: str, year: int) -> str:
        closed, heir = self.merged.get(school, (9999, school))
        return heir if year >= closed else school


@st.composite
def histories(draw: st.DrawFn) -> History:
    aggregation = draw(st.sampled_from(("ratio_of_sums", "ratio_of_sums", *COUNTED, "sum", *EXTREMES)))
    facts = {}
    for school in SCHOOLS:
        for year in YEARS:
            if draw(st.integers(0, 4)):
                counted = aggregation in COUNTED
                numerator = draw(st.none() | st.integers(0, 1 if counted else 9))
                denominator = draw(st.none() | st.integers(1, 20)) if aggregation == "ratio_of_sums" else None
                facts[school, year] = Fact(
                    draw(st.sampled_from(PLACES)), numerator, 1 if counted else denominator,
                    draw(st.integers(1, 2)), draw(st.integers(1, 2)),
                )  # fmt: skip
    merged = {}
    if draw(st.booleans()):
        year = draw(st.sampled_from(YEARS[1:]))
        merged["a"] = (year, "b")
        facts = {key: fact for key, fact in facts.items() if key[0] != "a" or key[1] < year}
    wholes = {}
    if aggregation == "sum":
        wholes = draw(st.dictionaries(st.tuples(st.sampled_from(PLACES), st.sampled_from(YEARS)), st.integers(0, 50)))
    return History(aggregation, draw(st.booleans()), facts, merged, wholes)


@dataclass(frozen=True)
class Given:
    """What one entity gives to the value of one year: nothing when it is not `present`."""

    present: bool = False
    told: bool = False
    numerator: int | None = None
    denominator: int | None = None
    sources: frozenset[str] = frozenset()
    denominators: frozenset[int] = frozenset()

    def plus(self, other: "Given", best: Callable[..., Decimal] | None) -> "Given":
        def added(one: int | None, two: int | None) -> int | None:
            known = [number for number in (one, two) if number is not None]
            return None if not known else int(best(known)) if best else sum(known)

        return Given(
            self.present or other.present, self.told or other.told, added(self.numerator, other.numerator),
            added(self.denominator, other.denominator), self.sources | other.sources,
            self.denominators | other.denominators,
        )  # fmt: skip


def entities(history: History, territory: str, year: int, pair: tuple[int, int]) -> dict[str, Given]:
    """What each entity of a territory gives in a year, by the names of a pair of years."""
    found: dict[str, Given] = {}
    best = EXTREMES.get(history.aggregation)

    def add(name: str, what: Given) -> None:
        found[name] = found.get(name, Given()).plus(what, best)

    for (school, when), fact in history.facts.items():
        if when != year or fact.place not in TERRITORIES[territory]:
            continue
        if history.aggregation == "ratio_of_sums" and fact.denominator is None:
            continue
        is_whole = any((fact.place, one) in history.wholes for one in pair)
        numerator = None if (fact.place, year) in history.wholes else fact.numerator
        sources = frozenset() if numerator is None else frozenset({str(fact.source)})
        denominators = frozenset() if fact.denominator is None else frozenset({fact.denominator_source})
        told = fact.numerator is not None or not history.tells_states
        what = Given(True, told, numerator, fact.denominator, sources, denominators)
        add(f"whole {fact.place}" if is_whole else history.heir(school, pair[1]), what)
    for (place, when), value in history.wholes.items():
        if when == year and place in TERRITORIES[territory]:
            add(f"whole {place}", Given(True, True, value, None, frozenset({"whole"})))
    return found


def value_of(history: History, numerators: list[int | None], denominators: list[int | None]) -> Decimal | None:
    known = [Decimal(number) for number in numerators if number is not None]
    if history.aggregation in EXTREMES:
        return EXTREMES[history.aggregation](known) if known else None
    total = sum(known, Decimal(0))
    if history.aggregation in ("sum", "number_of_organisations"):
        return total
    below = sum(number for number in denominators if number is not None)
    return (100 * total / below).quantize(LAST_DIGIT) if below else None


def step_of(one: Given, two: Given) -> str:
    if one.told or two.told:
        return "same" if one.told and two.told else "entered" if two.told else "left"
    return "same" if one.present and two.present else "entered" if two.present else "left"


def differ(one: frozenset[Any], two: frozenset[Any]) -> bool:
    return bool(one and two) and (min(one) != min(two) or max(one) != max(two))


def expected_parts(history: History, territory: str, pair: tuple[int, int], ends: tuple[Decimal, Decimal]) -> Any:
    """The five parts, the two values of the common set, and how many are common, have entered and have left."""
    before, after = (entities(history, territory, year, pair) for year in pair)
    moves = []
    for name in before.keys() | after.keys():
        one, two = before.get(name, Given()), after.get(name, Given())
        kind = step_of(one, two)
        moves.append((
            name, one, two, kind,
            "source" if kind == "same" and differ(one.sources, two.sources) else kind,
            "denominator" if kind == "same" and differ(one.denominators, two.denominators) else kind,
        ))  # fmt: skip
    chain = [ends[0]]
    for number in range(1, len(STEPS)):
        done = STEPS[:number]
        numerators = [(two if step in done else one).numerator for _, one, two, _, step, _ in moves]
        denominators = [(two if step in done else one).denominator for _, one, two, _, _, step in moves]
        value = value_of(history, numerators, denominators)
        chain.append(chain[-1] if value is None else value)
    chain.append(ends[1])
    common = [move for move in moves if move[3] == "same"]
    values = [
        value_of(history, [move[at].numerator for move in common], [move[at].denominator for move in common])
        if any(one.told and two.told for _, one, two, *_ in common) else None
        for at in (1, 2)
    ]  # fmt: skip
    counts = [sum(move[3] == kind and "whole" not in move[0] for move in moves) for kind in ("same", "entered", "left")]
    return [later - earlier for earlier, later in pairwise(chain)], values, counts


@pytest.fixture(scope="module")
def models(district: Warehouse, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[History], list[Any]]]:
    """The models of series over a history, as dbt compiles them."""
    path: Path = tmp_path_factory.mktemp("series") / "warehouse.duckdb"
    shutil.copyfile(district.path, path)
    folder = district.folder / "target" / "compiled" / "vitrina" / "models"
    compiled = {one.stem: one.read_text(encoding="utf-8") for one in folder.glob("*/*/*.sql")}
    with duckdb.connect(str(path)) as connection:
        connection.execute("set threads = 1")

        def run(history: History) -> list[Any]:
            connection.execute("begin")
            try:
                fill(connection, history)
                for name in MODELS:
                    schema = "marts" if name == MODELS[-1] else "intermediate"
                    connection.execute(f"create or replace table {schema}.{name} as {compiled[name]}")
                names = ", ".join((*PARTS, "part_passport", "part_not_split"))
                return connection.execute(
                    f"select territory_id, previous_year, year, value_previous, value, change, {names},"
                    " value_common_previous, value_common, organisations_common, organisations_entered,"
                    " organisations_left, series_break, series_break_kind from marts.indicator_series_change"
                ).fetchall()
            finally:
                connection.execute("rollback")

        yield run


def fill(connection: duckdb.DuckDBPyConnection, history: History) -> None:
    """The tables that the models read, with the one indicator of a history in them."""
    for table in (
        "int_indicator_organisation",
        "int_territory_side",
        "int_heir",
        "int_reported",
    ):
        connection.execute(f"delete from intermediate.{table}")
    connection.execute("delete from intermediate.int_published_value")
    connection.execute("delete from reference.passport_component")
    connection.execute(
        "delete from reference.indicator_passport where indicator_code <> 'teachers_trained';"
        "update reference.indicator_passport set indicator_code = ?, aggregation = ?, break_threshold = 0.1",
        [CODE, history.aggregation],
    )
    measure = "headcount" if history.tells_states else "participants"
    insert(connection, "reference.passport_component", [
        {"indicator_code": CODE, "version": 1, "side": "numerator", "priority": 1, "measure_code": measure}
    ])  # fmt: skip
    head = {"indicator_code": CODE, "version": 1, "unit": "%", "precision_digits": 1, "direction": "up",
            "aggregation": history.aggregation, "region_code": "R"}  # fmt: skip
    if history.aggregation not in ("ratio_of_sums", "share_of_organisations"):
        head["unit"] = "ед."
    rows = []
    for (school, year), fact in history.facts.items():
        rows.append({
            **head, "year": year, "organisation_id": school, "municipality_id": fact.place,
            "numerator": fact.numerator, "denominator": fact.denominator, "value": fact.numerator,
            "is_reported": fact.numerator is not None, "is_undecided": False, "is_proxy": False,
            "is_unknown": fact.numerator is None and history.tells_states,
            "measure_code": None if fact.numerator is None else measure,
            "numerator_priority": None if fact.numerator is None else fact.source,
            "denominator_priority": None if fact.denominator is None else fact.denominator_source,
        })  # fmt: skip
    insert(connection, "intermediate.int_indicator_organisation", rows)
    insert(connection, "intermediate.int_territory_side", [
        {**head, "year": year, "municipality_id": place, "measure_code": measure, "numerator": value}
        for (place, year), value in history.wholes.items()
    ])  # fmt: skip
    insert(connection, "intermediate.int_heir", [
        {"entity_id": school, "year": year, "heir_id": history.heir(school, year)}
        for school in SCHOOLS for year in YEARS
    ])  # fmt: skip


def insert(connection: duckdb.DuckDBPyConnection, table: str, rows: list[dict[str, Any]]) -> None:
    if rows:
        row = f"({', '.join('?' for _ in rows[0])})"
        connection.execute(
            f"insert into {table} ({', '.join(rows[0])}) values {', '.join(row for _ in rows)}",
            [value for one in rows for value in one.values()],
        )


@given(history=histories())
@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_parts_of_random_histories(models: Callable[[History], list[Any]], history: History) -> None:
    """Guards against parts that lose a digit of the change, or name the wrong organisations for it."""
    for row in models(history):
        territory, previous_year, year, value_previous, value, change = row[:6]
        parts, passport, not_split = row[6:11], row[11], row[12]
        assert change == value - value_previous == sum(parts) + passport + not_split
        assert (passport, not_split) == (0, 0)
        expected, common, counts = expected_parts(history, territory, (previous_year, year), (value_previous, value))
        assert [abs(one - two) <= 2 * LAST_DIGIT for one, two in zip(parts, expected, strict=True)] == [True] * 5
        assert [one is None for one in row[13:15]] == [one is None for one in common]
        assert all(abs(one - two) <= LAST_DIGIT for one, two in zip(row[13:15], common, strict=True) if two is not None)
        assert list(row[15:18]) == counts
        others = {name: abs(part) for name, part in zip(STEPS, parts, strict=True) if name != "same"}
        assert row[18] == (max(others.values()) > abs(value) / 10)
        assert (row[19] is None) == (not row[18]) and others.get(row[19], 0) in (0, max(others.values()))


@given(history=histories())
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_nothing_but_numbers_changes(models: Callable[[History], list[Any]], history: History) -> None:
    """Guards against a break, or another value of the common set, where every organisation is there in every year."""
    facts = {
        (school, year): replace(
            history.facts.get((school, year), Fact("M1", 1, 1, 1, 1)), place="M1", source=1, denominator_source=1
        )
        for school in SCHOOLS[1:] for year in YEARS
    }  # fmt: skip
    whole = {
        key: replace(fact, numerator=fact.numerator or 0, denominator=fact.denominator or 1)
        for key, fact in facts.items()
    }
    rows = models(replace(history, facts=whole, merged={}, wholes={}))
    assert len(rows) == 9
    for row in rows:
        assert (row[7], row[13:15], row[15:20]) == (row[5], row[3:5], (3, 0, 0, False, None))
