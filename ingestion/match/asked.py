"""An organisation as the registry knows it, what a row asks, where its answer may stand, and the answer."""

from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple

from ingestion.match.home import abroad, places_abroad
from ingestion.names.letters import respelt
from ingestion.names.mentioned_places import Place
from ingestion.names.parts import NameParts, name_parts
from ingestion.names.places import MunicipalityName, municipality_name


class KnownName(NamedTuple):
    """A name taken apart; its places, and the words of its root, that say more than where the organisation stands."""

    parts: NameParts
    places: frozenset[Place]
    root: frozenset[str]


@dataclass(frozen=True)
class Organisation:
    """A legal entity or one of its sites, as the registry names it; former names are further rows."""

    organisation_id: str
    entity_id: str
    inn: str
    kpp: str | None
    ogrn: str | None
    names: tuple[str, ...]
    municipality: str
    municipality_key: str
    region_code: str
    kind: str | None = None
    """Its type in the registry, for names that say none."""
    is_closed: bool = False
    """Whether the registry says until when it was: its successor may bear its name with a word more."""

    @cached_property
    def parts(self) -> tuple[NameParts, ...]:
        """What each of its names says, once where several say the same; also with letters spelled out («ДДТ»)."""
        distinct = {(parts, parts.words_of_places): parts for parts in map(name_parts, self.names)}
        other = [replace(one, root=root, is_respelt=True) for one in distinct.values() for root in respelt(one.root)]
        return (*distinct.values(), *other)

    @cached_property
    def home(self) -> MunicipalityName:
        """The municipality where it stands."""
        return municipality_name(self.municipality)

    @cached_property
    def known_names(self) -> tuple[KnownName, ...]:
        """Its names as they are compared."""
        return tuple(
            KnownName(one, places_abroad(one, self.home, self.region_code), abroad(one.root, self.home))
            for one in self.parts
        )

    @property
    def is_site(self) -> bool:
        return self.organisation_id != self.entity_id


@dataclass(frozen=True)
class Query:
    """What a row says of its organisation, already normalised codes and text as written."""

    inn: str | None
    kpp: str | None
    ogrn: str | None
    name: str | None
    municipality: str | None
    region: str | None
    sender: str | None = None

    @property
    def names_organisation(self) -> bool:
        return bool(self.inn or self.ogrn or self.name)


@dataclass(frozen=True)
class Match:
    """The organisation found and by which rule; None when the row must be held."""

    organisation: Organisation | None
    rule: str | None


NO_MATCH = Match(None, None)


@dataclass(frozen=True)
class Alias:
    """A name a steward has accepted: in one sender's files, within a municipality and so never beyond its region."""

    name: str
    municipality_key: str
    sender: str | None
    organisation_id: str


@dataclass(frozen=True)
class Scope:
    """Where an organisation may stand: in a municipality, else in a region (by its code), else anywhere."""

    place: str | None
    region: str | None
    is_place_given: bool
    """Whether a column says the municipality, and not only the name."""

    def has(self, organisation: Organisation) -> bool:
        if self.place is not None:
            return organisation.municipality_key == self.place
        return self.region is None or organisation.region_code == self.region

    def is_around(self, organisation: Organisation) -> bool:
        """Whether it stands in the region, beyond the municipality."""
        return organisation.municipality_key != self.place and self.region in (None, organisation.region_code)
