"""A sheet as blocks: one table under another, each with its own title lines, header and columns.

What the titles of a block leave unsaid holds on from the block above; its place does so only where the block has no
titles of its own. What cannot be read safely is refused from its first row to the end of the sheet.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import polars as pl

from foundation.text import fold, fold_header
from ingestion.read import Sheet
from ingestion.recognise.context import CONTEXT_OF_EVERY_LAYOUT, Context, read_context
from ingestion.recognise.header_row import (
    FEWEST_HEADINGS,
    Cell,
    Header,
    best_header,
    find_header,
    heading_rows,
    layouts_at,
    merged_head,
    spellings_of,
    with_lower_rows,
)
from ingestion.recognise.headings import bare_heading
from ingestion.recognise.ignored_rows import total_pattern
from ingestion.recognise.starts import TableStart
from schemas.header_map import Layout

HIGHEST_TITLES = 30
"""Rows above a header that are looked at for its titles."""
HIGHEST_HEADER = 4
LONGEST_HEADING = 120


@dataclass(frozen=True)
class BrokenOff:
    """From which source row on a sheet is refused, and why."""

    source_row: int
    reason: str


@dataclass(frozen=True)
class Block:
    """A table of a sheet: its header, what its titles say, and the row (from 0) before which it ends."""

    sheet: Sheet
    header: Header
    context: Context
    end: int
    broken_off: BrokenOff | None = None
    """What of the sheet below this block is refused."""
    rest_end: int | None = None
    """The row (from 0) before which that ends: where a block of another kind begins; None for the end of the sheet."""


def find_blocks(
    sheet: Sheet,
    layouts: Sequence[Layout],
    declared: Mapping[str, str],
    known: Sequence[TableStart] | None = None,
) -> list[Block]:
    """Blocks of a sheet from top to bottom; the first may be incomplete, none when no row looks like a header.

    With `known`, all the tables that were found on this sheet before, no other row and layout are looked at: the best
    of all headers is the best of any among which it is, and no other row made a block then.
    """
    if known is not None and not known:
        return []
    first = _first_block(sheet, layouts, declared, known[0] if known else None)
    if first is None:
        return []
    blocks = [first]
    if first.header.missing(first.context.values) or first.header.twins:
        return blocks
    for row, start in _later_rows(sheet, layouts, first, known):
        former = blocks[-1]
        if row <= former.header.last_row:
            continue
        block = _next_block(sheet, row, layouts, declared, former, start)
        if block is None:
            continue
        top = row - len(titles_above(sheet, row, former.header.last_row))
        reason = _why_unreadable(block)
        if reason is not None:
            blocks[-1] = _cut(former, top, BrokenOff(top + 1, reason))
            break
        blocks[-1] = _cut(former, top)
        blocks.append(block)
    return blocks


def _later_rows(
    sheet: Sheet, layouts: Sequence[Layout], first: Block, known: Sequence[TableStart] | None
) -> list[tuple[int, TableStart | None]]:
    """Rows (from 0) where another block may begin; where one does, what is known of it."""
    if known is not None:
        return [(start.header_row - 1, start) for start in known[1:]]
    return [(row, None) for row in rows_like_headings(sheet.frame, layouts, first.header.last_row + 1)]


def _first_block(
    sheet: Sheet, layouts: Sequence[Layout], declared: Mapping[str, str], start: TableStart | None
) -> Block | None:
    head = merged_head(sheet)
    known: dict[tuple[int, int], Context] = {}

    def context_of(header: Header) -> Context:
        key = (id(header.layout), header.first_row)
        if key not in known:
            titles = head[: header.first_row]
            known[key] = read_context(header.layout, titles, sheet.name, declared, headings=header.headings)
        return known[key]

    header = find_header(sheet, layouts, context_of, start)
    return None if header is None else Block(sheet, header, context_of(header), sheet.frame.height)


def _next_block(
    sheet: Sheet,
    row: int,
    layouts: Sequence[Layout],
    declared: Mapping[str, str],
    former: Block,
    start: TableStart | None,
) -> Block | None:
    """The block whose header stands in a row; None for the former header repeated, or for data."""
    titles = titles_above(sheet, row, former.header.last_row)
    first_line = row - len(titles) + 1

    def context_of(header: Header) -> Context:
        own = read_context(header.layout, titles, sheet.name, declared, first_line, header.headings)
        names = {*header.layout.context, *CONTEXT_OF_EVERY_LAYOUT}
        return own.inherit(former.context, sorted(names - _places_left(titles)))

    rows = [list(cells) for cells in sheet.frame.slice(row, HIGHEST_HEADER).rows()]
    possible = heading_rows(rows, layouts, only=0)
    found = best_header(possible, layouts_at(start, layouts), context_of)
    if found is None or not _is_header(rows[0]):
        return None
    lower = with_lower_rows(found, rows)
    header = replace(lower, first_row=row, last_row=row + lower.last_row)
    if not titles and header.layout == former.header.layout and header.columns == former.header.columns:
        return None
    return Block(sheet, header, context_of(header), sheet.frame.height)


def _places_left(titles: Sequence[Sequence[Cell]]) -> set[str]:
    """A new title may name a place in words that we do not know: then the former place holds no longer."""
    return set(CONTEXT_OF_EVERY_LAYOUT) if titles else set()


def _is_header(row: Sequence[Cell]) -> bool:
    """A row of words: a row with a number in it is data, whatever its texts are."""
    return not any((cell or "").replace(" ", "").replace(",", "").replace(".", "").isdigit() for cell in row)


def _why_unreadable(block: Block) -> str | None:
    missing = block.header.missing(block.context.values)
    if missing:
        listed = "; ".join(f"«{title}»" for title in missing)
        return f"с этой строки начинается другая таблица, в ней не хватает обязательного: {listed}"
    if block.header.twins:
        _, one, other = block.header.twins[0]
        return f"с этой строки начинается другая таблица, её столбцы «{one}» и «{other}» означают одно и то же"
    for first, second in block.context.conflicts:
        if first.name not in block.header.columns:
            title = block.header.layout.title(first.name)
            return f"строки над таблицей называют разное для «{title}»: «{first.phrase}» и «{second.phrase}»"
    return None


def _cut(block: Block, end: int, broken_off: BrokenOff | None = None) -> Block:
    return replace(block, end=end, broken_off=broken_off)


def titles_above(sheet: Sheet, row: int, last_used: int) -> list[Sequence[Cell]]:
    """Rows between the data above and a header in `row`: lines of one text or of pairs «ключ: значение», blanks."""
    titles: list[Sequence[Cell]] = []
    for index in range(row - 1, max(last_used, row - 1 - HIGHEST_TITLES), -1):
        cells = sheet.frame.row(index)
        if not is_title(cells):
            break
        titles.insert(0, cells)
    while titles and all(cell is None for cell in titles[0]):
        titles.pop(0)
    return titles


def is_title(cells: Sequence[Cell]) -> bool:
    """Whether a row may stand above a table as its title: blank, one text, or pairs with a colon.

    A number is none, nor is a total of the table above.
    """
    filled = [cell.strip() for cell in cells if cell is not None]
    if len(filled) > 1:
        return filled[0].endswith(":") or all(":" in cell for cell in filled)
    return not filled or not (_is_number(filled[0]) or re.search(total_pattern(), fold(filled[0])))


def _is_number(text: str) -> bool:
    return text.replace(" ", "").replace(",", "").replace(".", "").isdigit()


def rows_like_headings(frame: pl.DataFrame, layouts: Sequence[Layout], after: int) -> list[int]:
    """Rows (from 0) below `after` in which at least two cells read like headings; quick, so that data costs little."""
    spellings = spellings_of(layouts)
    starts = sorted({spelling[:4] for spelling in spellings})
    body = frame.slice(after)
    if not body.height:
        return []
    maybe = body.select(_may_be_heading(name, starts) for name in body.columns)
    hits = [
        body[name].is_in(_headings(body[name].filter(maybe[name]), spellings)).fill_null(value=False)
        for name in body.columns
        if maybe[name].any()
    ]
    if len(hits) < FEWEST_HEADINGS:
        return []
    counts = pl.DataFrame([hit.cast(pl.Int32).alias(str(index)) for index, hit in enumerate(hits)]).sum_horizontal()
    return [after + index for index in (counts >= FEWEST_HEADINGS).arg_true().to_list()]


def _may_be_heading(name: str, starts: Sequence[str]) -> pl.Expr:
    start = pl.col(name).str.strip_chars().str.head(4).str.to_lowercase().str.replace_all("ё", "е")
    is_short = pl.col(name).str.len_chars() <= LONGEST_HEADING
    return (start.is_in(starts) & is_short).fill_null(value=False).alias(name)


def _headings(cells: pl.Series, spellings: frozenset[str]) -> list[str]:
    return [text for text in cells.unique() if _is_heading(text, spellings)]


def _is_heading(text: str, spellings: frozenset[str]) -> bool:
    folded = fold_header(text)
    return folded in spellings or bare_heading(folded) in spellings
