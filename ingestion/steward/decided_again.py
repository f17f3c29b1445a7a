"""Decisions on the rows of a load that is written anew: its questions are open while it is, then answered as before.

Nothing is decided twice: the journal has each decision once, as it was taken, by whom and when.
"""

from collections.abc import Sequence

import duckdb

from foundation.plural import plural
from ingestion.steward.answers import Answer
from ingestion.steward.batch import apply
from ingestion.steward.journal import Decision, open_questions, standing_decisions
from ingestion.store.receipts import at_moment, now

REMEMBERED = ("held_name", "decision", "alias", "place_alias")
"""Tables of the journal in which a decision stands, each with the number of its question."""
NO_LONGER = "строка перечитана из архива, и прежний ответ к ней не подходит"


def reopen(connection: duckdb.DuckDBPyConnection, sequence: int) -> list[Decision]:
    """Open the decided questions that rows of a load ask, as if they were asked today; in the order of decision.

    What the decisions said is kept aside until `decide_again`, in the same transaction.
    """
    asked = connection.execute(
        "select distinct held_id from journal.held_row where load_sequence = ? and status in ('accepted', 'rejected')",
        [sequence],
    ).fetchall()
    numbers = sorted(number for (number,) in asked)
    decided = [one for number in numbers for one in standing_decisions(connection, number)]
    if not decided:
        return []
    numbers = [one.held_id for one in decided]
    for table in REMEMBERED:
        connection.execute(
            f"create or replace temp table kept_{table} as from journal.{table}"
            " where held_id in (select unnest(?::bigint[]))",
            [numbers],
        )
    for table in ("alias", "place_alias"):
        connection.execute(f"delete from journal.{table} where held_id in (select unnest(?::bigint[]))", [numbers])
    connection.execute(
        "update journal.held_name set status = 'pending' where held_id in (select unnest(?::bigint[]))", [numbers]
    )
    return sorted(decided, key=lambda one: (one.decided_at, one.held_id))


def decide_again(connection: duckdb.DuckDBPyConnection, decided: Sequence[Decision]) -> list[str]:
    """Answer the reopened questions as they were answered; returns what cannot be said any more, in Russian.

    An organisation that the registry no longer has answers nothing: its rows wait, and the decision counts as taken
    back.
    """
    if not decided:
        return []
    refused: dict[int, str] = {}
    for one in decided:
        if not _is_asked(connection, one.held_id):
            continue
        questions = open_questions(connection, [one.held_id])
        with at_moment(one.decided_at):
            found = apply(connection, [(0, _answer(one))], questions, one.decided_by)
        if found:
            refused[one.held_id] = found[0]
    _put_back(connection, [one.held_id for one in decided], sorted(refused))
    return [f"вопрос {number} открыт снова: {reason}" for number, reason in refused.items()]


def told(reopened: Sequence[Decision], refused: Sequence[str]) -> list[str]:
    """A sentence on the decisions that were kept, and one on each that could not be."""
    kept = len(reopened) - len(refused)
    sentence = plural(kept, "решение", "решения", "решений")
    return ([f"учтено прежних решений о строках: {sentence}"] if kept else []) + list(refused)


def _is_asked(connection: duckdb.DuckDBPyConnection, held_id: int) -> bool:
    found = connection.execute(
        "select 1 from journal.held_row where held_id = ? and status = 'pending' limit 1", [held_id]
    )
    return found.fetchone() is not None


def _answer(decision: Decision) -> Answer:
    if decision.status == "rejected":
        return Answer(decision.held_id, "reject", why=decision.why)
    if decision.organisation_id is not None:
        return Answer(decision.held_id, "organisation", decision.organisation_id, why=decision.why)
    return Answer(
        decision.held_id, "place", region=decision.region, municipality=decision.municipality, why=decision.why
    )


def _put_back(connection: duckdb.DuckDBPyConnection, numbers: Sequence[int], refused: Sequence[int]) -> None:
    """The journal says of decisions what it said; of those that answer nothing any more, that they no longer hold."""
    connection.execute("delete from kept_held_name where held_id in (select unnest(?::bigint[]))", [refused])
    for table in ("alias", "place_alias"):
        connection.execute(f"delete from kept_{table} where held_id in (select unnest(?::bigint[]))", [refused])
    connection.execute(
        "update kept_decision set undone_at = ?, undone_why = ? where undone_at is null"
        " and held_id in (select unnest(?::bigint[]))",
        [now(), NO_LONGER, refused],
    )
    for table in REMEMBERED:
        going = [number for number in numbers if table != "held_name" or number not in refused]
        connection.execute(f"delete from journal.{table} where held_id in (select unnest(?::bigint[]))", [going])
        connection.execute(f"insert into journal.{table} by name from kept_{table}")
        connection.execute(f"drop table kept_{table}")
    connection.execute(
        "update journal.held_name set decided_organisation_id = null, decided_region = null,"
        " decided_municipality = null, decided_at = null where held_id in (select unnest(?::bigint[]))",
        [refused],
    )
