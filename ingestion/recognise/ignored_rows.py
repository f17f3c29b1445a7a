"""Rows of a table that are no data: blank, totals, column numbers, headings again, signatures, titles, group rows.

Each is counted and listed with its reason. What looks like one of them and has an identifier or figures of its own is
data: when it is bad it is rejected, never passed over.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import polars as pl

from foundation.text import fold, fold_header
from ingestion.names.parts import name_parts
from ingestion.names.place_lines import is_place_line
from ingestion.recognise.header_row import IDENTIFIERS, Cell, Header
from ingestion.values.dates import parse_date
from schemas.catalogue_file import read_mapping
from schemas.kinds import KINDS
from schemas.personal import begins_signature, is_person, is_signature, mask

BLANK, TOTAL, REPEATED, NUMBERING = "blank", "total", "repeated_header", "numbering"
FOOTER, TITLE, SUBTOTAL = "footer", "title", "subtotal"
REASONS = {
    BLANK: "пустая строка",
    TOTAL: "итоговая строка",
    REPEATED: "повтор заголовка",
    NUMBERING: "номера столбцов",
    FOOTER: "подпись или примечание под таблицей",
    TITLE: "строка заглавия",
    SUBTOTAL: "название группы строк или её итог",
}
"""Why a row is ignored, in words for the sender."""

PLACES = ("organisation_name", "responsible", "municipality", "region")
FREE_TEXT = frozenset({"text", "identifier", "subject"})
"""Readers of cells that may say anything: «Всего ли достаточно…» is a question, no total."""
NUMBER_LABEL = r"^\(?\s*(?:\d{1,2}|[А-Яа-яA-Za-z])\s*\)?\.?$|^\(?\d{1,2}\)?\s*=.*$"
LABEL = re.compile(r"^\(?\s*(?P<label>\d{1,2}|[А-Яа-яA-Za-z])\s*\)?\.?(?:\s*=.*)?$")
LETTERS = ("абвгдежзиклмнопрстуфхцчшщ", "abcdefghijklmnopqrstuvwxyz")
FIGURE = r"^\s*[-+<>≥≤]?\s*\d[\d\s.,:/%-]*(?:г\.?|год)?\s*$"
CELLS = pl.exclude("source_row")


@dataclass(frozen=True)
class Ignored:
    """A row that is no data: where, why, and what stands in it; people are never named."""

    source_row: int
    reason: str
    text: str


def is_blank() -> pl.Expr:
    return pl.all_horizontal(CELLS.is_null())


def has_identifier(header: Header) -> pl.Expr:
    """Whether a row has an ИНН, КПП or ОГРН of its own; words in such a column are none."""
    columns = [f"c{header.columns[name]}" for name in IDENTIFIERS if name in header.columns]
    said = [pl.col(column).str.contains(r"\d").fill_null(value=False) for column in columns]
    return pl.any_horizontal(said) if said else pl.lit(value=False)


def reasons(body: pl.DataFrame, header: Header, written: Sequence[Sequence[Cell]]) -> pl.Series:
    """Why each row is no data, as far as the row alone tells; null where it may be data.

    `written` are the rows of the header as the sheet has them.
    """
    reason = (
        pl.when(is_blank())
        .then(pl.lit(BLANK))
        .when(_is_total(body, header))
        .then(pl.lit(TOTAL))
        .when(_is_repeated_header(header, written, body))
        .then(pl.lit(REPEATED))
    )
    found = body.select(reason.alias("reason"))["reason"]
    labelled = body.select(pl.all_horizontal(CELLS.is_null() | CELLS.str.contains(NUMBER_LABEL)))
    maybe = (labelled.to_series() & found.is_null()).arg_true()
    numbering = [index for index in maybe if _are_numbers_of_columns(body.row(index)[1:])]
    return found.scatter(numbering, NUMBERING) if numbering else found


@lru_cache
def _words() -> dict[str, Any]:
    found: dict[str, Any] = read_mapping("rows_without_data.yaml")
    return found


@lru_cache
def _total_words() -> tuple[str, str]:
    """Expressions for what begins or ends the name of a total, and for a text that is nothing else."""
    words = _words()["totals"]
    starts = "|".join(re.escape(word) for word in (*words["starts"], *words["parts"]))
    ends = "|".join(re.escape(word) for word in words["ends"])
    return rf"^[\s«\"]*(?:{starts})\b|\b(?:{ends})[\s.:»\"]*$", rf"^[\s«\"]*(?:{starts})[\s.:»\"]*$"


def is_part_of_total(text: str) -> bool:
    """Whether a total is one of a part («в том числе»): it need not equal the sum of its rows."""
    return any(fold(text).startswith(word) for word in _words()["totals"]["parts"])


def total_pattern() -> str:
    """What the name of a total looks like, in lower case: whoever only looks for suspicious rows asks for this."""
    return _total_words()[0]


def _is_total(body: pl.DataFrame, header: Header) -> pl.Expr:
    named, bare = _total_words()
    cells = [name for name in body.columns if name != "source_row"]
    said = [_lower(f"c{header.columns[name]}").str.contains(named) for name in PLACES if name in header.columns]
    parses = KINDS[header.layout.kind].readers
    free = {
        f"c{index}" for name, index in header.columns.items() if parses.get(name) in FREE_TEXT and name not in PLACES
    }
    earlier = pl.lit(value=True)  # nothing stands to the left
    for name in cells:
        pattern = bare if name in free else named
        said.append(earlier & _lower(name).str.contains(pattern))
        earlier = earlier & pl.col(name).is_null()
    return pl.any_horizontal(part.fill_null(value=False) for part in said) & ~has_identifier(header)


def _lower(name: str) -> pl.Expr:
    return pl.col(name).str.to_lowercase().str.replace_all("ё", "е")


def _is_repeated_header(header: Header, written: Sequence[Sequence[Cell]], body: pl.DataFrame) -> pl.Expr:
    """The headings again further down."""
    headings = {
        f"c{index}": {fold_header(text) for row in written if (text := row[index])} for index in header.columns.values()
    }
    # Few cells begin like their heading: all columns are asked at once which those are, and only they are folded.
    begins = body.select(_begins(name, wanted) for name, wanted in headings.items())
    same = pl.sum_horizontal(
        pl.col(name).is_in(_spellings(body[name].filter(begins[name]), wanted)) for name, wanted in headings.items()
    )
    return same.fill_null(0) * 2 > len(headings)


def _begins(name: str, wanted: Collection[str]) -> pl.Expr:
    start = pl.col(name).str.strip_chars().str.head(1).str.to_lowercase()
    return start.is_in({heading[:1] for heading in wanted})


def _spellings(cells: pl.Series, wanted: Collection[str]) -> list[str]:
    """Cells that say one of the headings, compared as headings are: a form repeats them without its line breaks."""
    return [text for text in set(cells) if fold_header(text) in wanted]


def _are_numbers_of_columns(cells: Sequence[Cell]) -> bool:
    """«1 2 3», «А Б В 1 2», «(1) (2) 3=(2)/(1)»: letters, then numbers, each in its own order without a gap."""
    matches = [LABEL.match(cell.strip()) for cell in cells if cell is not None]
    labels = [match["label"].lower() for match in matches if match]
    numbers = [int(label) for label in labels if label.isdigit()]
    letters = [label for label in labels if not label.isdigit()]
    return (
        len(labels) > 1
        and labels == [*letters, *map(str, numbers)]
        and numbers == list(range(1, len(numbers) + 1))
        and (not letters or any("".join(letters) == alphabet[: len(letters)] for alphabet in LETTERS))
    )


def last_anchor(body: pl.DataFrame, header: Header, found: pl.Series) -> int | None:
    """The last row with an identifier or figures, by position in `body`: what stands below it may be no data."""
    filled = body.select(pl.sum_horizontal(CELLS.is_not_null().cast(pl.Int32))).to_series()
    readers = KINDS[header.layout.kind].readers
    figures = [
        pl.col(f"c{index}").str.contains(FIGURE)
        for name, index in header.columns.items()
        if readers.get(name) not in FREE_TEXT and name not in PLACES
    ]
    anchored = body.select(pl.any_horizontal(has_identifier(header), *figures).fill_null(value=False)).to_series()
    anchors = (anchored & (filled > 1) & found.is_null()).arg_true()
    return anchors[-1] if len(anchors) else None


def rows_below(body: pl.DataFrame, header: Header, found: pl.Series) -> dict[int, str]:
    """Signatures and remarks below the last row with an identifier or figures, by position in `body`."""
    anchor = last_anchor(body, header, found)
    start = 0 if anchor is None else anchor + 1
    below: dict[int, str] = {}
    is_apart = False
    for index in range(start, body.height):
        if found[index] is not None:
            is_apart = is_apart or found[index] == BLANK
            continue
        if _is_footer([cell for cell in body.row(index)[1:] if cell is not None], is_apart=is_apart):
            below[index] = FOOTER
            is_apart = True
    return below


def _is_footer(cells: Sequence[str], *, is_apart: bool) -> bool:
    """A signature, a remark, or a lone text below a blank row; never what may be an organisation."""
    if any(is_signature(cell) or is_person(cell) for cell in cells):
        return True
    if begins_signature(cells[0]) and (is_apart or len(cells) > 1) and not _may_be_organisation(cells[0]):
        return True
    if fold(cells[0]).startswith(tuple(_words()["notes"])):
        return True
    if len(cells) > 1:
        return False
    is_day = parse_date(cells[0]) is not None and not cells[0].isdigit()
    return is_day or (is_apart and not is_place_line(cells[0]) and not _may_be_organisation(cells[0]))


def _may_be_organisation(text: str) -> bool:
    parts = name_parts(text)
    return bool(parts.owner or parts.type or parts.number)


def lone_lines(body: pl.DataFrame, found: pl.Series) -> list[int]:
    """Rows, by position, that hold one text only, or a pair «ключ:» and value: no row of data is like that."""
    filled = body.select(pl.sum_horizontal(CELLS.is_not_null().cast(pl.Int32))).to_series()
    few = ((filled <= 2) & found.is_null()).arg_true()
    lines = []
    for index in few:
        cells = [cell for cell in body.row(index)[1:] if cell is not None]
        if len(cells) == 1 or cells[0].strip().endswith(":"):
            lines.append(index)
    return lines


def shown(cells: Sequence[Cell], reason: str, *, is_personal: bool) -> str:
    """What the protocol shows of an ignored row: its first text; nothing where a person may stand in it."""
    first = next((cell for cell in cells if cell is not None), "")
    if reason == FOOTER or (is_personal and first):
        return "текст не показан"
    return mask(first)
