"""Names of municipalities in comparable form: stem, level, and whether the name is a noun or an adjective."""

import re
from dataclasses import dataclass
from functools import lru_cache

from schemas.catalogue import municipality_spellings, territory_abbreviations, territory_words
from schemas.text import fold

WORDS = re.compile(r"[а-яa-z0-9]+")
ADJECTIVE = re.compile(r"(?:ского|скому|ском|ский|ская|ское|ским|ской)$")
NOUN_ENDING = re.compile(r"(?:ого|ому|ый|ий|ой|ое|ая|ом|а|е|у|ы|и|ь|я)$")


@dataclass(frozen=True)
class MunicipalityName:
    """A municipality's name without case endings: its stem, whether it is said to be a city or a district.

    `is_adjective` tells «Енисейский», which is short for the district, from «Енисейск», the town in it.
    """

    stem: str
    level: str
    is_adjective: bool = False

    def agrees_with(self, other: "MunicipalityName") -> bool:
        """Whether the two may name one municipality; without a level on both sides only in one form of the word."""
        if self.stem != other.stem:
            return False
        if self.level and other.level:
            return self.level == other.level
        return self.is_adjective == other.is_adjective

    @property
    def key(self) -> str:
        return f"{self.stem} {self.level}".strip()


def stem(word: str) -> str:
    """A place name without its case ending: «Енисейского» and «Енисейский» are one, «Коврова» and «Ковров» too."""
    cut = ADJECTIVE.sub("ск", word)
    return cut if cut != word else NOUN_ENDING.sub("", word)


@lru_cache(maxsize=65536)
def municipality_name(text: str) -> MunicipalityName:
    """Read a municipality's name in any case and with any of its legal words."""
    folded = fold(municipality_spellings().get(fold(text), text))
    for pattern, word in territory_abbreviations():
        folded = pattern.sub(word, folded)
    words, levels = WORDS.findall(folded), territory_words()
    own = [word for word in words if word not in levels] or words
    said = {levels.get(word, "") for word in words} - {""}
    level = "город" if "город" in said else "район" if said else ""
    return MunicipalityName(" ".join(map(stem, own)), level, all(ADJECTIVE.search(word) for word in own))
