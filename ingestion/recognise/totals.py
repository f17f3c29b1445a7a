"""Totals that a file writes below its rows against the sums of those rows."""

from decimal import Decimal

import polars as pl

from ingestion.recognise.ignored_rows import is_part_of_total
from ingestion.recognise.table import Table
from ingestion.values.numbers import parse_decimal
from schemas.kinds import KINDS, Kind

SUMMED = frozenset({"count", "decimal", "minutes", "roubles"})
"""Readers of cells that add up; shares and speeds do not."""


def differing_totals(table: Table) -> list[str]:
    """A message for each total that equals neither the sum of all rows above it nor of those since the former total."""
    kind = KINDS[table.header.layout.kind]
    summed = [name for name in table.header.columns if name in kind.measures and _reader(kind, name) in SUMMED]
    messages: list[str] = []
    former = 0
    for total in table.totals.iter_rows(named=True):
        row = total["source_row"]
        if any(is_part_of_total(text) for text in total.values() if isinstance(text, str)):
            continue
        for name in summed:
            stated = parse_decimal(total[name] or "")
            sums = [_sum(table.frame, name, first, row) for first in (0, former)]
            if stated is None or None in sums or stated in sums:
                continue
            messages.append(
                f"лист «{table.sheet}», строка {row}: в итоге столбца «{table.heading(name)}» стоит {stated}, "
                f"а сумма строк {sums[0]}. Проверьте, все ли строки в файле"
            )
        former = row
    return messages


def _reader(kind: Kind, name: str) -> str | None:
    """How a field is read; one of a wide layout («registered_teacher») like the measure it is of."""
    return kind.readers.get(name) or kind.readers.get(name.rpartition("_")[0])


def _sum(frame: pl.DataFrame, name: str, after: int, before: int) -> Decimal | None:
    """The sum of a column over source rows; None when one of its cells is no number."""
    cells = frame.filter((pl.col("source_row") > after) & (pl.col("source_row") < before))[name].drop_nulls()
    numbers = [parse_decimal(text) for text in cells]
    return None if None in numbers else sum((number for number in numbers if number is not None), Decimal(0))
