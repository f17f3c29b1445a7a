"""Municipalities of the list with ОКТМО (schemas/catalogues/oktmo.csv): known before the registry names any of theirs.

The list adds what the registry lacks and overrules nothing of it. Names agree by the same rules as all spellings do.
"""

from functools import lru_cache
from pathlib import Path

from foundation.settings import regional_home
from ingestion.match.municipalities import Municipalities, region_code
from ingestion.names.places import MunicipalityName, municipality_name
from schemas.territories import ListedMunicipality, listed_municipalities

DISTRICT = 5
"""Digits of an ОКТМО that name the district, city or округ; those after them name what lies in it."""


def add_listed(municipalities: Municipalities) -> None:
    """Make known what the registry does not have; a former municipality under the key of its present name."""
    present: set[str] = set()
    for one in listed_municipalities():
        name = _name(one)
        known = municipalities.keys(name, one.region_code)
        if not known:
            municipalities.add_listed(one.region_code, one.key, one.name, name)
            present.add(one.key)
        elif len(known) == 1 and known[0] in present and one.is_former:
            municipalities.add_listed(one.region_code, known[0], one.name, name)
        elif present.intersection(known):  # two of one name: neither is chosen
            municipalities.add_listed(one.region_code, one.key, one.name, name)


def listed_codes(region: str, municipality: str) -> frozenset[str]:
    """ОКТМО of the listed municipalities of a region that a name may mean, former ones too."""
    return _codes(region_code(region), municipality, regional_home())


def code_of_district(oktmo: str) -> str:
    """The ОКТМО of the municipality in which a settlement lies; that of a municipality is its own."""
    return oktmo[:DISTRICT] + "000"


@lru_cache(maxsize=8192)
def _codes(region: str, municipality: str, home: Path) -> frozenset[str]:
    name = municipality_name(municipality)
    return frozenset(
        one.oktmo for one in listed_municipalities() if one.region_code == region and _name(one).agrees_with(name)
    )


def _name(one: ListedMunicipality) -> MunicipalityName:
    """How a listed one is called; where its name alone says no level the list does («Барнаул», городской округ)."""
    name = municipality_name(one.name)
    return name if name.level else municipality_name(f"{one.level} {one.name}")
