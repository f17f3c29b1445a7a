"""What `vitrina status` says of submissions: a line a duty, whoever never sent anything told apart."""

from collections.abc import Callable, Iterator
from dataclasses import asdict
from datetime import date
from typing import Any

import duckdb
import pytest

from cli.status import late_line
from publishing.contract import column_types
from publishing.status import MAXIMAL_SILENT, freshness, late_submissions

MARTS = ("submission_due", "submission_status", "load_journal", "dim_system")
Add = Callable[..., None]


@pytest.fixture
def release() -> Iterator[duckdb.DuckDBPyConnection]:
    """Marts of a release, empty."""
    with duckdb.connect() as connection:
        for mart in MARTS:
            columns = ", ".join(f'"{name}" {dtype}' for name, dtype in column_types(mart).items())
            connection.execute(f"create table {mart} ({columns})")
        connection.execute("insert into dim_system by name select 'sferum' as system_code, 'Сферум' as short_title")
        yield connection


@pytest.fixture
def add(release: duckdb.DuckDBPyConnection) -> Add:
    """Adds a row of `submission_due`: October of the activity in Сферум, late, unless told otherwise."""

    def row(place: str, **changes: Any) -> None:
        values = {
            "duty_code": "activity", "kind": "platform_activity", "system_code": "sferum", "who": "organisations",
            "period": "2026-10", "period_title": "октябрь 2026", "territory_id": place, "territory_name": place,
            "organisations_expected": 17, "organisations_received": 0, "due_day": date(2026, 11, 25), "days_late": 5,
            "submission_state": "late", "is_newest_due": True, **changes,
        }  # fmt: skip
        names = ", ".join(f"? as {name}" for name in values)
        release.execute(f"insert into submission_due by name select {names}", list(values.values()))

    return row


def test_one_line_a_duty(release: duckdb.DuckDBPyConnection, add: Add) -> None:
    """Guards against a line for every month and municipality, and against a debt that only older periods have."""
    add("Ачинский", organisations_received=16, last_received_period="октябрь 2026")
    add("Балахтинский")
    add("Енисейский", organisations_received=17, submission_state="received", days_late=None)
    september = {"period": "2026-09", "period_title": "сентябрь 2026", "is_newest_due": False}
    add("Балахтинский", **september, due_day=date(2026, 10, 25), days_late=36)
    add("Ачинский", **september, due_day=date(2026, 10, 25), days_late=36)
    add("Ачинский", period="2026-11", is_newest_due=False, submission_state="due", due_day=date(2026, 12, 25))
    (found,) = late_submissions(release)
    assert (found.expected, found.received, found.days_late) == (51, 33, 5)
    assert (found.places_expected, found.places_late, found.places_never, found.older_periods) == (3, 2, 1, 1)
    assert late_line("Активность", asdict(found)) == (
        "Активность, Сферум (октябрь 2026, срок 25.11.2026, дней просрочки: 5): 2 из 3, из них ни разу: 1 — "
        "Ачинский (16 из 17), Балахтинский (0 из 17); прежних периодов не сдано: 1, с 25.10.2026"
    )


def test_only_older_periods_are_owed(release: duckdb.DuckDBPyConnection, add: Add) -> None:
    """Guards against a debt forgotten once the next period has come."""
    add("Енисейский", submission_state="received", days_late=None, organisations_received=17)
    add("Енисейский", period="2026-09", is_newest_due=False, due_day=date(2026, 10, 25))
    (found,) = late_submissions(release)
    assert late_line("Активность", asdict(found)) == "Активность, Сферум: прежних периодов не сдано: 1, с 25.10.2026"


def test_what_has_no_day_and_many_who_owe_it(release: duckdb.DuckDBPyConnection, add: Add) -> None:
    """Guards against «дней просрочки: None», and against a region of sixty names in a line."""
    registry = {"duty_code": "registry", "kind": "organisation_registry", "system_code": None, "who": "municipality"}
    undated = {"period": "once", "organisations_expected": None, "due_day": None, "days_late": None}
    for number in range(12):
        add(f"Район {number:02d}", **registry, **undated)
    (found,) = late_submissions(release)
    assert (found.expected, found.received, len(found.missing)) == (12, 0, MAXIMAL_SILENT)
    line = late_line("Реестр", asdict(found))
    assert line.startswith("Реестр (срок не назначен): 12 из 12, из них ни разу: 12 — Район 00, ")
    assert line.endswith("Район 09 и ещё 2")


def test_nothing_late_is_no_line(release: duckdb.DuckDBPyConnection, add: Add) -> None:
    """Guards against those in time, or whose day is not reached, named among those who owe."""
    add("Енисейский", submission_state="received_late", days_late=2)
    add("Ачинский", submission_state="due", is_newest_due=False, days_late=None)
    assert late_submissions(release) == []


def test_freshness_counts_who_owes_the_kind(release: duckdb.DuckDBPyConnection, add: Add) -> None:
    """Guards against «2024-12» that beats the year 2025, and debts of one system beside the files of another."""
    release.execute(
        "insert into load_journal by name select 'a' as file_sha256, 'platform_activity' as kind, unnest(['sferum',"
        " 'my_school']) as system_code, 1 as rows_rejected, 0 as rows_held"
    )
    release.execute(
        "insert into submission_status by name select 'platform_activity' as kind, 'sferum' as system_code,"
        " unnest(['2024-12', '2025']) as period, unnest([date '2024-12-31', date '2025-12-31']) as period_end,"
        " true as received"
    )
    add("Ачинский")
    add("Енисейский", submission_state="received")
    add("Енисейский", period="2026-09", is_newest_due=False)
    found = {row.system_code: (row.last_period, row.places_expected, row.places_late) for row in freshness(release)}
    assert found == {"my_school": (None, 0, 0), "sferum": ("2025", 2, 1)}


def test_a_release_of_an_earlier_version_has_no_calendar(release: duckdb.DuckDBPyConnection) -> None:
    """Guards against `vitrina status` that ends in an error from an upgrade to the next refresh."""
    release.execute("drop table submission_due")
    release.execute("alter table submission_status drop column period_end")
    release.execute("insert into load_journal by name select 'a' as file_sha256, 'headcount' as kind")
    release.execute(
        "insert into submission_status by name select 'headcount' as kind, '2024-12' as period, true as received"
    )
    assert late_submissions(release) == []
    assert [(row.last_period, row.places_expected) for row in freshness(release)] == [("2024-12", 0)]
