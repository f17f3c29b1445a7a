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
    return [_add(settings, path, declared) for path in paths]


def _add(settings: Settings, path: Path, declared: Mapping[str, str]) -> Path:
    target = _free_name(settings.landing / path.name)
    if declared:
        sidecar_of(target).write_text(json.dumps(dict(declared), ensure_ascii=False), encoding="utf-8")
    partial = target.with_name(target.name + ".part")
    shutil.copyfile(path, partial)
    # Copied whole, then renamed: such a file is never half-written, so it need not settle.
    partial.rename(target)
    _mark_complete(settings, target)
    return target


def _free_name(target: Path) -> Path:
    number, candidate = 1, target
    while candidate.exists():
        number += 1
        candidate = target.with_name(f"{target.stem}~{number}{target.suffix}")
    return candidate


def _mark_complete(settings: Settings, target: Path) -> None:
    """Date the file back by the settling time, because renaming has proved it complete."""
    moment = time.time() - settings.landing_settle_seconds - 1
    os.utime(target, (moment, moment))


def sidecar_of(path: Path) -> Path:
    """Where the declared values of a landing file lie."""
    return path.with_name(f".{path.name}{SIDECAR}")


def original_name(path: Path) -> str:
    """The name under which the sender knows the file."""
    stem, _, number = path.stem.rpartition("~")
    return f"{stem}{path.suffix}" if stem and number.isdigit() else path.name


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
    """Landing files that nobody writes any more: unchanged for `landing_settle_seconds`."""
    limit = time.time() - settings.landing_settle_seconds
    return [path for path in landing_files(settings) if path.stat().st_mtime <= limit]
