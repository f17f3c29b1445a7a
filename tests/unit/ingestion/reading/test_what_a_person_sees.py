"""Cells as a person sees them: invisible marks, sorts of space, ="…", in every format."""

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter
import xlwt
from hypothesis import given
from hypothesis import strategies as st
from test_reading_ods import cell, raw_ods, table

from ingestion.read.as_seen import as_seen

MARKS = "\u200b\u200c\u200d\u200e\u200f\u202a\u202c\u2060\u2066\u2069\u00ad\ufeff\u061c\u034f\ufe0f\x1a\x00\x7f"
SPACES = "\xa0\u2002\u2007\u2009\u202f\u3000\u2028"


def seen(text: str) -> str | None:
    """One cell as a person sees it."""
    found: str | None = as_seen(pl.Series("c0", [text]))[0]
    return found


@pytest.mark.parametrize("mark", MARKS)
def test_mark_nobody_sees_is_dropped(mark):
    """A number copied from a browser was «не число», an ИНН was of no organisation."""
    assert seen(f"{mark}24479{mark}01143{mark}") == "2447901143"
    assert seen(mark) is None


@pytest.mark.parametrize("space", SPACES)
def test_other_spaces_are_spaces(space):
    """«1 000» with a narrow space was «не число»."""
    assert seen(f"1{space}000") == "1 000"
    assert seen(space) is None


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ('="0123"', "0123"),
        (' = "01.12.2024" ', "01.12.2024"),
        ('="МБОУ ""Школа № 1"""', 'МБОУ "Школа № 1"'),
        ('=""', None),
        ("'0123", "0123"),
        ("’0123", "0123"),
        ("'Солнышко' детский сад", "'Солнышко' детский сад"),
        ("=A1+1", "=A1+1"),
        ("школа д'Артаньяна", "школа д'Артаньяна"),
        ("первая\r\nвторая\tстрока", "первая\r\nвторая\tстрока"),
        ("Ёлка — «№ 5» ± 1 °", "Ёлка — «№ 5» ± 1 °"),
    ],
)
def test_text_within(text, shown):
    """Codes written ="…" to keep their zeros were no codes; what only looks alike must stay."""
    assert seen(text) == shown


@given(st.text(st.characters(codec="utf-8")))
def test_what_is_seen_is_seen_again(text):
    """Reading a text twice, on the streamed way and after it, must not read it differently."""
    once = seen(text)
    assert once is None or seen(once) == once or once.lstrip().startswith(("=", "'", "’"))


def _csv(path):
    path.write_text("ИН\u200bН;Дата\n2447\ufeff901143;1\xa0000\n", encoding="utf-8")


def _tsv(path):
    path.write_bytes("ИН\xadН\tДата\n2447\xad901143\t1\xa0000\n".encode("cp1251"))


def _xlsx(path):
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("Ли\u200bст")
        sheet.write_row(0, 0, ["ИН\u200bН", "Дата"])
        sheet.write_row(1, 0, ["2447\u200e901143", "1\u202f000"])


def _xls(path):
    book = xlwt.Workbook()
    sheet = book.add_sheet("Лист")
    for row, cells in enumerate([["ИН\u200bН", "Дата"], ["2447\u2060901143", "1\xa0000"]]):
        for column, text in enumerate(cells):
            sheet.write(row, column, text)
    book.save(str(path))


def _ods(path):
    rows = [["ИН\u200bН", "Дата"], ["2447\u200d901143", "1\u2009000"]]
    cells = ["".join(cell('office:value-type="string"', f"<text:p>{text}</text:p>") for text in row) for row in rows]
    raw_ods(path, table("".join(f"<table:table-row>{row}</table:table-row>" for row in cells)))


def _parquet(path):
    pq.write_table(pa.table({"ИН\u200bН": ["2447\u200f901143"], "Дата": ["1\xa0000"]}), path)


@pytest.mark.parametrize("write", [_csv, _tsv, _xlsx, _xls, _ods, _parquet])
def test_every_format(tmp_path, read, write):
    """The marks were dropped from some texts of some formats."""
    path = tmp_path / "выгрузка"
    write(path)
    (sheet,) = read(path)
    assert "\u200b" not in sheet.name
    assert sheet.frame.rows() == [("ИНН", "Дата"), ("2447901143", "1 000")]


@pytest.mark.parametrize(
    "content",
    [
        'ИНН;КПП\n="0123";="01.12.2024"\n',
        'ИНН\tКПП\n="0123"\t="01.12.2024"\n',
        '"ИНН","КПП"\n"=""0123""","=""01.12.2024"""\n',
        '"=""ИНН""";КПП\n\'0123;\'01.12.2024\n',
    ],
)
def test_codes_kept_from_excel(tmp_path, read, content):
    """The sign of equality and the quotes stood in the way of every code, date and heading."""
    path = tmp_path / "a.csv"
    path.write_text(content, encoding="cp1251")
    assert read(path)[0].frame.rows() == [("ИНН", "КПП"), ("0123", "01.12.2024")]


@pytest.mark.parametrize(
    "end", [b"\x1a", b"\x1a\x1a", b"\r\n\x1a", b"\r\n\x1a\r\n", b"\r\n\x1a\x1a\r\n\x1a\r\n", b"\r\n\r\n\x1a"]
)
@pytest.mark.parametrize("row", [b"2447901270;410", b'"2447901270";"410"'])
def test_ctrl_z_at_the_end(tmp_path, read, row, end):
    """DOS programs end a text with byte 1A: it was a row of its own, or part of the last number, or a stray quote."""
    path = tmp_path / "a.csv"
    path.write_bytes("ИНН;Обучающихся\r\n".encode("cp1251") + row + end)
    frame = read(path)[0].frame
    filled = frame.filter(~pl.all_horizontal(pl.all().is_null()))
    assert filled.rows() == [("ИНН", "Обучающихся"), ("2447901270", "410")]
