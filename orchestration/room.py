"""Room on the disk of a home: what the next build needs, and for how long there is any."""

from datetime import UTC, datetime, timedelta

from foundation.settings import Settings
from ingestion.errors import UserError
from ingestion.store.archive import archived
from orchestration.failures import FREE_SOME, NO_ROOM, describe_failure, is_told
from orchestration.metrics import bytes_of, free_bytes
from publishing.catalogue import current_folder, current_release

SPARE_BYTES = 200_000_000
"""For logs, protocols and what queries write to disk meanwhile."""
WINDOW = timedelta(days=30)
SHORTEST_HISTORY = timedelta(days=7)


def room_for_build(settings: Settings) -> int:
    """Bytes the next refresh may need: the build written anew beside its old blocks, its copy, a release, Parquet."""
    release = current_folder(settings)
    return 2 * bytes_of(settings.build_file) + 2 * (bytes_of(release) if release else 0) + SPARE_BYTES


def require_room(settings: Settings) -> None:
    """Raise UserError before anything is written, when the disk is too full for a build: `current` stays whole."""
    free, needed = free_bytes(settings.home), room_for_build(settings)
    if free < needed:
        raise UserError(
            f"На диске рабочей папки {settings.home} свободно {size_in_words(free)}, сборке нужно до "
            f"{size_in_words(needed)}. Нужно {FREE_SOME}"
        )


def cause_of(settings: Settings, error: BaseException) -> str:
    """Why a refresh failed, in Russian. It began with room to spare: what fails where that is gone, failed of it."""
    if not is_told(error) and free_bytes(settings.home) < SPARE_BYTES / 2:
        return NO_ROOM
    return describe_failure(error)


def days_until_full(settings: Settings, free: int, now: datetime | None = None) -> int | None:
    """How long until the archive, which alone grows for good, has filled `free` bytes; None while nobody can tell."""
    release = current_release(settings)
    moment = now or datetime.now(UTC)
    received = {
        one.container_sha256 or one.sha256: one.received_at.replace(tzinfo=UTC)
        for one in (release.inputs if release else ())
        if one.received_at is not None
    }
    if not received or moment - min(received.values()) < SHORTEST_HISTORY:
        return None
    window = min(WINDOW, moment - min(received.values()))
    recent = [sha256 for sha256, at in received.items() if moment - at <= window]
    grown = sum(path.stat().st_size for sha256 in recent if (path := archived(settings, sha256)).is_file())
    return None if not grown else max(0, int(free / (grown / (window / timedelta(days=1)))))


def size_in_words(number: int) -> str:
    """«12,3 ГБ»."""
    unit, title = (1_000_000_000, "ГБ") if abs(number) >= 1_000_000_000 else (1_000_000, "МБ")
    return f"{number / unit:.1f} {title}".replace(".", ",")
