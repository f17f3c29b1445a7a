"""Letters for a name that a municipality has once («ДДТ»), and the words they may be short for.

Which they are is data: `letters` of name_words.yaml.
"""

from functools import lru_cache

from ingestion.names.kinship import inflected
from ingestion.names.places import WORDS
from schemas.catalogue import name_words


def respelt(root: frozenset[str]) -> tuple[frozenset[str], ...]:
    """Roots with words for their letters, or letters for their words; of «ДДТ» the house and the palace."""
    return tuple(
        found
        for letters, words in _short_for()
        for found in (
            *([root - words | {letters}] if words <= root else ()),
            *([root - {letters} | words] if letters in root else ()),
        )
    )


def says_letters(root: frozenset[str]) -> bool:
    """Whether a name says such letters, or the words for them: what they are of is said with them."""
    return not root.isdisjoint(name_words()["letters"]) or any(words <= root for _, words in _short_for())


@lru_cache
def _short_for() -> tuple[tuple[str, frozenset[str]], ...]:
    return tuple(
        (letters, frozenset(map(inflected, WORDS.findall(phrase))))
        for letters, phrases in name_words()["letters"].items()
        for phrase in phrases
    )
