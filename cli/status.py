"""vitrina status: what is published, how fresh it is, what waits for people."""

import re
from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.console import say, say_json, show_table
from cli.exits import FINE, WANTING, UsageError, complain
from cli.home import get_settings
from cli.options import JsonOption

if TYPE_CHECKING:
    from foundation.settings import Settings

NAME = "status"
SPAN = re.compile(r"(\d{1,5})([hd])", re.ASCII)
BUSY: dict[str, Any] = {"held_names": None, "failed_files": None, "build_is_read": True}
UNREADABLE = {**BUSY, "build_is_read": False}


def command(
    as_json: JsonOption = False,
    max_age: Annotated[
        str | None,
        typer.Option(
            "--max-age",
            metavar="СРОК",
            help="Для мониторинга: код 1, если удачного обновления не было дольше этого срока (26h, 2d).",
        ),
    ] = None,
) -> int:
    """Показать действующий выпуск, свежесть данных, отклонённые и отложенные строки, кто не отчитался."""
    settings = get_settings()
    if max_age is not None:
        return _judge_age(settings, span_of(max_age), as_json=as_json)
    found = gather(settings)
    if as_json:
        say_json(found)
    else:
        _show(settings, found)
    return 0


def span_of(text: str) -> timedelta:
    """«26h» or «2d» as a span of time; raises UsageError."""
    found = SPAN.fullmatch(text.strip().lower())
    if found is None or not int(found[1]):
        raise UsageError(f"--max-age «{text}»: нужен срок в часах (26h) или днях (2d).")
    return timedelta(hours=int(found[1])) if found[2] == "h" else timedelta(days=int(found[1]))


def _judge_age(settings: "Settings", longest: timedelta, *, as_json: bool) -> int:
    """One line, or one object, and a code for a monitor: whether nights still come."""
    from orchestration.last_refresh import last_success, read_last_refresh

    last = read_last_refresh(settings)
    success = last_success(last)
    cause = last["first_cause"] if last else None
    age = datetime.now(UTC) - success if success else None
    is_fresh = age is not None and age <= longest
    if as_json:
        hours = round(age.total_seconds() / 3600, 2) if age else None
        limit = longest.total_seconds() / 3600
        say_json({"is_fresh": is_fresh, "succeeded_at": success, "age_hours": hours, "limit_hours": limit,
                  "first_cause": cause})  # fmt: skip
    elif is_fresh:
        say(_age_in_words(settings, success, age, longest, cause))
    else:
        complain(_age_in_words(settings, success, age, longest, cause) + " Подробности: vitrina status")
    return FINE if is_fresh else WANTING


def _age_in_words(
    settings: "Settings", success: datetime | None, age: timedelta | None, longest: timedelta, cause: str | None
) -> str:
    last = f" Последнее не удалось: {cause}." if cause else ""
    if success is None or age is None:
        return f"Удачного обновления ещё не было.{last}"
    hours = f"{age.total_seconds() / 3600:.1f}".replace(".", ",")
    limit = f", а должно быть не старше {longest.total_seconds() / 3600:g} ч" if age > longest else ""
    return f"Последнее удачное обновление: {_moment(settings, success)}, {hours} ч назад{limit}.{last}"


def gather(settings: "Settings") -> dict[str, Any]:
    """Everything status shows, as values for JSON."""
    from orchestration.alerts.attend import undelivered
    from orchestration.last_refresh import read_last_refresh, unread_files
    from orchestration.lock import refresh_is_running
    from publishing import status
    from publishing.catalogue import current_release
    from publishing.reader import open_release
    from schemas.regional import bad_files

    release = current_release(settings)
    running = refresh_is_running(settings)
    last = read_last_refresh(settings)
    found: dict[str, Any] = {
        "release_id": release.release_id if release else None,
        "published_at": release.published_at.isoformat() if release else None,
        "data_date": release.data_date.isoformat() if release and release.data_date else None,
        "refresh_running": running,
        "last_refresh": last,
        "undelivered_alerts": undelivered(settings),
        "waiting_files": _waiting(settings),
        "bad_metadata": [str(bad) for bad in bad_files(settings.home)],
        **(BUSY if running else _of_the_build(settings)),
        "disk": _disk(settings),
        "freshness": [],
        "not_reported": [],
    }
    if found["failed_files"] is not None:
        found["failed_files"] += unread_files(last)
    if release:
        with open_release(settings) as connection:
            found["freshness"] = [asdict(row) for row in status.freshness(connection)]
            found["not_reported"] = [asdict(row) for row in status.late_submissions(connection)]
    return found


def _of_the_build(settings: "Settings") -> dict[str, Any]:
    """Unknown while the build is written to, also by what a killed refresh has left running."""
    import duckdb

    from ingestion.errors import BuildInUseError
    from ingestion.steward.queue import list_held
    from ingestion.store.receipts import list_failed
    from orchestration.lock import RefreshInProgressError, refresh_lock

    try:
        with refresh_lock(settings):
            failed = [{"name": file.receipt.member.name, "reason": file.reason} for file in list_failed(settings)]
            return {**BUSY, "held_names": len(list_held(settings)), "failed_files": failed}
    except (BuildInUseError, RefreshInProgressError):
        return BUSY
    except duckdb.Error:  # damaged, or its disk is full: the rest is known all the same
        return UNREADABLE


def _disk(settings: "Settings") -> dict[str, int | None]:
    """Bytes the home takes and the disk has left, and for how many days that is, where it can be told."""
    from orchestration.metrics import bytes_of, free_bytes
    from orchestration.room import days_until_full, room_for_build

    free = free_bytes(settings.home) if settings.home.is_dir() else 0
    days = days_until_full(settings, free - room_for_build(settings))
    return {"home_bytes": bytes_of(settings.home), "free_bytes": free, "days_until_full": days}


def _waiting(settings: "Settings") -> int:
    from ingestion.receive.landing import settled_files

    return len(settled_files(settings))


def _show(settings: "Settings", found: dict[str, Any]) -> None:
    from schemas.kinds import KINDS

    titles = {code: kind.title for code, kind in KINDS.items()}
    if found["release_id"]:
        data = _day(found["data_date"])
        say(f"Выпуск {found['release_id']}, опубликован {_moment(settings, found['published_at'])}, данные на {data}")
    else:
        say("Выпусков ещё нет. Дальше: vitrina add ФАЙЛ, затем vitrina refresh")
    _show_last(settings, found)
    told = (found["last_refresh"] or {}).get("warnings", [])
    for bad in found["bad_metadata"]:
        if bad not in told:
            say(f"Внимание: {bad}")
    for alert in found["undelivered_alerts"]:
        when = _moment(settings, alert["at"])
        say(f"Оповещение не доставлено ({alert['channel']}, {when}): {alert['reason']}. Повтор: vitrina alert")
    if found["waiting_files"]:
        say(f"Во входящих ждут файлы: {found['waiting_files']}. Загрузить: vitrina refresh")
    if not found["build_is_read"]:
        say("Файл сборки не читается: что ждёт решения и что не обработано, неизвестно. Проверить: vitrina doctor")
    if found["held_names"]:
        say(f"Названий, ждущих решения: {found['held_names']}. Посмотреть: vitrina match list")
    for file in found["failed_files"] or []:
        say(f"Не обработан: {file['reason']}")
    _show_disk(settings, found["disk"])
    if found["freshness"]:
        rows = [
            (
                titles.get(row["kind"], row["kind"]),
                row["system_code"] or "—",
                str(row["files"]),
                _moment(settings, row["last_received_at"]),
                row["last_period"] or "—",
                f"{row['places_late']} из {row['places_expected']}" if row["places_expected"] else "—",
                str(row["rows_rejected"]),
                str(row["rows_held"]),
            )
            for row in found["freshness"]
        ]
        files = ("Файлов", "Последний получен", "Последний период", "Не сдали", "Отклонено", "Отложено")
        show_table("Свежесть данных", ("Вид", "Система", *files), rows, right=(2, 6, 7))
    if found["not_reported"]:
        say("Кто не сдал по календарю сдачи сведений, последний наступивший срок:")
    for row in found["not_reported"]:
        say(f"  {late_line(titles.get(row['kind'], row['kind']), row)}")


def _show_disk(settings: "Settings", disk: dict[str, Any]) -> None:
    from foundation.plural import plural
    from orchestration.room import size_in_words

    taken, free, days = size_in_words(disk["home_bytes"]), size_in_words(disk["free_bytes"]), disk["days_until_full"]
    ahead = f"; при нынешнем росте архива места примерно на {plural(days, 'день', 'дня', 'дней')}" if days else ""
    say(f"Рабочая папка {settings.home} занимает {taken}, на её диске свободно {free}{ahead}")


def late_line(kind: str, row: dict[str, Any]) -> str:
    """One duty: who owes it, since when, by how many days; what stands before is a number."""
    what = f"{kind}, {row['system_title'] or row['system_code']}" if row["system_code"] else kind
    older = f"прежних периодов не сдано: {row['older_periods']}, с {_day(row['late_since'])}"
    if not row["places_late"]:
        return f"{what}: {older}"
    if row["due_day"]:
        due = f"{row['period_title']}, срок {_day(row['due_day'])}, дней просрочки: {row['days_late']}"
    else:
        due = "срок не назначен"
    more = row["places_late"] - len(row["missing"])
    names = ", ".join(row["missing"]) + (f" и ещё {more}" if more else "")
    tail = f"; {older}" if row["older_periods"] else ""
    never = f", из них ни разу: {row['places_never']}" if row["places_never"] else ""
    return f"{what} ({due}): {row['places_late']} из {row['places_expected']}{never} — {names}{tail}"


def _show_last(settings: "Settings", found: dict[str, Any]) -> None:
    last = found["last_refresh"]
    if found["refresh_running"]:
        say("Сейчас идёт обновление.")
        return
    if last is None:
        say("Обновлений ещё не было.")
        return
    finished = _moment(settings, last["finished_at"])
    if last["outcome"] == "published":
        say(f"Последнее обновление: {finished}, выпуск опубликован")
        for warning in last.get("warnings", []):  # a record written by an earlier version has none
            say(f"Внимание: {warning}")
    elif last["outcome"] == "failed":
        say(f"Последнее обновление: {finished}, выпуск НЕ опубликован: {last['first_cause']}")
    else:
        started = _moment(settings, last["started_at"])
        say(f"Последнее обновление начато {started} и не закончено. Повторите: vitrina refresh")


def _day(day: str | date | None) -> str:
    if day is None:
        return "неизвестную дату"
    return f"{datetime.fromisoformat(day) if isinstance(day, str) else day:%d.%m.%Y}"


def _moment(settings: "Settings", value: str | datetime | None) -> str:
    from publishing.catalogue import local_time

    if value is None:
        return "—"
    moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    return f"{local_time(settings, moment):%d.%m.%Y %H:%M}"
