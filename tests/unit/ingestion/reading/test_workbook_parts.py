"""Parts of a workbook in places other than the usual, drawings in cells, flat files."""

import posixpath
import zipfile
from pathlib import Path

import pytest
import xlsxwriter
import xlwt
from test_reading_ods import NAMESPACES, cell, raw_ods, table
from test_reading_xlsx import raw_xlsx, written

from ingestion.read import ods, sheet, xlsx_parts

SPREADSHEET = "application/vnd.oasis.opendocument.spreadsheet"
PLACES = {
    "workbook renamed": {"xl/workbook.xml": "xl/workbook2.xml"},
    "workbook moved": {"xl/workbook.xml": "book/main.xml"},
    "workbook at the root": {"xl/workbook.xml": "workbook.xml"},
    "sheet moved within": {"xl/worksheets/sheet1.xml": "xl/pages/p1.xml"},
    "sheet moved away": {"xl/worksheets/sheet1.xml": "data/p1.xml"},
    "strings renamed": {"xl/sharedStrings.xml": "xl/strings.xml"},
    "styles renamed": {"xl/styles.xml": "xl/formats.xml"},
    "everything elsewhere": {
        "xl/workbook.xml": "a/b.xml",
        "xl/worksheets/sheet1.xml": "c/d.xml",
        "xl/sharedStrings.xml": "e.xml",
        "xl/styles.xml": "a/f.xml",
    },
    "other capitals": {"xl/workbook.xml": "XL/Workbook.XML", "xl/sharedStrings.xml": "xl/SHAREDSTRINGS.xml"},
}


def moved(path: Path, places: dict[str, str], absolute: bool) -> Path:
    """An XLSX of a text, a date, a percentage, whose parts lie elsewhere and are found by their relationships."""
    usual = path.with_name("usual.xlsx")
    with xlsxwriter.Workbook(usual) as book:
        page = book.add_worksheet("Лист1")
        page.write(0, 0, "ИНН")
        page.write(1, 0, 45627, book.add_format({"num_format": "dd.mm.yyyy"}))
        page.write(2, 0, 0.486, book.add_format({"num_format": "0.0%"}))
    with zipfile.ZipFile(usual) as old, zipfile.ZipFile(path, "w") as new:
        for name in old.namelist():
            content = old.read(name).decode()
            source = {"_rels/.rels": "", "xl/_rels/workbook.xml.rels": "xl/workbook.xml"}.get(name)
            place = places.get(name, name)
            if source is not None:
                folder, _ = posixpath.split(source)
                to_folder, to_name = posixpath.split(places.get(source, source))
                place = posixpath.join(to_folder, "_rels", f"{to_name}.rels")
                for part in old.namelist():
                    written_target = f'Target="{posixpath.relpath(part, folder or ".")}"'
                    target = places.get(part, part)
                    target = f"/{target}" if absolute else posixpath.relpath(target, to_folder or ".")
                    content = content.replace(written_target, f'Target="{target}"')
            for part, other in places.items():
                content = content.replace(f'PartName="/{part}"', f'PartName="/{other}"')
            new.writestr(place, content)
    return path


@pytest.mark.parametrize("absolute", [True, False])
@pytest.mark.parametrize("places", PLACES.values(), ids=PLACES)
def test_parts_are_found_by_their_relationships(tmp_path, read, places, absolute):
    """A workbook called workbook2.xml was «повреждена»; styles called otherwise made numbers of dates."""
    (found,) = read(moved(tmp_path / "a.xlsx", places, absolute))
    assert (found.name, found.frame["c0"].to_list()) == ("Лист1", ["ИНН", "2024-12-01", "48.6%"])


def test_decoy_under_the_usual_name(tmp_path, read):
    """An old part left in the package under the usual name was read instead of the one that counts."""
    path = moved(tmp_path / "a.xlsx", {"xl/sharedStrings.xml": "xl/strings.xml"}, absolute=False)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("xl/sharedStrings.xml", "<sst><si><t>старое</t></si></sst>")
    assert read(path)[0].frame["c0"][0] == "ИНН"


def test_parts_are_bounded(tmp_path, refusal, monkeypatch):
    """Shared strings and styles are held in memory whole, however well they pack."""
    path = written(tmp_path / "a.xlsx", {"A1": "текст"})
    monkeypatch.setattr(xlsx_parts, "MAX_STRINGS_BYTES", 10)
    assert "тексты книги после распаковки слишком велики" in refusal(path)
    monkeypatch.setattr(xlsx_parts, "MAX_PART_BYTES", 10)
    assert "после распаковки слишком велика" in refusal(path)


DRAWINGS = [
    "<draw:frame><draw:text-box><text:p>Утверждаю</text:p></draw:text-box></draw:frame>",
    "<draw:custom-shape><text:p>Утверждаю</text:p><draw:enhanced-geometry/></draw:custom-shape>",
    "<draw:g><draw:rect><text:p>а</text:p></draw:rect><draw:g><draw:line><text:p>б</text:p></draw:line></draw:g></draw:g>",
    "<draw:a><draw:ellipse><text:p>а</text:p></draw:ellipse></draw:a>",
    "<draw:caption><text:p>а<text:s/>б</text:p></draw:caption>",
    "<draw:control/><draw:path/><draw:polygon><text:p>а</text:p></draw:polygon>",
    "<dr3d:scene><dr3d:cube><text:p>а</text:p></dr3d:cube></dr3d:scene>",
    "<office:annotation><text:p>заметка</text:p></office:annotation>",
    f'<draw:frame><draw:object><table:table table:name="x"><table:table-row>{cell("", "<text:p>1</text:p>")}'
    "</table:table-row></table:table></draw:object></draw:frame>",
]


@pytest.mark.parametrize("drawing", DRAWINGS)
@pytest.mark.parametrize(
    "content", ["{0}<text:p>Район</text:p>", "<text:p>Район</text:p>{0}", "<text:p>Рай{0}он</text:p>"]
)
def test_drawing_is_no_text_of_its_cell(tmp_path, read, drawing, content):
    """A box «Утверждаю» on a heading became part of the heading, and the column was not found."""
    source = cell('office:value-type="string"', content.format(drawing))
    (found,) = read(raw_ods(tmp_path / "a.ods", table(f"<table:table-row>{source}</table:table-row>")))
    assert found.frame.item() == "Район"


def flat(path: Path, content: str, mimetype: str = SPREADSHEET, encoding: str = "UTF-8") -> Path:
    """A flat OpenDocument file, with as many namespaces before its type as LibreOffice writes."""
    others = " ".join(
        f'xmlns:n{number}="urn:example:a-rather-long-name-of-a-namespace:{number}"' for number in range(100)
    )
    root = f'<office:document {NAMESPACES} {others} office:version="1.3" office:mimetype="{mimetype}">'
    text = f'<?xml version="1.0" encoding="{encoding}"?>\n{root}<office:body>{content}</office:body></office:document>'
    path.write_bytes(text.encode(encoding))
    return path


@pytest.mark.parametrize("encoding", ["UTF-8", "windows-1251", "UTF-16"])
@pytest.mark.parametrize("name", ["a.fods", "a.xml", "a.xls"])
def test_flat_file_is_read(tmp_path, read, name, encoding):
    """A flat ODS was refused as a web page."""
    rows = f"<table:table-row>{cell('', '<text:p>ИНН</text:p>')}</table:table-row>"
    content = f"<office:spreadsheet>{table(rows)}</office:spreadsheet>"
    (found,) = read(flat(tmp_path / name, content, encoding=encoding))
    assert (found.name, found.frame.item()) == ("Лист1", "ИНН")


def test_flat_document_that_is_no_table(tmp_path, refusal):
    """A letter saved flat is named as what it is."""
    path = flat(tmp_path / "a.fodt", "<office:text/>", "application/vnd.oasis.opendocument.text")
    assert "плоский документ OpenDocument" in refusal(path)


def test_broken_flat_file_is_refused(tmp_path, refusal):
    """A download cut short ended in a traceback."""
    path = flat(tmp_path / "a.fods", "<office:spreadsheet/>")
    path.write_bytes(path.read_bytes()[:-30])
    assert "повреждена" in refusal(path)


def far_xlsx(path: Path) -> Path:
    rows = "".join(f'<row r="{n}"><c r="A{n}"><v>1</v></c></row>' for n in range(1, 100))
    return raw_xlsx(path, f'{rows}<row r="900"><c r="ZZ900"><v>1</v></c></row>')


def far_xls(path: Path) -> Path:
    book = xlwt.Workbook()
    page = book.add_sheet("Лист1")
    for row in range(100):
        page.write(row, 0, 1)
    page.write(5000, 200, 1)
    book.save(str(path))
    return path


def far_ods(path: Path) -> Path:
    number = cell('office:value-type="float" office:value="1"')
    gap = '<table:table-row table:number-rows-repeated="9000"><table:table-cell/></table:table-row>'
    wide = f'<table:table-row><table:table-cell table:number-columns-repeated="300"/>{number}</table:table-row>'
    return raw_ods(path, table(f"<table:table-row>{number}</table:table-row>{gap}{wide}"))


def far_csv(path: Path) -> Path:
    path.write_text("1;2\n" * 9000 + ";" * 300 + "1\n", encoding="utf-8")
    return path


@pytest.mark.parametrize("write", [far_xlsx, far_xls, far_ods, far_csv])
def test_cell_far_outside_is_refused_before_it_is_laid_out(tmp_path, refusal, monkeypatch, write):
    """A single stray cell took the memory of a table of millions of cells."""
    monkeypatch.setattr(sheet, "LARGE", 100_000)
    monkeypatch.setattr("ingestion.read.xlsx_scan.LARGE", 100_000)
    assert "далеко за пределами таблицы" in refusal(write(tmp_path / "лист"))


@pytest.mark.parametrize("write", [far_xlsx, far_xls, far_ods, far_csv])
def test_smaller_spread_is_read(tmp_path, read, write):
    """A cell somewhat outside is no reason to refuse a report."""
    assert read(write(tmp_path / "a"))[0].frame.height > 99


def test_long_text_is_bounded(tmp_path, refusal, monkeypatch):
    """Text without end in one cell took the memory before anybody looked at it."""
    monkeypatch.setattr(ods, "MAX_TEXT", 100)
    source = cell('office:value-type="string"', f"<text:p>{'а' * 101}</text:p>")
    path = raw_ods(tmp_path / "a.ods", table(f"<table:table-row>{source}</table:table-row>"))
    assert "текст длиннее" in refusal(path)


@pytest.mark.parametrize("count", ["-5", "0", "1"])
def test_absurd_repeats(tmp_path, read, count):
    """A count of nothing lost the cell that it stood on."""
    source = cell(f'table:number-columns-repeated="{count}" office:value-type="float" office:value="1"')
    rows = f'<table:table-row table:number-rows-repeated="{count}">{source}</table:table-row>'
    assert read(raw_ods(tmp_path / "a.ods", table(rows)))[0].frame.item() == "1"


def test_spaces_without_end(tmp_path, read):
    """One attribute stood for a thousand million spaces."""
    source = cell('office:value-type="string"', '<text:p>а<text:s text:c="999999999"/>б</text:p>')
    path = raw_ods(tmp_path / "a.ods", table(f"<table:table-row>{source}</table:table-row>"))
    assert read(path)[0].frame.item().split() == ["а", "б"]
