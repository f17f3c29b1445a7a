"""`vitrina backup`: all of a home that cannot be made again, in one file; restore.py brings it back.

What is made again from the rest (dbt's and Dagster's own folders, caches) stays out, and so does the secret: whoever
has both could tell people from their keys. The copy is of one moment between two refreshes: what is never edited (the
archive, the releases) is linked and the rest copied while no refresh runs; the file is written after that and hinders
none.
"""

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
from contextlib import closing, contextmanager
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
MADE_AGAIN = frozenset({"dbt", "dagster", "current", "refresh.lock"})
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

    @property
    def size_bytes(self) -> int:
        return sum(size for size, _ in self.files.values())


def back_up(settings: Settings, target: Path, progress: Progress | None = None) -> Contents:
    """Write the copy to `target`, which appears only when it is whole; raises BackupError."""
    if target.exists():
        raise BackupError(f"Файл {target} уже есть. Укажите другое имя: копия поверх копии не пишется.")
    if not settings.build_file.is_file() and current_folder(settings) is None:
        raise BackupError(f"В {settings.home} копировать нечего: нет ни сборки, ни выпусков.")
    tell = progress or (lambda _: None)
    with _set_aside(settings, tell) as (aside, release_id):
        files = {path.relative_to(aside).as_posix(): path for path in sorted(aside.rglob("*")) if path.is_file()}
        listed = {name: (path.stat().st_size, file_sha256(path)) for name, path in files.items()}
        contents = Contents(
            FORMAT, f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}", release_id, proof_of_secret(settings), listed
        )
        tell("Запись копии")
        _write(target, contents, files)
    return contents


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
    finally:
        partial.unlink(missing_ok=True)


def _add_text(tar: tarfile.TarFile, text: bytes) -> None:
    entry = tarfile.TarInfo(CONTENTS)
    entry.size, entry.mode, entry.mtime = len(text), 0o600, int(time.time())
    tar.addfile(entry, io.BytesIO(text))


@contextmanager
def _set_aside(settings: Settings, tell: Progress) -> Iterator[tuple[Path, str | None]]:
    """The home of one moment in a hidden folder beside it, on the same disk: links cost no room."""
    aside = settings.home / ".backup"
    with _between_refreshes(settings, tell):
        shutil.rmtree(aside, ignore_errors=True)  # of a backup that was cut short
        aside.mkdir(mode=0o700)
        current = current_folder(settings)
        for path in _kept(settings):
            own = aside / path.relative_to(settings.home)
            own.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            if path.relative_to(settings.home).parts[0] in NEVER_EDITED:
                os.link(path, own)
            elif path.relative_to(settings.home) == SUPERSET_DATABASE:
                _copy_database(path, own)
            else:
                shutil.copy2(path, own)
    try:
        yield aside, current.name if current else None
    finally:
        shutil.rmtree(aside, ignore_errors=True)


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
    """Files that belong into a copy."""
    home = settings.home
    waiting = {path for file in settled_files(settings) for path in (file, sidecar_of(file))}
    for path in sorted(home.rglob("*")):
        inside = path.relative_to(home)
        top = inside.parts[0]
        hidden = any(part.startswith(".") for part in inside.parts)
        if not path.is_file() or path.is_symlink() or top in MADE_AGAIN or path == settings.secret_file:
            continue
        if top == "superset":
            if inside in SUPERSET_KEPT:
                yield path
        elif top == "landing":
            if path in waiting:  # what is still being written comes with the next copy
                yield path
        elif not hidden:
            yield path


def _copy_database(path: Path, target: Path) -> None:
    """Superset writes to its database whenever somebody signs in: SQLite copies it whole meanwhile."""
    with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(target)) as sink:
        source.backup(sink)


def proof_of_secret(settings: Settings) -> str | None:
    """Tells one secret from another without telling any; None where there is no secret."""
    secret = settings.secret()
    return hmac.new(secret.encode(), b"vitrina backup", hashlib.sha256).hexdigest() if secret else None
