"""XLSX and XLS sheets by calamine, with what calamine leaves out put back."""

import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from xml.etree import ElementTree as ET
from xml.parsers import expat

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from ingestion.read.compound_file import CompoundFile
from ingestion.read.errors import Refusal
from ingestion.read.remarks import hidden_rows, hidden_sheet
from ingestion.read.sheet import FrameBuilder, Overrides, Sheet, SheetFacts, Workbook
from ingestion.read.xls_scan import XlsBook
from ingestion.read.xlsx_parts import XlsxParts
from ingestion.read.xlsx_scan import scan_sheet
from ingestion.values.cell_text import row_text


def read_xlsx(path: Path) -> Workbook:
    """Worksheets of an XLSX file that a person sees; those without a filled cell are left out."""
    with _workbook_errors(), zipfile.ZipFile(path) as archive:
        parts = XlsxParts(archive)
        with parts.source(path) as stream, CalamineWorkbook.from_filelike(stream) as book:
            return _seen_sheets(book, lambda _, name: scan_sheet(archive, parts, name))


def read_xls(path: Path) -> Workbook:
    """Worksheets of an XLS file that a person sees."""
    # By stream, not by path: calamine trusts the extension of a path.
    with _workbook_errors(), path.open("rb") as stream:
        records = XlsBook(CompoundFile(stream.read()).stream("Workbook", "Book"))
        # Before calamine lays out every sheet.
        facts = {
            index: records.scan(sheet)
            for index, sheet in enumerate(records.sheets)
            if sheet.is_worksheet and not sheet.is_hidden
        }
        stream.seek(0)
        with CalamineWorkbook.from_filelike(stream) as book:
            if len(book.sheets_metadata) != len(records.sheets):
                raise ValueError("sheets that only one of two readers sees")
            return _seen_sheets(book, lambda index, _: facts[index])


def _seen_sheets(book: CalamineWorkbook, scan: Callable[[int, str], SheetFacts]) -> Workbook:
    sheets: list[Sheet] = []
    remarks: list[str] = []
    for index, listed in enumerate(book.sheets_metadata):
        name = listed.name
        if listed.typ != SheetTypeEnum.WorkSheet:
            continue
        if listed.visible != SheetVisibleEnum.Visible:
            remarks.append(hidden_sheet(name))
            continue
        facts = scan(index, name)
        sheet = _lay_out(name, facts.overrides, book.get_sheet_by_name(name))
        if sheet is not None:
            sheets.append(sheet)
            remarks += [hidden_rows(name, facts.hidden_rows)] if facts.hidden_rows else []
    return Workbook(tuple(sheets), tuple(remarks))


@contextmanager
def _workbook_errors() -> Iterator[None]:
    try:
        yield
    except PasswordError as error:
        raise Refusal("книга защищена паролем", "Снимите пароль, сохраните книгу и повторите") from error
    except (
        CalamineError,
        zipfile.BadZipFile,
        expat.ExpatError,
        ET.ParseError,
        struct.error,
        zlib.error,
        KeyError,
        OSError,
        ValueError,
        EOFError,
    ) as error:
        raise _damaged() from error
    except BaseException as error:
        if type(error).__name__ == "PanicException":  # a crash inside the Rust reader, not an Exception
            raise _damaged() from error
        raise


def _damaged() -> Refusal:
    return Refusal("книга повреждена и не читается", "Откройте её в Excel, сохраните заново в XLSX и повторите")


def _lay_out(name: str, overrides: Overrides, source: CalamineSheet) -> Sheet | None:
    builder = FrameBuilder(name)
    for index, row in enumerate(_rows(source)):
        _put(row, overrides.get(index))
        builder.append(row)
    # Uncalculated formulas below the last value are outside the rectangle calamine knows.
    for index in sorted(row for row in overrides if row >= builder.height):
        while builder.height < index:
            builder.append([])
        tail: list[str | None] = []
        _put(tail, overrides[index])
        builder.append(tail)
    if builder.height == 0:
        return None
    merged = tuple((top, left, bottom, right) for (top, left), (bottom, right) in source.merged_cell_ranges or [])
    return Sheet(name, builder.build(), merged)


def _rows(source: CalamineSheet) -> Iterator[list[str | None]]:
    if source.start is None:
        return
    # iter_rows begins at the first row of the sheet but at the first filled column
    margin: list[str | None] = [None] * source.start[1]
    for row in source.iter_rows():
        yield margin + row_text(row)


def _put(row: list[str | None], texts: dict[int, str] | None) -> None:
    if texts is None:
        return
    row.extend([None] * (max(texts) + 1 - len(row)))
    for column, text in texts.items():
        row[column] = text
