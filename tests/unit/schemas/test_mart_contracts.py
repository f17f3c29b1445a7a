"""In which order a release stores its marts, as their descriptions say it."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from schemas import mart_contracts
from schemas.mart_contracts import grain, mart_models, stored_order
from schemas.metadata_file import MetadataError

Described = Callable[..., None]


@pytest.fixture
def described(monkeypatch: pytest.MonkeyPatch) -> Iterator[Described]:
    """Describe one mart `m` with columns a, b and row; its grain and what it is asked by are given."""

    def describe(columns: list[str] | None, stored_by: list[str]) -> None:
        model: dict[str, Any] = {
            "name": "m",
            "config": {"meta": {"stored_by": stored_by}},
            "data_tests": [{"unique_grain": {"arguments": {"columns": columns}}}] if columns else ["other"],
            "columns": [{"name": "a"}, {"name": "b"}, {"name": "row"}],
        }
        monkeypatch.setattr(mart_contracts, "mart_models", lambda: (model,))
        stored_order.cache_clear()

    yield describe
    stored_order.cache_clear()


@pytest.mark.parametrize("mart", [model["name"] for model in mart_models()])
def test_every_mart_has_an_order_in_which_no_two_rows_are_equal(mart: str) -> None:
    """Guards against a mart whose equal content gives other files every night, for want of a total order."""
    (model,) = (one for one in mart_models() if one["name"] == mart)
    assert grain(model)
    assert set(grain(model)) <= set(stored_order(mart)) <= {column["name"] for column in model["columns"]}


def test_a_mart_is_stored_as_it_is_asked_then_by_its_grain(described: Described) -> None:
    """Guards against the grain in place of what regions ask by, and against a column named twice."""
    described(["a", '"row"'], ["b", "a"])
    assert stored_order("m") == ("b", "a", "row")


def test_an_order_that_cannot_be_is_refused(described: Described) -> None:
    """Guards against a misspelled column that publishing would meet at night."""
    described(["a"], ["c"])
    with pytest.raises(MetadataError, match=r"витрина m.*\['c'\]"):
        stored_order("m")
    described(None, ["a"])
    with pytest.raises(MetadataError, match="нет проверки unique_grain"):
        stored_order("m")
