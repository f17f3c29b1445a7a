"""Subjects of the federation: the rows of catalogues/regions.csv, to which a region adds nothing."""

from dataclasses import dataclass
from functools import lru_cache

from foundation.text import fold
from schemas.catalogue_file import read_csv
from schemas.coded import read_with_code


@dataclass(frozen=True)
class Region:
    """A subject of the federation: ISO code, name, the first digits of its organisations' ИНН and of its ОКТМО."""

    code: str
    name: str
    spellings: frozenset[str]
    tax_codes: frozenset[str]
    oktmo_prefix: str


@lru_cache
def regions() -> tuple[Region, ...]:
    return tuple(
        Region(
            row["region_code"],
            row["name"],
            frozenset(fold(text) for text in (row["name"], *row["spellings"].split(";")) if text.strip()),
            frozenset(code.strip() for code in row["tax_code"].split(";") if code.strip()),
            row["oktmo_prefix"],
        )
        for row in read_csv("regions.csv")
    )


@lru_cache
def region_of(text: str) -> Region | None:
    """The subject of the federation a cell names; None when it is not one of the catalogue."""
    spelled = {spelling: region for region in regions() for spelling in region.spellings}
    return read_with_code(text, lambda bare: spelled.get(fold(bare)))
