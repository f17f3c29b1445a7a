"""What `vitrina status` tells about the current release: freshness, rejects, who has not reported."""

from dataclasses import dataclass
from datetime import UTC, datetime

import duckdb

MAXIMAL_SILENT = 10


@dataclass(frozen=True)
class Freshness:
    """When a kind of a system last arrived and how its rows fared in all files so far."""

    kind: str
    system_code: str | None
    files: int
    last_received_at: datetime | None
    last_period: str | None
    rows_rejected: int
    rows_held: int


@dataclass(frozen=True)
class Silent:
    """Organisations expected in the latest period of a kind that sent nothing."""

    kind: str
    system_code: str | None
    period: str
    expected: int
    received: int
    missing: tuple[str, ...]


def freshness(connection: duckdb.DuckDBPyConnection) -> list[Freshness]:
    """Freshness by kind and system, from the release's own journal and submission status."""
    rows = connection.execute(
        """
        with period as (
            select kind, coalesce(system_code, '') as system_code, max(cast(period as varchar)) as last_period
            from submission_status where received group by all
        )
        select j.kind, j.system_code, count(*), max(j.received_at), max(p.last_period),
               coalesce(sum(j.rows_rejected), 0)::bigint, coalesce(sum(j.rows_held), 0)::bigint
        from load_journal j
        left join period p on p.kind = j.kind and p.system_code = coalesce(j.system_code, '')
        where j.kind is not null
        group by j.kind, j.system_code order by j.kind, j.system_code
        """
    ).fetchall()
    return [
        Freshness(kind, system, files, _in_utc(received_at), period, rejected, held)
        for kind, system, files, received_at, period, rejected, held in rows
    ]


def _in_utc(moment: datetime | None) -> datetime | None:
    """The warehouse keeps time in UTC without a zone."""
    return moment.replace(tzinfo=UTC) if moment else None


def silent_organisations(connection: duckdb.DuckDBPyConnection) -> list[Silent]:
    """Who has not reported, for the latest period of each kind and system."""
    rows = connection.execute(
        """
        with latest as (
            select *, max(period) over (partition by kind, coalesce(system_code, '')) as last_period
            from submission_status where expected
        )
        select kind, system_code, cast(period as varchar), count(*), count(*) filter (where received),
               coalesce(
                   list(coalesce(organisation_name, organisation_id) order by organisation_name)
                       filter (where not received), []
               )
        from latest where period = last_period group by kind, system_code, period order by kind, system_code
        """
    ).fetchall()
    return [
        Silent(kind, system, period, expected, received, tuple(missing[:MAXIMAL_SILENT]))
        for kind, system, period, expected, received, missing in rows
        if received < expected
    ]
