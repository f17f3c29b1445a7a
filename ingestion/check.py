"""Format-and-logic control (ФЛК) of a file before it is sent: everything examined, nothing loaded."""

import tempfile
from collections.abc import Mapping
from pathlib import Path

import duckdb

from ingestion.bounded import open_members
from ingestion.bulk.examine import examine_in_bulk
from ingestion.containment import contained
from ingestion.errors import FailedFileError, UnrecognisedFileError, UserError
from ingestion.examine import examine_whole
from ingestion.matching import Lookups
from ingestion.protocol import write_protocol
from ingestion.reading import Member, UnreadableFileError
from ingestion.refresh import regional_layouts, secret_or_none, with_likely_reason
from ingestion.report import FileReport
from ingestion.store import build_connection, create_tables
from ingestion.wording import advice, report_of
from schemas.settings import Settings


def check_file(settings: Settings, path: Path, declared: Mapping[str, str]) -> list[FileReport]:
    """Examine a file, or each member of a ZIP, against today's registry and write its protocol."""
    if not path.is_file():
        raise UserError(f"Файл не найден: {path}. Проверьте путь и повторите: vitrina check ФАЙЛ")
    lookups = _lookups(settings)
    with tempfile.TemporaryDirectory() as workspace:
        try:
            with contained(path.name):
                members = open_members(path, path.name, Path(workspace))
        except (UserError, UnreadableFileError, FailedFileError) as error:
            return [_refused(settings, path.name, "", str(error))]
        return [_check_member(settings, member, declared, lookups) for member in members]


def _lookups(settings: Settings) -> Lookups:
    if not settings.build_file.exists():
        return Lookups.empty()
    with build_connection(settings) as connection:
        create_tables(connection)
        return Lookups.load(connection)


def _check_member(settings: Settings, member: Member, declared: Mapping[str, str], lookups: Lookups) -> FileReport:
    try:
        with contained(member.name):
            given = (member, regional_layouts(settings), declared, secret_or_none(settings), lookups)
            with duckdb.connect() as scratch:
                examination = examine_in_bulk(scratch, *given) or examine_whole(*given)
    except UnrecognisedFileError as error:
        return _refused(settings, member.name, member.sha256, with_likely_reason(settings, str(error)))
    except (UserError, UnreadableFileError, FailedFileError) as error:
        return _refused(settings, member.name, member.sha256, str(error))
    protocol = write_protocol(settings, member.name, examination, None, lookups.index)
    return report_of(member, examination, "checked", protocol, advice(examination, lookups.index))


def _refused(settings: Settings, name: str, sha256: str, refusal: str) -> FileReport:
    protocol = write_protocol(settings, name, None, refusal)
    return FileReport(name, sha256, None, None, None, None, "refused", refusal, protocol=protocol)
