"""Format-and-logic control (ФЛК) of files before they are sent: everything examined, nothing loaded."""

import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import duckdb

from foundation.frames import registered
from foundation.settings import Settings
from ingestion.bulk.examine import examine_in_bulk
from ingestion.errors import FailedFileError, UserError
from ingestion.examine.examination import Examination, examine_part
from ingestion.file_names import shown
from ingestion.load import load_examination
from ingestion.match.rows import Lookups
from ingestion.pipeline import ASKED_BY_OTHERS, LOAD_ORDER, secret_or_none
from ingestion.read import Member, UnreadableFileError
from ingestion.read.bounded import open_members
from ingestion.read.containment import contained
from ingestion.receive.files import reason_of, recognise_received, regional_layouts
from ingestion.report.file_report import FileReport, Outcome
from ingestion.report.protocol import write_protocol
from ingestion.report.protocol_file import Source
from ingestion.report.wording import advice, report_of
from ingestion.store.receipts import Receipt, now
from ingestion.store.tables import build_connection, create_tables
from schemas.kinds import KINDS

LOOKED_UP = ("raw.organisation_registry", "raw.staff", "journal.alias")
"""What the rows of other files are matched with."""
AFTER_ALL_LOADS = 1 << 40

Verdict = UserError | UnreadableFileError | FailedFileError
Progress = Callable[[str], None]


@dataclass(frozen=True)
class Part:
    """Of a file, or of a member of a ZIP, what is of one kind."""

    position: int
    member: Member
    source: Source
    kind: str


def check_file(settings: Settings, path: Path, declared: Mapping[str, str]) -> list[FileReport]:
    """Examine a file, or each member of a ZIP, against today's registry and write its protocol."""
    return check_files(settings, [path], declared)


def check_files(
    settings: Settings, paths: Sequence[Path], declared: Mapping[str, str], progress: Progress | None = None
) -> list[FileReport]:
    """Examine files as if they were loaded together: a registry among them is known to the others.

    The reports come in the order of the files.
    """
    for path in paths:
        if not path.is_file():
            raise UserError(f"Файл не найден: {shown(str(path))}. Проверьте путь и повторите: vitrina check ФАЙЛ")
    with tempfile.TemporaryDirectory() as workspace:
        parts: list[Part] = []
        reports: list[tuple[int, FileReport]] = []
        for path in paths:
            opened = _opened(settings, path, Path(workspace))
            for member, source in opened if isinstance(opened, list) else []:
                position = len(parts) + len(reports)
                try:
                    with contained(member.name):
                        kinds = recognise_received(member, regional_layouts(settings), declared).kinds
                    parts += [Part(position, member, source, kind) for kind in kinds]
                except (UserError, UnreadableFileError, FailedFileError) as error:
                    reports.append((position, _not_taken(settings, source, error)))
            if isinstance(opened, FileReport):
                reports.append((len(parts) + len(reports), opened))
        with _known(settings, is_shared=len(parts) > 1) as known:
            for part in sorted(parts, key=lambda one: LOAD_ORDER.index(one.kind)):
                if progress:
                    progress(part.member.name)
                reports.append((part.position, _check_part(settings, part, declared, known)))
    return [report for _, report in sorted(reports, key=lambda pair: pair[0])]


def _opened(settings: Settings, path: Path, workspace: Path) -> list[tuple[Member, Source]] | FileReport:
    name, place = shown(path.name), str(path.absolute())
    try:
        with contained(name):
            members = open_members(path, name, workspace)
    except (UserError, UnreadableFileError, FailedFileError) as error:
        return _not_taken(settings, Source(name, path=place), error)
    return [
        (
            replace(one, name=shown(one.name)),
            Source(shown(one.name), one.sha256, f"{place}/{one.name}" if one.container_name else place),
        )
        for one in members
    ]


class _Known:
    """The registry and the staff that rows are matched with, those of the files just examined included."""

    def __init__(self, lookups: Lookups, scratch: duckdb.DuckDBPyConnection | None) -> None:
        self.lookups = lookups
        self._scratch = scratch
        self._loads = 0

    def learn(self, member: Member, examination: Examination) -> None:
        """Let the files still to be examined know this one."""
        if self._scratch is None or examination.kind.code not in ASKED_BY_OTHERS:
            return
        self._loads += 1
        load_examination(self._scratch, Receipt(member, now(), sequence=AFTER_ALL_LOADS + self._loads), examination)
        self.lookups = Lookups.load(self._scratch)


@contextmanager
def _known(settings: Settings, *, is_shared: bool) -> Iterator[_Known]:
    """What is loaded already; several files together need a build of their own in memory, to add to it."""
    tables = {}
    lookups = Lookups.empty()
    if settings.build_file.exists():
        with build_connection(settings) as connection:
            create_tables(connection)
            lookups = Lookups.load(connection)
            if is_shared:
                tables = {table: connection.execute(f"select * from {table}").to_arrow_table() for table in LOOKED_UP}
    if not is_shared:
        yield _Known(lookups, None)
        return
    with duckdb.connect() as scratch:
        create_tables(scratch)
        for table, rows in tables.items():
            with registered(scratch, "known_rows", rows):
                scratch.execute(f"insert into {table} by name select * from known_rows")
        yield _Known(lookups, scratch)


def _check_part(settings: Settings, part: Part, declared: Mapping[str, str], known: _Known) -> FileReport:
    member, lookups = part.member, known.lookups
    source = Source(part.source.name, part.source.sha256, part.source.path, part.kind)
    try:
        with contained(member.name):
            given = (member, regional_layouts(settings), declared, secret_or_none(settings), lookups)
            examination = _examined(part.kind, *given)
            known.learn(member, examination)
    except (UserError, UnreadableFileError, FailedFileError) as error:
        return _not_taken(settings, source, error)
    protocol = write_protocol(settings, source, examination, None, lookups.index)
    return report_of(member, examination, "checked", protocol, advice(examination, lookups.index))


def _examined(kind: str, *given: Any) -> Examination:
    if KINDS[kind].partition_column:
        with duckdb.connect() as scratch:
            if (in_bulk := examine_in_bulk(scratch, *given)) is not None:
                return in_bulk
    return examine_part(kind, *given)


def _not_taken(settings: Settings, source: Source, error: Verdict) -> FileReport:
    outcome: Outcome = "failed" if isinstance(error, FailedFileError) else "refused"
    reason = reason_of(settings, error)
    protocol = write_protocol(settings, source, None, reason)
    return FileReport(source.name, source.sha256, None, None, None, None, outcome, reason, protocol=protocol)
