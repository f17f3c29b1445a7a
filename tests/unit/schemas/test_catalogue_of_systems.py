"""The systems catalogue against the list of systems of the seed documents, and its own links."""

import re
from collections import Counter
from collections.abc import Mapping
from typing import Any

import pytest

from foundation.text import fold
from schemas.catalogue import code_of, systems
from schemas.catalogue_file import project_rows
from schemas.catalogue_rows import SYSTEMS
from schemas.reference import reference_tables

ENTRIES: Mapping[str, dict[str, Any]] = {row["code"]: row for row in project_rows(SYSTEMS)}
DOCUMENT_ROWS = range(1, 80)
"""The list of systems in the seed documents has 79 rows."""
ROLES = {"source", "measured_object", "mention", "umbrella"}
TEXTS = ("title", "short_title", "kind", "measures", "grain")


def test_every_system_of_the_documents_has_an_entry() -> None:
    """Guards against a system that a document names and no export can name."""
    claimed = {number for row in ENTRIES.values() for number in row["document_rows"]}
    assert claimed == set(DOCUMENT_ROWS)


def test_codes_are_unique_and_well_formed() -> None:
    """Guards against an entry that hides another, and a code that no passport may name."""
    codes = [row["code"] for row in project_rows(SYSTEMS)]
    assert [code for code, count in Counter(codes).items() if count > 1] == []
    assert [code for code in codes if not re.fullmatch(r"[a-z][a-z0-9_]*", code)] == []


def test_a_spelling_means_one_system() -> None:
    """Guards against a cell that is read as one system or another by the order of the file."""
    counts = Counter(spelling for entry in systems() for spelling in entry.spellings)
    assert [spelling for spelling, count in counts.items() if count > 1] == []


def test_an_entry_spells_a_name_once() -> None:
    """Guards against spellings that differ only in case, quotes or spaces, which the reader levels anyway."""
    repeated = {
        code: [text for text, count in Counter(map(fold, row["spellings"])).items() if count > 1]
        for code, row in ENTRIES.items()
    }
    assert {code: texts for code, texts in repeated.items() if texts} == {}


def test_an_entry_is_described() -> None:
    """Guards against an entry without a word on what it is, and a role no reader knows."""
    assert [code for code, row in ENTRIES.items() if row["role"] not in ROLES] == []
    assert [(code, field) for code, row in ENTRIES.items() for field in TEXTS if not row[field].strip()] == []


def test_short_titles_fit_a_chart_and_differ() -> None:
    """Guards against two systems under one label, and a label that a chart cuts."""
    counts = Counter(row["short_title"] for row in ENTRIES.values())
    assert [title for title, count in counts.items() if count > 1 or len(title) >= 30] == []


@pytest.mark.parametrize("link", ["part_of", "predecessor", "successor"])
def test_links_name_entries_and_end(link: str) -> None:
    """Guards against a link into nothing, and a chain that never ends."""
    for code in ENTRIES:
        seen = [code]
        while following := ENTRIES[seen[-1]].get(link):
            assert following in ENTRIES, f"{seen[-1]}: {link} {following}"
            assert following not in seen, f"{link}: {' -> '.join([*seen, following])}"
            seen.append(following)


def test_predecessor_and_successor_mirror_each_other() -> None:
    """Guards against a series that is joined when read from one end only."""
    forward = {(code, row["successor"]) for code, row in ENTRIES.items() if row.get("successor")}
    backward = {(row["predecessor"], code) for code, row in ENTRIES.items() if row.get("predecessor")}
    assert forward == backward
    assert forward >= {("elzhur", "kiasuo"), ("sferum", "max")}


def test_no_entry_ends_before_it_begins() -> None:
    """Guards against swapped dates, and against Sferum that ends while people still move to MAX."""
    dated = [row for row in ENTRIES.values() if row.get("valid_from") and row.get("valid_to")]
    assert [row["code"] for row in dated if row["valid_from"] > row["valid_to"]] == []
    assert "valid_to" not in ENTRIES["sferum"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("АИС «Электронная школа»", "electronic_school"),
        ("Электронный дневник/журнал", "electronic_diary_journal"),
        ("ЭЖД", "electronic_diary_journal"),
        ("ЭЖД КИАСУО", "kiasuo"),
        ("Кванториум 33", "quantorium"),
        ("Мобильный детский технопарк «Кванториум»", "quantorium"),
        ("целевая модель ЦОС", "cos_target_model"),
        ("ЦОС", "cos_target_model"),
        ("ФИСП ЦОС", "fisp_cos"),
        ("сайт на Госвеб", "gosweb"),
        ("Официальный сайт", "official_site"),
        ("Биометрическая СКУД с термометрией", "biometric_skud"),
        ("ПМО СберКласс", "school_digital_platform"),
        ("портале «ПроеКТОрия»", "proektoria"),
    ],
)
def test_names_that_are_near_each_other_are_told_apart(text: str, code: str) -> None:
    """Guards against a new spelling that takes a name away from the entry which documents mean by it."""
    assert code_of("systems", text) == code


def test_a_successor_stands_in_after_what_the_passport_names() -> None:
    """Guards against a series that ends where КИАСУО replaces ЭлЖур, and against MAX losing its passport's mark."""
    rows = next(table for table in reference_tables() if table.name == "passport_component").rows
    parents = [row[6] for row in rows if row[:3] == ("parents_registered", 1, "numerator")]
    assert parents[:2] == ["my_school", "kiasuo"]
    assert "elzhur" in parents[2:]
    maximal = [row for row in rows if row[:3] == ("students_active_sferum", 1, "numerator") and row[6] == "max"]
    assert [(row[3], row[8]) for row in maximal] == [(2, True)]
