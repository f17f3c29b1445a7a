"""Find a territory or an organisation of a release by what a person types."""

from dataclasses import dataclass

import duckdb
from rapidfuzz import fuzz, process

from foundation.text import fold
from publishing.errors import UnknownNameError
from schemas.catalogue import municipality_spellings
from schemas.labels import value_labels

MAXIMAL_SUGGESTIONS = 5
SUGGESTION_SCORE = 60


@dataclass(frozen=True)
class Place:
    """A territory or an organisation: its key in the marts and how it is called."""

    key: str
    name: str
    detail: str

    def __str__(self) -> str:
        return f"{self.name} ({self.detail}, {self.key})"


def find_territory(connection: duckdb.DuckDBPyConnection, wanted: str) -> Place:
    """The territory with this identifier, this name or known spelling, or the only one whose name contains the text."""
    rows = connection.execute(
        "select territory_id, territory_name, territory_level from indicator_by_territory "
        "where territory_id is not null group by all order by max(year), territory_name"
    ).fetchall()
    places = [Place(key, name or key, value_labels("territory_level").get(level, level)) for key, name, level in rows]
    return _choose(places, municipality_spellings().get(fold(wanted), wanted), "Территория")


def find_organisation(connection: duckdb.DuckDBPyConnection, wanted: str, municipality: str | None) -> Place:
    """The organisation with this ИНН or this name, within a municipality when one is given."""
    rows = connection.execute(
        "select organisation_id, organisation_name, municipality from indicator_by_organisation "
        "where ? is null or municipality = ? group by all order by max(year), organisation_name",
        [municipality, municipality],
    ).fetchall()
    places = [Place(key, name or key, where or "муниципалитет не указан") for key, name, where in rows]
    return _choose(places, wanted, "Организация")


def _choose(places: list[Place], wanted: str, what: str) -> Place:
    folded = fold(wanted)
    for found in (
        [place for place in places if place.key == wanted.strip()],
        [place for place in places if fold(place.name) == folded],
        [place for place in places if folded and folded in fold(place.name)],
    ):
        # A place that was renamed stands under each of its names, the latest last.
        if len({place.key for place in found}) == 1:
            return found[-1]
        if found:
            raise UnknownNameError(
                f"{what} «{wanted}» определяется неоднозначно. Уточните название или укажите идентификатор.",
                tuple(str(place) for place in found[:MAXIMAL_SUGGESTIONS]),
            )
    close = process.extract(
        folded,
        {place.key: fold(place.name) for place in places},
        scorer=fuzz.WRatio,
        limit=MAXIMAL_SUGGESTIONS,
        score_cutoff=SUGGESTION_SCORE,
    )
    by_key = {place.key: place for place in places}
    # With nothing alike, the alphabet's first names still show what a name of this release looks like.
    suggestions = [by_key[key] for _, _, key in close] or sorted(by_key.values(), key=lambda place: place.name)
    raise UnknownNameError(
        f"{what} «{wanted}» в выпуске не найдена.", tuple(map(str, suggestions[:MAXIMAL_SUGGESTIONS]))
    )
