"""The registry by the parts of its names: who has a word, a number, a place, or another word of one place."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property

from ingestion.names.kinship import kin_of_adjective, kin_of_place, settlement_stem
from ingestion.names.parts import NameParts
from ingestion.names.places import MunicipalityName, joined_stems, stem

Part = tuple[str, object]
WORDS_KEPT = 65536
"""Words of rows whose organisations are remembered at a time."""


@dataclass
class NameIndex:
    """Identifiers of organisations by parts of their names."""

    _by_part: dict[Part, set[str]] = field(default_factory=lambda: defaultdict(set))
    _with_word: dict[str, set[str]] = field(default_factory=dict)
    _kin_of_word: dict[str, set[str]] = field(default_factory=dict)

    def add(self, identifier: str, names: Iterable[NameParts], home: MunicipalityName) -> None:
        """Take in the names of an organisation and the municipality where it stands."""
        self._with_word.clear()
        self._kin_of_word.clear()
        for parts in names:
            for part in (*_exact_parts(parts), *_other_parts(parts), *_kin(parts)):
                self._by_part[part].add(identifier)
        if home.level == "город":  # whose name may stand in a row's name and says nothing there
            for one in {home.stem, *home.stem.split(), *joined_stems(home.stem)}:
                self._by_part[("home", one)].add(identifier)

    def named(self, parts: NameParts) -> set[str]:
        """Organisations that have every word and the number of a name; of one without these, its honoree or place.

        A word may stand for a place of the organisation's name, and a place for a word («Берёзовская», «с. Берёзовка»).
        """
        wanted = [self.having("number", parts.number)] if parts.number else []
        wanted += [self.with_word(word) for word in parts.root]
        if wanted:
            return set.intersection(*wanted)
        return self.kin(parts).union(*(self._by_part.get(part, set()) for part in _other_parts(parts)))

    def with_word(self, word: str) -> set[str]:
        """Organisations with a word in a name, or another of one place, or whose town it may be."""
        return _remembered(self._with_word, word, self._all_with_word)

    def _all_with_word(self, word: str) -> set[str]:
        return set().union(
            self.having("word", word),
            self.having("settlement", settlement_stem([word])),
            self.having("home", stem(word)),
            self._at_kin(kin_of_adjective(word), "place"),
            self._at_kin(kin_of_place(settlement_stem([word])), "word"),
        )

    def kin(self, parts: NameParts) -> set[str]:
        """Organisations whose names have a word made of a place of this one, or a place of which its words are made."""
        places = (
            self._at_kin(kin_of_place(place.stem), "word").union(
                *(self.having("noun", noun) for noun in {place.stem, settlement_stem([place.word])})
            )
            for place in parts.places
        )
        return set().union(*places, *(_remembered(self._kin_of_word, word, self._at_place_of) for word in parts.root))

    def _at_place_of(self, adjective: str) -> set[str]:
        return self._at_kin(kin_of_adjective(adjective), "place")

    def _at_kin(self, kin: Iterable[str], of: str) -> set[str]:
        return set().union(*(self.having(f"kin of {of}", one) for one in kin))

    def having(self, part: str, value: str) -> set[str]:
        """Organisations with this word, number, honoree or settlement in a name."""
        return self._by_part.get((part, value), set())

    def has_word(self, word: str) -> bool:
        """Whether any name of the registry has a word or a settlement of this stem."""
        return any((part, word) in self._by_part for part in ("word", "settlement", "noun"))

    @cached_property
    def words(self) -> list[str]:
        """Every word of the registry's names, of roots and of honorees, and the stems of their settlements."""
        return sorted({str(value) for part, value in self._by_part if part in {"word", "settlement", "honoree"}})


def _remembered(known: dict[str, set[str]], word: str, ask: Callable[[str], set[str]]) -> set[str]:
    if word not in known:
        if len(known) >= WORDS_KEPT:
            known.clear()
        known[word] = ask(word)
    return known[word]


def _exact_parts(parts: NameParts) -> list[Part]:
    """What must be the same on both sides: the words of a name, and its number where it has one."""
    numbers = {parts.number, *parts.numbers} - {""}
    return [*(("word", word) for word in parts.root), *(("number", number) for number in numbers)]


def _other_parts(parts: NameParts) -> list[Part]:
    settlements = (("settlement", place.stem) for place in parts.places if place.is_settlement)
    return [*(("honoree", word) for word in parts.honoree), *(("place", place) for place in parts.places), *settlements]


def _kin(parts: NameParts) -> list[Part]:
    of_words = (one for word in parts.root for one in kin_of_adjective(word))
    nouns = {settlement_stem([word]) for word in parts.root if not kin_of_adjective(word)}
    of_places = (one for place in {*nouns, *(place.stem for place in parts.places)} for one in kin_of_place(place))
    return [
        *(("kin of word", one) for one in of_words),
        *(("kin of place", one) for one in of_places),
        *(("noun", settlement_stem([word])) for word in parts.root),  # «СОШ Берёзовка», without a word for what it is
    ]
