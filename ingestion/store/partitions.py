"""Which periods of a large kind have changed: dbt computes those again and leaves the others (macros/months.sql)."""

from collections.abc import Iterable
from datetime import date

import duckdb

from ingestion.store.numbered_tables import PARTITIONED
from schemas.kinds import Kind


def month_of(kind: Kind) -> str:
    """SQL of the month a row of the kind belongs to."""
    return f"date_trunc('month', {kind.partition_column})::date"


def mark_changed(connection: duckdb.DuckDBPyConnection, kind: Kind, months: Iterable[date]) -> None:
    """Give these months of a kind a revision of their own: their rows are not what they were."""
    for month in sorted(set(months)):
        connection.execute(
            "insert or replace into journal.partition values (?, ?, nextval('journal.revision_number'))",
            [kind.code, month],
        )


def mark_unknown(connection: duckdb.DuckDBPyConnection) -> None:
    """Mark months whose rows were loaded by a version that kept no revisions."""
    for kind in PARTITIONED:
        known = connection.execute("select 1 from journal.partition where kind = ? limit 1", [kind.code]).fetchone()
        if known is None:
            months = connection.execute(f"select distinct {month_of(kind)} from bulk.{kind.code}").fetchall()
            mark_changed(connection, kind, (month for (month,) in months))
