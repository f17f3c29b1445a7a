"""`vitrina backup`: all of a home that cannot be made again, in one file; restore.py brings it back.

What is made again from the rest (dbt's and Dagster's own folders, caches) stays out, and so does the secret: whoever
has both could tell people from their keys. The copy is of one moment between two refreshes: what is never edited (the
archive, the releases) is linked and the rest copied while no refresh runs; the file is written after that and hinders
none.
"""

import fcntl
import hashlib
import hmac
import io
import json
import os
import shutil
import sqlite3
import tarfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from foundation.settings import Settings
from ingestion.errors import UserError
from ingestion.receive.landing import settled_files, sidecar_of
from orchestration.lock import RefreshInProgressError, refresh_lock
from publishing.catalogue import current_folder
from publishing.checksum import file_sha256

CONTENTS = "backup.json"
FORMAT = 1
NEVER_EDITED = ("archive", "releases")
MADE_AGAIN = frozenset({"dbt", "dagster", "current", "refresh.lock", "checkpoint", "warehouse.duckdb.damaged"})
SUPERSET_DATABASE = Path("superset") / "superset.db"
SUPERSET_KEPT = (SUPERSET_DATABASE, Path("superset") / "secret_key")
WAIT_SECONDS = 3600
POLL_SECONDS = 0.5

Progress = Callable[[str], None]


class BackupError(UserError):
    """A copy that cannot be made or taken back; the message is Russian."""


@dataclass(frozen=True)
class Contents:
    """What a copy holds: files with size in bytes and SHA-256, the release that stood, a proof of the secret."""

    format: int
    made_at: str
    release_id: str | None
    secret_proof: str | None
    """Tells whether a secret is the one of this home, and nothing of it."""
    files: dict[str, tuple[int, str]]


def back_up(settings: Settings, target: Path, progress: Progress | None = None) -> Contents:
    """Write the copy to `target`, which appears only when it is whole; raises BackupError."""
    _require_room_for(settings, target)
    tell = progress or (lambda _: None)
    with _alone(settings), _set_aside(settings, tell) as (aside, release_id):
        files = {path.relative_to(aside).as_posix(): path for path in files_under(aside)}
        listed = {name: listing(path) for name, path in files.items()}
        contents = Contents(
            FORMAT, f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}", release_id, proof_of_secret(settings), listed
        )
        tell("Запись копии")
        _write(target, contents, files)
    return contents


def _require_room_for(settings: Settings, target: Path) -> None:
    if target.exists():
        raise BackupError(f"Файл {target} уже есть. Укажите другое имя: копия поверх копии не пишется.")
    if not target.parent.is_dir():
        raise BackupError(f"Папки {target.parent} нет. Создайте её или укажите другую.")
    if settings.home.resolve() in target.resolve().parents:
        raise BackupError(
            f"{target} лежит в самой рабочей папке: каждая копия вошла бы в следующую и пропала бы вместе с папкой. "
            "Укажите место вне её."
        )
    if not settings.build_file.is_file() and current_folder(settings) is None:
        raise BackupError(f"В {settings.home} копировать нечего: нет ни сборки, ни выпусков.")


def files_under(folder: Path) -> list[Path]:
    """Every file of a folder of ours, in order."""
    return sorted(path for path in folder.rglob("*") if path.is_file())


def listing(path: Path) -> tuple[int, str]:
    """A file as the list of a copy has it: bytes, SHA-256."""
    return path.stat().st_size, file_sha256(path)


@contextmanager
def _alone(settings: Settings) -> Iterator[None]:
    """One copy at a time: two would set the home aside in one place."""
    with (settings.home / ".backup.lock").open("a") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BackupError("Другая копия этой папки ещё пишется. Дождитесь её и повторите.") from None
        yield


def _write(target: Path, contents: Contents, files: dict[str, Path]) -> None:
    partial = target.with_name(f".{target.name}.partial")
    try:
        # The archive holds people's data as it came: the copy is its owner's alone from its first byte.
        handle = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "wb") as sink, tarfile.open(fileobj=sink, mode="w:gz", compresslevel=1) as tar:
            text = json.dumps(asdict(contents), ensure_ascii=False, indent=1).encode()
            _add_text(tar, text)
            for name, path in files.items():
                tar.add(path, name, recursive=False)
        partial.replace(target)
    except OSError as error:  # what is written to a file open already does not name it
        raise OSError(error.errno, error.strerror, error.filename or str(target)) from error
    finally:
        partial.unlink(missing_ok=True)


def _add_text(tar: tarfile.TarFile, text: bytes) -> None:
    entry = tarfile.TarInfo(CONTENTS)
    entry.size, entry.mode, entry.mtime = len(text), 0o600, int(time.time())
    tar.addfile(entry, io.BytesIO(text))


def remove_aside(settings: Settings) -> None:
    """Remove what a killed backup left of the home set aside; raises BackupError while one is being written."""
    if _aside(settings).is_dir():
        with _alone(settings):
            shutil.rmtree(_aside(settings), ignore_errors=True)


def _aside(settings: Settings) -> Path:
    return settings.home / ".backup"


@contextmanager
def _set_aside(settings: Settings, tell: Progress) -> Iterator[tuple[Path, str | None]]:
    """The home of one moment in a hidden folder beside it, on the same disk: links cost no room."""
    aside = _aside(settings)
    shutil.rmtree(aside, ignore_errors=True)  # of a backup that was cut short
    try:
        with _between_refreshes(settings, tell):
            aside.mkdir(mode=0o700)
            current = current_folder(settings)
            for inside in _kept(settings):
                own = aside / inside
                own.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
                _take(settings.home / inside, own, inside)
        yield aside, current.name if current else None
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def _take(path: Path, own: Path, inside: Path) -> None:
    if inside == SUPERSET_DATABASE:
        _copy_database(path, own)
        return
    if inside.parts[0] in NEVER_EDITED:
        with suppress(OSError):  # the archive may lie on another disk, behind a link: copied then
            os.link(path.resolve(), own)
            return
    shutil.copy2(path, own)


@contextmanager
def _between_refreshes(settings: Settings, tell: Progress) -> Iterator[None]:
    deadline = time.monotonic() + WAIT_SECONDS
    while True:
        try:
            with refresh_lock(settings):
                yield
                return
        except RefreshInProgressError as error:
            if time.monotonic() > deadline:
                raise
            tell(f"{error} Копия начнётся после него.")
            time.sleep(POLL_SECONDS)


def _kept(settings: Settings) -> Iterator[Path]:
    """Files that belong into a copy, as paths inside the home. A folder may lie elsewhere, behind a link."""
    waiting = {path for file in settled_files(settings) for path in (file, sidecar_of(file))}
    for inside in _inside(settings.home):
        top = inside.parts[0]
        if top in MADE_AGAIN or inside == settings.secret_file.relative_to(settings.home):
            continue
        if top == "superset":
            belongs = inside in SUPERSET_KEPT
        elif top == "landing":
            belongs = settings.home / inside in waiting  # what is still being written comes with the next copy
        else:
            belongs = not any(part.startswith(".") for part in inside.parts)
        if belongs:
            yield inside


def _inside(home: Path) -> Iterator[Path]:
    for top in sorted(home.iterdir()):
        if top.is_dir():
            folder = top.resolve()  # rglob follows no links
            yield from (Path(top.name) / path.relative_to(folder) for path in files_under(folder))
        elif top.is_file():
            yield Path(top.name)


def _copy_database(path: Path, target: Path) -> None:
    """Superset writes to its database whenever somebody signs in: SQLite copies it whole meanwhile."""
    with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(target)) as sink:
        source.backup(sink)


def proof_of_secret(settings: Settings) -> str | None:
    """Tells one secret from another without telling any; None where there is no secret."""
    secret = settings.secret()
    return hmac.new(secret.encode(), b"vitrina backup", hashlib.sha256).hexdigest() if secret else None
