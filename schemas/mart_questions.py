"""Which mart answers which question, as the page for analysts opens."""

from functools import lru_cache

from pydantic import TypeAdapter

from schemas.catalogue_file import CATALOGUES
from schemas.metadata_file import Code, Strict, Text, read_yaml_text, validated

QUESTIONS = CATALOGUES / "mart_questions.yaml"


class MartQuestion(Strict):
    """A question of users, the mart that answers it, and a query of that mart to begin from."""

    question: Text
    mart: Code
    sql: Text


@lru_cache
def mart_questions() -> tuple[MartQuestion, ...]:
    """Every question, in the order of the page; raises MetadataError naming the row's fault."""
    return tuple(validated(QUESTIONS, TypeAdapter(list[MartQuestion]), read_yaml_text(QUESTIONS)))
