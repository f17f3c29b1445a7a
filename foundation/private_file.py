"""Files that hold the state of a home: whole or not at all, and their owner's alone."""

import os
from pathlib import Path

from foundation.whole_file import written_whole

OTHERS = 0o077
"""What anybody but the owner may do with a file."""


def keep_private() -> None:
    """Let this process and its children make files for their owner alone: 0600, folders 0700."""
    os.umask(OTHERS)


def write_private(path: Path, text: str) -> None:
    """Put a file (0600) in its place; a process killed meanwhile, a full disk or a power cut leaves the former one."""
    with written_whole(path) as partial:
        handle = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            os.fchmod(handle, 0o600)  # a leftover of a killed process keeps the mode it had
            stream.write(text)
            stream.flush()
            os.fsync(handle)
    to_disk(path.parent)


def to_disk(path: Path) -> None:
    """Let what a file holds, or which names a folder has, outlive a power cut."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
