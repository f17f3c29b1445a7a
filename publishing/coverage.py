"""What a territory's value stands on: who has reported, between which bounds the full value lies, what is missing."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Self


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
