"""What a refresh puts right by itself stands in the journal of acts: it changes what people see or decided."""

import json
from types import SimpleNamespace
from typing import Any

import pytest

from foundation.settings import Settings
from ingestion.report.file_report import FileReport
from orchestration import assembly, mending
from orchestration.audit.journal import journal_path
from orchestration.healing import Healed
from orchestration.home import prepare_home
from orchestration.record import RefreshRecord


def acts(settings: Settings) -> list[dict[str, Any]]:
    path = journal_path(settings)
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()] if path.exists() else []


def begin(settings: Settings, healed: Healed, monkeypatch: pytest.MonkeyPatch) -> None:
    prepare_home(settings)
    monkeypatch.setattr(assembly, "heal", lambda *_, **__: healed)
    monkeypatch.setattr(assembly, "require_room", lambda _: None)
    context: Any = SimpleNamespace(instance=None, run=None)
    assembly._begin(settings, context, RefreshRecord(settings))


def test_a_restored_build_is_an_act(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Guards against decisions and rows that came out of a copy, and nobody can tell when."""
    aside = FileReport("a.csv", "a" * 64, None, None, None, None, "failed")
    begin(settings, Healed(("Файл сборки восстановлен из копии.",), (aside,)), monkeypatch)
    (act,) = acts(settings)
    assert act["action"] == "build_restored"
    assert act["details"] == {"notes": "Файл сборки восстановлен из копии.", "files_set_aside": 1}


def test_a_sound_night_restores_nothing(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Guards against a line a night that tells of nothing."""
    begin(settings, Healed(), monkeypatch)
    assert acts(settings) == []


def test_a_restored_link_is_an_act(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Guards against another release before people's eyes that nobody published."""
    prepare_home(settings)
    monkeypatch.setattr(mending, "mend_current", lambda _: None)
    mending.mend_home(settings)
    assert acts(settings) == []
    monkeypatch.setattr(mending, "mend_current", lambda _: "Ссылка current восстановлена: 20261121T230000Z-1a2b.")
    mending.mend_home(settings)
    (act,) = acts(settings)
    assert act["action"] == "current_restored"
    assert "20261121T230000Z-1a2b" in act["details"]["notes"]
