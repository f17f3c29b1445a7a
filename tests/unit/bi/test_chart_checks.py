"""Charts whose numbers would not mean what their titles say are found, and the sound ones beside them are not."""

from typing import Any

import pytest

from bi.chart_checks import chart_findings, indicator_columns
from bi.expressions import ExpressionError, columns, compared, functions, pinned
from bi.marts import load_marts
from bi.specification import Chart, Metric, load_datasets

ORGANISATIONS = load_datasets()["indicator_by_organisation"]
TERRITORIES = load_datasets()["indicator_by_territory"]
BOTH = "indicator_code IN ('equipped_organisations', 'organisations_with_speed')"


def told(mart: str, **changes: Any) -> str:
    given = {"name": "one", "title": "Один", "type": "table", "dataset": mart}
    return "\n".join(chart_findings("here", Chart.model_validate({**given, **changes}), load_datasets()[mart]))


@pytest.mark.parametrize("name", ["number_of_organisation", "indicator_title", "unit", "value_rounded", "status_title"])
def test_two_indicators_never_meet_in_rows_that_tell_them_apart(name: str) -> None:
    """Guards against «скорость не измерена» of measured schools: a column holds the indicator's code."""
    asked = {"metrics": ("internet",), "where": BOTH}
    assert "equipped_organisations, organisations_with_speed" in told(
        "indicator_by_organisation", columns=("organisation_name", name), **asked
    )
    assert told("indicator_by_organisation", columns=("organisation_name", "municipality", "inn"), **asked) == ""


def test_a_condition_on_aggregates_combines_indicators_too() -> None:
    """Guards against a check that reads metrics and overlooks HAVING."""
    having = "SUM(numerator) FILTER (WHERE indicator_code = 'a') > SUM(numerator) FILTER (WHERE indicator_code = 'b')"
    asked = {"columns": ("number_of_organisation",), "metrics": ("achieved",), "having": having}
    assert "the indicators a, b" in told("indicator_by_organisation", **asked)


def test_a_table_of_several_indicators_side_by_side_combines_nothing() -> None:
    """Guards against a check that forbids a row for each indicator."""
    assert told("indicator_by_organisation", columns=("indicator_title", "value"), where=BOTH) == ""
    asked = {"columns": ("indicator_title",), "metrics": ("share",), "where": BOTH}
    assert told("indicator_by_organisation", **asked) == ""


def test_what_tells_indicators_apart_follows_from_the_marts() -> None:
    """Guards against a hand-kept list: keys and names of places and times do not, all else of the mart may."""
    apart = indicator_columns(ORGANISATIONS, load_marts()["indicator_by_organisation"])
    assert {"indicator_code", "number_of_organisation", "numerator", "source_system_title"} <= apart
    assert not {"year", "organisation_id", "organisation_name", "municipality", "region", "inn"} & apart
    assert indicator_columns(load_datasets()["platform_month"], load_marts()["platform_month"]) == frozenset()


@pytest.mark.parametrize(
    ("where", "sound"),
    [
        (None, False),
        ("indicator_code = 'a'", False),
        ("territory_level IN ('region', 'federation')", False),
        ("territory_level <> 'region'", False),
        ("territory_level = 'municipality' OR year = 2024", False),
        ("territory_level = 'municipality'", True),
        ("year = 2024 AND territory_level IN ('region')", True),
    ],
)
def test_a_ratio_keeps_to_one_level(where: str | None, sound: bool) -> None:
    """Guards against a share in which a region is counted beside its own municipalities."""
    asked = {"type": "line", "x": "year", "metrics": ("share",), "where": where}
    assert (told("indicator_by_territory", **asked) == "") is sound


def test_a_ratio_by_level_and_a_count_of_rows_are_sound() -> None:
    """Guards against a check that forbids what shows each level by itself."""
    assert told("indicator_by_territory", columns=("territory_level",), metrics=("share",)) == ""
    assert told("indicator_by_territory", columns=("municipality",), metrics=("achieved",)) == ""


def test_a_ratio_is_known_by_its_division() -> None:
    """Guards against a new metric that the check does not know by name."""
    ratio = Metric(name="fresh", title="Новая", expression="100.0 * SUM(numerator) / NULLIF(SUM(denominator), 0)")
    dataset = TERRITORIES.model_copy(update={"metrics": (ratio,)})
    chart = Chart(name="one", title="Один", type="number", dataset="indicator_by_territory", metrics=("fresh",))
    assert "shows the ratio fresh over rows of several levels" in "\n".join(chart_findings("here", chart, dataset))


def test_expressions_are_read_by_duckdb() -> None:
    """Guards against names in texts and comments taken for columns, and against a text that is two queries."""
    text = "CASE WHEN a = 'b' THEN 1.5 ELSE CAST(SUM(c) FILTER (WHERE d IN ('e', 'f')) AS DECIMAL(18, 6)) / 2 END -- g"
    assert columns(text) == {"a", "c", "d"}
    assert {"sum", "/"} <= functions(text)
    assert (compared(text, "d"), compared(text, "a")) == ({"e", "f"}, {"b"})
    assert not pinned("NOT (a = 'b')", "a")
    with pytest.raises(ExpressionError):
        columns("1) from t; select (1")
