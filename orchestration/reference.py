"""Reference tables of the build, written again only where the metadata or the tables themselves are others."""

import duckdb

from publishing.fingerprints import Table, fingerprints
from publishing.revision import code_digest
from schemas.reference import write_reference

STATE = "create table if not exists fingerprint.reference (code varchar, held varchar)"


def renew_reference(connection: duckdb.DuckDBPyConnection) -> None:
    """Write schema `reference`, unless the same program and the same metadata of the region wrote what it holds."""
    connection.execute("create schema if not exists fingerprint")
    connection.execute(STATE)
    written = connection.execute("from fingerprint.reference").fetchall()
    if written == [(code_digest(), _held(connection))]:
        return
    write_reference(connection)
    connection.execute("delete from fingerprint.reference")
    connection.execute("insert into fingerprint.reference values (?, ?)", [code_digest(), _held(connection)])


def _held(connection: duckdb.DuckDBPyConnection) -> str:
    rows = connection.execute(
        "select table_name from duckdb_tables() where schema_name = 'reference' order by all"
    ).fetchall()
    found = fingerprints(connection, [Table("reference", name) for (name,) in rows])
    return " ".join(f"{table.name} {held}" for table, held in found.items())
