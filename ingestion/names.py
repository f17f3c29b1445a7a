"""Names of organisations and municipalities in comparable form (domain.md 1c, rules of matching)."""

import re
from dataclasses import dataclass
from functools import lru_cache

from schemas.catalogue import municipality_spellings, organisation_types
from schemas.text import as_whole_words, fold, plain, unify_look_alikes

JOINED = re.compile(r"(?<=[а-яё])(?=[А-ЯЁ]{2,})")
LEGAL_FORM = re.compile(
    r"\b(?:муниципальн|государственн|федеральн|краев|областн|частн|негосударственн)\w* (?:[а-я]+ ){0,5}?учреждени\w*"
    r"(?: дополнительного образования)?|"
    r"\b(?:м|г|фг|к|о|ч)?[бка]?(?:оу|доу|удо|у до|оу до|у)\b(?: до\b)?|\b(?:ано|ноу|чоу)(?: [дпв]о)?\b"
)
PREPOSITION = re.compile(r"^(?:во?|на|из) ")
NUMBER = re.compile(r"(?:№|n[o0]?\.?) ?(\d+)|\b(\d+)\b")
CITY = re.compile(r"\b(?:г(?:ор)?(?:\. ?| )|город[а-я]* )([а-я]+(?:-[а-я]+)*)")
"""«г. Коврова», «г Ковров», «города Коврова»; a word that merely begins with «г» is no city."""
DISTRICT = re.compile(r"\b([а-я]+(?:-[а-я]+)*) (?:муниципальн[а-я]+ )?(?:район|округ)[а-я]*")
WORDS = re.compile(r"[а-яa-z0-9]+")
ENDINGS = re.compile(r"(?:ского|скому|ском|ский|ская|ское|ского|ским)$")
NOUN_ENDING = re.compile(r"(?:ого|ому|ый|ий|ой|ое|ая|ом|а|е|у|ы|и|ь|я)$")
TERRITORY_WORDS = frozenset(
    [
        "г",
        "гор",
        "город",
        "города",
        "городе",
        "городу",
        "городской",
        "городского",
        "городское",
        "муниципальный",
        "муниципального",
        "муниципальное",
        "муниципальном",
        "район",
        "района",
        "районе",
        "районный",
        "округ",
        "округа",
        "округе",
        "образование",
        "образования",
        "образовании",
        "го",
        "мо",
        "мр",
    ]
)
SCHOOL_TYPES = frozenset(
    ("начальная школа", "ООШ", "СОШ", "гимназия", "лицей", "центр образования", "школа-интернат", "вечерняя школа",
     "кадетская школа", "коррекционная школа")
)  # fmt: skip
NO_TYPE = frozenset({"школа", "интернат", "общеобразовательная школа", "коррекционные", "сш"})
"""Words too general to say a type inside a name."""


@dataclass(frozen=True)
class NameKey:
    """What makes an organisation's name comparable: type, number, and the remaining words."""

    type: str
    number: str
    root: tuple[str, ...]


@dataclass(frozen=True)
class MunicipalityName:
    """A municipality's name without case endings: its stem, and whether it is said to be a city or a district."""

    stem: str
    level: str

    def agrees_with(self, other: "MunicipalityName") -> bool:
        return self.stem == other.stem and (not self.level or not other.level or self.level == other.level)

    @property
    def key(self) -> str:
        return f"{self.stem} {self.level}".strip()


def stem(word: str) -> str:
    """A place name without its case ending: «Енисейского» and «Енисейский» are one, «Коврова» and «Ковров» too."""
    cut = ENDINGS.sub("ск", word)
    return cut if cut != word else NOUN_ENDING.sub("", word)


@lru_cache(maxsize=65536)
def municipality_name(text: str) -> MunicipalityName:
    """Read a municipality's name in any case and with any of its legal words."""
    folded = fold(municipality_spellings().get(fold(text), text))
    words = WORDS.findall(folded)
    stems = [stem(word) for word in words if word not in TERRITORY_WORDS] or [stem(word) for word in words]
    is_city = any(word in {"г", "гор"} or word.startswith("город") for word in words)
    is_district = any(word.startswith(("район", "округ")) or word == "мр" for word in words)
    return MunicipalityName(" ".join(stems), "город" if is_city else "район" if is_district else "")


@lru_cache
def _type_patterns() -> tuple[tuple[re.Pattern[str], str], ...]:
    """Spellings of school types as whole words, the longest first."""
    spelled = sorted(
        (
            (spelling, entry.title)
            for entry in organisation_types()
            if entry.title in SCHOOL_TYPES
            for spelling in entry.spellings - NO_TYPE
        ),
        key=lambda pair: -len(pair[0]),
    )
    return tuple((as_whole_words(text), title) for text, title in spelled)


@lru_cache(maxsize=262144)
def readable_name(text: str) -> str:
    """A name folded, with lost spaces put back («АрсентьевскаяСОШ», «вМБОУ») and its legal form taken off."""
    spaced = JOINED.sub(" ", unify_look_alikes(plain(text))).replace("№", " № ")
    folded = PREPOSITION.sub("", fold(spaced))
    return plain(LEGAL_FORM.sub(" ", folded))


def place_in(name: str) -> tuple[str, MunicipalityName | None]:
    """Take «г. Коврова» or «Енисейского района» out of a readable name; the rest, and the place if there was one."""
    for pattern, level in ((CITY, "город"), (DISTRICT, "район")):
        match = pattern.search(name)
        if match is not None and stem(match[1]):
            rest = plain(f"{name[: match.start()]} {name[match.end() :]}")
            return rest, MunicipalityName(stem(match[1]), level)
    return name, None


@lru_cache(maxsize=262144)
def name_key(text: str) -> tuple[NameKey, MunicipalityName | None]:
    """The comparable form of a name, and the municipality that the name itself mentions."""
    rest, place = place_in(readable_name(text))
    kind = ""
    for pattern, title in _type_patterns():
        if pattern.search(rest):
            kind, rest = title, plain(pattern.sub(" ", rest))
            break
    number = ""
    if match := NUMBER.search(rest):
        number = (match[1] or match[2]).lstrip("0")
        rest = plain(f"{rest[: match.start()]} {rest[match.end() :]}")
    return NameKey(kind, number, tuple(sorted(WORDS.findall(rest)))), place
