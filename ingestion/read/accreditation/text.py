"""What the texts of an accreditation card say: municipality, region, type, programmes, days.

The registry has no field for the municipality, and KindName and TypeName are mostly empty: both are read from the
name and the address, and stay unsaid where these do not say them.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import date
from functools import lru_cache

from foundation.text import QUOTES, as_whole_words, fold, plain
from ingestion.names.readable import NO_TYPE, SCHOOL_TYPES, municipality_name, readable_name
from ingestion.values.dates import parse_date
from schemas.catalogue import organisation_type_of, organisation_types
from schemas.regions import region_of

OTHER_TYPE = "иная"
PROGRAMMES = {
    "начальное общее образование": "НОО",
    "основное общее образование": "ООО",
    "среднее общее образование": "СОО",
    "среднее (полное) общее образование": "СОО",
    "дополнительное образование": "ДОП",
    "дополнительное образование детей": "ДОП",
    "дополнительное образование детей и взрослых": "ДОП",
}
"""Folded EduLevelName to what the registry of organisations calls it."""

_VOCATIONAL = re.compile(r"профессиональн\w+ (?:образовательн\w+ (?:учрежд|организ)|лице|учили)")
_SHORTEST_OTHER = 4  # letters: «ДО» and «СПО» inside a name belong to its legal form
_REGION = re.compile(r"(?i)\b(?:обл|область|край|республика|респ|автономн\w+ округ|автономная область|ао)\b")
_INDEX = re.compile(r"\b\d{6}\b")
_ISO_DAY = re.compile(r"^\d{4}-\d{2}-\d{2}(?=[T ])")

# A proper name keeps its capital; the words around it come in any case and grammatical form.
_NOMINATIVE = r"(?!(?i:муниципальн|городск|внутригородск))[А-ЯЁ][\w-]*(?:ий|ый|ой)\b"
_ADJECTIVE = _NOMINATIVE.replace("ой)", "ой|ого|его)")
_REGION_WORD = r"(?i:обл\b|област|кра[йя]\b|респ\b|республик)"
_STREET_WORD = r"(?i:ул\b|улиц|пр\b|пр-|просп|пер\b|пл\b|мкр|микрор|наб\b|ш\b|шоссе|бул\b|бульв|дом\b|р-н|район)"
_OF_REGION = r"[\w-]+ (?i:обл|кра[йя]\b|район|р-н)|[\w-]+(?:ой|ая) (?i:республик)"
_WORD = rf"(?!{_REGION_WORD}|{_STREET_WORD}|{_OF_REGION})[А-ЯЁ]"
_CITY = rf"{_WORD}[\w-]+(?: {_WORD}[а-яё-]+)?"
_UNIT = r"(?i:(?:муниципальн\w+ |городск\w+ )?(?:район\w*|р-н|округ\w*|улус\w*|кожуун\w*)|м\. ?(?:р-н|р\.|о\.))"
_DISTRICT_AFTER = re.compile(rf"({_ADJECTIVE}) ({_UNIT})")
_DISTRICT_BEFORE = re.compile(rf"\b({_UNIT}) ?({_NOMINATIVE})(?! (?:{_REGION_WORD}|(?i:район)))")
_CITY_DISTRICT = re.compile(rf"\b(?i:городск\w+ округ\w*|г\. ?о\.|го(?= ))(?: (?i:г\.|город\w*))? ?({_CITY})")
# A capital «Г.» is an initial («ул. Г. Титова»), unless an address in capitals begins with it.
_CITY_ALONE = re.compile(rf"(?:^Г(?:ор)?[. ] ?|\b(?:г[. ] ?|гор\. ?|[Гг]ород[ае]? ))({_CITY})")


def municipality_of(name: str, addresses: Iterable[str]) -> str:
    """The municipality that the name states in full, else an address, else the only one that the name mentions."""
    places = dict(_places(name))
    stated = [place for place, is_explicit in places.items() if is_explicit]
    if _is_one(stated):
        return stated[0]
    for part in (part for address in addresses for part in _from_the_region_down(address)):
        if found := next(_places(part), None):
            return found[0]
    return next(iter(places)) if _is_one(places) else ""


def _is_one(places: Iterable[str]) -> bool:
    """A district of a city beside the city is no municipality: of two places none is chosen."""
    return len({municipality_name(place) for place in places}) == 1


def _places(text: str) -> Iterator[tuple[str, bool]]:
    """Municipalities in the order of the text, each with whether it is called one outright."""
    text = plain(QUOTES.sub("", text))
    if text.isupper():
        text = text.title().replace("-На-", "-на-")
    found = [
        *((match.start(), *_district(match[1], match[2])) for match in _DISTRICT_AFTER.finditer(text)),
        *((match.start(), *_district(match[2], match[1])) for match in _DISTRICT_BEFORE.finditer(text)),
        *((match.start(), f"городской округ {match[1]}", True) for match in _CITY_DISTRICT.finditer(text)),
        *((match.start(), f"город {match[1]}", False) for match in _CITY_ALONE.finditer(text)),
    ]
    for _, place, is_explicit in sorted(found, key=lambda one: one[0]):
        yield place, is_explicit


def _district(adjective: str, unit: str) -> tuple[str, bool]:
    unit = unit.lower()
    is_explicit = unit.startswith(("м", "городск"))
    kind = next((word for word in ("район", "улус", "кожуун", "округ") if word in unit), "район")
    if unit.startswith("м.") and "о" in unit:
        kind = "округ"
    status = "городской " if unit.startswith("городск") else "муниципальный " if is_explicit or kind == "округ" else ""
    return f"{_nominative(adjective)} {status}{kind}", is_explicit


def _nominative(adjective: str) -> str:
    """«Орловского» to «Орловский», for people to read: comparing needs no endings."""
    return re.sub("ого$", "ый", re.sub("(?<=[гкх])ого$|его$", "ий", adjective))


def _from_the_region_down(address: str) -> list[str]:
    """Parts of an address, the widest territory first: some are written from the house up."""
    parts = [plain(_INDEX.sub("", part)) for part in address.split(",")]
    region = next((index for index, part in enumerate(parts) if _REGION.search(part)), None)
    if region is None:
        return parts
    below = parts[region:]
    return below if any(next(_places(part), None) for part in below) else parts[region::-1]


def region_in(addresses: Iterable[str]) -> str:
    """The subject of the federation that a part of an address is, as the catalogue calls it."""
    parts = (part for address in addresses for part in _from_the_region_down(address))
    return next((region.name for part in parts if (region := region_of(part))), "")


@lru_cache
def _type_words() -> tuple[tuple[re.Pattern[str], str], ...]:
    """Spellings of types as whole words: schools before others, longer before shorter."""
    spelled = [
        (entry.title not in SCHOOL_TYPES, -len(spelling), spelling, entry.title)
        for entry in organisation_types()
        if entry.title != OTHER_TYPE and not entry.is_refined_by_name
        for spelling in entry.spellings - NO_TYPE
        if entry.title in SCHOOL_TYPES or len(spelling) >= _SHORTEST_OTHER
    ]
    return tuple((as_whole_words(spelling), title) for _, _, spelling, title in sorted(spelled))


def type_of(declared: Iterable[str], names: Iterable[str]) -> str:
    """The type by KindName or TypeName, else by the names, else as general as declared."""
    general = OTHER_TYPE
    for text in declared:
        known = organisation_type_of(text)
        if known and known.is_refined_by_name:
            general = known.title
        elif known and known.title != OTHER_TYPE:
            return known.title
    folded = [fold(name) for name in names]
    # «Профессиональный лицей» is no lyceum: schools are counted, colleges are not.
    if any(_VOCATIONAL.search(name) for name in folded):
        return "СПО"
    readable = "; ".join(map(readable_name, folded))
    return next((title for pattern, title in _type_words() if pattern.search(readable)), general)


def programmes_of(levels: Iterable[str]) -> str:
    """«НОО, ООО, СОО» of levels of education; levels that are no school's are left out."""
    known = {PROGRAMMES[level] for level in levels if level in PROGRAMMES}
    return ", ".join(title for title in dict.fromkeys(PROGRAMMES.values()) if title in known)


def only_general(levels: set[str]) -> bool:
    """Whether everything accredited is general education."""
    return bool(levels) and levels <= PROGRAMMES.keys() and {PROGRAMMES[level] for level in levels} != {"ДОП"}


def day_of(text: str) -> date | None:
    """A day, whatever time and zone are written after it."""
    match = _ISO_DAY.match(text)
    return parse_date(match[0] if match else text)
