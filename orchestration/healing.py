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

from foundation.private_file import write_private
from foundation.settings import Settings
from foundation.system_errors import reason_in_words
from ingestion.errors import UserError
from ingestion.report.file_report import FileReport
from ingestion.store.reload import ReloadRequest
from ingestion.store.since import since_the_copy
from ingestion.store.soundness import fault_of
from ingestion.store.tables import build_connection
from orchestration.archive_again import build_from_archive, minutes_from_archive
from orchestration.checkpoint import copy_of_build, made_at, restore_checkpoint
from orchestration.suspects import suspects
from publishing.catalogue import current_release, local_time

PLAN = "set_aside.json"
REREAD = "reread"
"""In the plan, beside hashes of files: what was read again since the copy is to stay as it was."""
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
    without = _planned(settings)
    if without is not None and _sound_copy(settings):
        return _restore(settings, without, tell)
    fault = _fault(settings, deep=not after_a_good_night)
    return Healed() if fault is None else _made_anew(settings, fault, tell)


def _sound_copy(settings: Settings) -> Path | None:
    """The copy of the build, where it can be read: nothing good is replaced with what is damaged itself."""
    copy = copy_of_build(settings)
    return copy if copy is not None and fault_of(copy) is None else None


def _made_anew(settings: Settings, fault: str, tell: Tell) -> Healed:
    aside = _put_aside(settings)
    kept = f" Прежний файл: {aside}." if aside else ""
    copy = _sound_copy(settings)
    if copy is not None:
        moment = f"{local_time(settings, made_at(copy)):%d.%m.%Y %H:%M}"
        tell(f"Файл сборки: {fault}. Восстанавливается из копии от {moment}, около минуты")
        _plan(settings, {})  # who is killed while it is restored leaves the plan to begin again with
        note = f"Файл сборки восстановлен из копии от {moment}, пришедшее после неё принято заново ({fault}).{kept}"
        return _restore(settings, {}, tell, note)
    tell(f"Файл сборки: {fault}. Собирается заново из архива, около {minutes_from_archive(settings)} мин")
    unnamed = build_from_archive(settings, tell)
    note = f"Файл сборки собран заново из архива и последнего выпуска ({fault}).{kept}"
    return Healed((note, *unnamed))


def _restore(settings: Settings, without: Mapping[str, str], tell: Tell, *notes: str) -> Healed:
    restored = restore_checkpoint(settings, without, tell)
    (settings.checkpoint / PLAN).unlink()
    return Healed((*notes, *restored.notes), tuple(restored.reports))


def has_more_to_do(settings: Settings, cause: str) -> bool:
    """Whether another attempt may publish where one failed for `cause`: a build to restore, or files to set aside."""
    if _fault(settings, deep=True) is not None:
        return True
    found = suspects(settings) if copy_of_build(settings) else []
    reason = (
        f"отложен целиком: с ним выпуск не публикуется ({cause}). Остальное опубликовано без него. Проверьте строки "
        "файла и пришлите исправленный"
    )
    left_out = {file.sha256: f"{file.name}: {reason}" for file in found}
    if any(isinstance(entry, ReloadRequest) for entry in since_the_copy(settings)) and copy_of_build(settings):
        left_out[REREAD] = cause
    if left_out:
        _plan(settings, left_out)
    return bool(left_out)


def give_up(settings: Settings) -> None:
    """After a second attempt that failed too: the files were not to blame, the next refresh has them again."""
    if copy_of_build(settings):
        _plan(settings, {})


def _plan(settings: Settings, without: Mapping[str, str]) -> None:
    write_private(settings.checkpoint / PLAN, json.dumps(without, ensure_ascii=False, indent=1))


def _planned(settings: Settings) -> dict[str, str] | None:
    try:
        plan: dict[str, str] = json.loads((settings.checkpoint / PLAN).read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        return None
    except ValueError:
        return {}
    return plan


def _fault(settings: Settings, *, deep: bool) -> str | None:
    """What is wrong with the build, in Russian; None also in a home that has nothing yet. Raises BuildInUseError."""
    current = current_release(settings)
    has_inputs = current is not None and bool(current.inputs)
    if not has_inputs and copy_of_build(settings) is None:
        return None
    if not settings.build_file.is_file():
        return "файла нет"
    unreadable = fault_of(settings.build_file) if deep else None
    return unreadable or _fault_at_opening(settings, has_inputs=has_inputs)


def _fault_at_opening(settings: Settings, *, has_inputs: bool) -> str | None:
    try:
        with build_connection(settings) as connection:
            (loads,) = connection.execute("select count(*) from journal.load").fetchall()[0]
    except duckdb.CatalogException:
        return "в нём нет журнала"
    except duckdb.Error as error:
        return f"не читается ({type(error).__name__})"
    return "журнал в нём пуст" if has_inputs and not loads else None


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
        raise UserError(f"Повреждённый файл сборки не отодвинут: {reason_in_words(error)} ({build}).") from error
    return aside
