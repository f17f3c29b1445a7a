"""A registry of a few invented schools, and which of them a name finds."""

from ingestion.match.organisations import Organisation, OrganisationIndex, Query
from ingestion.names.places import municipality_name

REGION, CODE = "Тверская область", "RU-TVE"
DISTRICT, TOWN, OTHER = "Двойной район", "город Мнимый", "Мнимореченский район"


def organisation(number: int, name: str, municipality: str = DISTRICT, kind: str | None = None) -> Organisation:
    inn = f"{6900000000 + number}"
    key = f"{CODE}/{municipality_name(municipality).key}"
    return Organisation(inn, inn, inn, None, None, (name,), municipality, key, CODE, kind)


def found(known: list[Organisation], name: str, municipality: str | None = DISTRICT) -> str | None:
    """The name of the organisation matched."""
    match = OrganisationIndex.build(known, []).match(Query(None, None, None, name, municipality, REGION))
    return match.organisation.names[0] if match.organisation else None
