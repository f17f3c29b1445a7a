"""The landing folder: files put in with what they do not say themselves, and files still being written."""

import json
import os
import shutil
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from ingestion.errors import UserError
from schemas.settings import Settings

SIDECAR = ".set.json"
PARTIAL_SUFFIXES = (".part", ".partial", ".tmp", ".crdownload", ".filepart")


def add_files(settings: Settings, paths: Sequence[Path], declared: Mapping[str, str]) -> list[Path]:
    """Copy files into landing, each under its own name; `declared` goes beside it. Raises UserError."""
    missing = [str(path) for path in paths if not path.is_file()]
    if missing:
        raise UserError(f"Файл не найден: {', '.join(missing)}. Проверьте путь и повторите: vitrina add ФАЙЛ")
    settings.landing.mkdir(parents=True, exist_ok=True)
    # Renaming proves a file complete, so it is dated back by the settling time. All files of one command have one
    # moment: which of them counts as the later one is then their names' affair, not that of the order on the line.
    moment = time.time() - settings.landing_settle_seconds - 1
    return [_add(settings, path, declared, moment) for path in paths]


def _add(settings: Settings, path: Path, declared: Mapping[str, str], moment: float) -> Path:
    target = _free_name(settings.landing / path.name)
    partial = target.with_name(target.name + ".part")
    shutil.copyfile(path, partial)
    os.utime(partial, (moment, moment))
    sidecar_of(target).unlink(missing_ok=True)  # what was declared of a former file of this name
    if declared:
        sidecar_of(target).write_text(json.dumps(dict(declared), ensure_ascii=False), encoding="utf-8")
    # Copied whole, then renamed: such a file is never half-written, so it need not settle.
    partial.rename(target)
    return target


def _free_name(target: Path) -> Path:
    number, candidate = 1, target
    while candidate.exists():
        number += 1
        candidate = target.with_name(f"{target.stem}~{number}{target.suffix}")
    return candidate


def sidecar_of(path: Path) -> Path:
    """Where the declared values of a landing file lie."""
    return path.with_name(f".{path.name}{SIDECAR}")


def original_name(path: Path) -> str:
    """The name under which the sender knows the file."""
    return _named(path)[0]


def _named(path: Path) -> tuple[str, int]:
    """The sender's name of a file and which of the files of that name it is."""
    stem, _, number = path.stem.rpartition("~")
    return (f"{stem}{path.suffix}", int(number)) if stem and number.isdigit() else (path.name, 1)


def declared_for(path: Path) -> dict[str, str]:
    """What `vitrina add --set` said of a landing file."""
    sidecar = sidecar_of(path)
    if not sidecar.is_file():
        return {}
    content: dict[str, str] = json.loads(sidecar.read_text(encoding="utf-8"))
    return content


def landing_files(settings: Settings) -> list[Path]:
    """Files in landing, whatever their state; hidden files and partial downloads are not files yet."""
    if not settings.landing.is_dir():
        return []
    return sorted(
        path
        for path in settings.landing.iterdir()
        if path.is_file() and not path.name.startswith(".") and not path.name.endswith(PARTIAL_SUFFIXES)
    )


def settled_files(settings: Settings) -> list[Path]:
    """Landing files that nobody writes any more (unchanged for `landing_settle_seconds`), in the order of receipt.

    A file put in or changed later is received later, so that a correction replaces what it corrects; of files of one
    moment the name decides. The rule looks at the files only: the same landing is always received in the same order.
    """
    limit = time.time() - settings.landing_settle_seconds
    settled = [(path.stat().st_mtime_ns, *_named(path), path) for path in landing_files(settings)]
    return [path for moment, _, _, path in sorted(settled) if moment <= limit * 1e9]


def take_away(path: Path) -> None:
    """Remove a received file, then what was declared of it: a file must never stand without its declared values."""
    path.unlink()
    sidecar_of(path).unlink(missing_ok=True)


def remove_orphans(settings: Settings) -> None:
    """Remove declared values whose file is gone: a later file of that name would take them for its own.

    Those written a moment ago belong to a file that is just being put in.
    """
    limit = time.time() - settings.landing_settle_seconds
    for sidecar in settings.landing.glob(f".*{SIDECAR}") if settings.landing.is_dir() else ():
        file = sidecar.with_name(sidecar.name.removeprefix(".").removesuffix(SIDECAR))
        if not file.exists() and sidecar.stat().st_mtime <= limit:
            sidecar.unlink(missing_ok=True)
