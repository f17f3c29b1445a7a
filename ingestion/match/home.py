"""What of an organisation's or a row's name says more than in which municipality the organisation stands."""

from ingestion.names.mentioned_places import Place
from ingestion.names.parts import NameParts
from ingestion.names.places import MunicipalityName, joined_stems, region_stems, stem


def abroad(root: frozenset[str], municipality: MunicipalityName) -> frozenset[str]:
    """Words of a name without those that only say in which town it stands («Тихоградская СОШ № 3» in Тихоградск)."""
    if municipality.level != "город":
        return root
    if " " not in municipality.stem:
        return frozenset([word for word in root if stem(word) != municipality.stem])
    # «Усть-Илимская», «Нижнего Новгорода»: every word of it, or all in one («нижненовгорода»).
    words, joined = set(municipality.stem.split()), joined_stems(municipality.stem)
    is_named = words <= set(map(stem, root))
    return frozenset(word for word in root if stem(word) not in joined and not (is_named and stem(word) in words))


def places_abroad(name: NameParts, municipality: MunicipalityName, region: str) -> frozenset[Place]:
    """The places of a name that say more than where the organisation stands."""
    if not name.places:
        return name.places
    return frozenset([place for place in name.places if not _is_home(place, municipality, region)])


def _is_home(place: Place, municipality: MunicipalityName, region: str) -> bool:
    """Whether a place in a name says no more than where the organisation stands."""
    return place.stem in region_stems(region) if place.level == "регион" else place.is_municipality(municipality)
