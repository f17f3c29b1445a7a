"""Lines each of which holds the SHA-256 of the one before it: none can be changed, removed or moved unseen.

A line is hashed as the bytes it is, without its newline. A line that a killed process left half written stays; the next
one names it (action `torn_line`) and goes on from it.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

BEGINNING = "0" * 64
"""What the first line follows."""
TORN, BROKEN = "torn_line", "broken_chain"
"""Acts of the journal itself: a line cut short before this one; lines that were there before this one and are not."""


@dataclass(frozen=True)
class Head:
    """Where a chain ended when it was last written to: without it, lines cut off the end would not be missed."""

    lines: int
    sha256: str


@dataclass(frozen=True)
class Examined:
    """A chain looked at from its beginning; `fault` names the first line that is not as it was written, in Russian."""

    lines: int
    head: str
    fault: str | None
    torn: tuple[int, ...]
    """Lines that a killed process left half written, and that are known as such."""


def digest(line: bytes) -> str:
    return hashlib.sha256(line).hexdigest()


def sealed(entry: Mapping[str, Any], previous: str) -> bytes:
    """An entry as the line that follows the one whose digest is `previous`."""
    return json.dumps({**entry, "previous": previous}, ensure_ascii=False, separators=(",", ":")).encode()


def parts_of(content: bytes) -> tuple[list[bytes], bytes]:
    """Whole lines, and what follows the last newline: empty unless a line is being, or was half, written."""
    *lines, tail = content.split(b"\n")
    return lines, tail


def read_line(line: bytes) -> dict[str, Any] | None:
    """An entry, or None when the line is none."""
    try:
        values = json.loads(line)
    except ValueError:
        return None
    return values if isinstance(values, dict) and isinstance(values.get("previous"), str) else None


def examine(content: bytes, head: Head | None) -> Examined:
    """Follow the chain and compare its end with `head`, which may lag behind: a process can be killed between them."""
    lines, tail = parts_of(content)
    torn = [number for number, line in enumerate(lines, start=1) if read_line(line) is None]
    fault = next(_faults_of_lines(lines), None) or _fault_of_end(lines, head)
    if tail:
        torn.append(len(lines) + 1)
    return Examined(len(lines), digest(lines[-1]) if lines else BEGINNING, fault, tuple(torn))


def _faults_of_lines(lines: Sequence[bytes]) -> Iterator[str]:
    previous = BEGINNING
    unread: int | None = None
    for number, line in enumerate(lines, start=1):
        entry = read_line(line)
        if unread is not None and (entry is None or not _names(entry, previous)):
            yield f"строка {unread} не читается, и следующая не говорит, что она оборвана"
        if entry is None:
            unread = number
        else:
            unread = None
            yield from _faults_of_entry(number, entry, previous)
        previous = digest(line)
    if unread is not None:
        yield f"строка {unread} не читается"


def _names(entry: Mapping[str, Any], sha256: str) -> bool:
    """Whether an entry says of the line before it that it was cut short."""
    return entry.get("action") == TORN and entry.get("details") == {"sha256": sha256}


def _faults_of_entry(number: int, entry: Mapping[str, Any], previous: str) -> Iterator[str]:
    if entry["previous"] != previous:
        if number == 1:
            yield "строка 1 не начинает журнал: строки перед ней удалены или она изменена"
        else:
            yield f"строка {number} не продолжает строку {number - 1}: одна из них изменена, удалена или переставлена"
    if entry.get("action") == BROKEN:
        yield f"строка {number}: перед ней журнал был изменён или укорочен, прежний конец: {entry.get('details')}"


def _fault_of_end(lines: Sequence[bytes], head: Head | None) -> str | None:
    if head is None:
        return "нет записи о конце журнала: последние строки могли быть удалены" if len(lines) > 1 else None
    if head.lines > len(lines):
        return f"было строк {head.lines}, стало {len(lines)}: последние удалены"
    if digest(lines[head.lines - 1]) != head.sha256:
        return f"строка {head.lines} изменена"
    return None
