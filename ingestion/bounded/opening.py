"""The ways to open a received file, each in a child process; what has been read is kept for whoever asks next."""

from collections.abc import Callable
from pathlib import Path, PurePosixPath
from typing import Any, cast

from ingestion import reading
from ingestion.bounded.client import call_bounded
from ingestion.bounded.kept import Kept
from ingestion.bulk import incoming
from ingestion.reading import Member, Sheet, Workbook
from schemas.settings import get_settings

KEPT_BYTES = 256 << 20
BOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
"""How workbooks begin, which are read whole."""
_kept = Kept(KEPT_BYTES)


def open_members(path: Path, original_name: str, workspace: Path) -> list[Member]:
    """As ingestion.reading.open_members."""
    opened = call_bounded(original_name, reading.open_members, path.absolute(), original_name, workspace)
    return cast("list[Member]", opened)


def read_workbook(member: Member) -> Workbook:
    """As ingestion.reading.read_workbook, in the time zone of the region."""
    return cast("Workbook", _read_once(member, reading.read_workbook, member, get_settings().timezone))


def read_head(member: Member) -> Sheet | None:
    """The first rows of a file that can be streamed, as a sheet; None of another. Raises Refusal for a damaged one."""
    with member.content.open("rb") as stream:
        if stream.read(4).startswith(BOOKS):  # no child need be asked
            return None
    stem = PurePosixPath(member.name).stem
    return cast(
        "Sheet | None", _read_once(member, incoming.read_head, member.content.absolute(), stem, get_settings().timezone)
    )


def release() -> None:
    """Forget what has been read: everything that was received is loaded."""
    _kept.clear()


def _read_once(member: Member, read: Callable[..., Any], *arguments: Any) -> Any:
    """A refresh asks when a file is received and again when it is loaded: it is read for the first of them."""
    state = member.content.stat()
    key = (read.__name__, member.name, str(member.content), state.st_ino, state.st_size, state.st_mtime_ns)
    if key not in _kept:
        found = call_bounded(member.name, read, *arguments)
        _kept.put(key, found, _size(found))
        return found
    return _kept.get(key)


def _size(found: Workbook | Sheet | None) -> int:
    if found is None:
        return 0
    sheets = found.sheets if isinstance(found, Workbook) else (found,)
    return sum(int(sheet.frame.estimated_size()) for sheet in sheets)
