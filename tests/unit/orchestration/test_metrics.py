"""What a monitor asks: whether nights still come, and what the last one did."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families

from cli.exits import FINE, WANTING, UsageError
from cli.status import _judge_age, span_of
from foundation.settings import Settings
from orchestration.last_refresh import last_success, read_last_refresh, record_nothing_new, write_last_refresh
from orchestration.metrics import bytes_of, metrics_path, write_metrics
from orchestration.record import RefreshRecord

LONG_AGO = datetime.now(UTC) - timedelta(hours=30)


def values(outcome: str = "published", finished: datetime | None = LONG_AGO, **more: Any) -> dict[str, Any]:
    files = [
        {
            "outcome": "loaded",
            "rows_read": 10,
            "rows_accepted": 7,
            "rows_rejected": 2,
            "rows_held": 1,
            "rows_ignored": 0,
        },
        {"outcome": "refused", "rows_read": None},
    ]
    finished_at = finished.isoformat() if finished else None
    return {"outcome": outcome, "finished_at": finished_at, "first_cause": None, "warnings": [], "files": files, **more}


def metrics_of(settings: Settings) -> dict[str, float]:
    text = metrics_path(settings).read_text(encoding="utf-8")
    samples = [sample for family in text_string_to_metric_families(text) for sample in family.samples]
    return {" ".join([sample.name, *sample.labels.values()]): sample.value for sample in samples}


def test_metrics_tell_the_night(settings: Settings) -> None:
    """Guards against a monitor that sees zeros: rejected rows, refused files, and when the last good night was."""
    settings.reports.mkdir(parents=True)
    write_metrics(settings, values(warnings=["w"]))
    found = metrics_of(settings)
    assert found["vitrina_last_refresh_failed"] == 0
    assert found["vitrina_last_refresh_warnings"] == 1
    assert found["vitrina_last_refresh_files refused"] == 1
    assert (found["vitrina_last_refresh_rows read"], found["vitrina_last_refresh_rows rejected"]) == (10, 2)
    assert found["vitrina_last_success_timestamp_seconds"] == pytest.approx(LONG_AGO.timestamp())
    assert found["vitrina_disk_free_bytes"] > 0


def test_a_failed_night_is_no_success(settings: Settings) -> None:
    """Guards against a monitor that stays green while nothing is published."""
    settings.reports.mkdir(parents=True)
    write_metrics(settings, values("failed", first_cause="проверка"))
    found = metrics_of(settings)
    assert found["vitrina_last_refresh_failed"] == 1
    assert "vitrina_last_success_timestamp_seconds" not in found


@pytest.mark.parametrize("outcome", ["failed", "running", "partial"])
def test_only_a_published_release_is_a_success(outcome: str) -> None:
    """Guards against a refresh that hangs, or published nothing, taken for a good night."""
    assert last_success(values(outcome)) is None
    assert last_success(None) is None
    assert last_success(values()) == LONG_AGO


def test_a_refresh_under_way_is_no_alarm(settings: Settings) -> None:
    """Guards against a monitor that rings every night while the refresh runs, and after the first failure at once."""
    write_last_refresh(settings, values(finished=datetime.now(UTC) - timedelta(hours=20)))
    record = RefreshRecord(settings)
    record.begin()
    assert _judge_age(settings, span_of("26h"), as_json=False) == FINE
    record.fail("диск полон")
    record.finish()
    assert _judge_age(settings, span_of("26h"), as_json=False) == FINE, "the release of yesterday is 20 hours old"
    assert _judge_age(settings, span_of("19h"), as_json=False) == WANTING
    again = RefreshRecord(settings)
    again.begin()
    again.published = True
    again.finish()
    assert _judge_age(settings, span_of("1h"), as_json=False) == FINE


@pytest.mark.parametrize("content", ["", "{", "\x00\x00"])
def test_a_damaged_record_stops_no_night(content: str, settings: Settings) -> None:
    """Guards against a refresh that cannot begin because the record of the last one was cut short by a full disk."""
    settings.reports.mkdir(parents=True)
    (settings.reports / "last_refresh.json").write_text(content, encoding="utf-8")
    record = RefreshRecord(settings)
    record.begin()
    record.finish()
    assert read_last_refresh(settings) is not None


def test_a_night_without_news_is_a_good_night(settings: Settings) -> None:
    """Guards against an alarm in a quiet summer: nothing came, the schedule ran, the release stands."""
    write_last_refresh(settings, values())
    assert _judge_age(settings, span_of("26h"), as_json=False) == WANTING
    record_nothing_new(settings)
    assert _judge_age(settings, span_of("26h"), as_json=False) == FINE


def test_the_age_is_told(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    """Guards against a code without a word of when, of what, and where to look."""
    write_last_refresh(settings, values(finished=datetime.now(UTC) - timedelta(hours=30)))
    assert _judge_age(settings, span_of("26h"), as_json=False) == WANTING
    assert "30,0 ч назад, а должно быть не старше 26 ч" in capsys.readouterr().err
    assert _judge_age(settings, span_of("2d"), as_json=False) == FINE
    write_last_refresh(settings, values("failed", first_cause="диск полон"))
    assert _judge_age(settings, span_of("2d"), as_json=False) == WANTING
    assert "диск полон" in capsys.readouterr().err


def test_the_age_is_told_to_programs(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    """Guards against a line of prose where --json was asked for."""
    assert _judge_age(settings, span_of("26h"), as_json=True) == WANTING
    assert json.loads(capsys.readouterr().out) == {
        "is_fresh": False, "succeeded_at": None, "age_hours": None, "limit_hours": 26, "first_cause": None
    }  # fmt: skip
    write_last_refresh(settings, values(finished=datetime.now(UTC) - timedelta(hours=30)))
    assert _judge_age(settings, span_of("2d"), as_json=True) == FINE
    found = json.loads(capsys.readouterr().out)
    assert found["is_fresh"] is True
    assert found["age_hours"] == pytest.approx(30, abs=0.1)


@pytest.mark.parametrize("text", ["26", "0h", "h", "26m", "-1h", ""])
def test_a_span_that_is_none_is_refused(text: str) -> None:
    """Guards against «26» read as 26 seconds, or as no limit."""
    with pytest.raises(UsageError, match="нужен срок"):
        span_of(text)


def test_what_is_linked_twice_is_counted_once(tmp_path: Path) -> None:
    """Guards against a home that looks twice as large once releases share files."""
    (tmp_path / "one").write_bytes(b"x" * 100)
    (tmp_path / "two").hardlink_to(tmp_path / "one")
    assert bytes_of(tmp_path) == 100
