"""What needs a person, read from the record of the last refresh and from the journal of files.

A sign that lasts (a release not published, a file not dealt with) is told when it begins and when it has ended; an
event (a file refused as a whole) is told once. Rows that wait for a steward are no sign: they are the steward's daily
work, not an administrator's night.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import duckdb

from foundation.settings import Settings
from ingestion.errors import BuildInUseError
from ingestion.store.receipts import list_failed
from orchestration.alerts.settings import AlertSettings
from orchestration.last_refresh import is_to_come, last_success
from orchestration.lock import refresh_is_running
from publishing.catalogue import current_release, local_time
from schemas.personal import mask

FINE_OUTCOMES = frozenset({"loaded", "unchanged", "checked", "refused"})
"""What becomes of a file and needs no administrator; a file refused is told, and is its sender's to mend."""
CHANGING = re.compile(r"«[^»]*»|\d{8}T\d{6}Z-[0-9a-f]{4}|(?<![\w.-])\d[\d\s.,:]*(?![\w-]|\.\w)")
"""What differs each night in the words of one and the same cause; names in quotation marks stay."""


@dataclass(frozen=True)
class Sign:
    """One thing that needs a person: its key (the same for the same trouble), what it is and what to do."""

    key: str
    text: str
    next_step: str


@dataclass(frozen=True)
class Situation:
    """Everything known after the last refresh."""

    lasting: tuple[Sign, ...]
    events: tuple[Sign, ...]
    is_known: bool
    """False while a refresh runs, before its second attempt, or after it was cut short: what is not seen now may still
    be wrong."""
    values: dict[str, Any]
    """The record of the last refresh; empty when there is none."""


def find_signs(
    settings: Settings,
    options: AlertSettings,
    now: datetime,
    files: Sequence[Sign] | None,
    values: dict[str, Any],
    *,
    ended: bool,
) -> Situation:
    """What is wrong now. `files` as `signs_of_files` found them, None when it could not look; `values`: the record of
    the last refresh, empty when there is none.

    `ended` is said by a refresh of itself: it still holds the lock.
    """
    is_running = refresh_is_running(settings) and not ended
    is_over = values.get("outcome") in {"published", "failed"} and not values.get("second_attempt")
    is_known = is_over and not is_running
    lasting = [*_of_refresh(settings, values), *(files or ())] if is_known else []
    lasting += _of_age(settings, options, values, now)
    once = {sign.key: sign for sign in reversed(lasting)}
    in_order = tuple(once[key] for key in dict.fromkeys(sign.key for sign in lasting))
    return Situation(in_order, _events(values), is_known and files is not None, values)


def signs_of_files(settings: Settings, values: dict[str, Any]) -> list[Sign] | None:
    """Files that are not in the release though nobody refused them; None when the build cannot be asked.

    For the end of a refresh only: whoever else opens the build may stand in the way of one.
    """
    step = "остальное опубликовано; файл ждёт в архиве, подробности: vitrina status"
    tonight = [
        _sign(f"file:{file['sha256'] or file['original_name']}", _told_of_file("Файл не опубликован", file), step)
        for file in values.get("files", [])
        if file["outcome"] not in FINE_OUTCOMES
    ]
    try:
        failed = list_failed(settings)
    except (BuildInUseError, duckdb.Error):
        return None
    members = [(file.receipt.member, file.reason) for file in failed]
    return tonight + [
        _sign(f"file:{member.sha256}", _told("Файл не опубликован", member.name, reason), step)
        for member, reason in members
    ]


def _of_refresh(settings: Settings, values: dict[str, Any]) -> Iterator[Sign]:
    if values["outcome"] == "failed":
        cause = (values["first_cause"] or "причина не установлена").rstrip(".")
        step = f"исправить названную причину и выполнить: vitrina refresh. Журнал: {settings.reports / 'refresh.log'}"
        yield _sign(f"release:{constant_part(cause)}", f"Выпуск не опубликован: {cause}.", step)
    for warning in values.get("warnings", []):
        yield _sign(f"warning:{constant_part(warning)}", warning, "выполнить сказанное; проверить: vitrina status")


def _of_age(settings: Settings, options: AlertSettings, values: dict[str, Any], now: datetime) -> list[Sign]:
    """Nights that no longer come; a night that came and failed has a sign of its own."""
    moments = [last_success(values) if values else None, _finished(values), _published(settings)]
    known = [moment for moment in moments if moment is not None]
    ends = [moment for moment in known if not is_to_come(moment, now)]
    if not known or (ends and now - max(ends) <= timedelta(hours=options.max_age_hours)):
        return []
    if ends:
        text = f"Обновления не было с {local_time(settings, max(ends)):%d.%m.%Y %H:%M}."
    else:
        text = "Когда было обновление, неизвестно: записано время, которое ещё не наступило. Проверьте часы машины."
    if values.get("outcome") == "running" and values["started_at"]:
        started = local_time(settings, datetime.fromisoformat(values["started_at"]))
        text += f" Последнее начато {started:%d.%m.%Y %H:%M} и не закончено."
    step = "проверить, работает ли служба: vitrina doctor; обновить сейчас: vitrina refresh"
    return [_sign("age", text, step)]


def _finished(values: dict[str, Any]) -> datetime | None:
    found = values.get("finished_at")
    return datetime.fromisoformat(found) if found else None


def _published(settings: Settings) -> datetime | None:
    release = current_release(settings)
    return release.published_at.astimezone(UTC) if release else None


def _events(values: dict[str, Any]) -> tuple[Sign, ...]:
    step = "отправить протокол отправителю; исправленный файл: vitrina add ФАЙЛ"
    return tuple(
        _sign(f"refused:{file['sha256']}", _told_of_file("Файл отклонён целиком", file), step)
        for file in values.get("files", [])
        if file["outcome"] == "refused"
    )


def _told_of_file(verdict: str, file: dict[str, Any]) -> str:
    return _told(verdict, file["original_name"], file.get("refusal") or "")


def _told(verdict: str, name: str, reason: str) -> str:
    """«Файл отклонён целиком: кадры.csv: нет столбца …»; most reasons name their file themselves."""
    said = reason.rstrip(".") or "причина в протоколе"
    return f"{verdict}: {said if name in said else f'{name}: {said}'}."


def _sign(key: str, text: str, step: str) -> Sign:
    return Sign(mask(key), mask(text), step)


def constant_part(cause: str) -> str:
    """A cause without what changes from night to night: counts, moments, numbers of releases."""
    return CHANGING.sub(lambda found: found[0] if found[0].startswith("«") else "#", cause)
