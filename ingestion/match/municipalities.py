"""Municipalities that the registry or the list knows: found by any spelling of their own, never by a likeness.

«Енисейск» is a town and no spelling of «Енисейский район»; «Ковров» is «город Ковров» (place_names.MunicipalityName).
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from rapidfuzz import fuzz, process

from foundation.settings import regional_home
from foundation.text import fold, sender_key
from ingestion.names.places import MunicipalityName, municipality_name, region_stems
from schemas.regions import Region, region_of, regions

CANDIDATES_SHOWN = 5
LOWEST_SCORE = 50.0
KEYS_KEPT = 65536
UNKNOWN_REGION = "region"
UNKNOWN_MUNICIPALITY = "municipality"


@dataclass(frozen=True)
class PlaceCandidate:
    """A region or one of its municipalities that an unknown spelling may mean, with its likeness from 0 to 100."""

    region: str
    municipality: str | None
    score: float

    def __str__(self) -> str:
        return f"{self.municipality}, {self.region}" if self.municipality else self.region


@dataclass(frozen=True)
class PlaceDecision:
    """What a steward has said that a sender's spelling of a place means."""

    region: str | None
    municipality: str | None
    sender: str | None
    known_region: str
    known_municipality: str | None


@dataclass
class Municipalities:
    """The municipalities of the registry by region, and the steward's decisions on spellings of places."""

    _names: dict[str, dict[str, dict[str, set[MunicipalityName]]]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(lambda: defaultdict(set)))
    )
    """By stem, region and key: what a name may mean is found among those of its stem."""
    _titles: dict[str, str] = field(default_factory=dict)
    _regions: dict[str, str] = field(default_factory=dict)
    _listed: set[str] = field(default_factory=set)
    _decisions: dict[tuple[str, str, str], PlaceDecision] = field(default_factory=dict)
    _keys: dict[tuple[str | None, str, Path], str] = field(default_factory=dict)
    """Keys already asked for, by region and municipality as they are written and the home that reads them."""

    def add(self, region: str, key: str, title: str) -> None:
        """Take in a municipality of the region with this code, as the registry names it."""
        name = municipality_name(title)
        self._keys.clear()
        self._names[name.stem][region][key].add(name)
        self._titles[key] = title
        self._regions[key] = region

    def add_listed(self, region: str, key: str, title: str, name: MunicipalityName) -> None:
        """Take in a municipality that the list names and the registry does not; its present name comes first."""
        self._keys.clear()
        self._names[name.stem][region][key].add(name)
        self._titles.setdefault(key, title)
        self._regions[key] = region
        self._listed.add(key)

    def is_listed_only(self, key: str) -> bool:
        """Whether the list alone knows a municipality, no row of the registry."""
        return key in self._listed

    def decide(self, decisions: Iterable[PlaceDecision]) -> None:
        """Take in what stewards have decided, the latest last."""
        for one in decisions:
            self._decisions[_asked(one.region, one.municipality, one.sender)] = one

    def knows(self, key: str) -> bool:
        return key in self._titles

    def has_stem(self, stem: str) -> bool:
        """Whether any municipality's name has this stem."""
        return stem in self._names

    def keys(self, name: MunicipalityName, region: str | None) -> list[str]:
        """Keys of the municipalities that a name may mean, in the region with this code or in all."""
        return self._found(name, region, MunicipalityName.agrees_with)

    def _found(
        self, name: MunicipalityName, region: str | None, are_one: Callable[[MunicipalityName, MunicipalityName], bool]
    ) -> list[str]:
        return [
            key
            for code, known in self._names.get(name.stem, {}).items()
            if region in (None, code) and _may_lie_in(name, code)
            for key, names in known.items()
            if any(are_one(one, name) for one in names)
        ]

    def key(self, region: str | None, municipality: str | None) -> str | None:
        """The key of a municipality named in any spelling; its own new key when the registry has not one like it."""
        if not municipality:
            return None
        asked = (region, municipality, regional_home())
        if asked not in self._keys:
            if len(self._keys) >= KEYS_KEPT:
                self._keys.clear()
            self._keys[asked] = self._key(region, municipality)
        return self._keys[asked]

    def _key(self, region: str | None, municipality: str) -> str:
        name, code = municipality_name(municipality), region_code(region) if region else None
        found = self.keys(name, code)
        if len(found) == 1:
            return found[0]
        elsewhere = f" {name.region}" if code and not _may_lie_in(name, code) else ""
        return f"{code or ''}/{name.key}{elsewhere}"

    def region_of(self, municipality: str) -> Region | None:
        """The region of a municipality when just one region of the registry has one of that name."""
        codes = {self._regions[key] for key in self.keys(municipality_name(municipality), None)}
        return next((one for one in regions() if {one.code} == codes), None)

    def unknown_part(self, region: str | None, municipality: str | None) -> str | None:
        """Which part of a place is not known: `region`, `municipality`, or None when all that is named is known."""
        if region and region_of(region) is None:
            return UNKNOWN_REGION
        key = self.key(region, municipality)
        return None if key is None or self.knows(key) else UNKNOWN_MUNICIPALITY

    def may_be(self, key: str | None, municipality: str | None) -> bool:
        """Whether a spelling may mean the municipality with this key, be it among others: a row once placed stays."""
        if key is None or municipality is None:
            return False
        return key in self._found(municipality_name(municipality), None, MunicipalityName.may_agree_with)

    def meant(self, region: str | None, municipality: str | None, sender: str | None) -> tuple[str | None, str | None]:
        """The place by the names of the catalogue and the registry, where a steward has decided on this spelling."""
        if not self._decisions:
            return region, municipality
        if decided := self._decisions.get(_asked(region, municipality, sender)):
            return decided.known_region, decided.known_municipality
        if decided := self._decisions.get(_asked(region, None, sender)) if region else None:
            return decided.known_region, municipality
        return region, municipality

    def candidates(self, region: str | None, municipality: str | None) -> list[PlaceCandidate]:
        """Places an unknown spelling may mean: regions when the region is not known, else municipalities."""
        known = region_of(region) if region else None
        if region and known is None:
            return _ranked(region, [PlaceCandidate(one.name, None, 0.0) for one in regions()])
        names = {one.code: one.name for one in regions()}
        pool = [
            PlaceCandidate(names.get(code, code), self._titles[key], 0.0)
            for key, code in self._regions.items()
            if known is None or code == known.code
        ]
        return _ranked(municipality or "", pool)

    def named(self, region: str | None, municipality: str) -> PlaceCandidate | None:
        """The one municipality that a steward names, with its region; None when there is not exactly one."""
        code = region_code(region) if region else None
        keys = self.keys(municipality_name(municipality), code)
        exact = [key for key in keys if fold(self._titles[key]) == fold(municipality)] or keys
        if len(exact) != 1:
            return None
        owner = self._regions[exact[0]]
        return PlaceCandidate(next(one.name for one in regions() if one.code == owner), self._titles[exact[0]], 100.0)


def region_code(region: str) -> str:
    """ISO code of a region, or its folded name when it is not in the catalogue."""
    found = region_of(region)
    return found.code if found else fold(region)


def _may_lie_in(name: MunicipalityName, region: str) -> bool:
    """Whether a name mentions no other region than the one with this code."""
    return not name.region or name.region in region_stems(region)


def _asked(region: str | None, municipality: str | None, sender: str | None) -> tuple[str, str, str]:
    return fold(region or ""), fold(municipality or ""), sender_key(sender or "")


def _ranked(text: str, pool: list[PlaceCandidate]) -> list[PlaceCandidate]:
    titles = {index: fold(one.municipality or one.region) for index, one in enumerate(pool)}
    found = process.extract(fold(text), titles, scorer=fuzz.WRatio, limit=CANDIDATES_SHOWN, score_cutoff=LOWEST_SCORE)
    return [PlaceCandidate(pool[index].region, pool[index].municipality, round(score, 1)) for _, score, index in found]
