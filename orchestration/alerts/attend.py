"""Look whether something needs a person, and tell each channel what it has not been told."""

import logging
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from pydantic import ValidationError

from foundation.day import local_day
from foundation.settings import Settings, get_settings
from orchestration.alerts.channels import TITLES, Channel, DeliveryError, channels
from orchestration.alerts.decision import decide, forget_what_ended, remember, take_events
from orchestration.alerts.memory import (
    Memory,
    Told,
    note_unremembered,
    one_at_a_time,
    read_memory,
    was_told_today,
    write_memory,
)
from orchestration.alerts.settings import AlertSettings
from orchestration.alerts.signs import Situation, find_signs, signs_of_files
from orchestration.alerts.wording import Message, compose, try_message
from orchestration.failures import describe_failure, trace_without_values
from orchestration.last_refresh import read_last_refresh

LOG = logging.getLogger("vitrina.refresh")


@dataclass(frozen=True)
class Attempt:
    """One message to one channel."""

    title: str
    message: Message
    failure: str | None
    remark: str | None = None


def attend(
    settings: Settings, *, ended: bool = False, values: dict[str, Any] | None = None, now: datetime | None = None
) -> list[Attempt]:
    """Tell what is due; `ended`: a refresh says it of itself, with its record, which a full disk may not have taken.

    What could not be delivered is tried the next time. Where the disk is too full to remember what is told, a refresh
    tells it all the same, and who looks every hour once a day.
    """
    options = AlertSettings()
    ways = channels(options)
    if not ways:
        return []
    moment = now or datetime.now(UTC)
    with one_at_a_time(settings):
        memory = read_memory(settings)
        values = values or read_last_refresh(settings) or {}
        if ended:
            memory.files = signs_of_files(settings, values)
        situation = find_signs(settings, options, moment, memory.files, values, ended=ended)
        if not ended and not _is_remembered(settings, memory) and was_told_today(settings, moment):
            return []
        _take_events(memory, ways, situation)
        attempts = [
            attempt
            for way in ways
            if (attempt := _tell(settings, options, way, memory.of(way.code), situation, moment)) is not None
        ]
        is_remembered = _is_remembered(settings, memory)
        if is_remembered or attempts:
            note_unremembered(settings, None if is_remembered else moment)
    return attempts


def _is_remembered(settings: Settings, memory: Memory) -> bool:
    try:
        write_memory(settings, memory)
    except OSError:
        return False
    return True


def attend_quietly(settings: Settings, *, ended: bool, values: dict[str, Any] | None = None) -> None:
    """The same where nothing may fail by it: a refresh, the hourly look. A release that is rebuilt alerts nobody."""
    try:
        if settings.home == get_settings().home:
            for attempt in attend(settings, ended=ended, values=values):
                LOG.info("Оповещение (%s): %s", attempt.title, attempt.failure or "доставлено")
    except ValidationError as error:
        LOG.warning("Оповещения не настроены: %s", wrong_setting(error))
    except Exception as error:
        LOG.warning("Оповещения не отправлены\n%s", trace_without_values(error))


def undelivered(settings: Settings) -> list[dict[str, str | None]]:
    """Channels that could not be told what they should know: for `vitrina status`."""
    return [
        {"channel": TITLES.get(code, code), "at": told.failed_at, "reason": told.failure}
        for code, told in read_memory(settings).channels.items()
        if told.failure is not None
    ]


def wrong_setting(error: ValidationError) -> str:
    """Which setting of alerts is wrong, without its value: it may be a password."""
    first = error.errors(include_input=False, include_url=False)[0]
    if not first["loc"]:
        return str(first["msg"]).removeprefix("Value error, ")
    return f"настройка VITRINA_ALERT_{str(first['loc'][0]).upper()} не годится"


def send_try(settings: Settings) -> list[Attempt]:
    """A try message to every channel; the memory of what has been told stays as it is."""
    message = try_message(settings, datetime.now(UTC))
    return [_attempt(way, message) for way in channels(AlertSettings())]


def _take_events(memory: Memory, ways: list[Channel], situation: Situation) -> None:
    refresh = situation.values.get("started_at")
    if refresh is None or refresh == memory.events_of or not situation.is_known:
        return
    for way in ways:
        take_events(memory.of(way.code), situation)
    memory.events_of = refresh


def _tell(
    settings: Settings, options: AlertSettings, way: Channel, told: Told, situation: Situation, now: datetime
) -> Attempt | None:
    today = local_day(now, settings.timezone)
    notice = decide(told, situation, today, options.remind_after_days)
    attempt = None
    if notice is None:
        told.failure = told.failed_at = None  # what could not be delivered is no longer to be told
    else:
        attempt = _attempt(way, compose(settings, notice, situation, now))
        if attempt.failure is None:
            remember(told, notice, today)
            told.delivered_at, told.failure, told.failed_at = now.isoformat(timespec="seconds"), None, None
        else:
            told.failed_at, told.failure = now.isoformat(timespec="seconds"), attempt.failure
    forget_what_ended(told, situation)
    return attempt


def _attempt(way: Channel, message: Message) -> Attempt:
    try:
        return Attempt(way.title, message, None, way.deliver(message))
    except DeliveryError as error:
        return Attempt(way.title, message, str(error))
    except Exception as error:  # one way that fails must not silence the others, nor forget what they were told
        LOG.debug("%s", trace_without_values(error))
        return Attempt(way.title, message, describe_failure(error))
