"""Whether a channel is told something now: a new trouble, a reminder, the all-clear, or nothing."""

from dataclasses import asdict, dataclass
from datetime import date
from typing import Literal

from orchestration.alerts.memory import EVENTS_KEPT, Told
from orchestration.alerts.signs import Sign, Situation

Event = Literal["trouble", "reminder", "all_clear", "test"]


@dataclass(frozen=True)
class Notice:
    """What to tell: the signs that are new to the channel first, then those it knows and that last."""

    event: Event
    new: tuple[Sign, ...] = ()
    known: tuple[Sign, ...] = ()
    since: date | None = None
    """Of a reminder and of the all-clear: the day the trouble was told."""


def take_events(told: Told, situation: Situation) -> None:
    """Let a channel owe the events of a refresh, each once."""
    owed = {event["key"]: event for event in told.untold}
    owed |= {sign.key: asdict(sign) for sign in situation.events}
    told.untold = list(owed.values())[-EVENTS_KEPT:]


def decide(told: Told, situation: Situation, today: date, remind_after_days: int) -> Notice | None:
    """What this channel is to be told today."""
    new = tuple(sign for sign in situation.lasting if sign.key not in told.signs)
    known = tuple(sign for sign in situation.lasting if sign.key in told.signs)
    events = tuple(Sign(**event) for event in told.untold)
    if new or events:
        return Notice("trouble", new + events, known)
    since = min((date.fromisoformat(day) for day in told.signs.values()), default=None)
    if since is None:
        return None
    if not situation.lasting:
        return Notice("all_clear", since=since) if situation.is_known else None
    overdue = [
        sign
        for sign in known
        if sign.key not in told.reminded
        and (today - date.fromisoformat(told.signs[sign.key])).days >= remind_after_days
    ]
    return Notice("reminder", known=known, since=since) if overdue else None


def remember(told: Told, notice: Notice, today: date) -> None:
    """A notice was delivered."""
    if notice.event == "all_clear":
        told.signs, told.reminded = {}, []
        return
    owed = {event["key"] for event in told.untold}
    told.signs |= {sign.key: today.isoformat() for sign in notice.new if sign.key not in owed}
    told.untold = []
    if notice.event == "reminder":
        told.reminded = sorted({*told.reminded, *(sign.key for sign in notice.known)})


def forget_what_ended(told: Told, situation: Situation) -> None:
    """Of several troubles some have ended: should one come back, it is new.

    Whoever was told of anything is told of its end: so what nothing told has replaced stays until the all-clear.
    """
    lasting = {sign.key for sign in situation.lasting}
    left = {key: day for key, day in told.signs.items() if key in lasting}
    if situation.is_known and left:
        told.signs = left
        told.reminded = [key for key in told.reminded if key in lasting]
