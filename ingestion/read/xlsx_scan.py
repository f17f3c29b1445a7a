"""What calamine does not tell about an XLSX sheet, taken from the sheet's XML.

calamine returns an empty cell for an error value and for a formula nobody calculated, loses percentage formats, and
allocates the whole rectangle between the first and the last cell. A quick look decides whether a sheet has any of
these; only then are its cells walked one by one.
"""

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO
from xml.parsers import expat

from ingestion.read.sheet import LARGE, MAX_CELLS, SheetFacts, far_cell, full_sheet, is_sparse
from ingestion.read.xlsx_parts import XlsxParts
from ingestion.values.cell_text import ERROR_UNKNOWN, FORMULA_WITHOUT_VALUE, percent_text

MAX_ROWS = 1_048_576
DEFAULT_STYLE = "0"
_BLOCK = 1 << 20
_OVERLAP = 1024  # longer than any cell's opening tag
# Plain substrings, which are many times faster than expressions; a false alarm costs only a walk.
_FORMULA_OR_ERROR = (b"<f>", b"<f ", b"<f/", b":f>", b":f ", b":f/", b't="e"', b"t='e'")
_ROW = (b"<row>", b"<row ", b":row>", b":row ")
_CELL = (b"<c>", b"<c ", b":c>", b":c ")
_HIDDEN_ROW = re.compile(rb"""<(?:\w+:)?row\s(?:[^>]*\s)?hidden=["'](?:1|true)["'][^>]*(?<!/)>""")
_ROW_NUMBER = re.compile(rb"row\s[^>]*?\br=[\"'](\d+)")
_WIDE_CELL = re.compile(rb"r=[\"']([A-Z]{2,3})\d")
_LETTERS = 26


@dataclass
class _Glance:
    needs_walk: bool = False
    rows: int = 0
    hidden_rows: int = 0
    last_row: int = 0
    last_column: int = _LETTERS
    last_row_occupied: bool = False


def scan_sheet(archive: zipfile.ZipFile, parts: XlsxParts, sheet_name: str) -> SheetFacts:
    """Facts about one sheet; raises Refusal when it is filled to Excel's limit or too sparse to be laid out."""
    part = parts.sheets.get(sheet_name)
    if part is None:
        return SheetFacts()
    with archive.open(part) as stream:
        glance = _look(stream, parts)
    if glance.last_row_occupied:
        raise full_sheet(sheet_name, MAX_ROWS)
    facts = SheetFacts(hidden_rows=glance.hidden_rows)
    area = max(glance.last_row, glance.rows) * glance.last_column
    is_suspicious = area > MAX_CELLS or (area > LARGE and is_sparse(area, _count_cells(archive, part)))
    if not glance.needs_walk and glance.rows < MAX_ROWS and not is_suspicious:
        return facts
    with archive.open(part) as stream:
        _CellWalk(parts, facts).run(stream)
    if facts.last_row >= MAX_ROWS:
        raise full_sheet(sheet_name, MAX_ROWS)
    area = facts.last_row * facts.last_column
    if area > MAX_CELLS or is_sparse(area, facts.cells):
        raise far_cell(sheet_name, facts.last_row, facts.last_column)
    return facts


def _count_cells(archive: zipfile.ZipFile, part: str) -> int:
    with archive.open(part) as stream:
        return sum(buffer.count(tag) - carried.count(tag) for buffer, carried in _buffers(stream) for tag in _CELL)


def _buffers(stream: IO[bytes]) -> Iterator[tuple[bytes, bytes]]:
    """Blocks of the stream, each with the end of the one before, so that no tag is cut in two."""
    carried = b""
    while block := stream.read(_BLOCK):
        yield carried + block, carried
        carried = (carried + block)[-_OVERLAP:]


def _look(stream: IO[bytes], parts: XlsxParts) -> _Glance:
    percent = re.compile(rb"\bs=[\"'](?:%s)[\"']" % "|".join(parts.formats).encode()) if parts.formats else None
    occupied = re.compile(rb"\br=[\"'][A-Z]{1,3}%d[\"'][^>]*(?<!/)>\s*<(?:\w+:)?(?:v|is|f)\b" % MAX_ROWS)
    glance = _Glance(needs_walk=DEFAULT_STYLE in parts.formats)
    for buffer, carried in _buffers(stream):
        if not glance.needs_walk:
            glance.needs_walk = any(mark in buffer for mark in _FORMULA_OR_ERROR) or bool(
                percent and percent.search(buffer)
            )
        glance.rows += sum(buffer.count(tag) - carried.count(tag) for tag in _ROW)
        if b"hidden=" in buffer:
            glance.hidden_rows += len(_HIDDEN_ROW.findall(buffer)) - len(_HIDDEN_ROW.findall(carried))
        last_tag = max(buffer.rfind(tag) for tag in _ROW)
        if last_tag >= 0 and (number := _ROW_NUMBER.match(buffer, last_tag + 1)):
            glance.last_row = max(glance.last_row, int(number.group(1)))
        for letters in set(_WIDE_CELL.findall(buffer)):
            glance.last_column = max(glance.last_column, column_number(letters.decode()))
        if glance.last_row >= MAX_ROWS and occupied.search(buffer):
            glance.last_row_occupied = True
            return glance
    return glance


def column_number(letters: str) -> int:
    """Number of an Excel column from 1: A is 1, AA is 27."""
    number = 0
    for letter in letters:
        number = number * _LETTERS + ord(letter) - ord("A") + 1
    return number


class _LocalNames(dict[str, str]):
    """Names of elements without their prefixes, each cut once."""

    def __missing__(self, name: str) -> str:
        local = self[name] = name.rpartition(":")[2]
        return local


class _CellWalk:
    """Walks every cell of a sheet's XML."""

    def __init__(self, parts: XlsxParts, facts: SheetFacts) -> None:
        self._formats = parts.formats
        self._is_calculated = parts.is_calculated
        self._facts = facts
        self._names = _LocalNames()
        self._columns: dict[str, int] = {}
        self._row = self._column = -1
        self._cell: dict[str, str] = {}
        self._formula = self._result = self._collecting = False
        self._text: list[str] = []

    def run(self, stream: IO[bytes]) -> None:
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._characters
        parser.ParseFile(stream)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        local = self._names[name]
        if local == "c":
            self._cell = attributes
            self._formula = self._result = False
            self._text.clear()
            reference = attributes.get("r")
            self._column = self._column_of(reference) if reference else self._column + 1
        elif local in {"v", "t"}:
            self._collecting = self._result = True
        elif local == "f":
            self._formula = True
        elif local == "row":
            self._row = int(attributes["r"]) - 1 if "r" in attributes else self._row + 1
            self._column = -1

    def _column_of(self, reference: str) -> int:
        letters = reference.rstrip("0123456789")
        column = self._columns.get(letters)
        if column is None:
            column = self._columns[letters] = column_number(letters) - 1
        return column

    def _characters(self, data: str) -> None:
        if self._collecting:
            self._text.append(data)

    def _end(self, name: str) -> None:
        local = self._names[name]
        if local in {"v", "t"}:
            self._collecting = False
        elif local == "c":
            self._finish_cell()

    def _finish_cell(self) -> None:
        text = "".join(self._text)
        override = self._override(text)
        facts = self._facts
        if override is not None:
            facts.overrides.setdefault(self._row, {})[self._column] = override
        elif not text:
            return
        facts.cells += 1
        if self._row >= facts.last_row:
            facts.last_row = self._row + 1
        if self._column >= facts.last_column:
            facts.last_column = self._column + 1

    def _override(self, text: str) -> str | None:
        kind = self._cell.get("t", "n")
        if kind == "e":
            return text or ERROR_UNKNOWN
        if self._formula and not self._has_result(text, kind):
            return FORMULA_WITHOUT_VALUE
        if text and kind == "n" and (shown := self._formats.get(self._cell.get("s", DEFAULT_STYLE))):
            value = float(text)
            signs = shown.percents(value)
            return percent_text(value, signs) if signs else None
        return None

    def _has_result(self, text: str, kind: str) -> bool:
        """Whether a formula was calculated: programs that cannot calculate write nothing, an empty text or 0."""
        if not text:
            return kind == "str" and self._result and self._is_calculated
        return self._is_calculated or kind != "n" or float(text) != 0
