"""vitrina purge: empty the archive of received files by retention."""

import re
from calendar import monthrange
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Annotated, Any
from zoneinfo import ZoneInfo

import typer

from cli.acts import journal
from cli.console import say, say_json
from cli.exits import FINE, WANTING, UsageError, complain
from cli.home import existing_home
from cli.options import JsonOption, YesOption, parse_date
from cli.questions import is_confirmed

if TYPE_CHECKING:
    from foundation.settings import Settings
    from ingestion.receive.purge import ArchivedFile

NAME = "purge"
SPAN = re.compile(r"(\d{1,5})([dmy])", re.ASCII)


def command(
    older_than: Annotated[
        str,
        typer.Option(
            "--older-than",
            metavar="СРОК|ДАТА",
            help="Что получено раньше: срок 365d (дней), 12m (месяцев), 3y (лет) или дата ДД.ММ.ГГГГ, ГГГГ-ММ-ДД.",
        ),
    ],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Только показать, что будет удалено.")] = False,
    yes: YesOption = False,
    as_json: JsonOption = False,
) -> int:
    """Удалить из архива исходные файлы старше срока. Хеши, журнал и загруженные строки остаются."""
    from ingestion.receive.purge import old_files, purge
    from orchestration.audit.journal import Act
    from orchestration.checkpoint import renew_checkpoint
    from orchestration.leftovers import remove_leftovers
    from orchestration.lock import refresh_lock

    settings = existing_home()
    before = moment_of(settings, older_than)
    with refresh_lock(settings):
        files = old_files(settings, before)
    if dry_run or not files:
        _tell(settings, files, before, as_json, removed=False)
        return FINE
    # The lock is free while the question waits: the nightly refresh must not.
    if not yes and not is_confirmed(f"Будет удалено из архива: {_in_words(settings, files)}. Удалить?"):
        complain("Ничего не удалено.")
        return WANTING
    with refresh_lock(settings):
        files = purge(settings, before)
        remove_leftovers(settings)
        renew_checkpoint(settings)
    size = sum(file.size_bytes for file in files)
    journal(settings, [Act("purge", {"before": _iso(before), "files": len(files), "bytes": size})])
    _tell(settings, files, before, as_json, removed=True)
    return FINE


def moment_of(settings: "Settings", text: str) -> datetime:
    """The moment before which files go, as the build file keeps time: in UTC without a zone."""
    zone = ZoneInfo(settings.timezone)
    span = SPAN.fullmatch(text.strip().lower())
    try:
        if span is None:
            local = datetime.combine(_day(text), time(), zone)
        elif span[2] == "d":
            local = datetime.now(zone) - timedelta(days=int(span[1]))
        else:
            months = int(span[1]) * (12 if span[2] == "y" else 1)
            local = _months_earlier(datetime.now(zone), months)
        return local.astimezone(UTC).replace(tzinfo=None)
    except (OverflowError, ValueError):  # before the year 1
        raise UsageError(f"--older-than «{text}»: такой давности файлов не бывает.") from None


def _day(text: str) -> date:
    try:
        day = parse_date(text.strip())
    except UsageError:
        day = None
    if day is None:
        raise UsageError(f"--older-than «{text}»: нужен срок (365d, 12m, 3y) или дата (ДД.ММ.ГГГГ, ГГГГ-ММ-ДД).")
    return day


def _months_earlier(moment: datetime, months: int) -> datetime:
    """The same day of an earlier month, or its last day."""
    year, month = divmod(moment.year * 12 + moment.month - 1 - months, 12)
    return moment.replace(year=year, month=month + 1, day=min(moment.day, monthrange(year, month + 1)[1]))


def _tell(settings: "Settings", files: "list[ArchivedFile]", before: datetime, as_json: bool, *, removed: bool) -> None:
    if as_json:
        say_json(_values(files, before, removed=removed))
    elif not files:
        moment = before.replace(tzinfo=UTC).astimezone(ZoneInfo(settings.timezone))
        say(f"Нечего удалять: загруженных файлов, полученных до {moment:%d.%m.%Y %H:%M}, в архиве нет.")
    elif removed:
        say(f"Удалено из архива: {_in_words(settings, files)}.")
        say("Хеши и журнал остались: те же файлы, присланные снова, повторно не загрузятся.")
    else:
        say(f"Будет удалено из архива: {_in_words(settings, files)}. Пока ничего не удалено.")


def _in_words(settings: "Settings", files: "list[ArchivedFile]") -> str:
    """«12 файлов, 3,4 МБ, получены с 01.02.2025 по 03.03.2026»."""
    from foundation.plural import plural
    from publishing.catalogue import local_time

    first, last = (
        f"{local_time(settings, file.received_at.replace(tzinfo=UTC)):%d.%m.%Y}" for file in (files[0], files[-1])
    )
    size = f"{sum(file.size_bytes for file in files) / 1_000_000:.1f}".replace(".", ",")
    received = f"получены {first}" if first == last else f"получены с {first} по {last}"
    return f"{plural(len(files), 'файл', 'файла', 'файлов')}, {size} МБ, {received}"


def _values(files: "list[ArchivedFile]", before: datetime, *, removed: bool) -> dict[str, Any]:
    return {
        "older_than": _iso(before),
        "removed": removed,
        "files": len(files),
        "size_bytes": sum(file.size_bytes for file in files),
        "oldest_received_at": _iso(files[0].received_at) if files else None,
        "newest_received_at": _iso(files[-1].received_at) if files else None,
        "hashes": [file.sha256 for file in files],
    }


def _iso(moment: datetime) -> str:
    return moment.replace(tzinfo=UTC).isoformat(timespec="seconds")
