"""Empties the archive of received files by retention: the bytes go, their hashes and the journal stay.

Nothing the warehouse does later needs the bytes: accepted rows are in the raw tables, held ones in the journal. Only a
file that waits to be loaded does, so it stays.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from foundation.settings import Settings
from ingestion.store.archive import archived_files
from ingestion.store.receipts import now
from ingestion.store.tables import build_connection, create_tables


@dataclass(frozen=True)
class ArchivedFile:
    """The bytes of a received file, or of a ZIP or its member, and when they last came."""

    sha256: str
    size_bytes: int
    received_at: datetime
    path: Path


def old_files(settings: Settings, before: datetime) -> list[ArchivedFile]:
    """Archived files received before a moment (UTC, without a zone) that no load waits for, the oldest first."""
    if not settings.archive.is_dir():
        return []
    received, waiting = _receipts(settings)
    files = [
        ArchivedFile(sha256, path.stat().st_size, received.get(sha256, _written_at(path)), path)
        for path, sha256 in archived_files(settings)
        if sha256 not in waiting
    ]
    return sorted((file for file in files if file.received_at < before), key=lambda file: file.received_at)


def purge(settings: Settings, before: datetime) -> list[ArchivedFile]:
    """Remove those files and journal what is gone; returns them."""
    gone: list[ArchivedFile] = []
    try:
        for file in old_files(settings, before):
            file.path.unlink()
            gone.append(file)
            if not any(file.path.parent.iterdir()):
                file.path.parent.rmdir()
    finally:  # what has been removed is said also when the next one could not be
        _record(settings, gone)
    return gone


def _receipts(settings: Settings) -> tuple[dict[str, datetime], frozenset[str]]:
    """When each hash last came, and the hashes of files not loaded yet; a ZIP counts as its members."""
    if not settings.build_file.exists():
        return {}, frozenset()
    with build_connection(settings) as connection:
        create_tables(connection)
        received = connection.execute(
            "with receipt as ("
            " select file_sha256, container_sha256, received_at from journal.load"
            " union all select file_sha256, container_sha256, received_at from journal.received)"
            " select sha256, max(received_at) from ("
            "   select file_sha256 as sha256, received_at from receipt"
            "   union all select container_sha256, received_at from receipt) as every_hash"
            " where sha256 is not null group by sha256"
        ).fetchall()
        waiting = connection.execute(
            "select unnest([file_sha256, container_sha256]) from journal.received where state = 'waiting'"
        ).fetchall()
    return dict(received), frozenset(sha256 for (sha256,) in waiting if sha256)


def _written_at(path: Path) -> datetime:
    """For bytes that no journal knows, because the machine stopped between archive and journal."""
    return datetime.fromtimestamp(path.stat().st_mtime, UTC).replace(tzinfo=None)


def _record(settings: Settings, gone: list[ArchivedFile]) -> None:
    if not gone or not settings.build_file.exists():
        return
    moment = now().replace(microsecond=0)
    with build_connection(settings) as connection:
        connection.executemany(
            "insert into journal.purged values (?, ?, ?)", [(file.sha256, file.size_bytes, moment) for file in gone]
        )


def is_purged(connection: duckdb.DuckDBPyConnection, sha256: str) -> bool:
    """Whether retention has removed these bytes."""
    return bool(connection.execute("select 1 from journal.purged where file_sha256 = ? limit 1", [sha256]).fetchone())
