"""Room on the disk of the home: for the next build, and for how long."""

from foundation.plural import plural
from foundation.settings import Settings
from orchestration.doctor.finding import Finding
from orchestration.failures import FREE_SOME
from orchestration.metrics import free_bytes
from orchestration.room import days_until_full, room_for_build, size_in_words

NIGHTS_AHEAD = 5
"""Below the room for so many builds somebody should look."""
DAYS_AHEAD = 60


def check_disk(settings: Settings) -> list[Finding]:
    """Free bytes against the next build and against how fast the archive grows."""
    free, needed = free_bytes(settings.home), room_for_build(settings)
    days = days_until_full(settings, free - needed)
    said = f"свободно {size_in_words(free)}, следующей сборке нужно до {size_in_words(needed)}"
    if days is not None:
        said += f"; при нынешнем росте архива места примерно на {plural(days, 'день', 'дня', 'дней')}"
    if free < needed:
        return [Finding("disk", "bad", f"места не хватит: {said}", FREE_SOME)]
    if free < NIGHTS_AHEAD * needed or (days is not None and days < DAYS_AHEAD):
        return [Finding("disk", "warn", f"места мало: {said}", FREE_SOME)]
    return [Finding("disk", "ok", said)]
