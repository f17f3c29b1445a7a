"""`vitrina verify`: what lies in a home against what it says of itself.

Bytes of the archive against their hashes, releases against their manifests, the journal against the archive, and the
journal of acts against its own chain. Nothing is changed; each fault names the file and what to do.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from foundation.settings import Settings
from foundation.system_errors import reason_in_words
from ingestion.store.archive import archived, archived_files
from ingestion.store.tables import build_connection
from orchestration.audit.chain import BEGINNING, Examined
from orchestration.audit.journal import check_journal, journal_path, published_releases
from orchestration.backup import BackupError
from orchestration.restore import require_whole_restoration
from publishing.catalogue import WAREHOUSE_NAME, current_folder
from publishing.checksum import content_checksum, file_sha256, literal, quote
from publishing.manifest import MANIFEST_NAME, Manifest
from publishing.parquet import as_in_parquet

RESTORE = "Верните его из резервной копии (vitrina restore в пустую папку, затем скопируйте этот файл)"
Progress = Callable[[str], None]


@dataclass(frozen=True)
class Verdict:
    """What was looked at, and every fault in Russian."""

    files: int
    releases: int
    receipts: int | None
    """None where the build file could not be read."""
    acts: int
    """Lines of the journal of acts; their end is `acts_head`, to be noted down where nobody of this machine writes."""
    acts_head: str
    faults: tuple[str, ...]
    remarks: tuple[str, ...] = ()
    """What is not as it should be and is no fault."""

    @property
    def is_whole(self) -> bool:
        return not self.faults


def verify(settings: Settings, progress: Progress | None = None) -> Verdict:
    """Read everything once; raises BuildInUseError while a refresh has the build open."""
    tell = progress or (lambda _: None)
    tell("Архив: хеши файлов")
    archive = {sha256: path for path, sha256 in archived_files(settings) if path.name == sha256}
    faults = [*_faults_of_restoration(settings), *_faults_of_archive(archive)]
    releases = _release_folders(settings)
    for folder in releases:
        tell(f"Выпуск {folder.name}")
        faults += _faults_of_release(folder)
    if releases and current_folder(settings) is None:
        faults.append(f"Нет ни одного целого выпуска, хотя папок выпусков {len(releases)}: показывать нечего.")
    tell("Журнал приёма")
    receipts, of_journal = _faults_of_journal(settings, archive.keys())
    tell("Журнал действий")
    acts, known = _acts(settings)
    if acts.fault:
        faults.append(f"Журнал действий {journal_path(settings)}: {acts.fault}. Сравните его с резервной копией.")
    remarks = [
        f"Журнал действий: строка {number} оборвана (процесс был прерван), остальные целы." for number in acts.torn
    ]
    if unknown := [folder.name for folder in releases if folder.name not in known]:
        remarks.append(
            f"Журнал действий не знает выпусков: {len(unknown)}, первый {unknown[0]}. Так бывает после прежней версии, "
            "которая его не вела; иначе журнал удаляли или начинали заново: сравните его с резервной копией."
        )
    return Verdict(len(archive), len(releases), receipts, acts.lines, acts.head, (*faults, *of_journal), tuple(remarks))


def _acts(settings: Settings) -> tuple[Examined, set[str]]:
    """The journal of acts, and the releases it tells of."""
    try:
        return check_journal(settings), published_releases(settings)
    except OSError as error:
        return Examined(0, BEGINNING, f"не читается, {reason_in_words(error)}", ()), set()


def _faults_of_restoration(settings: Settings) -> Iterator[str]:
    try:
        require_whole_restoration(settings)
    except BackupError as error:
        yield str(error)


def _faults_of_archive(archive: Mapping[str, Path]) -> Iterator[str]:
    for sha256, path in archive.items():
        if file_sha256(path) != sha256:
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
    whole = []
    for name, summary in manifest.marts.items():
        path = folder / "marts" / f"{name}.parquet"
        if not path.is_file():
            yield f"Выпуск {folder.name}: нет файла {path.name}. {RESTORE}."
        elif file_sha256(path) != summary.parquet_sha256:
            yield f"Выпуск {folder.name}: {path.name} изменён после публикации. {RESTORE}."
        else:
            whole.append(name)
    yield from _faults_of_warehouse(folder, whole)


def _faults_of_warehouse(folder: Path, marts: Sequence[str]) -> Iterator[str]:
    """Marts in the database that are not those of their Parquet files; `marts` are those whose files are whole."""
    path = (folder / WAREHOUSE_NAME).resolve()
    try:
        with duckdb.connect(str(path), read_only=True) as connection:
            for name in marts:
                parquet = folder / "marts" / f"{name}.parquet"
                if not _is_the_same(connection, name, parquet):
                    yield f"Выпуск {folder.name}: витрина {name} в {WAREHOUSE_NAME} не та, что опубликована. {RESTORE}."
    except duckdb.Error as error:
        yield f"Выпуск {folder.name}: {WAREHOUSE_NAME} не читается ({type(error).__name__}). {RESTORE}."


def _is_the_same(connection: duckdb.DuckDBPyConnection, mart: str, parquet: Path) -> bool:
    """Whether a mart has the rows of its Parquet file, whose hash the manifest holds.

    Not the manifest's own checksum of the content: another version of the program may have counted it otherwise.
    """
    table, file = (
        content_checksum(connection, f"({as_in_parquet(connection, relation)})")
        for relation in (f"marts.{quote(mart)}", f"read_parquet({literal(parquet)})")
    )
    return table == file


def _faults_of_journal(settings: Settings, archive: Collection[str]) -> tuple[int | None, list[str]]:
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
