"""The journal of received files: what waits to be loaded, what was refused, and at what the program itself failed."""

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Literal

import duckdb

from foundation.settings import Settings
from ingestion.read import Member
from ingestion.recognise.starts import NOT_KNOWN, Starts
from ingestion.store.archive import archived
from ingestion.store.tables import build_connection, create_tables, transaction

State = Literal["waiting", "done", "failed"]
NotLoaded = Literal["refused", "failed"]


@dataclass(frozen=True)
class Receipt:
    """What the journal knows of a file before it is read."""

    member: Member
    received_at: datetime
    declared: Mapping[str, str] = field(default_factory=dict)
    """What `vitrina add --set` said of it."""
    sequence: int | None = None
    """Its place among all loads when that is known beforehand: of a file loaded once more by a rebuild."""
    again: bool = False
    """Whether its rows are to be active again although a newer file has replaced them (`vitrina add --again`)."""
    starts: Starts = NOT_KNOWN
    """Where its tables were found to start."""


@dataclass(frozen=True)
class FailedFile:
    """A file at which the program failed; `kind` is None when it could not even be recognised."""

    receipt: Receipt
    kind: str | None
    reason: str


_moment: ContextVar[datetime | None] = ContextVar("moment", default=None)


def now() -> datetime:
    """The moment, in UTC without a zone: how the build file keeps time; of what is done again, that of the first."""
    return _moment.get() or datetime.now(UTC).replace(tzinfo=None)


@contextmanager
def at_moment(moment: datetime) -> Iterator[None]:
    """Let what is done inside be journaled as done then."""
    token = _moment.set(moment)
    try:
        yield
    finally:
        _moment.reset(token)


def record_waiting(connection: duckdb.DuckDBPyConnection, receipt: Receipt, kinds: Iterable[str]) -> None:
    """Journal that a file was received and its parts of these kinds wait to be loaded."""
    with transaction(connection):
        for kind in kinds:
            record_state(connection, receipt, kind, "waiting")


def record_state(
    connection: duckdb.DuckDBPyConnection, receipt: Receipt, kind: str | None, state: State, program: str | None = None
) -> None:
    """Journal in what state a file's part of one kind is; `program` is the version that failed at it.

    Once its kind is known, what was journaled of the file without one is outdated. Where its tables start stands in the
    same row: a table of their own would cost each file half as much again as all this.
    """
    member = receipt.member
    first = next(iter(receipt.starts.of(kind)), None)
    connection.execute(
        "delete from journal.received where file_sha256 = ? and (kind is null or kind = ?)", [member.sha256, kind]
    )
    connection.execute(
        "insert into journal.received values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            member.sha256, member.container_sha256, member.container_name, member.name, member.size_bytes,
            receipt.received_at, json.dumps(dict(receipt.declared), ensure_ascii=False), kind, state, program,
            first and first.layout, first and first.header_row, receipt.starts.as_text(),
        ],
    )  # fmt: skip


def record_not_loaded(
    connection: duckdb.DuckDBPyConnection,
    receipt: Receipt,
    kind: str | None,
    outcome: NotLoaded,
    reason: str,
    program: str | None = None,
) -> None:
    """Journal a file that was not loaded, so that `vitrina status` can show it; its latest attempt is kept."""
    member = receipt.member
    with transaction(connection):
        sequence = take_place(connection, receipt, kind)
        connection.execute(
            "insert into journal.load (load_sequence, file_sha256, container_sha256, kind, original_name, size_bytes,"
            " received_at, loaded_at, outcome, refusal, rows_read, rows_accepted, rows_rejected, rows_held,"
            " rows_ignored, rows_changed) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, 0, 0, 0, 0, 0)",
            [
                sequence, member.sha256, member.container_sha256, kind, member.name, member.size_bytes,
                receipt.received_at, now(), outcome, reason,
            ],
        )  # fmt: skip
        record_state(connection, receipt, kind, "done" if outcome == "refused" else "failed", program)


def forget_attempts(connection: duckdb.DuckDBPyConnection, sha256: str) -> None:
    """A ZIP that could not be opened and now can has no fate of its own any more."""
    with transaction(connection):
        connection.execute("delete from journal.received where file_sha256 = ? and state <> 'waiting'", [sha256])
        connection.execute("delete from journal.load where file_sha256 = ? and outcome <> 'loaded'", [sha256])


def take_place(connection: duckdb.DuckDBPyConnection, receipt: Receipt, kind: str | None) -> int:
    """The place of a load among all loads; earlier attempts at the same part, which came to nothing, are removed.

    A file at which the program failed keeps the place of that attempt: what came after it stays newer than it.
    """
    attempts = "file_sha256 = ? and (kind is null or kind = ?) and outcome <> 'loaded'"
    given = [receipt.member.sha256, kind]
    failed = connection.execute(
        f"select min(load_sequence) from journal.load where {attempts} and outcome = 'failed'", given
    ).fetchone()
    connection.execute(f"delete from journal.load where {attempts}", given)
    if receipt.sequence is not None:
        return receipt.sequence
    if failed and failed[0] is not None:
        return int(failed[0])
    return next_place(connection)


def next_place(connection: duckdb.DuckDBPyConnection) -> int:
    """A place after all loads there are."""
    row = connection.execute("select nextval('journal.load_number')").fetchone()
    assert row is not None
    return int(row[0])


def waiting(settings: Settings, connection: duckdb.DuckDBPyConnection, kind: str) -> list[Receipt]:
    """Files with a part of this kind to load. Members of one ZIP came at one moment: the name decides."""
    rows = connection.execute(
        f"select {_COLUMNS} from journal.received where state = 'waiting' and kind = ?"
        " order by received_at, original_name, file_sha256",
        [kind],
    ).fetchall()
    return [_receipt(settings, *row) for row in rows]


def failed_files(settings: Settings, connection: duckdb.DuckDBPyConnection) -> list[tuple[FailedFile, str | None]]:
    """Files at which the program failed and whose bytes are still there, each with the version that failed."""
    rows = connection.execute(
        f"select received.kind, coalesce(load.refusal, ''), received.program, {_of('received', _COLUMNS)}"
        " from journal.received as received left join journal.load as load on load.outcome = 'failed'"
        " and load.file_sha256 = received.file_sha256 and load.kind is not distinct from received.kind"
        " where received.state = 'failed' order by received.received_at, received.original_name, received.file_sha256"
    ).fetchall()
    found = [(FailedFile(_receipt(settings, *row), kind, reason), program) for kind, reason, program, *row in rows]
    return [(file, program) for file, program in found if file.receipt.member.content.is_file()]


def list_failed(settings: Settings) -> list[FailedFile]:
    """Files that wait for another version of the program, or for wider bounds."""
    if not settings.build_file.exists():
        return []
    with build_connection(settings) as connection:
        create_tables(connection)
        return [file for file, _ in failed_files(settings, connection)]


_COLUMNS = (
    "file_sha256, container_sha256, container_name, original_name, size_bytes, received_at, declared, table_starts"
)


def _of(table: str, columns: str) -> str:
    return ", ".join(f"{table}.{column}" for column in columns.split(", "))


def _receipt(
    settings: Settings,
    sha256: str,
    container_sha256: str | None,
    container_name: str | None,
    name: str,
    size: int,
    received_at: datetime,
    declared: str,
    table_starts: str | None,
) -> Receipt:
    member = Member(name, sha256, size, container_name, container_sha256, archived(settings, sha256))
    return Receipt(member, received_at, json.loads(declared), starts=Starts.of_text(table_starts))
