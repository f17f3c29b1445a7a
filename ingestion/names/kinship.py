"""Words made of one place's name: «село Берёзовка» and «Берёзовская школа» may be of one, and of another as well."""

import re
from functools import lru_cache

from ingestion.names.places import stem

ADJECTIVE = re.compile(r"ск(?:ая|ой|ое|ого|ому|ий|ую|им|ом|ие|их)$")
MADE_OF = re.compile(r"(?:ин|ов|ев|ен|ян|ан|н)$")
"""What stands between a place's stem and «-ский»: «Звониха», «звонихинская»."""
QUALITY = r"(?:ая|яя|ое|ее|ый|ий|ой|ые|ие|ом|ем|ого|его|ей|ых|их)"
"""Endings of a quality in the name of a place («Новая Ворониха»), in any case."""
SOFT_ENDINGS = frozenset({"яя", "ее", "ем", "его", "ей"})
SHORTEST = 3
OF_ONE_PLACE = "их"
"""The stem of a place («Ворониха») whose adjective is no other's."""
LEMMAS = (
    ("ая", "ж"), ("яя", "ж"), ("ое", "с"), ("ее", "с"), ("ый", "м"), ("ий", "м"), ("ой", "жм"), ("ей", "жм"),
    ("ого", "мс"), ("его", "мс"), ("ом", "мс"), ("ем", "мс"), ("ые", "+"), ("ие", "+"), ("ых", "+"), ("их", "+"),
    ("о", "с"), ("а", "жмс"), ("я", "жмс"), ("ы", "ж+"), ("и", "ж+"), ("е", "жмс"), ("ь", "жм"),
)  # fmt: skip
"""What a name may be by its ending, in the cases in which places are written: masculine, feminine, neuter or many."""
WITHOUT_ENDING = "м+"


@lru_cache(maxsize=65536)
def kin_of_adjective(word: str) -> frozenset[str]:
    """What the place of an adjective may be called, without ending: of «звонихинская» «звонихин» and «звоних»."""
    match = ADJECTIVE.search(word)
    if match is None:
        return frozenset()
    core = word[: match.start()]
    return frozenset(one for one in (core, MADE_OF.sub("", core)) if len(one) >= SHORTEST)


@lru_cache(maxsize=65536)
def kin_of_place(place: str) -> frozenset[str]:
    """What an adjective of a place may be made of; `place` is a stem («вороних», «березовк», «клюквинск»)."""
    shorter = [place[: -len(ending)] for ending in ("к", "ск") if place.endswith(ending)]
    return frozenset(one for one in (place, *shorter) if len(one) >= SHORTEST)


def are_kin(word: str, place: str) -> bool:
    """Whether an adjective may be made of a place, given by its stem."""
    return not kin_of_adjective(word).isdisjoint(kin_of_place(place))


def is_only_of(word: str, place: str) -> bool:
    """Whether an adjective is of a place of this stem and hardly of any other: «воронихинская» of «Ворониха».

    «Павловская» is of Павловка, Павлово and Павловск alike: these are kin, and none is taken for the other.
    """
    match = ADJECTIVE.search(word)
    return place.endswith(OF_ONE_PLACE) and match is not None and word[: match.start()] == place + "ин"


def is_made_of(word: str, place: str) -> bool:
    """Whether an adjective is made of a place in one step, as «Каменовская» is not of «Каменка».

    These are kin by a step from each side: enough for a doubt, never to take one for the other.
    """
    match = ADJECTIVE.search(word)
    core = word[: match.start()] if match else ""
    return core in kin_of_place(place) or place in kin_of_adjective(word)


def is_adjective(word: str) -> bool:
    """Whether a word is a quality («Степная») or made of a place («Степановская»), and no place itself."""
    return re.search(f"{QUALITY}$", word) is not None


def inflected(word: str) -> str:
    """A word of a name in one case: «Тихоградской» is «Тихоградская»; other words stay as they are.

    «Павловское» stays too: a school is no neuter, it is the village.
    """
    return word if word.endswith("ское") else ADJECTIVE.sub("ская", word)


def settlement_stem(words: list[str]) -> str:
    """The stem of a place of several words as one: «Новая Ворониха» is «нововороних», as in «Нововоронихинская»."""
    *qualities, last = words
    return "".join(map(combining, qualities)) + stem(last).removesuffix("о")


def may_be_one_name(word: str, other: str) -> bool:
    """Whether two words of one stem may be one name in two cases, as «Новая» and «Новой» are; «Новое» is another."""
    return word == other or not _lemmas(word).isdisjoint(_lemmas(other))


def _lemmas(word: str) -> frozenset[str]:
    return frozenset(next((lemmas for ending, lemmas in LEMMAS if word.endswith(ending)), WITHOUT_ENDING))


def combining(quality: str) -> str:
    """A quality as the first part of a word: «Верхняя» is «верхне», «Новая» «ново»."""
    match = re.search(f"{QUALITY}$", quality)
    core = quality[: match.start()] if match else quality
    is_soft = core[-1:] in set("шжщч") or quality.endswith("ний") or (match is not None and match[0] in SOFT_ENDINGS)
    return core + ("е" if is_soft else "о")
