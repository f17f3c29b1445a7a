"""The releases on disk: which there are, which one is current, which one stood on a date."""

import re
from datetime import date, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

from foundation.settings import Settings
from publishing.errors import NoReleaseError, RemovedReleaseError
from publishing.manifest import Manifest

WAREHOUSE_NAME = "warehouse.duckdb"
UNPUBLISHED = "unpublished"
"""Lies in a release until `current` has been switched to it: a process killed in between has published nothing."""
RELEASE_ID = re.compile(r"\d{8}T\d{6}Z-[0-9a-f]{4}")


def list_releases(settings: Settings) -> list[Manifest]:
    """All whole releases, oldest first. Names that start with a dot are unfinished ones."""
    current = current_folder(settings)
    found = (
        read_manifest(folder)
        for folder in _folders(settings)
        if folder.resolve() == current or not (folder / UNPUBLISHED).exists()
    )
    return sorted((one for one in found if one), key=lambda one: (one.published_at, one.release_id))


def read_manifest(folder: Path) -> Manifest | None:
    """The manifest of a release; None where it is missing or damaged: such a release is shown to nobody."""
    try:
        return Manifest.read(folder)
    except (OSError, ValueError, KeyError, TypeError):
        return None


def damaged_since(settings: Settings, release_id: str = "") -> list[str]:
    """Ids of releases published after this one whose manifest does not read, oldest first."""
    return sorted(
        folder.name
        for folder in _folders(settings)
        if RELEASE_ID.fullmatch(folder.name)  # sorts by time
        and folder.name > release_id
        and not (folder / UNPUBLISHED).exists()
        and read_manifest(folder) is None
    )


def _folders(settings: Settings) -> list[Path]:
    if not settings.releases.is_dir():
        return []
    return [path for path in settings.releases.iterdir() if path.is_dir() and not path.name.startswith(".")]


Release = tuple[Path, Manifest]
"""The real folder of a release, and what it says of itself."""


def current_folder(settings: Settings) -> Path | None:
    """The real folder `current` points to, or None before the first release."""
    found = _current(settings)
    return found[0] if found else None


def current_release(settings: Settings) -> Manifest | None:
    """The manifest of the current release, or None before the first one."""
    found = _current(settings)
    return found[1] if found else None


def _current(settings: Settings) -> Release | None:
    """A home that was copied or restored may have lost the link, or hold one into another home: what was published last
    is then the newest whole release, never none. History starts anew only where there is no release at all.
    """
    folder = settings.current.resolve()
    is_own = folder.parent == settings.releases.resolve() or not settings.current.is_symlink()
    manifest = read_manifest(folder) if is_own else None
    return (folder, manifest) if manifest else _newest_whole(settings)


def is_linked(settings: Settings) -> bool:
    """Whether `current` is the link it should be."""
    return settings.current.is_symlink() and settings.current.resolve() == current_folder(settings)


def last_published(settings: Settings) -> Release | None:
    """The release that history goes on from: `current` may have been led back to an earlier one."""
    found = [release for release in (_current(settings), _newest_whole(settings)) if release]
    return max(found, key=lambda release: release[1].published_at, default=None)


def newest_whole(settings: Settings) -> Path | None:
    """The folder of the release published last, whatever `current` says; None when there is none."""
    found = _newest_whole(settings)
    return found[0] if found else None


def _newest_whole(settings: Settings) -> Release | None:
    whole = [
        (folder.resolve(), manifest)
        for folder in _folders(settings)
        if not (folder / UNPUBLISHED).exists() and (manifest := read_manifest(folder))
    ]
    return max(whole, key=lambda found: found[1].published_at, default=None)


def local_time(settings: Settings, moment: datetime) -> datetime:
    """A moment in the configured time zone."""
    return moment.astimezone(ZoneInfo(settings.timezone))


NO_RELEASES = "Выпусков ещё нет. Положите файлы: vitrina add ФАЙЛ, затем выполните: vitrina refresh."
AsOf = date | str | None
"""Nothing (now), a day (what stood at its end), a moment of local time (a datetime is a date) or a release's id."""


def last_moment(settings: Settings, as_of: date) -> datetime:
    """The moment asked about, with its zone: of a day the end."""
    local = as_of if isinstance(as_of, datetime) else datetime.combine(as_of, time.max)
    return local.replace(tzinfo=ZoneInfo(settings.timezone))


def said(as_of: date) -> str:
    """A day or a moment as people write it."""
    return f"{as_of:%d.%m.%Y %H:%M:%S}" if isinstance(as_of, datetime) else f"{as_of:%d.%m.%Y}"


def find_release(settings: Settings, as_of: AsOf = None) -> Path:
    """The folder to read: the current release, the last one published by the end of a day, or the one with an id.

    Raises NoReleaseError before the first release, RemovedReleaseError when what is asked for is no longer on disk and
    may be restored from vintages.
    """
    if as_of is None:
        folder = current_folder(settings)
        if folder is None:
            raise NoReleaseError(NO_RELEASES)
        return folder
    releases = list_releases(settings)
    if not releases:
        raise NoReleaseError(NO_RELEASES)
    if isinstance(as_of, str):
        if as_of not in {found.release_id for found in releases}:
            raise RemovedReleaseError(
                f"Выпуска {as_of} на диске нет: он удалён по сроку хранения, или его не было. Показатели того времени "
                f"покажет vitrina indicators --as-of {as_of}, если что-то с тех пор менялось."
            )
        return settings.releases / as_of
    moment = last_moment(settings, as_of)
    standing = [found for found in releases if found.published_at <= moment]
    if not standing:
        first = local_time(settings, releases[0].published_at)
        raise RemovedReleaseError(
            f"На {said(as_of)} выпусков не было: самый ранний из хранящихся — от {first:%d.%m.%Y %H:%M}. "
            "Укажите более позднюю дату."
        )
    return settings.releases / standing[-1].release_id
