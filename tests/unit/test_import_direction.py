"""The direction of imports (design.md section 2), read from the syntax tree: nothing has to be importable."""

import ast
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ALLOWED = {
    "foundation": set(),
    "schemas": {"foundation"},
    "ingestion": {"foundation", "schemas"},
    "publishing": {"foundation", "schemas"},
    "bi": {"foundation", "schemas"},
    "orchestration": {"foundation", "schemas", "ingestion", "publishing", "bi"},
    "cli": {"foundation", "schemas", "ingestion", "publishing", "bi", "orchestration"},
}
ROOMS = (
    ("errors", "file_names"),
    ("names", "values"),
    ("read",),
    ("recognise",),
    ("match",),
    ("store",),
    ("examine",),
    ("bulk", "report"),
    ("load",),
    ("receive", "steward"),
    ("reread",),
    ("pipeline",),
    ("check", "forget", "replay"),
)
"""The rooms of ingestion by floor: one imports only from floors above it in this list."""
FOUND_BY_LOOKING = {"schemas.kinds": "schemas.models"}
"""Which module imports all of which package without a line that says so (pkgutil)."""
FLOORS = {room: floor for floor, rooms in enumerate(ROOMS) for room in rooms}


def modules() -> dict[str, Path]:
    """Every module of ours by its dotted name; a package stands for its `__init__`."""
    paths = (path for package in ALLOWED for path in (ROOT / package).rglob("*.py") if ".venv" not in path.parts)
    named = {".".join(path.relative_to(ROOT).with_suffix("").parts): path for path in paths}
    return {name.removesuffix(".__init__"): path for name, path in named.items()}


def imported(source: str, *, with_types: bool = True) -> set[str]:
    """Full names of every import, also of those inside functions and of those asked of importlib by a fixed name.

    `with_types` includes what only annotations need (`if TYPE_CHECKING`).
    """
    found: set[str] = set()
    tree = ast.parse(source)
    types = {id(one) for node in ast.walk(tree) if _is_for_types(node) for one in ast.walk(node)}
    for node in ast.walk(tree):
        if id(node) in types and not with_types:
            continue
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.Call) and _called(node.func) in {"import_module", "__import__"}:
            found |= {str(one.value) for one in node.args[:1] if isinstance(one, ast.Constant)}
    return found


def _is_for_types(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"


def _called(function: ast.expr) -> str:
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def arrows(*, with_types: bool = True) -> dict[str, set[str]]:
    """Which modules of ours each module imports; a name of a module's own stands for the module."""
    known = modules()
    found = {}
    for name, path in known.items():
        targets = {_module_of(one, known) for one in imported(path.read_text(encoding="utf-8"), with_types=with_types)}
        found[name] = {target for target in targets if target is not None} - {name}
    for finder, package in FOUND_BY_LOOKING.items():
        found[finder] |= {name for name in known if name.startswith(f"{package}.")}
    return found


def _module_of(name: str, known: dict[str, Path]) -> str | None:
    if name in known:
        return name
    return name.rpartition(".")[0] if name.rpartition(".")[0] in known else None


@pytest.mark.parametrize("package", sorted(ALLOWED))
def test_package_imports_only_what_stands_to_its_right(package: str) -> None:
    """Guards against a lazy import inside a function, or one by name, that turns the layers into a knot."""
    own = {name: targets for name, targets in arrows().items() if name.split(".")[0] == package}
    assert own, f"package {package} has no modules"
    forbidden = set(ALLOWED) - ALLOWED[package] - {package}
    wrong = {
        name: bad for name, targets in own.items() if (bad := {t for t in targets if t.split(".")[0] in forbidden})
    }
    assert wrong == {}


def room_of(module: str) -> str | None:
    """The room of ingestion in which a module stands."""
    package, _, rest = module.partition(".")
    return rest.split(".")[0] if package == "ingestion" and rest else None


def test_every_room_of_ingestion_stands_on_a_floor() -> None:
    """Guards against a room that no rule holds, and a rule for a room that is gone."""
    assert {room for name in modules() if (room := room_of(name))} == set(FLOORS)


def test_rooms_of_ingestion_import_downwards_only() -> None:
    """Guards against matching that reads the steward's journal, or reading that knows how rows are stored."""
    wrong = [
        f"{name} imports {target}"
        for name, targets in arrows().items()
        for target in targets
        if (room := room_of(name)) and (other := room_of(target)) and room != other and FLOORS[other] >= FLOORS[room]
    ]
    assert wrong == []


def test_whoever_looks_for_modules_is_known() -> None:
    """Guards against a circle that no import shows because modules are found by their being there."""
    looking = {name for name, path in modules().items() if "pkgutil" in path.read_text(encoding="utf-8")}
    assert looking == set(FOUND_BY_LOOKING)


def test_no_modules_import_each_other_in_a_circle() -> None:
    """Guards against two modules of one package of which neither can be read, or changed, without the other."""
    try:
        TopologicalSorter(inner_arrows()).prepare()
    except CycleError as error:
        pytest.fail(" -> ".join(error.args[1]))


def inner_arrows() -> dict[str, set[str]]:
    """Arrows of running code, without those to a package that only names its own modules for others."""
    found = arrows(with_types=False)
    return {name: {one for one in targets if not name.startswith(f"{one}.")} for name, targets in found.items()}


@pytest.mark.parametrize(
    "source",
    [
        "def f():\n    from cli.main import run\n",
        "import cli.main\n",
        "import importlib\nmodule = importlib.import_module('cli.main')\n",
        "from importlib import import_module\nmodule = import_module('cli.main')\n",
    ],
)
def test_no_import_hides(source: str) -> None:
    """Guards against a checker that looks at the module's head only and passes everything else."""
    assert {_module_of(name, modules()) for name in imported(source)} & {"cli.main"} == {"cli.main"}
