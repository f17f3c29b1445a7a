"""A loaded file read again from the archive by today's program, in the place it has: `vitrina reload`.

One transaction: what the file wrote is taken out, it is read as on its day, and the decisions on its rows are taken
again. Where it cannot be read, what was loaded stays.
"""

from collections.abc import Callable
from dataclasses import asdict, replace

import duckdb

from foundation.settings import Settings
from ingestion.errors import FailedFileError, UserError
from ingestion.examine.examination import Examination
from ingestion.load import write_examination
from ingestion.match.rows import ASKED_BY_OTHERS, Lookups
from ingestion.read import UnreadableFileError
from ingestion.receive.files import reason_of
from ingestion.report.file_report import FileReport, counts_that_differ
from ingestion.report.protocol import write_protocol
from ingestion.report.protocol_file import Source
from ingestion.report.wording import advice, report_of
from ingestion.steward.decided_again import decide_again, reopen, told
from ingestion.steward.settle import pending_rows
from ingestion.store.archive import archived, is_sound
from ingestion.store.receipts import Receipt, at_moment, record_state
from ingestion.store.standing import (
    RowsDiffer,
    StandingLoad,
    compare,
    counts_of,
    keep_rows_changed,
    take_out,
)
from ingestion.store.tables import transaction

Examine = Callable[[Receipt, Lookups], Examination]


def read_again(
    settings: Settings,
    connection: duckdb.DuckDBPyConnection,
    receipt: Receipt,
    standing: StandingLoad,
    lookups: Lookups | None,
    examine: Examine,
) -> FileReport:
    """Write a file's part of one kind anew; `lookups` as they are, or None to read them."""
    receipt = replace(receipt, received_at=standing.received_at, sequence=standing.sequence)
    try:
        _require_readable(settings, connection, receipt, standing)
        with transaction(connection):
            return _written_anew(settings, connection, receipt, standing, lookups, examine)
    except (UserError, UnreadableFileError, FailedFileError) as error:
        record_state(connection, receipt, standing.kind.code, "done")
        return _kept(settings, receipt, standing, error)


def _require_readable(
    settings: Settings, connection: duckdb.DuckDBPyConnection, receipt: Receipt, standing: StandingLoad
) -> None:
    """Raise UserError for bytes that are gone or damaged, and for a file that still speaks of forgotten people."""
    sha256 = receipt.member.sha256
    if not archived(settings, sha256).is_file():
        raise UserError("в архиве его больше нет (удалён по сроку хранения)")
    if not is_sound(settings, sha256):
        raise UserError("его копия в архиве повреждена (vitrina verify)")
    forgotten = connection.execute(
        "select 1 from journal.forgotten where file_sha256 = ? and kind = ? limit 1", [sha256, standing.kind.code]
    ).fetchone()
    if forgotten is not None:
        raise UserError("в нём есть строки людей, удалённых по запросу: они вернулись бы")


def _written_anew(
    settings: Settings,
    connection: duckdb.DuckDBPyConnection,
    receipt: Receipt,
    standing: StandingLoad,
    lookups: Lookups | None,
    examine: Examine,
) -> FileReport:
    reopened = reopen(connection, standing.sequence)
    take_out(connection, standing, receipt.starts)
    if lookups is None or reopened or standing.kind.code in ASKED_BY_OTHERS:  # not by what these rows themselves said
        lookups = Lookups.load(connection)
    examination = examine(receipt, lookups)
    with at_moment(standing.loaded_at):
        write_examination(connection, receipt, examination)
    messages = told(reopened, decide_again(connection, reopened))
    rows = compare(connection, standing)
    if not rows:
        keep_rows_changed(connection, standing)
    examination.messages += messages
    waiting = pending_rows(connection, standing.sequence)
    examination.held = [one for one in examination.held if (one.sheet, one.source_row) in waiting]
    source = Source(receipt.member.name, receipt.member.sha256, part=standing.kind.code)
    protocol = write_protocol(settings, source, examination, None, lookups.index)
    report = report_of(receipt.member, examination, "loaded", protocol, advice(examination, lookups.index))
    return _compared(report, standing, replace(standing, counts=counts_of(connection, standing)), rows)


def _compared(report: FileReport, before: StandingLoad, after: StandingLoad, rows: RowsDiffer) -> FileReport:
    """What differs is told with all that is to be said of the file; of one that does not differ it was said before."""
    is_other = bool(rows) or before.counts != after.counts
    said = f"{report.original_name}: перечитан из архива, {_difference(before, after, rows)}"
    return replace(
        report,
        outcome="loaded" if is_other else "unchanged",
        messages=(said, *report.messages) if is_other else (),
        messages_left=report.messages_left if is_other else 0,
        former=asdict(before.counts),
        **asdict(after.counts),
        rows_new=rows.added,
        rows_changed=rows.changed,
        rows_same=rows.same,
        rows_withdrawn=rows.gone,
    )


def _difference(before: StandingLoad, after: StandingLoad, rows: RowsDiffer) -> str:
    counts = counts_that_differ(asdict(before.counts), asdict(after.counts))
    values = f"изменилось записей {rows.changed}, новых {rows.added}, нет больше {rows.gone}" if rows else ""
    return "; ".join([*counts, values] if values else counts)


def _kept(settings: Settings, receipt: Receipt, standing: StandingLoad, error: Exception) -> FileReport:
    kind, counts = standing.kind, asdict(standing.counts)
    reason = reason_of(settings, error).removeprefix(f"{receipt.member.name}: ").rstrip(".")
    return FileReport(
        receipt.member.name, receipt.member.sha256, kind.code, kind.title, None, None, "unchanged",
        rows_read=sum(counts.values()), **counts, former=counts, kept=True,
        messages=(f"{receipt.member.name}: не перечитан, загруженное прежде остаётся: {reason}.",),
    )  # fmt: skip
