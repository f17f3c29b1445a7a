"""docs/architecture.md against the tree: a page of names that are gone misleads more than none."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
NAMED = re.compile(r"`([a-z_]+(?:/[a-z_]+)*(?:/|\.py|\.sql))`")


def missing(text: str) -> list[str]:
    """Modules, models and folders that a text names and the tree does not have."""
    return [name for name in NAMED.findall(text) if not (ROOT / name).exists()]


def test_every_module_it_names_exists() -> None:
    """Guards against a walk through modules that were renamed, and against a pattern that finds none."""
    assert len(NAMED.findall(PAGE)) > 40
    assert missing(PAGE) == []


def test_a_module_that_is_gone_is_found() -> None:
    """Guards against a check that passes everything."""
    assert missing("`ingestion/pipeline.py` calls `ingestion/gone.py` of `gone/`") == ["ingestion/gone.py", "gone/"]


def test_every_package_has_its_row() -> None:
    """Guards against a package that the page does not know."""
    packages = {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"benchmarks", "samples", "tests"}
    assert sorted(packages - set(re.findall(r"^\| `(\w+)/`", PAGE, re.MULTILINE))) == []
