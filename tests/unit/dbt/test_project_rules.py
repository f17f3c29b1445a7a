"""The rules of dbt_project/dbt-bouncer.yml over dbt's manifest."""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from foundation.settings import Settings
from orchestration.dbt.project import PROJECT_DIR, prepare_manifest

pytestmark = pytest.mark.slow
BOUNCER = Path(sys.executable).parent / "dbt-bouncer"
Manifest = dict[str, Any]
STAGED_SOURCES = ("source.vitrina.journal.", "source.vitrina.reference.")


@pytest.fixture(scope="module")
def manifest(tmp_path_factory: pytest.TempPathFactory) -> Manifest:
    settings = Settings(home=tmp_path_factory.mktemp("home"))
    found: Manifest = json.loads(prepare_manifest(settings).read_text(encoding="utf-8"))
    return found


def broken_rules(manifest: Manifest, folder: Path) -> list[str]:
    """What breaks a rule, each with the rule's name; the rules are the project's own file."""
    shutil.copyfile(PROJECT_DIR / "dbt-bouncer.yml", folder / "dbt-bouncer.yml")
    (folder / "target").mkdir()
    (folder / "target" / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    asked = [str(BOUNCER), "run", "--config-file", "dbt-bouncer.yml", "--output-file", "found.json"]
    done = subprocess.run(asked, cwd=folder, capture_output=True, text=True, check=False)
    assert (folder / "found.json").is_file(), done.stdout + done.stderr
    checks = json.loads((folder / "found.json").read_text(encoding="utf-8"))
    return [f"{one['check_run_id']}: {one['failure_message']}" for one in checks if one["outcome"] != "success"]


def test_the_project_keeps_its_rules(manifest: Manifest, tmp_path: Path) -> None:
    """Guards against an intermediate model that reads a mart, or one without a folder or a word of what it is."""
    assert broken_rules(manifest, tmp_path) == []


def test_the_journal_and_the_reference_tables_are_read_by_staging_alone(manifest: Manifest) -> None:
    """Guards against an exception for one source of a model by which it reads the others too."""
    readers = {
        name: node["original_file_path"]
        for name, node in manifest["nodes"].items()
        if any(one.startswith(STAGED_SOURCES) for one in node["depends_on"].get("nodes", ()))
    }
    assert readers
    assert {name for name, path in readers.items() if not path.startswith("models/staging/")} == set()


def node(manifest: Manifest, name: str) -> dict[str, Any]:
    found: dict[str, Any] = manifest["nodes"][f"model.vitrina.{name}"]
    return found


def reads_a_mart(manifest: Manifest) -> None:
    node(manifest, "int_plan")["depends_on"]["nodes"].append("model.vitrina.laggard")


def stands_in_no_subject(manifest: Manifest) -> None:
    node(manifest, "int_plan")["original_file_path"] = "models/intermediate/others/int_plan.sql"


def says_nothing(manifest: Manifest) -> None:
    node(manifest, "laggard")["description"] = ""


def has_no_grain(manifest: Manifest) -> None:
    tests = [key for key, one in manifest["nodes"].items() if one.get("attached_node") == "model.vitrina.laggard"]
    for key in tests:
        del manifest["nodes"][key]


def reads_a_source(manifest: Manifest) -> None:
    node(manifest, "int_plan")["depends_on"]["nodes"].append("source.vitrina.reference.measure")


@pytest.mark.parametrize("spoil", [reads_a_mart, reads_a_source, stands_in_no_subject, says_nothing, has_no_grain])
def test_a_broken_rule_is_found(spoil: Callable[[Manifest], None], manifest: Manifest, tmp_path: Path) -> None:
    """Guards against a file of rules whose patterns match nothing, and which therefore passes everything."""
    spoiled = json.loads(json.dumps(manifest))
    spoil(spoiled)
    assert broken_rules(spoiled, tmp_path) != []
