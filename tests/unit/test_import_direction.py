"""The direction of imports (design.md section 2), read from the syntax tree: nothing has to be importable."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ALLOWED = {
    "schemas": set(),
    "ingestion": {"schemas"},
    "publishing": {"schemas"},
    "bi": {"schemas"},
    "orchestration": {"schemas", "ingestion", "publishing", "bi"},
    "cli": {"schemas", "ingestion", "publishing", "bi", "orchestration"},
}


def imported_packages(source: str) -> set[str]:
    """Top-level packages of every import, also of those inside functions."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            found.add(node.module.split(".")[0])
    return found


@pytest.mark.parametrize("package", sorted(ALLOWED))
def test_package_imports_only_what_stands_to_its_right(package: str) -> None:
    """Guards against a lazy import inside a function that turns the layers into a knot."""
    files = sorted(path for path in (ROOT / package).rglob("*.py") if ".venv" not in path.parts)
    assert files, f"package {package} has no modules"
    wrong = {
        str(path.relative_to(ROOT)): forbidden
        for path in files
        if (
            forbidden := imported_packages(path.read_text(encoding="utf-8"))
            & (set(ALLOWED) - ALLOWED[package] - {package})
        )
    }
    assert wrong == {}


def test_an_import_inside_a_function_is_seen() -> None:
    """Guards against a checker that looks at the module's head only and passes everything else."""
    assert imported_packages("def f():\n    from cli.main import run\n    import ingestion.load\n") == {
        "cli",
        "ingestion",
    }
