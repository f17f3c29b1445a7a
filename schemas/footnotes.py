"""The words of footnotes: what each kind of footnote says under a value (catalogues/footnotes.yaml)."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Annotated

from pydantic import Field, TypeAdapter

from schemas.catalogue_file import CATALOGUES
from schemas.metadata_file import Code, Strict, Text, read_yaml_text, validated

FILE = "footnotes.yaml"


class FootnoteRow(Strict):
    """A kind of footnote as the catalogue says it."""

    code: Code
    title: Text
    text: Text


@dataclass(frozen=True)
class FootnoteKind:
    """A kind of footnote: its place among a value's footnotes, its name, and its text with {words} to fill in."""

    code: str
    position: int
    title: str
    text: str


@lru_cache
def footnote_kinds() -> dict[str, FootnoteKind]:
    """Every kind by its code, in order; raises MetadataError when the catalogue is not valid."""
    path = CATALOGUES / FILE
    rows = validated(path, TypeAdapter(Annotated[list[FootnoteRow], Field(min_length=1)]), read_yaml_text(path))
    return {row.code: FootnoteKind(row.code, place, row.title, row.text) for place, row in enumerate(rows, start=1)}


def footnote_text(code: str, **words: str) -> str:
    """What a footnote of a kind says with its words filled in; KeyError for an unknown kind."""
    return footnote_kinds()[code].text.format(**words)
