"""What an organisation's name is put together from, and its row of the registry."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from benchmarks.matching.places import Municipality, Village
from benchmarks.matching.words import Kind


@dataclass(frozen=True)
class Honoree:
    """«Героя России», «Ивана», «И», «В», «Выдумкин»."""

    honour: str
    given: str
    letter: str
    patronymic: str
    surname: str

    @property
    def genitive(self) -> str:
        return "-".join(f"{part}а" if part[-1] in "нв" else f"{part[:-2]}ого" for part in self.surname.split("-"))


@dataclass(frozen=True)
class Parts:
    """What a name is put together from. `site_of`: what the branch is a branch of; `by_adjective`:
    «Берёзовская школа», not «школа села Берёзовка»."""

    kind: Kind
    form: str
    municipality: Municipality
    number: int | None = None
    village: Village | None = None
    honoree: Honoree | None = None
    title: str = ""
    site_of: "Parts | None" = None
    by_adjective: bool = True

    @property
    def identity(self) -> tuple[object, ...]:
        """No two organisations of a municipality have one: their own registry would not let them."""
        return self.municipality.name, self.kind.code, self.number, self.village, self.title, self.site_of


@dataclass(frozen=True)
class Entry:
    """A row of the registry. An organisation that was renamed has two rows of one `key`."""

    parts: Parts
    inn: str
    kpp: str
    since: date | None = None
    until: date | None = None
    successor: str = ""
    full: str = ""
    short: str = ""

    @property
    def key(self) -> str:
        """ИНН; that of a branch with its КПП."""
        return f"{self.inn}/{self.kpp}" if self.parts.site_of else self.inn

    def stood(self, day: date) -> bool:
        return (self.since is None or self.since <= day) and (self.until is None or day <= self.until)


@dataclass(frozen=True)
class Region:
    subject: dict[str, Any]
    municipalities: tuple[Municipality, ...]
    entries: tuple[Entry, ...]
