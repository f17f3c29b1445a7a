"""Words and places of two names compared: «села Берёзовка» and «Берёзовская» may be one place, or two.

A word that may be made of a place never proves that it is: «Павловская» is of Павловка, Павлово and Павловск alike.
It is taken for it where one of the names says both, or where hardly any other place could have given it.
"""

from collections.abc import Callable, Iterable
from functools import lru_cache
from itertools import permutations
from typing import NamedTuple

from ingestion.names.kinship import (
    are_kin,
    is_adjective,
    is_made_of,
    is_only_of,
    may_be_one_name,
    settlement_stem,
)
from ingestion.names.mentioned_places import Place
from schemas.catalogue import name_words

IsOf = Callable[[str, str], bool]
"""Whether a word is made of a place with this stem."""


class ComparedWords(NamedTuple):
    """Words and places that only one side has, and those that both have: «села Берёзовка», «Берёзовская»."""

    words: frozenset[str]
    places: frozenset[Place]
    own_words: frozenset[str]
    own_places: frozenset[Place]
    shared_words: frozenset[str]
    shared_places: frozenset[Place]

    @property
    def by_kinship(self) -> bool:
        return bool(self.words or self.places or self.own_words or self.own_places)

    @property
    def all_found(self) -> bool:
        """Whether all that the row says is said by the organisation's name, in other words at most."""
        places = self.own_places | self.shared_places
        return all(_has_kin(word, self.own_words, places) for word in self.words) and all(
            _is_kin_of(place, self.own_words | self.shared_words) for place in self.places
        )

    def surely_found(self, types: Iterable[str], *, is_corroborated: bool) -> bool:
        """Whether those words are surely of those places: said by one side, or hardly of any other place.

        Where more agrees that a municipality has once (`is_corroborated`), one made of the other is enough.
        """
        are_villages = set(types).isdisjoint(name_words()["types_named_after_things"])
        is_of = is_made_of if is_corroborated else is_only_of
        others, own_others = (self.own_words, self.words) if are_villages else (frozenset(), frozenset())
        return (
            all(self._is_said(word) or _is_of(word, others, self.own_places, is_of) for word in self.words)
            and all(self._is_said(word) or _is_of(word, own_others, self.places, is_of) for word in self.own_words)
            and all(any(_is_called(place, word, is_of) for word in self.own_words) for place in self.places)
        )

    def _is_said(self, word: str) -> bool:
        """Whether a word is of a place that both sides say."""
        return any(are_kin(word, place.stem) for place in self.shared_places)

    @property
    def leaves_over(self) -> bool:
        """Whether the organisation's name says more; a place beside its adjective says whose that is."""
        places = self.places | self.shared_places
        return not all(_has_kin(word, self.words, places) for word in self.own_words) or not all(
            _is_kin_of(place, self.words | self.shared_words) for place in self.own_places
        )


def _has_kin(word: str, words: Iterable[str], places: Iterable[Place]) -> bool:
    """Whether a word is made of a place, or is it («СОШ Берёзовка»), or other words are made of the word."""
    return any(are_kin(word, place.stem) or settlement_stem([word]) == place.stem for place in places) or any(
        are_kin(word, settlement_stem([other])) or are_kin(other, settlement_stem([word])) for other in words
    )


def _is_kin_of(place: Place, words: frozenset[str]) -> bool:
    """Whether a word is made of a place or is it, or two words are («СОШ Новая Ворониха»)."""
    return any(are_kin(word, place.stem) or settlement_stem([word]) == place.stem for word in words) or any(
        settlement_stem([quality, word]) == place.stem for quality, word in permutations(words, 2)
    )


def _is_called(place: Place, word: str, is_of: IsOf) -> bool:
    """Whether a word is the name of a place («СОШ Берёзовка»), or surely its adjective."""
    return is_of(word, place.stem) or (settlement_stem([word]) == place.stem and may_be_one_name(word, place.word))


def _is_of(word: str, words: Iterable[str], places: Iterable[Place], is_of: IsOf) -> bool:
    """Whether a word is surely of one of the places or nouns; of two adjectives neither is of the other."""
    return any(_is_called(place, word, is_of) for place in places) or any(
        (not is_adjective(other) and is_of(word, settlement_stem([other])))
        or (not is_adjective(word) and is_of(other, settlement_stem([word])))
        for other in words
    )


class ComparedPlaces(NamedTuple):
    """Places of both sides: those of one alone, those of both, and how sure it is that they are the same."""

    stated: frozenset[Place]
    own: frozenset[Place]
    shared: frozenset[Place]
    is_doubtful: bool
    is_abbreviated: bool

    @property
    def are_two(self) -> bool:
        """Whether each side says a place that the other does not, be it in a word («Тихая … с. Павловка»)."""
        if not self.stated or not self.own:
            return False
        return all(any(place.level != "регион" for place in places) for places in (self.stated, self.own))


def compared_places(stated: frozenset[Place], own: frozenset[Place]) -> ComparedPlaces:
    """Places paired by their stem; «п.» and «пгт», «Новое» and «Новая» may be two."""
    if not stated or not own:
        return ComparedPlaces(stated, own, frozenset(), is_doubtful=False, is_abbreviated=False)
    words = name_words()
    pairs = [(one, other) for one in stated for other in own if one.stem == other.stem and _are_alike(one, other)]
    is_doubtful = is_abbreviated = False
    for one, other in pairs:
        either = {*words["short_for_either"].get(one.level, []), *words["short_for_either"].get(other.level, [])}
        is_short = one.level != other.level and bool(either & {one.level, other.level})
        is_abbreviated |= is_short
        is_doubtful |= (one.level != other.level and not is_short) or not may_be_one_name(one.word, other.word)
    paired, own_paired = frozenset(one for one, _ in pairs), frozenset(other for _, other in pairs)
    return ComparedPlaces(stated - paired, own - own_paired, paired | own_paired, is_doubtful, is_abbreviated)


def _are_alike(one: Place, other: Place) -> bool:
    """Whether two settlements of one name may be taken for one another."""
    levels = {one.level, other.level}
    return len(levels) == 1 or any(levels <= group for group in _groups())


@lru_cache
def _groups() -> tuple[frozenset[str], ...]:
    words = name_words()
    short = ([one, *meant] for one, meant in words["short_for_either"].items())
    return tuple(map(frozenset, (*words["alike_settlements"], *short)))
