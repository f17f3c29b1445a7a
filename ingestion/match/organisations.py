"""Which organisation a row means: exact rules in a fixed order, otherwise the row is held with candidates.

(ИНН, КПП), then ИНН, then ОГРН, then an accepted alias, then the name taken apart (agreement.py), where no other
organisation could be meant; never beyond the region of the row. The scenarios: agreement.md.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from foundation.text import fold, sender_key
from ingestion.match.agreement import (
    Agreement,
    agreement,
    are_sites_of_one_entity,
    is_by_town,
    may_honour_one_person,
    tells_apart,
)
from ingestion.match.asked import NO_MATCH, Alias, Match, Organisation, Query, Scope
from ingestion.match.candidates import Candidate, candidates
from ingestion.match.municipalities import Municipalities, PlaceDecision, region_code
from ingestion.match.name_index import NameIndex
from ingestion.match.slips import mended
from ingestion.match.types_left_out import leaves_type_out, legal_name_of_school
from ingestion.names.forms import SCHOOL
from ingestion.names.parts import NameParts, PlaceWords, name_parts
from ingestion.names.places import municipality_name, stem

__all__ = ["Alias", "Candidate", "Match", "Organisation", "OrganisationIndex", "Query"]


ANSWERS_KEPT = 65536
"""Names by their parts whose answers are remembered at a time."""


@dataclass
class OrganisationIndex:
    """The registry arranged for look-ups. Every row ever received counts: a former name finds its organisation."""

    organisations: dict[str, Organisation] = field(default_factory=dict)
    _by_codes: dict[tuple[str, str], str] = field(default_factory=dict)
    _by_ogrn: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    names: NameIndex = field(default_factory=NameIndex)
    _in_municipality: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    municipalities: Municipalities = field(default_factory=Municipalities)
    _aliases: dict[tuple[str, str, str], str] = field(default_factory=dict)
    _words: dict[str, frozenset[str]] = field(default_factory=dict)
    _answers: dict[tuple[NameParts, PlaceWords, Scope, str], Match] = field(default_factory=dict)

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
        self.names.add(identifier, organisation.parts, organisation.home)
        self._in_municipality[organisation.municipality_key].add(identifier)
        self._words.pop(organisation.municipality_key, None)
        self._answers.clear()
        self.municipalities.add(organisation.region_code, organisation.municipality_key, organisation.municipality)

    def has_inn(self, inn: str) -> bool:
        return inn in self.organisations

    def knows_municipality(self, text: str) -> bool:
        """Whether the registry has an organisation in a municipality of that name."""
        found = self.municipalities.keys(municipality_name(text), None)
        return any(not self.municipalities.is_listed_only(key) for key in found)

    def match(self, query: Query) -> Match:
        """Find the organisation by the first rule that gives exactly one, in the region that the row names."""
        query = self.placed(query)
        if self.unknown_part(query) == "region":
            return NO_MATCH
        match = self._matched(query)
        if match.organisation is None or self.stands_in(match.organisation.organisation_id, None, query.region):
            return match
        return NO_MATCH

    def placed(self, query: Query) -> Query:
        """The query with its place by its known names, where a steward has decided what the sender means by it."""
        region, municipality = self.municipalities.meant(query.region, query.municipality, query.sender)
        if (region, municipality) == (query.region, query.municipality):
            return query
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
        place = self.place_of(query)
        return self._match_alias(query, place) or self._match_name(query, place)

    def _match_inn(self, query: Query) -> Match:
        assert query.inn is not None
        if query.kpp and (identifier := self._by_codes.get((query.inn, query.kpp))):
            return Match(self.organisations[identifier], "inn_kpp")
        return self._with_site(query.inn, query, "inn") if query.inn in self.organisations else NO_MATCH

    def _with_site(self, entity_id: str, query: Query, rule: str) -> Match:
        """The entity, unless the name given is one of its sites' own name."""
        if query.name:
            own = [
                one
                for one in self.names.named(name_parts(query.name))
                if self.organisations[one].entity_id == entity_id
            ]
            sites = [one for one in own if self.agreement_with(query.name, one) is Agreement.FULL]
            if len(sites) == 1 and self.organisations[sites[0]].is_site:
                return Match(self.organisations[sites[0]], f"{rule}_site_name")
        return Match(self.organisations[entity_id], rule)

    def _match_alias(self, query: Query, place: str | None) -> Match | None:
        assert query.name is not None
        if not self._aliases or place is None:
            return None
        identifier = self._aliases.get(_alias_key(query.name, place, query.sender))
        return Match(self.organisations[identifier], "alias") if identifier in self.organisations else None

    def _match_name(self, query: Query, place: str | None) -> Match:
        """The one organisation in scope that the name means, be it with a slip of the hand in a known municipality."""
        assert query.name is not None
        parts = name_parts(query.name)
        match = self._match_parts(parts, query, place)
        if match.organisation is None and query.municipality is not None and (own := self.within(place or "")):
            home = self.organisations[min(own)].home
            put_right = mended(parts, self._words_within(place or ""), home, self._is_known)
            return self._match_parts(put_right, query, place) if put_right else match
        return match

    def _is_known(self, word: str) -> bool:
        """Whether a name of the registry has a word, or a municipality is called by it."""
        return self.names.has_word(word) or self.municipalities.has_stem(stem(word))

    def _words_within(self, place: str) -> frozenset[str]:
        """Words of roots and stems of settlements of the organisations of a municipality."""
        if place not in self._words:
            parts = [parts for one in self.within(place) for parts in self.organisations[one].parts]
            self._words[place] = frozenset().union(
                *(one.root | {other.stem for other in one.places if other.is_settlement} for one in parts)
            )
        return self._words[place]

    def _match_parts(self, parts: NameParts, query: Query, place: str | None) -> Match:
        """The one organisation in scope that the parts of a name mean; asked once of all spellings with such parts."""
        is_place_given = query.municipality is not None
        if not tells_apart(parts, place, is_place_given=is_place_given):
            return NO_MATCH
        scope = Scope(place, None if query.region is None else region_code(query.region), is_place_given)
        legal_name = legal_name_of_school(parts, query.name or "")
        asked = (parts, parts.words_of_places, scope, legal_name)
        if (answer := self._answers.get(asked)) is None:
            if len(self._answers) >= ANSWERS_KEPT:
                self._answers.clear()
            answer = self._answers[asked] = self._meant(parts, scope, legal_name)
        return answer

    def _meant(self, parts: NameParts, scope: Scope, legal_name: str) -> Match:
        """The one organisation in scope that the parts of a name mean, where no other could be meant."""
        named = self.names.named(parts) if scope.is_place_given else self.names.named(parts) | self.names.kin(parts)
        levels = self._levels(parts, named, scope)
        chosen = levels[Agreement.FULL] or levels[Agreement.TAIL]
        if len(chosen) != 1:
            return NO_MATCH
        found = self.organisations[chosen[0]]
        if scope.place is None and not (levels[Agreement.FULL] or are_sites_of_one_entity(parts, found)):
            return NO_MATCH
        is_verbatim = bool(legal_name) and legal_name in map(fold, found.names)
        others: list[str] = []
        if scope.place is None or found.is_closed:
            others += levels[Agreement.TAIL]
        elif parts.type == SCHOOL:
            others += [one for one in levels[Agreement.TAIL]
                       if leaves_type_out(parts, self.organisations[one], found, is_verbatim=is_verbatim)]  # fmt: skip
        if scope.place is None or not levels[Agreement.FULL]:
            others += levels[Agreement.CONTAINED]
        if not parts.owner:  # «СОШ № 5» may be the municipality's, the region's or a private one
            others += [one for one in (*levels[Agreement.TAIL], *levels[Agreement.CONTAINED])
                       if self._are_of_two_owners(one, chosen[0])]  # fmt: skip
        # A site is part of its entity; any other organisation whose name is longer by a word could be meant as well.
        if any(self.organisations[one].entity_id != found.entity_id for one in others):
            return NO_MATCH
        if parts.line and not parts.number and self._is_any_of_number(replace(parts, number=parts.line), scope):
            return NO_MATCH
        if not scope.is_place_given and self._is_another_around(parts, named, scope, found):
            return NO_MATCH
        if scope.place is None and (is_by_town(parts, found) or self._is_another_honoured(parts, scope, found)):
            return NO_MATCH
        return Match(found, "name")

    def _levels(self, parts: NameParts, named: set[str], scope: Scope) -> dict[Agreement, list[str]]:
        """Organisations in scope by how a name agrees with theirs; of two that agree in full no more is asked."""
        levels: dict[Agreement, list[str]] = defaultdict(list)
        for one in named if scope.place is None else named & self.within(scope.place):
            if scope.has(self.organisations[one]):
                levels[self._agreement(parts, one)].append(one)
                if len(levels[Agreement.FULL]) > 1:
                    break
        return levels

    def _is_any_of_number(self, numbered: NameParts, scope: Scope) -> bool:
        """Whether anybody in scope has the number that a row's name has in front of it, be it the line's."""
        return any(
            scope.has(self.organisations[one]) and self._agreement(numbered, one) > Agreement.NONE
            for one in self.names.named(numbered)
        )

    def _is_another_around(self, parts: NameParts, named: Iterable[str], scope: Scope, found: Organisation) -> bool:
        """Whether another could be meant beyond a place that only the name gives.

        «СОШ № 4 г. Мнимска» may be «Мнимская СОШ № 4» of the district around.
        """
        if scope.place is None:
            return False
        return any(
            organisation.entity_id != found.entity_id
            and scope.is_around(organisation)
            and self._agreement(parts, organisation.organisation_id) > Agreement.NONE
            for organisation in map(self.organisations.__getitem__, named)
        )

    def _is_another_honoured(self, parts: NameParts, scope: Scope, found: Organisation) -> bool:
        """Whether a number and a person are all that a name says, and another may be called after that person as well.

        Of a person honoured in several towns one more may have the number, unknown to the registry; and a school of
        that number whose names in the registry say nobody may be called after him too.
        """
        plain = replace(parts, honoree=frozenset())
        if tells_apart(plain, None, is_place_given=False):
            return False
        if not any(name.honoree and name.initials for name in found.parts):
            return True
        honoured = set().union(*(self.names.having("honoree", word) for word in parts.honoree))
        others = {one for one in honoured if may_honour_one_person(parts, self.organisations[one])}
        others |= {
            one
            for one in self.names.named(plain)
            if not any(name.honoree for name in self.organisations[one].parts)
            and self._agreement(plain, one) > Agreement.NONE
        }
        return any(
            self.organisations[one].entity_id != found.entity_id and scope.has(self.organisations[one])
            for one in others
        )

    def agreement_with(self, name: str, identifier: str) -> Agreement:
        """How a name agrees with the best of an organisation's names."""
        return self._agreement(name_parts(name), identifier)

    def _agreement(self, parts: NameParts, identifier: str) -> Agreement:
        return agreement(parts, self.organisations[identifier])

    def _are_of_two_owners(self, *identifiers: str) -> bool:
        """Whether the names of two organisations say owners, and not the same."""
        said = [{parts.owner for parts in self.organisations[one].parts} - {""} for one in identifiers]
        return all(said) and said[0].isdisjoint(said[1])

    def place_of(self, query: Query) -> str | None:
        """The municipality of the row's column, else the one its name mentions («СОШ № 4 г. Коврова»)."""
        if query.municipality:
            return self.municipalities.key(query.region, query.municipality)
        if not query.name:
            return None
        code = region_code(query.region) if query.region else None
        places = (place.as_municipality for place in name_parts(query.name).places)
        found = {key for place in places if place for key in self.municipalities.keys(place, code)}
        return found.pop() if len(found) == 1 else None

    def stands_in(self, identifier: str, place: str | None, region: str | None) -> bool:
        organisation = self.organisations[identifier]
        if place is not None:
            return organisation.municipality_key == place
        return region is None or organisation.region_code == region_code(region)

    def candidates(self, query: Query) -> list[Candidate]:
        """Organisations a steward may mean, the likeliest first."""
        return candidates(self, self.placed(query))

    def within(self, municipality_key: str) -> set[str]:
        return self._in_municipality.get(municipality_key, set())


def _alias_key(name: str, municipality_key: str, sender: str | None) -> tuple[str, str, str]:
    return fold(name), municipality_key, sender_key(sender or "")
