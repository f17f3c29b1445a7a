"""Load files again in the order in which they once were, each held to its own day of receipt, decisions in between.

What a row becomes may depend on what was known when it came: on the registry of that day and on decisions taken
before. Replaying a history therefore keeps its order, file by file, and settles held rows where a refresh once did.
"""

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

import duckdb

from foundation.settings import Settings
from ingestion.errors import UserError
from ingestion.pipeline import load_received
from ingestion.receive.files import receive_again
from ingestion.steward.queue import accept, accept_place, reject, settle_held
from ingestion.steward.undo import undo
from ingestion.store.receipts import Receipt, at_moment
from ingestion.store.since import PastDecision, Step
from ingestion.store.tables import build_connection, prepare_build


@dataclass(frozen=True)
class PastFile:
    """A file as it was once loaded or, without a kind, refused on receipt."""

    receipt: Receipt
    kind: str | None
    loaded_at: datetime


def replay(
    settings: Settings,
    files: Sequence[PastFile],
    decisions: Sequence[PastDecision],
    progress: Callable[[str], None] | None = None,
) -> None:
    """Load `files`, taking `decisions` and taking them back where their time comes; all in the order of that time."""
    prepare_build(settings)
    steps = deque(_steps(decisions))
    settled_until: datetime | None = None
    for file in files:
        if progress:
            progress(file.receipt.member.name)
        # A refresh receives all its files before it loads the first: one received later came with the next refresh.
        if settled_until is not None and file.receipt.received_at > settled_until:
            _settle(settings, settled_until)
        while steps and steps[0].moment < file.loaded_at:
            take(settings, steps.popleft())
        # Loaded then: what has come since a release is told by that, and history says why figures changed.
        with build_connection(settings) as connection, at_moment(file.loaded_at):
            _load(settings, connection, file)
        settled_until = file.loaded_at
    if settled_until is not None:
        _settle(settings, settled_until)
    for step in steps:
        take(settings, step)


def _settle(settings: Settings, moment: datetime) -> None:
    with at_moment(moment):
        settle_held(settings)


def _steps(decisions: Sequence[PastDecision]) -> list[Step]:
    steps = [Step(one, is_undoing=False) for one in decisions]
    steps += [Step(one, is_undoing=True) for one in decisions if one.undone_at is not None]
    return sorted(steps, key=lambda step: step.moment)


def _load(settings: Settings, connection: duckdb.DuckDBPyConnection, file: PastFile) -> None:
    if file.kind is not None:
        load_received(settings, connection, file.receipt, file.kind)
    else:
        receive_again(settings, connection, file.receipt)


def take(settings: Settings, step: Step) -> None:
    """Answer the question that the row of a decision asks, or take the answer back, as of the moment it was done.

    Raises UserError when the row asks no such question now.
    """
    decision, is_open = step.decision, not step.is_undoing
    with build_connection(settings) as connection:
        asked = connection.execute(
            "select distinct question.held_id from journal.held_name as question"
            " join journal.held_row as held on held.held_id = question.held_id"
            " where (question.status = 'pending') = ? and (held.status = 'pending') = ? and held.file_sha256 = ?"
            " and held.sheet = ? and held.source_row = ? and held.kind = ? and (? is null or question.name = ?)",
            [
                is_open, is_open, decision.file_sha256, decision.sheet, decision.source_row, decision.kind,
                decision.name, decision.name,
            ],
        ).fetchall()  # fmt: skip
    if len(asked) != 1:
        raise UserError(
            f"Решение от {decision.decided_at:%d.%m.%Y} не повторить: строка {decision.source_row} листа "
            f"«{decision.sheet}» файла {decision.file_sha256[:12]} сейчас не ждёт решения. Значит, файлы или код с тех "
            "пор изменились."
        )
    with at_moment(step.moment):
        _answer(settings, int(asked[0][0]), step)


def _answer(settings: Settings, held_id: int, step: Step) -> None:
    decision = step.decision
    if step.is_undoing:
        undo(settings, held_id, decision.undone_by, decision.undone_why)
    elif decision.organisation_id is not None:
        accept(settings, held_id, decision.organisation_id, by=decision.by, why=decision.why)
    elif decision.region is not None:
        accept_place(settings, held_id, decision.region, decision.municipality, by=decision.by, why=decision.why)
    else:
        reject(settings, held_id, by=decision.by, why=decision.why)
