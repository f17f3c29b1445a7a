"""The record of the last refresh: damaged, of an earlier version, written while the clock ran ahead."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from cli.main import main
from foundation.settings import Settings
from orchestration.alerts.settings import AlertSettings
from orchestration.alerts.signs import find_signs
from orchestration.last_refresh import last_refresh_path, last_success, read_last_refresh, write_last_refresh

NOW = datetime.now(UTC)
STARTED = {"started_at": (NOW - timedelta(hours=2)).isoformat()}


@pytest.fixture
def run(settings: Settings, capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str]]:
    def invoke(*arguments: str) -> tuple[int, str]:
        code = main(list(arguments))
        out, err = capsys.readouterr()
        assert "Непредвиденная" not in out + err
        assert "проверить не удалось" not in out + err
        return code, out + err

    return invoke


@pytest.mark.parametrize(
    "content",
    ["", "[]", "null", "{}", '"x"', "\x00" * 100, '{"outcome": "weird", "started_at": "2026-11-01T00:00:00+00:00"}',
     '{"outcome": "failed", "started_at": "2026-11-01T00:00:00+00:00", "finished_at": "x"}',
     '{"outcome": "running", "started_at": "2026-11-01T00:00:00+00:00", "files": null}'],
)  # fmt: skip
def test_a_damaged_record_stops_nobody(content: str, settings: Settings, run: Callable[..., tuple[int, str]]) -> None:
    """Guards against a monitor, `status` or an alert that fails for good at a file a power cut left behind."""
    settings.reports.mkdir(parents=True)
    last_refresh_path(settings).write_text(content, encoding="utf-8")
    assert read_last_refresh(settings) is None
    assert run("status", "--max-age", "26h") == (1, "Удачного обновления ещё не было. Подробности: vitrina status\n")
    assert run("status")[0] == 0
    run("doctor")
    assert find_signs(settings, AlertSettings(), NOW, [], read_last_refresh(settings) or {}, ended=False).lasting == ()


@pytest.mark.parametrize(
    "values",
    [{"outcome": "published"}, {"outcome": "running"}, {"outcome": "failed"}, {**STARTED, "outcome": "running"},
     {**STARTED, "outcome": "partial"},
     {**STARTED, "outcome": "published", "finished_at": NOW.isoformat()}],
)  # fmt: skip
def test_a_record_of_another_version_is_read(
    values: dict[str, Any], settings: Settings, run: Callable[..., tuple[int, str]]
) -> None:
    """Guards against an upgrade after which nothing answers until the first night has passed."""
    settings.reports.mkdir(parents=True)
    last_refresh_path(settings).write_text(json.dumps(values), encoding="utf-8")
    assert run("status", "--max-age", "26h")[0] == (0 if values.get("finished_at") else 1)
    assert run("status")[0] == 0
    run("doctor")


def test_a_clock_that_ran_ahead_proves_no_night(settings: Settings, run: Callable[..., tuple[int, str]]) -> None:
    """Guards against a monitor that is content for years because one night was dated 2031."""
    ahead = (NOW + timedelta(days=1500)).isoformat()
    values = {"started_at": ahead, "finished_at": ahead, "succeeded_at": ahead, "outcome": "published"}
    write_last_refresh(settings, values)
    assert last_success(read_last_refresh(settings)) is None
    assert run("status", "--max-age", "26h")[0] == 1
    (sign,) = find_signs(settings, AlertSettings(), NOW, [], read_last_refresh(settings) or {}, ended=False).lasting
    assert sign.key == "age"
    assert "часы" in sign.text
