"""How many organisations a reader who has only the name could mean by it: what nobody can tell apart must be held."""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from benchmarks.matching.parts import Entry, Parts, Region
from benchmarks.matching.places import Municipality

NO_SCHOOLS = frozenset({"kindergarten", "additional"})


@dataclass(frozen=True)
class Shown:
    """What a name says; empty where it says nothing. `kind` is empty for a bare «школа»."""

    kind: str
    number: int | None
    village: str
    surname: str
    title: str
    municipality: str

    @classmethod
    def of_text(cls, text: str, parts: Parts, *, vague: bool, says_municipality: bool) -> "Shown":
        """What of the parts stands in a name that was not yet misspelt."""
        lower = text.lower()
        village, honoree, number = parts.village, parts.honoree, parts.number
        says_village = village and any(form.lower() in lower for form in (village.adjective, *_cases(parts)))
        return cls(
            kind="" if vague or parts.kind.code == "school" else parts.kind.code,
            number=number if number and str(number) in re.findall(r"\d+", text) else None,
            village=village.adjective if village and says_village else "",
            surname=honoree.surname if honoree and honoree.genitive.lower() in lower else "",
            title=parts.title if parts.title and parts.title.lower() in lower else "",
            municipality=parts.municipality.stem if says_municipality else "",
        )

    def can_decide(self, municipality: Municipality | None) -> bool:
        """A kind and a number decide nothing by themselves (cases 16 and 40): every town may have such a school."""
        return bool(municipality or self.municipality or self.village or self.surname or self.title)

    def could_be(self, parts: Parts) -> bool:
        return (
            (parts.kind.code == self.kind or (not self.kind and parts.kind.code not in NO_SCHOOLS))
            and self.number in {None, parts.number}
            and self.village in {"", parts.village.adjective if parts.village else ""}
            and self.surname in {"", parts.honoree.surname if parts.honoree else ""}
            and self.title in {"", parts.title}
            and self.municipality in {"", parts.municipality.stem}
        )


def _cases(parts: Parts) -> tuple[str, ...]:
    village = parts.village
    return (village.nominative, village.genitive, village.prepositional) if village else ()


class Register:
    """The organisations of a region, to be asked what a name could mean."""

    def __init__(self, region: Region) -> None:
        self.entries = region.entries
        self.by_village: dict[str, list[Entry]] = defaultdict(list)
        self.by_number: dict[int | None, list[Entry]] = defaultdict(list)
        for entry in region.entries:
            self.by_village[entry.parts.village.adjective if entry.parts.village else ""].append(entry)
            self.by_number[entry.parts.number].append(entry)

    def could_mean(self, shown: Shown, day: date, municipality: Municipality | None) -> int:
        """Organisations that stood on the day and have, or had, all that is said."""
        consistent = [
            entry
            for entry in self._candidates(shown)
            if shown.could_be(entry.parts) and (municipality is None or entry.parts.municipality == municipality)
        ]
        standing = {entry.key for entry in consistent if entry.stood(day)}
        return len(standing or {entry.key for entry in consistent})

    def _candidates(self, shown: Shown) -> Iterable[Entry]:
        if shown.village:
            return self.by_village[shown.village]
        return self.by_number[shown.number] if shown.number else self.entries

    def villages(self) -> frozenset[str]:
        return frozenset(name for name in self.by_village if name)
