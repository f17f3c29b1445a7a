"""What `vitrina status` tells about the current release: freshness, rejects, who has not reported."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

import duckdb

MAXIMAL_SILENT = 10
DUE = """
    select kind, coalesce(system_code, '') as system_code, count(*) as expected,
           count(*) filter (where submission_state = 'late') as late
    from submission_due where is_newest_due group by all
"""
NOTHING_DUE = "select '' as kind, '' as system_code, 0 as expected, 0 as late where false"


@dataclass(frozen=True)
class Freshness:
    """When a kind of a system last arrived, how its rows fared in all files so far, and who owes it by the calendar.

    `places_late` of `places_expected` municipalities or regions owe the newest period whose day has passed; 0 of 0 when
    the calendar does not ask for the kind.
    """

    kind: str
    system_code: str | None
    files: int
    last_received_at: datetime | None
    last_period: str | None
    rows_rejected: int
    rows_held: int
    places_expected: int
    places_late: int


@dataclass(frozen=True)
class Late:
    """A duty of the calendar that somebody has not fulfilled: its newest period whose day has passed, and older ones.

    `expected` and `received` count organisations where they are who owes it, else territories; `missing` names the
    first territories, `places_late` of `places_expected` in all, `places_never` of which never sent anything for this
    duty. `due_day` and `days_late` are None where no day is set.
    """

    duty_code: str
    kind: str
    system_code: str | None
    system_title: str | None
    who: str
    period: str
    period_title: str
    due_day: date | None
    days_late: int | None
    expected: int
    received: int
    places_expected: int
    places_late: int
    places_never: int
    missing: tuple[str, ...]
    older_periods: int
    late_since: date | None


def freshness(connection: duckdb.DuckDBPyConnection) -> list[Freshness]:
    """Freshness by kind and system, from the release's own journal, submission status and calendar."""
    has_calendar = _has_calendar(connection)
    rows = connection.execute(
        f"""
        with period as (
            select kind, coalesce(system_code, '') as system_code,
                   arg_max(period, {"(period_end, period)" if has_calendar else "period"}) as last_period
            from submission_status where received group by all
        ),
        due as ({DUE if has_calendar else NOTHING_DUE})
        select j.kind, j.system_code, count(*), max(j.received_at), max(p.last_period),
               coalesce(sum(j.rows_rejected), 0)::bigint, coalesce(sum(j.rows_held), 0)::bigint,
               coalesce(max(d.expected), 0), coalesce(max(d.late), 0)
        from load_journal j
        left join period p on p.kind = j.kind and p.system_code = coalesce(j.system_code, '')
        left join due d on d.kind = j.kind and d.system_code = coalesce(j.system_code, '')
        where j.kind is not null
        group by j.kind, j.system_code order by j.kind, j.system_code
        """
    ).fetchall()
    return [
        Freshness(kind, system, files, _in_utc(received_at), *rest) for kind, system, files, received_at, *rest in rows
    ]


def _has_calendar(connection: duckdb.DuckDBPyConnection) -> bool:
    """Releases of earlier versions have no calendar; they stand until the next refresh, and may be asked for later."""
    found = connection.execute("select 1 from duckdb_tables() where table_name = 'submission_due'").fetchone()
    return found is not None


def _in_utc(moment: datetime | None) -> datetime | None:
    """The warehouse keeps time in UTC without a zone."""
    return moment.replace(tzinfo=UTC) if moment else None


def late_submissions(connection: duckdb.DuckDBPyConnection) -> list[Late]:
    """Who has not reported what is due, a duty each; duties with nothing late are left out."""
    if not _has_calendar(connection):
        return []
    rows = connection.execute(
        """
        with newest as (
            select duty_code, kind, system_code, who, period, period_title, due_day, max(days_late) as days_late,
                   sum(coalesce(organisations_expected, 1))::bigint as expected,
                   sum(case when organisations_expected is not null then organisations_received
                            when submission_state = 'late' then 0 else 1 end)::bigint as received,
                   count(*) as places_expected,
                   count(*) filter (where submission_state = 'late') as places_late,
                   count(*) filter (where submission_state = 'late' and last_received_period is null) as places_never,
                   list(territory_name || case when organisations_expected > 1
                            then ' (' || organisations_received || ' из ' || organisations_expected || ')' else '' end
                        order by territory_name, territory_id) filter (where submission_state = 'late') as missing
            from submission_due where is_newest_due group by all
        ),
        total as (
            select duty_code, count(distinct period) filter (where not is_newest_due) as older_periods,
                   min(due_day) as late_since
            from submission_due where submission_state = 'late' group by duty_code
        )
        select n.duty_code, n.kind, n.system_code, s.short_title, n.who, n.period, n.period_title, n.due_day,
               case when n.places_late > 0 then n.days_late end, n.expected, n.received, n.places_expected,
               n.places_late, n.places_never, coalesce(n.missing, []), t.older_periods, t.late_since
        from newest n
        join total t using (duty_code)
        left join dim_system s on s.system_code = n.system_code
        order by n.kind, n.system_code, n.duty_code
        """
    ).fetchall()
    return [
        Late(*(*counted, tuple(missing[:MAXIMAL_SILENT]), older, since)) for *counted, missing, older, since in rows
    ]
