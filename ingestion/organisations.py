"""Which organisation a row means: exact rules in a fixed order, otherwise the row is held with candidates.

(ИНН, КПП), then ИНН, then ОГРН, then an accepted alias, then the normalised name within the municipality;
a number alone is never a key (design.md section 4, match; contracts.md, settled questions 6 and 7).
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from rapidfuzz import fuzz, process

from ingestion.municipalities import Municipalities, PlaceDecision, region_code
from ingestion.names import NameKey, name_key, readable_name, sender_key
from ingestion.place_names import municipality_name
from schemas.text import fold

CANDIDATES_SHOWN = 5
LOWEST_SCORE = 50.0
SAME_NUMBER_SCORE = 90.0


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
class Candidate:
    """An organisation a held name may mean, with its likeness from 0 to 100."""

    organisation_id: str
    name: str
    municipality: str | None
    score: float


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


@dataclass
class OrganisationIndex:
    """The registry arranged for look-ups. Every row ever received counts: a former name finds its organisation."""

    organisations: dict[str, Organisation] = field(default_factory=dict)
    _by_codes: dict[tuple[str, str], str] = field(default_factory=dict)
    _by_ogrn: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    _by_name: dict[NameKey, set[str]] = field(default_factory=lambda: defaultdict(set))
    municipalities: Municipalities = field(default_factory=Municipalities)
    _aliases: dict[tuple[str, str, str], str] = field(default_factory=dict)

    @classmethod
    def build(
        cls, organisations: Iterable[Organisation], aliases: Iterable[Alias], places: Iterable[PlaceDecision] = ()
    ) -> "OrganisationIndex":
        index = cls()
        for organisation in organisations:
            index._add(organisation)
        for alias in aliases:
            index._aliases[_alias_key(alias.name, alias.municipality_key, alias.sender)] = alias.organisation_id
        index.municipalities.decide(places)
        return index

    def _add(self, organisation: Organisation) -> None:
        identifier = organisation.organisation_id
        self.organisations[identifier] = organisation
        if organisation.kpp:
            self._by_codes[(organisation.inn, organisation.kpp)] = identifier
        if organisation.ogrn and not organisation.is_site:
            self._by_ogrn[organisation.ogrn].add(identifier)
        for name in organisation.names:
            self._by_name[name_key(name)[0]].add(identifier)
        self.municipalities.add(organisation.region_code, organisation.municipality_key, organisation.municipality)

    def has_inn(self, inn: str) -> bool:
        return inn in self.organisations

    def knows_municipality(self, text: str) -> bool:
        """Whether the registry has an organisation in a municipality of that name."""
        return bool(self.municipalities.keys(municipality_name(text), None))

    def match(self, query: Query) -> Match:
        """Find the organisation by the first rule that gives exactly one, in the region that the row names."""
        query = self.placed(query)
        if self.unknown_part(query) == "region":
            return NO_MATCH
        match = self._matched(query)
        if match.organisation is None or self._stands_in(match.organisation.organisation_id, None, query.region):
            return match
        return NO_MATCH

    def placed(self, query: Query) -> Query:
        """The query with its place by its known names, where a steward has decided what the sender means by it."""
        region, municipality = self.municipalities.meant(query.region, query.municipality, query.sender)
        return replace(query, region=region, municipality=municipality)

    def unknown_part(self, query: Query) -> str | None:
        """Which part of the place of a row is not known to the catalogue or the registry."""
        return self.municipalities.unknown_part(query.region, query.municipality)

    def _matched(self, query: Query) -> Match:
        if query.inn:
            return self._match_inn(query)
        if query.ogrn:
            found = self._by_ogrn.get(query.ogrn, set())
            return self._with_site(next(iter(found)), query, "ogrn") if len(found) == 1 else NO_MATCH
        if not query.name:
            return NO_MATCH
        return self._match_alias(query) or self._match_name(query)

    def _match_inn(self, query: Query) -> Match:
        assert query.inn is not None
        if query.kpp and (identifier := self._by_codes.get((query.inn, query.kpp))):
            return Match(self.organisations[identifier], "inn_kpp")
        return self._with_site(query.inn, query, "inn") if query.inn in self.organisations else NO_MATCH

    def _with_site(self, entity_id: str, query: Query, rule: str) -> Match:
        """The entity, unless the name given is one of its sites' own name."""
        if query.name:
            named = self._by_name.get(name_key(query.name)[0], set())
            sites = [self.organisations[one] for one in named if self.organisations[one].entity_id == entity_id]
            if len(sites) == 1 and sites[0].is_site:
                return Match(sites[0], f"{rule}_site_name")
        return Match(self.organisations[entity_id], rule)

    def _match_alias(self, query: Query) -> Match | None:
        assert query.name is not None
        key = self.place_of(query)
        identifier = self._aliases.get(_alias_key(query.name, key, query.sender)) if key else None
        return Match(self.organisations[identifier], "alias") if identifier in self.organisations else None

    def _match_name(self, query: Query) -> Match:
        assert query.name is not None
        key, _ = name_key(query.name)
        place = self.place_of(query)
        if not place and not key.root:
            return NO_MATCH
        found = [one for one in self._by_name.get(key, ()) if self._stands_in(one, place, query.region)]
        return Match(self.organisations[found[0]], "name") if len(found) == 1 else NO_MATCH

    def place_of(self, query: Query) -> str | None:
        """The municipality of the row's column, else the one its name mentions («СОШ № 4 г. Коврова»)."""
        if query.municipality:
            return self.municipalities.key(query.region, query.municipality)
        if query.name and (place := name_key(query.name)[1]):
            found = self.municipalities.keys(place, region_code(query.region) if query.region else None)
            return found[0] if len(found) == 1 else None
        return None

    def _stands_in(self, identifier: str, place: str | None, region: str | None) -> bool:
        organisation = self.organisations[identifier]
        if place is not None:
            return organisation.municipality_key == place
        return region is None or organisation.region_code == region_code(region)

    def candidates(self, query: Query) -> list[Candidate]:
        """Organisations a steward may mean: alike names in the municipality, else in the region, else anywhere."""
        query = self.placed(query)
        if not query.name:
            return []
        place = self.place_of(query)
        within = [
            one for one in self.organisations.values() if self._stands_in(one.organisation_id, place, query.region)
        ]
        pool = {
            (organisation.organisation_id, name): readable_name(name)
            for organisation in (within or self.organisations.values())
            for name in organisation.names
        }
        ranked = process.extract(readable_name(query.name), pool, scorer=fuzz.token_sort_ratio, limit=None)
        wanted = name_key(query.name)[0]
        best: dict[str, Candidate] = {}
        for _, score, (identifier, name) in ranked:
            likeness = round(max(score, SAME_NUMBER_SCORE) if _same_number(wanted, name) else score, 1)
            known = best.get(identifier)
            if likeness >= LOWEST_SCORE and (known is None or known.score < likeness):
                best[identifier] = Candidate(identifier, name, self.organisations[identifier].municipality, likeness)
        return sorted(best.values(), key=lambda one: (-one.score, one.organisation_id))[:CANDIDATES_SHOWN]


def _same_number(wanted: NameKey, name: str) -> bool:
    """A school of the same type and number is always worth showing: the usual way to shorten a name."""
    key = name_key(name)[0]
    return bool(wanted.number) and (key.type, key.number) == (wanted.type, wanted.number)


def _alias_key(name: str, municipality_key: str, sender: str | None) -> tuple[str, str, str]:
    return fold(name), municipality_key, sender_key(sender or "")
