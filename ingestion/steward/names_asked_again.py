"""Rows found by their name, asked again when the registry has another organisation of it, or the rules are others.

So it makes no difference whether a file came before a registry, or a new version of the program, or after it. The log
of activity is read as a stream and keeps no words: what its rows were matched to stays.
"""

import duckdb

from ingestion.match import rules
from ingestion.match.organisations import OrganisationIndex, Query
from ingestion.match.registry import registry_version
from ingestion.steward.later_files import AliasRow, AliasRows
from ingestion.steward.settle import move_counts, tell_period_and_system
from ingestion.steward.waiting_again import counted, hold_again
from ingestion.store.tables import transaction
from schemas.kinds import KINDS

WORDS = "words.name, words.municipality, words.region, load.sender, words.organisation_id"
OF_OTHERS = (
    "from journal.name_row as words join journal.load as load using (load_sequence)"
    " where words.registry is distinct from $registry or words.rules is distinct from $rules"
)
"""Words that were last asked of another registry, or by other rules; a build of an earlier version says no rules."""


def ask_names_again(connection: duckdb.DuckDBPyConnection, index: OrganisationIndex) -> None:
    """Hold the rows whose name today's registry and rules give to another organisation, or may give to several."""
    asked_of = {"registry": registry_version(connection), "rules": rules.rules_digest()}
    found = connection.execute(f"select distinct {WORDS} {OF_OTHERS}", asked_of).fetchall()
    if not found:
        return
    doubtful = {words for words in found if not _still_means(index, *words)}
    with transaction(connection):
        if doubtful:
            _hold(connection, doubtful, asked_of)
        connection.execute("update journal.name_row set registry = $registry, rules = $rules", asked_of)


def _still_means(
    index: OrganisationIndex, name: str, municipality: str | None, region: str | None, sender: str | None, found: str
) -> bool:
    match = index.match(Query(None, None, None, name, municipality, region, sender))
    return match.organisation is not None and match.organisation.organisation_id == found


def _hold(
    connection: duckdb.DuckDBPyConnection, doubtful: set[tuple[str | None, ...]], asked_of: dict[str, str]
) -> None:
    listed = f"words.kind, words.load_sequence, words.sheet, words.source_row, words.system_text, {WORDS}"
    rows: AliasRows = {}
    for kind, sequence, sheet, source_row, system, *words in connection.execute(
        f"select {listed} {OF_OTHERS} order by all", asked_of
    ).fetchall():
        if tuple(words) in doubtful:
            name, municipality, region, sender, organisation = words
            row = AliasRow(sheet, source_row, organisation, name, municipality, region, system, sender)
            rows.setdefault((kind, sequence), []).append(row)
    standing = {load: _standing(connection, *load, of_load) for load, of_load in rows.items()}
    before = {
        load: counted(connection, KINDS[load[0]], load[1], {(row.sheet, row.source_row) for row in of_load})
        for load, of_load in standing.items()
    }
    hold_again(connection, rows, "name")
    for (kind, sequence), (accepted, rejected) in before.items():
        move_counts(connection, sequence, rows_accepted=-accepted, rows_rejected=-rejected)
        tell_period_and_system(connection, KINDS[kind], sequence)


def _standing(connection: duckdb.DuckDBPyConnection, kind: str, sequence: int, rows: list[AliasRow]) -> list[AliasRow]:
    """Those still loaded by their name: a decision on their place may have been taken back since."""
    standing = set(
        connection.execute(
            f"select distinct sheet, source_row, organisation_id from raw.{kind} where load_sequence = ?"
            " and match_rule = 'name'",
            [sequence],
        ).fetchall()
    )
    return [row for row in rows if (row.sheet, row.source_row, row.organisation_id) in standing]
