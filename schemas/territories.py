"""Municipalities as catalogues: the list of them with ОКТМО, and words that stand for one or for none."""

import re
from dataclasses import dataclass
from functools import lru_cache

from foundation.settings import per_home
from schemas.catalogue_file import read_mapping, rows
from schemas.catalogue_rows import LISTED_MUNICIPALITIES


@dataclass(frozen=True)
class ListedMunicipality:
    """A municipality of the list with ОКТМО: what it is called, and whether another has taken its place."""

    region_code: str
    oktmo: str
    name: str
    level: str
    is_former: bool

    @property
    def key(self) -> str:
        """Its key among municipalities while the registry has none of its organisations."""
        return f"{self.region_code}/{self.oktmo}"


@per_home
def listed_municipalities() -> tuple[ListedMunicipality, ...]:
    """The municipalities of the list, present ones first; of rows with one code the last counts: the region's own."""
    latest = {row["oktmo"]: row for row in rows(LISTED_MUNICIPALITIES)}
    listed = [
        ListedMunicipality(
            row["region_code"],
            row["oktmo"],
            row["name"],
            row["level"],
            row.get("successor_oktmo") is not None or row.get("valid_to") is not None,
        )
        for row in latest.values()
    ]
    return tuple(sorted(listed, key=lambda one: one.is_former))


@lru_cache
def formation_words() -> tuple[str, ...]:
    """«Муниципальное образование» in every case and in letters: it says no level."""
    return tuple(read_mapping("territory_words.yaml")["formations"])


@lru_cache
def authority_words() -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Beginnings of the words by which a local authority is known, and of those that go with them."""
    said = read_mapping("territory_words.yaml")["authorities"]
    return tuple(said["heads"]), tuple(said["words"])


@lru_cache
def no_municipality_patterns() -> tuple[re.Pattern[str], ...]:
    """How a folded text begins that stands in the place of a municipality and names none."""
    return tuple(re.compile(text) for text in read_mapping("territory_words.yaml")["no_municipality"])
