"""Rows of files of another year, written by other people, each with the organisations it truly means."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import count
from random import Random
from typing import TypeVar

from benchmarks.matching.absent import Absent, absent_names
from benchmarks.matching.naming import branch_text, draft_of, quoted
from benchmarks.matching.parts import Entry, Region
from benchmarks.matching.places import Municipality
from benchmarks.matching.shown import Register, Shown
from benchmarks.matching.text_variations import TEXT_VARIATIONS, TextVariation, Typing
from benchmarks.matching.variations import PART_VARIATIONS, PartVariation, Writing

Chosen = TypeVar("Chosen", PartVariation, TextVariation)
YEARS = (2022, 2024)
ROUNDS = 2
"""Rows that name an organisation in the files of one year, in the file with municipalities and in the one without."""
AS_IN_FULL, AS_IN_SHORT, BRANCH = "полное имя реестра", "краткое имя реестра", "филиал"
UNCHANGED, FORMER, STALE = "без изменений", "прежнее имя", "имя закрытой школы после закрытия"
SPELT_MUNICIPALITY = "муниципалитет написан иначе"
SHARE_OF_ABSENT = 0.1


@dataclass(frozen=True)
class Row:
    """A row of a file.

    `right`: keys it may be matched to, none when its school is in no registry; `could_mean`: how many organisations of
    the registry have all the row says; `decidable`: it is one, and by more than a kind and a number; `tail`: whether
    the name itself says its municipality; `absent`: why no registry has it.
    """

    number: int
    day: date
    name: str
    municipality: str
    right: tuple[str, ...]
    variations: tuple[str, ...]
    could_mean: int
    decidable: bool
    tail: bool
    absent: str = ""


@dataclass
class _Written:
    text: str
    variations: list[str]
    vague: bool = False
    says_municipality: bool = False


def rows_of(random: Random, region: Region, rounds: int = ROUNDS) -> Iterator[Row]:
    """Every organisation in each year it stood, with its municipality and without, and schools of no registry."""
    register = Register(region)
    villages = [village for one in region.municipalities for village in one.villages]
    spelt = [form for one in villages for form in (one.nominative, one.genitive, one.prepositional)]
    places = frozenset(form[:-2].lower() for form in spelt) | {one.adjective.lower() for one in villages}
    numbers = count(1)
    for entry in region.entries:
        for year in YEARS:
            for with_municipality in (True, False) * rounds:
                day = date(year, 1, 1) + timedelta(random.randrange(365))
                if entry.stood(day) or (entry.until and entry.until < day and random.random() < 0.15):
                    place = entry.parts.municipality if with_municipality else None
                    yield _row(random, region, register, places, next(numbers), day, entry, place)
    absent = [*absent_names(random, region, register)]
    for one in random.choices(absent, k=round(SHARE_OF_ABSENT * next(numbers))):
        yield _absent_row(random, next(numbers), one)


def _row(
    random: Random, region: Region, register: Register, places: frozenset[str], number: int, day: date, entry: Entry,
    place: Municipality | None,
) -> Row:  # fmt: skip
    written = _branch(random, entry) if entry.parts.site_of else _written(random, region, entry)
    shown = Shown.of_text(written.text, entry.parts, vague=written.vague, says_municipality=written.says_municipality)
    _type(random, written, entry, places)
    municipality = _municipality(random, written, place) if place else ""
    right = {entry.key}
    if not entry.stood(day):
        # Facts keep the entity that reported them; whoever writes an old name may mean the successor as well.
        renamed = any(other.key == entry.key and other.stood(day) for other in region.entries)
        written.variations.append(FORMER if renamed else STALE)
        right |= {entry.successor} - {""}
    meant = register.could_mean(shown, day, place)
    return Row(
        number, day, written.text, municipality, tuple(sorted(right)), tuple(written.variations),
        meant, meant == 1 and shown.can_decide(place), written.says_municipality,
    )  # fmt: skip


def _absent_row(random: Random, number: int, absent: Absent) -> Row:
    day = date(random.choice(YEARS), 1, 1) + timedelta(random.randrange(365))
    return Row(number, day, absent.name, absent.municipality, (), (), 0, False, absent.tail, absent.why)


def _municipality(random: Random, written: _Written, place: Municipality) -> str:
    if random.random() < 0.75:
        return place.name
    written.variations.append(SPELT_MUNICIPALITY)
    return random.choice(place.spellings)


def _written(random: Random, region: Region, entry: Entry) -> _Written:
    chance = random.random()
    if chance < 0.12:
        return _as_registered(entry, entry.full, AS_IN_FULL)
    if chance < 0.28 and entry.short:
        return _as_registered(entry, entry.short, AS_IN_SHORT)
    return _own_words(random, region, entry)


def _as_registered(entry: Entry, text: str, how: str) -> _Written:
    says_municipality = entry.parts.municipality.stem.lower() in text.lower()
    return _Written(text, [how], says_municipality=says_municipality)


def _own_words(random: Random, region: Region, entry: Entry) -> _Written:
    draft = draft_of(entry.parts, short=random.random() < 0.8)
    draft = quoted(draft) if random.random() < 0.4 else draft
    applied = []
    for variation in _some(random, PART_VARIATIONS, random.choice((0, 1, 1, 2, 2, 3))):
        changed = variation.change(Writing(random, entry.parts, region, draft))
        if changed is not None and changed != draft:
            draft = changed
            applied.append(variation.name)
    return _Written(draft.text(), applied or [UNCHANGED], draft.vague, draft.shows_municipality)


def _branch(random: Random, entry: Entry) -> _Written:
    assert entry.parts.site_of
    own, head = (draft_of(one, short=random.random() < 0.8) for one in (entry.parts, entry.parts.site_of))
    head = quoted(head) if random.random() < 0.6 else head
    style = random.randrange(4)
    return _Written(branch_text(own, head, entry.parts, style), [BRANCH], vague=style in {1, 3})


def _type(random: Random, written: _Written, entry: Entry, places: frozenset[str]) -> None:
    """The name as it was typed and exported."""
    village = entry.parts.village
    named = (village.adjective, village.nominative) if village else ()
    for variation in _some(random, TEXT_VARIATIONS, random.choice((0, 0, 0, 1, 1, 2))):
        text = variation.change(Typing(random, written.text, (*named, entry.parts.municipality.stem), places))
        if text != written.text:
            written.text = text
            written.variations.append(variation.name)


def _some(random: Random, table: tuple[Chosen, ...], number: int) -> list[Chosen]:
    """`number` variations by their weight, none twice."""
    chosen = random.choices(table, [one.weight for one in table], k=number)
    return list(dict.fromkeys(chosen))
