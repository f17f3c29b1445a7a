"""The copy of the build that a published refresh leaves behind, and the build made of it again.

VITRINA_HOME/checkpoint holds the copy and what came after it (ingestion/store/since.py). A build that is damaged, lost,
or holds a file that no release can be made with, becomes the copy again, and what came after it is done again.
"""

import shutil
import subprocess
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from foundation.private_file import to_disk
from foundation.settings import Settings
from ingestion.errors import BuildInUseError, FailedFileError, UserError
from ingestion.pipeline import LOAD_ORDER, load_kind, settle_held
from ingestion.receive.files import not_loaded, receive_archived
from ingestion.replay import take
from ingestion.report.file_report import FileReport
from ingestion.store.receipts import waiting
from ingestion.store.reload import ReloadRequest, reload
from ingestion.store.since import Step, since_the_copy
from ingestion.store.tables import build_connection, prepare_build

Tell = Callable[[str], None]


def copy_of_build(settings: Settings) -> Path | None:
    """The copy, or None before the first; one whose making was cut short at its very end counts."""
    former = _former(settings)
    if not settings.checkpoint.is_dir() and former.is_dir():
        former.rename(settings.checkpoint)
    path = settings.checkpoint / settings.build_file.name
    return path if path.is_file() else None


def take_checkpoint(settings: Settings) -> None:
    """Copy the build; what came before is in the copy, what comes from now on is written down beside it.

    The build is held open meanwhile, so that nobody writes to it, and another process copies it: to close a file that
    this one has opened twice would drop the lock. Raises OSError when the disk has no room.
    """
    fresh = _partial(settings)
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(mode=0o700)
    try:
        with build_connection(settings) as connection:
            connection.execute("checkpoint")
            _copy(settings.build_file, fresh / settings.build_file.name)
            _put_in_place(settings, fresh)
    except BaseException:
        shutil.rmtree(fresh, ignore_errors=True)
        raise


def renew_checkpoint(settings: Settings) -> None:
    """After something that is done and written down nowhere else; where there is no room the next refresh does it."""
    if settings.build_file.is_file():
        with suppress(OSError, BuildInUseError):
            take_checkpoint(settings)


def drop_checkpoint(settings: Settings) -> None:
    """Before something is forgotten: what is to go must not come back from a copy."""
    shutil.rmtree(settings.checkpoint, ignore_errors=True)
    shutil.rmtree(_former(settings), ignore_errors=True)
    settings.build_file.with_name(settings.build_file.name + ".damaged").unlink(missing_ok=True)


def remove_partial_copies(settings: Settings) -> None:
    """Remove what was cut short while a copy was made or taken back."""
    shutil.rmtree(_partial(settings), ignore_errors=True)
    _restoring(settings).unlink(missing_ok=True)


def _partial(settings: Settings) -> Path:
    return settings.home / ".checkpoint.partial"


def _restoring(settings: Settings) -> Path:
    return settings.build_file.with_name(settings.build_file.name + ".restoring")


def _former(settings: Settings) -> Path:
    return settings.home / ".checkpoint.former"


def _put_in_place(settings: Settings, fresh: Path) -> None:
    former = _former(settings)
    shutil.rmtree(former, ignore_errors=True)
    if settings.checkpoint.is_dir():
        settings.checkpoint.rename(former)
    fresh.rename(settings.checkpoint)
    shutil.rmtree(former, ignore_errors=True)


def _copy(source: Path, target: Path) -> None:
    done = subprocess.run(["cp", "--reflink=auto", str(source), str(target)], capture_output=True, check=False)
    if done.returncode:
        raise OSError(None, "копия файла сборки не записана: нет места или права писать", str(target))
    target.chmod(0o600)
    to_disk(target)


@dataclass
class Restored:
    """What a restoration leaves to be told: files that will not be loaded, decisions that wait to be taken again."""

    reports: list[FileReport] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def restore_checkpoint(settings: Settings, without: Mapping[str, str], tell: Tell) -> Restored:
    """Make the build the copy again and do again what came after it, but for the files in `without` (hash to reason).

    These are journaled as failed, as a whole.
    """
    copy = copy_of_build(settings)
    assert copy is not None
    fresh = _restoring(settings)
    _copy(copy, fresh)
    settings.build_file.with_name(settings.build_file.name + ".wal").unlink(missing_ok=True)
    fresh.replace(settings.build_file)
    prepare_build(settings)
    restored = Restored()
    for entry in since_the_copy(settings):
        if isinstance(entry, Step):
            _decide_again(settings, entry, without, tell, restored)
        elif isinstance(entry, ReloadRequest):
            _reload_again(settings, entry, without, restored)
        elif entry.member.content.is_file():  # else retention has removed it since
            tell(entry.member.name)
            with build_connection(settings) as connection:
                restored.reports += receive_archived(settings, connection, entry)
    restored.reports += _set_aside(settings, without)
    return restored


def _reload_again(settings: Settings, request: ReloadRequest, without: Mapping[str, str], restored: Restored) -> None:
    """After a night that failed, what stood before is not read again: that reading may have been the cause."""
    if not without:
        reload(settings, request)
        return
    restored.notes.append(
        f"Файлы вида {request.kind} остались как были загружены прежде: с перечитанными выпуск не опубликован. "
        f"Исправьте причину и повторите: vitrina reload {request.kind}"
    )


def _decide_again(settings: Settings, step: Step, without: Mapping[str, str], tell: Tell, restored: Restored) -> None:
    """A decision may be about rows of files that came after the copy: these are loaded first.

    One whose row asks no such question now, because its file is left out or the rules have changed, is told.
    """
    restored.reports += _set_aside(settings, without)
    restored.reports += [report for kind in LOAD_ORDER for report in load_kind(settings, kind, tell)]
    settle_held(settings)
    try:
        take(settings, step)
    except UserError as error:
        restored.notes.append(str(error))


def _set_aside(settings: Settings, without: Mapping[str, str]) -> list[FileReport]:
    """Journal as failed the waiting files that are to be left out, also as members of a ZIP."""
    if not without:
        return []
    with build_connection(settings) as connection:
        return [
            not_loaded(settings, connection, receipt, kind, FailedFileError(without[receipt.member.sha256]))
            for kind in LOAD_ORDER
            for receipt in waiting(settings, connection, kind)
            if receipt.member.sha256 in without
        ]


def made_at(copy: Path) -> datetime:
    """When a copy was made, in UTC."""
    return datetime.fromtimestamp(copy.stat().st_mtime, UTC)
