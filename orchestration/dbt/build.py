"""One build of a night: dbt over what has changed, its results for Dagster, the first cause of a failure."""

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextvars import copy_context
from dataclasses import dataclass
from datetime import date
from typing import Any

import dagster as dg
import duckdb
from dbt.artifacts.resources.types import NodeType
from dbt.artifacts.schemas.run import RunResult

from foundation.settings import Settings
from foundation.system_errors import tells_of_full_disk
from orchestration.dbt.graph import MOMENT, Graph
from orchestration.dbt.project import PROJECT_DIR, build_folder, build_parameters, told_to_dbt
from orchestration.dbt.standing import Standing
from orchestration.dbt.task import STANDS, Outcome, build
from orchestration.failures import NO_ROOM
from orchestration.progress import tell
from orchestration.refresh_log import LogOutput

UNIT_TESTS = "resource_type:unit_test"
RESULTS = "run_results.json"
FAILED = frozenset({"fail", "error", "runtime error"})
JUDGED = frozenset({"pass", "fail", "warn"})
MARTS = "marts"
UNIQUE_ID = "dagster_dbt/unique_id"
"""Where dagster-dbt keeps a node's name in an asset and in a check."""


@dataclass(frozen=True)
class Night:
    """What one build is of: its release, its day, whether all is to be built."""

    release_id: str
    build_date: date
    is_full: bool


@dataclass(frozen=True)
class Built:
    """What became of a build; `made_anew` are tables that were not what their fingerprints said."""

    results: tuple[RunResult, ...]
    failure: str | None
    made_anew: tuple[str, ...]


def build_changed(settings: Settings, manifest: Mapping[str, Any], night: Night) -> Built:
    """Run `dbt build`, unit tests left out. The results stand in run_results.json where something failed."""
    target = build_folder(settings)
    results_file = target / RESULTS
    results_file.unlink(missing_ok=True)
    parameters = build_parameters(night.release_id, night.build_date, settings.timezone)
    code = f"{parameters['CODE_DIGEST']} {duckdb.__version__}"
    standing = Standing(Graph(manifest), {**parameters, MOMENT: night.release_id}, code, trusts=not night.is_full)
    with LogOutput(settings.reports / "refresh.log") as log, told_to_dbt(parameters):
        outcome = build(_arguments(settings, night), standing, told=log.write, done=_listener())
    if not outcome.succeeded and outcome.artifact is not None:
        target.mkdir(parents=True, exist_ok=True)
        outcome.artifact.write(str(results_file))
    return Built(outcome.results, _failure(settings, outcome), tuple(standing.made_anew))


def _arguments(settings: Settings, night: Night) -> list[str]:
    folders = {
        "--project-dir": PROJECT_DIR, "--profiles-dir": PROJECT_DIR, "--target-path": build_folder(settings),
        "--log-path": settings.home / "dbt" / "logs",
    }  # fmt: skip
    listed = [str(part) for pair in folders.items() for part in pair]
    return ["--exclude", UNIT_TESTS, *listed, *(["--full-refresh"] if night.is_full else [])]


def _listener() -> Callable[[RunResult], None]:
    """Tell how far a build is to whoever listens to this refresh: dbt's threads know nothing of it."""
    here, one_at_a_time = copy_context(), threading.Lock()

    def done(result: RunResult) -> None:
        is_check = result.node.resource_type == NodeType.Test
        with one_at_a_time:
            here.run(tell, "Проверка витрин" if is_check else f"Построено: {result.node.name}")

    return done


def _failure(settings: Settings, outcome: Outcome) -> str | None:
    if outcome.succeeded:
        return None
    return first_failure(outcome.results) or f"dbt завершился с ошибкой, журнал: {settings.reports / 'refresh.log'}"


def first_failure(results: Iterable[RunResult]) -> str | None:
    """The first failed node of a build in Russian."""
    failed = next((result for result in results if result.status in FAILED), None)
    if failed is None:
        return None
    message = " ".join((failed.message or "").split())
    if tells_of_full_disk(message):
        return NO_ROOM
    if failed.node.resource_type == NodeType.Test:
        title = " ".join((failed.node.description or "").split()) or failed.node.name
        counted = f" (строк с нарушением: {failed.failures})" if failed.failures else f" ({message})"
        return f"проверка «{title}» не пройдена{counted}"
    return f"модель {failed.node.name} не построена: {message}"


def told_to_dagster(
    assets: dg.AssetsDefinition, results: Sequence[RunResult]
) -> Iterator[dg.MaterializeResult[None] | dg.AssetCheckResult]:
    """A materialization of each mart and of every other table that was built, and all checks of what is told.

    A mart that stands is told as well, it is in tonight's release; what stands says so. A check that failed is told
    wherever it stands, a failed table is not.
    """
    tables = {spec.metadata[UNIQUE_ID]: spec for spec in assets.specs}
    checks = {spec.metadata[UNIQUE_ID]: spec.key for spec in assets.check_specs}
    told = {spec.key for spec in assets.specs if spec.group_name == MARTS} | {
        tables[result.node.unique_id].key
        for result in results
        if result.node.unique_id in tables and result.message != STANDS
    }
    for result in results:
        unique_id, stands = result.node.unique_id, result.message == STANDS
        if unique_id in tables and tables[unique_id].key in told and result.status == "success":
            yield dg.MaterializeResult(asset_key=tables[unique_id].key, metadata={"stands": stands})
        elif unique_id in checks and result.status in JUDGED:
            if checks[unique_id].asset_key not in told and result.status == "pass":
                continue
            yield dg.AssetCheckResult(
                passed=result.status == "pass",
                asset_key=checks[unique_id].asset_key,
                check_name=checks[unique_id].name,
                metadata={"stands": stands, "dagster_dbt/failed_row_count": result.failures or 0},
            )
