"""What may be launched from Dagster's pages: the whole job, and nothing less."""

from collections.abc import Iterator
from typing import Any

import dagster as dg
import pytest

from foundation.settings import Settings
from orchestration.assembly import JOB_NAME, build_definitions
from orchestration.instance import dagster_instance
from orchestration.last_refresh import read_last_refresh, write_last_refresh
from orchestration.record import StepFailedError
from orchestration.whole_run import require_whole_run

FIRST, SECOND = dg.AssetKey(["raw", "staff"]), dg.AssetKey("release")
ASSETS = frozenset({FIRST, SECOND})
CHECKS = frozenset({dg.AssetCheckKey(FIRST, "rows"), dg.AssetCheckKey(SECOND, "gate")})
TOLD = {"outcome": "published", "release_id": "20261101T020000Z-0000"}


def judge(**values: Any) -> None:
    run = dg.DagsterRun(**{"job_name": JOB_NAME, **values})
    require_whole_run(run, JOB_NAME, ASSETS, CHECKS)


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"asset_selection": frozenset()},
        {"asset_selection": ASSETS, "asset_check_selection": CHECKS},
        {"parent_run_id": "0" * 32, "root_run_id": "0" * 32},
    ],
    ids=["as the schedule does", "as vitrina refresh does", "as the job's page does", "as «re-execute all» does"],
)
def test_the_whole_job_runs(values: dict[str, Any]) -> None:
    """Guards against a schedule, or a page of Dagster, whose refreshes are all refused."""
    judge(**values)


@pytest.mark.parametrize(
    "values",
    [
        {"asset_selection": frozenset({SECOND})},
        {"asset_selection": ASSETS, "asset_check_selection": frozenset()},
        {"asset_selection": frozenset(), "asset_check_selection": CHECKS},
        {"job_name": "__ASSET_JOB", "asset_selection": ASSETS},
        {"parent_run_id": "0" * 32, "root_run_id": "0" * 32, "step_keys_to_execute": ["release"]},
    ],
    ids=["one asset", "without checks", "checks alone", "beside the job", "from the failure on"],
)
def test_a_part_is_refused_in_russian(values: dict[str, Any]) -> None:
    """Guards against a release of a build of which only some tables are of tonight, or that no check has seen."""
    with pytest.raises(StepFailedError, match="только целиком") as refused:
        judge(**values)
    assert "vitrina refresh" in str(refused.value)
    assert JOB_NAME in str(refused.value)


@pytest.fixture
def instance(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[dg.DagsterInstance]:
    for name in ("DAGSTER_HOME", "VITRINA_BUILD_FILE"):
        monkeypatch.setenv(name, "")  # given back afterwards
    with dagster_instance(settings) as found:
        yield found


@pytest.mark.slow
@pytest.mark.parametrize("selected", [["release"], ["raw", "organisation_registry"], ["dashboards"]], ids="/".join)
@pytest.mark.parametrize("of_the_job", [True, False])
def test_a_selection_launched_for_real_changes_nothing(
    settings: Settings, instance: dg.DagsterInstance, selected: list[str], of_the_job: bool
) -> None:
    """Guards against an asset that needs no record and so asks nobody, and against a refusal taken for last night."""
    write_last_refresh(settings, TOLD)
    told = read_last_refresh(settings)
    definitions = build_definitions(settings)
    whole, beside = definitions.resolve_job_def(JOB_NAME), definitions.resolve_implicit_global_asset_job_def()
    result = (whole if of_the_job else beside).execute_in_process(
        instance=instance, asset_selection=[dg.AssetKey(selected)], raise_on_error=False
    )
    assert not result.success
    said = " ".join(str(event.event_specific_data) for event in result.all_events if event.is_failure)
    assert "Обновление выполняется только целиком" in said
    assert told is not None
    assert read_last_refresh(settings) == told
    assert not settings.build_file.exists()
    assert not settings.current.exists()
