"""The outcome of the last refresh, as it stands in reports/last_refresh.json."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from foundation.private_file import write_private
from foundation.settings import Settings

OUTCOMES = frozenset({"running", "published", "failed", "partial"})
NOT_SAID: dict[str, Any] = {
    "started_at": None, "finished_at": None, "release_id": None, "first_cause": None, "notes": [], "warnings": [],
    "files": [],
}  # fmt: skip
CLOCK_TOLERANCE = timedelta(minutes=5)


def last_refresh_path(settings: Settings) -> Path:
    """Where the outcome of the last refresh stands."""
    return settings.reports / "last_refresh.json"


def read_last_refresh(settings: Settings) -> dict[str, Any] | None:
    """The outcome of the last refresh, or None when there was none or its record is damaged: no night stops at that."""
    try:
        return _record(json.loads(last_refresh_path(settings).read_text(encoding="utf-8")))
    except (FileNotFoundError, ValueError, TypeError, KeyError, AttributeError):
        return None


def _record(values: Any) -> dict[str, Any]:
    """What all who ask rely on, of a record by an earlier version too; raises what a damaged one makes it raise."""
    record: dict[str, Any] = {**NOT_SAID, **values}
    if record["outcome"] not in OUTCOMES:
        raise ValueError
    for moment in (record["started_at"], record["finished_at"], record.get("succeeded_at")):
        if moment is not None:
            datetime.fromisoformat(moment)
    for name in ("notes", "warnings", "files"):
        list(record[name])
    return record


def write_last_refresh(settings: Settings, values: dict[str, Any]) -> None:
    """Put the outcome in its place, whole."""
    settings.reports.mkdir(parents=True, exist_ok=True)
    write_private(last_refresh_path(settings), json.dumps(values, ensure_ascii=False, indent=2) + "\n")


def record_nothing_new(settings: Settings) -> dict[str, Any] | None:
    """Remember that a refresh found the release up to date: for whoever asks whether nights still come."""
    values = read_last_refresh(settings)
    if values is not None:
        values["succeeded_at"] = datetime.now(UTC).isoformat(timespec="seconds")
        write_last_refresh(settings, values)
    return values


def last_success(values: dict[str, Any] | None) -> datetime | None:
    """When a refresh last published or found nothing new, whatever has come since; None when none is known of.

    A moment that is yet to come, written while the clock ran ahead, proves nothing.
    """
    if values is None:
        return None
    found = values.get("succeeded_at")
    if found is None and values["outcome"] == "published":  # written by a version that did not keep it
        found = values.get("finished_at")
    moment = datetime.fromisoformat(found) if found else None
    return None if moment is None or is_to_come(moment) else moment


def is_to_come(moment: datetime, now: datetime | None = None) -> bool:
    """Whether a recorded moment lies ahead of the clock."""
    return moment > (now or datetime.now(UTC)) + CLOCK_TOLERANCE


def unread_files(values: dict[str, Any] | None) -> list[dict[str, str]]:
    """Names and reasons of the files that stayed in landing because nobody could read them."""
    files = values["files"] if values else []
    return [
        {"name": file["original_name"], "reason": file["refusal"]}
        for file in files
        if file["outcome"] == "failed" and not file["sha256"]
    ]


def second_attempt_is_due(settings: Settings) -> bool:
    """Whether the last refresh failed and another one may publish (orchestration/healing.py)."""
    last = read_last_refresh(settings)
    return last is not None and bool(last.get("second_attempt"))
