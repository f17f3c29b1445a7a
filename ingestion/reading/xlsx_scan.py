"""What calamine does not tell about an XLSX sheet, taken from the sheet's XML.

calamine returns an empty cell for an error value and for a formula nobody calculated, loses percentage formats, and
allocates the whole rectangle between the first and the last cell. A quick look decides whether a sheet has any of
these; only then are its cells walked one by one.
"""

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import IO
from xml.etree import ElementTree as ET
from xml.parsers import expat

from ingestion.reading.celltext import ERROR_UNKNOWN, FORMULA_WITHOUT_VALUE, percent_text
from ingestion.reading.errors import Refusal

MAX_ROWS = 1_048_576
MAX_CELLS = 60_000_000  # of the rectangle; a table of a million rows and 57 columns still passes
MAX_UNPACKED_BYTES = 4 << 30
_BLOCK = 1 << 20
_OVERLAP = 1024  # longer than any cell's opening tag
# Plain substrings, which are many times faster than expressions; a false alarm costs only a walk.
_FORMULA_OR_ERROR = (b"<f>", b"<f ", b"<f/", b":f>", b":f ", b":f/", b't="e"', b"t='e'")
_ROW = (b"<row>", b"<row ", b":row>", b":row ")
_ROW_NUMBER = re.compile(rb"row\s[^>]*?\br=[\"'](\d+)")
_WIDE_CELL = re.compile(rb"r=[\"']([A-Z]{2,3})\d")
_PERCENT_BUILTIN = {9, 10}
_QUOTED = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]')
_LETTERS = 26

Overrides = dict[int, dict[int, str]]


@dataclass
class SheetFacts:
    """Texts that replace what calamine gives, by row and column from 0."""

    overrides: Overrides = field(default_factory=dict)
    last_row: int = 0
    last_column: int = 0


@dataclass
class _Glance:
    needs_walk: bool = False
    rows: int = 0
    last_row: int = 0
    last_column: int = _LETTERS
    last_row_occupied: bool = False


class XlsxParts:
    """The parts of an XLSX file: where each sheet is and which styles show percentages."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        if sum(info.file_size for info in archive.infolist()) > MAX_UNPACKED_BYTES:
            raise Refusal(
                f"книга после распаковки больше {MAX_UNPACKED_BYTES >> 30} ГБ", "Выгрузите данные в CSV и повторите"
            )
        self._archive = archive
        self._names = {name.replace("\\", "/").lower(): name for name in archive.namelist()}
        self._sheets = self._sheet_parts()
        self._percent_styles = self._find_percent_styles()

    def scan(self, sheet_name: str) -> SheetFacts:
        """Facts about one sheet; raises Refusal when it is filled to Excel's limit or too sparse to be laid out."""
        part = self._sheets.get(sheet_name)
        if part is None:
            return SheetFacts()
        with self._archive.open(part) as stream:
            glance = _look(stream, self._percent_styles)
        if glance.last_row_occupied:
            raise full_sheet(sheet_name, MAX_ROWS)
        spread = max(glance.last_row, glance.rows) * glance.last_column
        if not glance.needs_walk and glance.rows < MAX_ROWS and spread <= MAX_CELLS:
            return SheetFacts()
        with self._archive.open(part) as stream:
            facts = _CellWalk(self._percent_styles).run(stream)
        if facts.last_row >= MAX_ROWS:
            raise full_sheet(sheet_name, MAX_ROWS)
        if facts.last_row * facts.last_column > MAX_CELLS:
            raise Refusal(
                f"на листе «{sheet_name}» есть заполненная ячейка далеко за пределами таблицы "
                f"(строка {facts.last_row}, столбец {facts.last_column})",
                "Очистите ячейки за пределами таблицы, сохраните книгу и повторите",
            )
        return facts

    def _xml(self, path: str) -> ET.Element | None:
        name = self._names.get(path.lower())
        return None if name is None else ET.fromstring(self._archive.read(name))

    def _sheet_parts(self) -> dict[str, str]:
        workbook, relations = self._xml("xl/workbook.xml"), self._xml("xl/_rels/workbook.xml.rels")
        if workbook is None or relations is None:
            raise Refusal("в книге Excel нет описания листов, она повреждена")
        targets = {item.get("Id"): item.get("Target", "") for item in relations}
        parts: dict[str, str] = {}
        for sheet in workbook.iterfind(".//{*}sheet"):
            relation = next((value for key, value in sheet.attrib.items() if key.endswith("}id")), None)
            target = targets.get(relation, "").replace("\\", "/")
            path = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
            if (name := self._names.get(path.lower())) is not None:
                parts[sheet.get("name", "")] = name
        return parts

    def _find_percent_styles(self) -> frozenset[str]:
        styles = self._xml("xl/styles.xml")
        if styles is None:
            return frozenset()
        percent = set(_PERCENT_BUILTIN)
        for item in styles.iterfind("{*}numFmts/{*}numFmt"):
            if "%" in _QUOTED.sub("", item.get("formatCode", "")):
                percent.add(int(item.get("numFmtId", "-1")))
        formats = styles.iterfind("{*}cellXfs/{*}xf")
        return frozenset(str(index) for index, item in enumerate(formats) if int(item.get("numFmtId", "0")) in percent)


def full_sheet(sheet_name: str, limit: int) -> Refusal:
    """The refusal of a sheet that has no room left: whatever did not fit is gone without a trace."""
    rows = f"{limit:,}".replace(",", " ")
    return Refusal(
        f"лист «{sheet_name}» заполнен до предела Excel ({rows} строк): выгрузка, вероятно, обрезана",
        "Выгрузите в CSV или по частям (если строк меньше, очистите последнюю строку листа) и повторите",
    )


def _buffers(stream: IO[bytes]) -> Iterator[tuple[bytes, bytes]]:
    """Blocks of the stream, each with the end of the one before, so that no tag is cut in two."""
    carried = b""
    while block := stream.read(_BLOCK):
        yield carried + block, carried
        carried = (carried + block)[-_OVERLAP:]


def _look(stream: IO[bytes], percent_styles: frozenset[str]) -> _Glance:
    percent = re.compile(rb"\bs=[\"'](?:%s)[\"']" % "|".join(percent_styles).encode()) if percent_styles else None
    occupied = re.compile(rb"\br=[\"'][A-Z]{1,3}%d[\"'][^>]*(?<!/)>\s*<(?:\w+:)?(?:v|is|f)\b" % MAX_ROWS)
    glance = _Glance()
    for buffer, carried in _buffers(stream):
        if not glance.needs_walk:
            glance.needs_walk = any(mark in buffer for mark in _FORMULA_OR_ERROR) or bool(
                percent and percent.search(buffer)
            )
        glance.rows += sum(buffer.count(tag) - carried.count(tag) for tag in _ROW)
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


class _CellWalk:
    """Walks every cell of a sheet's XML."""

    def __init__(self, percent_styles: frozenset[str]) -> None:
        self._percent_styles = percent_styles
        self._facts = SheetFacts()
        self._names: dict[str, str] = {}
        self._columns: dict[str, int] = {}
        self._row = self._column = -1
        self._cell: dict[str, str] = {}
        self._formula = self._collecting = False
        self._text: list[str] = []

    def run(self, stream: IO[bytes]) -> SheetFacts:
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._characters
        parser.ParseFile(stream)
        return self._facts

    def _local(self, name: str) -> str:
        local = self._names.get(name)
        if local is None:
            local = self._names[name] = name.rpartition(":")[2]
        return local

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        local = self._local(name)
        if local == "c":
            self._cell = attributes
            self._formula = False
            self._text.clear()
            reference = attributes.get("r")
            self._column = self._column_of(reference) if reference else self._column + 1
        elif local in {"v", "t"}:
            self._collecting = True
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
        local = self._local(name)
        if local in {"v", "t"}:
            self._collecting = False
        elif local == "c":
            self._finish_cell()

    def _finish_cell(self) -> None:
        text = "".join(self._text)
        override = self._override(text)
        if override is not None:
            self._facts.overrides.setdefault(self._row, {})[self._column] = override
        if text or override is not None:
            self._facts.last_row = max(self._facts.last_row, self._row + 1)
            self._facts.last_column = max(self._facts.last_column, self._column + 1)

    def _override(self, text: str) -> str | None:
        kind = self._cell.get("t", "n")
        if kind == "e":
            return text or ERROR_UNKNOWN
        if self._formula and not text and kind != "str":
            # kind "str" is a formula whose calculated value is an empty text
            return FORMULA_WITHOUT_VALUE
        if text and kind == "n" and self._cell.get("s") in self._percent_styles:
            return percent_text(float(text))
        return None
