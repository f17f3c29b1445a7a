"""Catalogues that are data: systems, roles, services, types of organisation, regions.

A cell is looked up as it stands, then without the code that some programs write before a value («1) СОШ»).
Those of schemas.catalogue_rows hold the region's own rows too (VITRINA_HOME/catalogues).
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fnmatch import fnmatchcase
from functools import lru_cache
from pathlib import PurePosixPath
from typing import Any

from foundation.settings import per_home
from foundation.text import as_whole_words, fold
from schemas.catalogue_file import Catalogue, read_mapping, rows
from schemas.catalogue_rows import MUNICIPALITIES, ORGANISATION_TYPES, ROLES, SERVICES, SYSTEMS, UNITS
from schemas.coded import read_with_code


@dataclass(frozen=True)
class Entry:
    """A catalogue row: its code, its Russian title, long and short, and every folded spelling that means it."""

    code: str
    title: str
    short_title: str
    spellings: frozenset[str]
    titles_exports: bool = False
    """Whether a title line that names it says which system a whole export is of."""


@dataclass(frozen=True)
class OrganisationType:
    """A type of organisation and what it means for denominators (contracts.md, settled question 22)."""

    title: str
    is_general_education: bool
    has_basic_general: bool
    network_group: str
    """The line of the table «Сеть образовательных учреждений» where it is counted."""
    spellings: frozenset[str]
    """Folded; in a column of types and in names."""
    declared: frozenset[str] = frozenset()
    """Folded; in a column of types only."""
    not_in_names: frozenset[str] = frozenset()
    is_refined_by_name: bool = False


def _entries(catalogue: Catalogue) -> tuple[Entry, ...]:
    return tuple(
        Entry(
            row["code"],
            row["title"],
            row.get("short_title", row["title"]),
            frozenset(fold(text) for text in (row["title"], *row["spellings"])),
            row.get("titles_exports", False),
        )
        for row in rows(catalogue)
    )


@per_home
def systems() -> tuple[Entry, ...]:
    return _entries(SYSTEMS)


@per_home
def roles() -> tuple[Entry, ...]:
    return _entries(ROLES)


@per_home
def services() -> tuple[Entry, ...]:
    return _entries(SERVICES)


@per_home
def organisation_types() -> tuple[OrganisationType, ...]:
    return tuple(
        OrganisationType(
            row["title"],
            row["is_general_education"],
            row["has_basic_general"],
            row["network_group"],
            frozenset(map(fold, (row["title"], *row["spellings"]))),
            frozenset(map(fold, row.get("declared", ()))),
            frozenset(map(fold, row.get("not_in_names", ()))),
            row.get("is_refined_by_name", False),
        )
        for row in rows(ORGANISATION_TYPES)
    )


@per_home
def _by_spelling(catalogue: str) -> dict[str, str]:
    entries = {"systems": systems, "roles": roles, "services": services}[catalogue]()
    return {spelling: entry.code for entry in entries for spelling in entry.spellings}


@per_home
def _choices() -> dict[str, dict[str, str]]:
    lists: dict[str, dict[str, list[str]]] = read_mapping("choices.yaml")
    return {
        name: {fold(spelling): code for code, spellings in codes.items() for spelling in spellings}
        for name, codes in lists.items()
    }


@lru_cache
def cell_words(name: str) -> frozenset[str]:
    """The folded words of one list of cell_words.yaml."""
    return frozenset(fold(text) for text in read_mapping("cell_words.yaml")[name])


@lru_cache
def magnitudes() -> tuple[tuple[Decimal, str], ...]:
    """Powers of ten and the regular expression of the words that mean them, largest first."""
    return tuple((Decimal(row["factor"]), row["word"]) for row in read_mapping("magnitudes.yaml"))


def choices() -> tuple[str, ...]:
    """The closed lists of choices.yaml; the rule of a broken one is `<list>_known` in schemas/rules.py."""
    return tuple(_choices())


def choice_of(name: str, text: str) -> str | None:
    """The code that a spelling means in a closed list of choices.yaml; None when it is not in the list."""
    spelled = _choices()[name]
    return read_with_code(text, lambda bare: spelled.get(fold(bare)))


def code_of(catalogue: str, text: str) -> str | None:
    """The code that a free spelling means in `systems`, `roles` or `services`; None when it is in no row."""
    spelled = _by_spelling(catalogue)
    return read_with_code(text, lambda bare: spelled.get(fold(bare)))


@per_home
def organisation_type_of(text: str) -> OrganisationType | None:
    """The type of organisation a cell names, by full name or abbreviation, singular or plural."""
    spelled = {spelling: one for one in organisation_types() for spelling in one.spellings | one.declared}
    return read_with_code(text, lambda bare: spelled.get(fold(bare)))


def finer_type(title: str, names: Iterable[str | None]) -> str:
    """The type that names say where the declared one is general; the declared one when they say none or several."""
    if title not in _refined_by_name():
        return title
    said: set[str] = set()
    for name in names:
        rest = fold(name or "")
        for pattern, finer in _types_in_names():
            if pattern.search(rest):
                said.add(finer)
                rest = pattern.sub(" ", rest)
    return said.pop() if len(said) == 1 else title


@per_home
def _refined_by_name() -> frozenset[str]:
    return frozenset(one.title for one in organisation_types() if one.is_refined_by_name)


@per_home
def _types_in_names() -> tuple[tuple[re.Pattern[str], str], ...]:
    """Spellings of the types of general education, the longest first: «основная школа» is no «школа»."""
    spelled = (
        (spelling, one.title)
        for one in organisation_types()
        if one.is_general_education and not one.is_refined_by_name
        for spelling in one.spellings - one.not_in_names
    )
    return tuple((as_whole_words(text), title) for text, title in sorted(spelled, key=lambda pair: -len(pair[0])))


@per_home
def units() -> dict[str, tuple[str, Decimal]]:
    """Folded spellings of units, each with the passports' unit and how many of those it is («тыс. руб.»: 1000 руб.)."""
    return {fold(text): (row["unit"], Decimal(row["factor"])) for row in rows(UNITS) for text in row["spellings"]}


def unit_title(text: str) -> str:
    """A unit of deliveries by one name («штук» is «шт.»); a multiple, or one not in the catalogue, as it is, folded."""
    title, factor = units().get(fold(text), (fold(text), Decimal(1)))
    return title if factor == 1 else fold(text)


def unit_factor(text: str) -> Decimal:
    """What one of a unit is in the unit of the passports; 1 of a unit the catalogue does not name."""
    return units().get(fold(text), ("", Decimal(1)))[1]


@per_home
def municipality_spellings() -> dict[str, str]:
    """Folded spellings that no rule relates to the municipality («ЗГМО»), each with the municipality's name."""
    return {fold(text): row["name"] for row in rows(MUNICIPALITIES) for text in row["spellings"]}


@lru_cache
def _service_patterns() -> tuple[str, ...]:
    return tuple(row["pattern"].lower() for row in read_mapping("service_files.yaml"))


def is_service_file(name: str) -> bool:
    """Whether a file, named alone or with its folders, is what a program left beside the files people send."""
    parts = PurePosixPath(name.replace("\\", "/").lower()).parts
    return any(fnmatchcase(part, pattern) for part in parts for pattern in _service_patterns())


@lru_cache
def territory_words() -> dict[str, str]:
    """Words of a municipality's legal form, each with the level it says: «город», «район», «округ» or none."""
    lists = read_mapping("territory_words.yaml")["words"]
    return {word: level for level, words in lists.items() for word in words}


@lru_cache
def territory_words_with_marks() -> dict[str, str]:
    """Abbreviations of those words that are written with marks («р-н»), each with the word it stands for."""
    abbreviations = read_mapping("territory_words.yaml")["abbreviations"]
    return {short: word for word, shorts in abbreviations.items() for short in shorts}


@lru_cache
def territory_abbreviations() -> tuple[tuple[re.Pattern[str], str], ...]:
    """The same as patterns of whole words."""
    return tuple((as_whole_words(short), word) for short, word in territory_words_with_marks().items())


@lru_cache
def name_words() -> dict[str, Any]:
    """Words of which names of organisations are made (name_words.yaml)."""
    words: dict[str, Any] = read_mapping("name_words.yaml")
    return words
