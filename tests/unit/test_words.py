"""Words of the field, each with one meaning (docs/glossary.md), in the names that code gives to things."""

import ast
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ROOMS_OF_CANDIDATES = {"match", "steward", "report"}
"""Where a candidate is what the glossary says: an organisation, or a place, that a name may mean."""
NAMES_OF_THEIR_OWN = re.compile(
    r"\b(?:\w+_)?(?:person|organisation|file|code|entity)_number\b|\bcumulation\b|\baccumulated\b|\bcandidate\b"
)
SEQUENCE = "bulk.file_number"
"""Stands in the build files of every home, under the name that it was made with."""


def names(path: Path) -> Iterator[str]:
    """Every name that a module defines or uses."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.alias):
            yield node.name
        elif isinstance(node, ast.Name):
            yield node.id
        elif isinstance(node, ast.arg):
            yield node.arg
        elif isinstance(node, ast.Attribute):
            yield node.attr


def test_a_candidate_is_one_thing() -> None:
    """Guards against a second meaning of the word a steward sees: rows that were read, plans, delimiters."""
    rooms = {
        path.relative_to(ROOT / "ingestion").parts[0]
        for path in (ROOT / "ingestion").rglob("*.py")
        if any("candidate" in name.lower() for name in names(path))
    }
    assert rooms == ROOMS_OF_CANDIDATES


def test_a_class_of_ingestion_has_a_name_of_its_own() -> None:
    """Guards against two classes `Reading`, one of a cell and one of a file, in modules that use both."""
    modules = [ast.parse(path.read_text(encoding="utf-8")) for path in (ROOT / "ingestion").rglob("*.py")]
    classes = Counter(node.name for tree in modules for node in tree.body if isinstance(node, ast.ClassDef))
    assert {name for name, count in classes.items() if count > 1} == set()


def test_models_use_the_words_of_the_field() -> None:
    """Guards against a surrogate key called a number and a second word for what is cumulative."""
    sql = [*(ROOT / "dbt_project").rglob("*.sql"), *(ROOT / "ingestion" / "store").glob("*.py")]
    found = {
        f"{path.name}: {word}"
        for path in sql
        for word in NAMES_OF_THEIR_OWN.findall(path.read_text(encoding="utf-8").replace(SEQUENCE, ""))
    }
    assert found == set()
