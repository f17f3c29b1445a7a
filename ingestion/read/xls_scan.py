"""What calamine does not tell about an XLS sheet, taken from the records of the workbook stream.

calamine returns an empty cell for an error value and for a formula nobody calculated, loses percentage formats and
hidden rows, and lays out the whole rectangle between the first and the last cell.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from ingestion.read.number_format import PERCENT_BUILTIN, NumberFormat
from ingestion.read.sheet import SheetFacts, far_cell, full_sheet, is_sparse
from ingestion.values.cell_text import ERROR_UNKNOWN, FORMULA_WITHOUT_VALUE, percent_text

MAX_ROWS = 65_536
_BEGIN, _END = 0x0809, 0x000A
_FORMULA, _NUMBER, _RK, _MULTIPLE_RK, _BOOLEAN_OR_ERROR = 0x0006, 0x0203, 0x027E, 0x00BD, 0x0205
_SHARED_STRING, _LABEL, _RICH_STRING = 0x00FD, 0x0204, 0x00D6
_ROW, _DIMENSIONS, _UNCALCULATED = 0x0208, 0x0200, 0x005E
_SHEET, _FORMAT, _STYLE, _CALCULATION_ENGINE = 0x0085, 0x041E, 0x00E0, 0x01C1
_CELLS = {_FORMULA, _NUMBER, _RK, _MULTIPLE_RK, _BOOLEAN_OR_ERROR, _SHARED_STRING, _LABEL, _RICH_STRING}
_WITH_FACTS = {_FORMULA, _BOOLEAN_OR_ERROR, _ROW, _DIMENSIONS, _UNCALCULATED}
_NUMBERS = {_NUMBER, _RK, _MULTIPLE_RK}
_BIFF8 = 0x0600
_HIDDEN, _ON_LOAD = 0x20, 0x2
_RESULT_ERROR, _RESULT_EMPTY = 2, 3
_ERROR_TEXT = {
    0x00: "#NULL!",
    0x07: "#DIV/0!",
    0x0F: "#VALUE!",
    0x17: "#REF!",
    0x1D: "#NAME?",
    0x24: "#NUM!",
    0x2A: "#N/A",
    0x2B: "#GETTING_DATA",
}
_HEAD, _ROW_NUMBER, _NUMBER_CELL, _RK_CELL = map(struct.Struct, ("<HH", "<H", "<HHHd", "<HHHI"))
_RK_PAIR, _FORMULA_CELL, _DOUBLE = map(struct.Struct, ("<HI", "<HHH8sH", "<d"))

Record = tuple[int, int, int]
"""Kind, start of the body and its length."""


@dataclass(frozen=True)
class XlsSheet:
    """A sheet as the workbook lists it."""

    name: str
    start: int
    is_hidden: bool
    is_worksheet: bool


class XlsBook:
    """The workbook stream of an XLS file."""

    def __init__(self, stream: bytes) -> None:
        self._stream = stream
        self._is_biff8 = len(stream) > 6 and struct.unpack_from("<H", stream, 4)[0] == _BIFF8
        self.sheets: list[XlsSheet] = []
        self._has_engine = False
        codes = dict(PERCENT_BUILTIN)
        styles: list[int] = []
        for kind, at, _ in self._records(0):
            if kind == _SHEET:
                start, state, sort = struct.unpack_from("<IBB", stream, at)
                self.sheets.append(XlsSheet(self._text(at + 6, "B"), start, bool(state & 3), sort == 0))
            elif kind == _FORMAT:
                codes[struct.unpack_from("<H", stream, at)[0]] = self._text(at + 2, "H" if self._is_biff8 else "B")
            elif kind == _STYLE:
                styles.append(struct.unpack_from("<H", stream, at + 2)[0])
            elif kind == _CALCULATION_ENGINE:
                self._has_engine = True
        formats = {number: NumberFormat(code) for number, code in codes.items()}
        self._formats = {
            style: formats[number]
            for style, number in enumerate(styles)
            if number in formats and formats[number].may_be_percentage
        }

    def scan(self, sheet: XlsSheet) -> SheetFacts:
        """Facts about one sheet; raises Refusal when it is filled to Excel's limit or too sparse to be laid out."""
        facts = SheetFacts()
        looked_at = _WITH_FACTS | (_NUMBERS if self._formats else set())
        rows = columns = 0
        hidden: dict[int, bool] = {}  # whether a hidden row has cells
        is_calculated = True
        for kind, at, length in self._records(sheet.start):
            if kind in _CELLS:
                facts.cells += 1
                if hidden and (row := _ROW_NUMBER.unpack_from(self._stream, at)[0]) in hidden:
                    hidden[row] = True
            if kind not in looked_at:
                continue
            if kind == _DIMENSIONS and self._is_biff8:
                _, rows, _, columns = struct.unpack_from("<IIHH", self._stream, at)
            elif kind == _ROW:
                row, flags = struct.unpack_from("<H10xH", self._stream, at)
                if flags & _HIDDEN:
                    hidden[row] = False
            elif kind == _UNCALCULATED:
                is_calculated = False
            else:
                for row, column, text in self._texts(kind, at, length, is_calculated):
                    facts.overrides.setdefault(row, {})[column] = text
        facts.hidden_rows = sum(hidden.values())
        if rows >= MAX_ROWS or is_sparse(rows * columns, facts.cells):
            self._refuse_extent(sheet, facts.cells)
        return facts

    def _refuse_extent(self, sheet: XlsSheet, cells: int) -> None:
        """By the cells themselves: some programs declare a sheet larger than it is."""
        records = self._records(sheet.start)
        places = [_HEAD.unpack_from(self._stream, at) for kind, at, _ in records if kind in _CELLS]
        rows = max((row for row, _ in places), default=-1) + 1
        columns = max((column for _, column in places), default=-1) + 1
        if rows >= MAX_ROWS:
            raise full_sheet(sheet.name, MAX_ROWS)
        if is_sparse(rows * columns, cells):
            raise far_cell(sheet.name, rows, columns)

    def _records(self, position: int) -> Iterator[Record]:
        """Records of the substream that begins here, without those of the charts within it."""
        stream, unpack, depth = self._stream, _HEAD.unpack_from, 0
        limit = len(stream) - 3
        while position < limit:
            kind, length = unpack(stream, position)
            position += 4
            if kind == _BEGIN:
                depth += 1
            elif kind == _END:
                depth -= 1
                if depth <= 0:
                    return
            elif depth == 1:
                yield kind, position, length
            position += length

    def _text(self, at: int, size: str) -> str:
        """A text whose length, of this size, stands before it."""
        (length,) = struct.unpack_from(f"<{size}", self._stream, at)
        at += struct.calcsize(size)
        if not self._is_biff8:
            return self._stream[at : at + length].decode("cp1251", "replace")
        is_wide = self._stream[at] & 1
        content = self._stream[at + 1 : at + 1 + length * (1 + is_wide)]
        return content.decode("utf-16-le" if is_wide else "latin-1", "replace")

    def _texts(self, kind: int, at: int, length: int, is_calculated: bool) -> Iterator[tuple[int, int, str]]:
        stream = self._stream
        if kind == _FORMULA:
            yield from self._formula(at, is_calculated)
        elif kind == _BOOLEAN_OR_ERROR:
            row, column, _, value, is_error = struct.unpack_from("<HHHBB", stream, at)
            if is_error:
                yield row, column, _ERROR_TEXT.get(value, ERROR_UNKNOWN)
        elif kind == _NUMBER:
            row, column, style, number = _NUMBER_CELL.unpack_from(stream, at)
            yield from self._percentage(row, column, style, number)
        elif kind == _RK:
            row, column, style, packed = _RK_CELL.unpack_from(stream, at)
            yield from self._percentage(row, column, style, _unpacked(packed))
        else:
            row, first = _HEAD.unpack_from(stream, at)
            for offset in range((length - 6) // _RK_PAIR.size):
                style, packed = _RK_PAIR.unpack_from(stream, at + 4 + offset * _RK_PAIR.size)
                yield from self._percentage(row, first + offset, style, _unpacked(packed))

    def _percentage(self, row: int, column: int, style: int, value: float) -> Iterator[tuple[int, int, str]]:
        shown = self._formats.get(style)
        signs = shown.percents(value) if shown else 0
        if signs and (text := percent_text(value, signs)):
            yield row, column, text

    def _formula(self, at: int, is_calculated: bool) -> Iterator[tuple[int, int, str]]:
        row, column, style, result, flags = _FORMULA_CELL.unpack_from(self._stream, at)
        # A program that cannot calculate leaves an empty result or 0; one that can leaves its name or a mark.
        is_result = is_calculated and (self._has_engine or bool(flags & _ON_LOAD))
        if result[6:] != b"\xff\xff":
            (value,) = _DOUBLE.unpack(result)
            if value == 0 and not is_result:
                yield row, column, FORMULA_WITHOUT_VALUE
            else:
                yield from self._percentage(row, column, style, value)
        elif result[0] == _RESULT_ERROR:
            yield row, column, _ERROR_TEXT.get(result[2], ERROR_UNKNOWN)
        elif result[0] == _RESULT_EMPTY and not is_result:
            yield row, column, FORMULA_WITHOUT_VALUE


def _unpacked(packed: int) -> float:
    """A number as RK keeps it: 30 bits of a whole number or of a fraction, perhaps times 100."""
    value: float
    if packed & 2:
        value = float((packed >> 2) - (1 << 30 if packed & 0x80000000 else 0))
    else:
        (value,) = _DOUBLE.unpack(b"\0\0\0\0" + struct.pack("<I", packed & 0xFFFFFFFC))
    return value / 100 if packed & 1 else value
