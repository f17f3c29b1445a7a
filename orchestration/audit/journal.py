"""VITRINA_HOME/audit.jsonl: one line an act, written and synced before the command says it is done.

Beside it `audit.head`: how many lines there are and the digest of the last. Both are the owner's alone (0600).
"""

import fcntl
import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from foundation.actor import system_user
from foundation.private_file import to_disk, write_private
from foundation.settings import Settings
from orchestration.audit.chain import (
    BEGINNING,
    BROKEN,
    TORN,
    Examined,
    Head,
    digest,
    examine,
    note_of_torn,
    parts_of,
    read_line,
    sealed,
    split_torn,
)
from schemas.personal import mask

CHUNK = 65536


@dataclass(frozen=True)
class Act:
    """What was done, with counts and numbers, never with people's data; texts are masked when written."""

    action: str
    details: Mapping[str, str | int | None]


def journal_path(settings: Settings) -> Path:
    return settings.home / "audit.jsonl"


def head_path(settings: Settings) -> Path:
    return settings.home / "audit.head"


def record(settings: Settings, acts: Iterable[Act], by: str | None = None) -> None:
    """Add acts to the journal, by whoever is named or the user of the system; raises OSError.

    One process at a time; what a killed one left half written is kept and named.
    """
    now = datetime.now(UTC).isoformat(timespec="seconds")
    actor = by or system_user()
    entries = [
        {"at": now, "by": mask(actor) if actor else None, "action": act.action, "details": _masked(act.details)}
        for act in acts
    ]
    if not entries:
        return
    path = journal_path(settings)
    is_new = not path.exists()
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        head = _append(handle, entries, _read_head(settings))
        if is_new:
            to_disk(path.parent)
        write_private(head_path(settings), json.dumps(asdict(head)) + "\n")
    finally:
        os.close(handle)


def published_releases(settings: Settings) -> set[str]:
    """Ids of the releases that the journal tells of; empty when there is no journal yet."""
    try:
        lines = journal_path(settings).read_bytes().splitlines()
    except FileNotFoundError:
        return set()
    acts = [read_line(line) or {} for line in lines if b'"publish"' in line]
    told = [act.get("details") for act in acts if act.get("action") == "publish"]
    return {str(details.get("release_id")) for details in told if isinstance(details, dict)}


def check_journal(settings: Settings) -> Examined:
    """Look at the whole journal; raises OSError when it cannot be read."""
    path = journal_path(settings)
    try:
        handle = os.open(path, os.O_RDONLY)
    except FileNotFoundError:
        return examine(b"", _read_head(settings))
    try:
        fcntl.flock(handle, fcntl.LOCK_SH)  # neither half a line nor a line without its head
        return examine(_read_from(handle, 0), _read_head(settings))
    finally:
        os.close(handle)


def _append(handle: int, entries: list[dict[str, Any]], head: Head | None) -> Head:
    lines, torn = _end_of(handle, head)
    last = digest(lines[-1]) if lines else BEGINNING
    notes: list[tuple[str, dict[str, Any]]] = []
    if head is None or head.sha256 != last:
        content = _read_from(handle, 0)
        lines, torn = split_torn(*parts_of(content))
        count = len(lines)
        if examine(content, head).fault is not None:
            notes.append((BROKEN, asdict(head) if head else {}))
    else:
        count = head.lines
    parts = []
    if torn:
        if len(torn) > 1 or not _continues(torn[0], last):
            notes.insert(0, (TORN, note_of_torn(last, torn)))
        if not _ends_line(handle):
            parts.append(b"")  # a newline ends it
        last, count = digest(torn[-1]), count + len(torn)
    of_journal = [{"at": entries[0]["at"], "by": None, "action": action, "details": told} for action, told in notes]
    for entry in [*of_journal, *entries]:
        parts.append(sealed(entry, last))
        last, count = digest(parts[-1]), count + 1
    _write(handle, b"\n".join([*parts, b""]))
    return Head(count, last)


def _continues(tail: bytes, last: str) -> bool:
    """Whether a line lacks only its newline."""
    entry = read_line(tail)
    return entry is not None and entry["previous"] == last


def _ends_line(handle: int) -> bool:
    size = os.fstat(handle).st_size
    return os.pread(handle, 1, size - 1) == b"\n"


def _end_of(handle: int, head: Head | None) -> tuple[list[bytes], list[bytes]]:
    """The last lines, where the head knows how many there are before them, and what was cut short after them."""
    size = os.fstat(handle).st_size
    if head is not None and size > CHUNK:
        whole, tail = parts_of(_read_from(handle, size - CHUNK))
        lines, torn = split_torn(whole[1:], tail)  # the first is the end of one
        if lines:
            return lines, torn
    return split_torn(*parts_of(_read_from(handle, 0)))


def _read_from(handle: int, offset: int) -> bytes:
    return os.pread(handle, os.fstat(handle).st_size - offset, offset)


def _write(handle: int, content: bytes) -> None:
    rest = memoryview(content)
    while rest:
        rest = rest[os.write(handle, rest) :]
    os.fsync(handle)


def _read_head(settings: Settings) -> Head | None:
    """None when it is missing or damaged: a journal of more than a line is then not known to be whole."""
    try:
        values = json.loads(head_path(settings).read_text(encoding="utf-8"))
        head = Head(int(values["lines"]), str(values["sha256"]))
    except (OSError, ValueError, TypeError, KeyError):
        return None
    return head if head.lines > 0 else None


def _masked(details: Mapping[str, str | int | None]) -> dict[str, str | int | None]:
    return {name: mask(value) if isinstance(value, str) else value for name, value in details.items()}
