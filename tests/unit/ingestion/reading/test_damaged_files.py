"""Any damage to a file of any format ends in sheets or in a refusal, never in an error of the program."""

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter
import xlwt
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from test_reading_ods import cell, raw_ods, table
from test_workbook_parts import flat

from ingestion.read import UnreadableFileError, open_members, read_workbook

ROWS = [["ИНН", "Дата", "Доля"], ["2447901143", "01.12.2024", 0.486], ["2447901150", "01.12.2024", 0.07]]


def _xlsx(path: Path) -> None:
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("Лист1")
        percent = book.add_format({"num_format": "0.0%"})
        for row, cells in enumerate(ROWS):
            for column, value in enumerate(cells):
                sheet.write(row, column, value, percent)
        sheet.write_formula("D2", "=C2", value=0)


def _xls(path: Path) -> None:
    book = xlwt.Workbook()
    sheet = book.add_sheet("Лист1")
    for row, cells in enumerate(ROWS):
        for column, value in enumerate(cells):
            sheet.write(row, column, value, xlwt.easyxf(num_format_str="0.0%"))
    sheet.write(1, 3, xlwt.Formula("C2"))
    book.save(str(path))


def _rows_of_ods() -> str:
    cells = ["".join(cell('office:value-type="string"', f"<text:p>{value}</text:p>") for value in row) for row in ROWS]
    return table("".join(f"<table:table-row>{row}</table:table-row>" for row in cells))


def _ods(path: Path) -> None:
    raw_ods(path, _rows_of_ods())


def _fods(path: Path) -> None:
    flat(path, f"<office:spreadsheet>{_rows_of_ods()}</office:spreadsheet>")


def _parquet(path: Path) -> None:
    pq.write_table(pa.table({"ИНН": ["2447901143", "№ 2"], "Доля": pa.array([0.486, 0.07], pa.float32())}), path)


def _csv(path: Path) -> None:
    path.write_bytes("\n".join(";".join(map(str, row)) for row in ROWS).encode("cp1251"))


def _zip(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("Отчёт.csv", "ИНН;Дата\n1;2\n")
        archive.writestr("~$a.xlsx", "x")


def damaged(content: bytes, data: st.DataObject) -> bytes:
    """Bytes put in, left out, cut off or written over."""
    start = data.draw(st.integers(0, len(content) - 1))
    length = data.draw(st.sampled_from([0, 1, 4, 64, 512, len(content)]))
    other = data.draw(st.one_of(st.binary(max_size=8), st.sampled_from([b"\0" * 64, b"\xff" * 8, content[:200]])))
    return content[:start] + other + content[start + length :]


def damaged_part(content: bytes, data: st.DataObject) -> bytes:
    """The same in one part of a package that is whole otherwise."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(target, "w") as new:
        chosen = data.draw(st.sampled_from(old.namelist()))
        for name in old.namelist():
            part = old.read(name)
            new.writestr(name, damaged(part, data) if name == chosen and part else part)
    return target.getvalue()


WRITERS = [_xlsx, _xls, _ods, _fods, _parquet, _csv, _zip]


@pytest.mark.parametrize("write", WRITERS)
def test_damage_is_a_verdict(tmp_path: Path, write: Callable[[Path], None]) -> None:
    """A wrong byte in a name, in a text or in a table of sectors was an error of the program."""
    path = tmp_path / "source"
    write(path)
    content = path.read_bytes()

    @settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
    @given(data=st.data())
    def read(data: st.DataObject) -> None:
        is_package = content.startswith(b"PK") and data.draw(st.booleans())
        (tmp_path / "a").write_bytes(damaged_part(content, data) if is_package else damaged(content, data))
        try:
            for member in open_members(tmp_path / "a", "a", tmp_path / "workspace"):
                read_workbook(member, "Europe/Moscow")
        except UnreadableFileError as error:
            assert "vitrina add a" in str(error)

    read()


def test_name_marked_as_utf8_that_is_none(tmp_path: Path, refusal: Callable[[Path], str]) -> None:
    """The mark of UTF-8 on a name in another encoding ended in a traceback."""
    path = tmp_path / "a.zip"
    _zip(path)
    path.write_bytes(path.read_bytes().replace("Отчёт".encode(), b"\xff" * len("Отчёт".encode())))
    assert "vitrina add a.zip" in refusal(path)


def test_parquet_text_that_is_no_utf8(tmp_path: Path, refusal: Callable[[Path], str]) -> None:
    """Bytes that are no UTF-8 in a column of texts made polars crash, past every `except Exception`."""
    names = pa.array([b"ok", b"\xff\xfe"])
    texts = pa.Array.from_buffers(pa.string(), 2, names.buffers())
    pq.write_table(pa.table({"ИНН": texts}), tmp_path / "a.parquet")
    assert "Parquet повреждён" in refusal(tmp_path / "a.parquet")


def test_row_outside_a_table(tmp_path: Path, refusal: Callable[[Path], str]) -> None:
    """Cells without a sheet around them ended in a traceback."""
    row = f"<table:table-row>{cell('', '<text:p>1</text:p>')}</table:table-row>"
    assert "нет ни одной заполненной ячейки" in refusal(raw_ods(tmp_path / "a.ods", row))
