"""The nodes of the dbt project as its manifest tells of them: what each is made of, and what a refresh tells it.

A refresh speaks to its build through one macro, `build_parameter`: release, day that counts as today, code, time zone.
Which of them a node hears is found by the calls in its text and in that of every macro they call, whether or not they
come to be made: a node that hears too much is built once too often, one that hears too little would be left wrong.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from ingestion.store.numbered_tables import PARTITIONED, SHARED_TABLE_NAMES
from publishing.fingerprints import Table

PARAMETER = re.compile(r"build_parameter\(\s*['\"](\w+)['\"]\s*\)")
MOMENT = "MOMENT"
"""What a node that asks when it runs hears: no two refreshes have the same."""
WRITTEN_LATER = frozenset({"RELEASE_ID"})
"""What publishing writes into the marts that stand (publishing.contract.is_stamped)."""
ASKS = {
    MOMENT: re.compile(r"\b(run_started_at|invocation_id)\b"),
    "STANDING": re.compile(r"\b(run_query|is_incremental|statement|load_relation)\b"),
}
"""What a node asks beside parameters: when it runs, and what stands in the build while it is rendered."""
PLAIN: Mapping[str, object] = {
    "fail_calc": "count(*)", "warn_if": "!= 0", "error_if": "!= 0", "limit": None, "pre-hook": [], "post-hook": [],
}  # fmt: skip
"""Configuration under which a node is nothing but its SQL."""
CALLED = re.compile(r"(\w+)\s*\(|\bdispatch\(\s*['\"](\w+)['\"]")


@dataclass(frozen=True)
class Node:
    """A model, a test or a source."""

    unique_id: str
    parents: tuple[str, ...]
    materialized: str
    table: Table | None
    """None for what stands nowhere in the build."""
    asks: frozenset[str]
    """The parameters it hears, and what else it asks while it is rendered."""
    is_plain: bool = True
    """False for a check that is judged otherwise than by whether it finds a row."""

    @property
    def parameters(self) -> frozenset[str]:
        """What its content depends on beside its parents."""
        return self.asks - WRITTEN_LATER

    @property
    def is_rendered_alike(self) -> bool:
        """Whether dbt renders the same SQL for it every time, as long as the code is the same."""
        return not self.asks and self.is_plain and self.materialized in {"table", "test"}

    @property
    def holds_rows(self) -> bool:
        """A table, and not a view or a check, which are what their parents are."""
        return self.table is not None and self.materialized != "view"

    @property
    def is_source(self) -> bool:
        """What others write: it is as it is."""
        return self.materialized == "source"


class Graph:
    """The nodes by unique_id, from the manifest as parsed from JSON."""

    def __init__(self, manifest: Mapping[str, Any]) -> None:
        self._manifest = manifest

    @cached_property
    def nodes(self) -> dict[str, Node]:
        """Every node that is built and every source, in no order."""
        heard = self._heard_by_macros()
        return {node.unique_id: node for node in (*self._sources(), *self._built(heard))}

    def _sources(self) -> Iterator[Node]:
        for key, source in self._manifest["sources"].items():
            yield Node(key, (), "source", _source_table(source["schema"], source["identifier"]), frozenset())

    def _built(self, heard: Mapping[str, frozenset[str]]) -> Iterator[Node]:
        for key, node in self._manifest["nodes"].items():
            kind = node["config"]["materialized"]
            yield Node(
                key,
                tuple(sorted(node["depends_on"]["nodes"])),
                kind,
                None if kind == "test" else Table(node["schema"], node["alias"]),
                _heard_in(_text(node), heard),
                all(node["config"].get(name, usual) == usual for name, usual in PLAIN.items()),
            )

    def _heard_by_macros(self) -> dict[str, frozenset[str]]:
        """Parameters by the name of the macro, whatever its macros' macros ask among them."""
        texts: dict[str, str] = {}
        for key, macro in self._manifest["macros"].items():
            if key.startswith("macro.vitrina."):
                for name in {macro["name"], macro["name"].rpartition("__")[2]}:  # spark__today is meant by today
                    texts[name] = texts.get(name, "") + macro["macro_sql"]
        heard = {name: _asked(text) for name, text in texts.items() if name != "build_parameter"}
        called = {name: _called(text) & heard.keys() for name, text in texts.items()}
        while True:
            further = {name: asked.union(*(heard[other] for other in called[name])) for name, asked in heard.items()}
            if further == heard:
                return heard
            heard = further


def _asked(text: str) -> frozenset[str]:
    asks = {name for name, pattern in ASKS.items() if pattern.search(text)}
    return frozenset(PARAMETER.findall(text)) | asks


def _heard_in(text: str, heard: Mapping[str, frozenset[str]]) -> frozenset[str]:
    return _asked(text).union(*(heard[name] for name in _called(text) & heard.keys()))


def _called(text: str) -> set[str]:
    return {name for names in CALLED.findall(text) for name in names if name}


def _text(node: Mapping[str, Any]) -> str:
    """All that is rendered for a node: its code, its configuration, the arguments of a test."""
    told = json.dumps([node["config"], node.get("test_metadata")], ensure_ascii=False)
    return f"{node.get('raw_code') or ''} {told}"


def _source_table(schema: str, name: str) -> Table:
    """A kind of millions of rows is known by the revisions of its months, and not looked at row by row."""
    partitioned = {kind.code for kind in PARTITIONED}
    if name not in partitioned:
        return Table(schema, name)
    parts = [f"select month::varchar, revision::varchar from journal.partition where kind = '{name}'"]
    if schema != "bulk":  # the view shows texts where the table has numbers
        parts += [f"select '{table}', hash(held)::varchar from bulk.{table} as held" for table in SHARED_TABLE_NAMES]
    return Table(schema, name, " union all ".join(parts))
