"""Text columns to the typed columns of a row model; what cannot be read becomes a problem, never a guess."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

import pandera.polars as pa
import polars as pl

from ingestion.values.cells import CellReader, Reading, bounds_readings
from schemas.kinds import Kind

ERROR_CELLS = (
    "#REF!",
    "#N/A",
    "#VALUE!",
    "#DIV/0!",
    "#NAME?",
    "#NULL!",
    "#NUM!",
    "#Н/Д",
    "#ССЫЛКА!",
    "#ЗНАЧ!",
    "#ДЕЛ/0!",
    "#ИМЯ?",
    "#ЧИСЛО!",
    "#ПУСТО!",
    "#GETTING_DATA",
)
FORMULA_WITHOUT_VALUE = "#ФОРМУЛА?"


@dataclass
class Parsed:
    """The typed frame of a table, aligned with its text rows by `row_index`, and the problems found on the way."""

    frame: pl.DataFrame
    problems: list[tuple[int, str, str, str | None]] = field(default_factory=list)
    """(row index, field, rule, text found)"""


def parse_table(text: pl.DataFrame, kind: Kind, reader: CellReader) -> Parsed:
    """Read every column of the kind's model from the text table; absent columns become nulls."""
    parsed = Parsed(pl.DataFrame({"row_index": pl.int_range(text.height, eager=True)}))
    for name, column in kind.model.columns.items():
        how, source = column.metadata["parse"], column.metadata["field"] or name
        if how == "derived" or name in parsed.frame.columns:
            continue
        if how == "bounds":
            _add_bounds(parsed, text, source, name)
        elif how == "delivery_year":
            continue
        else:
            _add_column(parsed, text, source, name, column, reader.of(how))
    if "delivery_year" in kind.model.columns:
        _add_delivery_year(parsed, text, reader)
    return parsed


def _texts(text: pl.DataFrame, source: str) -> list[str | None]:
    return text[source].to_list() if source in text.columns else [None] * text.height


def _error_rule(cell: str) -> str | None:
    if cell.startswith(FORMULA_WITHOUT_VALUE):
        return "formula_without_value"
    return "error_cell" if cell.startswith(ERROR_CELLS) else None


def _read_all(cells: Sequence[str | None], read: Callable[[str], Reading], name: str, parsed: Parsed) -> list[Any]:
    """Each distinct text is read once: exports repeat themselves."""
    readings: dict[str, Reading] = {}
    values: list[Any] = []
    for index, cell in enumerate(cells):
        if cell is None:
            values.append(None)
            continue
        if cell not in readings:
            broken = _error_rule(cell)
            readings[cell] = Reading(None, broken) if broken else read(cell)
        reading = readings[cell]
        values.append(reading.value)
        if reading.rule is not None:
            parsed.problems.append((index, name, reading.rule, cell))
    return values


def _add_column(
    parsed: Parsed, text: pl.DataFrame, source: str, name: str, column: pa.Column, read: Callable[[str], Reading]
) -> None:
    values = _read_all(_texts(text, source), read, source, parsed)
    parsed.frame = parsed.frame.with_columns(_series(name, values, column))


def _series(name: str, values: list[Any], column: pa.Column) -> pl.Series:
    dtype = column.dtype.type
    if isinstance(dtype, pl.Decimal):
        quantum = Decimal(1).scaleb(-dtype.scale)
        values = [None if value is None else value.quantize(quantum) for value in values]
    return pl.Series(name, values, dtype=dtype, strict=True)


def _add_bounds(parsed: Parsed, text: pl.DataFrame, source: str, name: str) -> None:
    cells = _texts(text, source)
    columns = bounds_readings(cells)
    is_fraction_kept = name == "plan_text"
    scale = 6 if is_fraction_kept else 3
    number = pl.Decimal(18, scale)
    quantum = Decimal(1).scaleb(-scale)
    if is_fraction_kept:
        _make_fractions_percent(columns)

    def numbers(part: str) -> list[Decimal | None]:
        return [None if value is None else value.quantize(quantum) for value in columns[part]]

    parsed.frame = parsed.frame.with_columns(
        pl.Series(f"{source}_low", numbers("low"), dtype=number),
        pl.Series(f"{source}_high", numbers("high"), dtype=number),
        pl.Series(f"{source}_kind", columns["kind"], dtype=pl.String),
        pl.Series(name, cells, dtype=pl.String),
    )
    if is_fraction_kept:
        parsed.frame = parsed.frame.with_columns(
            pl.Series("plan_numerator", numbers("numerator"), dtype=number),
            pl.Series("plan_denominator", numbers("denominator"), dtype=number),
        )
    parsed.problems.extend(
        (index, source, "measure_unreadable", cells[index])
        for index, kind in enumerate(columns["kind"])
        if kind == "unreadable"
    )


def _make_fractions_percent(columns: dict[str, list[Any]]) -> None:
    """A plan «1/9» is 1 over 9 and, as every share here, is compared in per cent: 11,111111."""
    for index, (numerator, denominator) in enumerate(zip(columns["numerator"], columns["denominator"], strict=True)):
        if numerator is not None:
            columns["low"][index] = columns["high"][index] = 100 * numerator / denominator


def _add_delivery_year(parsed: Parsed, text: pl.DataFrame, reader: CellReader) -> None:
    """The year of a delivery is that of its act; an act column may itself hold only a year."""
    acts: list[date | None] = parsed.frame["delivered_on"].to_list()
    act_years = [reader.of("year")(cell).value if cell else None for cell in _texts(text, "delivered_on")]
    given = _read_all(_texts(text, "delivery_year"), reader.of("year"), "delivery_year", parsed)
    years = [
        act.year if act else act_year if act_year else year
        for act, act_year, year in zip(acts, act_years, given, strict=True)
    ]
    parsed.frame = parsed.frame.with_columns(pl.Series("delivery_year", years, dtype=pl.Int64))
