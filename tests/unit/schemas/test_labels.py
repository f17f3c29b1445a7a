"""The Russian labels of mart columns and of the codes in them, against dbt's own list of columns."""

import re
from collections import Counter
from typing import Any

import pytest
import yaml

from foundation.sources import ROOT
from schemas.labels import column_label, column_labels, value_labels
from schemas.mart_contracts import mart_models, own_labels

MARTS: dict[str, list[dict[str, Any]]] = {model["name"]: model["columns"] for model in mart_models()}
COLUMNS = {(mart, column["name"]) for mart, columns in MARTS.items() for column in columns}
CODED_BY_CATALOGUE = {"system_code", "source_system", "role", "kind", "rule"}


def accepted_values() -> dict[str, set[str]]:
    """Every code that the contract allows in a column, over all marts."""
    found: dict[str, set[str]] = {}
    for columns in MARTS.values():
        for column in columns:
            for constraint in column.get("constraints", []):
                if constraint["type"] == "check":
                    codes = re.findall(r"'(\w+)'", constraint["expression"])
                    found.setdefault(column["name"], set()).update(codes)
    return found


def test_every_column_has_a_label() -> None:
    """Guards against a mart column that Superset shows under its English name."""
    labels = column_labels()
    assert sorted(
        f"{mart}.{name}"
        for mart, name in COLUMNS
        if not {name, f"{mart}.{name}"} & labels.keys() and not own_labels(mart).get(name)
    ) == []  # fmt: skip


def test_a_label_has_one_home() -> None:
    """Guards against a label beside its column that the catalogue's hides, and one name with a home in each mart."""
    own = [name for mart in MARTS for name in own_labels(mart)]
    assert [name for name, times in Counter(own).items() if times > 1 or name in column_labels()] == []


def test_no_label_is_left_over() -> None:
    """Guards against a label that stays when its column is renamed, or one that an override hides everywhere."""
    used = {f"{mart}.{name}" if f"{mart}.{name}" in column_labels() else name for mart, name in COLUMNS}
    assert sorted(column_labels().keys() - used) == []


@pytest.mark.parametrize("mart", sorted(MARTS))
def test_labels_of_a_mart_differ_and_are_short(mart: str) -> None:
    """Guards against two columns of one table under the same heading, and headings that are sentences."""
    labels = [column_label(mart, column["name"]) for column in MARTS[mart]]
    assert [label for label, times in Counter(labels).items() if times > 1] == []
    assert [label for label in labels if len(label.split()) > 4 or len(label) > 30] == []


def test_every_accepted_code_has_its_words() -> None:
    """Guards against «not_achieved» on a Russian dashboard."""
    silent = {column: codes - value_labels(column).keys() for column, codes in accepted_values().items()}
    assert silent
    assert {column: codes for column, codes in silent.items() if codes} == {}


def test_catalogues_give_words_too() -> None:
    """Guards against a column of codes whose words live in a catalogue that nobody joined."""
    names = {name for _, name in COLUMNS}
    assert names >= CODED_BY_CATALOGUE
    for column in CODED_BY_CATALOGUE:
        assert value_labels(column), column
    assert value_labels("source_system")["my_school"] == "Моя школа"
    assert value_labels("kind")["headcount"] == "Контингент и кадры"
    assert value_labels("organisation_name") == {}


def test_value_labels_are_of_columns_that_exist() -> None:
    """Guards against words kept for a column that was renamed."""
    written = yaml.safe_load((ROOT / "schemas/catalogues/value_labels.yaml").read_text("utf-8"))
    assert sorted(written.keys() - {name for _, name in COLUMNS}) == []
