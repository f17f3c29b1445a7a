"""The releases on disk: which there are, which one is current, which one stood on a date."""

import re
from datetime import date, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

from foundation.settings import Settings
from publishing.errors import NoReleaseError, RemovedReleaseError
from publishing.manifest import MANIFEST_NAME, Manifest

WAREHOUSE_NAME = "warehouse.duckdb"
UNPUBLISHED = "unpublished"
"""Lies in a release until `current` has been switched to it: a process killed in between has published nothing."""
PUBLISHED_AT = re.compile(r'\{\s*"release_id": "[^"]*",\s*"published_at": "([^"]*)"')
BEGINNING = 200
"""Characters of a manifest in which that stands."""
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
    """Read from the newest on until one is whole: thirty manifests a night are a good many to read for one of them."""
    folders = [folder for folder in _folders(settings) if not (folder / UNPUBLISHED).exists()]
    for folder in _newest_first(folders):
        if manifest := read_manifest(folder):
            return folder.resolve(), manifest
    return None


def _newest_first(folders: list[Path]) -> list[Path]:
    """Releases in the order in which their manifests say they were published, the last one first.

    Where one does not say so at its beginning, all are read: somebody has written it anew, or it is damaged.
    """
    told = {folder: moment for folder in folders if (moment := _published_at(folder))}
    if len(told) < len(folders):
        told = {folder: manifest.published_at for folder in folders if (manifest := read_manifest(folder))}
    return sorted(told, key=told.__getitem__, reverse=True)


def _published_at(folder: Path) -> datetime | None:
    """When a release was published, from the first bytes of its manifest."""
    try:
        with (folder / MANIFEST_NAME).open(encoding="utf-8") as stream:
            found = PUBLISHED_AT.match(stream.read(BEGINNING))
        return datetime.fromisoformat(found[1]) if found else None
    except (OSError, ValueError):
        return None


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
