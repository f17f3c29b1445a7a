"""What each table of a build holds, as fingerprints: the same for the same rows in any order.

Schema `fingerprint` of the build file: `node` (unique_id of dbt, key, fingerprint, schema_name, table_name,
status, rendered) and `state` (is_whole, code). A refresh builds what a changed fingerprint leads to
(orchestration/dbt/standing.py); the gate takes those of the marts anew.
"""

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import duckdb

from publishing.checksum import quote
from publishing.conservation import tables_of
from publishing.contract import is_stamped

RECORDS = {
    "node": "unique_id varchar, key varchar, fingerprint varchar, schema_name varchar, table_name varchar,"
    " status varchar, rendered varchar",
    "state": "is_whole boolean, code varchar",
}
CELLS_SEEN_EVERY_NIGHT = 2_000_000
"""Tables of at most so many cells are compared with their fingerprints every night."""
SHARE_OF_LARGER = 0.1
HASH = "hash(hash(held))"
_SELECTED = "rtrim(substr(sql, strpos(sql, ' AS ') + 4), chr(10) || ';')"
TEXT_OF_VIEW = f"md5(json_deserialize_sql(json_serialize_sql({_SELECTED})))"
"""Of what a view selects, parsed and written again: reopened, DuckDB tells it otherwise (findings/)."""
AT_ONCE = 40
"""Tables asked in one statement: a statement for each would cost more than the hashing."""


@dataclass(frozen=True)
class Table:
    """A table of the build; `rows` is a query of what it is known by, where that is not its own content."""

    schema: str
    name: str
    rows: str | None = None

    @property
    def relation(self) -> str:
        """As SQL names it."""
        return f"{quote(self.schema)}.{quote(self.name)}"

    @property
    def source(self) -> str:
        """What its fingerprint is taken of: the release that a mart belongs to is written when it is published."""
        if self.rows:
            return f"({self.rows})"
        is_of_a_release = self.schema == "marts" and is_stamped(self.name)
        return f"(select * exclude (release_id) from {self.relation})" if is_of_a_release else self.relation


def prepare_records(connection: duckdb.DuckDBPyConnection) -> None:
    """Make the tables of records; those that another version has made otherwise are made anew and know nothing."""
    connection.execute("create schema if not exists fingerprint")
    for name, columns in RECORDS.items():
        connection.execute(f"create table if not exists fingerprint.{name} ({columns})")
        described = connection.execute(f"describe fingerprint.{name}").fetchall()
        if ", ".join(f"{column} {dtype.lower()}" for column, dtype, *_ in described) != columns:
            connection.execute(f"create or replace table fingerprint.{name} ({columns})")


def fingerprints(connection: duckdb.DuckDBPyConnection, tables: Sequence[Table]) -> dict[Table, str]:
    """The fingerprint of each table; raises duckdb.CatalogException for one that is not there.

    A sum beside an exclusive or: the latter alone would not notice a row that appears twice.
    The hash of a row is hashed once more, or values exchanged between two rows could leave both as they were.
    """
    found: dict[Table, str] = {}
    for first in range(0, len(tables), AT_ONCE):
        asked = tables[first : first + AT_ONCE]
        rows = connection.execute(
            " union all ".join(
                f"select {number} as number, count(*), coalesce(sum({HASH}), 0), coalesce(bit_xor({HASH}), 0)"
                f" from {table.source} as held"
                for number, table in enumerate(asked)
            )
        ).fetchall()
        found |= {asked[number]: f"{count}-{total:x}-{parity:x}" for number, count, total, parity in rows}
    return found


def view_fingerprint(connection: duckdb.DuckDBPyConnection, view: Table) -> str:
    """The fingerprint of a view: of its text, whatever rows it shows."""
    ((found,),) = connection.execute(
        f"select {TEXT_OF_VIEW} from duckdb_views() where (schema_name, view_name) = (?, ?)", [view.schema, view.name]
    ).fetchall()
    return str(found)


def changed_behind(
    connection: duckdb.DuckDBPyConnection, *, every: bool, chance: random.Random | None = None
) -> list[str]:
    """The unique_id of each recorded table or view that is gone or does not hold what its fingerprint says.

    Every small table is looked at and a random tenth of the larger; all of them where `every` is asked.
    """
    chance = chance or random.Random()
    recorded = connection.execute(
        "with standing as ("
        " select schema_name, table_name, estimated_size * column_count as cells, null as text from duckdb_tables()"
        f" union all select schema_name, view_name, null, {TEXT_OF_VIEW} from duckdb_views() where not internal"
        ") select unique_id, fingerprint, schema_name, table_name, cells,"
        " cells is null and text is distinct from fingerprint"
        " from fingerprint.node left join standing using (schema_name, table_name)"
        " where node.table_name is not null order by all"
    ).fetchall()
    looked_at = {
        Table(schema, name): (unique_id, fingerprint)
        for unique_id, fingerprint, schema, name, cells, _ in recorded
        if cells is not None and (every or cells <= CELLS_SEEN_EVERY_NIGHT or chance.random() < SHARE_OF_LARGER)
    }
    held = fingerprints(connection, list(looked_at))
    other = [unique_id for unique_id, *_, is_gone_or_other_view in recorded if is_gone_or_other_view]
    return other + [unique_id for table, (unique_id, said) in looked_at.items() if held[table] != said]


def mart_changed_behind(connection: duckdb.DuckDBPyConnection) -> str | None:
    """The first mart that does not hold what was built, by its name; None also of a build without records."""
    if ("fingerprint", "node") not in tables_of(connection):
        return None
    recorded = connection.execute(
        "select table_name, fingerprint from fingerprint.node where schema_name = 'marts' order by all"
    ).fetchall()
    held = fingerprints(connection, [Table("marts", name) for name, _ in recorded])
    return next((name for name, said in recorded if held[Table("marts", name)] != said), None)


def forget(connection: duckdb.DuckDBPyConnection, unique_ids: Iterable[str]) -> None:
    """Remove records: what they tell of is built anew."""
    connection.execute(
        "delete from fingerprint.node where unique_id in (select unnest(?::varchar[]))", [list(unique_ids)]
    )
