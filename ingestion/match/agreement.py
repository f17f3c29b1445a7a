"""Whether a name in a file means an organisation of the registry, told part by part; the scenarios are in agreement.md.

Every part that the row states must agree. What the organisation's own name says beyond that decides how sure it is.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from enum import IntEnum

from foundation.settings import per_home
from ingestion.match.asked import KnownName, Organisation
from ingestion.match.home import abroad, places_abroad
from ingestion.names.forms import SCHOOL
from ingestion.names.kinship import kin_of_adjective
from ingestion.names.letters import says_letters
from ingestion.names.parts import NameParts
from ingestion.names.places import MunicipalityName
from ingestion.names.words_of_places import ComparedWords, compared_places
from schemas.catalogue import name_words, organisation_types

AND = "и"
"""Between two honorees."""


class Agreement(IntEnum):
    """How a name agrees with an organisation's, the surest last."""

    NONE = 0
    CONTAINED = 1
    """The organisation's name says more: a number, a word, a settlement. It could be meant, or another one."""
    TAIL = 2
    """It says a honoree or a finer type beside the same name, or the same place in another form of the word: one and
    the same where nothing else is like it."""
    FULL = 3


def agreement(row: NameParts, organisation: Organisation, names: Iterable[KnownName] | None = None) -> Agreement:
    """How a row's name agrees with the best of an organisation's names, or of these."""
    kind, municipality, region = organisation.kind, organisation.home, organisation.region_code
    best = Agreement.NONE
    for known in organisation.known_names if names is None else names:
        best = max(best, _with_one(row, known, kind, municipality, region))
        if best is Agreement.FULL:
            break
    return best


def _with_one(
    row: NameParts, name: KnownName, kind: str | None, municipality: MunicipalityName, region: str
) -> Agreement:
    known = name.parts
    row = _without_town(row, known, municipality) if row.honoree else row
    if (  # what is soonest told apart comes first: most organisations are another
        (row.number and row.number != known.number and not _is_of_site(row, known))
        or (row.owner and known.owner and row.owner != known.owner)
        or (row.is_site and not known.is_site)
        or (by_type := _types(row, known, kind)) is Agreement.NONE
        or not _may_be_one_honoree(row, known)
        or row.sides.are_swapped(known.sides)
    ):
        return Agreement.NONE
    places = compared_places(places_abroad(row, municipality, region), name.places)
    root, own_root = abroad(row.root, municipality), name.root
    own_only = own_root - root - _title_left_out(row, known, municipality)
    words = ComparedWords(root - own_root, places.stated, own_only, places.own, root & own_root, places.shared)
    if not words.all_found:
        return Agreement.NONE
    if (  # the cheapest to ask comes first
        (known.number and not row.number)
        or row.form != known.form
        or _is_of_another_extent(row, known)
        or places.is_doubtful
        or (not row.sides.surely_agree(known.sides) if row.is_site else places.are_two)
        or words.leaves_over
        or not _is_one_honoree(row, known)
        or _is_by_town_alone(row, known, municipality)
        or not words.surely_found(row.types, is_corroborated=_is_corroborated(row, known))
    ):
        return Agreement.CONTAINED
    is_less = words.by_kinship or places.is_abbreviated or known.is_respelt or own_only != own_root - root
    is_less = is_less or bool(known.honoree and not row.honoree)
    return min(by_type, Agreement.TAIL if is_less else Agreement.FULL)


def _title_left_out(row: NameParts, known: NameParts, municipality: MunicipalityName) -> frozenset[str]:
    """The words of a title («Детский сад № 5 «Ромашка»») that a row leaves out beside the number.

    In a town a type has a number once; in a district each of its villages may, and a private one has its own count.
    """
    is_numbered = bool(row.number) and row.number == known.number and municipality.level == "город"
    is_of_one_count = bool(row.owner) or known.owner in {"", "municipal"}
    return known.title if is_numbered and is_of_one_count and known.title.isdisjoint(row.root) else frozenset()


def _is_by_town_alone(row: NameParts, known: NameParts, municipality: MunicipalityName) -> bool:
    """Whether a word only one side says is taken for the town's where it may be the school's own.

    So it is where the town's name is a common adjective («Светлая СОШ № 4» in Светлый), or nothing else is said.
    """
    one_sided = row.root ^ known.root
    if one_sided == abroad(one_sided, municipality):
        return False
    is_common = municipality.is_adjective or municipality.is_either
    says_more = row.number or row.honoree or abroad(row.root, municipality)
    return is_common or not (says_more or any(place.is_settlement for place in row.places))


def _is_of_another_extent(row: NameParts, known: NameParts) -> bool:
    """Whether one of the two is an organisation and the other a site or a part of it."""
    return row.is_site is not known.is_site or row.part != known.part


def _is_corroborated(row: NameParts, known: NameParts) -> bool:
    """Whether more than words made of places agrees: a number, an honoree; of a site, what its entity is called."""
    if known.is_site:
        return row.sides.have_one_entity(known.sides)
    is_one_number = bool(row.number) and row.number == known.number
    return is_one_number or bool(row.honoree and known.honoree and _is_one_honoree(row, known))


def _is_of_site(row: NameParts, known: NameParts) -> bool:
    """Whether a number may be that of a site beside its entity's."""
    return known.is_site and not row.is_site and row.number in known.numbers


def _may_be_one_honoree(row: NameParts, known: NameParts) -> bool:
    """The words of one name, be it shorter: «Сказкина» and «Александра Сказкина», never another's.

    What only the row says beside them may be a first name, or another honoree: that is a doubt.
    """
    if not row.honoree:
        return True
    if not (_may_begin(row, known) and _may_begin(known, row)):
        return False
    return bool(known.honoree) and (row.honoree <= known.honoree or known.honoree <= row.honoree)


def _without_town(row: NameParts, known: NameParts, municipality: MunicipalityName) -> NameParts:
    """The row's name without the town behind the honoree («имени Сказкина Мнимска»)."""
    more = row.honoree - known.honoree
    if not more or more == row.honoree or abroad(more, municipality) == more:
        return row
    return replace(row, honoree=row.honoree & known.honoree | abroad(more, municipality))


def _is_one_honoree(row: NameParts, known: NameParts) -> bool:
    """Whether the row's honoree is the organisation's, be it with the first name for which its name has initials."""
    more = row.honoree - known.honoree
    letters = known.initials.split(".")
    return not more or (
        AND not in more
        and len(more) < len(letters)
        and all(name.startswith(tuple(filter(None, letters))) for name in more)
    )


def _may_begin(one: NameParts, other: NameParts) -> bool:
    """Whether the initials of one may be those of the other, or of a first name that only the other says."""
    if not one.initials:
        return True
    if other.initials:
        return one.initials.startswith(other.initials) or other.initials.startswith(one.initials)
    names = other.honoree - one.honoree
    return not names or any(name.startswith(one.initials[0]) for name in names)


def _types(row: NameParts, known: NameParts, kind: str | None) -> Agreement:
    """One type said by both, or a general word beside the type that the registry gives."""
    if row.type == known.type:
        return Agreement.FULL
    if known.is_site:
        return _types_of_site(row, known, kind)
    exact = known.type if known.type not in {"", SCHOOL} else kind or known.type
    if row.type == exact:
        return Agreement.TAIL
    if not row.type:
        is_by_form = bool(known.type) and not known.is_type_said and says_letters(row.root)
        return Agreement.TAIL if is_by_form else Agreement.CONTAINED
    if row.type == SCHOOL and exact in name_words()["types_of_any_school"]:
        is_plain = exact in name_words()["plain_schools"]
        return Agreement.TAIL if is_plain else Agreement.CONTAINED
    return Agreement.NONE


def _types_of_site(row: NameParts, known: NameParts, kind: str | None) -> Agreement:
    """The types of a site and its entity; one side may leave the site's own to the registry («филиал в селе …»)."""
    if not row.is_site:
        return Agreement.CONTAINED if not row.type or row.type in known.types else Agreement.NONE
    said, own = Counter(row.types), Counter(known.types)
    of_site = list((said - own or own - said).elements())
    is_one_more = len(of_site) == 1 and abs(len(row.types) - len(known.types)) == 1
    return Agreement.TAIL if kind and is_one_more and _title(of_site[0]) == kind else Agreement.NONE


@per_home
def _titles() -> dict[str, str]:
    return {spelling: entry.title for entry in organisation_types() for spelling in entry.spellings}


def _title(kind: str) -> str:
    """The type of the catalogue that a type of names is («начальная школа-детский сад» is a primary school)."""
    return _titles().get(kind, kind)


def is_by_town(parts: NameParts, found: Organisation) -> bool:
    """Whether an adjective of a row's name says only the town of the organisation, whose names do not.

    Of a row that says no place, «Каменская СОШ № 3» may be of the district, or of a village, as well.
    """
    adjectives = frozenset(word for word in parts.root if kin_of_adjective(word))
    is_dropped = abroad(adjectives, found.home) != adjectives
    return is_dropped and not any(adjectives <= parts.root for parts in found.parts)


def is_numbered_after_person(row: NameParts) -> bool:
    """Whether a name says a number and a person with initials: «СОШ № 5 имени А. Г. Сказкина»."""
    return bool(row.number and row.initials and row.honoree)


def may_honour_one_person(row: NameParts, organisation: Organisation) -> bool:
    """Whether an organisation may be called after the person of a row's name."""
    return any(known.honoree and _may_be_one_honoree(row, known) for known in organisation.parts)


def are_sites_of_one_entity(row: NameParts, organisation: Organisation) -> bool:
    """Whether a row and a name of the organisation are of sites, and what their entities are called is one."""
    return row.is_site and any(
        known.is_site and row.sides.have_entity_of_one_name(known.sides) for known in organisation.parts
    )


def tells_apart(row: NameParts, municipality: str | None, *, is_place_given: bool) -> bool:
    """Whether a name could mean one organisation at all: a form, a type or a number alone never do.

    A type with a number does within a municipality; without one only words of a name, or a settlement, do, and no words
    that every district's own has («Управление образования»). Nor does a name with a slip of the pen, be it in a common
    word, across municipalities; nor a word that is a type only behind a form («СШ № 5»: of sports, or not).
    An abbreviation that may be of several («ДДТ») does where a column gives the municipality. A person with initials
    and a number together do anywhere: whom else the honour is of is asked of the registry.
    """
    words = name_words()
    is_ambiguous = not row.owner and not row.root.isdisjoint(words["only_after_form"])
    is_ambiguous |= not is_place_given and not row.root.isdisjoint(words["letters"])
    if is_ambiguous or (municipality is None and row.is_mended):
        return False
    settlement = any(place.as_municipality is None and place.level != "регион" for place in row.places)
    root = row.root if municipality is not None else row.root.difference(words["general"], words["letters"])
    if root or (row.is_type_said and (settlement or is_numbered_after_person(row))):
        return True
    return municipality is not None and row.is_type_said and bool(row.number or row.honoree)
