"""Find the header row of a table and the layout it follows (design.md section 4, recognise)."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain

from foundation.text import fold_header, plain
from ingestion.read import Sheet
from ingestion.read.sheet import MergedRange
from ingestion.recognise.context import Context
from ingestion.recognise.headings import UNIT, bare_heading, has_unit_beside_it, is_dropped, meaning
from ingestion.recognise.starts import TableStart
from schemas.header_map import Layout, without_brackets
from schemas.heading_units import heading_unit
from schemas.kinds import KINDS
from schemas.personal import mask

HEADER_SEARCH_ROWS = 60
FEWEST_HEADINGS = 2

Cell = str | None
ORGANISATION_FIELDS = ("inn", "ogrn", "organisation_name")
IDENTIFIERS = ("inn", "kpp", "ogrn")
PLACE_FIELDS = (*ORGANISATION_FIELDS, "responsible", "municipality")


@dataclass(frozen=True)
class Header:
    """Where a table starts and what its columns mean under one layout."""

    layout: Layout
    first_row: int
    last_row: int
    headings: tuple[str, ...]
    columns: Mapping[str, int]
    """Field to 0-based column."""
    twins: tuple[tuple[str, str, str], ...] = ()
    """Fields claimed by two columns: (field, heading, heading)."""
    has_marker: bool = False
    units: Mapping[str, str] = field(default_factory=dict)
    """Field to the unit that its heading carries («Сумма, тыс. руб.»)."""

    @property
    def score(self) -> tuple[int, int, int, int]:
        return (len(self.columns), int(self.has_marker), -(self.last_row - self.first_row), -self.first_row)

    def heading(self, name: str) -> str:
        """How the sender's own file calls a field, for messages; the canonical title when it has no column."""
        index = self.columns.get(name)
        return self.headings[index] if index is not None else self.layout.title(name)

    @property
    def unit_of_measure(self) -> str | None:
        """The unit of the main measure when its heading carries it, for layouts that have a column of units."""
        for name, unit in self.units.items():
            if has_unit_beside_it(name, self.layout):
                found = heading_unit(unit, KINDS[self.layout.kind].dimension(name))
                return (found and found.money_unit) or unit
        return None

    def unknown_headings(self) -> list[str]:
        """Headings that mean nothing here: reported to the sender, not fatal."""
        used = set(self.columns.values())
        return [
            text
            for index, text in enumerate(self.headings)
            if text and index not in used and not is_dropped(text, self.layout)
        ]

    def missing(self, context: Mapping[str, str]) -> list[str]:
        """Titles of what this layout requires and neither the columns nor the context give."""
        given = {name for column in self.columns for name in self.layout.fields_of(column)}
        known = {*given, *(name for name in context if name in self.layout.context), *self.layout.constants}
        known |= {UNIT} if self.unit_of_measure else set()
        titles = [self.layout.title(name) for name in self.layout.required if name not in known]
        if self.layout.any_of and not known.intersection(self.layout.any_of):
            titles.append(" или ".join(self.layout.title(name) for name in self.layout.any_of))
        if self.layout.organisation == "required" and not known.intersection(ORGANISATION_FIELDS):
            titles.append("ИНН или Наименование организации")
        if self.layout.organisation == "place" and not {*known, *context}.intersection(PLACE_FIELDS):
            titles.append("Наименование организации или Муниципалитет")
        return titles


ContextOf = Callable[[Header], Context]
"""What titles, the sheet's name and `--set` give a table read under a header."""


def find_header(
    sheet: Sheet, layouts: Sequence[Layout], context_of: ContextOf, start: TableStart | None = None
) -> Header | None:
    """The best header among the first rows of a sheet, or where one is known; None when no row looks like one at all.

    Whether the header is complete is for the caller to ask, so that a refusal can name the nearest kind and what it
    misses.
    """
    rows = merged_head(sheet)
    possible = heading_rows(rows, layouts, only=start.header_row - 1 if start else None)
    found = best_header(possible, layouts_at(start, layouts), context_of)
    return None if found is None else with_lower_rows(found, rows, sheet.merged_ranges)


def layouts_at(start: TableStart | None, layouts: Sequence[Layout]) -> Sequence[Layout]:
    """The layouts that a table may follow: one, where it is known."""
    if start is None:
        return layouts
    return [layout for layout in layouts if (layout.kind, layout.name) == (start.kind, start.layout)]


def best_header(possible: Sequence["HeadingRows"], layouts: Sequence[Layout], context_of: ContextOf) -> Header | None:
    """Complete layouts first, then the one that knows most headings, then the kind to which they are peculiar."""
    headers = [
        header
        for first, last, readings in possible
        for layout in layouts
        if (header := _assign(layout, first, last, readings)) is not None
    ]
    if not headers:
        return None
    common = _kinds_by_heading(layouts)

    def rank(header: Header) -> tuple[float, ...]:
        if not header.missing(context_of(header).values):
            return (1, *header.score)
        return (0, sum(1 / (common[fold_header(header.headings[at])] or 1) for at in header.columns.values()))

    return max(headers, key=rank)


def _kinds_by_heading(layouts: Sequence[Layout]) -> Counter[str]:
    """How many kinds know a heading: one that few know tells more of what a file was meant to be."""
    kinds: dict[str, set[str]] = {}
    for layout in layouts:
        for spelling in layout.spellings:
            kinds.setdefault(spelling, set()).add(layout.kind)
    return Counter({spelling: len(known) for spelling, known in kinds.items()})


def with_lower_rows(
    header: Header, rows: Sequence[Sequence[Cell]], merged_ranges: Sequence[MergedRange] = ()
) -> Header:
    """A header with the rows that still belong to it: cells merged downwards, sub-headings that no column needs."""
    last = max(
        [header.last_row]
        + [
            bottom
            for top, left, bottom, right in merged_ranges
            if header.first_row <= top <= header.last_row < bottom < len(rows)
            and any(left <= column <= right for column in header.columns.values())
        ]
    )
    while last + 1 < len(rows) and _is_lower_heading(rows[last + 1], header):
        last += 1
    return replace(header, last_row=last)


def _is_lower_heading(row: Sequence[Cell], header: Header) -> bool:
    """Words under headings that mean nothing to us, and nothing under those that do: no row of data."""
    used = set(header.columns.values())
    filled = [index for index, cell in enumerate(row) if cell is not None]
    return bool(filled) and not used.intersection(filled) and not any(_has_digit(row[index]) for index in filled)


def _has_digit(cell: Cell) -> bool:
    return any(sign.isdigit() for sign in cell or "")


def merged_head(sheet: Sheet) -> list[list[Cell]]:
    """The first rows of a sheet with merged cells filled by their value."""
    rows: list[list[Cell]] = [list(row) for row in sheet.frame.head(HEADER_SEARCH_ROWS + 1).rows()]
    for first_row, first_column, last_row, last_column in sheet.merged_ranges:
        if first_row >= len(rows) or first_column >= len(rows[first_row]):
            continue
        value = rows[first_row][first_column]
        for row in rows[first_row : last_row + 1]:
            row[first_column : last_column + 1] = [value] * (min(last_column, len(row) - 1) - first_column + 1)
    return rows


def spellings_of(layouts: Sequence[Layout]) -> frozenset[str]:
    """Every heading that any layout knows, folded."""
    return frozenset(chain.from_iterable(layout.spellings for layout in layouts))


Readings = tuple[tuple[str, ...], ...]
"""The ways to read the heading of each column."""
HeadingRows = tuple[int, int, Readings]
"""First and last row that may be a header, from 0, and how its columns may be read."""


def heading_rows(
    rows: Sequence[Sequence[Cell]], layouts: Sequence[Layout], only: int | None = None
) -> list[HeadingRows]:
    """Every row (or one only) as a header, alone and as a two-row header with the next; rows of data are left out."""
    spellings = spellings_of(layouts)
    patterns = [pattern for layout in layouts for _, pattern in layout.yearly]

    def is_known(heading: str) -> bool:
        folded = fold_header(heading)
        return (
            folded in spellings
            or without_brackets(folded) in spellings
            or bare_heading(folded) in spellings
            or any(pattern.fullmatch(folded) for pattern in patterns)
        )

    found: list[HeadingRows] = []
    for index, row in enumerate(rows[:HEADER_SEARCH_ROWS]):
        if only not in (None, index) or sum(cell is not None for cell in row) < FEWEST_HEADINGS:
            continue
        found.append((index, index, tuple((plain(cell or ""),) for cell in row)))
        if index + 1 < len(rows):
            upper = _fill_right(row)
            pairs = zip(row, upper, rows[index + 1], strict=True)
            found.append((index, index + 1, tuple(_two_row_readings(own, above, below) for own, above, below in pairs)))
    return [one for one in found if sum(any(map(is_known, ways)) for ways in one[2]) >= FEWEST_HEADINGS]


def _fill_right(row: Sequence[Cell]) -> list[Cell]:
    """An upper heading stands over the empty cells to its right when the format keeps no merged ranges."""
    filled: list[Cell] = []
    for cell in row:
        filled.append(cell if cell is not None or not filled else filled[-1])
    return filled


def _two_row_readings(own: Cell, above: Cell, below: Cell) -> tuple[str, ...]:
    """The lower heading alone is tried first, then «upper lower» (settled question 8)."""
    if below is None:
        return (plain(own or ""),)
    lower, upper = plain(below), plain(above or "")
    if lower == upper or not upper:
        return (lower,)
    return (lower, f"{upper} {lower}")


def _assign(layout: Layout, first: int, last: int, readings: Sequence[tuple[str, ...]]) -> Header | None:
    columns: dict[str, int] = {}
    units: dict[str, str] = {}
    twins: list[tuple[str, str, str]] = []
    headings: list[str] = []
    for index, ways in enumerate(readings):
        found, heading = next(
            ((known, way) for way in ways if (known := meaning(way, layout)) is not None), (None, ways[-1])
        )
        headings.append(mask(heading))
        if found is None:
            continue
        name, unit = found
        if name not in columns or fold_header(headings[columns[name]]) in layout.stand_ins:
            columns[name] = index
            units.pop(name, None)
            units |= {name: unit} if unit else {}
        elif fold_header(heading) not in layout.stand_ins:
            twins.append((name, headings[columns[name]], heading))
    if len(columns) < FEWEST_HEADINGS:
        return None
    has_marker = layout.marker is not None and layout.marker in {fold_header(text) for text in headings}
    if layout.marker is not None and not has_marker:
        return None
    return Header(layout, first, last, tuple(headings), columns, tuple(twins), has_marker, units)
