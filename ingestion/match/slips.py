"""Slips of the hand in what sets a name apart, put right within the row's own municipality alone.

A letter typed twice or two that changed places make no other village's name; one lost or replaced may (Никольское and
Никульское are two), and is held. In the municipality's own name, which a column says, a lost letter is put right too,
but no replaced one: Зеленогорск and Зеленоборск are two.
"""

import re
from collections.abc import Callable, Collection
from dataclasses import replace

from rapidfuzz.distance import OSA

from ingestion.names.mentioned_places import Place
from ingestion.names.parts import NameParts
from ingestion.names.places import MunicipalityName, stem

SHORTEST, SHORTEST_OF_MUNICIPALITY = 6, 8
"""Letters of a word, and of the name of a municipality, long enough for a slip to leave no doubt."""
FAR = 2
"""How many letters apart every other word of the municipality must be, and more."""
TWICE = re.compile(r"(.)\1")


def mended(
    row: NameParts, words: Collection[str], municipality: MunicipalityName, is_known: Callable[[str], bool]
) -> NameParts | None:
    """A name with slips put right after the `words` of the municipality's organisations; None when there are none.

    `words` are words of roots and stems of settlements; `is_known` tells words of any name or place of the registry.
    """
    root = frozenset(_mended(word, words, municipality, is_known) for word in row.root)
    places = frozenset(_mended_place(place, words, municipality, is_known) for place in row.places)
    if (root, places) == (row.root, row.places):
        return None
    return replace(row, root=root, places=places, is_mended=True)


def _mended(word: str, words: Collection[str], municipality: MunicipalityName, is_known: Callable[[str], bool]) -> str:
    if len(word) < SHORTEST or is_known(word):
        return word
    if _is_municipality(word, municipality, SHORTEST_OF_MUNICIPALITY):
        return municipality.stem + word[len(stem(word)) :]
    near = [one for one in words if OSA.distance(word, one, score_cutoff=FAR) <= FAR]
    return near[0] if len(near) == 1 and _is_slip(word, near[0]) else word


def _mended_place(
    place: Place, words: Collection[str], municipality: MunicipalityName, is_known: Callable[[str], bool]
) -> Place:
    if not place.is_settlement:
        may_be_own = place.level != "регион" and not is_known(place.word)
        is_own = may_be_own and _is_municipality(place.word, municipality, SHORTEST)
        return replace(place, stem=municipality.stem) if is_own else place
    return replace(place, stem=_mended(place.stem, words, municipality, is_known))


def _is_municipality(word: str, municipality: MunicipalityName, shortest: int) -> bool:
    """Whether a word is the municipality's name with a slip, or one letter short."""
    said, own = stem(word), municipality.stem
    if len(own) < shortest or said == own:
        return False
    return _is_slip(said, own) or (len(said) < len(own) and OSA.distance(said, own, score_cutoff=1) == 1)


def _is_slip(word: str, known: str) -> bool:
    """Whether one has a letter twice that the other has once, or two neighbours changed places."""
    if TWICE.sub(r"\1", word) == TWICE.sub(r"\1", known):
        return True
    return sorted(word) == sorted(known) and OSA.distance(word, known, score_cutoff=1) == 1
