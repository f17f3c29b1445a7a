"""dbt in a process of its own: `python -m orchestration.dbt_process <arguments of dbt>`.

It says what `dbt --log-format json` says, and a build costs a fifth less. The loggers of dbt turn every event to JSON
and then leave out those of level debug, nine of ten: here they are off, and a callback writes the others. What dbt
imports, a hundred thousand objects that live as long as the process, is kept out of the garbage collector's rounds. And
of the files about a build only the results of its nodes are written: the manifest stands already.
"""

import contextlib
import gc
import os
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

from dbt.artifacts.schemas.run import RunExecutionResult
from dbt.cli.main import dbtRunner
from dbt_common.events.base_types import EventLevel, EventMsg
from dbt_common.events.functions import env_scrubber, msg_to_json

QUIET_LOGGERS = ("--log-level", "none", "--log-level-file", "none")
NO_FILES = "--no-write-json"
RESULTS = "run_results.json"
TOLD = frozenset({EventLevel.INFO.value, EventLevel.WARN.value, EventLevel.ERROR.value})

NODE_FAILED, DBT_FAILED = 1, 2
"""Exit codes of dbt's command line."""

_ONE_LINE_AT_A_TIME = threading.Lock()


def main(arguments: Sequence[str]) -> int:
    """Run dbt; its exit code is that of dbt's command line. What became of nodes stands in DBT_TARGET_PATH."""
    gc.freeze()
    outcome = dbtRunner(callbacks=[_write]).invoke([*QUIET_LOGGERS, NO_FILES, *arguments])
    target = os.environ.get("DBT_TARGET_PATH")
    if target is not None and isinstance(outcome.result, RunExecutionResult):
        outcome.result.write(str(Path(target) / RESULTS))
    if outcome.exception is not None:
        _write_line(f"{type(outcome.exception).__name__}: {outcome.exception}")
        return DBT_FAILED
    return 0 if outcome.success else NODE_FAILED


def _write(event: EventMsg) -> None:
    if event.info.level in TOLD:
        _write_line(env_scrubber(msg_to_json(event)))


def _write_line(line: str) -> None:
    """Also when nobody reads: a build whose refresh was killed goes on, and the next refresh waits for its end."""
    with _ONE_LINE_AT_A_TIME, contextlib.suppress(BrokenPipeError):
        sys.stdout.write(line + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
