"""Villages of two words in a name without a word for what they are: «СОШ Верхняя Сосновка»."""

import re
from functools import lru_cache

from ingestion.names.kinship import QUALITY, combining, is_adjective
from ingestion.names.places import WORDS
from schemas.catalogue import name_words, territory_words

QUALITY_OF_VILLAGE = re.compile(rf"(?<!ск){QUALITY}$")
"""«Верхняя», «Новое»; «Берёзовская» is a name by itself."""
SHORTEST_NOUN = 3


def words_of_villages(rest: str, text: str) -> list[str]:
    """Words of what is left of a name; «Верхняя Сосновка» is one, as in «деревни Верхняя Сосновка»."""
    joined: list[str] = []
    for word in WORDS.findall(rest):
        if joined and _is_quality(joined[-1]) and is_noun(word) and f"{joined[-1]} {word}" in text:
            joined[-1] = combining(joined[-1]) + word
        else:
            joined.append(word)
    return joined


def _is_quality(word: str) -> bool:
    return QUALITY_OF_VILLAGE.search(word) is not None and word not in _common()


def is_noun(word: str) -> bool:
    """Whether a word may be the last of a place's name."""
    return len(word) >= SHORTEST_NOUN and not is_adjective(word) and word not in _common()


def without_hyphen(text: str) -> str:
    """«Ново-Ивановская» is «Новоивановская»."""
    return _hyphened().sub(r"\1", text) if "-" in text else text


@lru_cache
def _hyphened() -> re.Pattern[str]:
    return re.compile(rf"(?<![\w-])({'|'.join(name_words()['joined_beginnings'])})-(?=[а-я]{{3}})")


@lru_cache
def _common() -> frozenset[str]:
    """Words that are no name of a village."""
    words = name_words()
    kinds = [*words["honours"], *words["titles"], *words["fillers"], *words["general"], *words["letters"]]
    return frozenset([*kinds, *words["unmistakable"], *territory_words()])
