"""The catalogue of measures: every kind it names exists, and dbt gives it what it says."""

import re
from pathlib import Path

import pytest

from schemas.dbt_measures import MACROS
from schemas.measure_kinds import check_kinds
from schemas.measures import Measure, measures

INT_MEASURE = Path(__file__).parents[3] / "dbt_project" / "models" / "intermediate" / "measures" / "int_measure.sql"


def _measure(**changes: object) -> dict[str, object]:
    whole = next(measure for measure in measures() if measure.measure_code == "delivered").model_dump()
    return {**whole, **changes}


@pytest.mark.parametrize(
    "changes",
    [{"kinds": ["deliveries"]}, {"list_kind": "deliveries"}, {"absence": "nothing"}, {"time_rule": "yearly"}],
)
def test_a_measure_of_an_unknown_kind_or_rule_is_refused(changes: dict[str, object]) -> None:
    """Guards against a misspelled kind, by which no list would ever have come and every «none» stay unknown."""
    with pytest.raises(ValueError, match=next(iter(changes)) if "kind" not in next(iter(changes)) else "deliveries"):
        check_kinds(Measure.model_validate(_measure(**changes)))


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"time_rule": "flow", "column": "quantty"}, "величины вида equipment_delivery «quantty»"),
        ({"time_rule": "flow", "column": "item"}, "величины вида equipment_delivery «item»"),
        ({"time_rule": "to_date", "column": "quantity"}, "не читается из столбца"),
    ],
)
def test_a_measure_of_a_column_that_holds_no_quantity_is_refused(changes: dict[str, object], complaint: str) -> None:
    """Guards against a misspelled column, and a state read from a row, which dbt would refuse in words of SQL."""
    with pytest.raises(ValueError, match=complaint):
        check_kinds(Measure.model_validate(_measure(**changes)))


def test_every_kind_of_rows_that_dbt_measures_gives_some_measure() -> None:
    """Guards against a kind read by int_measure whose rejected rows would be the reason of nothing."""
    branches = "".join(path.read_text(encoding="utf-8") for path in (INT_MEASURE, MACROS))
    read = set(re.findall(r"(?:measure|event)_rows\(\s*'(\w+)'", branches))
    assert read - {kind for measure in measures() for kind in measure.kinds} == set()


def test_states_are_unknown_and_events_zero_when_nobody_names_them() -> None:
    """Guards against a school without registrations in any file that counts as one where nobody registered."""
    absence = {measure.measure_code: measure.absence for measure in measures()}
    assert {absence[code] for code in ("headcount", "registered", "active", "speed")} == {"unknown"}
    assert {absence[code] for code in ("delivered", "object", "participants", "events")} == {"zero"}
