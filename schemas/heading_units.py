"""Units that headings carry («Сумма, тыс. руб.»): what a unit measures, and its scale."""

from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import get_args

from foundation.text import fold_header
from schemas.catalogue_file import read_mapping
from schemas.columns import Dimension


@dataclass(frozen=True)
class HeadingUnit:
    """A unit as headings write it: how many of a column's own unit it is, where the column measures its dimension."""

    dimension: Dimension
    factor: Decimal
    money_unit: str | None = None
    """What a column «Единица» would say in its place, for sums that are read together with one."""


@lru_cache
def _units() -> dict[tuple[Dimension, str], HeadingUnit]:
    found: dict[tuple[Dimension, str], HeadingUnit] = {}
    for row in read_mapping("heading_units.yaml"):
        unit = HeadingUnit(row["dimension"], Decimal(str(row["factor"])), row.get("money_unit"))
        if unit.dimension not in get_args(Dimension):
            raise ValueError(f"heading_units.yaml: неизвестная величина «{unit.dimension}»")
        found |= {(unit.dimension, fold_header(text)): unit for text in row["spellings"]}
    return found


def heading_unit(text: str, dimension: Dimension | None) -> HeadingUnit | None:
    """The unit that the end of a heading names for a column of this dimension; None when it names none of it."""
    return None if dimension is None else _units().get((dimension, fold_header(text)))


def is_unit(text: str) -> bool:
    """Whether the end of a heading names a unit at all, be it of the column or not."""
    return any(spelling == fold_header(text) for _, spelling in _units())
