"""Tables of the build file that ingestion writes: the journal and one raw table a kind (see docs/architecture)."""

from collections.abc import Iterator
from contextlib import contextmanager

import duckdb
import pandera.polars as pa
import polars as pl

from foundation.frames import registered
from foundation.settings import Settings
from ingestion.store.in_use import in_use, is_locked
from ingestion.store.numbered_tables import SHARED_TABLES, create_bulk_table, rename_surrogate_keys
from ingestion.store.numbered_tables import append_rows as append_bulk_rows
from ingestion.store.partitions import mark_unknown
from ingestion.store.rewriting import finish_rewriting
from ingestion.store.scopes import renew_scopes
from schemas.kinds import KINDS, Kind

PROVENANCE = {
    "row_id": "TEXT",
    "file_sha256": "TEXT",
    "sheet": "TEXT",
    "source_row": "BIGINT",
    "load_sequence": "BIGINT",
    "received_at": "TIMESTAMP",
    "loaded_at": "TIMESTAMP",
    "sender": "TEXT",
    "row_key": "TEXT",
    "scope_key": "TEXT",
    "organisation_id": "TEXT",
    "entity_id": "TEXT",
    "match_rule": "TEXT",
    "as_written": "TEXT",
}
"""What every raw row carries beside its own columns: its identity, its file, its organisation, its text.

`as_written` is a JSON object, heading to text; NULL in person-level tables and in rows loaded before it was kept."""

MATCHED_AWAY = frozenset({"inn", "kpp", "ogrn", "organisation_name", "municipality", "region"})
"""Columns that only find the organisation; the raw row keeps the organisation found instead."""
TERRITORY_COLUMNS = {"region_code": "TEXT", "municipality_key": "TEXT"}
LEVEL_COLUMNS = {"level": "TEXT", "territory_key": "TEXT"}

JOURNAL = """
create schema if not exists journal;
create schema if not exists raw;
create sequence if not exists journal.load_number;
create sequence if not exists journal.held_number;
create sequence if not exists journal.revision_number;
create table if not exists journal.received (
    file_sha256 text, container_sha256 text, container_name text, original_name text, size_bytes bigint,
    received_at timestamp, declared text, kind text, state text, program text
);
alter table journal.received add column if not exists layout text;
alter table journal.received add column if not exists header_row bigint;
alter table journal.received add column if not exists table_starts text;
create table if not exists journal.load (
    load_sequence bigint, file_sha256 text, container_sha256 text, kind text, system_code text, sender text,
    original_name text, size_bytes bigint, received_at timestamp, loaded_at timestamp, outcome text, refusal text,
    period_start date, period_end date, rows_read bigint, rows_accepted bigint, rows_rejected bigint,
    rows_held bigint, rows_ignored bigint, rows_changed bigint
);
create table if not exists journal.reject (
    file_sha256 text, sheet text, source_row bigint, column_name text, rule text, message text, severity text
);
create table if not exists journal.held_name (
    held_id bigint, kind text, name text, municipality text, region text, inn text, sender text, reason text,
    status text, decided_organisation_id text, decided_at timestamp
);
alter table journal.held_name add column if not exists municipality_key text;
alter table journal.held_name add column if not exists candidates text;
alter table journal.held_name add column if not exists file_sha256 text;
alter table journal.held_name add column if not exists sheet text;
alter table journal.held_name add column if not exists source_row bigint;
alter table journal.held_name add column if not exists decided_region text;
alter table journal.held_name add column if not exists decided_municipality text;
create table if not exists journal.held_row (
    held_id bigint, kind text, file_sha256 text, sheet text, source_row bigint, load_sequence bigint, reason text,
    status text, payload text
);
create table if not exists journal.alias (
    name text, municipality_key text, sender text, organisation_id text, decided_at timestamp
);
create table if not exists journal.place_alias (
    region text, municipality text, sender text, known_region text, known_municipality text, decided_at timestamp
);
alter table journal.alias add column if not exists held_id bigint;
alter table journal.place_alias add column if not exists held_id bigint;
create table if not exists journal.alias_row (
    kind text, file_sha256 text, load_sequence bigint, sheet text, source_row bigint, organisation_id text, name text,
    municipality text, region text, system_text text
);
create table if not exists journal.name_row (
    kind text, file_sha256 text, load_sequence bigint, sheet text, source_row bigint, organisation_id text, name text,
    municipality text, region text, system_text text, registry text
);
alter table journal.name_row add column if not exists rules text;
create table if not exists journal.decision (
    held_id bigint, verdict text, organisation_id text, region text, municipality text, decided_at timestamp,
    decided_by text, why text, undone_at timestamp, undone_by text, undone_why text
);
create table if not exists journal.ignored (file_sha256 text, sheet text, reason text, rows bigint);
create table if not exists journal.load_scope (file_sha256 text, load_sequence bigint, scope_key text);
create table if not exists journal.forgotten (file_sha256 text, kind text, rows bigint, forgotten_at timestamp);
create table if not exists journal.purged (file_sha256 text, size_bytes bigint, purged_at timestamp);
create table if not exists journal.partition (kind text, month date, revision bigint, primary key (kind, month));
"""


_held_open: list[duckdb.DuckDBPyConnection] = []


@contextmanager
def build_connection(settings: Settings, *, read_only: bool = False) -> Iterator[duckdb.DuckDBPyConnection]:
    """The build file; one writer at a time, closed at once so that dbt's process may open it.

    Raises BuildInUseError while another process has it open.
    """
    connection = _connect(settings, read_only=read_only)
    try:
        yield connection
    finally:
        connection.close()


def hold_build_open(settings: Settings) -> None:
    """Let build_connection find the file open until let_build_go: to open and close it takes longer than a small file.

    Nobody else can open it meanwhile, dbt's process included. Raises BuildInUseError.
    """
    _held_open.append(_connect(settings))


def let_build_go() -> None:
    """Close what hold_build_open opened, if anything."""
    while _held_open:
        _held_open.pop().close()


def _connect(settings: Settings, *, read_only: bool = False) -> duckdb.DuckDBPyConnection:
    try:
        return duckdb.connect(str(settings.build_file), read_only=read_only, config=settings.duckdb_config)
    except duckdb.IOException as error:
        if not is_locked(error):
            raise
        raise in_use(settings.build_file) from None


@contextmanager
def transaction(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """All of a block's writes together, or none of them."""
    connection.execute("begin transaction")
    try:
        yield
    except BaseException:
        connection.execute("rollback")
        raise
    connection.execute("commit")


def prepare_build(settings: Settings) -> None:
    """Create the journal and every raw table that is missing; a rewriting that was cut short is finished first."""
    settings.home.mkdir(parents=True, exist_ok=True)
    finish_rewriting(settings)
    with build_connection(settings) as connection:
        create_tables(connection)
        renew_scopes(connection)


def create_tables(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute(JOURNAL)
    _let_files_have_parts(connection)
    standing = connection.execute(
        "select table_name, column_name from duckdb_columns() where schema_name = 'raw'"
    ).fetchall()
    rename_surrogate_keys(connection)
    connection.execute(SHARED_TABLES)
    for kind in KINDS.values():
        columns = raw_columns(kind)
        if kind.partition_column:
            create_bulk_table(connection, kind, columns, own_columns(kind))
            continue
        written = {column for table, column in standing if table == kind.code}
        if not written:
            listed = ", ".join(f'"{name}" {dtype}' for name, dtype in columns.items())
            connection.execute(f"create table raw.{kind.code} ({listed})")
        for name in [name for name in columns if written and name not in written]:
            connection.execute(f'alter table raw.{kind.code} add column "{name}" {columns[name]}')
    mark_unknown(connection)


def _let_files_have_parts(connection: duckdb.DuckDBPyConnection) -> None:
    """In a build of an earlier version a received file has one row; now it has one for each kind found in it."""
    keyed = connection.execute(
        "select 1 from duckdb_constraints() where schema_name = 'journal' and table_name = 'received'"
        " and constraint_type = 'PRIMARY KEY'"
    ).fetchone()
    if keyed is None:
        return
    with transaction(connection):
        connection.execute("create temp table former_received as from journal.received")
        connection.execute("drop table journal.received")
        connection.execute(JOURNAL)
        connection.execute("insert into journal.received by name from former_received")
        connection.execute("drop table former_received")


def append_rows(connection: duckdb.DuckDBPyConnection, kind: Kind, frame: pl.DataFrame) -> None:
    """Append complete raw rows; a column of raw.<kind> that the frame lacks stays empty."""
    if kind.partition_column:
        append_bulk_rows(connection, kind, frame, list(own_columns(kind)))
        return
    names = ", ".join(f'"{name}"' for name in raw_columns(kind) if name in frame.columns)
    with registered(connection, "incoming_rows", frame):
        connection.execute(f"insert into raw.{kind.code} ({names}) select {names} from incoming_rows")


def own_columns(kind: Kind) -> dict[str, str]:
    """Columns of a bulk kind that say something of the row itself, beside its person and organisation."""
    return {name: dtype for name, dtype in raw_columns(kind).items() if name not in PROVENANCE and name != "person_key"}


def raw_columns(kind: Kind) -> dict[str, str]:
    """Columns of a kind's raw table with their DuckDB types, made from its row model."""
    own = {name: sql_type(column) for name, column in kind.model.columns.items() if not is_matched_away(kind, name)}
    territory = TERRITORY_COLUMNS if kind.has_level or kind.organisation == "registry" else {}
    return {**PROVENANCE, **own, **territory, **(LEVEL_COLUMNS if kind.has_level else {})}


def is_matched_away(kind: Kind, column: str) -> bool:
    """True for the columns that only serve to find the organisation."""
    if kind.organisation == "registry":
        return False
    if kind.has_level and column in {"municipality", "region"}:
        return False
    return column in MATCHED_AWAY


def value_columns(kind: Kind) -> list[str]:
    """Columns whose change makes a row changed."""
    keys = {*kind.key, *TERRITORY_COLUMNS, *LEVEL_COLUMNS}
    return [name for name in raw_columns(kind) if name not in PROVENANCE and name not in keys]


def sql_type(column: pa.Column) -> str:
    dtype = column.dtype.type
    if isinstance(dtype, pl.Decimal):
        return f"DECIMAL({dtype.precision},{dtype.scale})"
    return {pl.String: "TEXT", pl.Int64: "BIGINT", pl.Date: "DATE", pl.Boolean: "BOOLEAN"}[dtype]
