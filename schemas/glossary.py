"""Words of the project: one meaning each, in English for code and in Russian for people."""

from functools import lru_cache
from typing import Literal

from pydantic import TypeAdapter

from schemas.catalogue_file import CATALOGUES
from schemas.metadata_file import Code, MetadataError, Strict, Text, read_yaml_text, validated

GLOSSARY = CATALOGUES / "glossary.yaml"
Group = Literal["numbers", "time", "publishing", "files", "matching"]


class Term(Strict):
    """A word, its Russian twin, what it means, and the SDMX concept it stands for where there is one."""

    term: Text
    russian: Text
    group: Group
    meaning: Text
    sdmx: Text | None = None
    columns: tuple[Code, ...] = ()
    """Columns of marts that the word heads."""


@lru_cache
def glossary() -> tuple[Term, ...]:
    """Every term in the order of the file; raises MetadataError for a fault, and for a word with two meanings."""
    terms = tuple(validated(GLOSSARY, TypeAdapter(list[Term]), read_yaml_text(GLOSSARY)))
    for words in ([one.term for one in terms], [one.russian for one in terms]):
        twice = sorted({word for word in words if words.count(word) > 1})
        if twice:
            raise MetadataError(f"{GLOSSARY.name}: слово «{twice[0]}» определено дважды")
    return terms


def headings() -> dict[str, str]:
    """The Russian label of every column that a word of the glossary heads."""
    return {column: one.russian[0].upper() + one.russian[1:] for one in glossary() for column in one.columns}
