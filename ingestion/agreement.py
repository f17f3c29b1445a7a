"""Whether a name in a file means an organisation of the registry, told part by part; the scenarios are in matching.md.

Every part that the row states must agree. What the organisation's own name says beyond that decides how sure it is.
"""

from collections.abc import Iterable
from enum import IntEnum

from ingestion.name_parts import SCHOOL, NameParts, Place
from ingestion.place_names import MunicipalityName, region_stems
from schemas.catalogue import name_words


class Agreement(IntEnum):
    """How a name agrees with an organisation's, the surest last."""

    NONE = 0
    CONTAINED = 1
    """The organisation's name says more: a number, a word, a settlement. It could be meant, or another one."""
    TAIL = 2
    """It says a honoree or a finer type beside the same name: one and the same where nothing else is like it."""
    FULL = 3


def agreement(
    row: NameParts, names: Iterable[NameParts], kind: str | None, municipality: MunicipalityName, region: str
) -> Agreement:
    """How a row's name agrees with the best of an organisation's names; `kind` is its type in the registry."""
    return max((_with_one(row, known, kind, municipality, region) for known in names), default=Agreement.NONE)


def _with_one(
    row: NameParts, known: NameParts, kind: str | None, municipality: MunicipalityName, region: str
) -> Agreement:
    own = {place for place in known.places if not _is_home(place, municipality, region)}
    stated = {place for place in row.places if not _is_home(place, municipality, region)}
    by_type = _types(row, known, kind)
    if (
        by_type is Agreement.NONE
        or (row.owner and known.owner and row.owner != known.owner)
        or (row.number and row.number != known.number)
        or row.root - known.root
        or stated - own
        or not _may_be_one_honoree(row, known)
    ):
        return Agreement.NONE
    if (known.number and not row.number) or known.root - row.root or own - stated:
        return Agreement.CONTAINED
    return min(by_type, Agreement.TAIL if known.honoree and not row.honoree else Agreement.FULL)


def _is_home(place: Place, municipality: MunicipalityName, region: str) -> bool:
    """Whether a place in a name says no more than where the organisation stands."""
    return place.stem in region_stems(region) if place.level == "регион" else place.is_municipality(municipality)


def _may_be_one_honoree(row: NameParts, known: NameParts) -> bool:
    """The words of one name, be it shorter: «Сказкина» and «Александра Сказкина», never another's."""
    if not row.honoree:
        return True
    return bool(known.honoree) and (row.honoree <= known.honoree or known.honoree <= row.honoree)


def _types(row: NameParts, known: NameParts, kind: str | None) -> Agreement:
    """One type said by both, or a general word beside the type that the registry gives."""
    if row.type == known.type:
        return Agreement.FULL
    exact = known.type if known.type not in {"", SCHOOL} else kind or known.type
    if row.type == exact:
        return Agreement.TAIL
    if not row.type:
        return Agreement.CONTAINED
    if row.type == SCHOOL and exact in name_words()["types_of_any_school"]:
        return Agreement.TAIL
    return Agreement.NONE


def tells_apart(row: NameParts, municipality: str | None) -> bool:
    """Whether a name could mean one organisation at all: a form, a type or a number alone never do.

    A type with a number does within a municipality; without one only words of a name, or a settlement, do.
    """
    settlement = any(place.as_municipality is None and place.level != "регион" for place in row.places)
    if row.root or (settlement and row.is_type_said):
        return True
    return municipality is not None and row.is_type_said and bool(row.number or row.honoree)
