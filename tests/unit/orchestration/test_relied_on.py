"""What of Dagster and dbt we rely on beyond their promises: an upgrade that changes it is told in words."""

import ast
import inspect
from collections.abc import Iterator
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from types import FunctionType
from typing import Any

import pytest

from orchestration import dagster_internals, webserver
from orchestration.dbt import task
from orchestration.relied import Relied

ROOT = Path(__file__).resolve().parents[3]
PACKAGES = ("benchmarks", "bi", "cli", "foundation", "ingestion", "orchestration", "publishing", "samples", "schemas")
PRIVATE = (
    "dagster._", "dagster_dbt.", "dagster_postgres.", "dagster_shared", "dagster_graphql", "dagster_webserver",
    "dbt.", "dbt_common",
)  # fmt: skip
"""Beginnings of modules of which their makers promise nothing."""
PROMISED = ("dbt.cli.main", "dbt.artifacts")
"""What of them is promised: dbt's programmatic invocation, and the versioned schemas of what it writes."""
PLACES = {
    ROOT / "orchestration" / "dagster_internals.py": ("dagster._",),
    ROOT / "orchestration" / "dbt" / "task.py": ("dbt.", "dbt_common"),
    ROOT / "orchestration" / "webserver.py": ("dagster._core.workspace", "dagster_webserver"),
    # Imported only where the history is on a server; its functions are in RELIED_ON.
    ROOT / "orchestration" / "postgres_storage.py": ("dagster_postgres.utils",),
}
"""Where private modules may be imported, and which."""


def trouble(relied: Relied) -> str | None:
    """What an upgrade has done to something we rely on, and where to look; None when it is as it was."""
    where = f"{relied.module}.{relied.owner}.{relied.member}".replace("..", ".")
    advice = f"Нужно проверить: {relied.why}."
    try:
        module = import_module(relied.module)
    except ImportError:
        return f"{where}: модуля больше нет. {advice}"
    owner = getattr(module, relied.owner, None) if relied.owner else module
    if owner is None:
        return f"{where}: класса больше нет. {advice}"
    member = inspect.getattr_static(owner, relied.member, None)
    if member is None:
        return f"{where}: этого больше нет. {advice}"
    return _changed(relied, where, member, advice)


def _changed(relied: Relied, where: str, member: Any, advice: str) -> str | None:
    function = _function(member)
    if relied.parameters is None:
        return f"{where}: было свойством, теперь метод. {advice}" if isinstance(member, FunctionType) else None
    if function is None:
        return f"{where}: было методом, теперь нет. {advice}"
    found = tuple(name for name in inspect.signature(function).parameters if name not in {"self", "cls"})
    if set(found) != set(relied.parameters) or _ordered(function) != relied.parameters[: len(_ordered(function))]:
        return f"{where}: параметры были {relied.parameters}, теперь {found}. {advice}"
    if relied.source is not None and relied.source not in inspect.getsource(function):
        return f"{where}: внутри больше нет «{relied.source}». {advice}"
    return None


def _function(member: Any) -> Any:
    member = getattr(member, "__func__", member)
    return inspect.unwrap(member) if callable(member) else None


def _ordered(function: Any) -> tuple[str, ...]:
    """Parameters that may be given by their place."""
    kinds = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    every = inspect.signature(function).parameters.values()
    return tuple(one.name for one in every if one.kind in kinds and one.name not in {"self", "cls"})


def packages(relied: Relied) -> str:
    """The installed versions of what a member may come from."""
    names = ("dagster", "dagster-postgres") if relied.module.startswith("dagster") else ("dbt-core", "dbt-duckdb")
    return ", ".join(f"{name} {version(name)}" for name in names)


@pytest.mark.parametrize(
    "relied",
    [*dagster_internals.RELIED_ON, *task.RELIED_ON, *webserver.RELIED_ON],
    ids=lambda one: f"{one.owner}.{one.member}",
)
def test_libraries_are_as_we_rely_on(relied: Relied) -> None:
    """Guards against an upgrade after which our classes override nothing, or are called with what they do not take."""
    found = trouble(relied)
    assert found is None, f"{found} ({packages(relied)})"


class Changed:
    """What an upgrade may leave of a class."""

    def same(self, shard: str) -> str:
        return self.same(shard)

    def renamed(self, run: str) -> str:
        return run

    @property
    def was_method(self) -> str:
        return ""


@pytest.mark.parametrize(
    ("member", "parameters", "source", "said"),
    [
        ("same", ("shard",), "self.same(", None),
        ("gone", ("shard",), None, "этого больше нет"),
        ("renamed", ("shard",), None, "параметры были ('shard',), теперь ('run',)"),
        ("was_method", ("shard",), None, "было методом, теперь нет"),
        ("same", None, None, "было свойством, теперь метод"),
        ("same", ("shard",), "self._db_lock", "внутри больше нет «self._db_lock»"),
    ],
)
def test_each_kind_of_change_is_told(
    member: str, parameters: tuple[str, ...] | None, source: str | None, said: str | None
) -> None:
    """Guards against a comparison that finds nothing whatever changes."""
    found = trouble(Relied(__name__, "Changed", member, parameters, "event_log.py", source))
    assert (found is None) if said is None else (found is not None and said in found and "event_log.py" in found)


def test_a_module_or_class_that_is_gone_is_told() -> None:
    """Guards against a trace in place of the words."""
    assert "модуля больше нет" in str(trouble(Relied("dagster._gone", "Storage", "get", (), "x")))
    assert "класса больше нет" in str(trouble(Relied("dagster", "Gone", "get", (), "x")))


def private_imports() -> Iterator[tuple[Path, str]]:
    for path in (path for package in PACKAGES for path in (ROOT / package).rglob("*.py")):
        if ".venv" not in path.parts:
            yield from ((path, name) for name in imports_of(path.read_text(encoding="utf-8")))


def imports_of(source: str) -> set[str]:
    """Modules of Dagster and dbt that are private, of which anything is imported anywhere in a module."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            private = {f"{node.module}.{alias.name}" for alias in node.names if alias.name.startswith("_")}
            found |= private or {node.module}
    return {name for name in found if name.startswith(PRIVATE) and not name.startswith(PROMISED)}


def test_nobody_else_imports_what_is_private() -> None:
    """Guards against a second place an upgrade breaks."""
    everywhere = list(private_imports())
    assert {path for path, _ in everywhere} >= set(PLACES), "the search finds nothing"
    elsewhere = [(str(path), name) for path, name in everywhere if not name.startswith(PLACES.get(path, ()))]
    assert elsewhere == []


def test_private_imports_are_recognised() -> None:
    """Guards against a search that misses a way of writing it."""
    assert imports_of("import dagster._core.x as y") == {"dagster._core.x"}
    assert imports_of("def f():\n    from dagster._serdes import A") == {"dagster._serdes"}
    assert imports_of("from dagster import _check as check") == {"dagster._check"}
    assert imports_of("from dagster_dbt.core.resource import X") == {"dagster_dbt.core.resource"}
    assert imports_of("import dbt.task.build as built") == {"dbt.task.build"}
    assert imports_of("from dbt.adapters.duckdb.connections import X") == {"dbt.adapters.duckdb.connections"}
    assert imports_of("from dbt_common.events.functions import X") == {"dbt_common.events.functions"}
    assert imports_of("from dbt.cli.main import dbtRunner\nfrom dbt.artifacts.schemas.run import RunResult") == set()
    assert (
        imports_of("from dagster import asset\nimport dagster as dg\nfrom dagster_dbt import DbtCliResource") == set()
    )
