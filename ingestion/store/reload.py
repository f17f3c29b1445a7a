"""Loaded files of a kind that are to be read again from the archive: they wait like files that have just come.

So a refresh that is killed half-way leaves those it had not reached to the next one.
"""

from dataclasses import dataclass
from datetime import date

import duckdb

from foundation.settings import Settings
from ingestion.errors import UserError
from ingestion.store.tables import build_connection, create_tables, transaction
from schemas.kinds import KINDS


@dataclass(frozen=True)
class ReloadRequest:
    """All files of a kind, or those that speak of a day from `since` to `until`; a bound left out is none."""

    kind: str
    since: date | None = None
    until: date | None = None

    def __post_init__(self) -> None:
        """Raise UserError, in Russian, for what cannot be asked."""
        if self.kind not in KINDS:
            raise UserError(f"Вида «{self.kind}» нет. Виды: {', '.join(KINDS)}.")
        bounded = self.since is not None or self.until is not None
        if bounded and KINDS[self.kind].period_column is None:
            raise UserError(f"У вида «{KINDS[self.kind].title}» нет периода: перечитать можно только все его файлы.")
        if self.since is not None and self.until is not None and self.since > self.until:
            raise UserError(f"Период кончается раньше, чем начинается: {self.since:%d.%m.%Y} - {self.until:%d.%m.%Y}.")


def files_to_reload(settings: Settings, request: ReloadRequest) -> int:
    """How many files a request speaks of; changes nothing."""
    if not settings.build_file.exists():
        return 0
    with build_connection(settings) as connection:
        create_tables(connection)
        return len(_files(connection, request))


def reload(settings: Settings, request: ReloadRequest) -> int:
    """Let the files of a request wait to be read again; returns how many."""
    if not settings.build_file.exists():
        return 0
    with build_connection(settings) as connection:
        create_tables(connection)
        files = _files(connection, request)
        with transaction(connection):
            connection.execute(
                "update journal.received set state = 'waiting' where kind = ?"
                " and file_sha256 in (select unnest(?::text[]))",
                [request.kind, files],
            )
    return len(files)


def _files(connection: duckdb.DuckDBPyConnection, request: ReloadRequest) -> list[str]:
    """Also those refused, or of whose rows none was accepted: of them nobody knows the period."""
    rows = connection.execute(
        "select distinct received.file_sha256 from journal.received as received"
        " join journal.load as load using (file_sha256, kind) where received.kind = $kind"
        " and coalesce(load.period_end, $since::date, date '0001-01-01') >= coalesce($since::date, date '0001-01-01')"
        " and coalesce(load.period_start, $until::date, date '9999-12-31') <= coalesce($until::date, date '9999-12-31')"
        " order by all",
        {"kind": request.kind, "since": request.since, "until": request.until},
    ).fetchall()
    return [sha256 for (sha256,) in rows]
