"""The day that counts as today, where dates of facts are checked.

A file is held to the day it was received, not to the day it happens to be read: read again from the archive, it
gives the same rows.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

_day: ContextVar[date | None] = ContextVar("day_of_receipt", default=None)


def today() -> date:
    """The day set by `on_day`, else the machine's own."""
    return _day.get() or date.today()


@contextmanager
def on_day(day: date) -> Iterator[None]:
    """Let `day` be today within the block."""
    token = _day.set(day)
    try:
        yield
    finally:
        _day.reset(token)


def local_day(moment: datetime, timezone: str) -> date:
    """The day of a moment in a time zone; a moment without a zone is UTC, as everywhere in the warehouse."""
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(ZoneInfo(timezone)).date()
