"""Landing to raw tables: receive every settled file once, then load kind after kind."""

from collections.abc import Callable

import duckdb

from foundation.day import local_day, on_day
from foundation.settings import SecretTooShortError, Settings
from ingestion.bulk.examine import examine_in_bulk
from ingestion.errors import FailedFileError, UserError
from ingestion.examine.examination import Examination, examine_part
from ingestion.load import load_examination
from ingestion.match.rows import ASKED_BY_OTHERS, Lookups
from ingestion.read import UnreadableFileError
from ingestion.read.containment import contained
from ingestion.receive.files import not_loaded, receive, regional_layouts, require_sound
from ingestion.receive.landing import landing_notes
from ingestion.report.file_report import FileReport
from ingestion.report.protocol import write_protocol
from ingestion.report.protocol_file import Source
from ingestion.report.wording import advice, moved_tables, report_of
from ingestion.reread import read_again
from ingestion.steward.queue import settle_held
from ingestion.store.receipts import Receipt, waiting
from ingestion.store.standing import standing_load
from ingestion.store.tables import build_connection, prepare_build
from schemas.kinds import KINDS

__all__ = ["ASKED_BY_OTHERS", "LOAD_ORDER", "landing_notes", "load_kind", "prepare_build", "receive", "settle_held"]

LOAD_ORDER: tuple[str, ...] = tuple(KINDS)
Progress = Callable[[str], None]


def load_kind(settings: Settings, kind: str, progress: Progress | None = None) -> list[FileReport]:
    """Load the received files of one kind in the order they came, one transaction a file."""
    reports: list[FileReport] = []
    with build_connection(settings) as connection:
        lookups: Lookups | None = None
        for receipt in waiting(settings, connection, kind):
            if progress:
                progress(receipt.member.name)
            if lookups is None or kind in ASKED_BY_OTHERS:  # only these files change what rows are matched with
                lookups = Lookups.load(connection)
            reports.append(load_received(settings, connection, receipt, kind, lookups))
    return reports


def secret_or_none(settings: Settings) -> str | None:
    """The secret of person_key; raises UserError when the one configured is too short to protect anyone."""
    try:
        return settings.secret()
    except SecretTooShortError as error:
        raise UserError(f"Секрет для псевдонимов не годится: {error}. Создайте новый: vitrina init") from error


def load_received(
    settings: Settings,
    connection: duckdb.DuckDBPyConnection,
    receipt: Receipt,
    kind: str,
    lookups: Lookups | None = None,
) -> FileReport:
    """Examine a received file's part of one kind and load it whole, or not at all; its day is that of receipt.

    One that is loaded already is read again in its place (ingestion/reread.py).
    """
    member = receipt.member

    def examine(receipt: Receipt, lookups: Lookups) -> Examination:
        with contained(member.name), on_day(local_day(receipt.received_at, settings.timezone)):
            examination = _examined(settings, connection, receipt, kind, lookups)
        examination.messages += moved_tables(receipt.starts, examination)
        return examination

    standing = standing_load(connection, member.sha256, kind)
    if standing is not None:
        return read_again(settings, connection, receipt, standing, lookups, examine)
    try:
        require_sound(settings, member)
        lookups = lookups or Lookups.load(connection)
        examination = examine(receipt, lookups)
    except (UserError, UnreadableFileError, FailedFileError) as error:
        return not_loaded(settings, connection, receipt, kind, error)
    protocol = None
    if examination.problems or examination.held:
        source = Source(member.name, member.sha256, part=kind)
        protocol = write_protocol(settings, source, examination, None, lookups.index)
    changed = load_examination(connection, receipt, examination)
    return report_of(member, examination, "loaded", protocol, advice(examination, lookups.index), changed)


def _examined(
    settings: Settings, connection: duckdb.DuckDBPyConnection, receipt: Receipt, kind: str, lookups: Lookups
) -> Examination:
    layouts, secret = regional_layouts(settings), secret_or_none(settings)
    given = (receipt.member, layouts, receipt.declared, secret, lookups, receipt.starts)
    in_bulk = examine_in_bulk(connection, *given) if KINDS[kind].partition_column else None
    return in_bulk or examine_part(kind, *given)
