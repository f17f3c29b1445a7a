"""Names of schools that no registry of the region has: closed, private, of another region, or no schools at all.

Whatever such a row is matched to by itself is wrong. Left out are names that a reader could not tell from a school of
the registry: a school of another region called as one of ours, in a file that says nothing of it.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from random import Random

from benchmarks.matching.naming import draft_of, honoree_text, quoted, with_tail
from benchmarks.matching.organisations import honoree_of
from benchmarks.matching.parts import Entry, Parts, Region
from benchmarks.matching.places import Municipality, Village, unknown_municipalities
from benchmarks.matching.shown import Register, Shown
from benchmarks.matching.words import adjective, kinds, words

NAMES_OF_A_SORT = 60
CHANGED_BEGINNINGS = ("Верхне", "Нижне", "Ново", "Старо", "Больше", "Мало")


@dataclass(frozen=True)
class Absent:
    """`municipality` is empty where the file does not say it; `tail`: whether the name does."""

    why: str
    name: str
    municipality: str
    tail: bool = False


@dataclass(frozen=True)
class _Place:
    random: Random
    region: Region
    register: Register
    unknown: list[Municipality]

    def entry(self, which: Callable[[Parts], object] = lambda _: True) -> Entry:
        """A standing organisation of the registry for which `which` holds."""
        while True:
            entry = self.random.choice(self.region.entries)
            if entry.until is None and not entry.parts.site_of and which(entry.parts):
                return entry

    def lacks(self, parts: Parts, where: Municipality | None) -> bool:
        """Whether no organisation has, or had, such a kind, number, village, name and title."""
        shown = Shown.of_text(
            draft_of(parts, short=True).text(), replace(parts, title=""), vague=True, says_municipality=False
        )
        return not any(
            shown.could_be(entry.parts)
            for entry in self.region.entries
            if where is None or entry.parts.municipality.stem == where.stem
        )


def absent_names(random: Random, region: Region, register: Register) -> Iterator[Absent]:
    """Some names of each sort."""
    place = _Place(random, region, register, unknown_municipalities(random, list(region.municipalities)))
    for why, sort in SORTS.items():
        for _ in range(NAMES_OF_A_SORT):
            if found := sort(place):
                yield replace(found, why=why)


def _text(place: _Place, parts: Parts) -> str:
    draft = draft_of(parts, short=place.random.random() < 0.8)
    return (quoted(draft) if place.random.random() < 0.5 else draft).text()


def _private(place: _Place) -> Absent:
    form = place.random.choice(("ЧОУ", "АНОО", "АНО", "НОУ", "Частное общеобразовательное учреждение"))
    kind = place.random.choice(("СОШ", "школа", "гимназия", "лицей", "средняя школа"))
    where = place.random.choice(place.region.municipalities).name if place.random.random() < 0.6 else ""
    return Absent("", f"{form} «{kind.capitalize() if kind.islower() else kind} «{_private_title(place)}»", where)


def _private_title(place: _Place) -> str:
    return str(place.random.choice(words()["private_titles"]))


def _number_closed_long_ago(place: _Place) -> Absent:
    """A number the town no longer has; other towns may have it."""
    town = place.random.choice([one for one in place.region.municipalities if one.is_town])
    highest = max(entry.parts.number or 0 for entry in place.region.entries if entry.parts.municipality == town)
    number = highest + place.random.randrange(1, 6)
    parts = Parts(kinds()["sosh"], "МБОУ", town, number, by_adjective=False)
    if place.random.random() < 0.5:
        return Absent("", _text(place, parts), town.name)
    return Absent("", with_tail(draft_of(parts, short=True), parts).text(), "", tail=True)


def _number_alone(place: _Place) -> Absent:
    """A number that few towns have, and nothing else: it may be any town's, also one that closed."""
    numbers = Counter(entry.parts.number for entry in place.region.entries if entry.parts.number)
    number = place.random.choice(sorted(numbers, key=lambda number: (numbers[number], number))[:8])
    kind = kinds()[place.random.choice(("sosh", "oosh", "lyceum", "gymnasium", "school"))]
    return Absent("", _text(place, Parts(kind, "МБОУ", place.region.municipalities[0], number, by_adjective=False)), "")


def _village_nearly_ours(place: _Place) -> Absent | None:
    """«Новоберёзовская» where the registry has «Берёзовская», and the other way round, or a letter apart."""
    entry = place.entry(lambda parts: parts.village and parts.municipality.villages)
    village = entry.parts.village
    assert village
    parts = replace(entry.parts, village=_neighbour(place, village), by_adjective=True, honoree=None)
    if not place.lacks(replace(parts, number=None), None):
        return None
    return Absent("", _text(place, parts), parts.municipality.name if place.random.random() < 0.5 else "")


def _neighbour(place: _Place, village: Village) -> Village:
    stem = village.adjective
    beginning = next((one for one in CHANGED_BEGINNINGS if stem.startswith(one)), "")
    if beginning:
        other = stem.removeprefix(beginning).capitalize()
        if place.random.random() < 0.5:
            other = place.random.choice([one for one in CHANGED_BEGINNINGS if one != beginning]) + other.lower()
    elif place.random.random() < 0.6:
        other = place.random.choice(CHANGED_BEGINNINGS) + stem.lower()
    else:
        other = place.random.choice("БВГДКЛМНПРСТ") + stem[1:]
    return replace(village, nominative=other, genitive=other, prepositional=other, adjective=other)


def _village_of_another_district(place: _Place) -> Absent | None:
    """The municipality given has no such village."""
    entry = place.entry(lambda parts: parts.village)
    other = place.random.choice([one for one in place.region.municipalities if not one.is_town])
    parts = replace(entry.parts, municipality=other, number=None)
    if not place.lacks(parts, other):
        return None
    return Absent("", _text(place, replace(parts, number=entry.parts.number)), other.name)


def _tail_of_another_district(place: _Place) -> Absent | None:
    entry = place.entry(lambda parts: parts.village)
    other = place.random.choice([one for one in place.region.municipalities if not one.is_town])
    parts = replace(entry.parts, municipality=other, number=None)
    if not place.lacks(parts, other):
        return None
    draft = replace(draft_of(parts, short=True), tail=place.random.choice(other.tails))
    return Absent("", draft.text(), "", tail=True)


def _tail_of_unknown_district(place: _Place) -> Absent:
    """«Кедровская средняя школа № 2 Кляксинского района»: the registry has no such district."""
    entry = place.entry()
    draft = draft_of(replace(entry.parts, by_adjective=bool(entry.parts.village)), short=True)
    return Absent("", replace(draft, tail=place.random.choice(place.random.choice(place.unknown).tails)).text(), "",
                  tail=True)  # fmt: skip


def _of_another_subject(place: _Place) -> Absent:
    entry = place.entry()
    draft = draft_of(replace(entry.parts, by_adjective=bool(entry.parts.village)), short=place.random.random() < 0.7)
    district = f"{place.random.choice(place.unknown).tail} " if place.random.random() < 0.6 else ""
    subject = place.random.choice(words()["foreign_subjects"])
    return Absent("", replace(draft, tail=f"{district}{subject}").text(), "", tail=True)


def _kindergarten_of_a_schools_number(place: _Place) -> Absent | None:
    entry = place.entry(lambda parts: parts.number and parts.municipality.is_town)
    parts = Parts(kinds()["kindergarten"], "МБДОУ", entry.parts.municipality, entry.parts.number)
    of_town = [one.parts for one in place.region.entries if one.parts.municipality == parts.municipality]
    if any(one.kind == parts.kind and one.number == parts.number for one in of_town):
        return None
    return Absent("", _text(place, parts), parts.municipality.name)


def _school_of_a_kindergartens_number(place: _Place) -> Absent | None:
    """«Лицей № 5» where the town's fifth school is another and the kindergarten has the number too."""
    entry = place.entry(lambda parts: parts.kind.code == "kindergarten")
    parts = Parts(kinds()["evening"], "МБОУ", entry.parts.municipality, entry.parts.number)
    of_town = [one.parts for one in place.region.entries if one.parts.municipality == parts.municipality]
    if any(one.kind == parts.kind and one.number == parts.number for one in of_town):
        return None
    return Absent("", _text(place, parts), parts.municipality.name)


def _no_school(place: _Place) -> Absent:
    entry = place.entry(lambda parts: parts.number)
    name = place.random.choice(words()["not_schools"]).format(number=entry.parts.number)
    form = place.random.choice(words()["not_school_forms"])
    where = entry.parts.municipality.name if place.random.random() < 0.7 else ""
    return Absent("", f"{form} {name}".strip(), where)


def _name_of_another_honoree(place: _Place) -> Absent:
    """A school «имени …» that is not the one of the municipality."""
    where = place.random.choice(place.region.municipalities)
    honoree = replace(honoree_of(place.random), surname=place.random.choice(words()["unknown_surnames"]))
    kind = place.random.choice(("СОШ", "ООШ", "Гимназия"))
    name = f"МБОУ {kind} {honoree_text(honoree, short=place.random.random() < 0.5)}"
    return Absent("", name, where.name if place.random.random() < 0.5 else "")


def _management(place: _Place) -> Absent:
    where = place.random.choice([one for one in place.region.municipalities if not one.is_town])
    name = place.random.choice(("Управление образования администрации {}", "МКУ «Управление образования» {}",
                                "Отдел образования {}"))  # fmt: skip
    given = where.name if place.random.random() < 0.5 else ""
    return Absent("", name.format(where.tail), given, tail=True)


def _branch_unknown(place: _Place) -> Absent | None:
    """A branch that the registry does not list: the head school is not what the row is about."""
    entry = place.entry(lambda parts: parts.village)
    taken = {one.parts.village.adjective for one in place.region.entries if one.parts.village}
    free = [one for one in entry.parts.municipality.villages if one.adjective not in taken]
    if not free:
        return None
    village = place.random.choice(free)
    head = draft_of(entry.parts, short=True).text()
    named = f"{adjective(village.adjective, 'feminine')} НОШ - филиал {head}"
    name = place.random.choice((named, f"Филиал {head} в {village.kind} {village.prepositional}"))
    return Absent("", name, entry.parts.municipality.name if place.random.random() < 0.6 else "")


SORTS: dict[str, Callable[[_Place], Absent | None]] = {
    "частная школа": _private,
    "номер, которого в городе больше нет": _number_closed_long_ago,
    "вид и номер без места": _number_alone,
    "село, похожее на наше": _village_nearly_ours,
    "муниципалитет, где такой школы нет": _village_of_another_district,
    "хвост района, где такой школы нет": _tail_of_another_district,
    "хвост района, которого нет": _tail_of_unknown_district,
    "школа другого субъекта": _of_another_subject,
    "детский сад с номером школы": _kindergarten_of_a_schools_number,
    "вечерняя школа с номером другой": _school_of_a_kindergartens_number,
    "не школа: ДШИ, ДЮСШ, автошкола": _no_school,
    "имени другого человека": _name_of_another_honoree,
    "управление образования": _management,
    "филиал, которого нет в реестре": _branch_unknown,
}
