"""Names of municipalities in comparable form: stem, level, and whether the name is a noun or an adjective.

The local authority may stand for its municipality («Управление образования Зиминского района»). What the words are is
data: schemas/catalogues/territory_words.yaml.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from foundation.settings import regional_home
from foundation.text import as_whole_words, fold, plain
from schemas.catalogue import municipality_spellings, territory_abbreviations, territory_words
from schemas.regions import regions
from schemas.territories import authority_words, formation_words, no_municipality_patterns

WORDS = re.compile(r"[а-яa-z0-9]+")
ADJECTIVE = re.compile(r"(?<=[сц]к)(?:ого|ому|ом|ий|ая|ое|им|ой)$")
NEUTER = re.compile(r"[сц]кое$")
NOMINATIVE = re.compile(r"[сц]кий$")
OTHER_ADJECTIVE = re.compile(r"(?:ый|ий|ой|ая|ое|ого|ому)$")
NOUN_ENDING = re.compile(r"(?:ого|ому|ый|ий|ой|ое|ая|ом|а|е|у|ы|и|ь|я)$")
REGION = re.compile(
    r"\b([а-я]+(?:-[а-я]+)*(?:ск(?:ой|ая|ого|ий|ом|ому)|ной|ная)) (?:област[а-я]+|обл|кра[йяею]|кр|респ[а-я]*)\b\.?"
)
REPUBLIC = re.compile(r"\b(?:республик[а-я]+|респ\.) ([а-я]+(?:-[а-я]+)*)")
CITY, DISTRICT, OKRUG = "город", "район", "округ"
CITY_AND_DISTRICT = "город и район"
"""Said to be both; it agrees with nothing but itself."""
FORMATION = "образование"
"""An adjective that is said to be a municipality and not which: a district, a town's, or a settlement."""
SHORT, CASE_ENDING = 3, 2
"""Letters of a word that is looked up whole, and how many more a longer one may have."""


@dataclass(frozen=True)
class MunicipalityName:
    """A municipality's name without case endings: its stem, whether it is said to be a city or a district.

    `is_adjective` tells «Енисейский», which is short for the district, from «Енисейск», the town in it. `region` is the
    stem of the region that the text names beside it.
    """

    stem: str
    level: str
    is_adjective: bool = False
    is_either: bool = False
    """Without a level it may be a town or a district: «Заречный»."""
    region: str = ""

    def agrees_with(self, other: "MunicipalityName") -> bool:
        """Whether the two name one municipality; without a level «Енисейский» is a district and «Енисейск» a town."""
        if self.stem != other.stem:
            return False
        if self.level and other.level:
            return self.level == other.level
        if not self.level and not other.level:
            return self.is_adjective == other.is_adjective
        return (self.level or other.level) in (other if self.level else self)._levels_without_word

    def may_agree_with(self, other: "MunicipalityName") -> bool:
        """Whether nothing said of the two is different."""
        return self.stem == other.stem and (not self.level or not other.level or self.level == other.level)

    @property
    def _levels_without_word(self) -> Collection[str]:
        if self.is_either:
            return (CITY, DISTRICT)
        return (DISTRICT,) if self.is_adjective else (CITY,)

    @property
    def key(self) -> str:
        return f"{self.stem} {self.level}".strip()


@lru_cache(maxsize=65536)
def stem(word: str) -> str:
    """A place name without its case ending: «Енисейского» and «Енисейский» are one, «Коврова» and «Ковров» too."""
    cut = ADJECTIVE.sub("", word)
    return cut if cut != word else NOUN_ENDING.sub("", word)


def joined_stems(several: str) -> tuple[str, ...]:
    """Stems of a name of several words as one word: of «нижн новгород» «нижненовгород»."""
    first, *others = several.split(" ", 1)
    return tuple(f"{first}{vowel}{other}" for other in others for vowel in "ое")


def municipality_name(text: str) -> MunicipalityName:
    """Read a municipality's name in any case and with any of its legal words."""
    return _read(text, regional_home())


@lru_cache(maxsize=65536)
def _read(text: str, home: Path) -> MunicipalityName:
    """Read a name; what a region has added to the spellings is of its home."""
    folded = fold(municipality_spellings().get(fold(text), text))
    rest, region = _without_region(_spelled_out(folded))
    rest = _of_authority(rest) or rest
    if rest != folded:
        rest = fold(municipality_spellings().get(rest, rest))
    words, levels = WORDS.findall(rest), territory_words()
    own = [word for word in words if word not in levels] or words
    level = _level({levels[word] for word in words if word in levels})
    last = own[-1] if own else ""
    is_adjective = ADJECTIVE.search(last) is not None
    if not level and is_adjective and (NEUTER.search(last) or (_is_formation(rest) and not NOMINATIVE.search(last))):
        level = FORMATION  # «Ачинский м.о.» is an округ: «образование» is neuter
    is_either = not is_adjective and OTHER_ADJECTIVE.search(last) is not None
    return MunicipalityName(" ".join(map(stem, own)), level, is_adjective, is_either, region)


def names_no_municipality(text: str) -> bool:
    """Whether a text in the place of a municipality names none: «региональное подчинение», a region's ministry."""
    folded = fold(text)
    if any(pattern.match(folded) for pattern in no_municipality_patterns()):
        return True
    rest, region = _without_region(_spelled_out(folded))
    return bool(region) and _is_authority(rest) and _of_authority(rest) is None


@lru_cache(maxsize=512)
def region_stems(code: str) -> frozenset[str]:
    """Stems of the words of a region's name («тверск»), for the places of names that mention it."""
    name = next((region.name for region in regions() if region.code == code), code)
    return frozenset(stem(word) for word in WORDS.findall(fold(name)) if len(word) > 3)


def _spelled_out(folded: str) -> str:
    for pattern, word in territory_abbreviations():
        folded = pattern.sub(word, folded)
    return folded


def _without_region(text: str) -> tuple[str, str]:
    """The rest of a text and the stem of the region that it names («… Тверской области»), when one is left over."""
    for pattern in (REGION, REPUBLIC):
        if match := pattern.search(text):
            rest = plain(f"{text[: match.start()]} {text[match.end() :]}").strip(" ,.()")
            if rest:
                return rest, stem(match[1])
    return text, ""


def _is_authority(text: str) -> bool:
    heads, _ = authority_words()
    return any(_begins(word, heads) for word in WORDS.findall(text))


def _of_authority(text: str) -> str | None:
    """What an authority's name says of its municipality («города Мнимска»); None when it is none, or says nothing."""
    if not _is_authority(text):
        return None
    heads, words = authority_words()
    kept = [word for word in WORDS.findall(text) if not _begins(word, heads) and not _begins(word, words)]
    if all(word in territory_words() for word in kept):
        return None
    return " ".join([*kept, "мо"] if _is_formation(text) else kept)


def _begins(word: str, beginnings: Collection[str]) -> bool:
    """Whether a word is one of these in some case; of a short one a longer word is another word."""
    return any(
        word == one or (len(one) > SHORT and word.startswith(one) and len(word) - len(one) <= CASE_ENDING)
        for one in beginnings
    )


def _level(said: Collection[str]) -> str:
    if CITY in said:
        return CITY_AND_DISTRICT if DISTRICT in said else CITY
    return DISTRICT if DISTRICT in said or OKRUG in said else ""


def _is_formation(text: str) -> bool:
    return any(as_whole_words(one).search(text) for one in formation_words())
