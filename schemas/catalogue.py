"""Catalogues that are data: systems, roles, services, types of organisation, regions.

Those of schemas.catalogue_rows hold the region's own rows too (VITRINA_HOME/catalogues).
"""

import csv
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import yaml

from schemas.catalogue_rows import CATALOGUES, project_rows, rows
from schemas.settings import per_home
from schemas.text import fold


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


@dataclass(frozen=True)
class Region:
    """A subject of the federation: ISO code, name, and the first two digits of its organisations' ИНН."""

    code: str
    name: str
    spellings: frozenset[str]
    tax_codes: frozenset[str]


def read_yaml(name: str) -> list[dict[str, Any]]:
    """The project's own rows of one YAML catalogue."""
    return [dict(row) for row in project_rows(name)]


def read_csv(name: str) -> list[dict[str, str]]:
    """The rows of one CSV catalogue of the project."""
    with (CATALOGUES / name).open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def _entries(name: str) -> tuple[Entry, ...]:
    return tuple(
        Entry(
            row["code"],
            row["title"],
            row.get("short_title", row["title"]),
            frozenset(fold(text) for text in (row["title"], *row["spellings"])),
            row.get("titles_exports", False),
        )
        for row in rows(name)
    )


@per_home
def systems() -> tuple[Entry, ...]:
    return _entries("systems.yaml")


@per_home
def roles() -> tuple[Entry, ...]:
    return _entries("roles.yaml")


@per_home
def services() -> tuple[Entry, ...]:
    return _entries("services.yaml")


@per_home
def organisation_types() -> tuple[OrganisationType, ...]:
    return tuple(
        OrganisationType(
            row["title"],
            row["is_general_education"],
            row["has_basic_general"],
            row["network_group"],
            frozenset(fold(text) for text in (row["title"], *row["spellings"])),
        )
        for row in rows("organisation_types.yaml")
    )


@per_home
def regions() -> tuple[Region, ...]:
    return tuple(
        Region(
            row["region_code"],
            row["name"],
            frozenset(fold(text) for text in (row["name"], *row["spellings"].split(";")) if text.strip()),
            frozenset(code.strip() for code in row["tax_code"].split(";") if code.strip()),
        )
        for row in read_csv("regions.csv")
    )


@per_home
def _by_spelling(catalogue: str) -> dict[str, str]:
    entries = {"systems": systems, "roles": roles, "services": services}[catalogue]()
    return {spelling: entry.code for entry in entries for spelling in entry.spellings}


@per_home
def _choices() -> dict[str, dict[str, str]]:
    text = (CATALOGUES / "choices.yaml").read_text(encoding="utf-8")
    lists: dict[str, dict[str, list[str]]] = yaml.safe_load(text)
    return {
        name: {fold(spelling): code for code, spellings in codes.items() for spelling in spellings}
        for name, codes in lists.items()
    }


def choice_of(name: str, text: str) -> str | None:
    """The code that a spelling means in a closed list of choices.yaml; None when it is not in the list."""
    return _choices()[name].get(fold(text))


def code_of(catalogue: str, text: str) -> str | None:
    """The code that a free spelling means in `systems`, `roles` or `services`; None when it is in no row."""
    return _by_spelling(catalogue).get(fold(text))


@per_home
def organisation_type_of(text: str) -> OrganisationType | None:
    """The type of organisation a cell names, by full name or abbreviation."""
    folded = fold(text)
    return next((entry for entry in organisation_types() if folded in entry.spellings), None)


@per_home
def region_of(text: str) -> Region | None:
    """The subject of the federation a cell names; None when it is not one of the catalogue."""
    folded = fold(text)
    return next((entry for entry in regions() if folded in entry.spellings), None)


@per_home
def units() -> dict[str, tuple[str, Decimal]]:
    """Folded spellings of units, each with the passports' unit and how many of those it is («тыс. руб.»: 1000 руб.)."""
    return {
        fold(text): (row["unit"], Decimal(row["factor"])) for row in rows("units.yaml") for text in row["spellings"]
    }


def unit_factor(text: str) -> Decimal:
    """What one of a unit is in the unit of the passports; 1 of a unit the catalogue does not name."""
    return units().get(fold(text), ("", Decimal(1)))[1]


@per_home
def municipality_spellings() -> dict[str, str]:
    """Folded spellings that no rule relates to the municipality («ЗГМО»), each with the municipality's name."""
    return {fold(text): row["name"] for row in rows("municipalities.yaml") for text in row["spellings"]}
