"""Rows found by their name, asked again when the registry has another organisation of it, or the rules are others.

So it makes no difference whether a file came before a registry, or a new version of the program, or after it. The log
of activity is read as a stream and keeps no words: what its rows were matched to stays.
"""

from collections import Counter, defaultdict

import duckdb

from foundation.plural import plural
from ingestion.match import rules
from ingestion.match.organisations import OrganisationIndex, Query
from ingestion.match.registry import registry_version
from ingestion.report.wording import rows_in_words, they_wait
from ingestion.steward.later_files import AliasRow, AliasRows
from ingestion.steward.settle import move_counts, pending_rows, tell_period_and_system
from ingestion.steward.waiting_again import closed_rows, hold_again
from ingestion.store.tables import transaction
from schemas.kinds import KINDS

WORDS = "words.name, words.municipality, words.region, load.sender, words.organisation_id"
OF_OTHERS = (
    "from journal.name_row as words join journal.load as load using (load_sequence)"
    " where words.registry is distinct from $registry or words.rules is distinct from $rules"
)
"""Words that were last asked of another registry, or by other rules; a build of an earlier version says no rules."""
NAMES_SHOWN = 5
RowsOfLoads = dict[int, set[tuple[str, int]]]
"""Sheet and source row, by load."""


def ask_names_again(connection: duckdb.DuckDBPyConnection, index: OrganisationIndex) -> RowsOfLoads:
    """Hold the rows whose name today's registry and rules give to another organisation, or may give to several.

    Returns those that were accepted until now; some may yet be found to mean another organisation.
    """
    asked_of = {"registry": registry_version(connection), "rules": rules.rules_digest()}
    found = connection.execute(f"select distinct {WORDS} {OF_OTHERS}", asked_of).fetchall()
    if not found:
        return {}
    doubtful = {words for words in found if not _still_means(index, *words)}
    with transaction(connection):
        accepted = _hold(connection, doubtful, asked_of) if doubtful else {}
        connection.execute("update journal.name_row set registry = $registry, rules = $rules", asked_of)
    return accepted


def note_of_held_again(connection: duckdb.DuckDBPyConnection, accepted: RowsOfLoads) -> str | None:
    """A sentence on rows that were `accepted` until they were asked again and wait now, by file; None without any."""
    held: Counter[str] = Counter()
    for sequence, rows in accepted.items():
        if waiting := rows & pending_rows(connection, sequence):
            (name,) = connection.execute(
                "select original_name from journal.load where load_sequence = ?", [sequence]
            ).fetchone() or ("",)
            held[name] += len(waiting)
    if not held:
        return None
    total = held.total()
    files = [f"«{name}» - {number}" for name, number in sorted(held.items(), key=lambda one: (-one[1], one[0]))]
    named = ", ".join(files[:NAMES_SHOWN])
    if len(files) > NAMES_SHOWN:
        named += f" и ещё в {plural(len(files) - NAMES_SHOWN, 'файле', 'файлах', 'файлах')}"
    return (
        f"Из принятых прежде по имени {rows_in_words(total)} {they_wait(total)} решения: {named}. Пополнился реестр "
        "или изменились правила сопоставления, и имя может значить другую организацию. Ответить: vitrina match list"
    )


def _still_means(
    index: OrganisationIndex, name: str, municipality: str | None, region: str | None, sender: str | None, found: str
) -> bool:
    match = index.match(Query(None, None, None, name, municipality, region, sender))
    return match.organisation is not None and match.organisation.organisation_id == found


def _hold(
    connection: duckdb.DuckDBPyConnection, doubtful: set[tuple[str | None, ...]], asked_of: dict[str, str]
) -> RowsOfLoads:
    """Hold the rows found by doubtful words; returns those that were accepted until now."""
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
        load: closed_rows(connection, KINDS[load[0]], load[1], {(row.sheet, row.source_row) for row in of_load})
        for load, of_load in standing.items()
    }
    hold_again(connection, rows, "name")
    held: RowsOfLoads = defaultdict(set)
    for (kind, sequence), (accepted, rejected) in before.items():
        move_counts(connection, sequence, rows_accepted=-len(accepted), rows_rejected=-len(rejected))
        tell_period_and_system(connection, KINDS[kind], sequence)
        held[sequence] |= accepted
    return held


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
