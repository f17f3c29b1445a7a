"""The landing folder: files put in with what they do not say themselves, and files still being written."""

import contextlib
import json
import os
import shutil
import stat
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from foundation.settings import Settings
from ingestion.errors import UserError
from ingestion.file_names import fitted, name_parts, shown
from schemas.catalogue import is_service_file
from schemas.personal import mask

SIDECAR = ".set.json"
NAMES_SHOWN = 5
PARTIAL_SUFFIXES = (".part", ".partial", ".tmp", ".crdownload", ".filepart")
AGAIN = "--again"
"""Declared beside a file whose rows are to be active again (`vitrina add --again`); no heading of a table."""
BROKEN = "--set"
"""Declared of a file of which nothing could be learnt, because what stands beside it is unreadable: the reason."""


@dataclass(frozen=True)
class FileState:
    """What changes when somebody writes to a file or puts another in its place."""

    size: int
    modified: int
    inode: int


def state_of(path: Path) -> FileState | None:
    """The present state of a file; None when it is gone or is no file.

    Links are none: whoever may write to landing could otherwise have the service read, archive and copy what only the
    service may read, its secret for one.
    """
    try:
        found = path.lstat()
    except OSError:
        return None
    return FileState(found.st_size, found.st_mtime_ns, found.st_ino) if stat.S_ISREG(found.st_mode) else None


def add_files(
    settings: Settings, paths: Sequence[Path], declared: Mapping[str, str], *, again: bool = False
) -> list[Path]:
    """Copy files into landing, all or none, each under its own name; `declared` goes beside it. Raises UserError."""
    missing = [shown(str(path)) for path in paths if not path.is_file()]
    if missing:
        raise UserError(f"Файл не найден: {', '.join(missing)}. Проверьте путь и повторите: vitrina add ФАЙЛ")
    settings.landing.mkdir(parents=True, exist_ok=True)
    # Renaming proves a file complete, so it is dated back by the settling time. All files of one command have one
    # moment: which of them counts as the later one is then their names' affair, not that of the order on the line.
    moment = time.time() - settings.landing_settle_seconds - 1
    beside = {**declared, **({AGAIN: "да"} if again else {})}
    with contextlib.ExitStack() as undo:
        copies = [_copied(settings, path, moment, undo) for path in paths]
        put = [_put(settings, path, copy, beside, undo) for path, copy in zip(paths, copies, strict=True)]
        undo.pop_all()
    return put


def _copied(settings: Settings, path: Path, moment: float, undo: contextlib.ExitStack) -> Path:
    handle, name = tempfile.mkstemp(dir=settings.landing, prefix=".", suffix=".part")
    os.close(handle)
    copy = Path(name)
    undo.callback(copy.unlink, missing_ok=True)
    shutil.copyfile(path, copy)
    copy.chmod(0o666 & ~_umask())
    os.utime(copy, (moment, moment))
    return copy


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _put(settings: Settings, path: Path, copy: Path, beside: Mapping[str, str], undo: contextlib.ExitStack) -> Path:
    """Give a copied file its name. Copied whole, then renamed: it is never half-written, so it need not settle."""
    target = _free_name(settings.landing, path.name)
    sidecar = sidecar_of(target)
    sidecar.unlink(missing_ok=True)  # what was declared of a former file of this name
    undo.callback(target.unlink, missing_ok=True)
    undo.callback(sidecar.unlink, missing_ok=True)
    if beside:
        sidecar.write_text(json.dumps(dict(beside)), encoding="utf-8")
    copy.rename(target)
    return target


def _free_name(landing: Path, name: str) -> Path:
    stem, suffix = name_parts(name)
    number, path = 1, landing / fitted(stem, suffix)
    while path.exists():
        number += 1
        path = landing / fitted(stem, f"~{number}{suffix}")
    return path


def sidecar_of(path: Path) -> Path:
    """Where the declared values of a landing file lie."""
    return path.with_name(fitted(f".{path.name}", SIDECAR))


def original_name(path: Path) -> str:
    """The name under which the sender knows the file."""
    return shown(_named(path)[0])


def _named(path: Path) -> tuple[str, int]:
    """The sender's name of a file and which of the files of that name it is."""
    stem, suffix = name_parts(path.name)
    own, _, number = stem.rpartition("~")
    return (f"{own}{suffix}", int(number)) if own and number.isdecimal() else (path.name, 1)


def declared_for(path: Path) -> dict[str, str]:
    """What `vitrina add --set` said of a landing file; under BROKEN why that cannot be read."""
    sidecar = sidecar_of(path)
    if sidecar.is_symlink():
        return {BROKEN: f"{shown(sidecar.name)}: это ссылка, а не файл"}
    if not sidecar.is_file():
        return {}
    try:
        content = json.loads(sidecar.read_text(encoding="utf-8-sig"))
        fault = _fault_of(content)
    except (OSError, ValueError, RecursionError):
        fault = "это не JSON в кодировке UTF-8"
    return {BROKEN: f"{shown(sidecar.name)}: {fault}"} if fault else content


def _fault_of(content: Any) -> str | None:
    if not isinstance(content, dict):
        return "ожидался объект: ключи и значения"
    try:
        for key, value in content.items():
            if not isinstance(value, str):
                return f"значение ключа «{mask(key)}» не текст"
            (key + value).encode()
    except UnicodeEncodeError:
        return "в тексте есть половина знака"
    return None


def landing_files(settings: Settings) -> list[Path]:
    """Files in landing, whatever their state; hidden files, partial downloads and service files are none to load."""
    return sorted(path for path in _visible(settings) if _is_file(path) and not is_service_file(path.name))


def _is_file(path: Path) -> bool:
    return state_of(path) is not None


def landing_notes(settings: Settings) -> list[str]:
    """A sentence on what lies in landing and will never be loaded: files of programs, folders, links, pipes."""
    passed = [shown(path.name) for path in _visible(settings) if not _is_file(path) or is_service_file(path.name)]
    if not passed:
        return []
    named = ", ".join(f"«{name}»" for name in sorted(passed)[:NAMES_SHOWN])
    more = f" и ещё {len(passed) - NAMES_SHOWN}" if len(passed) > NAMES_SHOWN else ""
    return [f"Во входящих пропущены служебные файлы, папки и ссылки (загружаются только сами файлы): {named}{more}."]


def _visible(settings: Settings) -> list[Path]:
    if not settings.landing.is_dir():
        return []
    return [
        path
        for path in settings.landing.iterdir()
        if not path.name.startswith(".") and not path.name.lower().endswith(PARTIAL_SUFFIXES)
    ]


def settled_files(settings: Settings) -> list[Path]:
    """Landing files that nobody writes any more (unchanged for `landing_settle_seconds`), in the order of receipt.

    A file put in or changed later is received later, so that a correction replaces what it corrects; of files of one
    moment the name decides. The rule looks at the files only: the same landing is always received in the same order.
    """
    now = time.time()
    limit = (now - settings.landing_settle_seconds) * 1e9
    found = [(state, path) for path in landing_files(settings) if (state := state_of(path)) is not None]
    settled = [(state, path) for state, path in found if state.modified <= limit]
    settled += _at_rest(settings, [(state, path) for state, path in found if state.modified > now * 1e9])
    return [path for *_, path in sorted((state.modified, *_named(path), path) for state, path in settled)]


def _at_rest(settings: Settings, ahead: list[tuple[FileState, Path]]) -> list[tuple[FileState, Path]]:
    """Files dated in the future that nobody writes any more, which only a second look can tell.

    A sender's clock that is ahead dates them so, or one of this machine that was: they must not wait for that day.
    """
    if ahead:
        time.sleep(settings.landing_settle_seconds)
    return [(state, path) for state, path in ahead if state_of(path) == state]


def take_away(path: Path, state: FileState) -> None:
    """Remove a received file, then what was declared of it: a file must never stand without its declared values.

    One that is no longer in the state in which it was read stays for the next refresh, as does one that may not be
    removed.
    """
    if state_of(path) != state:
        return
    with contextlib.suppress(PermissionError):
        path.unlink()
        if not (sidecar := sidecar_of(path)).is_dir():
            sidecar.unlink(missing_ok=True)


def remove_orphans(settings: Settings) -> None:
    """Remove declared values whose file is gone: a later file of that name would take them for its own.

    Those written a moment ago belong to a file that is just being put in.
    """
    if not settings.landing.is_dir():
        return
    limit = (time.time() - settings.landing_settle_seconds) * 1e9
    kept = {sidecar_of(path) for path in landing_files(settings)}
    for sidecar in settings.landing.glob(f".*{SIDECAR}"):
        state = state_of(sidecar)
        if state is not None and sidecar not in kept and state.modified <= limit:
            sidecar.unlink(missing_ok=True)
