"""A sheet of pure text, and how one is put together row by row."""

from dataclasses import dataclass, field
from itertools import zip_longest

import polars as pl

from ingestion.read.errors import Refusal

MergedRange = tuple[int, int, int, int]
Overrides = dict[int, dict[int, str]]
"""Texts that replace what a library gives, by row and column from 0."""
MAX_CELLS = 60_000_000
"""Of the rectangle of a sheet; a table of a million rows and 57 columns still passes."""
_CHUNK_ROWS = 20_000
LARGE, _FILLED = 10_000_000, 0.02

_UTF8_TAIL = range(0x80, 0xC0)


def _tails(encoding: str) -> str:
    """What the second byte of a two-byte UTF-8 letter looks like when read in a one-byte encoding."""
    symbols = {bytes([byte]).decode(encoding, "ignore") for byte in _UTF8_TAIL} | {chr(byte) for byte in _UTF8_TAIL}
    return "".join(f"\\x{{{ord(symbol):x}}}" for symbol in sorted(symbols) if symbol)


# Three such letters in a row do not happen in Russian, and hardly a garbled word lacks them.
_GARBLED = {
    "UTF-8 прочитан как Windows-1251": f"(?:[РС][{_tails('cp1251')}]){{3}}",
    "UTF-8 прочитан как Latin-1": f"(?:[ÐÑ][{_tails('cp1252')}]){{3}}",
    "Windows-1251 прочитан как Latin-1": "[À-ÿ]{4}",
}
_ANY_GARBLED = "|".join([*_GARBLED.values(), "\\x{fffd}"])
_EXPORT_AGAIN = "Выгрузите файл заново в UTF-8 или Windows-1251 и повторите"


@dataclass(frozen=True)
class Sheet:
    """One sheet: columns c0..cN of text, row i (from 0) is source row i + 1."""

    name: str
    frame: pl.DataFrame
    merged_ranges: tuple[MergedRange, ...] = ()


@dataclass(frozen=True)
class Workbook:
    """What was read of a file; plain data, so that it can be handed from one process to another."""

    sheets: tuple[Sheet, ...]
    remarks: tuple[str, ...] = ()
    """What the sender has to know beside the sheets, in Russian, without the file's name."""


@dataclass
class SheetFacts:
    """What a library does not tell about a sheet."""

    overrides: Overrides = field(default_factory=dict)
    hidden_rows: int = 0
    cells: int = 0
    last_row: int = 0
    last_column: int = 0


class FrameBuilder:
    """Collects rows of unequal length into columns, a chunk at a time, so that no million of Python lists is held."""

    def __init__(self, sheet_name: str) -> None:
        self.height = 0
        self._sheet_name = sheet_name
        self._rows: list[list[str | None]] = []
        self._chunks: list[pl.DataFrame] = []
        self._width = self._cells = 0

    def append(self, row: list[str | None]) -> None:
        """Add the next row; a shorter one is padded with nulls."""
        self.height += 1
        self._rows.append(row)
        if len(self._rows) >= _CHUNK_ROWS:
            self._flush()

    def append_chunk(self, columns: list[pl.Series]) -> None:
        """Add rows that already stand in columns of text."""
        self._flush()
        chunk = pl.DataFrame([column.alias(f"c{index}") for index, column in enumerate(columns)])
        self.height += chunk.height
        self._chunks.append(chunk)

    def _flush(self) -> None:
        if not self._rows:
            return
        widths = [len(row) for row in self._rows]
        width = max(1, *widths)
        self._width = max(width, self._width)
        self._cells += sum(widths)
        area = self.height * self._width
        if area > MAX_CELLS or is_sparse(area, self._cells):
            raise far_cell(self._sheet_name, self.height - len(widths) + widths.index(max(widths)) + 1, self._width)
        columns = list(zip_longest(*self._rows)) or [(None,) * len(self._rows)]
        self._chunks.append(pl.DataFrame(columns, schema={f"c{index}": pl.String for index in range(width)}))
        self._rows = []

    def build(self) -> pl.DataFrame:
        """The whole frame; every chunk has the width of the widest."""
        self._flush()
        width = max((chunk.width for chunk in self._chunks), default=0)
        names = [f"c{index}" for index in range(width)]
        padded = [
            chunk.with_columns(pl.lit(None, dtype=pl.String).alias(name) for name in names[chunk.width :])
            for chunk in self._chunks
        ]
        return pl.concat(padded) if padded else pl.DataFrame()


def is_sparse(area: int, filled: int) -> bool:
    """Whether a rectangle of cells is large and almost empty: it takes the memory of a table and is none."""
    return area > LARGE and filled < _FILLED * area


def full_sheet(sheet_name: str, limit: int) -> Refusal:
    """The refusal of a sheet that has no room left: whatever did not fit is gone without a trace."""
    rows = f"{limit:,}".replace(",", " ")
    return Refusal(
        f"лист «{sheet_name}» заполнен до предела Excel ({rows} строк): выгрузка, вероятно, обрезана",
        "Выгрузите в CSV или по частям (если строк меньше, очистите последнюю строку листа) и повторите",
    )


def far_cell(sheet_name: str, row: int, column: int) -> Refusal:
    """The refusal of a sheet that would have to be laid out for the sake of a few cells."""
    return Refusal(
        f"на листе «{sheet_name}» есть заполненная ячейка далеко за пределами таблицы (строка {row}, столбец {column})",
        "Очистите ячейки за пределами таблицы, сохраните книгу и повторите",
    )


def refuse_garbled(sheet: Sheet) -> None:
    """Refuse text that some program before us decoded wrongly: no later check can tell it from a strange name."""
    for column in sheet.frame.iter_columns():
        hits = column.str.contains(_ANY_GARBLED).arg_true()
        if len(hits):
            row = hits[0]
            raise garbled_refusal(sheet.name, row + 1, str(column[row]))


def garbled_values(texts: pl.Series) -> pl.Series:
    """Those of the texts that were decoded wrongly."""
    return texts.filter(texts.str.contains(_ANY_GARBLED).fill_null(value=False))


def garbled_refusal(sheet_name: str, source_row: int, text: str) -> Refusal:
    """What to tell the sender of a text decoded wrongly."""
    place = f"лист «{sheet_name}», строка {source_row}: «{text[:40]}»"
    if "\ufffd" in text:
        return Refusal(
            f"в тексте есть знаки замены «\ufffd», буквы утрачены при перекодировании ({place})", _EXPORT_AGAIN
        )
    cell = pl.Series([text])
    reason = next(reason for reason, pattern in _GARBLED.items() if cell.str.contains(pattern)[0])
    return Refusal(f"файл перекодирован неверно, {reason} ({place})", _EXPORT_AGAIN)
