"""Find the header row of a sheet and the layout it follows (design.md section 4, recognise)."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from ingestion.context import CONTEXT_OF_EVERY_LAYOUT
from ingestion.errors import RefusedFileError, UnrecognisedFileError
from ingestion.reading import Sheet
from schemas.header_map import Layout
from schemas.kinds import KINDS
from schemas.text import fold_header, plain

HEADER_SEARCH_ROWS = 60
FEWEST_HEADINGS = 2
BRACKETS = re.compile(r" ?\([^()]*\)")

Cell = str | None
ORGANISATION_FIELDS = ("inn", "ogrn", "organisation_name")
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

    @property
    def score(self) -> tuple[int, int, int, int]:
        return (len(self.columns), int(self.has_marker), -(self.last_row - self.first_row), -self.first_row)

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
        known = {*self.columns, *(name for name in context if name in self.layout.context), *self.layout.constants}
        titles = [self.layout.title(name) for name in self.layout.required if name not in known]
        if self.layout.any_of and not known.intersection(self.layout.any_of):
            titles.append(" или ".join(self.layout.title(name) for name in self.layout.any_of))
        if self.layout.organisation == "required" and not known.intersection(ORGANISATION_FIELDS):
            titles.append("ИНН или Наименование организации")
        if self.layout.organisation == "place" and not {*known, *context}.intersection(PLACE_FIELDS):
            titles.append("Наименование организации или Муниципалитет")
        return titles


def without_brackets(folded: str) -> str:
    """A folded heading without what stands in brackets: templates of one form differ in it."""
    return fold_header(BRACKETS.sub("", folded))


def is_dropped(heading: str, layout: Layout) -> bool:
    """A column the template has and the warehouse does not take (names, birth dates and the like)."""
    folded = fold_header(heading)
    if folded in layout.dropped:
        return True
    return layout.ignore_brackets and without_brackets(folded) in layout.dropped


def meaning(heading: str, layout: Layout) -> str | None:
    """The field a heading names under a layout, or None."""
    folded = fold_header(heading)
    if folded in layout.spellings:
        return layout.spellings[folded]
    if layout.ignore_brackets and folded not in layout.dropped:
        return layout.spellings.get(without_brackets(folded))
    return None


ContextOf = Callable[[Sheet, Header], Mapping[str, str]]
"""What titles, the sheet's name and `--set` give a sheet read under a header."""


def find_header(sheet: Sheet, layouts: Sequence[Layout], context_of: ContextOf) -> Header | None:
    """The best header of a sheet: complete layouts first, then the one that knows most headings.

    None when no row looks like a header at all. Whether the header is complete is for the caller to ask,
    so that a refusal can name the nearest kind and what it misses.
    """
    rows = merged_head(sheet)
    candidates = [
        header
        for first, last, headings in _heading_rows(rows, _spellings(layouts))
        for layout in layouts
        if (header := _assign(layout, first, last, headings)) is not None
    ]
    if not candidates:
        return None
    return max(candidates, key=lambda header: (not header.missing(context_of(sheet, header)), header.score))


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


def _spellings(layouts: Sequence[Layout]) -> frozenset[str]:
    """Every heading that any layout knows."""
    return frozenset(chain.from_iterable(layout.spellings for layout in layouts))


Readings = tuple[tuple[str, ...], ...]
"""The ways to read the heading of each column."""


def _heading_rows(rows: Sequence[Sequence[Cell]], spellings: frozenset[str]) -> list[tuple[int, int, Readings]]:
    """Every row as a header, and every two neighbours as a two-row header; rows of data are left out at once."""
    found: list[tuple[int, int, Readings]] = []
    for index, row in enumerate(rows[:HEADER_SEARCH_ROWS]):
        if sum(cell is not None for cell in row) < FEWEST_HEADINGS:
            continue
        found.append((index, index, tuple((plain(cell or ""),) for cell in row)))
        if index + 1 < len(rows):
            upper = _fill_right(row)
            pairs = zip(row, upper, rows[index + 1], strict=True)
            found.append((index, index + 1, tuple(_two_row_readings(own, above, below) for own, above, below in pairs)))
    return [one for one in found if _known_columns(one[2], spellings) >= FEWEST_HEADINGS]


def _known_columns(readings: Readings, spellings: frozenset[str]) -> int:
    """How many columns some layout might know."""
    return sum(any(_is_known(way, spellings) for way in ways) for ways in readings)


def _is_known(heading: str, spellings: frozenset[str]) -> bool:
    folded = fold_header(heading)
    return folded in spellings or without_brackets(folded) in spellings


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
    twins: list[tuple[str, str, str]] = []
    headings: list[str] = []
    for index, ways in enumerate(readings):
        name, heading = next(
            ((field, way) for way in ways if (field := meaning(way, layout)) is not None), (None, ways[-1])
        )
        headings.append(heading)
        if name is None:
            continue
        if name not in columns or fold_header(headings[columns[name]]) in layout.stand_ins:
            columns[name] = index
        elif fold_header(heading) not in layout.stand_ins:
            twins.append((name, headings[columns[name]], heading))
    if len(columns) < FEWEST_HEADINGS:
        return None
    has_marker = layout.marker is not None and layout.marker in {fold_header(text) for text in headings}
    if layout.marker is not None and not has_marker:
        return None
    return Header(layout, first, last, tuple(headings), columns, tuple(twins), has_marker)


def refuse_twins(header: Header, file_name: str, sheet_name: str) -> None:
    """Refuse a table in which two columns have one meaning: which of them counts is not ours to guess."""
    if header.twins:
        name, first, second = header.twins[0]
        raise RefusedFileError(
            f"{file_name}, лист «{sheet_name}»: столбцы «{first}» и «{second}» означают одно и то же "
            f"(«{header.layout.title(name)}»). Оставьте один из них и повторите загрузку."
        )


def refusal_for(header: Header | None, missing: Sequence[str], file_name: str, sheet_name: str) -> RefusedFileError:
    """Why a sheet cannot be taken: no header, or the nearest kind and what it misses."""
    if header is None:
        return UnrecognisedFileError(
            f"{file_name}, лист «{sheet_name}»: не найдена строка заголовков. Ожидались названия столбцов "
            "одного из видов выгрузки (список: docs/vygruzki.md): добавьте строку заголовков и повторите загрузку."
        )
    listed = "; ".join(f"«{title}»" for title in missing)
    alternatives = [title for titles in missing for title in titles.split(" или ")]
    from_outside = [title for title in alternatives if _may_come_from_outside(header.layout, title)]
    remedy = "Добавьте недостающее и повторите загрузку."
    if from_outside:
        remedy = f'Добавьте столбец, строку над таблицей или задайте: vitrina add ФАЙЛ --set "{from_outside[0]}=…".'
    return UnrecognisedFileError(
        f"{file_name}, лист «{sheet_name}»: не хватает обязательного: {listed}. "
        f"Ближайший вид выгрузки: «{KINDS[header.layout.kind].title}». {remedy}"
    )


def _may_come_from_outside(layout: Layout, title: str) -> bool:
    return any(layout.title(name) == title for name in (*layout.context, *CONTEXT_OF_EVERY_LAYOUT))
