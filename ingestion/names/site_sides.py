"""Which words of a site's name are its own and which its entity's: «Ясная НОШ - филиал МБОУ Тихая СОШ».

Writers turn the order round; a word whose place does not show surely whose it is counts for neither.
"""

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import cached_property, lru_cache

from ingestion.names.forms import form_start, type_spans
from schemas.catalogue import name_words

Told = tuple[str, str]
"""A word, a number, a type or a place that a text tells, with what it is."""
TYPE = "type"
WORDS = re.compile(r"[а-яa-z0-9]+")


@dataclass(frozen=True)
class Sides:
    """What is surely the site's own, what surely its entity's, and all the words in their turn."""

    own: frozenset[Told] = frozenset()
    of_entity: frozenset[Told] = frozenset()
    order: tuple[str, ...] = ()

    def are_swapped(self, other: "Sides") -> bool:
        """Whether one name tells of the site what the other tells of the entity."""
        return not (
            self._only_own.isdisjoint(other._only_of_entity) and other._only_own.isdisjoint(self._only_of_entity)
        )

    def have_one_entity(self, other: "Sides") -> bool:
        """Whether something that is no type is surely told of both entities."""
        return any(kind != TYPE for kind, _ in self._only_of_entity & other._only_of_entity)

    def have_entity_of_one_name(self, other: "Sides") -> bool:
        """The same of a word or a place: a type and a number every town has."""
        return any(kind in {"word", "place"} for kind, _ in self._only_of_entity & other._only_of_entity)

    def surely_agree(self, other: "Sides") -> bool:
        """Whether the two tell the same in the same turn, or something that is no type on the same side."""
        if self.order == other.order:
            return True
        shared = (self._only_own & other._only_own) | (self._only_of_entity & other._only_of_entity)
        return any(kind != TYPE for kind, _ in shared)

    @cached_property
    def _only_own(self) -> frozenset[Told]:
        return self.own - self.of_entity

    @cached_property
    def _only_of_entity(self) -> frozenset[Told]:
        return self.of_entity - self.own


NO_SIDES = Sides()


def sides_of(name: str, site: re.Pattern[str], told: Callable[[str], frozenset[Told]]) -> Sides:
    """The sides of a folded name in which `site` is found; `told` says what a piece of it tells."""
    before, after = (piece.strip(" ,;()-") for piece in site.split(name, maxsplit=1))
    order = tuple(WORDS.findall(name))
    own, start = told(before), form_start(after)
    if own and start == 0:
        of_entity, of_site = _before_settlement(after)
        return Sides(own | told(of_site), told(of_entity), order)
    if own and start is None and form_start(before) == 0 and _are_places(told(after)):
        return Sides(told(after), own, order)
    if own or start is None:
        return Sides(order=order)
    if start > 0:
        return Sides(told(after[:start]), told(after[start:]), order)
    return _behind(after, told, order)


def _behind(text: str, told: Callable[[str], frozenset[Told]], order: tuple[str, ...]) -> Sides:
    """«филиал МБОУ «Тихая СОШ № 3» в селе Ясное», «филиал МБОУ Тихая СОШ Ясная НОШ»: the entity comes first."""
    of_entity, of_site = _before_settlement(text)
    if of_site:
        return Sides(told(of_site), told(of_entity), order)
    spans = type_spans(text)
    if not spans:
        return Sides(order=order)
    if len(spans) == 1:
        return Sides(frozenset(), told(text[: spans[0][1]]), order)
    (_, first), (second, _) = spans[:2]
    between = frozenset(one for one in told(text[first:second]) if one[0] != "word")  # a word may be of either
    return Sides(told(text[second:]), told(text[:first]) | between, order)


def _before_settlement(text: str) -> tuple[str, str]:
    """What stands before «в селе Ясное», and that, which is of the site."""
    match = _in_settlement().search(text)
    return (text[: match.start()], text[match.start() :]) if match else (text, "")


def _are_places(told: Collection[Told]) -> bool:
    return bool(told) and all(kind == "place" for kind, _ in told)


@lru_cache
def _in_settlement() -> re.Pattern[str]:
    spellings = sorted((one for some in name_words()["settlements"].values() for one in some), key=len, reverse=True)
    return re.compile(rf"(?<![\w-])в (?=(?:{'|'.join(map(re.escape, spellings))}) ?[а-я])")
