"""What a newcomer of the marts is given to begin with works on the sample."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from schemas.mart_questions import MartQuestion, mart_questions

pytestmark = pytest.mark.slow
Run = Callable[..., subprocess.CompletedProcess[str]]
EMPTY_IN_THE_SAMPLE = frozenset({"indicator_change"})
"""A first release has nothing before it."""


@pytest.mark.parametrize("asked", mart_questions(), ids=lambda asked: asked.mart)
def test_the_query_of_a_question_answers_it(asked: MartQuestion, demo: tuple[Path, str], vitrina: Run) -> None:
    """Guards against a page whose first query names a column that is no more, or finds nothing."""
    done = vitrina(demo[0], "query", asked.sql, "--format", "csv")
    assert asked.mart in asked.sql
    assert asked.mart in EMPTY_IN_THE_SAMPLE or len(done.stdout.splitlines()) > 1


def test_parquet_is_read_as_numbers_and_says_what_its_columns_are(demo: tuple[Path, str]) -> None:
    """Guards against decimals that pandas reads as objects, which no mean or sum takes."""
    schema = pq.read_schema(demo[0] / "current" / "marts" / "indicator_by_territory.parquet")
    assert str(schema.field("value").type) == "double"
    assert schema.field("value").metadata[b"description"].decode().startswith("Значение показателя")
    assert {field.name for field in schema if field.metadata is None} == set()
