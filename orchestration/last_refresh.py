"""The outcome of the last refresh, as it stands in reports/last_refresh.json."""

import json
from pathlib import Path
from typing import Any

from foundation.settings import Settings


def last_refresh_path(settings: Settings) -> Path:
    """Where the outcome of the last refresh stands."""
    return settings.reports / "last_refresh.json"


def read_last_refresh(settings: Settings) -> dict[str, Any] | None:
    """The outcome of the last refresh, or None when there was none."""
    path = last_refresh_path(settings)
    if not path.is_file():
        return None
    values: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return values
