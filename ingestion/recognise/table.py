"""A block of a sheet as a table of text: fields by name, source rows, and what is not data counted apart."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

import polars as pl

from ingestion.read import Sheet
from ingestion.recognise.as_written import written_columns
from ingestion.recognise.blocks import Block, BrokenOff
from ingestion.recognise.context import CONTEXT_OF_EVERY_LAYOUT, Context, read_context
from ingestion.recognise.group_rows import MUNICIPALITY, KnowsPlace, group_places, place_said
from ingestion.recognise.header_row import Cell, Header
from ingestion.recognise.headings import UNIT, has_unit_beside_it
from ingestion.recognise.ignored_rows import (
    BLANK,
    FOOTER,
    TITLE,
    TOTAL,
    Ignored,
    last_anchor,
    lone_lines,
    reasons,
    rows_below,
    shown,
)
from ingestion.recognise.reshape import reshape
from ingestion.values.numbers import parse_decimal
from schemas.columns import Dimension
from schemas.heading_units import heading_unit
from schemas.kinds import KINDS
from schemas.personal import is_signature, mask


@dataclass(frozen=True)
class Table:
    """Text of one block: `frame` has `source_row` (as Excel numbers it) and a text column for each field found.

    Of a kind that is not person-level it also has `as_written`. `totals` has the same fields of the rows of totals.
    """

    sheet: str
    header: Header
    context: Context
    frame: pl.DataFrame
    totals: pl.DataFrame
    rows_read: int
    blank_rows: int
    ignored: Sequence[Ignored] = ()
    """Rows that are no data, blank ones apart: of those there is nothing to tell."""
    refused_rows: Sequence[int] = ()
    """Source rows of the sheet below this block that cannot be read safely, for the reason of `broken_off`."""
    broken_off: BrokenOff | None = None

    def heading(self, name: str, row: int | None = None) -> str:
        """How the sender's own file calls a field, for messages; the canonical title when it has no column.

        `row` is the position in `frame`: in a wide layout each role has a column of its own.
        """
        if row is not None and name in self.header.layout.unpivot_values:
            return self.header.heading(f"{name}_{self.frame['role_code'][row]}")
        return self.header.heading(name)

    def said_outside(self, name: str) -> str | None:
        """Where a field without a column was said («строка 2, над таблицей»); None of one that has a column."""
        return None if name in self.header.columns else self.context.places.get(name)


@dataclass(frozen=True)
class Rows:
    """Rows of a block (`source_row`, c0..cN), why each is no data (null where it is), and where group rows put it."""

    body: pl.DataFrame
    reasons: pl.Series
    places: pl.Series | None = None


def cut_table(block: Block, knows_place: KnowsPlace) -> Table:
    """Rows below the header: trailing blanks dropped uncounted, what is no data ignored with its reason."""
    header = block.header
    whole = _filled_downwards(block.sheet, header).with_row_index("source_row", offset=1)
    whole = whole.with_columns(pl.col("source_row").cast(pl.Int64))
    body = whole.slice(header.last_row + 1, block.end - header.last_row - 1)
    rows, broken_off = _classified(body, block, knows_place)
    table = table_of_rows(block.sheet, header, block.context, _without_trailing_blanks(rows))
    if broken_off is None:
        return table
    last = whole.height if block.rest_end is None else block.rest_end
    rest = whole.filter(pl.col("source_row").is_between(broken_off.source_row, last))
    refused = rest.filter(~pl.all_horizontal(pl.exclude("source_row").is_null()))["source_row"].to_list()
    return replace(table, refused_rows=refused, broken_off=broken_off, rows_read=table.rows_read + len(refused))


def last_filled(body: pl.DataFrame) -> int:
    """The last row in which anything stands; 0 when nothing does."""
    filled = body.filter(~pl.all_horizontal(pl.exclude("source_row").is_null()))
    return int(filled["source_row"].max() or 0)  # type: ignore[arg-type]


def classified_alone(
    sheet: Sheet, header: Header, body: pl.DataFrame, last_data: Callable[[], int] = lambda: 0
) -> Rows:
    """Rows of which each is judged by itself, as in a file read in portions, whose neighbours are not at hand.

    `last_data` tells the last row with an identifier or figures among the rows that are not: above it is no footer.
    """
    found = reasons(body, header, _header_rows(sheet, header))
    below = rows_below(body, header, found)
    last = last_data() if below else 0
    return Rows(body, _with(found, {at: reason for at, reason in below.items() if body["source_row"][at] > last}))


def last_data_row(sheet: Sheet, header: Header, body: pl.DataFrame) -> int:
    """The last of these rows that has an identifier or figures; 0 when none has."""
    anchor = last_anchor(body, header, reasons(body, header, _header_rows(sheet, header)))
    return 0 if anchor is None else int(body["source_row"][anchor])


def table_of_rows(sheet: Sheet, header: Header, context: Context, rows: Rows) -> Table:
    """The table of rows of a sheet that have been looked at."""
    body, found = rows.body, rows.reasons
    named = body.select("source_row", *(pl.col(f"c{index}").alias(name) for name, index in header.columns.items()))
    if rows.places is not None and rows.places.null_count() < rows.places.len():
        own = [pl.col(MUNICIPALITY)] if MUNICIPALITY in header.columns else []
        said = pl.lit(context.values.get(MUNICIPALITY), pl.String)
        named = named.with_columns(pl.coalesce(*own, pl.lit(rows.places), said).alias(MUNICIPALITY))
    frame = _completed(named.filter(found.is_null()), header, context)
    is_personal = KINDS[header.layout.kind].is_personal
    ignored = [
        Ignored(row, reason, shown(body.row(at)[1:], reason, is_personal=is_personal))
        for at, (row, reason) in enumerate(zip(body["source_row"], found, strict=True))
        if reason is not None and reason != BLANK
    ]
    blank_rows = int((found == BLANK).sum())
    totals = _in_own_units(named.filter(found == TOTAL), header)
    return Table(mask(sheet.name), header, context, frame, totals, body.height, blank_rows, ignored)


def _completed(frame: pl.DataFrame, header: Header, context: Context) -> pl.DataFrame:
    """Rows of data with what was written, what titles say, the layout's defaults, and values in their column's unit."""
    layout = header.layout
    frame = frame.with_columns(written_columns(header, context.values))  # before defaults: nobody wrote those
    frame = reshape(_in_own_units(frame, header), layout)
    unit = {UNIT: header.unit_of_measure} if header.unit_of_measure else {}
    given = {**layout.defaults, **unit, **context.values}
    absent = {name: text for name, text in given.items() if name not in frame.columns}
    frame = frame.with_columns(pl.lit(text).cast(pl.String).alias(name) for name, text in absent.items())
    empty = {**layout.defaults, **unit}
    return frame.with_columns(pl.col(name).fill_null(text) for name, text in empty.items())


def _in_own_units(frame: pl.DataFrame, header: Header) -> pl.DataFrame:
    """Numbers under a heading with a unit («Скорость, Кбит/с») in the unit of the column; other texts name theirs.

    A unit that goes into the column of units scales nothing here: the reader of the row does.
    """
    own = {name: unit for name, unit in header.units.items() if not has_unit_beside_it(name, header.layout)}
    kind = KINDS[header.layout.kind]
    return frame.with_columns(_in_own_unit(frame[name], unit, kind.dimension(name)) for name, unit in own.items())


def _in_own_unit(cells: pl.Series, unit: str, dimension: Dimension | None) -> pl.Series:
    found = heading_unit(unit, dimension)
    if found is None or found.factor == 1:
        return cells
    spelled = {text: _scaled(text, found.factor, unit) for text in cells.unique().drop_nulls()}
    return cells.replace_strict(spelled, default=None, return_dtype=pl.String) if spelled else cells


def _scaled(text: str, factor: Decimal, unit: str) -> str:
    number = parse_decimal(text)
    return f"{text} {unit}" if number is None else format((number * factor).normalize(), "f")


def _header_rows(sheet: Sheet, header: Header) -> list[tuple[Cell, ...]]:
    """The rows of the header as the sheet has them."""
    return [sheet.frame.row(row) for row in range(header.first_row, header.last_row + 1)]


def _without_trailing_blanks(rows: Rows) -> Rows:
    kept = rows.body.filter(pl.col("source_row") <= last_filled(rows.body)).height
    places = None if rows.places is None else rows.places.head(kept)
    return Rows(rows.body.head(kept), rows.reasons.head(kept), places)


def _classified(body: pl.DataFrame, block: Block, knows_place: KnowsPlace) -> tuple[Rows, BrokenOff | None]:
    """Why each row is no data, and from where on the sheet cannot be read safely."""
    header = block.header
    found = classified_alone(block.sheet, header, body).reasons
    told: dict[int, str] = {}
    places: dict[int, str] = {}
    broken_off = block.broken_off
    for index in lone_lines(body, found):
        cells, source_row = body.row(index)[1:], body["source_row"][index]
        if place := place_said(cells, header, knows_place):
            places[index] = place
            continue
        if is_signature(" ".join(cell for cell in cells if cell is not None)):
            told[index] = FOOTER
            continue
        said = read_context(header.layout, [cells], "", {}, source_row)
        if reason := _contradiction(said, block):
            broken_off = BrokenOff(source_row, reason)
            body, found = body.head(index), found.head(index)
            break
        if said.values.keys() - header.layout.constants.keys():
            told[index] = TITLE
    given, found = group_places(body, _with(found, told), header, places)
    return Rows(body, found, given), broken_off


def _with(found: pl.Series, told: Mapping[int, str]) -> pl.Series:
    return found.scatter(list(told), list(told.values())) if told else found


def _contradiction(said: Context, block: Block) -> str | None:
    """What a title line between the rows says otherwise than the titles above the table; a header would renew both."""
    for name, text in said.values.items():
        former = block.context.values.get(name)
        if name in block.header.columns or name in CONTEXT_OF_EVERY_LAYOUT or name in block.header.layout.constants:
            continue
        if former != text:
            title = block.header.layout.title(name)
            above = f"а над таблицей сказано «{former}»" if former else "а над таблицей об этом ничего не сказано"
            return f"строка между данными называет для «{title}» «{text}», {above}"
    return None


def _filled_downwards(sheet: Sheet, header: Header) -> pl.DataFrame:
    """Names and dates merged over several rows stand for each of them; counts are never repeated."""
    measures = KINDS[header.layout.kind].measures
    dimensions = {index for name, index in header.columns.items() if name not in measures}
    filled: dict[str, list[Cell]] = {}
    for first_row, first_column, last_row, last_column in sheet.merged_ranges:
        if first_row <= header.last_row or first_column != last_column or first_column not in dimensions:
            continue
        name = f"c{first_column}"
        if name not in filled:
            filled[name] = sheet.frame[name].to_list()
        values = filled[name]
        end = min(last_row + 1, len(values))
        values[first_row:end] = [values[first_row]] * (end - first_row)
    return sheet.frame.with_columns(pl.Series(name, values, dtype=pl.String) for name, values in filled.items())
