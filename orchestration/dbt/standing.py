"""Which nodes of a build stand as they are: nothing that they are made of has changed since they were made.

A node has a key: the parameters it hears, the fingerprints of its parents. A table with the same key as when it was
made stands, and a check with the same key as when it passed; a view holds what its parents hold; other code makes all
anew. What was found is written at the end of the build: one that was cut short leaves a record that is not whole, and
every table is then compared with its fingerprint before anything is believed.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import duckdb

from orchestration.dbt.graph import Graph, Node
from publishing.fingerprints import Table, changed_behind, fingerprints, forget, prepare_records, view_fingerprint

PASSED = frozenset({"success", "pass"})


@dataclass(frozen=True)
class Made:
    """What is known of a node: its key when it was made, its fingerprint then, how it ended, the SQL that dbt ran."""

    key: str
    fingerprint: str
    status: str
    rendered: str | None


@dataclass
class Standing:
    """What stands of a build and what it is made of; opened before the first node and closed after the last."""

    graph: Graph
    parameters: Mapping[str, str]
    code: str
    trusts: bool = True
    """False where all is to be built."""
    made_anew: list[str] = field(default_factory=list)
    """Tables that did not hold what their fingerprints said, in order."""
    _former: dict[str, Made] = field(default_factory=dict)
    _now: dict[str, Made] = field(default_factory=dict)
    _asked: set[str] = field(default_factory=set)
    _fingerprints: dict[str, str] = field(default_factory=dict)

    def open(self, connection: duckdb.DuckDBPyConnection) -> None:
        """Read what stands, and compare it with the tables; take the fingerprints of what others wrote."""
        prepare_records(connection)
        state = connection.execute("select is_whole, code from fingerprint.state").fetchall()
        if not self.trusts or [code for _, code in state] != [self.code]:
            # Of tables that are built anew, by other rules or for a project that has them no longer, nothing is asked.
            connection.execute("delete from fingerprint.node")
        self._forget_what_changed_behind(connection, every=[whole for whole, _ in state] != [True])
        self._write_state(connection, is_whole=False)
        rows = connection.execute(
            "select unique_id, key, fingerprint, status, rendered from fingerprint.node"
        ).fetchall()
        self._former = {unique_id: Made(*values) for unique_id, *values in rows}
        self._drop_what_nobody_vouches_for(connection)
        sources = {node.table: node.unique_id for node in self.graph.nodes.values() if node.is_source and node.table}
        found = fingerprints(connection, _there(connection, sources))
        self._fingerprints = {unique_id: found.get(table, "none") for table, unique_id in sources.items()}

    def _forget_what_changed_behind(self, connection: duckdb.DuckDBPyConnection, *, every: bool) -> None:
        changed = changed_behind(connection, every=every)
        forget(connection, changed)
        for unique_id in changed:
            node = self.graph.nodes.get(unique_id)
            if node is not None and node.table is not None:
                self.made_anew.append(node.table.name)

    def _drop_what_nobody_vouches_for(self, connection: duckdb.DuckDBPyConnection) -> None:
        """A model that adds to what stands would add to what may be wrong; the others are replaced whole."""
        for node in self.graph.nodes.values():
            if node.materialized == "incremental" and node.table is not None and node.unique_id not in self._former:
                connection.execute(f"drop table if exists {node.table.relation} cascade")

    def stands(self, unique_id: str) -> bool:
        """Whether a node need not be built; remembers that it stands."""
        self._asked.add(unique_id)
        node = self.graph.nodes.get(unique_id)
        former = self._former.get(unique_id)
        if node is None or former is None or former.key != self._key(node):
            return False
        self._now[unique_id] = former
        self._fingerprints[unique_id] = former.fingerprint if node.holds_rows else self._content_of_parents(node)
        return True

    def rendered(self, unique_id: str) -> str | None:
        """The SQL that dbt would render for a table or a check, where the same code has rendered it before."""
        former = self._former.get(unique_id)
        return former.rendered if former else None

    def built(
        self, unique_id: str, status: str, connection: duckdb.DuckDBPyConnection, rendered: str | None = None
    ) -> None:
        """Remember what a node holds now that it was built, or that a check passed; nothing of one that failed."""
        node = self.graph.nodes.get(unique_id)
        if node is None or status not in PASSED:
            return
        key = self._key(node)
        content = self._content_of_parents(node)
        held = content
        if node.table is not None and node.holds_rows:
            content = held = fingerprints(connection, [node.table])[node.table]
        elif node.table is not None:
            held = view_fingerprint(connection, node.table)
        self._now[unique_id] = Made(key, held, status, rendered if node.is_rendered_alike else None)
        self._fingerprints[unique_id] = content

    def close(self, connection: duckdb.DuckDBPyConnection) -> None:
        """Write what is known of every node that stands or was built, and was known of those not come to."""
        untouched = {
            unique_id: made
            for unique_id, made in self._former.items()
            if unique_id in self.graph.nodes and unique_id not in self._asked
        }
        known = sorted((untouched | self._now).items())
        rows = [_row(self.graph.nodes[unique_id], made) for unique_id, made in known]
        connection.execute("begin transaction")
        connection.execute("delete from fingerprint.node")
        # Columns and not rows: DuckDB plans every statement of an executemany anew.
        columns = list(zip(*rows, strict=True)) or [()] * 7
        connection.execute(
            f"insert into fingerprint.node select {', '.join(['unnest(?::varchar[])'] * len(columns))}",
            [list(column) for column in columns],
        )
        self._write_state(connection, is_whole=True)
        connection.execute("commit")

    def _write_state(self, connection: duckdb.DuckDBPyConnection, *, is_whole: bool) -> None:
        connection.execute("delete from fingerprint.state")
        connection.execute("insert into fingerprint.state values (?, ?)", [is_whole, self.code])

    def _key(self, node: Node) -> str:
        """What decides whether a node is made again; the text of a view says nothing of the rows it will show."""
        return _digest(self._told(node)) if node.materialized == "view" else self._content_of_parents(node)

    def _content_of_parents(self, node: Node) -> str:
        return _digest([self._told(node), [(parent, self._fingerprints[parent]) for parent in node.parents]])

    def _told(self, node: Node) -> dict[str, str]:
        return {name: self.parameters.get(name, "") for name in sorted(node.parameters)}


def _digest(of: object) -> str:
    return hashlib.sha256(json.dumps(of).encode()).hexdigest()


def _row(node: Node, made: Made) -> list[str | None]:
    place = (node.table.schema, node.table.name) if node.table else (None, None)
    return [node.unique_id, made.key, made.fingerprint, *place, made.status, made.rendered]


def _there(connection: duckdb.DuckDBPyConnection, tables: Iterable[Table]) -> list[Table]:
    """Those that exist; a kind's schema is made by the first file."""
    rows = connection.execute("select table_schema, table_name from information_schema.tables").fetchall()
    standing = set(rows)
    return [table for table in tables if (table.schema, table.name) in standing]
