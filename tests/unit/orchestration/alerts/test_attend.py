"""Nights one after another, and what an administrator's mailbox holds after them."""

import json
import shutil
import stat
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
import requests
from servers import Mailbox, Webhook, free_port, mail_server, webhook_server

from foundation.settings import Settings
from orchestration.alerts.attend import attend, attend_quietly, undelivered
from orchestration.alerts.memory import memory_path
from orchestration.lock import refresh_lock

Night = Callable[..., datetime]
LAW = "проверка «закон сохранения строк» не пройдена для sferum_2024-11.csv (прочитано 512, учтено 511)"
SNILS = "112-233-445 95"


def file(outcome: str, name: str = "кадры.csv", sha256: str = "a" * 64, **more: Any) -> dict[str, Any]:
    return {"original_name": name, "sha256": sha256, "outcome": outcome, "refusal": None, "rows_held": 0, **more}


def subjects(box: Mailbox) -> list[str]:
    return [str(letter["Subject"]) for letter in box.letters]


@pytest.mark.usefixtures("mail")
def test_good_nights_are_silent(settings: Settings, box: Mailbox, night: Night) -> None:
    """Guards against a letter every night, which nobody reads after a week: held rows are a steward's daily work."""
    for number in range(5):
        ended = night(number, files=[file("loaded", rows_held=7), file("unchanged")])
        assert attend(settings, ended=True, now=ended) == []
    assert box.letters == []


@pytest.mark.usefixtures("mail")
def test_a_trouble_is_told_once_reminded_once_and_ended_once(settings: Settings, box: Mailbox, night: Night) -> None:
    """Guards against a letter for each of eight bad nights, and against silence about the end."""
    for number in range(8):
        attend(settings, ended=True, now=night(number, LAW))
    for number in range(8, 12):
        attend(settings, ended=True, now=night(number))
    assert subjects(box) == [
        f"Витрина: Выпуск не опубликован: {LAW}",
        f"Витрина: напоминание: Выпуск не опубликован: {LAW}",
        "Витрина: всё в порядке",
    ]
    first, reminder, end = box.texts()
    assert first.startswith(f"Выпуск не опубликован: {LAW}.\nДействующего выпуска нет.\n")
    assert "Что сделать: исправить названную причину и выполнить: vitrina refresh." in first
    assert "о которой сообщалось 22.11.2026, не устранена" in reminder
    assert "25.11.2026 02:05" in reminder, "three days later"
    assert "сообщалось 22.11.2026, устранена" in end
    assert box.recipients == [["admin@region.example"]] * 3


@pytest.mark.usefixtures("mail")
def test_another_trouble_is_another_message(settings: Settings, box: Mailbox, night: Night) -> None:
    """Guards against a second cause that nobody hears of because the first was told."""
    attend(settings, ended=True, now=night(0, LAW))
    attend(settings, ended=True, now=night(1, LAW.replace("sferum_2024-11", "sferum_2024-12")))
    attend(settings, ended=True, now=night(2, LAW))
    assert [LAW in subject for subject in subjects(box)] == [True, False, True]


@pytest.mark.usefixtures("mail")
@pytest.mark.parametrize(
    ("one", "other"),
    [
        (LAW, LAW.replace("512", "513")),
        ("диск полон: свободно 12,5 МБ", "диск полон: свободно 11 МБ"),
        ("выпуск 20261121T230000Z-1a2b не собран", "выпуск 20261122T230000Z-99ff не собран"),
    ],
)
def test_the_same_trouble_in_other_numbers_is_the_same(
    settings: Settings, box: Mailbox, night: Night, one: str, other: str
) -> None:
    """Guards against a full disk told every night because the bytes left differ."""
    attend(settings, ended=True, now=night(0, one))
    attend(settings, ended=True, now=night(1, other))
    assert len(box.letters) == 1


@pytest.mark.usefixtures("mail")
def test_a_refused_file_is_told_once_and_never_ended(settings: Settings, box: Mailbox, night: Night) -> None:
    """Guards against «всё в порядке» about a file that its sender has not mended, and against telling it twice."""
    refused = file("refused", "кадры.csv", refusal="кадры.csv: нет столбца «ИНН»")
    ended = night(0, files=[refused, file("loaded", "s.csv", "b" * 64, rows_held=3)])
    attend(settings, ended=True, now=ended)
    attend(settings, now=ended + timedelta(hours=1))
    attend(settings, ended=True, now=night(1))
    (text,) = box.texts()
    assert text.startswith(
        "Файл отклонён целиком: кадры.csv: нет столбца «ИНН».\nОпубликовано файлов последнего обновления: 1 (s.csv).\n"
    )
    assert "отправить протокол отправителю" in text
    assert "Ждут решения оператора данных: 3 строки этой ночи" in text


@pytest.mark.usefixtures("mail")
def test_everything_of_a_night_is_one_message(settings: Settings, box: Mailbox, night: Night) -> None:
    """Guards against five letters in one night, and against one letter that names the first of five troubles only."""
    files = [
        file("failed", f"{number}.csv", str(number) * 64, refusal=f"{number}.csv: не обработан") for number in range(3)
    ]
    files += [file("loaded", "good.csv", "d" * 64)] * 2
    attend(settings, ended=True, now=night(0, LAW, files=files, warnings=["дашборды не обновлены"]))
    (text,) = box.texts()
    assert text.startswith(
        f"Выпуск не опубликован: {LAW}.\n"
        "Не опубликовано файлов последнего обновления: 1 (good.csv); войдут в следующий выпуск.\n"
    )
    assert "- дашборды не обновлены" in text
    assert [f"- Файл не опубликован: {number}.csv: не обработан." in text for number in range(3)] == [True] * 3


@pytest.mark.usefixtures("mail")
def test_files_that_could_not_be_read_are_each_a_trouble(settings: Settings, box: Mailbox, night: Night) -> None:
    """Guards against the second file without a hash, unread because of its permissions, taken for the first."""
    unread = [file("failed", f"{number}.csv", "", refusal=f"{number}.csv: не читается") for number in range(3)]
    attend(settings, ended=True, now=night(0, files=unread[:2]))
    attend(settings, ended=True, now=night(1, files=unread))
    first, second = box.texts()
    assert "0.csv" in first
    assert "1.csv" in first
    assert second.startswith("Файл не опубликован: 2.csv: не читается.")


@pytest.mark.usefixtures("mail")
def test_one_way_that_breaks_silences_no_other(
    settings: Settings, box: Mailbox, night: Night, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Guards against a letter sent every hour because what it told was forgotten when the webhook broke."""
    monkeypatch.setenv("VITRINA_ALERT_WEBHOOK_URL", "http://127.0.0.1/")

    def broken(*_: object, **__: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(requests, "post", broken)
    ended = night(0, LAW)
    for hour in range(3):
        attend(settings, ended=not hour, now=ended + timedelta(hours=hour))
    assert len(box.letters) == 1
    (late,) = undelivered(settings)
    assert late["channel"] == "webhook"
    assert "RuntimeError" in str(late["reason"])


@pytest.mark.usefixtures("mail")
def test_no_people_in_a_message(settings: Settings, box: Mailbox, night: Night) -> None:
    """Guards against a СНИЛС of a file's name, or of a path in an error of the system, sent over the network."""
    cause = f"ошибка системы: Permission denied (/landing/Кадры {SNILS}.csv)"
    name = f"Справка {SNILS}.csv"
    attend(settings, ended=True, now=night(0, cause, files=[file("refused", name, refusal=f"{name}: нет строк")]))
    (letter,) = box.letters
    everything = letter.get_content() + str(letter["Subject"]) + memory_path(settings).read_text(encoding="utf-8")
    assert SNILS not in everything
    assert everything.count("[СНИЛС скрыт]") >= 3


def test_mail_that_is_away_is_tried_again(
    settings: Settings, box: Mailbox, night: Night, mail: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Guards against a trouble nobody hears of because the mail was away the night it began."""
    away = free_port()
    monkeypatch.setenv("VITRINA_ALERT_SMTP_PORT", str(away))
    (attempt,) = attend(settings, ended=True, now=night(0, LAW))
    assert attempt.failure is not None
    (told,) = undelivered(settings)
    assert told["channel"] == "почта"
    assert "нет соединения" in str(told["reason"])
    with mail_server(box, away):
        attend(settings, ended=True, now=night(1, LAW))
    assert len(box.letters) == 1
    assert undelivered(settings) == []


def test_a_trouble_that_ended_while_the_mail_was_away_is_told_to_nobody(
    settings: Settings, box: Mailbox, night: Night, mail: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Guards against an all-clear of something nobody was told, and a stale failure in `vitrina status` for ever."""
    monkeypatch.setenv("VITRINA_ALERT_SMTP_PORT", str(free_port()))
    attend(settings, ended=True, now=night(0, LAW))
    monkeypatch.setenv("VITRINA_ALERT_SMTP_PORT", str(mail))
    attend(settings, ended=True, now=night(1))
    assert box.letters == []
    assert undelivered(settings) == []


@pytest.mark.usefixtures("mail")
def test_each_channel_is_told_what_it_missed(
    settings: Settings, box: Mailbox, night: Night, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Guards against a webhook that hears nothing because the mail had been delivered."""
    hook = Webhook(status=503)
    with webhook_server(hook) as url:
        monkeypatch.setenv("VITRINA_ALERT_WEBHOOK_URL", url)
        attend(settings, ended=True, now=night(0, LAW))
        hook.status = 204
        attend(settings, ended=True, now=night(1, LAW))
        attend(settings, ended=True, now=night(2, LAW))
    assert [post["event"] for _, post in hook.posts] == ["trouble", "trouble"]
    assert len(box.letters) == 1
    path, post = hook.posts[-1]
    assert path == "/hooks/secret-token"
    assert post["first_cause"] == f"Выпуск не опубликован: {LAW}."
    assert post["next_step"].startswith("исправить названную причину")
    assert post["published"] is False
    assert post["text"] == box.texts()[0].replace("22.11.2026 02:05", "23.11.2026 02:05")
    assert "secret-token" not in memory_path(settings).read_text(encoding="utf-8")


@pytest.mark.usefixtures("mail")
def test_nights_that_no_longer_come_are_told(settings: Settings, box: Mailbox, night: Night) -> None:
    """Guards against a dead schedule: no refresh ends, so none can tell."""
    ended = night(0)
    assert attend(settings, now=ended + timedelta(hours=26)) == []
    attend(settings, now=ended + timedelta(hours=26, minutes=1))
    attend(settings, now=ended + timedelta(hours=27))
    assert subjects(box) == ["Витрина: Обновления не было с 22.11.2026 02:05"]
    attend(settings, ended=True, now=night(2))
    assert subjects(box)[1:] == ["Витрина: всё в порядке"]


@pytest.mark.usefixtures("mail")
def test_a_refresh_under_way_ends_no_trouble(settings: Settings, box: Mailbox, night: Night) -> None:
    """Guards against an all-clear at 02:00 and the same trouble again at 02:05, every night."""
    attend(settings, ended=True, now=night(0, LAW))
    at_work = night(1, None, outcome="running", finished_at=None)
    with refresh_lock(settings):
        assert attend(settings, now=at_work) == []
    assert attend(settings, now=at_work) == [], "killed: nobody knows"
    attend(settings, ended=True, now=night(1, LAW))
    assert len(box.letters) == 1


@pytest.mark.usefixtures("mail")
@pytest.mark.parametrize("content", ["", "{", "[]", '{"channels": 3}', "\x00"])
def test_damaged_memory_stops_nothing(settings: Settings, box: Mailbox, night: Night, content: str) -> None:
    """Guards against alerts that fall silent for good because the disk was full when they were last remembered."""
    memory_path(settings).write_text(content, encoding="utf-8")
    attend(settings, ended=True, now=night(0, LAW))
    attend(settings, ended=True, now=night(1, LAW))
    assert len(box.letters) == 1
    assert stat.S_IMODE(memory_path(settings).stat().st_mode) == 0o600
    json.loads(memory_path(settings).read_text(encoding="utf-8"))


def test_nothing_of_alerts_fails_a_refresh(settings: Settings, night: Night, monkeypatch: pytest.MonkeyPatch) -> None:
    """Guards against a night that fails because of a mistyped setting or a folder nobody may write to."""
    night(0, LAW)
    monkeypatch.setenv("VITRINA_ALERT_EMAIL_TO", "a@region.example")
    monkeypatch.setenv("VITRINA_ALERT_SMTP_PORT", "много")
    attend_quietly(settings, ended=True)
    monkeypatch.setenv("VITRINA_ALERT_SMTP_PORT", str(free_port()))
    memory_path(settings).mkdir()
    attend_quietly(settings, ended=True)


@pytest.mark.usefixtures("mail")
def test_a_rebuilt_release_alerts_nobody(settings: Settings, box: Mailbox, night: Night) -> None:
    """Guards against a letter about a past release that an administrator builds again beside the home."""
    night(0, LAW)
    rebuilt = settings.model_copy(update={"home": settings.home / ".rebuild-1"})
    shutil.copytree(settings.reports, rebuilt.reports)
    attend_quietly(rebuilt, ended=True)
    assert box.letters == []
    attend_quietly(settings, ended=True)
    assert len(box.letters) == 1
