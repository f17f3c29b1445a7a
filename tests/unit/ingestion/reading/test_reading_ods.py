"""ODS workbooks."""

import zipfile
from pathlib import Path

import pytest
from odf.opendocument import OpenDocumentSpreadsheet
from odf.table import CoveredTableCell, Table, TableCell, TableRow
from odf.text import P

from ingestion.read import ods

NAMESPACES = " ".join(
    f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for prefix, name in {
        **{name: name for name in ("office", "table", "text", "style", "dr3d")},
        "draw": "drawing",
        "xlink": "xlink",
    }.items()
)


def raw_ods(path: Path, tables: str, manifest: str = "<manifest/>", styles: str = "") -> Path:
    """An ODS file with exactly these tables and styles in its content.xml."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet", zipfile.ZIP_STORED)
        archive.writestr("META-INF/manifest.xml", manifest)
        archive.writestr(
            "content.xml",
            f'<office:document-content {NAMESPACES} xmlns:calcext="urn:org:documentfoundation:names:experimental:'
            f'calc:xmlns:calcext:1.0"><office:automatic-styles>{styles}</office:automatic-styles><office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body>'
            "</office:document-content>",
        )
    return path


def table(rows: str) -> str:
    """One table with these rows."""
    return f'<table:table table:name="Лист1">{rows}</table:table>'


def cell(attributes: str, content: str = "") -> str:
    """One cell."""
    return f"<table:table-cell {attributes}>{content}</table:table-cell>"


@pytest.mark.parametrize(
    ("source", "text"),
    [
        (cell('office:value-type="float" office:value="2447001234"', "<text:p>2,4E+09</text:p>"), "2447001234"),
        (cell('office:value-type="float" office:value="0.30000000000000004"'), "0.3"),
        (cell('office:value-type="percentage" office:value="0.486"', "<text:p>48,6%</text:p>"), "48.6%"),
        (cell('office:value-type="date" office:date-value="2024-12-01"', "<text:p>1 дек</text:p>"), "2024-12-01"),
        (cell('office:value-type="date" office:date-value="2024-12-01T10:30:15"'), "2024-12-01 10:30:15"),
        (cell('office:value-type="time" office:time-value="PT07H05M00S"'), "07:05:00"),
        (cell('office:value-type="boolean" office:boolean-value="true"', "<text:p>ИСТИНА</text:p>"), "да"),
        (cell('office:value-type="string"', "<text:p>а<text:s text:c='2'/>б</text:p><text:p>в</text:p>"), "а  б\nв"),
        (cell('office:value-type="string" office:string-value=""', "<text:p>#REF!</text:p>"), "#REF!"),
        (cell('office:value-type="string" calcext:value-type="error"', "<text:p>Err:502</text:p>"), "Err:502"),
        (cell('table:formula="of:=SUM([.A1])"'), "#ФОРМУЛА?"),
        (
            cell(
                'office:value-type="string"',
                "<office:annotation><text:p>заметка</text:p></office:annotation><text:p>я</text:p>",
            ),
            "я",
        ),
    ],
)
def test_cell_kinds(tmp_path, read, source, text):
    """The typed value counts, not how it is shown; errors and uncalculated formulas are no blanks; comments no text."""
    path = raw_ods(tmp_path / "a.ods", table(f"<table:table-row>{source}</table:table-row>"))
    assert read(path)[0].frame.item() == text


def test_workbook_of_another_writer(tmp_path, read):
    """Rows, columns, repeated cells and merged ranges of a file written by a library keep their places."""
    book = OpenDocumentSpreadsheet()
    sheet = Table(name="Контингент")
    head = TableRow(numberrowsrepeated=2)
    head.addElement(TableCell(numbercolumnsrepeated=1024))
    sheet.addElement(head)
    row = TableRow()
    row.addElement(TableCell(numbercolumnsrepeated=2))
    merged = TableCell(valuetype="string", numbercolumnsspanned=2, numberrowsspanned=1)
    merged.addElement(P(text="Педагоги"))
    row.addElement(merged)
    row.addElement(CoveredTableCell())
    row.addElement(TableCell(valuetype="float", value=3, numbercolumnsrepeated=2))
    sheet.addElement(row)
    tail = TableRow(numberrowsrepeated=1_048_000)
    tail.addElement(TableCell(numbercolumnsrepeated=1024))
    sheet.addElement(tail)
    book.spreadsheet.addElement(sheet)
    book.save(str(tmp_path / "a.ods"))
    (result,) = read(tmp_path / "a.ods")
    assert result.name == "Контингент"
    assert result.frame.shape == (3, 6)
    assert result.frame.row(2) == (None, None, "Педагоги", None, "3", "3")
    assert result.merged_ranges == ((2, 2, 2, 3),)


def test_full_sheet_is_refused(tmp_path, refusal, monkeypatch):
    """A sheet filled to the limit is a cut export in LibreOffice as well."""
    monkeypatch.setattr(ods, "MAX_ROWS", 50)
    value = cell('office:value-type="float" office:value="1"')
    rows = f'<table:table-row table:number-rows-repeated="50">{value}</table:table-row>'
    assert "заполнен до предела" in refusal(raw_ods(tmp_path / "a.ods", table(rows)))


def test_repeated_filled_cells_are_bounded(tmp_path, refusal):
    """Two attributes unfolded into seventeen thousand million cells."""
    value = cell('table:number-columns-repeated="16384" office:value-type="float" office:value="1"')
    rows = f'<table:table-row table:number-rows-repeated="1048000">{value}</table:table-row>'
    assert "слишком велик" in refusal(raw_ods(tmp_path / "a.ods", table(rows)))


def test_encrypted_is_refused(tmp_path, refusal):
    """A protected workbook ended as «повреждена», which sends people to the wrong remedy."""
    path = raw_ods(tmp_path / "a.ods", "", manifest="<manifest><encryption-data/></manifest>")
    assert "защищена паролем" in refusal(path)


def test_broken_content_is_refused(tmp_path, refusal):
    """Broken XML ended in a traceback."""
    assert "повреждена" in refusal(raw_ods(tmp_path / "a.ods", "<table:table>"))
