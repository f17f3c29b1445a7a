"""The message of an alert: subject, text for people, values for programs. Nothing of people's data in any of them."""

import socket
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from foundation.plural import plural
from foundation.settings import Settings
from orchestration.alerts.decision import Event, Notice
from orchestration.alerts.signs import Sign, Situation
from publishing.catalogue import current_release, local_time
from schemas.personal import mask

SHOWN = 10
"""Troubles told in full; of more, their number."""


@dataclass(frozen=True)
class Message:
    """What every channel delivers in its own form."""

    event: Event
    subject: str
    text: str
    values: dict[str, Any]

    def as_dict(self) -> dict[str, Any]:
        """The JSON of a webhook; `text` is what chat servers show."""
        return {"event": self.event, "subject": self.subject, "text": self.text, **self.values}


def compose(settings: Settings, notice: Notice, situation: Situation, now: datetime) -> Message:
    """Say a notice in Russian: first cause, what stands published, what to do."""
    signs = [*notice.new, *notice.known]
    standing = _standing(settings)
    head = _head(notice, signs)
    parts = [f"{head}\n{_of_night(situation.values, signs)}{standing}", *_more(notice, signs)]
    if steps := list(dict.fromkeys(sign.next_step for sign in signs[:SHOWN])):
        parts.append(f"Что сделать: {steps[0]}" if len(steps) == 1 else "Что сделать:\n- " + "\n- ".join(steps))
    if held := sum(file.get("rows_held") or 0 for file in situation.values.get("files", [])):
        rows = plural(held, "строка", "строки", "строк")
        parts.append(f"Ждут решения оператора данных: {rows} этой ночи (vitrina match list).")
    parts.append(_where(settings, now))
    text = mask("\n\n".join(parts)) + "\n"
    return Message(
        notice.event,
        mask(_one_line(f"Витрина: {_subject(notice, signs)}")),
        text,
        _values(settings, notice, signs, situation.values),
    )


def try_message(settings: Settings, now: datetime) -> Message:
    """What `vitrina alert --test` sends."""
    said = "Это проверка оповещений: делать ничего не нужно."
    text = mask("\n\n".join([said, _standing(settings), _where(settings, now)])) + "\n"
    return Message("test", "Витрина: проверка оповещений", text, _values(settings, Notice("test"), [], {}))


def _head(notice: Notice, signs: list[Sign]) -> str:
    if notice.event == "all_clear":
        return f"Всё в порядке: неполадка, о которой сообщалось {_day(notice.since)}, устранена."
    if notice.event == "reminder":
        return f"Напоминание: неполадка, о которой сообщалось {_day(notice.since)}, не устранена. {signs[0].text}"
    return signs[0].text


def _more(notice: Notice, signs: list[Sign]) -> Iterable[str]:
    """Everything beside the first cause."""
    new, known = notice.new[1:], notice.known if notice.new else notice.known[1:]
    for title, further in (("Кроме того", new), ("По-прежнему", known)):
        if further:
            lines = [f"- {sign.text}" for sign in further[:SHOWN]]
            if len(further) > SHOWN:
                lines.append(f"- и ещё {len(further) - SHOWN}, все: vitrina status")
            yield f"{title}:\n" + "\n".join(lines)


def _subject(notice: Notice, signs: list[Sign]) -> str:
    if notice.event == "all_clear":
        return "всё в порядке"
    first = signs[0].text.rstrip(".")
    return f"напоминание: {first}" if notice.event == "reminder" else first


def _of_night(values: dict[str, Any], signs: list[Sign]) -> str:
    """A line about the files of the last refresh: in the release, or waiting for the next one."""
    loaded = loaded_files(values)
    if not signs or signs[0].key == "age" or not loaded:
        return ""
    names = ", ".join(loaded[:SHOWN]) + (f" и ещё {len(loaded) - SHOWN}" if len(loaded) > SHOWN else "")
    if values.get("outcome") == "published":
        return f"Опубликовано файлов последнего обновления: {len(loaded)} ({names}).\n"
    return f"Не опубликовано файлов последнего обновления: {len(loaded)} ({names}); войдут в следующий выпуск.\n"


def loaded_files(values: dict[str, Any]) -> list[str]:
    """Names of the files that the last refresh took in, each once: a workbook may have several parts."""
    loaded = [file["original_name"] for file in values.get("files", []) if file["outcome"] == "loaded"]
    return list(dict.fromkeys(loaded))


def _standing(settings: Settings) -> str:
    standing = current_release(settings)
    if standing is None:
        return "Действующего выпуска нет."
    published = f"Действует выпуск от {local_time(settings, standing.published_at):%d.%m.%Y}"
    return f"{published}, данные на {standing.data_date:%d.%m.%Y}." if standing.data_date else f"{published}."


def _where(settings: Settings, now: datetime) -> str:
    return f"{socket.gethostname()}, {settings.home}, {local_time(settings, now):%d.%m.%Y %H:%M}"


def _day(day: date | None) -> str:
    return f"{day:%d.%m.%Y}" if day else "ранее"


LONGEST_SUBJECT = 150


def _one_line(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= LONGEST_SUBJECT else line[: LONGEST_SUBJECT - 1] + "…"


def _values(settings: Settings, notice: Notice, signs: list[Sign], values: dict[str, Any]) -> dict[str, Any]:
    standing = current_release(settings)
    return {
        "first_cause": signs[0].text if signs else None,
        "next_step": signs[0].next_step if signs else None,
        "troubles": [sign.text for sign in signs],
        "published": values.get("outcome") == "published" if values else None,
        "files": [mask(name) for name in loaded_files(values)],
        "since": notice.since.isoformat() if notice.since else None,
        "release_id": standing.release_id if standing else None,
        "published_at": standing.published_at.isoformat() if standing else None,
        "host": socket.gethostname(),
        "home": mask(str(settings.home)),
    }
