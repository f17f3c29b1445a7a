"""What Dagster's pages say after a refresh of the sample: rows, protocols, who is late."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from foundation.settings import Settings
from orchestration.asset_metadata import PARTS, ROW_COUNT
from orchestration.calendar_checks import CHECK
from orchestration.instance import dagster_instance
from orchestration.last_refresh import read_last_refresh
from publishing.catalogue import current_release
from schemas.kinds import KINDS

pytestmark = pytest.mark.slow
Rows = Callable[[str], list[tuple[Any, ...]]]


@pytest.fixture(scope="module")
def home(demo: tuple[Path, str]) -> Settings:
    return Settings(home=demo[0])


@pytest.fixture(scope="module")
def instance(home: Settings) -> Iterator[dg.DagsterInstance]:
    with pytest.MonkeyPatch.context() as patch:
        for name in ("DAGSTER_HOME", "VITRINA_HOME", "VITRINA_BUILD_FILE"):
            patch.setenv(name, "")  # given back afterwards
        patch.setenv("VITRINA_MEMORY_LIMIT", home.memory_limit)
        with dagster_instance(home) as found:
            yield found


def shown(instance: dg.DagsterInstance, kind: str) -> dict[str, Any]:
    """Metadata of the last refresh, the one that loaded the sample."""
    event = instance.get_latest_materialization_event(dg.AssetKey(["raw", kind]))
    assert event is not None
    assert event.asset_materialization is not None
    return {key: entry.value for key, entry in event.asset_materialization.metadata.items()}


def test_every_kind_shows_what_became_of_its_rows(home: Settings, instance: dg.DagsterInstance) -> None:
    """Guards against pages that show that a kind was loaded and not how much of it, or where the protocol lies."""
    last = read_last_refresh(home)
    assert last is not None
    loaded = {kind: [file for file in last["files"] if file["kind"] == kind] for kind in KINDS}
    assert sum(map(bool, loaded.values())) > len(KINDS) / 2
    for kind, files in loaded.items():
        found = shown(instance, kind)
        taken = [file for file in files if file["outcome"] == "loaded"]
        counts = {f"rows_{part}": sum(file[f"rows_{part}"] for file in taken) for part in PARTS}
        assert {name: found[name] for name in counts} == counts, kind
        paths = {file["protocol"] for file in taken if file["protocol"]}
        listed = found.get("protocols", [found["protocol"]] if "protocol" in found else [])
        assert set(listed) == paths, kind
        assert all(Path(path).is_file() for path in paths)


def test_every_published_mart_shows_its_rows(home: Settings, instance: dg.DagsterInstance, release: Rows) -> None:
    """Guards against counts of another release, and against marts without any."""
    manifest = current_release(home)
    assert manifest is not None
    counted = {}
    for name in manifest.marts:
        records = instance.fetch_observations(dg.AssetKey(["marts", name]), limit=1).records
        if records:
            observation = records[0].asset_observation
            assert observation is not None
            counted[name] = int(str(observation.metadata[ROW_COUNT].value))
            assert observation.metadata["release_id"].value == manifest.release_id
    assert set(counted) == set(manifest.marts)
    for name in ("laggard", "indicator_by_territory", "submission_due"):
        assert release(f"select count(*) from marts.{name}") == [(counted[name],)]


def test_a_kind_that_is_late_by_the_calendar_warns(home: Settings, instance: dg.DagsterInstance, release: Rows) -> None:
    """Guards against a night that is all green while nobody has sent what was due, and against a check that blocks."""
    late = {
        kind for (kind,) in release("select distinct kind from marts.submission_due where submission_state = 'late'")
    }
    assert late
    assert late < set(KINDS)
    for kind in KINDS:
        (record,) = instance.event_log_storage.get_asset_check_execution_history(
            dg.AssetCheckKey(dg.AssetKey(["raw", kind]), CHECK), limit=1
        )
        assert record.event is not None
        assert record.event.dagster_event is not None
        evaluation = record.event.dagster_event.asset_check_evaluation_data
        assert evaluation.severity == dg.AssetCheckSeverity.WARN
        assert evaluation.passed == (kind not in late), kind
        assert evaluation.description
        if kind in late:
            assert "не сдали" in evaluation.description or "за прежние периоды" in evaluation.description
