"""What killed processes left in a home: copies of the build and of the archive that nothing else would remove.

Besides taking room they would keep a person who was forgotten, and files that retention has removed.
"""

import shutil

from foundation.settings import Settings
from orchestration.backup import BackupError, remove_aside
from orchestration.checkpoint import remove_partial_copies
from orchestration.past import abandoned_homes


def remove_leftovers(settings: Settings) -> None:
    """Remove them; for a process that holds the lock of the build. What a living one works in stays."""
    remove_partial_copies(settings)
    for folder in abandoned_homes(settings):
        shutil.rmtree(folder, ignore_errors=True)
    try:
        remove_aside(settings)
    except BackupError:
        return  # a copy is being written of it, and its process removes it
