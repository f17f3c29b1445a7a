"""`vitrina verify`: what lies in a home against what it says of itself.

Bytes of the archive against their hashes, releases against their manifests, the journal against the archive. Nothing is
changed; each fault names the file and what to do.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb

from foundation.settings import Settings
from ingestion.store.archive import archived
from ingestion.store.tables import build_connection
from publishing.catalogue import WAREHOUSE_NAME, current_folder
from publishing.checksum import content_checksum, file_sha256, quote
from publishing.manifest import MANIFEST_NAME, Manifest

HASH_LENGTH = 64
RESTORE = "Верните его из резервной копии (vitrina restore в пустую папку, затем скопируйте этот файл)"
Progress = Callable[[str], None]


@dataclass(frozen=True)
class Verdict:
    """What was looked at, and every fault in Russian."""

    files: int
    releases: int
    receipts: int | None
    """None where the build file could not be read."""
    faults: tuple[str, ...]

    @property
    def is_whole(self) -> bool:
        return not self.faults


def verify(settings: Settings, progress: Progress | None = None) -> Verdict:
    """Read everything once; raises BuildInUseError while a refresh has the build open."""
    tell = progress or (lambda _: None)
    tell("Архив: хеши файлов")
    names = _archived_names(settings)
    faults = list(_faults_of_archive(names))
    releases = _release_folders(settings)
    for folder in releases:
        tell(f"Выпуск {folder.name}")
        faults += _faults_of_release(folder)
    if releases and current_folder(settings) is None:
        faults.append(f"Нет ни одного целого выпуска, хотя папок выпусков {len(releases)}: показывать нечего.")
    tell("Журнал приёма")
    receipts, of_journal = _faults_of_journal(settings, {path.name for path in names})
    return Verdict(len(names), len(releases), receipts, (*faults, *of_journal))


def _archived_names(settings: Settings) -> list[Path]:
    """Archived bytes; leftovers of an interrupted copy are none."""
    return sorted(path for path in settings.archive.glob("*/*") if len(path.name) == HASH_LENGTH)


def _faults_of_archive(paths: list[Path]) -> Iterator[str]:
    for path in paths:
        if file_sha256(path) != path.name:
            yield f"Архив: {path} повреждён, содержимое не сходится с хешем. {RESTORE}: пересборка из архива его ждёт."


def _release_folders(settings: Settings) -> list[Path]:
    if not settings.releases.is_dir():
        return []
    return sorted(path for path in settings.releases.iterdir() if path.is_dir() and not path.name.startswith("."))


def _faults_of_release(folder: Path) -> Iterator[str]:
    try:
        manifest = Manifest.read(folder)
    except (OSError, ValueError, KeyError, TypeError):
        yield f"Выпуск {folder.name}: {MANIFEST_NAME} нет или он не читается, выпуск не показывается. {RESTORE}."
        return
    for name, summary in manifest.marts.items():
        path = folder / "marts" / f"{name}.parquet"
        if not path.is_file():
            yield f"Выпуск {folder.name}: нет файла {path.name}. {RESTORE}."
        elif file_sha256(path) != summary.parquet_sha256:
            yield f"Выпуск {folder.name}: {path.name} изменён после публикации. {RESTORE}."
    yield from _faults_of_warehouse(folder, manifest)


def _faults_of_warehouse(folder: Path, manifest: Manifest) -> Iterator[str]:
    path = (folder / WAREHOUSE_NAME).resolve()
    try:
        with duckdb.connect(str(path), read_only=True) as connection:
            for name, summary in manifest.marts.items():
                if content_checksum(connection, f"marts.{quote(name)}") != summary.content_checksum:
                    yield f"Выпуск {folder.name}: витрина {name} в {WAREHOUSE_NAME} не та, что опубликована. {RESTORE}."
    except duckdb.Error as error:
        yield f"Выпуск {folder.name}: {WAREHOUSE_NAME} не читается ({type(error).__name__}). {RESTORE}."


def _faults_of_journal(settings: Settings, archive: set[str]) -> tuple[int | None, list[str]]:
    if not settings.build_file.is_file():
        return None, [f"Нет файла сборки {settings.build_file}: в нём журнал приёма и принятые строки. {RESTORE}."]
    try:
        with build_connection(settings, read_only=True) as build:
            rows = build.execute(
                "select distinct received.file_sha256, received.original_name from journal.received as received"
                " where not exists (select 1 from journal.purged where purged.file_sha256 = received.file_sha256)"
            ).fetchall()
    except duckdb.Error as error:
        return None, [f"Файл сборки {settings.build_file} не читается ({type(error).__name__}). {RESTORE}."]
    lost = [
        f"Журнал: файла «{name}» нет в архиве ({archived(settings, sha256)}). {RESTORE}."
        for sha256, name in rows
        if sha256 not in archive
    ]
    return len(rows), lost
