"""The conservation law (promise 3): rows read = accepted + rejected + held + ignored, for every file.

The one place where it is checked: before dbt builds anything (orchestration.assets) and again at the gate. Rows are
counted a file, not a kind: a remark and an ignored row know their sheet, and the sheets of a workbook are its kinds'.
"""

from dataclasses import dataclass

import duckdb

from publishing.checksum import literal, quote
from schemas.kinds import KINDS

UNSTORED = ("ignored", "forgotten")
"""Journals of rows that a file had and the build does not keep: the ignored ones, among them people's removed rows."""

CONSERVATION_TITLE = "закон сохранения строк"

Tables = frozenset[tuple[str, str]]


@dataclass(frozen=True)
class Imbalance:
    """A file whose rows read are not all accounted for."""

    file_name: str
    rows_read: int
    rows_accounted: int

    def __str__(self) -> str:
        return f"проверка «{CONSERVATION_TITLE}» не пройдена {self.where()}"

    def where(self) -> str:
        """«для sferum_2024-11.csv (прочитано 512, учтено 511)»."""
        return f"для {self.file_name} (прочитано {self.rows_read}, учтено {self.rows_accounted})"


def conservation(connection: duckdb.DuckDBPyConnection) -> list[Imbalance]:
    """Files that break rows read = accepted + rejected + held + ignored, in order of loading.

    First by the journal's own four numbers, then by counting the rows really stored: a journal can add up
    while a row is lost between reading and loading.
    """
    standing = tables_of(connection)
    if ("journal", "load") not in standing:
        return []
    return [*_journal_imbalances(connection), *_stored_imbalances(connection, standing)]


def tables_of(connection: duckdb.DuckDBPyConnection) -> Tables:
    """Every table of the build, as schema and name."""
    rows = connection.execute(
        "select schema_name, table_name from duckdb_tables() where database_name = current_database()"
    ).fetchall()
    return frozenset((schema, name) for schema, name in rows)


def _journal_imbalances(connection: duckdb.DuckDBPyConnection) -> list[Imbalance]:
    accounted = " + ".join(f"coalesce(rows_{part}, 0)" for part in ("accepted", "rejected", "held", "ignored"))
    rows = connection.execute(
        f"select original_name, coalesce(rows_read, 0), {accounted} from journal.load "
        f"where outcome = 'loaded' and coalesce(rows_read, 0) <> {accounted} order by load_sequence"
    ).fetchall()
    return [Imbalance(*row) for row in rows]


def _stored_imbalances(connection: duckdb.DuckDBPyConnection, standing: Tables) -> list[Imbalance]:
    places = _places_of_rows(standing)
    if not places:
        return []
    ignored = " union all ".join(
        # A home built by an earlier version has no journal of forgotten rows.
        [f"select file_sha256, rows from journal.{name}" for name in UNSTORED if ("journal", name) in standing]
        or ["select null::varchar as file_sha256, 0 as rows where false"]
    )
    rows = connection.execute(
        f"""
        with place as ({" union ".join(places)}),
        stored as (
            select file_sha256, sum(rows) as rows from (
                select file_sha256, count(*) as rows from place group by file_sha256
                {"".join(f" union all {counts}" for counts in _counts_of_bulk_rows(standing))}
            ) as counted group by file_sha256
        ),
        ignored as (select file_sha256, sum(rows) as rows from ({ignored}) as unstored group by file_sha256),
        part as (
            select *, row_number() over (partition by file_sha256, kind order by load_sequence desc) as recency
            from journal.load where outcome = 'loaded'
        ),
        loaded as (
            select file_sha256, min(load_sequence) as load_sequence, min(original_name) as original_name,
                   sum(coalesce(rows_read, 0))::bigint as rows_read
            from part where recency = 1 group by file_sha256
        ),
        balance as (
            select l.load_sequence, l.original_name, l.rows_read,
                   coalesce(s.rows, 0) + coalesce(i.rows, 0) as accounted
            from loaded l
            left join stored s on s.file_sha256 = l.file_sha256
            left join ignored i on i.file_sha256 = l.file_sha256
        )
        select original_name, rows_read, accounted::bigint from balance
        where rows_read <> accounted order by load_sequence
        """
    ).fetchall()
    return [Imbalance(*row) for row in rows]


def _counts_of_bulk_rows(standing: Tables) -> list[str]:
    """Kinds of millions of rows have one stored row a source row, so their rows are counted and not looked at."""
    return [
        "select file_sha256, count(*) as rows"
        f" from bulk.{quote(kind.code)} inner join bulk.file using (file_sk) group by file_sha256"
        for kind in KINDS.values()
        if kind.partition_column and ("bulk", kind.code) in standing
    ]


def _places_of_rows(standing: Tables) -> list[str]:
    """One SELECT a table that stores source rows; a wide row unfolds into several, so places are distinct."""
    raw_tables = sorted(name for schema, name in standing if schema == "raw")
    place = "select file_sha256, coalesce(sheet, '') as sheet, source_row from"
    places = [f"{place} raw.{quote(table)}" for table in raw_tables]
    if ("journal", "held_row") in standing:
        # A decided row of a large kind is counted where it lies; one may not stand in two places then.
        bulk = ", ".join(literal(kind.code) for kind in KINDS.values() if kind.partition_column)
        places.append(f"{place} journal.held_row where not (kind in ({bulk}) and status = 'accepted')")
    if ("journal", "reject") in standing:
        places.append(f"{place} journal.reject where severity = 'error' and source_row is not null")
    return places
