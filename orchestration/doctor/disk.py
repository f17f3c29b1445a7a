"""Room on the disk of the home: for the next build, and for how long."""

from datetime import UTC, datetime, timedelta

from foundation.plural import plural
from foundation.settings import Settings
from ingestion.store.archive import archived
from orchestration.doctor.finding import Finding
from orchestration.metrics import bytes_of, free_bytes
from publishing.catalogue import current_folder, current_release

SPARE_BYTES = 200_000_000
"""For logs, protocols and what queries write to disk meanwhile."""
NIGHTS_AHEAD = 5
"""Below the room for so many builds somebody should look."""
DAYS_AHEAD = 60
WINDOW = timedelta(days=30)
SHORTEST_HISTORY = timedelta(days=7)


def room_for_build(settings: Settings) -> int:
    """Bytes the next refresh may need: the build file written anew beside its old blocks, a release, its Parquet."""
    release = current_folder(settings)
    return bytes_of(settings.build_file) + 2 * (bytes_of(release) if release else 0) + SPARE_BYTES


def check_disk(settings: Settings) -> list[Finding]:
    """Free bytes against the next build and against how fast the archive grows."""
    free, needed = free_bytes(settings.home), room_for_build(settings)
    days = days_until_full(settings, free - needed)
    said = f"свободно {_size(free)}, следующей сборке нужно до {_size(needed)}"
    if days is not None:
        said += f"; при нынешнем росте архива места примерно на {plural(days, 'день', 'дня', 'дней')}"
    step = "освободить место: vitrina purge --older-than 12m, меньше выпусков (VITRINA_RELEASES_KEPT) или больший диск"
    if free < needed:
        return [Finding("disk", "bad", f"места не хватит: {said}", step)]
    if free < NIGHTS_AHEAD * needed or (days is not None and days < DAYS_AHEAD):
        return [Finding("disk", "warn", f"места мало: {said}", step)]
    return [Finding("disk", "ok", said)]


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


def _size(number: int) -> str:
    """«12,3 ГБ»."""
    unit, title = (1_000_000_000, "ГБ") if abs(number) >= 1_000_000_000 else (1_000_000, "МБ")
    return f"{number / unit:.1f} {title}".replace(".", ",")
