"""Which of the files that came since the last release a failed check leads to.

The rows that break a check name what they are about: a row, a file, an organisation, a place. A file that came since
and speaks of the same is a suspect. Where the rows name nothing of the kind, or a model could not be made at all, the
suspects are the new files of the kinds that the model is made of.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from foundation.settings import Settings
from ingestion.store.receipts import Receipt
from ingestion.store.since import since_the_copy
from ingestion.store.tables import build_connection, raw_columns
from orchestration.dbt.build import FAILED
from orchestration.dbt.project import build_folder
from publishing.conservation import conservation
from schemas.kinds import KINDS

NAMING = ("row_id", "row_key", "file_sha256", "organisation_id", "entity_id", "municipality_key", "territory_key")
"""Columns of raw tables whose values name one thing wherever they stand."""
ROWS_LOOKED_AT = 10_000
DATA_ERROR = re.compile("(Conversion|Constraint|Invalid Input|Out of Range) Error")
RAW = "source.vitrina.raw."


@dataclass(frozen=True)
class NewFile:
    """A loaded part of a file that came since the last release."""

    sha256: str
    name: str
    kind: str


def suspects(settings: Settings) -> list[NewFile]:
    """Those of the new files that the failed checks of the last build lead to; none when they lead to none."""
    with build_connection(settings, read_only=True) as connection:
        new = _new_files(settings, connection)
        broken = {found.file_name for found in conservation(connection)} if new else set()
        if broken:
            return [file for file in new if file.name in broken]
        failed = _failed(build_folder(settings)) if new else []
        found = {file for result in failed for file in _led_to(connection, result, new)}
        return [file for file in new if file in found]


def _new_files(settings: Settings, connection: duckdb.DuckDBPyConnection) -> list[NewFile]:
    hashes = [entry.member.sha256 for entry in since_the_copy(settings) if isinstance(entry, Receipt)]
    rows = connection.execute(
        "select distinct file_sha256, original_name, kind from journal.load where outcome = 'loaded'"
        " and (file_sha256 in (select unnest(?::text[])) or container_sha256 in (select unnest(?::text[])))"
        " order by all",
        [hashes, hashes],
    ).fetchall()
    return [NewFile(*row) for row in rows]


@dataclass(frozen=True)
class _Result:
    """A failed node of the build: its SQL where it is a test, and the kinds it is made of."""

    sql: str | None
    kinds: frozenset[str]


def _failed(target: Path) -> list[_Result]:
    try:
        results = json.loads((target / "run_results.json").read_text(encoding="utf-8"))["results"]
        parents = json.loads((target.parent / "manifest.json").read_text(encoding="utf-8"))["parent_map"]
    except (FileNotFoundError, ValueError):
        return []
    return [
        _Result(
            result.get("compiled_code") if result["unique_id"].startswith("test.") else None,
            frozenset(_kinds_above(result["unique_id"], parents)),
        )
        for result in results
        if result["status"] in FAILED and _is_about_data(result)
    ]


def _is_about_data(result: dict[str, Any]) -> bool:
    """A full disk or want of memory fails a model as well, and no file is to blame for it."""
    return result["status"] == "fail" or DATA_ERROR.search(result.get("message") or "") is not None


def _kinds_above(node: str, parents: dict[str, list[str]]) -> Iterator[str]:
    seen, ahead = {node}, [node]
    while ahead:
        for parent in parents.get(ahead.pop(), ()):
            if parent not in seen:
                seen.add(parent)
                ahead.append(parent)
                if parent.startswith(RAW):
                    yield parent.removeprefix(RAW)


def _led_to(connection: duckdb.DuckDBPyConnection, result: _Result, new: list[NewFile]) -> list[NewFile]:
    of_kinds = [file for file in new if file.kind in result.kinds]
    named = _named(connection, result.sql) if result.sql else []
    found = [file for file in of_kinds if _speaks_of(connection, file, named)] if named else []
    return found or of_kinds


def _named(connection: duckdb.DuckDBPyConnection, sql: str) -> list[str]:
    """Every text in the rows that a test finds; the test may rest on tables that are no longer there."""
    try:
        rows: list[tuple[Any, ...]] = connection.execute(sql).fetchmany(ROWS_LOOKED_AT)
    except duckdb.Error:
        return []
    return sorted({value for row in rows for value in row if isinstance(value, str)})


def _speaks_of(connection: duckdb.DuckDBPyConnection, file: NewFile, named: list[str]) -> bool:
    columns = [name for name in NAMING if name in raw_columns(KINDS[file.kind])]
    tests = " or ".join(f"{column} in (select unnest($named::text[]))" for column in columns)
    query = f"select 1 from raw.{file.kind} where file_sha256 = $sha256 and ({tests}) limit 1"
    return connection.execute(query, {"named": named, "sha256": file.sha256}).fetchone() is not None
