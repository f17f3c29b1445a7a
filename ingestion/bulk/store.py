"""How a kind of millions of rows lies in the build: numbers instead of texts, in schema `bulk`.

raw.<kind> is then a view with the same columns as every other raw table, for whoever asks for few rows.
"""

import duckdb
import polars as pl

from schemas.kinds import KINDS, Kind

PARTITIONED: tuple[Kind, ...] = tuple(kind for kind in KINDS.values() if kind.partition_column)

SHARED_TABLES = """
create schema if not exists bulk;
create sequence if not exists bulk.file_number;
create table if not exists bulk.person (person_number integer, person_key text);
create table if not exists bulk.organisation (organisation_number integer, organisation_id text, entity_id text);
create table if not exists bulk.file (
    file_number integer, kind text, load_sequence bigint, sheet text, file_sha256 text, received_at timestamp,
    loaded_at timestamp, sender text
);
"""
"""People and organisations by number, and the sheets of files: what a row names by a number."""
ROW_COLUMNS = {
    "file_number": "integer", "source_row": "bigint", "organisation_number": "integer", "person_number": "integer",
    "match_rule": "text",
}  # fmt: skip


def create_bulk_table(
    connection: duckdb.DuckDBPyConnection, kind: Kind, columns: dict[str, str], own: dict[str, str]
) -> None:
    """The bulk table of a kind and the view raw.<kind> over it; rows of an earlier version's raw table move over.

    `columns` are those of the view, `own` those among them that stand in the bulk table as they are.
    """
    listed = ", ".join(f'"{name}" {dtype}' for name, dtype in {**ROW_COLUMNS, **own}.items())
    connection.execute(f"create table if not exists bulk.{kind.code} ({listed})")
    standing = connection.execute(
        "select count(*) from duckdb_tables() where schema_name = 'raw' and table_name = ?", [kind.code]
    ).fetchone()
    if standing and standing[0]:
        rows = connection.execute(f"select * from raw.{kind.code}").pl()
        connection.execute(f"drop table raw.{kind.code}")
        append_rows(connection, kind, rows, list(own))
    connection.execute(f"create or replace view raw.{kind.code} as {_view(kind, columns, list(own))}")


def _view(kind: Kind, columns: dict[str, str], own: list[str]) -> str:
    key = {"person_key": "person.person_key", "organisation_id": "organisation.organisation_id"}
    row_key = " || '|' || ".join(f"coalesce(({key.get(name, f'log.{name}')})::text, '')" for name in kind.key)
    given = {
        "row_id": f"file.file_sha256 || '|' || file.sheet || '|' || log.source_row || '|' || {row_key}",
        "row_key": row_key,
        "scope_key": "null::text",
        "as_written": "null::text",
        "match_rule": "log.match_rule",
        "source_row": "log.source_row",
        "person_key": "person.person_key",
        "organisation_id": "organisation.organisation_id",
        "entity_id": "organisation.entity_id",
        **{name: f'log."{name}"' for name in own},
    }
    listed = ", ".join(f'{given.get(name, f"file.{name}")} as "{name}"' for name in columns)
    return (
        f"select {listed} from bulk.{kind.code} as log"
        " join bulk.file as file on file.file_number = log.file_number"
        " join bulk.organisation as organisation on organisation.organisation_number = log.organisation_number"
        " join bulk.person as person on person.person_number = log.person_number"
    )


def append_rows(connection: duckdb.DuckDBPyConnection, kind: Kind, frame: pl.DataFrame, own: list[str]) -> None:
    """Append complete raw rows (columns as of raw.<kind>) under numbers of their people, organisations and sheets."""
    if not frame.height:
        return
    connection.register("incoming_rows", frame.to_arrow())
    number_people(connection, "select distinct person_key from incoming_rows")
    number_organisations(connection, "select distinct organisation_id, entity_id from incoming_rows")
    connection.execute(
        "insert into bulk.file select nextval('bulk.file_number'), ?, sheets.* from ("
        " select distinct load_sequence, sheet, file_sha256, received_at, loaded_at, sender from incoming_rows"
        " where (load_sequence, sheet) not in (select (load_sequence, sheet) from bulk.file)) as sheets",
        [kind.code],
    )
    values = ", ".join(f'incoming_rows."{name}"' for name in own)
    names = ", ".join([*ROW_COLUMNS, *(f'"{name}"' for name in own)])
    connection.execute(
        f"insert into bulk.{kind.code} ({names})"
        " select file.file_number, incoming_rows.source_row, organisation.organisation_number, person.person_number,"
        f" incoming_rows.match_rule, {values} from incoming_rows"
        " join bulk.file as file using (load_sequence, sheet)"
        " join bulk.organisation as organisation using (organisation_id, entity_id)"
        " join bulk.person as person using (person_key)"
    )
    connection.unregister("incoming_rows")


def number_people(connection: duckdb.DuckDBPyConnection, keys: str) -> None:
    """Give numbers to people who have none; `keys` is a SELECT of person_key."""
    connection.execute(
        "insert into bulk.person select (select coalesce(max(person_number), 0) from bulk.person)"
        " + row_number() over (order by person_key), person_key"
        f" from ({keys}) as named anti join bulk.person as known using (person_key)"
    )


def number_organisations(connection: duckdb.DuckDBPyConnection, organisations: str) -> None:
    """Give numbers to organisations that have none; `organisations` is a SELECT of organisation_id and entity_id."""
    connection.execute(
        "insert into bulk.organisation select"
        " (select coalesce(max(organisation_number), 0) from bulk.organisation)"
        " + row_number() over (order by organisation_id, entity_id), organisation_id, entity_id"
        f" from ({organisations}) as named anti join bulk.organisation as known using (organisation_id, entity_id)"
    )


def delete_rows(connection: duckdb.DuckDBPyConnection, kind: Kind, places: str) -> None:
    """Delete rows, and people who have none left; `places` is a SELECT of load_sequence, sheet, source_row."""
    connection.execute(
        f"delete from bulk.{kind.code} where (file_number, source_row) in (select (file.file_number, going.source_row)"
        f" from ({places}) as going join bulk.file as file using (load_sequence, sheet) where file.kind = ?)",
        [kind.code],
    )
    kept = " union all ".join(f"select person_number from bulk.{one.code}" for one in PARTITIONED)
    connection.execute(f"delete from bulk.person where person_number not in ({kept})")
