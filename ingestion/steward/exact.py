"""Questions whose name is, letter for letter, the name of one organisation of its municipality (`accept --all-exact`).

Nothing another organisation could be meant by is among them: match/agreement.md says why such a name may still be
asked about.
"""

from collections import defaultdict
from dataclasses import dataclass

from foundation.settings import Settings
from foundation.text import fold
from ingestion.match.agreement import Agreement
from ingestion.match.organisations import OrganisationIndex, Query
from ingestion.match.rows import Lookups
from ingestion.steward.answers import Answer
from ingestion.store.hold import Question
from ingestion.store.tables import build_connection, create_tables

WHY = "название совпадает с реестром буква в букву, другой такой организации в субъекте нет"


@dataclass(frozen=True)
class ExactMatch:
    """An open question and the one organisation its name says."""

    held_id: int
    name: str
    municipality: str
    organisation_id: str
    known_name: str

    @property
    def answer(self) -> Answer:
        """The answer to give."""
        return Answer(self.held_id, "organisation", self.organisation_id, why=WHY)


def exact_matches(settings: Settings) -> list[ExactMatch]:
    """Open questions of which nothing is left to decide, in the order of their numbers."""
    if not settings.build_file.exists():
        return []
    with build_connection(settings) as connection:
        create_tables(connection)
        index = Lookups.load(connection).index
        rows = connection.execute(
            f"select held_id, {', '.join(Question._fields)} from journal.held_name as name where status = 'pending'"
            " and exists (select 1 from journal.held_row as held where held.held_id = name.held_id"
            " and held.status = 'pending') order by held_id"
        ).fetchall()
    named: dict[str, set[str]] = defaultdict(set)
    for identifier, one in index.organisations.items():
        for name in one.names:
            named[fold(name)].add(identifier)
    found = (_exact(held_id, Question(*asked), index, named) for held_id, *asked in rows)
    return [match for match in found if match is not None]


def _exact(held_id: int, question: Question, index: OrganisationIndex, named: dict[str, set[str]]) -> ExactMatch | None:
    """None where the row names another code, asks alone, or leaves open which organisation it means.

    A row with an ИНН that the registry lacks is of a reorganised school, whatever its name; rows that ask one by one
    may be of different schools.
    """
    if question.reason != "organisation" or question.inn or question.source_row is not None or not question.name:
        return None
    if not question.municipality:
        return None
    query = index.placed(
        Query(None, None, None, question.name, question.municipality, question.region, question.sender)
    )
    place = index.place_of(query)
    if place is None or not index.municipalities.knows(place):
        return None
    region = place.split("/", 1)[0]
    same = {one for one in named.get(fold(question.name), ()) if index.organisations[one].region_code == region}
    if len(same) != 1:
        return None
    (identifier,) = same
    known = index.organisations[identifier]
    if known.municipality_key != place:
        return None
    rivals = (
        one
        for one in index.within(place)
        if index.organisations[one].entity_id != known.entity_id
        and index.agreement_with(question.name, one) is Agreement.FULL
    )
    sites = (one for one in index.within(place) if one != identifier and one in named[fold(question.name)])
    if any(rivals) or any(sites):
        return None
    return ExactMatch(held_id, question.name, question.municipality, identifier, known.names[0])
