"""XLSX and XLS sheets by calamine, with what calamine leaves out put back."""

import re
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from xml.etree import ElementTree as ET
from xml.parsers import expat

import fastexcel
from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError, SheetTypeEnum

from ingestion.reading.celltext import ERROR_UNKNOWN, row_text
from ingestion.reading.errors import Refusal
from ingestion.reading.sheet import FrameBuilder, Sheet
from ingestion.reading.xlsx_scan import Overrides, XlsxParts, full_sheet

XLS_MAX_ROWS = 65_536
_XLS_ERROR = re.compile(r"Error\((\w+)\)")
_ERROR_TEXT = {
    "Div0": "#DIV/0!",
    "NA": "#N/A",
    "Name": "#NAME?",
    "Null": "#NULL!",
    "Num": "#NUM!",
    "Ref": "#REF!",
    "Value": "#VALUE!",
    "GettingData": "#GETTING_DATA",
}


def read_xlsx(path: Path) -> list[Sheet]:
    """Worksheets of an XLSX file, hidden ones too; sheets without a filled cell are left out."""
    with _workbook_errors(), zipfile.ZipFile(path) as archive, _calamine(path) as workbook:
        parts = XlsxParts(archive)
        return [
            sheet
            for name in _worksheet_names(workbook)
            if (sheet := _lay_out(name, parts.scan(name).overrides, workbook)) is not None
        ]


def read_xls(path: Path) -> list[Sheet]:
    """Worksheets of an XLS file."""
    with _workbook_errors(), _calamine(path) as workbook:
        names = _worksheet_names(workbook)
        for name in names:
            end = workbook.get_sheet_by_name(name).end
            if end is not None and end[0] + 1 >= XLS_MAX_ROWS:
                raise full_sheet(name, XLS_MAX_ROWS)
        errors = _xls_errors(path, names, workbook)
        return [sheet for name in names if (sheet := _lay_out(name, errors[name], workbook)) is not None]


@contextmanager
def _calamine(path: Path) -> Iterator[CalamineWorkbook]:
    # By stream, not by path: calamine trusts the extension of a path.
    with path.open("rb") as stream, CalamineWorkbook.from_filelike(stream) as workbook:
        yield workbook


@contextmanager
def _workbook_errors() -> Iterator[None]:
    try:
        yield
    except PasswordError as error:
        raise Refusal("книга защищена паролем", "Снимите пароль, сохраните книгу и повторите") from error
    except (
        CalamineError,
        fastexcel.FastExcelError,
        zipfile.BadZipFile,
        expat.ExpatError,
        ET.ParseError,
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


def _worksheet_names(workbook: CalamineWorkbook) -> list[str]:
    return [sheet.name for sheet in workbook.sheets_metadata if sheet.typ == SheetTypeEnum.WorkSheet]


def _lay_out(name: str, overrides: Overrides, workbook: CalamineWorkbook) -> Sheet | None:
    source = workbook.get_sheet_by_name(name)
    builder = FrameBuilder()
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


def _xls_errors(path: Path, names: list[str], workbook: CalamineWorkbook) -> dict[str, Overrides]:
    """Error cells of an XLS file: calamine hides them, fastexcel lists those it could not turn into text."""
    reader = fastexcel.read_excel(path.read_bytes())
    found: dict[str, Overrides] = {name: {} for name in names}
    for name in names:
        start = workbook.get_sheet_by_name(name).start
        if start is None:
            continue
        _, errors = reader.load_sheet(name, header_row=None, dtypes="string").to_arrow_with_errors()
        for error in errors.errors if errors else ():
            kind = _XLS_ERROR.search(error.detail)
            row, column = error.offset_position
            text = _ERROR_TEXT.get(kind.group(1), ERROR_UNKNOWN) if kind else ERROR_UNKNOWN
            found[name].setdefault(start[0] + row, {})[start[1] + column] = text
    return found
