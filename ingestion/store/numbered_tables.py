"""How a kind of millions of rows lies in the build: numbers instead of texts, in schema `bulk`.

raw.<kind> is then a view with the same columns as every other raw table, for whoever asks for few rows.
"""

import duckdb
import polars as pl

from foundation.frames import frame_of, registered
from ingestion.store.numbers import coded_names, give_code_numbers, give_numbers, is_coded, stored_name
from schemas.kinds import KINDS, Kind

PARTITIONED: tuple[Kind, ...] = tuple(kind for kind in KINDS.values() if kind.partition_column)

SHARED_TABLES = """
create schema if not exists bulk;
create sequence if not exists bulk.file_number;
create table if not exists bulk.person (person_sk integer, person_key text);
create table if not exists bulk.organisation (organisation_sk integer, organisation_id text, entity_id text);
create table if not exists bulk.code (code_sk integer, code text);
create table if not exists bulk.file (
    file_sk integer, kind text, load_sequence bigint, sheet text, file_sha256 text, received_at timestamp,
    loaded_at timestamp, sender text
);
"""
"""People, organisations and codes by surrogate key (sk), and the sheets of files: what a row names by one."""
SHARED_TABLE_NAMES = ("person", "organisation", "code", "file")
ROW_COLUMNS = {
    "file_sk": "integer", "source_row": "bigint", "organisation_sk": "integer", "person_sk": "integer",
    "match_rule_sk": "integer",
}  # fmt: skip


def rename_surrogate_keys(connection: duckdb.DuckDBPyConnection) -> None:
    """Name the columns of an earlier version, which called surrogate keys numbers, as this one does."""
    former = connection.execute(
        "select table_name, column_name from duckdb_columns()"
        " where schema_name = 'bulk' and column_name like '%@_number' escape '@' order by all"
    ).fetchall()
    for table, name in former:
        connection.execute(f"alter table bulk.{table} rename column {name} to {name.removesuffix('number')}sk")


def create_bulk_table(
    connection: duckdb.DuckDBPyConnection, kind: Kind, columns: dict[str, str], own: dict[str, str]
) -> None:
    """The bulk table of a kind and the view raw.<kind> over it; rows of an earlier version's raw table move over.

    `columns` are those of the view, `own` those among them that say something of the row itself.
    """
    stored = {stored_name(kind, name): "integer" if is_coded(kind, name) else dtype for name, dtype in own.items()}
    listed = ", ".join(f'"{name}" {dtype}' for name, dtype in {**ROW_COLUMNS, **stored}.items())
    connection.execute(f"create table if not exists bulk.{kind.code} ({listed})")
    _number_texts(connection, kind, coded_names(kind, own))
    standing = connection.execute(
        "select count(*) from duckdb_tables() where schema_name = 'raw' and table_name = ?", [kind.code]
    ).fetchone()
    if standing and standing[0]:
        rows = frame_of(connection, f"select * from raw.{kind.code}")
        connection.execute(f"drop table raw.{kind.code}")
        append_rows(connection, kind, rows, list(own))
    connection.execute(f"create or replace view raw.{kind.code} as {_view(kind, columns, list(own))}")


def _number_texts(connection: duckdb.DuckDBPyConnection, kind: Kind, texts: list[str]) -> None:
    """Rows of an earlier version that has its codes as texts."""
    rows = connection.execute(
        "select column_name from duckdb_columns() where schema_name = 'bulk' and table_name = ?", [kind.code]
    ).fetchall()
    standing = [name for name in texts if (name,) in rows]
    if not standing:
        return
    give_code_numbers(connection, f"bulk.{kind.code}", standing)
    numbers = ", ".join(f"code_of_{name}.code_sk as {stored_name(kind, name)}" for name in standing)
    connection.execute(
        f"create or replace table bulk.{kind.code} as select log.* exclude ({', '.join(standing)}), {numbers}"
        f" from bulk.{kind.code} as log {_codes(standing, 'code', 'log.{}')}"
    )


def _codes(texts: list[str], by: str, of_row: str) -> str:
    """Joins to bulk.code as code_of_<name>, by its number or its code; `of_row` is what stands in the row."""
    return " ".join(
        f"left join bulk.code as code_of_{name} on code_of_{name}.{by} = {of_row.format(name)}" for name in texts
    )


def _view(kind: Kind, columns: dict[str, str], own: list[str]) -> str:
    texts = coded_names(kind, own)
    key = {"person_key": "person.person_key", "organisation_id": "organisation.organisation_id"}
    key |= {name: f"code_of_{name}.code" for name in texts}
    row_key = " || '|' || ".join(f"coalesce(({key.get(name, f'log.{name}')})::text, '')" for name in kind.key)
    given = {
        "row_id": f"file.file_sha256 || '|' || file.sheet || '|' || log.source_row || '|' || {row_key}",
        "row_key": row_key,
        "scope_key": "null::text",
        "as_written": "null::text",
        "source_row": "log.source_row",
        "person_key": "person.person_key",
        "organisation_id": "organisation.organisation_id",
        "entity_id": "organisation.entity_id",
        **{name: f'log."{name}"' for name in own},
        **{name: f"code_of_{name}.code" for name in texts},
    }
    listed = ", ".join(f'{given.get(name, f"file.{name}")} as "{name}"' for name in columns)
    return (
        f"select {listed} from bulk.{kind.code} as log"
        " join bulk.file as file on file.file_sk = log.file_sk"
        " join bulk.organisation as organisation on organisation.organisation_sk = log.organisation_sk"
        " join bulk.person as person on person.person_sk = log.person_sk " + _codes(texts, "code_sk", "log.{}_sk")
    )


def append_rows(connection: duckdb.DuckDBPyConnection, kind: Kind, frame: pl.DataFrame, own: list[str]) -> None:
    """Append complete raw rows (columns as of raw.<kind>) under numbers of their people, organisations and sheets."""
    if not frame.height:
        return
    with registered(connection, "incoming_rows", frame):
        texts = coded_names(kind, own)
        give_numbers(connection, "person", "select distinct person_key from incoming_rows")
        give_numbers(connection, "organisation", "select distinct organisation_id, entity_id from incoming_rows")
        give_code_numbers(connection, "incoming_rows", texts)
        connection.execute(
            "insert into bulk.file select nextval('bulk.file_number'), ?, sheets.* from ("
            " select distinct load_sequence, sheet, file_sha256, received_at, loaded_at, sender from incoming_rows"
            " where (load_sequence, sheet) not in (select (load_sequence, sheet) from bulk.file)) as sheets",
            [kind.code],
        )
        given = {
            "file_sk": "file.file_sk",
            "source_row": "incoming_rows.source_row",
            "organisation_sk": "organisation.organisation_sk",
            "person_sk": "person.person_sk",
            **{name: f'incoming_rows."{name}"' for name in own if name not in texts},
            **{stored_name(kind, name): f"code_of_{name}.code_sk" for name in texts},
        }
        connection.execute(
            f"insert into bulk.{kind.code} ({', '.join(given)}) select {', '.join(given.values())} from incoming_rows"
            " join bulk.file as file using (load_sequence, sheet)"
            " join bulk.organisation as organisation using (organisation_id, entity_id)"
            " join bulk.person as person using (person_key) " + _codes(texts, "code", "incoming_rows.{}")
        )


def drop_people_without_rows(connection: duckdb.DuckDBPyConnection) -> None:
    """Delete the numbers of people of whom no large kind has a row any more."""
    kept = " union all ".join(f"select person_sk from bulk.{one.code}" for one in PARTITIONED)
    connection.execute(f"delete from bulk.person where person_sk not in ({kept})")


def delete_rows(connection: duckdb.DuckDBPyConnection, kind: Kind, places: str) -> None:
    """Delete rows, and people who have none left; `places` is a SELECT of load_sequence, sheet, source_row."""
    connection.execute(
        f"delete from bulk.{kind.code} where (file_sk, source_row) in (select (file.file_sk, going.source_row)"
        f" from ({places}) as going join bulk.file as file using (load_sequence, sheet) where file.kind = ?)",
        [kind.code],
    )
    drop_people_without_rows(connection)
