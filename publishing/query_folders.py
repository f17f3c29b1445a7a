"""Where a query writes what it cannot hold in memory: a folder for each process and release, and what the dead left.

DuckDB names these files alike in every process and never asks whose they are: two processes that share a folder read
one another's rows.
"""

import contextlib
import os
import shutil
from pathlib import Path

from foundation.settings import Settings


def query_folder(settings: Settings, name: str) -> Path:
    """VITRINA_HOME/.temporary/<process>-<what is read>; DuckDB makes the last part itself when it is needed."""
    with contextlib.suppress(OSError):  # a reader who may not write: small queries need no folder
        settings.temporary.mkdir(mode=0o700, parents=True, exist_ok=True)
    return settings.temporary / f"{os.getpid()}-{name}"


def remove_left_folders(settings: Settings) -> None:
    """Remove the folders of processes that are no more; one that cannot be removed stops nobody."""
    for path in settings.temporary.glob("*"):
        process = path.name.partition("-")[0]
        if process.isdecimal() and _is_alive(int(process)):
            continue
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            with contextlib.suppress(OSError):
                path.unlink()


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:  # somebody else's
        return True
    return True
