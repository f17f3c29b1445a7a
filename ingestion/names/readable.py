"""Names in readable form, for whoever compares them by eye or by likeness (name_parts.py takes them apart)."""

import re
from functools import lru_cache

from foundation.text import fold, plain, unify_look_alikes
from ingestion.names.places import municipality_name

__all__ = ["NO_TYPE", "SCHOOL_TYPES", "municipality_name", "readable_name"]

JOINED = re.compile(r"(?<=[а-яё])(?=[А-ЯЁ]{2,})")
LEGAL_FORM = re.compile(
    r"\b(?:муниципальн|государственн|федеральн|краев|областн|частн|негосударственн)\w* (?:[а-я]+ ){0,5}?учреждени\w*"
    r"(?: дополнительного образования)?|"
    r"\b(?:м|г|фг|к|о|ч)?[бка]?(?:оу|доу|удо|у до|оу до|у)\b(?: до\b)?|\b(?:ано|ноу|чоу)(?: [дпв]о)?\b"
)
PREPOSITION = re.compile(r"^(?:во?|на|из) ")
SCHOOL_TYPES = frozenset(
    ("начальная школа", "ООШ", "СОШ", "гимназия", "лицей", "центр образования", "школа-интернат", "вечерняя школа",
     "кадетская школа", "коррекционная школа")
)  # fmt: skip
NO_TYPE = frozenset({"школа", "интернат", "общеобразовательная школа", "коррекционные", "сш"})
"""Words too general to say a type inside a name."""


@lru_cache(maxsize=262144)
def readable_name(text: str) -> str:
    """A name folded, with lost spaces put back («АрсентьевскаяСОШ», «вМБОУ») and its legal form taken off."""
    spaced = JOINED.sub(" ", unify_look_alikes(plain(text))).replace("№", " № ")
    folded = PREPOSITION.sub("", fold(spaced))
    return plain(LEGAL_FORM.sub(" ", folded))
