"""Percentages in formats of Excel, and in the workbooks that use them."""

import pytest
import xlsxwriter
import xlwt
from test_reading_ods import cell, raw_ods, table
from test_reading_xlsx import raw_xlsx

from ingestion.read.number_format import NumberFormat

FORMATS = [
    ("0%", 0.486, "48.6%"),
    ("0.00%", 0.486, "48.6%"),
    ("[Red]0.0%", 0.486, "48.6%"),
    ("[Color10]0.0%;[Red]-0.0%", -0.486, "-48.6%"),
    ("0.0%;0.0%", -0.486, "-48.6%"),
    ("[>=1]0.0;0.0%", 48.6, "48.6"),
    ("[>=1]0.0;0.0%", 0.486, "48.6%"),
    ("[<1]0.0%;[>=1]0.0", 48.6, "48.6"),
    ("[<1]0.0%;[>=1]0.0", 0.486, "48.6%"),
    ("[=0]0;[<=1]0.0%;0.0", 0.486, "48.6%"),
    ("[=0]0;[<=1]0.0%;0.0", 48.6, "48.6"),
    ("0.0%;-0.0%;0", 0, "0"),
    ("0.0;-0.0;0%", 0, "0%"),
    ("0.0_%", 0.486, "0.486"),
    ("0.0*%", 0.486, "0.486"),
    ("0.0\\%", 48.6, "48.6"),
    ('0.0"%"', 48.6, "48.6"),
    ('0.0" % от плана"', 48.6, "48.6"),
    ("0.0;;;@%", 48.6, "48.6"),
    ("[$%-419]0.0", 48.6, "48.6"),
    ('0.0 "из" 100 %', 0.486, "48.6%"),
]


@pytest.mark.parametrize(("code", "value", "text"), FORMATS)
def test_xlsx(tmp_path, read, code, value, text):
    """Padding and conditions with a percent sign made hundreds of ones, and ones of hundreds."""
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as book:
        book.add_worksheet().write_number(0, 0, value, book.add_format({"num_format": code}))
    assert read(path)[0].frame.item() == text


@pytest.mark.parametrize(("code", "value", "text"), FORMATS)
def test_xls(tmp_path, read, code, value, text):
    """A plan of 95 % in an XLS was loaded as 0,95: nobody looked at the formats of its cells."""
    book = xlwt.Workbook()
    book.add_sheet("Лист1").write(0, 0, value, xlwt.easyxf(num_format_str=code))
    book.save(str(tmp_path / "a.xls"))
    assert read(tmp_path / "a.xls")[0].frame.item() == text


def test_xls_keeps_numbers_in_four_ways(tmp_path, read):
    """Whole numbers, hundredths, fractions and neighbours packed into one record are each found by their style."""
    percent, plain = (xlwt.easyxf(num_format_str=code) for code in ("0.0%", "0.0"))
    cells = [
        (1, percent),
        (0.5, plain),
        (0.25, percent),
        (1 / 3, percent),
        (-0.07, percent),
        (12.34, plain),
        (-3, plain),
    ]
    book = xlwt.Workbook()
    sheet = book.add_sheet("Лист1")
    for column, (value, style) in enumerate(cells):
        sheet.write(0, column, value, style)
        sheet.write(column + 1, 0, value, style)
    book.save(str(tmp_path / "a.xls"))
    frame = read(tmp_path / "a.xls")[0].frame
    expected = ("100%", "0.5", "25%", "33.3333333333333%", "-7%", "12.34", "-3")
    assert frame.row(0) == expected
    assert tuple(frame["c0"][1:]) == expected


@pytest.mark.parametrize("attribute", ["", ' s="0"'])
def test_default_style_may_be_a_percentage(tmp_path, read, attribute):
    """A cell that names no style has the first one, which need not be «General»."""
    styles = (
        '<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        '<cellXfs count="1"><xf numFmtId="10"/></cellXfs></styleSheet>'
    )
    cells = f'<row r="1"><c r="A1"{attribute}><v>0.486</v></c></row>'
    assert read(raw_xlsx(tmp_path / "a.xlsx", cells, styles=styles))[0].frame.item() == "48.6%"


@pytest.mark.parametrize(
    ("value", "shown", "text"),
    [
        ("0.486", "48,6 %", "48.6%"),
        ("0.486", "49%", "48.6%"),
        ("-0.07", "−7,0%", "-7%"),
        ("12.5", "1 250 %", "1250%"),
        ("48.6", "48,6%", "48.6"),
        ("0", "0%", "0"),
        ("0.486", "0,486", "0.486"),
        ("0.486", "", "0.486"),
    ],
)
def test_ods_number_shown_as_a_percentage(tmp_path, read, value, shown, text):
    """Some programs write the type of a plain number beside a style of percentages; what is shown decides."""
    source = cell(f'office:value-type="float" office:value="{value}"', f"<text:p>{shown}</text:p>")
    path = raw_ods(tmp_path / "a.ods", table(f"<table:table-row>{source}</table:table-row>"))
    assert read(path)[0].frame.item() == text


def test_double_percentage():
    """Two signs are two hundredths."""
    assert NumberFormat("0%%").percents(0.5) == 2
