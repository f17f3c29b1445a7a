"""The models stay portable (design.md section 4): what only one database understands lives in one macro file."""

import re
from pathlib import Path

import pytest

MODELS = Path(__file__).resolve().parents[2] / "dbt_project" / "models"
FORBIDDEN = {
    "QUALIFY": r"\bqualify\b",
    "EXCLUDE": r"\bexclude\s*\(",
    "strftime": r"\bstrftime\s*\(",
    "regexp_replace": r"\bregexp_replace\s*\(",
    "unnest": r"\bunnest\s*\(",
    "arg_max": r"\barg_(?:max|min)\s*\(",
    "cast as varchar": r"as varchar\b",
    "a double-colon cast": r"::\w",
    "a list literal": r"(?<![\w\])])\[\s*'",
    "a quoted Cyrillic column": r'"[^"]*[А-Яа-я][^"]*"',
}


def sql_of(path: Path) -> str:
    """A model without comments and without Jinja, whose Python lists are no SQL."""
    text = re.sub(r"--[^\n]*", "", path.read_text(encoding="utf-8"))
    return re.sub(r"{[{%#].*?[}%#]}", "", text, flags=re.DOTALL).lower()


@pytest.mark.parametrize("path", sorted(MODELS.rglob("*.sql")), ids=lambda path: path.stem)
def test_model_uses_nothing_of_one_database(path: Path) -> None:
    """Guards against a model that builds on DuckDB tonight and on nothing else later."""
    sql = sql_of(path)
    assert [name for name, pattern in FORBIDDEN.items() if re.search(pattern, sql, re.IGNORECASE)] == []


@pytest.mark.parametrize("path", sorted((MODELS / "marts").glob("*.sql")), ids=lambda path: path.stem)
def test_mart_lists_its_columns(path: Path) -> None:
    """Guards against `select *` in a final mart, whose columns then change with its sources."""
    final = sql_of(path).rsplit("\nselect", 1)[-1]
    assert "*" not in final.split("from", 1)[0]


@pytest.mark.parametrize("path", sorted(MODELS.rglob("*.sql")), ids=lambda path: path.stem)
def test_model_begins_with_its_grain(path: Path) -> None:
    """Guards against a model whose rows the next engineer has to guess."""
    assert path.read_text(encoding="utf-8").startswith("-- Grain:")
