"""The record of a refresh: first cause, one alert, nothing personal."""

import json
import logging

import dagster as dg
import pytest

from foundation.settings import Settings
from ingestion.errors import UserError
from orchestration import assets
from orchestration.failures import trace_without_values
from orchestration.last_refresh import last_refresh_path, read_last_refresh
from orchestration.record import RefreshRecord, StepFailedError

SNILS = "112-233-445 95"


@pytest.fixture
def alerts(caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch) -> pytest.LogCaptureFixture:
    monkeypatch.setattr(logging.getLogger("vitrina.refresh"), "propagate", True)
    caplog.set_level(logging.DEBUG, "vitrina.refresh")
    return caplog


def test_first_cause_is_kept_and_alerted_once(settings: Settings, alerts: pytest.LogCaptureFixture) -> None:
    """Guards against an alert that names a consequence, or several alerts for one bad night."""
    record = RefreshRecord(settings)
    record.begin()
    record.fail("первая причина")
    record.fail("следствие")
    record.finish()
    errors = [entry.getMessage() for entry in alerts.records if entry.levelno == logging.ERROR]
    assert errors == ["Выпуск не опубликован: первая причина. Прежнего выпуска нет."]
    found = read_last_refresh(settings)
    assert found is not None
    assert (found["outcome"], found["first_cause"], found["release_id"]) == ("failed", "первая причина", None)


def test_killed_refresh_is_seen_as_unfinished(settings: Settings) -> None:
    """Guards against status showing yesterday's success when tonight's refresh was killed half way."""
    RefreshRecord(settings).begin()
    assert json.loads(last_refresh_path(settings).read_text(encoding="utf-8"))["outcome"] == "running"


def test_exception_message_with_personal_data_goes_nowhere(
    settings: Settings, alerts: pytest.LogCaptureFixture
) -> None:
    """Guards against a library error quoting a СНИЛС into the log, the alert or Dagster's event storage."""
    record = RefreshRecord(settings)
    with pytest.raises(StepFailedError) as raised, record.step("Загрузка: Кадры"):
        try:
            int(SNILS)
        except ValueError as error:
            raise KeyError(f"row of {SNILS}") from error
    record.finish()
    assert raised.value.__cause__ is None
    assert raised.value.__suppress_context__
    everything = alerts.text + str(raised.value) + last_refresh_path(settings).read_text(encoding="utf-8")
    assert SNILS not in everything
    assert "KeyError" in everything


def test_message_written_for_users_is_passed_on(settings: Settings) -> None:
    """Guards against hiding the very sentence that says what to do."""
    record = RefreshRecord(settings)
    with pytest.raises(StepFailedError), record.step("Приём"):
        raise UserError("Нет секрета. Выполните: vitrina init")
    assert record.first_cause == "Нет секрета. Выполните: vitrina init"


def test_trace_keeps_places_and_drops_values() -> None:
    """Guards against an error log useless for repair, or one that holds the data."""
    try:
        int(SNILS)
    except ValueError as error:
        text = trace_without_values(error)
    assert "test_refresh_record.py" in text
    assert SNILS not in text


def test_what_waits_again_is_among_the_notes(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Guards against rows of earlier files that are held by a refresh which says nothing of it."""
    record = RefreshRecord(settings)
    monkeypatch.setattr("ingestion.pipeline.settle_held", lambda _, say: say("Ждут решения.") or 0)
    (held_rows,) = (one for one in assets.ingestion_assets(settings) if one.key == dg.AssetKey("held_rows"))
    held_rows(refresh_record=record)
    assert record.as_dict()["notes"] == ["Ждут решения."]
