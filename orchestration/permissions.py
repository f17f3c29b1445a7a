"""What of a home others than its owner may read or write: nothing, but for a mailbox the administrator opened.

New files are private by the umask of every process (`keep_private`); files that came otherwise, or from an earlier
version, are closed when a refresh begins.
"""

import os
import stat
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from foundation.private_file import OTHERS
from foundation.settings import Settings

WRITE = 0o022
SEARCH = 0o011


def is_mailbox(settings: Settings) -> bool:
    """Whether others may put files into landing: senders' accounts do, where an administrator has let them."""
    return _mode(settings.landing) & WRITE != 0


def open_to_others(settings: Settings) -> Iterator[Path]:
    """Every path of a home that others may open and should not, the home itself first."""
    mailbox = settings.landing if is_mailbox(settings) else None
    for path in _paths(settings):
        if mailbox is not None and (path == mailbox or mailbox in path.parents):
            continue
        if _mode(path) & _forbidden(settings, path):
            yield path


def close_home(settings: Settings) -> int:
    """Take from others what they should not have; how many paths. What belongs to somebody else is left to `doctor`."""
    closed = 0
    for path in open_to_others(settings):
        with suppress(OSError):  # gone meanwhile, or another's
            path.chmod(_mode(path) & ~_forbidden(settings, path))
            closed += 1
    return closed


def _forbidden(settings: Settings, path: Path) -> int:
    """Senders who may write to landing have to get there: through the home, which they cannot list."""
    is_way_to_mailbox = path == settings.home and is_mailbox(settings)
    return OTHERS & ~SEARCH if is_way_to_mailbox else OTHERS


def _paths(settings: Settings) -> Iterator[Path]:
    """The home and all in it; also a folder of its own that an administrator has put on another disk.

    No other link is followed: `current` may lead anywhere after an accident, and what lies there is not ours to close.
    """
    home = settings.home
    on_another_disk = {settings.landing, settings.archive, settings.releases, settings.reports, settings.checkpoint}
    yield home
    for top in sorted(home.iterdir()) if home.is_dir() else ():
        start = top.resolve() if top.is_symlink() else top
        is_ours = top in on_another_disk and start.is_dir() and not start.is_relative_to(home.resolve())
        if top.is_symlink() and not is_ours:
            continue
        yield start
        for folder, folders, files in os.walk(start):
            yield from (Path(folder, name) for name in (*folders, *files) if not Path(folder, name).is_symlink())


def _mode(path: Path) -> int:
    try:
        return stat.S_IMODE(path.lstat().st_mode)
    except OSError:
        return 0
