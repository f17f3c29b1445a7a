"""Landing to raw tables: receive every settled file once, then load kind after kind."""

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb

from ingestion.bounded import open_members
from ingestion.bulk.examine import bulk_kind, examine_in_bulk
from ingestion.containment import contained
from ingestion.errors import FailedFileError, UnrecognisedFileError, UserError
from ingestion.examine import examine_whole
from ingestion.held import settle_held
from ingestion.landing import declared_for, original_name, remove_orphans, settled_files, take_away
from ingestion.load import Receipt, load_examination, now, record_receipt, record_refusal
from ingestion.matching import Lookups
from ingestion.protocol import write_protocol
from ingestion.purge import is_purged
from ingestion.reading import Member, UnreadableFileError
from ingestion.recognised import recognise_member
from ingestion.report import FileReport
from ingestion.store import build_connection, prepare_build
from ingestion.wording import advice, report_of
from schemas.day import local_day, on_day
from schemas.header_map import Layout, read_header_maps
from schemas.kinds import KINDS
from schemas.settings import SecretTooShortError, Settings

__all__ = ["LOAD_ORDER", "load_kind", "prepare_build", "receive", "settle_held"]

LOAD_ORDER: tuple[str, ...] = tuple(KINDS)
Progress = Callable[[str], None]


def receive(settings: Settings, progress: Progress | None = None) -> list[FileReport]:
    """Archive and journal every settled landing file and find its kind; what is known or refused is reported.

    A file leaves landing when its bytes are in the archive and its fate is in the journal.
    """
    prepare_build(settings)
    remove_orphans(settings)
    reports: list[FileReport] = []
    files = settled_files(settings)
    if not files:
        return reports
    with build_connection(settings) as connection:
        for path in files:
            if progress:
                progress(original_name(path))
            with tempfile.TemporaryDirectory() as workspace:
                name, declared = original_name(path), declared_for(path)
                reports += receive_content(settings, connection, path, name, declared, now(), Path(workspace))
            take_away(path)
    return reports


def load_kind(settings: Settings, kind: str, progress: Progress | None = None) -> list[FileReport]:
    """Load the received files of one kind in the order they came, one transaction a file."""
    reports: list[FileReport] = []
    with build_connection(settings) as connection:
        for receipt in _waiting(settings, connection, kind):
            if progress:
                progress(receipt.member.name)
            reports.append(load_received(settings, connection, receipt, kind))
    return reports


def _waiting(settings: Settings, connection: duckdb.DuckDBPyConnection, kind: str) -> list[Receipt]:
    """Members of one ZIP came at one moment: the name decides, not their order in it."""
    rows = connection.execute(
        "select file_sha256, container_sha256, container_name, original_name, size_bytes, received_at, declared"
        " from journal.received where state = 'waiting' and kind = ? order by received_at, original_name, file_sha256",
        [kind],
    ).fetchall()
    return [
        Receipt(
            Member(name, sha256, size, container_name, container_sha256, archived(settings, sha256)),
            received_at, json.loads(declared),
        )
        for sha256, container_sha256, container_name, name, size, received_at, declared in rows
    ]  # fmt: skip


def regional_layouts(settings: Settings) -> tuple[Layout, ...]:
    """The project's layouts and those of the region's own header maps (VITRINA_HOME/header_maps)."""
    return read_header_maps(settings.home / "header_maps").layouts


def with_likely_reason(settings: Settings, refusal: str) -> str:
    """Why no kind was found, and the region's own header maps that could not be used: the file may be of theirs."""
    bad = read_header_maps(settings.home / "header_maps").bad
    return " ".join([refusal, *(f"Возможная причина: {one}" for one in bad)])


def archived(settings: Settings, sha256: str) -> Path:
    """Where the bytes with this hash are kept."""
    return settings.archive / sha256[:2] / sha256


def secret_or_none(settings: Settings) -> str | None:
    """The secret of person_key; raises UserError when the one configured is too short to protect anyone."""
    try:
        return settings.secret()
    except SecretTooShortError as error:
        raise UserError(f"Секрет для псевдонимов не годится: {error}. Создайте новый: vitrina init") from error


def _archive(settings: Settings, content: Path, sha256: str) -> None:
    """Store bytes once under their hash, never edited (design.md, promise 1)."""
    target = archived(settings, sha256)
    if target.exists():
        return
    settings.archive.mkdir(parents=True, exist_ok=True, mode=0o700)
    settings.archive.chmod(0o700)
    target.parent.mkdir(exist_ok=True, mode=0o700)
    partial = target.with_name(f"{sha256}.part")
    partial.unlink(missing_ok=True)  # of an interrupted copy; it may be read-only already
    shutil.copyfile(content, partial)
    partial.chmod(0o400)
    os.replace(partial, target)  # noqa: PTH105 - atomic also over a leftover of a crash


def receive_content(
    settings: Settings,
    connection: duckdb.DuckDBPyConnection,
    path: Path,
    name: str,
    declared: Mapping[str, str],
    received_at: datetime,
    workspace: Path,
) -> list[FileReport]:
    """Archive and journal a file and each member of a ZIP; reports of those that will not be loaded."""
    try:
        with contained(name):
            members = open_members(path, name, workspace)
    except (UserError, UnreadableFileError, FailedFileError) as error:
        member = _unopened(path, name)
        _archive(settings, path, member.sha256)
        return [_refuse(settings, connection, Receipt(member, received_at, declared), None, str(error))]
    # Bytes that retention has removed do not come back with a file whose rows are loaded already.
    kept = [
        one for one in members if not (is_purged(connection, one.sha256) and _loaded_before(connection, one.sha256))
    ]
    if kept and members[0].container_sha256 is not None:
        _archive(settings, path, members[0].container_sha256)
    for member in kept:
        _archive(settings, member.content, member.sha256)
    reports = (receive_member(settings, connection, Receipt(one, received_at, declared)) for one in members)
    return [report for report in reports if report]


def _unopened(path: Path, name: str) -> Member:
    with path.open("rb") as handle:
        sha256 = hashlib.file_digest(handle, "sha256").hexdigest()
    return Member(
        name=name,
        sha256=sha256,
        size_bytes=path.stat().st_size,
        container_name=None,
        container_sha256=None,
        content=path,
    )


def receive_member(settings: Settings, connection: duckdb.DuckDBPyConnection, receipt: Receipt) -> FileReport | None:
    """Journal a member and find its kind; a report only when it will not be loaded."""
    member = receipt.member
    if loaded := _loaded_before(connection, member.sha256):
        return FileReport(
            member.name, member.sha256, loaded[0], KINDS[loaded[0]].title, None, None, "unchanged",
            messages=(f"{member.name}: те же байты уже загружены {loaded[1]:%d.%m.%Y}, повторно не загружаются.",),
        )  # fmt: skip
    try:
        with contained(member.name):
            kind = bulk_kind(member, regional_layouts(settings), receipt.declared)
            if kind is None:
                kind = recognise_member(member, regional_layouts(settings), receipt.declared).kinds[0]
    except UnrecognisedFileError as error:
        return _refuse(settings, connection, receipt, None, with_likely_reason(settings, str(error)))
    except (UserError, UnreadableFileError, FailedFileError) as error:
        return _refuse(settings, connection, receipt, None, str(error))
    record_receipt(connection, receipt, kind, "waiting")
    return None


def _loaded_before(connection: duckdb.DuckDBPyConnection, sha256: str) -> Any:
    return connection.execute(
        "select kind, received_at from journal.load where file_sha256 = ? and outcome = 'loaded'", [sha256]
    ).fetchone()


def _refuse(
    settings: Settings, connection: duckdb.DuckDBPyConnection, receipt: Receipt, kind: str | None, refusal: str
) -> FileReport:
    """The protocol first: once the journal knows the file, nobody would write it any more."""
    protocol = write_protocol(settings, receipt.member.name, None, refusal)
    record_refusal(connection, receipt, kind, refusal)
    title = KINDS[kind].title if kind else None
    return FileReport(
        receipt.member.name, receipt.member.sha256, kind, title, None, None, "refused", refusal, protocol=protocol
    )


def load_received(settings: Settings, connection: duckdb.DuckDBPyConnection, receipt: Receipt, kind: str) -> FileReport:
    """Examine a received file and load it whole, or refuse it; dates are held to the day of receipt."""
    member = receipt.member
    try:
        lookups = Lookups.load(connection)
        with contained(member.name), on_day(local_day(receipt.received_at, settings.timezone)):
            given = (member, regional_layouts(settings), receipt.declared, secret_or_none(settings), lookups)
            examination = examine_in_bulk(connection, *given) or examine_whole(*given)
    except (UserError, UnreadableFileError, FailedFileError) as error:
        return _refuse(settings, connection, receipt, kind, str(error))
    protocol = None
    if examination.problems or examination.held:
        protocol = write_protocol(settings, member.name, examination, None, lookups.index)
    changed = load_examination(connection, receipt, examination)
    return report_of(member, examination, "loaded", protocol, advice(examination, lookups.index), changed)
