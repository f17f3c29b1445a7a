"""XLSX and XLS workbooks."""

import datetime as dt
import re
import zipfile
from pathlib import Path

import pytest
import xlsxwriter
import xlwt

from ingestion.read import xlsx_scan

_SPREADSHEET = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_STYLES = f'<Relationship Id="r2" Type="{_RELATIONS}/styles" Target="styles.xml"/>'
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"


def raw_xlsx(
    path: Path,
    sheet_data: str,
    dimension: str = "A1",
    worksheet: str | None = None,
    styles: str | None = None,
    calculation: str = "",
) -> Path:
    """An XLSX file whose sheet XML is exactly what the test says."""
    sheet = worksheet or (
        f'<worksheet {_SPREADSHEET}><dimension ref="{dimension}"/><sheetData>{sheet_data}</sheetData></worksheet>'
    )
    overrides = "".join(
        f'<Override PartName="/xl/{part}.xml" '
        f'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.{kind}+xml"/>'
        for part, kind in (("workbook", "sheet.main"), ("worksheets/sheet1", "worksheet"))
    )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            "[Content_Types].xml",
            f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" '
            f'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>{overrides}</Types>',
        )
        archive.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="r1" '
            f'Type="{_RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        )
        archive.writestr(
            "xl/workbook.xml",
            f'<workbook {_SPREADSHEET} xmlns:r="{_RELATIONS}"><sheets>'
            f'<sheet name="Лист1" sheetId="1" r:id="r1"/></sheets>{calculation}</workbook>',
        )
        archive.writestr(
            "xl/_rels/workbook.xml.rels",
            f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="r1" '
            f'Type="{_RELATIONS}/worksheet" Target="worksheets/sheet1.xml"/>{_STYLES if styles else ""}'
            "</Relationships>",
        )
        if styles:
            archive.writestr("xl/styles.xml", styles)
        archive.writestr("xl/worksheets/sheet1.xml", sheet)
    return path


def written(path: Path, cells: dict[str, object], number_format: str | None = None) -> Path:
    """An XLSX file with the given cells on one sheet."""
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("Лист1")
        style = book.add_format({"num_format": number_format}) if number_format else None
        for address, value in cells.items():
            if isinstance(value, dt.date | dt.time):
                sheet.write_datetime(address, value, style)
            else:
                sheet.write(address, value, style)
    return path


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (2447001234, "2447001234"),
        (123456789012345, "123456789012345"),
        (1e20, "100000000000000000000"),
        (0.0000001, "0.0000001"),
        (48.6, "48.6"),
        (-3, "-3"),
        (0, "0"),
    ],
)
def test_number_is_written_plainly(tmp_path, read, value, text):
    """An ИНН became 2447001234.0 or 2.447001234E9 and matched nothing."""
    (sheet,) = read(written(tmp_path / "a.xlsx", {"A1": value}))
    assert sheet.frame.item() == text


def test_binary_noise_is_rounded_away(tmp_path, read):
    """0.1 + 0.2 stored in full by a program appeared as 0.30000000000000004 instead of what Excel shows."""
    (sheet,) = read(raw_xlsx(tmp_path / "a.xlsx", '<row r="1"><c r="A1"><v>0.30000000000000004</v></c></row>'))
    assert sheet.frame.item() == "0.3"


@pytest.mark.parametrize(
    ("value", "number_format", "text"),
    [
        (dt.date(2024, 12, 1), "dd.mm.yyyy", "2024-12-01"),
        (dt.datetime(2024, 12, 1, 10, 30, 15), "dd.mm.yyyy hh:mm", "2024-12-01 10:30:15"),
        (45000.99999999999, "dd.mm.yyyy hh:mm", "2023-03-16"),
        (dt.time(7, 5), "hh:mm", "07:05:00"),
        (1.5, "[h]:mm:ss", "36:00:00"),
    ],
)
def test_dates_and_times(tmp_path, read, value, number_format, text):
    """A date came out as a serial, with a midnight attached, or in the order of the machine's locale."""
    (sheet,) = read(written(tmp_path / "a.xlsx", {"A1": value}, number_format))
    assert sheet.frame.item() == text


def test_booleans_are_russian(tmp_path, read):
    """TRUE in the column «Филиал» was no «да»."""
    (sheet,) = read(written(tmp_path / "a.xlsx", {"A1": True, "B1": False}))
    assert sheet.frame.row(0) == ("да", "нет")


@pytest.mark.parametrize("number_format", ["0%", "0.00%", '0.0 "из" %'])
def test_percent_format_is_kept(tmp_path, read, number_format):
    """A plan the sender sees as 48,6 % was loaded as 0.486, a hundred times less."""
    (sheet,) = read(written(tmp_path / "a.xlsx", {"A1": 0.486, "A2": 0.07}, number_format))
    assert sheet.frame["c0"].to_list() == ["48.6%", "7%"]


def test_quoted_percent_sign_is_no_percent_format(tmp_path, read):
    """A format that merely prints a percent sign after 48.6 made it 4860 %."""
    (sheet,) = read(written(tmp_path / "a.xlsx", {"A1": 48.6}, '0.0"%"'))
    assert sheet.frame.item() == "48.6"


def test_strings_are_not_trimmed_and_blank_ones_are_null(tmp_path, read):
    """A cell of spaces counted as filled; a non-breaking space is a space to whoever looks at it."""
    (sheet,) = read(written(tmp_path / "a.xlsx", {"A1": "школа\xa0", "B1": "  \xa0", "C1": "x\r\ny"}))
    assert sheet.frame.row(0) == ("школа ", None, "x\r\ny")


def test_rows_and_columns_keep_their_numbers(tmp_path, read):
    """A table that starts at C4 was reported with row numbers and columns nobody finds in Excel."""
    (sheet,) = read(written(tmp_path / "a.xlsx", {"C4": "ИНН", "D6": 5}))
    assert sheet.frame.shape == (6, 4)
    assert sheet.frame.columns == ["c0", "c1", "c2", "c3"]
    assert sheet.frame.row(3) == (None, None, "ИНН", None)
    assert sheet.frame.row(5) == (None, None, None, "5")


def test_error_cells_are_kept(tmp_path, read):
    """calamine gives '' for an error cell, so #REF! in a count passed for «no data»."""
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write("A1", "Обучающихся")
        sheet.write_formula("B3", "=Z1", value="#REF!")
        sheet.write_formula("B4", "=1/0", value="#DIV/0!")
    assert read(path)[0].frame["c1"].to_list() == [None, None, "#REF!", "#DIV/0!"]


def test_error_cell_without_formula_or_reference(tmp_path, read):
    """An error pasted as a value, in XML without cell addresses and with single quotes, was lost."""
    path = raw_xlsx(tmp_path / "a.xlsx", "<row><c><v>1</v></c><c t='e'><v>#N/A</v></c></row>")
    assert read(path)[0].frame.row(0) == ("1", "#N/A")


@pytest.mark.parametrize("value", ["", "<v></v>", "<v/>"])
def test_formula_nobody_calculated_is_visible(tmp_path, read, value):
    """A file written by a program holds formulas without values; they turned into silent blanks."""
    path = raw_xlsx(
        tmp_path / "a.xlsx",
        f'<row r="1"><c r="A1"><v>7</v></c></row><row r="5"><c r="C5"><f>SUM(A1:A1)</f>{value}</c></row>',
    )
    frame = read(path)[0].frame
    assert frame.shape == (5, 3)
    assert frame.row(4) == (None, None, "#ФОРМУЛА?")


def test_calculated_formula_gives_its_value(tmp_path, read):
    """Cached values, an empty text among them, are ordinary cells; =IF(A1="";"";A1) is a blank, not a mistake."""
    path = raw_xlsx(
        tmp_path / "a.xlsx",
        '<row r="1"><c r="A1"><f>1+1</f><v>2</v></c><c r="B1" t="str"><f>T(Z1)</f><v></v></c>'
        '<c r="C1" t="str"><f>T(Y1)</f><v>текст</v></c></row>',
    )
    assert read(path)[0].frame.row(0) == ("2", None, "текст")


def test_prefixed_xml_is_scanned(tmp_path, read):
    """Some accounting systems write <x:c>; errors and formulas there went unnoticed."""
    worksheet = (
        f"<x:worksheet {_SPREADSHEET.replace('xmlns', 'xmlns:x')}><x:sheetData>"
        '<x:row r="1"><x:c r="A1"><x:v>1</x:v></x:c><x:c r="B1"><x:f>A1</x:f></x:c></x:row>'
        "</x:sheetData></x:worksheet>"
    )
    frame = read(raw_xlsx(tmp_path / "a.xlsx", "", worksheet=worksheet))[0].frame
    assert frame.row(0) == ("1", "#ФОРМУЛА?")


def test_charts_and_empty_sheets_are_skipped(tmp_path, read):
    """A chart sheet stopped the reading."""
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as book:
        first = book.add_worksheet("Данные")
        first.write("A1", 1)
        chart = book.add_chart({"type": "bar"})
        chart.add_series({"values": "=Данные!$A$1:$A$1"})
        book.add_chartsheet("График").set_chart(chart)
        book.add_worksheet("Пустой")
    assert [sheet.name for sheet in read(path)] == ["Данные"]


def test_merged_ranges(tmp_path, read):
    """Without merged ranges a two-row header cannot be told from a title."""
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as book:
        book.add_worksheet().merge_range("B2:D2", "Педагоги")
    assert read(path)[0].merged_ranges == ((1, 1, 1, 3),)


def test_format_is_told_by_content(tmp_path, read):
    """An XLSX named .xls, or without any extension, was given to the wrong reader."""
    for name in ("a.xls", "b.csv", "c"):
        assert read(written(tmp_path / name, {"A1": "ИНН"}))[0].frame.item() == "ИНН"


def test_wrong_dimension_is_not_believed(tmp_path, read):
    """A sheet that declares a million rows and holds two, the last one formatted but empty, was refused."""
    path = raw_xlsx(
        tmp_path / "a.xlsx",
        '<row r="1"><c r="A1"><v>1</v></c></row><row r="2"><c r="A2"><v>2</v></c></row>'
        '<row r="1048576"><c r="A1048576" s="0"/></row>',
        dimension="A1:XFD1048576",
    )
    assert read(path)[0].frame["c0"].to_list() == ["1", "2"]


@pytest.mark.parametrize("numbered", [True, False])
def test_sheet_at_the_row_limit_is_refused(tmp_path, refusal, monkeypatch, numbered):
    """Excel cut the export at its limit and the missing schools looked like schools without data."""
    monkeypatch.setattr(xlsx_scan, "MAX_ROWS", 50)
    rows = "".join(
        f'<row r="{number}"><c r="A{number}"><v>1</v></c></row>' if numbered else "<row><c><v>1</v></c></row>"
        for number in range(1, 51)
    )
    message = refusal(raw_xlsx(tmp_path / "a.xlsx", rows))
    assert "лист «Лист1» заполнен до предела Excel (50 строк): выгрузка, вероятно, обрезана" in message


def test_sheet_one_row_short_of_the_limit_is_read(tmp_path, read, monkeypatch):
    """The refusal must not hit a sheet that still has room."""
    monkeypatch.setattr(xlsx_scan, "MAX_ROWS", 50)
    rows = "".join(f'<row r="{number}"><c r="A{number}"><v>1</v></c></row>' for number in range(1, 50))
    assert read(raw_xlsx(tmp_path / "a.xlsx", rows))[0].frame.height == 49


@pytest.mark.slow
def test_genuine_full_sheet_is_refused(tmp_path, refusal):
    """The same on a sheet of Excel's own size, in blocks as they really come."""
    rows = "".join(f'<row r="{number}"><c r="A{number}"><v>1</v></c></row>' for number in range(1, 1_048_577))
    assert "1 048 576 строк" in refusal(raw_xlsx(tmp_path / "a.xlsx", rows))


def test_stray_far_cell_is_refused(tmp_path, refusal):
    """Two cells in opposite corners made the reader allocate the whole grid and the process was killed."""
    rows = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048575"><c r="XFD1048575"><v>1</v></c></row>'
    assert "далеко за пределами таблицы (строка 1048575, столбец 16384)" in refusal(raw_xlsx(tmp_path / "a.xlsx", rows))


def test_empty_workbook_is_refused(tmp_path, refusal):
    """A workbook of empty sheets was loaded as zero rows, as if the school had nothing to report."""
    path = tmp_path / "a.xlsx"
    xlsxwriter.Workbook(path).close()
    assert "нет ни одной заполненной ячейки" in refusal(path)


def test_truncated_workbook_is_refused(tmp_path, refusal):
    """A download cut short ended in a traceback."""
    path = written(tmp_path / "a.xlsx", {"A1": "ИНН"})
    path.write_bytes(path.read_bytes()[:-100])
    assert "повреждены и не открываются" in refusal(path)


@pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/worksheets/sheet1.xml"])
def test_broken_xml_is_refused(tmp_path, refusal, part):
    """A workbook with broken parts ended in a traceback, or in a sheet silently left out."""
    source = written(tmp_path / "source.xlsx", {"A1": 1})
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(path, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            new.writestr(name, content[: len(content) // 2] if name == part else content)
    assert "книга повреждена" in refusal(path)


def test_garbled_cell_in_a_workbook_is_refused(tmp_path, refusal):
    """A CSV opened in Excel in the wrong encoding and saved as XLSX brought its garbage along."""
    garbled = "Организация".encode().decode("cp1252", "replace").replace("\ufffd", "?")
    message = refusal(written(tmp_path / "a.xlsx", {"A1": "ИНН", "B3": garbled}))
    assert re.search(r"UTF-8 прочитан как Latin-1 \(лист «Лист1», строка 3", message)


def old_xls(path: Path, rows: int = 3) -> Path:
    """An XLS file with a number, a date, an error and merged cells below and right of the corner."""
    book = xlwt.Workbook()
    sheet = book.add_sheet("Лист1")
    sheet.write(1, 1, 2447001234)
    sheet.write(1, 2, dt.date(2024, 12, 1), xlwt.easyxf(num_format_str="DD.MM.YYYY"))
    sheet.row(2).set_cell_error(2, "#REF!")
    sheet.write_merge(3, 3, 1, 2, "Педагоги")
    for row in range(4, rows):
        sheet.write(row, 1, row)
    book.save(str(path))
    return path


def test_xls_cells_and_errors(tmp_path, read):
    """In XLS, too, calamine gives '' for an error; and columns must keep their place."""
    (sheet,) = read(old_xls(tmp_path / "a.xls"))
    assert sheet.frame.rows() == [
        (None, None, None),
        (None, "2447001234", "2024-12-01"),
        (None, None, "#REF!"),
        (None, "Педагоги", None),
    ]
    assert sheet.merged_ranges == ((3, 1, 3, 2),)


def test_full_xls_sheet_is_refused(tmp_path, refusal):
    """An XLS export stops at 65 536 rows without a word."""
    assert "заполнен до предела Excel (65 536 строк)" in refusal(old_xls(tmp_path / "a.xls", rows=65_536))


def test_damaged_xls_is_refused(tmp_path, refusal):
    """A damaged XLS crashed inside the Rust reader, past every `except Exception`."""
    path = old_xls(tmp_path / "a.xls")
    content = path.read_bytes()
    path.write_bytes(content[:700] + b"\xff" * 600 + content[1300:])
    assert "vitrina add a.xls" in refusal(path)
