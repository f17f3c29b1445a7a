"""Formulas that nobody calculated, in workbooks written by programs."""

import struct

import pytest
import xlsxwriter
import xlwt
from test_reading_ods import cell, raw_ods, table
from test_reading_xlsx import raw_xlsx

MARK = '<calcPr calcId="0" fullCalcOnLoad="1"/>'
UNKNOWN = "#ФОРМУЛА?"


def formula(result: str, kind: str = "") -> str:
    """A row of one formula with what stands beside it."""
    return f'<row r="1"><c r="A1"{kind}><f>B1+C1</f>{result}</c></row>'


@pytest.mark.parametrize(
    ("cells", "calculation", "text"),
    [
        (formula("<v>0</v>"), MARK, UNKNOWN),
        (formula("<v>0.0</v>"), MARK, UNKNOWN),
        (formula("<v>0</v>"), '<calcPr fullCalcOnLoad="true"/>', UNKNOWN),
        (formula("<v>0</v>"), '<calcPr calcMode="manual" calcCompleted="0"/>', UNKNOWN),
        (formula("<v></v>", ' t="str"'), MARK, UNKNOWN),
        (formula("", ' t="str"'), "", UNKNOWN),
        (formula(""), "", UNKNOWN),
        (formula("<v>0</v>"), "", "0"),
        (formula("<v>0</v>"), '<calcPr calcId="191029"/>', "0"),
        (formula("<v>0</v>"), '<calcPr calcId="191029" fullCalcOnLoad="0"/>', "0"),
        (formula("<v>110</v>"), MARK, "110"),
        (formula("<v>-0.5</v>"), MARK, "-0.5"),
        (formula("<v>итого</v>", ' t="str"'), MARK, "итого"),
        (formula("<v>#N/A</v>", ' t="e"'), MARK, "#N/A"),
        ('<row r="1"><c r="A1"><v>0</v></c></row>', MARK, "0"),
    ],
)
def test_xlsx(tmp_path, read, cells, calculation, text):
    """A program's 0 was loaded as no pupils; a stored 0 is a zero only where somebody calculated."""
    assert read(raw_xlsx(tmp_path / "a.xlsx", cells, calculation=calculation))[0].frame.item() == text


@pytest.mark.parametrize(("value", "text"), [(0, UNKNOWN), ("", UNKNOWN), (7, "7"), ("школа", "школа")])
def test_xlsx_of_a_program(tmp_path, read, value, text):
    """The same as a widespread library writes it."""
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as book:
        book.add_worksheet().write_formula("A1", "=B1+C1", value=value)
    assert read(path)[0].frame.item() == text


def xls(path, result: bytes, flags: int = 0, before: bytes = b""):
    """An XLS file whose one formula has this result; `before` replaces a record of the workbook of the same length."""
    book = xlwt.Workbook()
    book.add_sheet("Лист1").write(0, 0, xlwt.Formula("B1+C1"))
    book.save(str(path))
    empty = struct.pack("<QH", 0xFFFF000000000003, 0)
    content = path.read_bytes()
    assert content.count(empty) == 1
    content = content.replace(empty, result + struct.pack("<H", flags))
    if before:
        precision = struct.pack("<HHH", 0x000E, 2, 1)
        assert content.count(precision) == 1
        content = content.replace(precision, before)
    path.write_bytes(content)
    return path


EMPTY, ZERO, NUMBER = struct.pack("<Q", 0xFFFF000000000003), struct.pack("<d", 0.0), struct.pack("<d", 110.0)
ERROR = struct.pack("<Q", 0xFFFF000000070002)
ENGINE = struct.pack("<HHH", 0x01C1, 2, 0)  # who calculated, as Excel writes it, cut to the length at hand


@pytest.mark.parametrize(
    ("result", "flags", "before", "text"),
    [
        (EMPTY, 0, b"", UNKNOWN),
        (ZERO, 0, b"", UNKNOWN),
        (NUMBER, 0, b"", "110"),
        (ERROR, 0, b"", "#DIV/0!"),
        (ZERO, 2, b"", "0"),
        (ZERO, 0, ENGINE, "0"),
    ],
)
def test_xls(tmp_path, read, result, flags, before, text):
    """A program leaves an empty result or 0; Excel says who calculated, LibreOffice marks each formula."""
    assert read(xls(tmp_path / "a.xls", result, flags, before))[0].frame.item() == text


def test_xls_empty_result_of_excel_is_empty(tmp_path, refusal):
    """=IF(A1="";"";A1) is a blank there, not a mistake."""
    assert "нет ни одной заполненной ячейки" in refusal(xls(tmp_path / "a.xls", EMPTY, 0, ENGINE))


@pytest.mark.parametrize(
    ("source", "text"),
    [
        (cell('table:formula="of:=[.B1]+[.C1]"'), UNKNOWN),
        (cell('table:formula="of:=[.B1]" office:value-type="float"'), UNKNOWN),
        (cell('table:formula="of:=[.B1]" office:value-type="float" office:value="0"', "<text:p>0</text:p>"), "0"),
        (cell('table:formula="of:=[.B1]" office:value-type="string"', "<text:p>я</text:p>"), "я"),
    ],
)
def test_ods(tmp_path, read, source, text):
    """A formula with the type of its result and without the result was a blank."""
    path = raw_ods(tmp_path / "a.ods", table(f"<table:table-row>{source}</table:table-row>"))
    assert read(path)[0].frame.item() == text
