"""warehouse.duckdb of a release: opened beside the build, filled with its marts, described, closed.

A small warehouse, every mart of which fits one row group, is written otherwise than DuckDB would by itself: by one
thread (a row group is the least that threads share), in small blocks (each column of a small table fills one), without
FSST (to try it on each column takes longer than all the rest of writing). Larger ones are written as DuckDB does.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import groupby
from operator import itemgetter
from pathlib import Path

import duckdb

from foundation.settings import STORAGE_VERSION, Settings
from publishing.checksum import Columns, literal, quote
from publishing.contract import descriptions
from publishing.query_folders import query_folder
from schemas.mart_contracts import mart_models

ROWS_OF_A_GROUP = 122_880
"""DuckDB's row group: what one thread scans."""
SMALL_BLOCK_BYTES = 16_384
TOO_SLOW_FOR_SMALL = "fsst"


@contextmanager
def beside_the_build(settings: Settings, release_id: str) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection to which the build is attached as `build`, read-only, and which looks for tables there."""
    config = {**settings.duckdb_config, "temp_directory": str(query_folder(settings, release_id))}
    with duckdb.connect(config=config) as connection:
        connection.execute(f"attach {literal(settings.build_file)} as build (read_only)")
        connection.execute("use build")
        if _most_rows(connection) <= ROWS_OF_A_GROUP:
            connection.execute("set threads = 1")
        yield connection


def copy_marts(connection: duckdb.DuckDBPyConnection, path: Path) -> dict[str, Columns]:
    """Copy the marts of the attached build with their comments to a new file, attached as `release`; their columns.

    The connection looks for tables in it from now on.
    """
    options = [f"storage_version {literal(STORAGE_VERSION)}"]
    if _most_rows(connection, schema="marts") <= ROWS_OF_A_GROUP:
        options.append(f"block_size {SMALL_BLOCK_BYTES}")
        connection.execute("set threads = 1")
        connection.execute(f"set disabled_compression_methods = {literal(TOO_SLOW_FOR_SMALL)}")
    names = _mart_names(connection)
    connection.execute(f"attach {literal(path)} as release ({', '.join(options)})")
    connection.execute("use release")
    connection.begin()
    connection.execute("create schema marts")
    for name in names:
        connection.execute(f"create table marts.{quote(name)} as from build.marts.{quote(name)}")
    marts = _columns(connection)
    _describe(connection, marts)
    connection.commit()
    return marts


def close_warehouse(connection: duckdb.DuckDBPyConnection) -> None:
    """Bring all to the file attached as `release` and let it go: nothing is left beside it."""
    connection.execute("checkpoint release")
    connection.execute("use memory")
    connection.execute("detach release")


def _most_rows(connection: duckdb.DuckDBPyConnection, schema: str | None = None) -> int:
    """Rows of the largest table of the build, of one schema or of all."""
    found = connection.execute(
        "select max(estimated_size) from duckdb_tables()"
        " where database_name = 'build' and schema_name = coalesce($1, schema_name)",
        [schema],
    ).fetchone()
    return (found and found[0]) or 0


def _mart_names(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """Marts of the build that dbt describes: the table of a model taken out of the project stays in the build."""
    rows = connection.execute(
        "select table_name from duckdb_tables() where database_name = 'build' and schema_name = 'marts' order by all"
    ).fetchall()
    described = {model["name"] for model in mart_models()}
    return [name for (name,) in rows if name in described]


def _columns(connection: duckdb.DuckDBPyConnection) -> dict[str, Columns]:
    """The columns of each mart of the release, by its name."""
    rows = connection.execute(
        "select table_name, column_name, data_type from duckdb_columns()"
        " where database_name = 'release' and schema_name = 'marts' order by table_name, column_index"
    ).fetchall()
    return {mart: {name: kind for _, name, kind in found} for mart, found in groupby(rows, key=itemgetter(0))}


def _describe(connection: duckdb.DuckDBPyConnection, marts: dict[str, Columns]) -> None:
    """Comments of marts and their columns, from the project, in one call: by dbt each is a statement, two look-ups and
    a template.
    """
    comments = []
    for mart, columns in marts.items():
        table, described = descriptions(mart)
        comments.append(f"comment on table marts.{quote(mart)} is {literal(table)}")
        comments += [
            f"comment on column marts.{quote(mart)}.{quote(column)} is {literal(described[column])}"
            for column in columns
            if column in described
        ]
    if comments:
        connection.execute(";".join(comments))
