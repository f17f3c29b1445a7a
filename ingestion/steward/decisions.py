"""What a steward decides of one held question (`vitrina match accept`, `reject`): a batch of one answer."""

from foundation.settings import Settings
from ingestion.steward.answers import Answer
from ingestion.steward.batch import decide_one
from ingestion.steward.outcomes import Outcome, outcomes
from ingestion.store.tables import build_connection

__all__ = ["Outcome", "accept", "accept_place", "reject", "what_became"]


def what_became(settings: Settings, held_id: int) -> Outcome:
    """Count what a decision did; a row that names several organisations may still wait for another of them."""
    with build_connection(settings) as connection:
        return outcomes(connection, [held_id]).get(held_id, Outcome())


def accept(
    settings: Settings, held_id: int, organisation: str, *, by: str | None = None, why: str | None = None
) -> int:
    """Decide that a held name means an organisation (ИНН or ИНН/КПП); its rows load at once, without a new file.

    Returns the number of source rows loaded. Raises UserError when there is no such question or organisation.
    """
    return decide_one(settings, Answer(held_id, "organisation", organisation, why=why), by).loaded


def accept_place(
    settings: Settings,
    held_id: int,
    region: str | None,
    municipality: str | None,
    *,
    by: str | None = None,
    why: str | None = None,
) -> int:
    """Decide which place the rows of a question mean; they load at once, or wait for their organisation.

    Returns the number of source rows loaded. Raises UserError when there is no such question or place.
    """
    answer = Answer(held_id, "place", region=region, municipality=municipality, why=why)
    return decide_one(settings, answer, by).loaded


def reject(settings: Settings, held_id: int, *, by: str | None = None, why: str | None = None) -> int:
    """Decide that a held name is no organisation or place of ours: its rows become rejected. Returns their number."""
    outcome = decide_one(settings, Answer(held_id, "reject", why=why), by)
    return outcome.loaded + outcome.rejected + outcome.waiting
