"""ODS sheets, zipped or as one flat XML file: calamine drops their errors, merged cells and uncalculated formulas."""

import re
import zipfile
import zlib
from pathlib import Path, PurePosixPath
from typing import IO
from urllib.parse import unquote
from xml.parsers import expat

from ingestion.read.errors import Refusal
from ingestion.read.ods_cell import cell_text
from ingestion.read.remarks import copied_sheet, hidden_rows, hidden_sheet
from ingestion.read.sheet import MAX_CELLS, FrameBuilder, MergedRange, Sheet, Workbook, full_sheet
from ingestion.read.xlsx_scan import MAX_ROWS

MAX_UNPACKED_BYTES = 2 << 30
MAX_TEXT = 1 << 20
"""Characters of one cell; LibreOffice itself takes 65 535."""
_MAX_SPACES = 1000
_BLOCK = 1 << 20
_COVERED = "table:covered-table-cell"
_CELLS = {"table:table-cell", _COVERED}
# What stands inside a cell or a sheet and is no text or table of its own: comments, drawings (which may hold whole
# documents), copies kept for links to other programs.
_SKIPPED = {
    "office:annotation",
    "table:shapes",
    "table:tracked-changes",
    "table:dde-links",
    "table:content-validations",
    "office:forms",
}
_WITHIN_TABLE = _CELLS | {"table:table-row", "table:table-source", "office:dde-source"}
_SKIPPED_PREFIXES = ("draw:", "dr3d:")
_CACHE_NAME = re.compile(r"'(?P<source>.+)'#\$?(?P<sheet>.+)$")  # no sheet of a person may be called so
_UNSEEN_ROW = {"collapse", "filter"}


def read_ods(path: Path) -> Workbook:
    """Sheets of an ODS file that a person sees; those without a filled cell are left out."""
    try:
        with zipfile.ZipFile(path) as archive:
            if b"encryption-data" in archive.read("META-INF/manifest.xml"):
                raise Refusal("книга защищена паролем", "Снимите пароль, сохраните книгу и повторите")
            if archive.getinfo("content.xml").file_size > MAX_UNPACKED_BYTES:
                raise Refusal("книга после распаковки слишком велика", "Выгрузите данные в CSV и повторите")
            with archive.open("content.xml") as stream:
                return _ContentWalk().run(stream)
    except (zipfile.BadZipFile, zlib.error, KeyError, expat.ExpatError, ValueError, EOFError) as error:
        raise Refusal("книга ODS повреждена и не читается") from error


def read_flat_ods(path: Path) -> Workbook:
    """The same of a flat ODS file (.fods), which is not packed."""
    try:
        with path.open("rb") as stream:
            return _ContentWalk().run(stream)
    except (expat.ExpatError, ValueError) as error:
        raise Refusal("плоская книга ODS (FODS) повреждена и не читается") from error


class _Skipped(dict[str, bool]):
    """Whether elements of a name are passed over, with all they hold; each name is looked at once."""

    def __missing__(self, name: str) -> bool:
        found = self[name] = name in _SKIPPED or name.startswith(_SKIPPED_PREFIXES)
        return found


class _ContentWalk:
    """Walks content.xml; prefixes are those of the standard, which every program writes."""

    def __init__(self) -> None:
        self._sheets: list[Sheet] = []
        self._remarks: list[str] = []
        self._hidden_styles: set[str] = set()
        self._style = ""
        self._is_skipped = _Skipped()
        self._skipping = 0  # inside what is not read
        self._in_table = False
        self._source: str | None = None
        self._attributes: dict[str, str] = {}
        self._pieces: list[str] = []
        self._paragraphs = self._length = self._in_paragraph = 0

    def run(self, stream: IO[bytes]) -> Workbook:
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._characters
        while block := stream.read(_BLOCK):
            parser.Parse(block)
        parser.Parse(b"", True)
        return Workbook(tuple(self._sheets), tuple(self._remarks))

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if self._skipping or self._is_skipped[name] or (not self._in_table and name in _WITHIN_TABLE):
            self._skipping += 1
        elif name in _CELLS:
            self._attributes = attributes
            self._pieces = []
            self._paragraphs = self._length = 0
        elif name == "text:p":
            self._in_paragraph += 1
            if self._paragraphs:
                self._take("\n")
            self._paragraphs += 1
        elif name == "table:table-row":
            self._row: list[str | None] = []
            self._row_repeated = _count(attributes, "table:number-rows-repeated")
            self._row_unseen = attributes.get("table:visibility") in _UNSEEN_ROW
        elif name == "table:table":
            self._open_table(attributes)
        elif name == "table:table-source":
            self._source = attributes.get("xlink:href", "")
        elif name == "office:dde-source":
            self._source = attributes.get("office:dde-topic", "")
        elif self._in_paragraph:
            self._special(name, attributes)
        elif name == "style:style":
            self._style = attributes.get("style:name", "")
        elif name == "style:table-properties" and attributes.get("table:display") == "false":
            self._hidden_styles.add(self._style)

    def _special(self, name: str, attributes: dict[str, str]) -> None:
        if name == "text:s":
            self._take(" " * min(_count(attributes, "text:c"), _MAX_SPACES))
        elif name == "text:tab":
            self._take("\t")
        elif name == "text:line-break":
            self._take("\n")

    def _characters(self, data: str) -> None:
        if self._in_paragraph and not self._skipping:
            self._pieces.append(data)
            self._length += len(data)
            if self._length > MAX_TEXT:
                raise _too_long()

    def _take(self, text: str) -> None:
        self._pieces.append(text)
        self._length += len(text)

    def _end(self, name: str) -> None:
        if self._skipping:
            self._skipping -= 1
        elif name in _CELLS:
            self._finish_cell(covered=name == _COVERED)
        elif name == "text:p":
            self._in_paragraph -= 1
        elif name == "table:table-row":
            self._finish_row()
        elif name == "table:table":
            self._close_table()

    def _open_table(self, attributes: dict[str, str]) -> None:
        name = attributes.get("table:name", "")
        cache = _CACHE_NAME.match(name)
        if cache:
            self._remarks.append(copied_sheet(cache["sheet"], _file_name(cache["source"])))
        elif not self._in_table and attributes.get("table:style-name") in self._hidden_styles:
            self._remarks.append(hidden_sheet(name))
        elif not self._in_table:
            self._in_table = True
            self._name = name
            self._source = None
            self._builder = FrameBuilder(name)
            self._merged: list[MergedRange] = []
            self._blank_rows = self._blank_cells = self._cells = self._unseen_rows = 0
            return
        self._skipping += 1

    def _close_table(self) -> None:
        self._in_table = False
        if self._source is not None:
            self._remarks.append(copied_sheet(self._name, _file_name(self._source)))
        elif self._builder.height:
            self._sheets.append(Sheet(self._name, self._builder.build(), tuple(self._merged)))
            if self._unseen_rows:
                self._remarks.append(hidden_rows(self._name, self._unseen_rows))

    def _finish_cell(self, *, covered: bool) -> None:
        repeated = _count(self._attributes, "table:number-columns-repeated")
        # A covered cell may keep what it held before merging; nobody sees it.
        text = None if covered else cell_text(self._attributes, "".join(self._pieces))
        if not covered:
            self._note_merged()
        if text is None:
            self._blank_cells += repeated  # written only when a filled cell follows
            return
        self._check_size(len(self._row) + self._blank_cells + repeated)
        self._row += [None] * self._blank_cells + [text] * repeated
        self._blank_cells = 0

    def _note_merged(self) -> None:
        rows = _count(self._attributes, "table:number-rows-spanned")
        columns = _count(self._attributes, "table:number-columns-spanned")
        if rows > 1 or columns > 1:
            top = self._builder.height + self._blank_rows
            left = len(self._row) + self._blank_cells
            self._merged.append((top, left, top + rows - 1, left + columns - 1))

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
        self._unseen_rows += self._row_repeated * self._row_unseen
        self._blank_rows = 0

    def _check_size(self, cells: int) -> None:
        self._cells += cells
        if self._cells > MAX_CELLS:
            raise Refusal(f"лист «{self._name}» слишком велик", "Выгрузите данные в CSV и повторите")


def _too_long() -> Refusal:
    return Refusal("в одной из ячеек текст длиннее, чем бывает в таблицах", "Выгрузите данные в CSV и повторите")


def _count(attributes: dict[str, str], name: str) -> int:
    written = attributes.get(name)
    return 1 if written is None else max(1, int(written))


def _file_name(source: str) -> str:
    return PurePosixPath(unquote(source).replace("\\", "/")).name
