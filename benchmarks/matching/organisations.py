"""The organisations of a region that does not exist, as its registry knows them."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from random import Random
from typing import Any

from benchmarks.matching.naming import registry_names
from benchmarks.matching.parts import Entry, Honoree, Parts, Region
from benchmarks.matching.places import Municipality, Village, municipalities_of
from benchmarks.matching.words import Kind, kinds, words

SCHOOLS, KINDERGARTENS, BRANCHES, ADDITIONAL = 700, 120, 40, 20
SCHOOLS_OF_TOWNS = 0.43
RENAMED, MERGED, REFOUNDED = 40, 25, 10
CHANGE = date(2023, 9, 1)
"""Renamed, merged and founded anew on this day, between the years of the files."""


def region_of(random: Random, schools: int = SCHOOLS) -> Region:
    """`schools` schools in 70 municipalities with kindergartens, branches and other organisations in proportion."""
    subject = random.choice(words()["subjects"])
    municipalities = municipalities_of(random)
    size = schools / SCHOOLS
    identifiers = _Identifiers(subject["tax_code"])
    found = [identifiers.entry(parts) for parts in _schools(random, subject, municipalities, schools)]
    found = [*_changed(random, found, identifiers, size)]
    standing = [entry for entry in found if entry.until is None]
    found += [_branch(random, head) for head in random.sample(_with_village(standing), round(BRANCHES * size))]
    found += [identifiers.entry(parts) for parts in _others(random, municipalities, size)]
    return Region(subject, tuple(municipalities), tuple(_named(random, entry, subject) for entry in found))


def _named(random: Random, entry: Entry, subject: dict[str, Any]) -> Entry:
    names = registry_names(random, entry.parts, subject)
    return replace(entry, full=names["full"], short=names["short"])


class _Identifiers:
    """ИНН in turn, with their check digit."""

    def __init__(self, tax_code: str) -> None:
        self.tax_code = tax_code
        self.given = 0

    def entry(self, parts: Parts) -> Entry:
        return Entry(parts, self.inn(), f"{self.tax_code}0101001")

    def inn(self) -> str:
        self.given += 1
        body = f"{self.tax_code}99{self.given:05d}"
        total = sum(int(digit) * weight for digit, weight in zip(body, (2, 4, 10, 3, 5, 9, 4, 6, 8), strict=True))
        return f"{body}{total % 11 % 10}"


def _schools(random: Random, subject: dict[str, Any], known: list[Municipality], schools: int) -> Iterator[Parts]:
    towns = [one for one in known if one.is_town]
    districts = [one for one in known if not one.is_town]
    in_towns = round(schools * SCHOOLS_OF_TOWNS)
    for town, count in zip(towns, _shares(random, in_towns, len(towns)), strict=True):
        yield from _numbered(random, subject, town, count)
    for district, count in zip(districts, _shares(random, schools - in_towns, len(districts)), strict=True):
        yield from _rural(random, subject, district, count)


def _shares(random: Random, total: int, places: int) -> list[int]:
    """`total` schools over places of unlike size."""
    sizes = [random.uniform(0.5, 1.5) for _ in range(places)]
    shares = [max(1, round(total * size / sum(sizes))) for size in sizes]
    shares[shares.index(max(shares))] += total - sum(shares)
    return shares


def _kind(random: Random, *left_out: str) -> Kind:
    chosen = [kind for kind in kinds().values() if kind.weight and kind.code not in left_out]
    return random.choices(chosen, [kind.weight for kind in chosen])[0]


def _form(random: Random, subject: dict[str, Any], kind: Kind) -> str:
    forms = words()["state_forms"][subject["state_form"]] if kind.state else words()["municipal_forms"]
    return str(random.choice(forms))


def _numbered(random: Random, subject: dict[str, Any], town: Municipality, count: int) -> Iterator[Parts]:
    """A school of a number in turn; some bear a name, a title, or a title alone."""
    titles = random.sample(words()["titles"], len(words()["titles"]))
    for number in range(1, count + 1):
        kind = _kind(random)
        titled = random.random()
        yield Parts(
            kind,
            _form(random, subject, kind),
            town,
            None if titled < 0.03 else number,
            honoree=honoree_of(random) if random.random() < 0.12 else None,
            title=titles[number % len(titles)] if titled < 0.08 else "",
            by_adjective=random.random() < 0.08,
        )


def _rural(random: Random, subject: dict[str, Any], district: Municipality, count: int) -> Iterator[Parts]:
    """Schools of villages, numbered through the district or not; the centre has a few of its own."""
    numbered = random.random() < 0.35
    by_adjective = random.random() < 0.7
    taken: set[tuple[object, ...]] = set()
    for number in range(1, count + 1):
        of_centre = number <= min(3, 1 + count // 6)
        village = None if of_centre else _village_of(random, district, number)
        parts = None
        while parts is None or parts.identity in taken:
            kind = _kind(random, *(() if of_centre else ("evening", "cadet")))
            parts = Parts(
                kind,
                _form(random, subject, kind),
                district,
                number if numbered or of_centre else None,
                village,
                honoree_of(random) if random.random() < 0.12 else None,
                by_adjective=by_adjective if random.random() < 0.9 else not by_adjective,
            )
        taken.add(parts.identity)
        yield parts


def _village_of(random: Random, district: Municipality, number: int) -> Village:
    """In turn: only a district of many schools has two in one village."""
    return district.villages[number % len(district.villages)]


def honoree_of(random: Random) -> Honoree:
    given = random.choice(words()["given_names"])
    return Honoree(
        random.choice(words()["honours"]),
        given["full"],
        given["letter"],
        random.choice(words()["patronymic_letters"]),
        random.choice(words()["surnames"]),
    )


def _changed(random: Random, found: list[Entry], identifiers: _Identifiers, size: float) -> Iterator[Entry]:
    """Some renamed, some merged into another school of the place, some founded anew with another kind."""
    counts = [round(count * size) for count in (RENAMED, MERGED, REFOUNDED)]
    chosen = random.sample(range(len(found)), sum(counts))
    changes = dict(zip(chosen, _repeated(("renamed", "merged", "refounded"), counts), strict=True))
    for number, entry in enumerate(found):
        ended = replace(entry, until=date(2023, 8, 31))
        match changes.get(number):
            case "renamed":
                yield ended
                yield replace(entry, parts=_renamed(random, entry.parts), since=CHANGE)
            case "merged":
                successors = [
                    other.inn
                    for place, other in enumerate(found)
                    if other.parts.municipality == entry.parts.municipality and place not in changes
                ]
                yield replace(ended, successor=random.choice(successors)) if successors else entry
            case "refounded":
                anew = replace(identifiers.entry(_renamed(random, entry.parts)), since=CHANGE)
                yield replace(ended, successor=anew.inn)
                yield anew
            case _:
                yield entry


def _repeated(names: tuple[str, ...], counts: list[int]) -> list[str]:
    return [name for name, count in zip(names, counts, strict=True) for _ in range(count)]


def _renamed(random: Random, parts: Parts) -> Parts:
    """Given a name, another kind, or a number taken away."""
    kind = kinds()[random.choice([code for code in ("gymnasium", "lyceum", "oosh", "sosh") if code != parts.kind.code])]
    choices = [replace(parts, honoree=honoree_of(random)), replace(parts, kind=kind)]
    if parts.village and parts.number:
        choices.append(replace(parts, number=None))
    return random.choice(choices)


def _with_village(entries: list[Entry]) -> list[Entry]:
    return [entry for entry in entries if entry.parts.village]


def _branch(random: Random, head: Entry) -> Entry:
    """In another village of the district, of a smaller kind."""
    district = head.parts.municipality
    village = random.choice([one for one in district.villages if one != head.parts.village])
    kind = kinds()[random.choice(["nosh", "oosh", "nosh", "nursery_school"])]
    parts = Parts(kind, head.parts.form, district, village=village, site_of=head.parts)
    return Entry(parts, head.inn, f"{head.inn[:2]}0143{random.randrange(1, 999):03d}", head.since, head.until)


def _others(random: Random, known: list[Municipality], size: float) -> Iterator[Parts]:
    """Kindergartens, numbered as schools are, and houses of children's creativity."""
    towns = [one for one in known if one.is_town]
    forms = words()
    for number in range(round(KINDERGARTENS * size)):
        place = towns[number % len(towns)]
        kind, form = kinds()["kindergarten"], random.choice(forms["kindergarten_forms"])
        title = random.choice(forms["titles"]) if random.random() < 0.7 else ""
        yield Parts(kind, form, place, number // len(towns) + 1, title=title, by_adjective=False)
    for place in random.sample(known, round(ADDITIONAL * size)):
        yield Parts(kinds()["additional"], random.choice(forms["additional_forms"]), place)
