"""What a copied or restored home lacks, put right before the first refresh."""

from contextlib import suppress

from foundation.settings import Settings
from orchestration.audit.journal import Act, record
from orchestration.lock import RefreshInProgressError, refresh_lock
from publishing.release import mend_current


def mend_home(settings: Settings) -> str | None:
    """Restore the link `current` where it is lost: Superset reads through it. What was done, in Russian, or None.

    A refresh that is under way does it itself.
    """
    try:
        with refresh_lock(settings):
            mended = mend_current(settings)
            if mended:
                with suppress(OSError):  # readers need the link more than the journal its line
                    record(settings, [Act("current_restored", {"notes": mended})])
            return mended
    except RefreshInProgressError:
        return None
