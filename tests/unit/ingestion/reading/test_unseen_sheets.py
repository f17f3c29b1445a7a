"""Sheets and rows that nobody sees: hidden ones, and copies of other documents."""

import pytest
import xlsxwriter
import xlwt
from test_reading_ods import cell, raw_ods

HIDDEN_STYLE = (
    '<style:style style:name="off" style:family="table"><style:table-properties table:display="false"/></style:style>'
)
NUMBER = cell('office:value-type="float" office:value="1"')
ROW = f"<table:table-row>{NUMBER}</table:table-row>"


def xlsx(path, states):
    """A sheet for each state, with its number in it."""
    with xlsxwriter.Workbook(path) as book:
        for number, state in enumerate(states):
            sheet = book.add_worksheet(f"Лист {number}")
            sheet.write(0, 0, number)
            if state == "seen":
                sheet.activate()
                sheet.set_first_sheet()
            elif state == "hidden":
                sheet.hide()
            else:
                sheet.very_hidden()
    return path


def xls(path, states):
    book = xlwt.Workbook()
    for number, state in enumerate(states):
        sheet = book.add_sheet(f"Лист {number}")
        sheet.write(0, 0, number)
        sheet.visibility = {"seen": 0, "hidden": 1, "very hidden": 2}[state]
    book.active_sheet = 0
    book.save(str(path))
    return path


def ods(path, states):
    tables = [
        f'<table:table table:name="Лист {number}" table:style-name="{"on" if state == "seen" else "off"}">'
        f"<table:table-row>{cell(f'office:value-type={chr(34)}float{chr(34)} office:value={chr(34)}{number}{chr(34)}')}"
        "</table:table-row></table:table>"
        for number, state in enumerate(states)
    ]
    return raw_ods(path, "".join(tables), styles=HIDDEN_STYLE)


@pytest.mark.parametrize("write", [xlsx, xls, ods])
@pytest.mark.parametrize(
    "states",
    [
        ("hidden", "seen"),
        ("seen", "hidden"),
        ("very hidden", "seen", "hidden"),
        ("seen", "very hidden", "seen"),
    ],
)
def test_hidden_sheets_are_named_and_not_read(tmp_path, workbook, write, states):
    """Last year's copy on a hidden sheet was loaded, too, and its rows came first."""
    found = workbook(write(tmp_path / "a", states))
    seen = [number for number, state in enumerate(states) if state == "seen"]
    assert [(sheet.name, sheet.frame.item()) for sheet in found.sheets] == [(f"Лист {n}", str(n)) for n in seen]
    assert list(found.remarks) == [
        f"скрытый лист «Лист {number}» не прочитан" for number in range(len(states)) if number not in seen
    ]


@pytest.mark.parametrize("write", [xls, ods])
def test_workbook_of_hidden_sheets_alone_is_refused(tmp_path, refusal, write):
    """«Нет ни одной заполненной ячейки» sends people to look for what they know to be there."""
    message = refusal(write(tmp_path / "a", ["hidden", "hidden"]))
    assert "скрытый лист «Лист 0» не прочитан; скрытый лист «Лист 1» не прочитан" in message
    assert "Сделайте нужный лист видимым" in message


def test_empty_visible_sheet_beside_a_hidden_one(tmp_path, refusal):
    """The same, when the sheet one sees is empty."""
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as book:
        book.add_worksheet("Пустой")
        hidden = book.add_worksheet("Данные")
        hidden.write(0, 0, 1)
        hidden.hide()
    assert "скрытый лист «Данные» не прочитан" in refusal(path)


def test_hidden_sheet_may_be_full(tmp_path, workbook):
    """What is not read is not refused either."""
    book = xlwt.Workbook()
    book.add_sheet("Контингент").write(0, 0, 1)
    old = book.add_sheet("Старое")
    old.write(65_535, 0, 1)
    old.visibility = 1
    book.save(str(tmp_path / "a.xls"))
    assert [sheet.name for sheet in workbook(tmp_path / "a.xls").sheets] == ["Контингент"]


def _xlsx_rows(path):
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("К")
        for row in range(5):
            sheet.write(row, 0, row)
        sheet.set_row(1, None, None, {"hidden": True})
        sheet.set_row(3, None, None, {"hidden": True})
        sheet.set_row(9, None, None, {"hidden": True})  # nothing in it
        sheet.set_column(5, 6, None, None, {"hidden": True})


def _xls_rows(path):
    book = xlwt.Workbook()
    sheet = book.add_sheet("К")
    for row in range(5):
        sheet.write(row, 0, row)
    sheet.row(1).hidden = sheet.row(3).hidden = sheet.row(9).hidden = True
    book.save(str(path))


def _ods_rows(path):
    unseen = '<table:table-row table:visibility="{}">' + NUMBER + "</table:table-row>"
    rows = ROW + unseen.format("filter") + ROW + unseen.format("collapse") + ROW
    blank = '<table:table-row table:visibility="collapse" table:number-rows-repeated="50"><table:table-cell/>'
    raw_ods(path, f'<table:table table:name="К">{rows}{blank}</table:table-row></table:table>')


@pytest.mark.parametrize("write", [_xlsx_rows, _xls_rows, _ods_rows])
def test_hidden_rows_are_read_and_told(tmp_path, workbook, write):
    """A filter left on is no reason to lose schools; that it is on has to be known."""
    write(tmp_path / "a")
    found = workbook(tmp_path / "a")
    assert found.sheets[0].frame.height == 5
    assert found.remarks == ("лист «К»: скрытые и отфильтрованные строки прочитаны вместе с остальными (строк: 2)",)


SOURCE = '<table:table-source xlink:type="simple" xlink:href="../%D0%93%D0%BE%D0%B4/2023.ods" table:mode="copy-all"/>'
COPIES = {
    "cache": f'<table:table table:name="\'file:///srv/2023.ods\'#$Старое" table:style-name="off">{ROW}</table:table>',
    "cache seen": f"<table:table table:name=\"'file:///srv/2023.ods'#Старое\">{SOURCE}{ROW}</table:table>",
    "linked sheet": f'<table:table table:name="Старое">{SOURCE}{ROW}</table:table>',
    "linked below": f'<table:table table:name="Старое">{ROW}{SOURCE}</table:table>',
}


@pytest.mark.parametrize("copy", COPIES.values(), ids=COPIES)
@pytest.mark.parametrize("is_first", [True, False])
def test_copies_of_other_documents_are_not_read(tmp_path, workbook, copy, is_first):
    """LibreOffice keeps the cells of a linked book as a table: another year's schools were loaded with this year's."""
    own = f'<table:table table:name="Контингент">{ROW}</table:table>'
    found = workbook(raw_ods(tmp_path / "a.ods", copy + own if is_first else own + copy, styles=HIDDEN_STYLE))
    assert [sheet.name for sheet in found.sheets] == ["Контингент"]
    assert found.remarks == ("лист «Старое» не прочитан: это копия из другого файла («2023.ods»)",)


OUTSIDE = {
    "dde": (
        f'<table:dde-links><table:dde-link><table:table table:name="Связь">{ROW}</table:table></table:dde-link>'
        "</table:dde-links>"
    ),
    "changes": f"<table:tracked-changes><table:change>{NUMBER}</table:change></table:tracked-changes>",
}


@pytest.mark.parametrize("hidden", OUTSIDE.values(), ids=OUTSIDE)
def test_tables_outside_sheets_are_not_read(tmp_path, workbook, hidden):
    """What programs keep for themselves beside the sheets is no sheet."""
    own = f'<table:table table:name="Контингент">{ROW}</table:table>'
    found = workbook(raw_ods(tmp_path / "a.ods", own + hidden))
    assert [sheet.name for sheet in found.sheets] == ["Контингент"]


def test_copy_alone_is_refused(tmp_path, refusal):
    """A book of nothing but copies says so."""
    assert "это копия из другого файла" in refusal(raw_ods(tmp_path / "a.ods", COPIES["linked sheet"]))
