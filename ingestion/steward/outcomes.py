"""What decisions did to the source rows of their questions."""

from collections.abc import Iterable
from dataclasses import dataclass

import duckdb

PLACE = "(file_sha256, sheet, source_row)"


@dataclass(frozen=True)
class Outcome:
    """What became of the source rows of a decided question, and how many rows of the same name still wait."""

    loaded: int = 0
    rejected: int = 0
    waiting: int = 0
    of_same_name: int = 0


def outcomes(connection: duckdb.DuckDBPyConnection, numbers: Iterable[int]) -> dict[int, Outcome]:
    """Count what decisions did; a row that names several organisations may still wait for another of them."""
    connection.execute(
        "create or replace temp table decided as select distinct held_id, kind, file_sha256, sheet, source_row"
        " from journal.held_row where held_id in (select unnest(?::bigint[]))",
        [list(numbers)],
    )
    kinds = [kind for (kind,) in connection.execute("select distinct kind from decided").fetchall()]
    # Without kinds nothing is decided, and an empty union would be no query.
    standing = " union ".join(
        f"select file_sha256, sheet, source_row from raw.{kind} where file_sha256 in (select file_sha256 from decided)"
        for kind in kinds
    )
    loaded = f"{PLACE} in ({standing})" if standing else "false"
    waiting = f"{PLACE} in (select {PLACE} from journal.held_row where status = 'pending')"
    rows = connection.execute(
        f"select held_id, count(*), count(*) filter ({waiting}), count(*) filter (not {waiting} and {loaded})"
        " from decided group by held_id"
    ).fetchall()
    same = dict(_of_same_name(connection))
    return {
        held_id: Outcome(taken, every - still - taken, still, same.get(held_id, 0))
        for held_id, every, still, taken in rows
    }


def _of_same_name(connection: duckdb.DuckDBPyConnection) -> list[tuple[int, int]]:
    """Of each question that one row asked alone: the other waiting rows of its name, place and sender."""
    return connection.execute(
        "select answered.held_id, count(distinct (held.file_sha256, held.sheet, held.source_row))"
        " from journal.held_row as held join journal.held_name as question using (held_id)"
        " join journal.held_name as answered on answered.source_row is not null and question.name = answered.name"
        " and question.municipality is not distinct from answered.municipality"
        " and question.region is not distinct from answered.region"
        " and question.sender is not distinct from answered.sender"
        " where held.status = 'pending' and answered.held_id in (select held_id from decided)"
        " and not exists (select 1 from decided where decided.held_id = answered.held_id"
        "   and decided.file_sha256 = held.file_sha256 and decided.sheet = held.sheet"
        "   and decided.source_row = held.source_row)"
        " group by answered.held_id"
    ).fetchall()
