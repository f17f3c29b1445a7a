"""A name as a draft, whose parts other people write otherwise, and the names that the registry has."""

from dataclasses import dataclass, replace
from random import Random
from typing import Any

from benchmarks.matching.parts import Honoree, Parts
from benchmarks.matching.words import adjective, words

GUILLEMETS = ("«", "»")


@dataclass(frozen=True)
class Draft:
    """The parts of a name as they are written; an empty one is left out. `vague`: the kind is no more than «школа»."""

    form: str
    kind: str
    number: str = ""
    place: str = ""
    place_first: bool = False
    title: str = ""
    honoree: str = ""
    tail: str = ""
    quotes: tuple[str, str] = ("", "")
    between: str = " "
    vague: bool = False
    shows_municipality: bool = False

    def text(self) -> str:
        order = (self.place, self.kind) if self.place_first else (self.kind,)
        after = "" if self.place_first else self.place
        title = f"{GUILLEMETS[0]}{self.title}{GUILLEMETS[1]}" if self.title else ""
        core = " ".join(part for part in (*order, self.number, after, title, self.honoree) if part)
        # A letter in front is a capital only where the name begins with it.
        core = core if self.place_first else core[:1].upper() + core[1:] if self.quotes[0] else core
        named = f"{self.quotes[0]}{core}{self.quotes[1]}"
        tail = self.tail if self.tail.startswith(",") else f"{self.between}{self.tail}"
        return " ".join(part for part in (self.form, named) if part) + (tail if self.tail else "")


def draft_of(parts: Parts, *, short: bool) -> Draft:
    """The plain name: abbreviated when `short`."""
    kind = parts.kind
    draft = Draft(
        form=parts.form if short else words()["legal_forms"][parts.form],
        kind=kind.short if short else kind.full,
        number=f"№ {parts.number}" if parts.number else "",
        title=parts.title,
        honoree=honoree_text(parts.honoree, short=short),
        vague=kind.code == "school",
    )
    if parts.village:
        return place_by_adjective(draft, parts) if parts.by_adjective else place_by_village(draft, parts)
    return place_by_adjective(draft, parts) if parts.by_adjective and not parts.site_of else draft


def place_by_adjective(draft: Draft, parts: Parts) -> Draft:
    """«Берёзовская средняя школа»; of a town or a centre by its own name."""
    stem = parts.village.adjective if parts.village else parts.municipality.stem
    place = adjective(stem, parts.kind.gender)
    return replace(
        draft, place=place, place_first=True, shows_municipality=draft.shows_municipality or not parts.village
    )


def place_by_village(draft: Draft, parts: Parts) -> Draft:
    """«Средняя школа села Берёзовка»; without a village, of the town."""
    if village := parts.village:
        return replace(draft, place=f"{village.kind_genitive} {village.nominative}", place_first=False)
    place = f"г. {parts.municipality.centre}"
    return replace(draft, place=place, place_first=False, shows_municipality=True)


def honoree_text(honoree: Honoree | None, *, short: bool) -> str:
    """«имени Героя России И.В. Выдумкина»."""
    if honoree is None:
        return ""
    name = f"{honoree.letter}.{honoree.patronymic}. {honoree.genitive}"
    honour = "" if short or not honoree.honour else f"{honoree.honour} "
    return f"{'им.' if short else 'имени'} {honour}{name}"


def with_tail(draft: Draft, parts: Parts, subject: str = "") -> Draft:
    """«… Мнимого района Мнимого края»."""
    tail = " ".join(part for part in (parts.municipality.tail, subject) if part)
    return replace(draft, tail=tail, shows_municipality=True)


def branch_text(own: Draft, head: Draft, parts: Parts, style: int) -> str:
    """A branch by its own name, by that of its head, or by both."""
    assert parts.village
    village = f"{parts.village.kind} {parts.village.nominative}"
    named = replace(own, form="").text()
    of_head = replace(head, honoree="", tail="").text()
    return (
        f"{named} - филиал {of_head}",
        f"Филиал {of_head} в {parts.village.kind} {parts.village.prepositional}",
        f"филиал {of_head} {named}",
        f"{of_head}, филиал {village}",
    )[style]


def registry_names(random: Random, parts: Parts, subject: dict[str, Any]) -> dict[str, str]:
    """`full` and `short` as the registry has them: with and without quotes, tails, honours, some in capitals."""
    if parts.site_of:
        own, head = (draft_of(one, short=True) for one in (parts, parts.site_of))
        style = random.randrange(3)
        return {"full": branch_text(own, quoted(head), parts, style), "short": branch_text(own, head, parts, style)}
    quotes = random.random() < 0.6
    full, short = (draft_of(parts, short=abbreviated) for abbreviated in (False, True))
    if quotes:
        full, short = quoted(full), quoted(short)
    if random.random() < 0.5:
        full = with_tail(full, parts, subject["genitive"] if random.random() < 0.4 else "")
    if random.random() < 0.25:
        short = with_tail(short, parts)
    if random.random() < 0.5:
        short = replace(short, honoree="")
    names = {"full": full.text(), "short": short.text()}
    if random.random() < 0.1:
        names["full"] = names["full"].upper()
    return {**names, "short": _short_as_filled_in(random, parts, names)}


def _short_as_filled_in(random: Random, parts: Parts, names: dict[str, str]) -> str:
    """Left empty, the full name again, or initials only («МБОУ БСОШ № 2»)."""
    chance = random.random()
    if chance < 0.08:
        return ""
    if chance < 0.12:
        return names["full"]
    if chance < 0.16 and parts.village and parts.by_adjective and parts.kind.short.isupper():
        return f"{parts.form} {parts.village.adjective[0]}{parts.kind.short}" + (
            f" № {parts.number}" if parts.number else ""
        )
    return names["short"]


def quoted(draft: Draft) -> Draft:
    return replace(draft, quotes=GUILLEMETS)
