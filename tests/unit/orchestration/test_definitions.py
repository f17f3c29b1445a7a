"""What Dagster loads, counted: a loose object beside the definitions would vanish without a word."""

import json
import os
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import duckdb
import pytest

from bi.secret_files import create_secrets
from bi.settings import SupersetSettings, superset_home
from foundation.settings import Settings
from orchestration import room
from orchestration.assembly import JOB_NAME, build_definitions
from orchestration.dbt import project
from orchestration.dbt.project import DBT, PARSED, PROJECT_DIR, build_folder, dbt_environment, prepare_manifest
from orchestration.home import prepare_dagster_home
from orchestration.last_refresh import read_last_refresh
from orchestration.run import run_refresh
from publishing.catalogue import current_release
from publishing.gate import REQUIRED_MARTS
from schemas.kinds import KINDS

pytestmark = pytest.mark.slow
OWN_ASSETS = ("received_files", "held_rows", "reference", "previous_release", "release", "dashboards")


@pytest.fixture(autouse=True)
def own_environment(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """prepare_dagster_home writes to the environment of the process; give it back."""
    monkeypatch.setenv("DAGSTER_HOME", str(settings.dagster_home))
    monkeypatch.setenv("VITRINA_BUILD_FILE", str(settings.build_file))
    prepare_dagster_home(settings)
    yield


def test_definitions_hold_everything(settings: Settings) -> None:
    """Guards against assets, checks, job, schedule or sensor lost on the way into the definitions."""
    definitions = build_definitions(settings)
    graph = definitions.resolve_asset_graph()
    keys = {key.to_user_string() for key in graph.get_all_asset_keys()}
    models = set(PROJECT_DIR.glob("models/**/*.sql"))
    tables = {path for path in models if path.parent.parent.name != "staging"}
    assert {f"raw/{kind}" for kind in KINDS} | set(OWN_ASSETS) | {f"marts/{mart}" for mart in REQUIRED_MARTS} <= keys
    assert len(keys) == len(KINDS) + len(OWN_ASSETS) + len(models)
    checks = {(check.asset_key.to_user_string(), check.name) for check in graph.asset_check_keys}
    assert ("held_rows", "conservation_of_rows") in checks
    assert len(checks) > len(tables), "dbt's tests must be asset checks"
    repository = definitions.get_repository_def()
    assert [job.name for job in repository.get_all_jobs() if not job.name.startswith("__")] == [JOB_NAME]
    assert [schedule.name for schedule in repository.schedule_defs] == ["nightly"]
    assert [sensor.name for sensor in repository.sensor_defs if sensor.name == "landing_files"] == ["landing_files"]


def test_job_runs_all_assets_and_checks_in_one_process(settings: Settings) -> None:
    """Guards against a job that misses an asset, or pays Dagster's imports once a step."""
    definitions = build_definitions(settings)
    job = definitions.resolve_job_def(JOB_NAME)
    graph = definitions.resolve_asset_graph()
    assert job.asset_layer.executable_asset_keys == graph.get_all_asset_keys()
    assert job.executor_def.name == "in_process"
    assert len(job.asset_layer.executable_asset_keys) > len(KINDS)


def test_dbt_waits_for_held_rows_and_release_for_dbt(settings: Settings) -> None:
    """Guards against models built before held rows settle or their check passes, and a release of an old build."""
    graph = build_definitions(settings).resolve_asset_graph()
    upstream = graph.get_ancestor_asset_keys(dg.AssetKey("release"))
    assert {dg.AssetKey("held_rows"), dg.AssetKey("reference"), dg.AssetKey("received_files")} <= upstream
    assert {dg.AssetKey(["raw", kind]) for kind in KINDS} <= upstream
    assert {dg.AssetKey(["marts", mart]) for mart in REQUIRED_MARTS} <= upstream


@pytest.mark.parametrize("left_by_former_version", [False, True])
def test_the_first_build_does_not_parse_the_project_again(settings: Settings, left_by_former_version: bool) -> None:
    """Guards against a new home, or a new version, that pays for parsing the whole project twice."""
    if left_by_former_version:
        build_folder(settings).mkdir(parents=True)
        (build_folder(settings) / PARSED).write_bytes(b"of another version")
    prepare_manifest(settings)
    done = subprocess.run(
        [DBT, "--log-level", "debug", "ls", "--resource-type", "model", "--project-dir", PROJECT_DIR,
         "--target-path", build_folder(settings)],
        env=dbt_environment(settings), capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert "skipping parsing" in done.stdout


def test_a_manifest_of_other_sources_is_made_anew(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Guards against an upgrade whose files are older than the manifest: every night would run the former models."""
    manifest = prepare_manifest(settings)
    made = manifest.read_bytes()
    manifest.write_text("{}", encoding="utf-8")
    assert prepare_manifest(settings).read_text(encoding="utf-8") == "{}", "the same sources are not parsed again"
    monkeypatch.setattr(project, "digest_of", lambda *_, **__: "of other sources")
    assert set(json.loads(prepare_manifest(settings).read_bytes())) == set(json.loads(made))


def test_broken_conservation_leaves_the_previous_release(settings: Settings) -> None:
    """Guards against a failed check that is recorded while the run goes on and publishes."""
    first = run_refresh(settings)
    assert first.published, first.alert
    build_before = _marts_made_of(settings)
    assert len(build_before) > len(REQUIRED_MARTS)
    with duckdb.connect(str(settings.build_file)) as connection:
        connection.execute(
            "insert into journal.load (load_sequence, file_sha256, original_name, outcome, rows_read, rows_accepted) "
            "values (1, 'x', 'sferum_2024-11.csv', 'loaded', 512, 511)"
        )
    second = run_refresh(settings)
    assert not second.published
    assert second.first_cause is not None
    assert "sferum_2024-11.csv (прочитано 512, учтено 511)" in second.first_cause
    assert "Действует выпуск от" in (second.alert or "")
    standing = current_release(settings)
    assert standing is not None
    assert standing.release_id == first.release_id
    assert _marts_made_of(settings) == build_before, "a blocked refresh must not rebuild the marts"
    found = read_last_refresh(settings)
    assert found is not None
    assert found["outcome"] == "failed"
    alerts = [line for line in _log(settings).splitlines() if " ERROR Выпуск не опубликован" in line]
    assert len(alerts) == 1


def test_a_full_disk_is_told_before_anything_is_written(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Guards against a night that fills the disk, fails in the middle, and names no reason."""
    monkeypatch.setattr(room, "free_bytes", lambda _: 100_000_000)
    result = run_refresh(settings)
    assert not result.published
    assert result.first_cause is not None
    assert "свободно 100,0 МБ, сборке нужно до 200,0 МБ" in result.first_cause
    assert "vitrina purge" in result.first_cause
    assert not settings.build_file.exists()


def test_a_superset_that_does_not_answer_leaves_the_release_published(settings: Settings) -> None:
    """Guards against a night whose release is called failed because of the dashboards, and against saying nothing."""
    create_secrets(settings, SupersetSettings())
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{probe.getsockname()[1]}"  # bound, not listening: refuses every connection
        (superset_home(settings) / "service.json").write_text(json.dumps({"url": address, "pid": os.getpid()}))
        result = run_refresh(settings)
    assert result.published, result.alert
    found = read_last_refresh(settings)
    assert found is not None
    assert found["outcome"] == "published"
    assert len(found["warnings"]) == 1
    assert "дашборды не обновлены" in found["warnings"][0]
    assert address in found["warnings"][0]
    assert "vitrina provision" in found["warnings"][0]


def _marts_made_of(settings: Settings) -> list[tuple[str, str, str]]:
    """What each node was made of and holds; a build writes it anew, and the journal, which changed, is read by many."""
    with duckdb.connect(str(settings.build_file), read_only=True) as connection:
        return connection.execute("select unique_id, key, fingerprint from fingerprint.node order by all").fetchall()


def _log(settings: Settings) -> str:
    path: Path = settings.reports / "refresh.log"
    return path.read_text(encoding="utf-8")
