"""What a territory's value stands on: who has reported, between which bounds the full value lies, what is missing."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Self

from schemas.plural import plural

MUNICIPALITIES = ("муниципалитет", "муниципалитета", "муниципалитетов")
REGIONS = ("субъект", "субъекта", "субъектов")


@dataclass(frozen=True)
class Coverage:
    """Organisations expected and known, the bounds of the full value, and the parts of a larger territory."""

    organisations_expected: int
    organisations_unknown: int
    denominator_reporting_share: Decimal | None
    value_low: Decimal | None
    value_high: Decimal | None
    municipalities_reporting: int
    municipalities_total: int | None
    regions_reporting: int
    regions_total: int | None
    coverage_reason: str | None
    observation_status: str

    @classmethod
    def of(cls, record: Mapping[str, Any]) -> Self | None:
        """From a row of indicator_by_territory; None for a row of an organisation, or of a release without it."""
        if record.get("organisations_expected") is None:
            return None
        return cls(**{name: record[name] for name in cls.__dataclass_fields__})

    @property
    def is_complete(self) -> bool:
        """Whether the full value is the one shown."""
        return self.value_low is not None and self.value_low == self.value_high

    def notes(self, level: str) -> list[str]:
        """What a reader of the number must know of it: what is missing, and how much of the territory it is."""
        notes = []
        if self.value_low is not None and not self.is_complete:
            known = self.organisations_expected - self.organisations_unknown
            reason = f"; {self.coverage_reason}" if self.coverage_reason else ""
            notes.append(f"данные неполны: организаций с данными {known} из {self.organisations_expected}{reason}")
        if level != "municipality" and self.municipalities_reporting:
            notes.append(f"данные есть не по всей территории: {self._parts()}")
        return notes

    def _parts(self) -> str:
        parts = [_of(self.municipalities_reporting, MUNICIPALITIES, self.municipalities_total)]
        if self.regions_total is not None:
            parts.append(_of(self.regions_reporting, REGIONS, self.regions_total))
        return ", ".join(parts)


def _of(found: int, words: tuple[str, str, str], total: int | None) -> str:
    return plural(found, *words) if total is None else f"{plural(found, *words)} из {total}"
