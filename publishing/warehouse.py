"""warehouse.duckdb of a release: opened beside the build, filled with its marts, described, closed.

A small warehouse, every mart of which fits one row group, is written otherwise than DuckDB would by itself: by one
thread (a row group is the least that threads share), in small blocks (each column of a small table fills one), without
FSST (to try it on each column takes longer than all the rest of writing). A larger one is written as DuckDB does, and
only where it differs from the release before.
"""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import groupby
from operator import itemgetter
from pathlib import Path

import duckdb

from foundation.settings import STORAGE_VERSION, Settings
from publishing.checksum import Columns, literal, quote, table_fingerprint
from publishing.contract import descriptions, is_stamped
from publishing.parquet import ROWS_OF_A_GROUP
from publishing.query_folders import query_folder
from schemas.mart_contracts import mart_models, stored_order

SMALL_BLOCK_BYTES = 16_384
LARGE_BLOCK_BYTES = 262_144
"""DuckDB's own."""
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


def copy_marts(
    connection: duckdb.DuckDBPyConnection, path: Path, release_id: str, former: Path | None = None
) -> dict[str, Columns]:
    """Write the marts of the attached build with their comments to a new file, attached as `release`; their columns.

    A large warehouse begins as a copy of `former`, that of a release by the same program, where that reads and is not
    half empty: marts that are equal stay in it as they are. The connection looks for tables in the new file from now
    on.
    """
    names = _mart_names(connection)
    if _most_rows(connection, schema="marts") <= ROWS_OF_A_GROUP:
        connection.execute("set threads = 1")
        connection.execute(f"set disabled_compression_methods = {literal(TOO_SLOW_FOR_SMALL)}")
        _attach(connection, path, f"block_size {SMALL_BLOCK_BYTES}")
    elif former is not None and (equal := _begin_with(connection, former, path, names)) is not None:
        return _write(connection, [name for name in names if name not in equal], release_id)
    else:
        _attach(connection, path, f"block_size {LARGE_BLOCK_BYTES}")
    return _write(connection, names, release_id)


def _attach(connection: duckdb.DuckDBPyConnection, path: Path, *options: str) -> None:
    listed = ", ".join((f"storage_version {literal(STORAGE_VERSION)}", *options))
    connection.execute(f"attach {literal(path)} as release ({listed})")


def _begin_with(
    connection: duckdb.DuckDBPyConnection, former: Path, path: Path, names: list[str]
) -> frozenset[str] | None:
    """Attach a copy of the former warehouse, without what is to be written anew; the marts that stay in it.

    What stays is told by its content, of the build and of the copy, whatever a manifest says. None where nothing may:
    the copy cannot be made or read, has other blocks, is half empty of what was replaced in it before, or holds more
    than marts.
    """
    try:
        subprocess.run(["cp", "--reflink=auto", str(former), str(path)], check=True, capture_output=True)
        _attach(connection, path)
        equal = _equal_marts(connection, names) if _is_worth_keeping(connection) else None
    except (OSError, subprocess.CalledProcessError, duckdb.Error):
        equal = None
    if equal is None:
        connection.execute("detach database if exists release")
        for left in (path, path.with_name(f"{path.name}.wal")):
            left.unlink(missing_ok=True)
    return equal


def _is_worth_keeping(connection: duckdb.DuckDBPyConnection) -> bool:
    """Whether a former warehouse has the blocks of a large one, most of them in use, and nothing but marts."""
    found = connection.execute(
        """
        select block_size = $1 and free_blocks * 2 <= total_blocks
            and not exists (select 1 from duckdb_views() where database_name = 'release' and not internal)
            and not exists (select 1 from duckdb_tables() where database_name = 'release' and schema_name <> 'marts')
        from pragma_database_size() where database_name = 'release'
        """,
        [LARGE_BLOCK_BYTES],
    ).fetchone()
    return found == (True,)


def _equal_marts(connection: duckdb.DuckDBPyConnection, names: list[str]) -> frozenset[str]:
    """Marts that stand in the release as in the build; the others are dropped, and those that name their release."""
    rows = connection.execute(
        "select table_name from duckdb_tables() where database_name = 'release' and schema_name = 'marts'"
    ).fetchall()
    standing = {name for (name,) in rows}
    equal = frozenset(
        name
        for name in standing.intersection(names)
        if not is_stamped(name)
        and table_fingerprint(connection, f"release.marts.{quote(name)}")
        == table_fingerprint(connection, f"build.marts.{quote(name)}")
    )
    for name in standing - equal:
        connection.execute(f"drop table release.marts.{quote(name)}")
    return equal


def _write(connection: duckdb.DuckDBPyConnection, names: list[str], release_id: str) -> dict[str, Columns]:
    """Copy and describe these marts; the columns of all that stand in the release then.

    A mart of the build may stand since an earlier release: it is of this one now. Its rows lie in the order in which
    they are asked for, which is total: equal content is stored alike, whoever built it.
    """
    connection.execute("use release")
    connection.begin()
    connection.execute("create schema if not exists marts")
    for name in names:
        columns = f"* replace ({literal(release_id)} as release_id)" if is_stamped(name) else "*"
        order = ", ".join(map(quote, stored_order(name)))
        connection.execute(
            f"create table marts.{quote(name)} as select {columns} from build.marts.{quote(name)} order by {order}"
        )
    marts = _columns(connection)
    _describe(connection, {name: marts[name] for name in names})
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
