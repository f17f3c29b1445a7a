"""What a copied or restored home lacks, put right before the first refresh."""

from foundation.settings import Settings
from orchestration.lock import RefreshInProgressError, refresh_lock
from publishing.release import mend_current


def mend_home(settings: Settings) -> str | None:
    """Restore the link `current` where it is lost: Superset reads through it. What was done, in Russian, or None.

    A refresh that is under way does it itself.
    """
    try:
        with refresh_lock(settings):
            return mend_current(settings)
    except RefreshInProgressError:
        return None
