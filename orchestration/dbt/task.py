"""`dbt build` in this process, of what has changed only; every name that dbt does not promise to keep stands here.

dbt's own `dbtRunner` runs the build, with a task of ours in the place of `BuildTask`: it asks `Standing` before a node
is compiled and tells it what became of one. The loggers of dbt turn every event to JSON and then leave out those of
level debug, nine of ten: here they are off, and a callback tells the others. `RELIED_ON` says what we need of dbt;
tests/unit/orchestration/test_relied_on.py compares it with the installed version.
"""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import dbt.task.build as dbt_build
import duckdb
from dbt.adapters.duckdb.connections import DuckDBConnectionManager
from dbt.artifacts.resources.types import NodeType
from dbt.artifacts.schemas.results import RunStatus, TestStatus
from dbt.artifacts.schemas.run import RunExecutionResult, RunResult
from dbt.cli.main import dbtRunner
from dbt.task.build import BuildTask
from dbt_common.events.base_types import EventLevel, EventMsg
from dbt_common.events.functions import env_scrubber

from orchestration.dbt.standing import Standing
from orchestration.relied import Relied
from publishing.fingerprints import Table

QUIET = ("--log-level", "none", "--log-level-file", "none", "--no-write-json", "--no-use-colors")
TOLD = frozenset({EventLevel.INFO.value, EventLevel.WARN.value, EventLevel.ERROR.value})
STANDS = "stands"
"""The message of the result of a node that was not built because it stands."""
BUILT = frozenset({RunStatus.Success, TestStatus.Pass})

_CHANGED_ONLY = "orchestration/dbt/task.py leaves out the nodes that stand"
_RUNNABLE = ("dbt.task.runnable", "GraphRunnableTask")
_CONNECTIONS = ("dbt.adapters.duckdb.connections", "DuckDBConnectionManager")
RELIED_ON = (
    Relied("dbt.cli.main", "", "build", None, _CHANGED_ONLY, source="from dbt.task.build import BuildTask"),
    Relied(*_RUNNABLE, "_submit", ("pool", "args", "callback"), _CHANGED_ONLY, source="self.call_runner"),
    Relied(*_RUNNABLE, "call_runner", ("runner",), _CHANGED_ONLY, source="runner.run_with_hooks("),
    Relied(*_RUNNABLE, "execute_nodes", (), _CHANGED_ONLY, source="self.run_queue("),
    Relied("dbt.task.build", "BuildTask", "handle_job_queue_node", ("node", "pool", "callback"), _CHANGED_ONLY,
           source="self._submit("),
    Relied("dbt.task.run", "RunTask", "before_run", ("adapter", "selected_uids"), _CHANGED_ONLY,
           source="self.populate_adapter_cache("),
    Relied(*_CONNECTIONS, "env", (), _CHANGED_ONLY, source="cls._ENV"),
    Relied("dbt.adapters.duckdb.environments.local", "LocalEnvironment", "handle", (), _CHANGED_ONLY,
           source="self.conn.cursor()"),
)  # fmt: skip

_ONE_LINE_AT_A_TIME = threading.Lock()


@dataclass(frozen=True)
class Outcome:
    """How a build ended: the results of its nodes, also as dbt writes them; there is none where dbt itself failed."""

    results: tuple[RunResult, ...]
    succeeded: bool
    artifact: RunExecutionResult | None


def build(
    arguments: Sequence[str],
    standing: Standing,
    told: Callable[[str], object] = lambda _: None,
    done: Callable[[RunResult], object] = lambda _: None,
) -> Outcome:
    """Run `dbt build` with these arguments; what the environment says holds.

    `told` is given the lines that dbt says, `done` every node that was built; both are called by dbt's threads.
    What stops a process (KeyboardInterrupt, Dagster's interruption) goes on to the caller, and no node is begun after.
    """

    def tell(event: EventMsg) -> None:
        info: Any = event.info
        if info.level in TOLD and info.msg:
            with _ONE_LINE_AT_A_TIME:
                told(env_scrubber(info.msg) + "\n")

    try:
        with _in_place_of_dbts(_task_of(standing, told, done)):
            found = dbtRunner(callbacks=[tell]).invoke([*QUIET, "build", *arguments])
    finally:
        _close_build()
    if found.exception is not None and not isinstance(found.exception, Exception):
        raise found.exception
    if found.exception is not None:
        told(f"{type(found.exception).__name__}: {found.exception}\n")
    artifact = found.result if isinstance(found.result, RunExecutionResult) else None
    results = tuple(artifact.results) if artifact else ()
    return Outcome(results, found.success, artifact)


def _task_of(standing: Standing, told: Callable[[str], object], done: Callable[[RunResult], object]) -> type[BuildTask]:
    class ChangedNodes(BuildTask):
        """Nodes that stand are neither compiled nor run, and no event tells of them."""

        is_stopped = False

        def before_run(self, adapter: Any, selected_uids: Any) -> Any:
            with adapter.connection_named("master"):
                adapter.execute("select 1")  # opens the build
                with _cursor() as cursor:
                    standing.open(cursor)
            return super().before_run(adapter, selected_uids)

        def _submit(self, pool: Any, args: list[Any], callback: Callable[[RunResult], None]) -> None:
            (runner,) = args
            if not runner.skip and standing.stands(runner.node.unique_id):
                callback(_result_of(runner.node, STANDS))
                return
            super()._submit(pool, args, callback)

        def call_runner(self, runner: Any) -> RunResult:
            if self.is_stopped:
                runner.do_skip()
            if runner.skip:
                skipped: RunResult = super().call_runner(runner)
                return skipped
            try:
                result = _made_again(standing, runner.node) or self._made_by_dbt(runner)
                done(result)
            except Exception as error:  # in a thread of dbt nobody would see it, and the build would wait for ever
                told(f"{type(error).__name__}: {error}\n")
                result = RunResult.from_node(runner.node, RunStatus.Error, f"{type(error).__name__}: {error}")
            return result

        def _made_by_dbt(self, runner: Any) -> RunResult:
            result: RunResult = super().call_runner(runner)
            if result.status in BUILT:
                with _cursor() as cursor:
                    standing.built(runner.node.unique_id, str(result.status), cursor, _rendered(result.node))
            return result

        def execute_nodes(self) -> Any:
            try:
                results = super().execute_nodes()  # type: ignore[no-untyped-call]
            except BaseException:
                self.is_stopped = True  # threads of dbt go on with what they were given
                raise
            with _cursor() as cursor:
                standing.close(cursor)
            return results

    return ChangedNodes


def _made_again(standing: Standing, node: Any) -> RunResult | None:
    """A table made, or a check that finds nothing, by the SQL that dbt rendered before; None where dbt has to do it.

    It has to where it never did by this code, and where the SQL fails or finds something: dbt says what and how often.
    """
    rendered = standing.rendered(node.unique_id)
    if rendered is None:
        return None
    is_check = node.resource_type == NodeType.Test
    with _cursor() as cursor:
        try:
            if is_check and cursor.execute(f"select 1 from ({rendered}) limit 1").fetchall():
                return None
            if not is_check:
                _make(cursor, standing.graph.nodes[node.unique_id].table, rendered)
            result = _result_of(node, "OK")
            standing.built(node.unique_id, str(result.status), cursor, rendered)
        except duckdb.Error:
            return None
    return result


def _make(cursor: duckdb.DuckDBPyConnection, table: Table | None, rendered: str) -> None:
    assert table is not None
    cursor.begin()
    try:
        cursor.execute(f"drop table if exists {table.relation} cascade")
        cursor.execute(rendered)
    except duckdb.Error:
        cursor.rollback()
        raise
    cursor.commit()


def _rendered(node: Any) -> str | None:
    """What dbt has run: the query of a check, the statement of a table, which it writes beside."""
    if node.resource_type == NodeType.Test:
        return str(node.compiled_code)
    return Path(node.build_path).read_text(encoding="utf-8") if node.build_path else None


def _result_of(node: Any, message: str) -> RunResult:
    is_check = node.resource_type == NodeType.Test
    return RunResult(
        status=TestStatus.Pass if is_check else RunStatus.Success,
        thread_id=threading.current_thread().name,
        execution_time=0,
        timing=[],
        message=message,
        node=node,
        adapter_response={},
        failures=0 if is_check else None,
        batch_results=None,
    )


@contextmanager
def _in_place_of_dbts(task: type[BuildTask]) -> Iterator[None]:
    dbt_build.BuildTask = task  # type: ignore[misc]
    try:
        yield
    finally:
        dbt_build.BuildTask = BuildTask  # type: ignore[misc]


@contextmanager
def _cursor() -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection of our own to the build that dbt holds open."""
    environment: Any = DuckDBConnectionManager.env()
    cursor: duckdb.DuckDBPyConnection = environment.conn.cursor()
    try:
        yield cursor
    finally:
        cursor.close()


def _close_build() -> None:
    """Let the build file go: dbt keeps it open until its process ends."""
    with DuckDBConnectionManager._LOCK:
        if DuckDBConnectionManager._ENV is not None:
            DuckDBConnectionManager._ENV.close()
            DuckDBConnectionManager._ENV = None
