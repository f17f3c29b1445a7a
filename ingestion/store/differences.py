"""What a newly loaded file changes against what was active before it (design.md section 4, load)."""

from dataclasses import dataclass

import duckdb

from ingestion.store.tables import value_columns
from schemas.kinds import Kind

EXAMPLES = 5


@dataclass(frozen=True)
class Differences:
    """Rows of the new file against the active ones: new, changed, same; withdrawn are those it leaves out."""

    rows_new: int
    rows_changed: int
    rows_same: int
    rows_withdrawn: int
    examples: tuple[str, ...]


def differences(connection: duckdb.DuckDBPyConnection, kind: Kind, sequence: int) -> Differences:
    """Compare the rows of one load with what was active just before it."""
    values = value_columns(kind)
    differs = " or ".join(f'incoming."{name}" is distinct from former."{name}"' for name in values) or "false"
    active = _active_before(kind, sequence)
    found = connection.execute(
        f"with former as materialized ({active})"
        " select count(*) filter (former.row_key is null),"
        f" count(*) filter (former.row_key is not null and ({differs})),"
        f" count(*) filter (former.row_key is not null and not ({differs})),"
        " (select count(*) from former as left_out where left_out.scope_key in"
        " (select scope_key from journal.load_scope where load_sequence = $sequence) and left_out.row_key not in"
        f" (select row_key from raw.{kind.code} where load_sequence = $sequence))"
        f" from raw.{kind.code} as incoming left join former on former.row_key = incoming.row_key"
        " where incoming.load_sequence = $sequence",
        {"sequence": sequence},
    ).fetchone()
    assert found is not None
    new, changed, same, withdrawn = found
    examples = _examples(connection, kind, sequence, values, active, differs) if changed else []
    return Differences(new, changed, same, withdrawn, tuple(examples))


def _active_before(kind: Kind, sequence: int) -> str:
    """The rows that were active before a load: latest of their key and not withdrawn by a later file's scope."""
    return (
        f"select row_data.* from raw.{kind.code} as row_data"
        f" join (select row_key, max(load_sequence) as latest from raw.{kind.code}"
        f" where load_sequence < {sequence} group by row_key) as newest"
        " on newest.row_key = row_data.row_key and newest.latest = row_data.load_sequence"
        " where not exists (select 1 from journal.load_scope as scope where scope.scope_key = row_data.scope_key"
        f" and scope.load_sequence > row_data.load_sequence and scope.load_sequence < {sequence})"
    )


def _examples(
    connection: duckdb.DuckDBPyConnection, kind: Kind, sequence: int, values: list[str], active: str, differs: str
) -> list[str]:
    """The first changes in words: which row, which column, what it was and what it is."""
    if kind.is_personal:
        return []
    pairs = ", ".join(f'former."{name}"::text, incoming."{name}"::text' for name in values)
    rows = connection.execute(
        f"with former as ({active}) select incoming.sheet, incoming.source_row, {pairs}"
        f" from raw.{kind.code} as incoming"
        f" join former on former.row_key = incoming.row_key where incoming.load_sequence = {sequence} and ({differs})"
        f" order by incoming.source_row limit {EXAMPLES}"
    ).fetchall()
    titles = [kind.model.columns[name].title for name in values if name in kind.model.columns]
    return [
        f"лист «{row[0]}», строка {row[1]}: «{title}» было {_shown(row[2 + 2 * at])}, стало {_shown(row[3 + 2 * at])}"
        for row in rows
        for at, title in enumerate(titles)
        if row[2 + 2 * at] != row[3 + 2 * at]
    ][:EXAMPLES]


def _shown(value: str | None) -> str:
    return "пусто" if value is None else value
