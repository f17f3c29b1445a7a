"""A table of text as programs write it, in every format that is read; a whole file of it is told by its suffix."""

import csv
import io
import re
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path

import polars as pl
import xlsxwriter
import xlwt
from odf.opendocument import OpenDocumentSpreadsheet
from odf.table import Table, TableCell, TableRow
from odf.text import P

Cells = Sequence[Sequence[str]]
SHEET = "Лист1"
PLAIN_NUMBER = re.compile(r"[1-9]\d{0,14}|0")
"""What a program may store as a number without loss."""


def write_table(path: Path, titles: Sequence[str], table: Cells, encoding: str = "utf-8") -> Path:
    """A file of title lines, a header and rows in the format of its suffix; `encoding` is that of texts.

    A Parquet file has names of columns and no lines above them: titles are left out.
    """
    if path.suffix == ".parquet":
        _write_parquet(path, table)
    else:
        WRITERS[path.suffix](path, [*([title] for title in titles), *table], encoding)
    return path


def _text(cells: Cells, encoding: str, delimiter: str) -> bytes:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows(cells)
    return text.getvalue().encode(encoding)


def _write_csv(path: Path, cells: Cells, encoding: str) -> None:
    path.write_bytes(_text(cells, encoding, ";"))


def _write_tsv(path: Path, cells: Cells, encoding: str) -> None:
    path.write_bytes(_text(cells, encoding, "\t"))


def _write_zip(path: Path, cells: Cells, encoding: str) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(f"{path.stem}.csv", _text(cells, encoding, ";"))


def _write_xlsx(path: Path, cells: Cells, _: str) -> None:
    with xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        sheet = book.add_worksheet(SHEET)
        for number, row in enumerate(cells):
            sheet.write_row(number, 0, row)


def _write_xls(path: Path, cells: Cells, _: str) -> None:
    book = xlwt.Workbook()
    sheet = book.add_sheet(SHEET)
    for number, row in enumerate(cells):
        for column, text in enumerate(row):
            if text:
                sheet.write(number, column, text)
    book.save(str(path))


def _write_ods(path: Path, cells: Cells, _: str) -> None:
    book = OpenDocumentSpreadsheet()
    table = Table(name=SHEET)
    for row in cells:
        line = TableRow()
        for text in row:
            cell = TableCell(valuetype="string") if text else TableCell()
            if text:
                cell.addElement(P(text=text))
            line.addElement(cell)
        table.addElement(line)
    book.spreadsheet.addElement(table)
    book.save(str(path))


def _write_parquet(path: Path, table: Cells) -> None:
    header, *rows = table
    columns = [pl.Series(name, [row[at] or None for row in rows], pl.String) for at, name in enumerate(header)]
    pl.DataFrame([_typed(column) for column in columns]).write_parquet(path)


def _typed(column: pl.Series) -> pl.Series:
    filled = column.drop_nulls()
    are_numbers = filled.len() > 0 and all(PLAIN_NUMBER.fullmatch(text) for text in filled)
    return column.cast(pl.Int64) if are_numbers else column


WRITERS: dict[str, Callable[[Path, Cells, str], None]] = {
    ".csv": _write_csv,
    ".tsv": _write_tsv,
    ".xlsx": _write_xlsx,
    ".xls": _write_xls,
    ".ods": _write_ods,
    ".zip": _write_zip,
}
