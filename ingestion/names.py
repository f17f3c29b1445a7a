"""Names of organisations and municipalities in comparable form (domain.md 1c, rules of matching)."""

import re
from dataclasses import dataclass
from functools import lru_cache

from ingestion.place_names import WORDS, MunicipalityName, municipality_name, stem
from schemas.catalogue import organisation_types
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
__all__ = ["NameKey", "municipality_name", "name_key", "readable_name"]

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
            return rest, MunicipalityName(stem(match[1]), level, level == "район")
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


def sender_key(sender: str) -> str:
    """The form in which senders are compared."""
    return fold(sender)
