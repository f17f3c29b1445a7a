"""ODS sheets, read from content.xml: calamine drops their errors, merged cells and uncalculated formulas."""

import re
import zipfile
from pathlib import Path
from typing import IO
from xml.parsers import expat

from ingestion.reading.celltext import (
    FORMULA_WITHOUT_VALUE,
    iso_date_text,
    number_text,
    percent_text,
)
from ingestion.reading.errors import Refusal
from ingestion.reading.sheet import FrameBuilder, MergedRange, Sheet
from ingestion.reading.xlsx_scan import MAX_CELLS, MAX_ROWS, MAX_UNPACKED_BYTES, full_sheet

_DURATION = re.compile(r"P(?:(\d+)D)?T?(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)(?:[.,]\d+)?S)?$")
_BLOCK = 1 << 20
_NUMERIC = {"float", "currency"}


def read_ods(path: Path) -> list[Sheet]:
    """Sheets of an ODS file; those without a filled cell are left out."""
    try:
        with zipfile.ZipFile(path) as archive:
            if b"encryption-data" in archive.read("META-INF/manifest.xml"):
                raise Refusal("книга защищена паролем", "Снимите пароль, сохраните книгу и повторите")
            if archive.getinfo("content.xml").file_size > MAX_UNPACKED_BYTES:
                raise Refusal("книга после распаковки слишком велика", "Выгрузите данные в CSV и повторите")
            with archive.open("content.xml") as stream:
                return _ContentWalk().run(stream)
    except (zipfile.BadZipFile, KeyError, expat.ExpatError, ValueError, EOFError) as error:
        raise Refusal("книга ODS повреждена и не читается") from error


class _ContentWalk:
    """Walks content.xml; prefixes are those of the standard, which every program writes."""

    def __init__(self) -> None:
        self._sheets: list[Sheet] = []
        self._table_depth = 0
        self._skipping = 0  # inside a comment or a drawing, whose text is not the cell's
        self._attributes: dict[str, str] = {}
        self._paragraphs: list[str] = []
        self._in_paragraph = 0

    def run(self, stream: IO[bytes]) -> list[Sheet]:
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._characters
        while block := stream.read(_BLOCK):
            parser.Parse(block)
        parser.Parse(b"", True)
        return self._sheets

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if self._skipping or name in {"office:annotation", "table:shapes", "draw:frame", "table:tracked-changes"}:
            self._skipping += 1
        elif name in {"table:table-cell", "table:covered-table-cell"}:
            self._attributes = attributes
            self._paragraphs = []
        elif name == "text:p":
            self._in_paragraph += 1
            self._paragraphs.append("")
        elif name == "table:table-row":
            self._row: list[str | None] = []
            self._row_repeated = int(attributes.get("table:number-rows-repeated", "1"))
        elif name == "table:table":
            self._open_table(attributes)
        elif self._in_paragraph:
            self._special(name, attributes)

    def _special(self, name: str, attributes: dict[str, str]) -> None:
        if name == "text:s":
            self._paragraphs[-1] += " " * int(attributes.get("text:c", "1"))
        elif name == "text:tab":
            self._paragraphs[-1] += "\t"
        elif name == "text:line-break":
            self._paragraphs[-1] += "\n"

    def _characters(self, data: str) -> None:
        if self._in_paragraph and not self._skipping:
            self._paragraphs[-1] += data

    def _end(self, name: str) -> None:
        if self._skipping:
            self._skipping -= 1
        elif name in {"table:table-cell", "table:covered-table-cell"}:
            self._finish_cell(covered=name == "table:covered-table-cell")
        elif name == "text:p":
            self._in_paragraph -= 1
        elif name == "table:table-row":
            self._finish_row()
        elif name == "table:table" and self._builder.height:
            self._sheets.append(Sheet(self._name, self._builder.build(), tuple(self._merged)))

    def _open_table(self, attributes: dict[str, str]) -> None:
        self._name = attributes.get("table:name", "")
        self._builder = FrameBuilder()
        self._merged: list[MergedRange] = []
        self._blank_rows = self._blank_cells = self._cells = 0

    def _finish_cell(self, *, covered: bool) -> None:
        repeated = int(self._attributes.get("table:number-columns-repeated", "1"))
        # A covered cell may keep what it held before merging; nobody sees it.
        text = None if covered else self._cell_text()
        spans = (
            int(self._attributes.get("table:number-rows-spanned", "1")),
            int(self._attributes.get("table:number-columns-spanned", "1")),
        )
        if spans != (1, 1):
            top = self._builder.height + self._blank_rows
            left = len(self._row) + self._blank_cells
            self._merged.append((top, left, top + spans[0] - 1, left + spans[1] - 1))
        if text is None:
            self._blank_cells += repeated  # written only when a filled cell follows
            return
        self._check_size(len(self._row) + self._blank_cells + repeated)
        self._row += [None] * self._blank_cells + [text] * repeated
        self._blank_cells = 0

    def _finish_row(self) -> None:
        self._blank_cells = 0
        if not self._row:
            self._blank_rows += self._row_repeated
            return
        last = self._builder.height + self._blank_rows + self._row_repeated
        if last >= MAX_ROWS:
            raise full_sheet(self._name, MAX_ROWS)
        self._check_size(len(self._row) * self._row_repeated)
        for _ in range(self._blank_rows):
            self._builder.append([])
        for _ in range(self._row_repeated):
            self._builder.append(list(self._row))
        self._blank_rows = 0

    def _check_size(self, cells: int) -> None:
        self._cells += cells
        if self._cells > MAX_CELLS:
            raise Refusal(f"лист «{self._name}» слишком велик", "Выгрузите данные в CSV и повторите")

    def _cell_text(self) -> str | None:
        attributes = self._attributes
        kind = attributes.get("office:value-type")
        shown = "\n".join(self._paragraphs)
        if attributes.get("calcext:value-type") == "error":
            return shown or "#ОШИБКА!"
        value = self._typed_text(kind, attributes)
        if value is not None:
            return value
        if kind == "string" and not shown:
            shown = attributes.get("office:string-value", "")
        if not shown and kind is None and "table:formula" in attributes:
            return FORMULA_WITHOUT_VALUE
        return shown if shown and not shown.isspace() else None

    @staticmethod
    def _typed_text(kind: str | None, attributes: dict[str, str]) -> str | None:
        if kind in _NUMERIC and "office:value" in attributes:
            return number_text(float(attributes["office:value"]))
        if kind == "percentage" and "office:value" in attributes:
            return percent_text(float(attributes["office:value"]))
        if kind == "date" and "office:date-value" in attributes:
            return iso_date_text(attributes["office:date-value"])
        if kind == "boolean" and "office:boolean-value" in attributes:
            return "да" if attributes["office:boolean-value"] == "true" else "нет"
        if kind == "time" and (match := _DURATION.match(attributes.get("office:time-value", ""))):
            days, hours, minutes, seconds = (int(part or 0) for part in match.groups())
            return f"{days * 24 + hours:02}:{minutes:02}:{seconds:02}"
        return None
