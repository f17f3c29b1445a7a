"""A build that is damaged or lost is put right, and a file with which no release can be made is set aside.

Before a refresh `heal` does what is due; after one that failed `has_more_to_do` tells whether another attempt may
publish. The plan is a file beside the copy of the build, so that a process that is killed leaves it behind.
"""

import json
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb

from foundation.settings import Settings
from foundation.whole_file import written_whole
from ingestion.errors import UserError
from ingestion.report.file_report import FileReport
from ingestion.store.soundness import fault_of
from ingestion.store.tables import build_connection
from orchestration.archive_again import build_from_archive, minutes_from_archive
from orchestration.checkpoint import copy_of_build, made_at, restore_checkpoint
from orchestration.suspects import suspects
from publishing.catalogue import current_release, local_time

PLAN = "set_aside.json"
Tell = Callable[[str], None]


@dataclass(frozen=True)
class Healed:
    """What was done, in Russian, and the files that were set aside by it."""

    notes: tuple[str, ...] = ()
    reports: tuple[FileReport, ...] = ()


def heal(settings: Settings, tell: Tell, *, after_a_good_night: bool) -> Healed:
    """Put the build right before a refresh; what was done. Raises UserError when only a backup helps.

    After a night that published, the file is opened only; after any other one it is read to its last byte.
    """
    if copy_of_build(settings) and (without := _planned(settings)) is not None:
        return Healed(reports=_restore(settings, without, tell))
    fault = _fault(settings, deep=not after_a_good_night)
    if fault is None:
        return Healed()
    aside = _put_aside(settings)
    return _made_anew(settings, fault, aside, tell)


def _made_anew(settings: Settings, fault: str, aside: Path | None, tell: Tell) -> Healed:
    copy = copy_of_build(settings)
    kept = f" Прежний файл: {aside}." if aside else ""
    if copy is not None and fault_of(copy) is None:
        moment = f"{local_time(settings, made_at(copy)):%d.%m.%Y %H:%M}"
        tell(f"Файл сборки: {fault}. Восстанавливается из копии от {moment}, около минуты")
        _plan(settings, {})  # who is killed while it is restored leaves the plan to begin again with
        reports = _restore(settings, {}, tell)
        note = f"Файл сборки восстановлен из копии от {moment}, пришедшее после неё принято заново ({fault}).{kept}"
        return Healed((note,), reports)
    tell(f"Файл сборки: {fault}. Собирается заново из архива, около {minutes_from_archive(settings)} мин")
    unnamed = build_from_archive(settings, tell)
    note = f"Файл сборки собран заново из архива и последнего выпуска ({fault}).{kept}"
    return Healed((note, *unnamed))


def _restore(settings: Settings, without: Mapping[str, str], tell: Tell) -> tuple[FileReport, ...]:
    reports = restore_checkpoint(settings, without, tell)
    (settings.checkpoint / PLAN).unlink()
    return tuple(reports)


def has_more_to_do(settings: Settings, cause: str) -> bool:
    """Whether another attempt may publish where one failed for `cause`: a build to restore, or files to set aside."""
    if _fault(settings, deep=True) is not None:
        return True
    found = suspects(settings) if copy_of_build(settings) else []
    reason = (
        f"отложен целиком: с ним выпуск не публикуется ({cause}). Остальное опубликовано без него. Проверьте строки "
        "файла и пришлите исправленный"
    )
    if found:
        _plan(settings, {file.sha256: f"{file.name}: {reason}" for file in found})
    return bool(found)


def give_up(settings: Settings) -> None:
    """After a second attempt that failed too: the files were not to blame, the next refresh has them again."""
    if copy_of_build(settings):
        _plan(settings, {})


def _plan(settings: Settings, without: Mapping[str, str]) -> None:
    with written_whole(settings.checkpoint / PLAN) as place:
        place.write_text(json.dumps(without, ensure_ascii=False, indent=1), encoding="utf-8")


def _planned(settings: Settings) -> dict[str, str] | None:
    try:
        plan: dict[str, str] = json.loads((settings.checkpoint / PLAN).read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        return None
    except ValueError:
        return {}
    return plan


def _fault(settings: Settings, *, deep: bool) -> str | None:
    """What is wrong with the build, in Russian; None also in a home that has nothing yet."""
    if not _should_hold_something(settings):
        return None
    if not settings.build_file.is_file():
        return "файла нет"
    return fault_of(settings.build_file) if deep else _fault_at_opening(settings)


def _should_hold_something(settings: Settings) -> bool:
    current = current_release(settings)
    return copy_of_build(settings) is not None or (current is not None and bool(current.inputs))


def _fault_at_opening(settings: Settings) -> str | None:
    try:
        with build_connection(settings) as connection:
            found = connection.execute("select count(*) from journal.load").fetchone()
    except duckdb.CatalogException:
        return "в нём нет журнала"
    except duckdb.Error as error:
        return f"не читается ({type(error).__name__})"
    return None if found and found[0] else "журнал в нём пуст"


def _put_aside(settings: Settings) -> Path | None:
    """One damaged file is kept for whoever wants to look; raises UserError when it cannot be moved."""
    build = settings.build_file
    build.with_name(build.name + ".wal").unlink(missing_ok=True)
    shutil.rmtree(build.with_name(build.name + ".tmp"), ignore_errors=True)
    if not build.is_file():
        return None
    aside = build.with_name(build.name + ".damaged")
    try:
        build.replace(aside)
    except OSError as error:
        raise UserError(f"Повреждённый файл сборки не отодвинут: {error.strerror} ({build}).") from error
    return aside
