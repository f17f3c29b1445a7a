"""Run the nightly job once, in this process: what `vitrina refresh` does."""

import errno
import gc
import logging
import sys
import warnings
from collections.abc import Callable
from contextlib import redirect_stdout, suppress
from dataclasses import dataclass
from typing import Any

from foundation.settings import Settings
from orchestration.alerts.attend import attend_quietly
from orchestration.failures import trace_without_values
from orchestration.home import prepare_dagster_home
from orchestration.last_refresh import last_refresh_path, read_last_refresh, second_attempt_is_due
from orchestration.lock import refresh_lock
from orchestration.progress import listening
from orchestration.record import FULL_TAG, SECOND_TAG, RefreshRecord
from orchestration.refresh_log import open_log
from orchestration.room import cause_of


@dataclass(frozen=True)
class RefreshResult:
    """What a refresh came to; `files` are file reports as in reports/last_refresh.json."""

    published: bool
    release_id: str | None
    first_cause: str | None
    alert: str | None
    files: tuple[dict[str, Any], ...]
    warnings: tuple[str, ...]
    values: dict[str, Any]


def run_refresh(
    settings: Settings, on_progress: Callable[[str], None] | None = None, *, full: bool = False
) -> RefreshResult:
    """Run the job `nightly_refresh`; raises RefreshInProgressError when another refresh is under way.

    `full` computes every period anew, not only those that new files touch.
    """
    prepare_dagster_home(settings)
    # A step that is cut off where Dagster itself fails would leave the output of the program turned to the log.
    with refresh_lock(settings), listening(on_progress), redirect_stdout(sys.stdout):
        try:
            _execute_job(settings, on_progress, full=full)
            if second_attempt_is_due(settings):
                _execute_job(settings, on_progress, full=full, is_second=True)
        except Exception as error:  # the job did not even start: its record could not tell
            return _not_started(settings, error)
    values = read_last_refresh(settings)
    if values is None or values["outcome"] == "running":  # not even its end could be written down
        return _not_started(settings, OSError(errno.EIO, "unwritten", str(last_refresh_path(settings))))
    published = values["outcome"] == "published"
    return RefreshResult(
        published=published,
        release_id=values["release_id"],
        first_cause=values["first_cause"],
        alert=None if published else RefreshRecord(settings, first_cause=values["first_cause"]).alert_text(),
        files=tuple(values["files"]),
        warnings=tuple(values["warnings"]),
        values=values,
    )


def _execute_job(
    settings: Settings, on_progress: Callable[[str], None] | None, *, full: bool, is_second: bool = False
) -> None:
    if on_progress:
        on_progress("Запуск Dagster")
    warnings.filterwarnings("ignore", module=r"dagster.*")
    # Dagster takes seconds to import, and its warnings are filtered by now.
    from orchestration.assembly import JOB_NAME, build_definitions  # noqa: PLC0415
    from orchestration.instance import dagster_instance  # noqa: PLC0415

    logging.getLogger("dagster").setLevel(logging.ERROR)
    open_log(settings)
    job = build_definitions(settings).resolve_job_def(JOB_NAME)
    tags = {tag: "true" for tag, holds in ((FULL_TAG, full), (SECOND_TAG, is_second)) if holds}
    gc.freeze()  # modules and definitions live as long as the process: the collector need not go through them again
    with dagster_instance(settings) as instance:
        job.execute_in_process(instance=instance, raise_on_error=False, tags=tags)


def _not_started(settings: Settings, error: Exception) -> RefreshResult:
    record = RefreshRecord(settings)
    record.fail(cause_of(settings, error))
    log = settings.reports / "refresh.log"
    with suppress(OSError):  # the very disk may be full: whoever called is told all the same
        record.finish()
        with log.open("a", encoding="utf-8") as stream:
            stream.write(trace_without_values(error) + "\n")
    attend_quietly(settings, ended=True)
    return RefreshResult(False, None, record.first_cause, record.alert_text(), (), (), record.as_dict())
