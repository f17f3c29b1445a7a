"""Run the nightly job once, in this process: what `vitrina refresh` does."""

import errno
import logging
import os
import sys
import warnings
from collections.abc import Callable
from contextlib import redirect_stdout, suppress
from dataclasses import dataclass
from typing import Any

from foundation.settings import Settings
from foundation.system_errors import is_full
from ingestion.store.reload import ReloadRequest
from orchestration.alerts.attend import attend_quietly
from orchestration.collector import no_collection, settle
from orchestration.failures import trace_without_values
from orchestration.home import prepare_dagster_home
from orchestration.last_refresh import last_refresh_path, read_last_refresh, second_attempt_is_due
from orchestration.leftovers import remove_leftovers
from orchestration.lock import refresh_lock
from orchestration.postgres import comes_from_history
from orchestration.progress import listening
from orchestration.record import FULL_TAG, SECOND_TAG, RefreshRecord
from orchestration.refresh_log import open_log
from orchestration.reloading import tags_of
from orchestration.room import cause_of, require_room


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
    settings: Settings,
    on_progress: Callable[[str], None] | None = None,
    *,
    full: bool = False,
    reload: ReloadRequest | None = None,
) -> RefreshResult:
    """Run the job `nightly_refresh`; raises RefreshInProgressError when another refresh is under way.

    `full` computes every period anew, not only those that new files touch; `reload` names files to be read again.
    """
    # A step that is cut off where Dagster itself fails would leave the output of the program turned to the log.
    with refresh_lock(settings), listening(on_progress), redirect_stdout(sys.stdout):
        before = read_last_refresh(settings)
        try:
            _require_some_room(settings)
            prepare_dagster_home(settings)
            asked = {FULL_TAG: "true"} if full else {}
            _attempt(settings, on_progress, asked | (tags_of(reload) if reload else {}))
            if second_attempt_is_due(settings):
                _attempt(settings, on_progress, asked | {SECOND_TAG: "true"})
        except Exception as error:  # the job did not even start: its record could not tell
            return _not_started(settings, error)
    values = read_last_refresh(settings)
    if values is None or values == before or values["outcome"] == "running":  # its end could not be written down
        return _not_started(settings, OSError(errno.EIO, os.strerror(errno.EIO), str(last_refresh_path(settings))))
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


def _require_some_room(settings: Settings) -> None:
    """On a disk without any room Dagster itself cannot start, and would not say why."""
    if is_full(settings.home):
        remove_leftovers(settings)
        require_room(settings)


def _attempt(settings: Settings, on_progress: Callable[[str], None] | None, tags: dict[str, str]) -> None:
    """Run the job; when its record could tell how it ended, that Dagster could not write of it is no failure."""
    before = read_last_refresh(settings)
    try:
        _execute_job(settings, on_progress, tags)
    except Exception as error:
        after = read_last_refresh(settings)
        has_ended = after is not None and after != before and after["finished_at"] is not None
        if not has_ended or not comes_from_history(error):
            raise


def _execute_job(settings: Settings, on_progress: Callable[[str], None] | None, tags: dict[str, str]) -> None:
    if on_progress:
        on_progress("Запуск Dagster")
    warnings.filterwarnings("ignore", module=r"dagster.*")
    with no_collection():
        # Dagster takes seconds to import, and its warnings are filtered by now.
        from orchestration.assembly import JOB_NAME, build_definitions  # noqa: PLC0415
        from orchestration.instance import dagster_instance  # noqa: PLC0415

        logging.getLogger("dagster").setLevel(logging.ERROR)
        open_log(settings)
        job = build_definitions(settings).resolve_job_def(JOB_NAME)
    settle()
    with dagster_instance(settings) as instance:
        job.execute_in_process(instance=instance, raise_on_error=False, tags=tags)


def _not_started(settings: Settings, error: Exception) -> RefreshResult:
    record = RefreshRecord(settings)
    record.fail(cause_of(settings, error))
    with suppress(OSError), (settings.reports / "refresh.log").open("a", encoding="utf-8") as stream:
        stream.write(trace_without_values(error) + "\n")
    with suppress(OSError):  # the very disk may be full: whoever called is told all the same
        record.finish()
    attend_quietly(settings, ended=True, values=record.as_dict())
    return RefreshResult(False, None, record.first_cause, record.alert_text(), (), (), record.as_dict())
