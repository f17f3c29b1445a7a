"""A home whose alerts go to servers on this machine."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from servers import Mailbox, mail_server

from foundation.settings import Settings
from orchestration.home import prepare_home
from orchestration.last_refresh import write_last_refresh

ADMINISTRATOR = "admin@region.example"
EVENING = datetime(2026, 11, 21, 23, 5, tzinfo=UTC)
"""The first night of these tests, 02:05 of 22.11.2026 in Moscow."""


@pytest.fixture
def box() -> Mailbox:
    return Mailbox()


@pytest.fixture
def mail(box: Mailbox, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """A mail server to which alerts of this home go; its port."""
    prepare_home(settings)
    with mail_server(box) as port:
        monkeypatch.setenv("VITRINA_ALERT_EMAIL_TO", ADMINISTRATOR)
        monkeypatch.setenv("VITRINA_ALERT_SMTP_HOST", "127.0.0.1")
        monkeypatch.setenv("VITRINA_ALERT_SMTP_PORT", str(port))
        yield port


@pytest.fixture
def night(settings: Settings) -> Callable[..., datetime]:
    """Leave the record of a night, counted from 0; returns when it ended."""

    def record(number: int, cause: str | None = None, **more: Any) -> datetime:
        ended = EVENING + timedelta(days=number)
        write_last_refresh(
            settings,
            {
                "started_at": (ended - timedelta(minutes=5)).isoformat(),
                "finished_at": ended.isoformat(),
                "outcome": "failed" if cause else "published",
                "succeeded_at": (EVENING - timedelta(days=1) if cause else ended).isoformat(),
                "release_id": None,
                "first_cause": cause,
                "notes": [],
                "warnings": [],
                "files": [],
                **more,
            },
        )
        return ended

    return record
