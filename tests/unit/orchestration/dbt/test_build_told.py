"""What Dagster and people are told of a build, from dbt's results."""

from types import SimpleNamespace
from typing import Any

import dagster as dg
import pytest

from orchestration.dbt.build import MARTS, UNIQUE_ID, first_failure, told_to_dagster
from orchestration.dbt.task import STANDS
from orchestration.failures import NO_ROOM

GROUPS = {"mart": MARTS, "between": "intermediate"}


def result(name: str, status: str = "success", message: str = "OK", **more: Any) -> Any:
    """Of a table, or of a check that is named `check of <table>`."""
    is_check = name.startswith("check of ")
    node = SimpleNamespace(
        unique_id=name, name=name, resource_type="test" if is_check else "model", description=more.pop("title", "")
    )
    return SimpleNamespace(node=node, status=status, message=message, failures=more.get("failures"))


def told(*results: Any) -> dict[str, tuple[str, bool]]:
    """What Dagster is told of a mart and a table between, each with a check: by name, what, and whether it stands."""
    assets: Any = SimpleNamespace(
        specs=[dg.AssetSpec(name, group_name=group, metadata={UNIQUE_ID: name}) for name, group in GROUPS.items()],
        check_specs=[
            dg.AssetCheckSpec("check", asset=name, metadata={UNIQUE_ID: f"check of {name}"}) for name in GROUPS
        ],
    )
    found: dict[str, tuple[str, bool]] = {}
    for event in told_to_dagster(assets, results):
        assert event.metadata is not None
        assert event.asset_key is not None
        table, stands = event.asset_key.to_user_string(), event.metadata["stands"]
        stands = stands.value if isinstance(stands, dg.MetadataValue) else stands
        if isinstance(event, dg.AssetCheckResult):
            found[f"check of {table}"] = ("passed" if event.passed else "failed", bool(stands))
        else:
            found[table] = ("made", bool(stands))
    return found


def test_what_was_built_and_every_mart_is_told() -> None:
    """Guards against a mart of tonight's release that Dagster shows as of another night, and a check that vanishes."""
    assert told(
        result("between"), result("check of between", "pass"), result("mart", message=STANDS),
        result("check of mart", "pass", STANDS),
    ) == {
        "between": ("made", False), "check of between": ("passed", False), "mart": ("made", True),
        "check of mart": ("passed", True),
    }  # fmt: skip


def test_a_table_between_that_stands_is_not_told() -> None:
    """Guards against hundreds of events a night of what nobody touched, checks of a table that is not told first."""
    standing = (result("between", message=STANDS), result("check of between", "pass", STANDS))
    assert told(*standing, result("mart")) == {"mart": ("made", False)}


def test_what_failed_is_told_as_failed() -> None:
    """Guards against a broken table shown as made, a failed check shown as passed, and one that nobody asked."""
    assert told(result("between", "error"), result("mart", "skipped"), result("check of mart", "skipped")) == {}
    failed = told(result("mart"), result("check of mart", "fail", failures=3))
    assert failed["check of mart"] == ("failed", False)


@pytest.mark.parametrize(
    ("failed", "said"),
    [
        (result("mart", "error", "Binder\n Error: x"), "модель mart не построена: Binder Error: x"),
        (result("check of mart", "fail", "Got 2", failures=2),
         "проверка «check of mart» не пройдена (строк с нарушением: 2)"),
        (result("check of mart", "fail", "Got 2", failures=2, title="Строк\nне меньше"),
         "проверка «Строк не меньше» не пройдена (строк с нарушением: 2)"),
        (result("check of mart", "error", "Binder Error"), "проверка «check of mart» не пройдена (Binder Error)"),
        (result("mart", "error", "IO Error: No space left on device"), NO_ROOM),
    ],
)  # fmt: skip
def test_the_first_failure_is_named(failed: Any, said: str) -> None:
    """Guards against a failed night that names what was skipped because of it, or words nobody can act upon."""
    assert first_failure([result("between"), failed, result("mart", "skipped")]) == said


def test_without_a_failure_nothing_is_named() -> None:
    """Guards against a good night with a cause."""
    assert (
        first_failure([result("between"), result("check of between", "pass"), result("mart", message=STANDS)]) is None
    )
