"""Organisations that a held name may mean, the likeliest first: parts compared one by one, the place among them.

A score decides nothing: it only saves a steward's eyes. Words are weighed by how rare they are in the registry, so that
«Новоназимовская» outweighs «Центральная».
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from math import log
from typing import TYPE_CHECKING

from rapidfuzz import fuzz, process

from ingestion.match.agreement import Agreement
from ingestion.match.home import abroad
from ingestion.names.forms import SCHOOL, form_in_letters
from ingestion.names.kinship import are_kin, kin_of_adjective, kin_of_place, settlement_stem
from ingestion.names.letters import respelt
from ingestion.names.parts import NameParts, name_parts
from ingestion.names.places import municipality_name
from ingestion.names.readable import readable_name
from ingestion.names.spelling import readable

if TYPE_CHECKING:
    from ingestion.match.organisations import Organisation, OrganisationIndex, Query

SHOWN = 5
LOWEST_SCORE = 50.0
ALIKE_WORD, ALIKE_KIN = 75.0, 80.0
WEIGHTS = {"root": 5.0, "place": 4.0, "number": 3.0, "type": 2.0, "honoree": 2.0, "site": 2.0, "owner": 0.5,
           "form": 0.5}  # fmt: skip
BY_SPELLING = 5.0
"""Of a hundred: what the spelling as a whole adds, to tell equals apart."""
UNSAID = 0.8
"""Of a part that only the registry's name has."""
LONGER = 0.1
"""What each word that only the registry's name has takes off."""


@dataclass(frozen=True)
class Candidate:
    """An organisation a held name may mean, with its likeness from 0 to 100."""

    organisation_id: str
    name: str
    municipality: str | None
    score: float

    def __str__(self) -> str:
        return f"{self.name}, {self.municipality}" if self.municipality else self.name


def candidates(index: "OrganisationIndex", query: "Query") -> list[Candidate]:
    """The likeliest organisations of the row's region, or of all when it names none."""
    if not query.name:
        return []
    row, place = name_parts(query.name), index.place_of(query)
    words = {word: _alike(index, word) for word in _words(row) | row.honoree}
    pool = set().union(*(index.names.having(part, known) for alike in words.values() for known in alike
                         for part in ("word", "settlement", "honoree")))  # fmt: skip
    pool |= index.names.kin(row).union(*map(index.names.with_word, row.root))
    pool |= set().union(*(index.names.having("number", number) for number in row.numbers if number))
    pool |= index.within(place) if place else set()
    best = []
    for identifier in pool:
        one = index.organisations[identifier]
        if query.region and not index.stands_in(identifier, None, query.region):
            continue
        score, name = max(
            (_score(index, row, known, one, place, words, query.name, name), name)
            for name in one.names
            for known in _readings(name)
        )
        if score >= LOWEST_SCORE:
            best.append(Candidate(identifier, name, one.municipality, score))
    return _shown(index, query.name, place, sorted(best, key=lambda one: (-one.score, one.organisation_id)))


def _shown(index: "OrganisationIndex", name: str, place: str | None, ranked: list[Candidate]) -> list[Candidate]:
    """The likeliest; those of its place that only a tail or an honoree sets apart are never left out."""
    levels = {
        one.organisation_id: index.agreement_with(name, one.organisation_id)
        for one in ranked
        if index.stands_in(one.organisation_id, place, None)
    }
    meant = [one for one in ranked if levels.get(one.organisation_id, Agreement.NONE) >= Agreement.TAIL]
    kept = {one.organisation_id for one in [*meant, *(one for one in ranked if one not in meant)][:SHOWN]}
    shown = [one for one in ranked if one.organisation_id in kept]
    return sorted(shown, key=lambda one: -levels.get(one.organisation_id, Agreement.NONE))


def told_apart(shown: Sequence[Candidate]) -> list[str]:
    """Candidates in words; those that look alike with what tells them apart."""
    looks = Counter(map(str, shown))
    return [f"{one} ({one.organisation_id})" if looks[str(one)] > 1 else str(one) for one in shown]


def _words(parts: NameParts) -> frozenset[str]:
    """What sets a name apart: its words, and the stems of the settlements it names."""
    return parts.root | {place.stem for place in parts.places if place.is_settlement}


def _alike(index: "OrganisationIndex", word: str) -> dict[str, float]:
    """Words of the registry like a word of the row, each with its likeness up to 1."""
    found = process.extract(word, index.names.words, scorer=fuzz.ratio, score_cutoff=ALIKE_WORD, limit=20)
    return {known: score / 100 for known, score, _ in found}


def _score(
    index: "OrganisationIndex",
    row: NameParts,
    known: NameParts,
    organisation: "Organisation",
    place: str | None,
    words: dict[str, dict[str, float]],
    written: str,
    name: str,
) -> float:
    home = municipality_name(organisation.municipality)
    likeness: dict[str, float] = {"site": float(row.is_site is known.is_site)}
    stated, own = abroad(_words(row), home), abroad(_words(known), home)
    if stated:
        rarity = {word: _rarity(index, word) for word in stated}
        alike = {word: max((_likeness(word, other, words[word]) for other in own), default=0.0) for word in stated}
        shared = sum(alike[word] * rarity[word] for word in stated) / sum(rarity.values())
        likeness["root"] = max(shared - LONGER * max(len(own) - len(stated), 0), 0.0)
    elif own:
        likeness["root"] = max(1 - LONGER * len(own), 0.0) * UNSAID
    if row.number:
        likeness["number"] = float(row.number == known.number)
    elif known.number:
        likeness["number"] = 0.5
    if row.type:
        likeness["type"] = _likeness_of_types(row, known)
    if row.honoree:
        alike_honoree = [max((words[word].get(one, 0.0) for one in known.honoree), default=0.0) for word in row.honoree]
        likeness["honoree"] = max(alike_honoree)
    if row.owner and known.owner:
        likeness["owner"] = float(row.owner == known.owner)
    if (form := _form(written)) and (own_form := _form(name)):
        likeness["form"] = float(form == own_form)
    if place or row.places:
        is_named = any(one in known.places or one.is_municipality(home) for one in row.places)
        likeness["place"] = float(organisation.municipality_key == place if place else is_named)
    total = sum(WEIGHTS[part] for part in likeness)
    by_parts = sum(WEIGHTS[part] * value for part, value in likeness.items()) / total
    by_spelling = fuzz.token_sort_ratio(readable_name(written), readable_name(name)) / 100
    return round((100 - BY_SPELLING) * by_parts + BY_SPELLING * by_spelling, 1)


@lru_cache(maxsize=65536)
def _readings(name: str) -> tuple[NameParts, ...]:
    """A name taken apart, also with letters spelled out («ДДТ»)."""
    parts = name_parts(name)
    return (parts, *(replace(parts, root=root) for root in respelt(parts.root)))


@lru_cache(maxsize=65536)
def _form(name: str) -> str:
    """The legal form in letters: seldom changed, it tells equals apart."""
    return form_in_letters(readable(name).text)


def _likeness(word: str, other: str, alike: dict[str, float]) -> float:
    """How like two words are; «Берёзовская» and the stem of «Берёзовка» are of one place, also with a slip."""
    if are_kin(word, settlement_stem([other])) or are_kin(other, settlement_stem([word])):
        return 1.0
    return max(alike.get(other, 0.0), _likeness_of_kin(word, other), _likeness_of_kin(other, word))


@lru_cache(maxsize=262144)
def _likeness_of_kin(word: str, place: str) -> float:
    """How like an adjective is to one made of a place."""
    pairs = [(one, other) for one in kin_of_adjective(word) for other in kin_of_place(settlement_stem([place]))]
    likeness = max((fuzz.ratio(*pair) for pair in pairs), default=0.0)
    return likeness / 100 if likeness >= ALIKE_KIN else 0.0


def _likeness_of_types(row: NameParts, known: NameParts) -> float:
    if row.type == known.type:
        return 1.0
    shared = set(row.types) & set(known.types)
    if row.is_site or known.is_site:
        return 0.5 if shared else 0.0
    return 0.5 if SCHOOL in {row.type, known.type} or not known.type else 0.0


def _rarity(index: "OrganisationIndex", word: str) -> float:
    """Inverse document frequency; a word that the registry lacks is as rare as one it has once."""
    return log(1 + len(index.organisations) / max(len(index.names.having("word", word)), 1))
