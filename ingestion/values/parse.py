"""Text columns to the typed columns of a row model; what cannot be read becomes a problem, never a guess."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Any

import pandera.polars as pa
import polars as pl

from foundation.text import fold
from ingestion.values.cell_text import ERROR_UNKNOWN, FORMULA_WITHOUT_VALUE, NO_TEXT
from ingestion.values.cells import CellReader, Reading
from ingestion.values.measures import bounds_readings
from schemas.indicators import is_percent
from schemas.kinds import Kind
from schemas.personal import mask_column

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
    "#SPILL!",
    "#CALC!",
    "#ПЕРЕНОС!",
    "#ВЫЧИСЛ!",
    "Err:",  # LibreOffice
    "Ошибка:",
    ERROR_UNKNOWN,
)


@dataclass
class Parsed:
    """The typed frame of a table, aligned with its text rows by `row_index`, and the problems found on the way."""

    frame: pl.DataFrame
    problems: list[tuple[int, str, str, str | None]] = field(default_factory=list)
    """(row index, field, rule, text found)"""


def parse_table(
    text: pl.DataFrame, kind: Kind, reader: CellReader, scales: Mapping[str, Decimal] = MappingProxyType({})
) -> Parsed:
    """Read every column of the kind's model from the text table; absent columns become nulls.

    `scales`: of fields whose headings carry a multiple of the column's unit («тыс. чел.»: 1000).
    """
    parsed = Parsed(pl.DataFrame({"row_index": pl.int_range(text.height, eager=True)}))
    for name, column in kind.model.columns.items():
        how, source = column.metadata["parse"], column.metadata["field"] or name
        if how == "derived" or name in parsed.frame.columns:
            continue
        if how == "bounds":
            _add_bounds(parsed, text, source, name, column, scales.get(source, Decimal(1)))
        elif how == "year_of":
            _add_year_of(parsed, text, name, column.metadata["day"], reader)
        else:
            shown = _texts(text, source)
            cells = _texts(text, source, *column.metadata.get("also", ()))
            # An empty cell is missing whatever stands beside it, unless that says the same by itself.
            if not column.nullable or column.metadata.get("own_cell"):
                cells = [None if own is None else cell for own, cell in zip(shown, cells, strict=True)]
            read = reader.scaled(how, scales[source]) if source in scales else reader.of(how)
            values = _read_all(cells, _strict(read, column), source, parsed, shown=shown)
            parsed.frame = parsed.frame.with_columns(column_of_values(name, values, column))
    return parsed


def _strict(read: Callable[[str], Reading], column: pa.Column) -> Callable[[str], Reading]:
    """A reader that takes no mark of a missing value where a value is required."""
    if column.nullable and not column.metadata.get("needed"):
        return read

    def strict(text: str) -> Reading:
        reading = read(text)
        return Reading(None, "missing_mark_required") if reading.rule == "missing_mark" else reading

    return strict


def _texts(text: pl.DataFrame, *sources: str) -> list[str | None]:
    """The cells of a field; of several fields, those that are filled, joined."""
    present = [source for source in sources if source in text.columns]
    if not present:
        return [None] * text.height
    if len(present) == 1:
        return text[present[0]].to_list()
    joined = pl.concat_str(present, separator="; ", ignore_nulls=True)
    return text.select(pl.when(joined == "").then(None).otherwise(joined)).to_series().to_list()


def error_rule(cell: str) -> str | None:
    """The rule that a cell breaks which holds an error of Excel, or a value that is no text."""
    if cell.startswith(FORMULA_WITHOUT_VALUE):
        return "formula_without_value"
    if cell.startswith(NO_TEXT):
        return "value_type"
    return "error_cell" if cell.startswith(ERROR_CELLS) else None


def _read_all(
    cells: Sequence[str | None],
    read: Callable[[str], Reading],
    name: str,
    parsed: Parsed,
    shown: Sequence[str | None] | None = None,
) -> list[Any]:
    """Each distinct text is read once: exports repeat themselves. `shown` is what a message quotes instead."""
    readings: dict[str, Reading] = {}
    values: list[Any] = []
    quoted = shown or cells
    for index, cell in enumerate(cells):
        if cell is None:
            values.append(None)
            continue
        if cell not in readings:
            broken = error_rule(cell)
            readings[cell] = Reading(None, broken) if broken else read(cell)
        reading = readings[cell]
        values.append(reading.value)
        if reading.rule is not None:
            parsed.problems.append((index, name, reading.rule, quoted[index]))
    return values


def column_of_values(name: str, values: list[Any], column: pa.Column) -> pl.Series:
    """Values read from cells in the type of their column of the model."""
    dtype = column.dtype.type
    if isinstance(dtype, pl.Decimal):
        quantum = Decimal(1).scaleb(-dtype.scale)
        values = [None if value is None else value.quantize(quantum) for value in values]
    return pl.Series(name, values, dtype=dtype, strict=True)


def _add_bounds(parsed: Parsed, text: pl.DataFrame, source: str, name: str, column: pa.Column, scale: Decimal) -> None:
    cells = _texts(text, source)
    columns = bounds_readings(cells, column.metadata["slash"], scale)
    has_fractions = column.metadata["slash"] == "fraction"
    if has_fractions:
        _resolve_fractions(columns, _texts(text, "unit"))
    places = column.metadata["scale"]
    number, quantum = pl.Decimal(18, places), Decimal(1).scaleb(-places)

    def numbers(part: str) -> pl.Series:
        values = [None if value is None else value.quantize(quantum) for value in columns[part]]
        return pl.Series(f"{source}_{part}", values, dtype=number)

    parsed.frame = parsed.frame.with_columns(
        numbers("low"),
        numbers("high"),
        pl.Series(f"{source}_kind", columns["kind"], dtype=pl.String),
        mask_column(pl.Series(name, cells, dtype=pl.String)),
    )
    if has_fractions:
        parsed.frame = parsed.frame.with_columns(numbers("numerator"), numbers("denominator"))
    parsed.problems.extend(
        (index, source, rule, cells[index]) for index, rule in enumerate(columns["rule"]) if rule is not None
    )


def _resolve_fractions(columns: dict[str, list[Any]], units: Sequence[str | None]) -> None:
    """A value «1/9» is compared in per cent, as every share here: 11,111111; «58 из 58» with the unit ОО is 58."""
    parts = zip(columns["numerator"], columns["denominator"], units, strict=True)
    for index, (numerator, denominator, unit) in enumerate(parts):
        if numerator is not None:
            is_share = unit is None or is_percent(unit) or fold(unit).startswith("дол")
            value = 100 * numerator / denominator if is_share else numerator
            columns["low"][index] = columns["high"][index] = value


def _add_year_of(parsed: Parsed, text: pl.DataFrame, name: str, day: str, reader: CellReader) -> None:
    """The year of a fact is that of its day; the column of the day may itself hold only a year."""
    days: list[date | None] = parsed.frame[day].to_list()
    years_as_days = [reader.of("year")(cell).value if cell else None for cell in _texts(text, day)]
    given = _read_all(_texts(text, name), reader.of("year"), name, parsed)
    years = [
        of_day.year if of_day else as_day if as_day else year
        for of_day, as_day, year in zip(days, years_as_days, given, strict=True)
    ]
    parsed.frame = parsed.frame.with_columns(pl.Series(name, years, dtype=pl.Int64))
