"""Files of one kind read again in a refresh: what a run asks for by its tags, and what came of it in a sentence."""

from collections.abc import Mapping, Sequence
from datetime import date

from foundation.plural import plural
from foundation.settings import Settings
from ingestion.errors import UserError
from ingestion.report.file_report import COUNTED, FileReport, counts_that_differ
from ingestion.store.reload import ReloadRequest, reload
from ingestion.store.since import note_reload
from orchestration.audit.journal import Act
from orchestration.record import RefreshRecord

KIND_TAG = "vitrina/reload"
"""The tag of a run that reads all files of this kind again; the other two bound the days they speak of."""
SINCE_TAG = "vitrina/reload_since"
UNTIL_TAG = "vitrina/reload_until"


def tags_of(request: ReloadRequest) -> dict[str, str]:
    """Tags of a run that does what is asked."""
    days = {SINCE_TAG: request.since, UNTIL_TAG: request.until}
    return {KIND_TAG: request.kind} | {tag: day.isoformat() for tag, day in days.items() if day is not None}


def request_of(tags: Mapping[str, str]) -> ReloadRequest | None:
    """What the tags of a run ask to be read again, if anything; raises UserError for what cannot be asked."""
    if KIND_TAG not in tags:
        return None
    return ReloadRequest(tags[KIND_TAG].strip(), _day(tags, SINCE_TAG), _day(tags, UNTIL_TAG))


def begin_reload(settings: Settings, tags: Mapping[str, str], record: RefreshRecord) -> None:
    """Let the files that a run asks for wait to be read again, and journal who asked."""
    request = request_of(tags)
    if request is None:
        return
    files = reload(settings, request)
    if not files:
        record.notes.append(f"Перечитывать нечего: загруженных файлов вида {request.kind} за этот период нет.")
        return
    note_reload(settings, request)
    since, until = (day.isoformat() if day else None for day in (request.since, request.until))
    record.journal(Act("reload", {"kind": request.kind, "since": since, "until": until, "files": files}))


def outcome_of(reports: Sequence[FileReport]) -> list[str]:
    """How many files were read again, what changed, and how many could not be; nothing where none was asked for."""
    again = [report for report in reports if report.former is not None]
    if not again:
        return []
    read = [report for report in again if not report.kept]
    others = [report for report in read if report.outcome == "loaded"]
    sentences = [f"Перечитано из архива: {plural(len(read), 'файл', 'файла', 'файлов')}; {_changes(others)}."]
    if kept := len(again) - len(read):
        number = plural(kept, "файл не перечитан", "файла не перечитаны", "файлов не перечитаны")
        sentences.append(
            f"{number[0].upper()}{number[1:]}: загруженное из них прежде остаётся, причины названы у файлов."
        )
    return sentences


def _changes(others: Sequence[FileReport]) -> str:
    if not others:
        return "изменений нет"
    was = {name: sum((report.former or {})[name] for report in others) for name in COUNTED}
    now = {name: sum(getattr(report, name) for report in others) for name in COUNTED}
    counts = counts_that_differ(was, now)
    records = sum(report.rows_new + report.rows_changed + report.rows_withdrawn for report in others)
    changed = f"отличаются от загруженных прежде {len(others)}, записей другими стали {records}"
    return f"{changed}, строк {', '.join(counts)}" if counts else changed


def _day(tags: Mapping[str, str], tag: str) -> date | None:
    try:
        return date.fromisoformat(tags[tag].strip()) if tag in tags else None
    except ValueError:
        raise UserError(f"Метка {tag}: «{tags[tag]}» не дата, нужно ГГГГ-ММ-ДД.") from None
