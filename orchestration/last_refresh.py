"""The outcome of the last refresh, as it stands in reports/last_refresh.json."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from foundation.private_file import write_private
from foundation.settings import Settings


def last_refresh_path(settings: Settings) -> Path:
    """Where the outcome of the last refresh stands."""
    return settings.reports / "last_refresh.json"


def read_last_refresh(settings: Settings) -> dict[str, Any] | None:
    """The outcome of the last refresh, or None when there was none or its record is damaged: no night stops at that."""
    try:
        values: dict[str, Any] = json.loads(last_refresh_path(settings).read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return None
    return values


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
    """When a refresh last published or found nothing new, whatever has come since; None when none is known of."""
    if values is None:
        return None
    found = values.get("succeeded_at")
    if found is None and values["outcome"] == "published":  # written by a version that did not keep it
        found = values["finished_at"]
    return datetime.fromisoformat(found) if found else None


def second_attempt_is_due(settings: Settings) -> bool:
    """Whether the last refresh failed and another one may publish (orchestration/healing.py)."""
    last = read_last_refresh(settings)
    return last is not None and bool(last.get("second_attempt"))
