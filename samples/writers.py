"""Writes a table in the formats exports come in, with the same bytes on every run."""

import codecs
import csv
import io
import zipfile
from dataclasses import dataclass, field
from datetime import date, datetime
from importlib import import_module
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import xlsxwriter

Cell = str | int | float | date | None

CREATED = datetime(2024, 12, 1, 9, 0)
ARCHIVE_TIME = (2024, 12, 1, 9, 0, 0)


@dataclass
class Table:
    """A sheet as an export shows it: title lines, an optional upper header, the header, the rows."""

    header: list[str]
    rows: list[list[Cell]]
    titles: list[str] = field(default_factory=list)
    upper: list[str] = field(default_factory=list)

    def lines(self) -> list[list[Cell]]:
        """Every line of the sheet, top to bottom, merged cells holding their text in the first cell only."""
        upper: list[list[Cell]] = []
        if self.upper:
            upper = [
                [text if place == 0 or text != self.upper[place - 1] else None for place, text in enumerate(self.upper)]
            ]
        titles: list[list[Cell]] = [[title] for title in self.titles]
        return [*titles, *upper, list(self.header), *self.rows]


def grouped(number: int) -> str:
    """A number as Russian office programs print it: groups of three, parted by a no-break space."""
    return f"{number:,}".replace(",", "\u00a0")


def as_text(cell: Cell) -> str:
    """How a cell reads in a text format."""
    if cell is None:
        return ""
    if isinstance(cell, date):
        return f"{cell:%d.%m.%Y}"
    return str(cell).replace(".", ",") if isinstance(cell, float) else str(cell)


def delimited(table: Table, delimiter: str = ";") -> str:
    """The table as delimited text with Windows line ends."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=delimiter, lineterminator="\r\n")
    writer.writerows([as_text(cell) for cell in line] for line in table.lines())
    return buffer.getvalue()


def write_csv(path: Path, table: Table, encoding: str = "cp1251", delimiter: str = ";") -> None:
    """Write delimited text; «№» and «ё» survive cp1251, the no-break space too."""
    path.parent.mkdir(parents=True, exist_ok=True)
    mark = codecs.BOM_UTF16_LE if encoding == "utf-16-le" else b""
    path.write_bytes(mark + delimited(table, delimiter).encode(encoding))


def write_zip(path: Path, members: dict[str, Table]) -> None:
    """A ZIP of cp1251 CSV files."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, table in members.items():
            entry = zipfile.ZipInfo(name, ARCHIVE_TIME)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, delimited(table).encode("cp1251"))


def _merge_upper(sheet: Any, table: Table, top: int, style: Any) -> None:
    start = 0
    for place in range(1, len(table.upper) + 1):
        if place < len(table.upper) and table.upper[place] == table.upper[start]:
            continue
        text, single = table.upper[start], place - start == 1
        if single and not table.header[start]:
            sheet.merge_range(top, start, top + 1, start, text, style)
        elif single:
            sheet.write_string(top, start, text, style)
        else:
            sheet.merge_range(top, start, top, place - 1, text, style)
        start = place


def write_xlsx(path: Path, table: Table, sheet_name: str = "Лист1") -> None:
    """Write one sheet; the upper header is merged over its columns, or down where nothing stands below."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with xlsxwriter.Workbook(str(path)) as book:
        book.set_properties({"created": CREATED, "author": "Витрина, пример"})
        sheet = book.add_worksheet(sheet_name)
        bold = book.add_format({"bold": True, "text_wrap": True, "border": 1})
        day = book.add_format({"num_format": "dd.mm.yyyy"})
        sheet.set_column(0, len(table.header) - 1, 18)
        top = len(table.titles) + bool(table.upper)
        for number, title in enumerate(table.titles):
            sheet.write_string(number, 0, title)
        if table.upper:
            _merge_upper(sheet, table, len(table.titles), bold)
        for place, text in enumerate(table.header):
            if text:
                sheet.write_string(top, place, text, bold)
        for number, line in enumerate(table.rows, top + 1):
            for place, cell in enumerate(line):
                if isinstance(cell, date):
                    sheet.write_datetime(number, place, datetime(cell.year, cell.month, cell.day), day)
                elif isinstance(cell, str):
                    sheet.write_string(number, place, cell)
                elif cell is not None:
                    sheet.write_number(number, place, cell)


ODS_TYPE = "application/vnd.oasis.opendocument.spreadsheet"
ODS_MANIFEST = f"""<?xml version="1.0" encoding="UTF-8"?>
<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.2">
<manifest:file-entry manifest:full-path="/" manifest:media-type="{ODS_TYPE}"/>
<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/>
</manifest:manifest>
"""
ODS_CONTENT = """<?xml version="1.0" encoding="UTF-8"?>
<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" office:version="1.2">
<office:body><office:spreadsheet><table:table table:name="{sheet}">
{rows}
</table:table></office:spreadsheet></office:body></office:document-content>
"""


def _ods_cell(cell: Cell) -> str:
    if cell is None or cell == "":
        return "<table:table-cell/>"
    return f'<table:table-cell office:value-type="string"><text:p>{escape(as_text(cell))}</text:p></table:table-cell>'


def write_ods(path: Path, table: Table, sheet_name: str = "Лист1") -> None:
    """Write an OpenDocument sheet by hand: the usual library stamps the hour into the file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    rows = "\n".join(
        f"<table:table-row>{''.join(_ods_cell(cell) for cell in line)}</table:table-row>" for line in table.lines()
    )
    members = {
        "mimetype": ODS_TYPE,
        "content.xml": ODS_CONTENT.format(sheet=escape(sheet_name), rows=rows),
        "META-INF/manifest.xml": ODS_MANIFEST,
    }
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in members.items():
            entry = zipfile.ZipInfo(name, ARCHIVE_TIME)
            entry.compress_type = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
            archive.writestr(entry, text.encode("utf-8"))


def write_xls(path: Path, table: Table, sheet_name: str = "Лист1") -> None:
    """Write the old binary format, text cells only; its library is a development tool without types."""
    xlwt: Any = import_module("xlwt")
    path.parent.mkdir(parents=True, exist_ok=True)
    book = xlwt.Workbook(encoding="utf-8")
    sheet = book.add_sheet(sheet_name)
    for number, line in enumerate(table.lines()):
        for place, cell in enumerate(line):
            if cell is not None:
                sheet.write(number, place, as_text(cell))
    book.save(str(path))
