"""What became of files: all that a refresh says of each and all that the build then holds of it."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb
from python_calamine import CalamineWorkbook

from foundation.settings import Settings
from ingestion.report.file_report import FileReport
from ingestion.store.hold import Question
from ingestion.store.tables import build_connection
from schemas.kinds import KINDS

Fate = dict[str, Any]
"""By what tells it (the report, the protocol, a table of the build) what is told."""
OF_THE_MOMENT = frozenset(
    {"load_sequence", "received_at", "loaded_at", "size_bytes", "container_sha256", "rows_changed"}
)
"""Columns that are of a file's place among the others, or of its bytes, and not of what it says."""
REPLACED = re.compile("заменяет загруженное раньше|» было .+, стало ")
"""Messages on earlier rows that a file replaces, which a file alone has not."""
OF_FILES = ("received", "load", "reject", "ignored", "load_scope")
TABLES = (*(f"journal.{name}" for name in OF_FILES), *(f"raw.{kind}" for kind in KINDS))


def fates(settings: Settings, reports: Iterable[FileReport]) -> dict[str, Fate]:
    """The fates of the files of a build by their hashes, told so that files of one content tell the same."""
    found: dict[str, Fate] = defaultdict(dict)
    for report in reports:
        told = report.as_dict()
        protocol = told.pop("protocol")
        told["rows_put"] = sum(told.pop(f"rows_{one}") for one in ("new", "changed", "same"))
        told.pop("rows_withdrawn")
        told["messages"] = [text for text in told["messages"] if not REPLACED.search(text)]
        found[told.pop("sha256")] |= {"report": told, "protocol": protocol and _sheets(Path(protocol))}
    with build_connection(settings) as connection:
        for table in TABLES:
            _add(found, table, connection.sql(f"select * from {table}"))
        _add(found, "held", _held_rows(connection))
    return {
        sha256: {part: _without_bytes(told, sha256) for part, told in fate.items()} for sha256, fate in found.items()
    }


def only_change(here: Any, alone: Any) -> str:
    """Of two lists of rows those that stand in one of them, of two mappings the values that differ."""
    if isinstance(here, dict) and isinstance(alone, dict):
        return "; ".join(
            f"{name}: {only_change(here.get(name), alone.get(name))}"
            for name in {**here, **alone}
            if here.get(name) != alone.get(name)
        )
    if isinstance(here, tuple) and isinstance(alone, tuple):
        here, alone = (
            [one for one in here if one not in alone],
            [one for one in alone if one not in here],
        )
    return f"{here} and not {alone}"


def _sheets(protocol: Path) -> dict[str, list[list[Any]]]:
    book = CalamineWorkbook.from_path(str(protocol))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def _held_rows(connection: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyRelation:
    """Held rows, each with what it asks: a number, a kind and a spelling come from whoever asked first."""
    asked = ", ".join(f"{column} := name.{column}" for column in Question._fields)
    return connection.sql(
        "select held.* exclude (held_id), name.status as question_status, name.municipality_key, name.candidates,"
        f" struct_pack({asked}) as question"
        " from journal.held_row as held join journal.held_name as name using (held_id)"
    )


def _add(found: Mapping[str, Fate], part: str, relation: duckdb.DuckDBPyRelation) -> None:
    """Rows of a relation to the fates of their files; the order of rows in a table says nothing."""
    names = relation.columns
    kept = [at for at, name in enumerate(names) if name not in OF_THE_MOMENT]
    of_file = names.index("file_sha256")
    rows: dict[str, list[tuple[Any, ...]]] = defaultdict(list)
    for row in relation.fetchall():
        rows[row[of_file]].append(tuple(_folded(row[at]) for at in kept))
    for sha256, lines in rows.items():
        found[sha256][part] = sorted(lines, key=repr)


def _folded(value: Any) -> Any:
    """A question in the form in which questions are one."""
    return Question(**value).group if isinstance(value, dict) else value


def _without_bytes(told: Any, sha256: str) -> Any:
    if isinstance(told, str):
        return told.replace(sha256, "<file>")
    if isinstance(told, dict):
        return {name: _without_bytes(one, sha256) for name, one in told.items()}
    return tuple(_without_bytes(one, sha256) for one in told) if isinstance(told, Sequence) else told
