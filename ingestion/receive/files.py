"""Landing to the archive and the journal: every file received once, its fate its own."""

import tempfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from pathlib import Path

import duckdb

from foundation.program import program_version
from foundation.settings import Settings
from foundation.system_errors import reason_in_words
from ingestion.errors import FailedFileError, RefusedFileError, UnrecognisedFileError, UserError
from ingestion.file_names import shown
from ingestion.read import Member, UnreadableFileError
from ingestion.read.bounded import open_members
from ingestion.read.containment import contained
from ingestion.read.errors import Refusal
from ingestion.receive.again import known_report
from ingestion.receive.landing import (
    AGAIN,
    BROKEN,
    declared_for,
    original_name,
    remove_orphans,
    settled_files,
    state_of,
    take_away,
)
from ingestion.receive.purge import is_purged
from ingestion.recognise.contents import Recognised, recognise_head, recognise_member
from ingestion.report.file_report import FileReport
from ingestion.report.protocol import write_protocol
from ingestion.report.protocol_file import Source
from ingestion.store.archive import archived, is_sound, store
from ingestion.store.receipts import (
    NotLoaded,
    Receipt,
    failed_files,
    forget_attempts,
    now,
    record_not_loaded,
    record_state,
    record_waiting,
)
from ingestion.store.since import note_receipt
from ingestion.store.tables import build_connection, prepare_build
from schemas.header_map import Layout, read_header_maps
from schemas.kinds import KINDS
from schemas.personal import mask

Progress = Callable[[str], None]


def receive(settings: Settings, progress: Progress | None = None) -> list[FileReport]:
    """Archive and journal every settled landing file and find its kinds; what will not be loaded is reported.

    A file leaves landing when its bytes are in the archive and its fate is in the journal. Files at which another
    version of the program failed are tried again.
    """
    prepare_build(settings)
    remove_orphans(settings)
    with build_connection(settings) as connection:
        reports = _retry(settings, connection, progress)
        for path in settled_files(settings):
            if progress:
                progress(original_name(path))
            reports += _receive_file(settings, connection, path)
    return reports


def _retry(settings: Settings, connection: duckdb.DuckDBPyConnection, progress: Progress | None) -> list[FileReport]:
    """Receive the files anew at which another version failed; those whose kind is known wait to be loaded again."""
    found = failed_files(settings, connection)
    version = program_version(settings) if found else None
    reports: list[FileReport] = []
    for file, program in found:
        if program == version:
            continue
        receipt, member = file.receipt, file.receipt.member
        if progress:
            progress(member.name)
        if file.kind is not None:
            record_state(connection, receipt, file.kind, "waiting")
        else:
            reports += receive_again(settings, connection, receipt)
    return reports


def receive_again(settings: Settings, connection: duckdb.DuckDBPyConnection, receipt: Receipt) -> list[FileReport]:
    """Receive from the archive what was not recognised when it came: a file, or a member of a ZIP."""
    if receipt.member.container_sha256 is not None:
        report = receive_member(settings, connection, receipt)
        return [report] if report else []
    return receive_archived(settings, connection, receipt)


def _receive_file(settings: Settings, connection: duckdb.DuckDBPyConnection, path: Path) -> list[FileReport]:
    name, state = original_name(path), state_of(path)
    if state is None:
        return []  # gone, or no longer a file
    try:
        with path.open("rb"):  # a file that may not be read concerns nobody else; a full disk does
            pass
    except FileNotFoundError:
        return []
    except OSError as error:
        return [_unread(settings, name, error)]
    sha256 = store(settings, path)
    if state_of(path) != state:
        _drop_half(settings, connection, sha256)
        return []  # somebody writes to it: the next refresh takes it
    declared = {mask(key): mask(value) for key, value in declared_for(path).items()}
    again = declared.pop(AGAIN, None) is not None
    member = Member(name, sha256, state.size, None, None, archived(settings, sha256))
    receipt = Receipt(member, now(), declared, again=again)
    note_receipt(settings, replace(receipt, member=replace(member, name=shown(name))))
    reports = receive_content(settings, connection, receipt)
    take_away(path, state)
    return reports


def _drop_half(settings: Settings, connection: duckdb.DuckDBPyConnection, sha256: str) -> None:
    """Half of a file is none that was sent: a build made anew of the archive would take it for one."""
    known = connection.execute(
        "select 1 from journal.received where $sha256 in (file_sha256, container_sha256)"
        " union all select 1 from journal.load where $sha256 in (file_sha256, container_sha256) limit 1",
        {"sha256": sha256},
    ).fetchone()
    if known is None:
        archived(settings, sha256).unlink(missing_ok=True)


def _unread(settings: Settings, name: str, error: OSError) -> FileReport:
    reason = (
        f"{name}: не обработан: файл в папке входящих не читается ({reason_in_words(error)}). Дайте программе право "
        "читать его и повторите: vitrina refresh"
    )
    protocol = write_protocol(settings, Source(name), None, reason)
    return FileReport(name, "", None, None, None, None, "failed", reason, protocol=protocol)


def require_sound(settings: Settings, member: Member) -> None:
    """Raise FailedFileError where the archive no longer has what was sent: figures nobody sent must not be loaded."""
    if not is_sound(settings, member.sha256):
        path = archived(settings, member.sha256)
        raise FailedFileError(
            f"{member.name}: не обработан: его байты в архиве повреждены или пропали ({path}). Проверьте диск (vitrina "
            "verify), пришлите файл ещё раз (vitrina add ФАЙЛ) и повторите: vitrina refresh"
        )


def receive_archived(settings: Settings, connection: duckdb.DuckDBPyConnection, receipt: Receipt) -> list[FileReport]:
    """The same as `receive_content` for a file that came in an earlier refresh."""
    try:
        require_sound(settings, receipt.member)
    except FailedFileError as error:
        return [not_loaded(settings, connection, receipt, None, error)]
    return receive_content(settings, connection, receipt)


def receive_content(settings: Settings, connection: duckdb.DuckDBPyConnection, receipt: Receipt) -> list[FileReport]:
    """Journal an archived file, or archive and journal each member of a ZIP; reports of what will not be loaded."""
    name = receipt.member.name
    if BROKEN in receipt.declared:
        return [not_loaded(settings, connection, receipt, None, _broken_sidecar(receipt))]
    with tempfile.TemporaryDirectory() as workspace:
        try:
            with contained(name):
                members = open_members(receipt.member.content, name, Path(workspace))
        except (UserError, UnreadableFileError, FailedFileError) as error:
            return [not_loaded(settings, connection, receipt, None, error)]
        if members[0].container_sha256 is not None:
            forget_attempts(connection, receipt.member.sha256)  # its members stand for it now
            for member in members:
                store(settings, member.content)
    receipts = [
        replace(receipt, member=replace(one, name=shown(one.name), content=archived(settings, one.sha256)))
        for one in members
    ]
    reports = [receive_member(settings, connection, one) for one in receipts]
    _drop_purged(settings, connection, receipts)
    return [report for report in reports if report]


def _broken_sidecar(receipt: Receipt) -> UserError:
    return UserError(
        f"{receipt.member.name}: не прочитано, что сказано о файле при добавлении ({receipt.declared[BROKEN]}). "
        'Добавьте файл ещё раз и задайте это снова: vitrina add ФАЙЛ --set "КЛЮЧ=ЗНАЧЕНИЕ"'
    )


def _drop_purged(settings: Settings, connection: duckdb.DuckDBPyConnection, receipts: list[Receipt]) -> None:
    """Bytes that retention has removed do not come back with a file whose rows are loaded already."""
    gone = [
        one.member
        for one in receipts
        if is_purged(connection, one.member.sha256) and _kinds_loaded(connection, one.member.sha256)
    ]
    container = receipts[0].member.container_sha256
    hashes = {member.sha256 for member in gone}
    if container is not None and len(gone) == len(receipts):
        hashes.add(container)
    for sha256 in hashes:
        archived(settings, sha256).unlink(missing_ok=True)


def receive_member(settings: Settings, connection: duckdb.DuckDBPyConnection, receipt: Receipt) -> FileReport | None:
    """Journal a file that is no container and find its kinds; a report only when it will not be loaded."""
    member = receipt.member
    loaded = _kinds_loaded(connection, member.sha256)
    if loaded and not _attempts(connection, member.sha256):
        return known_report(connection, receipt)
    try:
        with contained(member.name):
            found = recognise_received(member, regional_layouts(settings), receipt.declared)
    except (UserError, UnreadableFileError, FailedFileError) as error:
        return not_loaded(settings, connection, receipt, None, error)
    waits = (kind for kind in found.kinds if kind not in loaded)
    record_waiting(connection, replace(receipt, starts=found.starts), waits)
    return None


def recognise_received(member: Member, layouts: tuple[Layout, ...], declared: Mapping[str, str]) -> Recognised:
    """What a file holds; of a log that can be streamed its first rows say it, where they are of that kind alone."""
    try:
        head = recognise_head(member, layouts, declared)
    except (Refusal, RefusedFileError):
        head = None  # whoever reads it whole tells why
    if head is not None and len(head.kinds) == 1 and KINDS[head.kinds[0]].partition_column:
        return head
    return recognise_member(member, layouts, declared, head=head)


def _kinds_loaded(connection: duckdb.DuckDBPyConnection, sha256: str) -> set[str]:
    return _kinds(connection, sha256, "outcome = 'loaded'")


def _attempts(connection: duckdb.DuckDBPyConnection, sha256: str) -> set[str]:
    return _kinds(connection, sha256, "outcome <> 'loaded'")


def _kinds(connection: duckdb.DuckDBPyConnection, sha256: str, condition: str) -> set[str]:
    rows: Iterable[tuple[str]] = connection.execute(
        f"select kind from journal.load where file_sha256 = ? and {condition}", [sha256]
    ).fetchall()
    return {kind for (kind,) in rows}


def not_loaded(
    settings: Settings,
    connection: duckdb.DuckDBPyConnection,
    receipt: Receipt,
    kind: str | None,
    error: UserError | UnreadableFileError | FailedFileError,
) -> FileReport:
    """The protocol first: once the journal knows the file, nobody would write it any more."""
    outcome: NotLoaded = "failed" if isinstance(error, FailedFileError) else "refused"
    member, reason = receipt.member, reason_of(settings, error)
    protocol = write_protocol(settings, Source(member.name, member.sha256, part=kind or ""), None, reason)
    program = program_version(settings) if outcome == "failed" else None
    record_not_loaded(connection, receipt, kind, outcome, reason, program)
    title = KINDS[kind].title if kind else None
    return FileReport(member.name, member.sha256, kind, title, None, None, outcome, reason, protocol=protocol)


def reason_of(settings: Settings, error: Exception) -> str:
    """Why a file is not taken; where no kind was found, also the region's header maps that could not be used."""
    if not isinstance(error, UnrecognisedFileError):
        return mask(str(error))
    bad = read_header_maps(settings.home / "header_maps").bad
    return mask(" ".join([str(error), *(f"Возможная причина: {one}" for one in bad)]))


def regional_layouts(settings: Settings) -> tuple[Layout, ...]:
    """The project's layouts and those of the region's own header maps (VITRINA_HOME/header_maps)."""
    return read_header_maps(settings.home / "header_maps").layouts
