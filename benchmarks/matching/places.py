"""Municipalities and villages of a region that does not exist."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from random import Random
from typing import Any

from benchmarks.matching.words import words

MUNICIPALITIES, TOWNS, TOWNS_WITH_DISTRICT = 70, 15, 9
VILLAGES_OF_REGION, VILLAGES_OF_DISTRICT = 420, 9
COMMON_VILLAGES, SHARE_OF_COMMON = 40, 0.35
"""Names that stand all over a region, and how often a village has one of them."""


@dataclass(frozen=True)
class Village:
    """`adjective` is the stem of «Берёзовская»: «Берёзовск»; `kind` «с.», its genitive `kind_genitive` «села»."""

    nominative: str
    genitive: str
    prepositional: str
    adjective: str
    kind: str
    kind_genitive: str


@dataclass(frozen=True)
class Municipality:
    """`name` as the registry writes it, `tail` as a name ends with it; `centre` is the town it is or is named after."""

    name: str
    tail: str
    stem: str
    is_town: bool
    spellings: tuple[str, ...]
    tails: tuple[str, ...]
    villages: tuple[Village, ...]
    shares_root: bool

    @property
    def centre(self) -> str:
        return self.stem

    @property
    def centre_genitive(self) -> str:
        return self.stem + "а"


def municipalities_of(random: Random) -> list[Municipality]:
    """Towns first; some districts have the root of a town."""
    pairs = list(product(words()["municipality_first"], words()["municipality_second"]))
    stems = [first + second for first, second in random.sample(pairs, MUNICIPALITIES)]
    towns = stems[:TOWNS]
    districts = [*towns[:TOWNS_WITH_DISTRICT], *stems[TOWNS : MUNICIPALITIES - TOWNS_WITH_DISTRICT]]
    known = _villages(random)
    shared = set(towns[:TOWNS_WITH_DISTRICT])
    return [
        *(_town(stem, stem in shared) for stem in towns),
        *(_district(random, stem, stem in shared, known) for stem in districts),
    ]


def unknown_municipalities(random: Random, known: list[Municipality]) -> list[Municipality]:
    """Districts that are in no registry."""
    taken = {one.stem for one in known}
    pairs = product(words()["municipality_first"], words()["municipality_second"])
    stems = [first + second for first, second in pairs if first + second not in taken]
    return [_district(random, stem, False, _villages(random)) for stem in random.sample(stems, 10)]


def _town(stem: str, shared: bool) -> Municipality:
    genitive = stem + "а"
    return Municipality(
        name=f"город {stem}",
        tail=f"города {genitive}",
        stem=stem,
        is_town=True,
        spellings=(f"г. {stem}", f"г.{stem}", stem, f"г.о. {stem}", f"ГО город {stem}", f"ГОРОД {stem.upper()}"),
        tails=(
            f"города {genitive}", f"г. {genitive}", f"г.{genitive}", f"г. {stem}", f", г. {stem}", f"({stem})",
            genitive,
        ),
        villages=(),
        shares_root=shared,
    )  # fmt: skip


def _district(random: Random, stem: str, shared: bool, known: list[Village]) -> Municipality:
    is_okrug = random.random() < 0.2
    kind, genitive = ("муниципальный округ", "муниципального округа") if is_okrug else ("район", "района")
    spellings = (
        [f"{stem}ий МО", f"{stem}ий м.о.", f"{stem}ий муниципальный округ"]
        if is_okrug
        else [f"{stem}ий р-н", f"{stem}ий муниципальный район", f"{stem}ий МР", f"МР {stem}ий район", f"р-н {stem}ий"]
    )
    if not shared:
        spellings.append(f"{stem}ий")
    tails = [f"{stem}ого {genitive}", f"({stem}ий {kind})", f", {stem}ий {kind}"]
    tails += [f"{stem}ого МО", f"{stem}ого м.о."] if is_okrug else [f"{stem}ого р-на", f", {stem}ий р-н"]
    return Municipality(
        name=f"{stem}ий {kind}",
        tail=f"{stem}ого {genitive}",
        stem=stem,
        is_town=False,
        spellings=(*spellings, f"{stem}ий {kind}".upper()),
        tails=tuple(tails),
        villages=tuple(_villages_of_district(random, known)),
        shares_root=shared,
    )


def _villages_of_district(random: Random, known: list[Village]) -> Iterator[Village]:
    """In one district no two villages give one adjective: people there would have told them apart."""
    seen: set[str] = set()
    while len(seen) < VILLAGES_OF_DISTRICT:
        common = random.random() < SHARE_OF_COMMON
        village = random.choice(known[:COMMON_VILLAGES] if common else known[COMMON_VILLAGES:])
        if village.adjective not in seen:
            seen.add(village.adjective)
            yield village


def _villages(random: Random) -> list[Village]:
    """The villages of the region, common names first; districts draw from them, so that names repeat between them."""
    pairs = list(product(words()["village_roots"], words()["village_endings"]))
    random.shuffle(pairs)
    plain = [_village(random, root, ending, None) for root, ending in pairs]
    compound = [_compound(random, row) for row in words()["compound_villages"]]
    prefixed = [(pair, prefix) for pair in pairs for prefix in words()["village_prefixes"]]
    random.shuffle(prefixed)
    more = VILLAGES_OF_REGION - len(plain) - len(compound)
    return [*plain, *compound, *(_village(random, *pair, prefix) for pair, prefix in prefixed[:more])]


def _compound(random: Random, row: list[str]) -> Village:
    kind, kind_genitive = random.choice(list(words()["village_kinds"].items()))
    nominative, genitive, prepositional, stem = row
    return Village(nominative, genitive, prepositional, stem, kind, kind_genitive)


def _village(random: Random, root: str, ending: dict[str, Any], prefix: dict[str, Any] | None) -> Village:
    kind, kind_genitive = random.choice(list(words()["village_kinds"].items()))
    cases = [root + ending[case] for case in ("nominative", "genitive", "prepositional")]
    stem = root + ending["adjective"]
    if prefix:
        before = prefix[ending["gender"]]
        cases = [f"{first} {name}" for first, name in zip(before, cases, strict=True)]
        stem = prefix["joint"] + stem.lower()
    nominative, genitive, prepositional = cases
    return Village(nominative, genitive, prepositional, stem, kind, kind_genitive)
