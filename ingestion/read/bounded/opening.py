"""The ways to open a received file, each in a child process; what has been read is kept for whoever asks next."""

import hashlib
from collections.abc import Callable, Hashable, Iterable
from pathlib import Path, PurePosixPath
from typing import Any, TypeVar, cast

from foundation.settings import get_settings
from ingestion import read as reading
from ingestion.read import Member, Sheet, UnreadableFileError, Workbook
from ingestion.read import streamed as incoming
from ingestion.read.bounded.client import call_bounded
from ingestion.read.bounded.kept import Kept

T = TypeVar("T")
KEPT_BYTES = 256 << 20
SMALL_BYTES = 4 << 20
ZIP, OLE = b"PK", b"\xd0\xcf\x11\xe0"
"""How archives and workbooks begin."""
HEAD, WHOLE = "head", "whole"
_kept = Kept(KEPT_BYTES)


def open_members(path: Path, original_name: str, workspace: Path) -> list[Member]:
    """As ingestion.read.open_members; what cannot be a ZIP is one member, and nobody need look into it yet."""
    if not _begins_with(path, (ZIP,)):
        with path.open("rb") as stream:
            sha256 = hashlib.file_digest(stream, "sha256").hexdigest()
        return [Member(original_name, sha256, path.stat().st_size, None, None, path)]
    given = (path.absolute(), original_name, workspace, get_settings().timezone)
    members, whole = call_bounded(original_name, _members_and_whole, *given)
    if whole is not None:
        _keep(WHOLE, members[0], whole)
    return cast("list[Member]", members)


def read_workbook(member: Member) -> Workbook:
    """As ingestion.read.read_workbook, in the time zone of the region."""
    found = _read_once(WHOLE, member, reading.read_workbook, member, get_settings().timezone)
    if isinstance(found, UnreadableFileError):
        raise found
    return cast("Workbook", found)


def read_head(member: Member) -> Sheet | None:
    """The first rows of a file that can be streamed, as a sheet; None of another. Raises Refusal for a damaged one.

    A small file is read whole in the same go: most of them are asked for whole next.
    """
    if _begins_with(member.content, (ZIP, OLE)):
        return None  # a workbook is read whole, and no child need be asked
    zone = get_settings().timezone
    if member.size_bytes > SMALL_BYTES:
        return cast("Sheet | None", _read_once(HEAD, member, _head, member, zone))
    if _key(HEAD, member) not in _kept:
        head, whole = call_bounded(member.name, _head_and_whole, member, zone)
        _keep(HEAD, member, head)
        _keep(WHOLE, member, whole)
        return cast("Sheet | None", head)
    return cast("Sheet | None", _kept.get(_key(HEAD, member)))


def _members_and_whole(
    path: Path, name: str, workspace: Path, zone: str
) -> tuple[list[Member], Workbook | UnreadableFileError | None]:
    """The members of a ZIP; of a small file that is none, as a workbook is, what stands in it: it is asked for next."""
    members = reading.open_members(path, name, workspace)
    if members[0].container_sha256 is not None or members[0].size_bytes > SMALL_BYTES:
        return members, None
    return members, _whole(members[0], zone)


def _whole(member: Member, zone: str) -> Workbook | UnreadableFileError:
    try:
        return reading.read_workbook(member, zone)
    except UnreadableFileError as verdict:  # for whoever asks for the whole: a long log is read by its head alone
        return verdict


def _head(member: Member, zone: str) -> Sheet | None:
    return incoming.read_head(member.content.absolute(), PurePosixPath(member.name).stem, zone)


def _head_and_whole(member: Member, zone: str) -> tuple[Sheet | None, Workbook | UnreadableFileError]:
    return _head(member, zone), _whole(member, zone)


def remember(what: Hashable, member: Member, make: Callable[[], T], sheets: Callable[[T], Iterable[Sheet]]) -> T:
    """What was made of a file in one state, made once as long as there is room; `sheets` are those it holds on to."""
    key = (what, *_key("made", member))
    if key not in _kept:
        made = make()
        _kept.put(key, made, _size(sheets(made)))
        return made
    return cast("T", _kept.get(key))


def release() -> None:
    """Forget what has been read: everything that was received is loaded."""
    _kept.clear()


def _begins_with(path: Path, marks: tuple[bytes, ...]) -> bool:
    with path.open("rb") as stream:
        return stream.read(len(OLE)).startswith(marks)


def _read_once(what: str, member: Member, read: Callable[..., Any], *arguments: Any) -> Any:
    """A refresh asks when a file is received and again when it is loaded: it is read for the first of them."""
    key = _key(what, member)
    if key in _kept:
        return _kept.get(key)
    found = call_bounded(member.name, read, *arguments)
    _keep(what, member, found)
    return found


def _key(what: str, member: Member) -> tuple[object, ...]:
    """A file in one state, under one name."""
    state = member.content.stat()
    return what, member.name, str(member.content), state.st_ino, state.st_size, state.st_mtime_ns


def _keep(what: str, member: Member, found: Workbook | Sheet | UnreadableFileError | None) -> None:
    sheets = found.sheets if isinstance(found, Workbook) else (found,) if isinstance(found, Sheet) else ()
    _kept.put(_key(what, member), found, _size(sheets))


def _size(sheets: Iterable[Sheet]) -> int:
    return sum(int(sheet.frame.estimated_size()) for sheet in sheets)
