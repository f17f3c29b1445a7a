"""Lines each of which holds the SHA-256 of the one before it: none can be changed, removed or moved unseen.

A line is hashed as the bytes it is, without its newline. What a killed process left half written stays; the next act is
preceded by a line that names it (action `torn_line`) and the line before it, and goes on from it.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

BEGINNING = "0" * 64
"""What the first line follows."""
TORN, BROKEN = "torn_line", "broken_chain"
"""Acts of the journal itself: what was cut short before this line; lines that were there before it and are not."""


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


def note_of_torn(before: str, torn: Sequence[bytes]) -> dict[str, str]:
    """What names lines cut short: themselves, and by its digest the line before them, which they cannot hold."""
    return {"after": before, "sha256": digest(b"\n".join(torn))}


def split_torn(lines: Sequence[bytes], tail: bytes) -> tuple[list[bytes], list[bytes]]:
    """Lines up to the last that can be read, and all that was cut short after it."""
    readable = len(lines)
    while readable and read_line(lines[readable - 1]) is None:
        readable -= 1
    return list(lines[:readable]), [*lines[readable:], *([tail] if tail else [])]


def examine(content: bytes, head: Head | None) -> Examined:
    """Follow the chain and compare its end with `head`, which may lag behind: a process can be killed between them."""
    whole, tail = parts_of(content)
    lines, torn_end = split_torn(whole, tail)
    torn = [number for number, line in enumerate(lines, start=1) if read_line(line) is None]
    torn += range(len(lines) + 1, len(lines) + len(torn_end) + 1)
    fault = next(_faults_of_lines(lines), None) or _fault_of_end(lines, head)
    return Examined(len(whole), digest(lines[-1]) if lines else BEGINNING, fault, tuple(torn))


def _faults_of_lines(lines: Sequence[bytes]) -> Iterator[str]:
    previous = before = BEGINNING
    torn: list[bytes] = []
    for number, line in enumerate(lines, start=1):
        entry = read_line(line)
        if entry is None:
            torn.append(line)
        else:
            if torn:
                yield from _faults_of_torn(number, entry, note_of_torn(before, torn), len(torn))
            yield from _faults_of_entry(number, entry, previous)
            before, torn = digest(line), []
        previous = digest(line)


def _faults_of_torn(number: int, entry: Mapping[str, Any], note: Mapping[str, str], count: int) -> Iterator[str]:
    """Whether the line after lines that cannot be read says that they were cut short, and after which line."""
    told = entry.get("details")
    first = number - count
    if entry.get("action") != TORN or not isinstance(told, dict) or told.get("sha256") != note["sha256"]:
        yield f"строка {first} не читается, и следующая не говорит, что она оборвана"
    elif told.get("after") != note["after"]:
        yield f"строка {first - 1} изменена или удалена: так говорит строка {number}"


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
