"""Recognised again at known rows, a file has exactly the blocks that a search of all its rows found."""

from collections.abc import Sequence
from typing import Any

import polars as pl
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from ingestion.errors import RefusedFileError
from ingestion.read import Sheet, Workbook
from ingestion.recognise.contents import Recognised
from ingestion.recognise.contents import recognise as recognise_workbook
from ingestion.recognise.starts import Starts
from schemas.header_map import project_layouts

HEADINGS = st.sampled_from(
    [
        ["ИНН", "Роль", "Зарегистрировано"],
        ["ИНН", "Дата", "Обучающихся"],
        ["ИНН", "Дата", "Педагогов", "Обучающихся", "Примечание"],
        ["ИНН", "Дата", "Скорость, Мбит/с"],
        ["", "Зарегистрировано", ""],
        ["ИНН", "педагогов", "обучающихся"],
        ["Школа", "Обучающихся"],
        ["ИНН", "ИНН", "Дата", "Обучающихся"],
        ["Идентификатор", "ИНН", "Роль", "Сообщений", "Дата"],
    ]
)
OTHER_ROWS = st.sampled_from(
    [
        ["По состоянию на 01.12.2024"],
        ["Система: Сферум, по состоянию на 01.11.2024"],
        ["Муниципалитет: Енисейский район"],
        [],
        ["2447000018", "01.12.2024", "410"],
        ["2447000018", "учитель", "7"],
        ["Итого", "", "417"],
        ["Дата", "сведений", "нет"],
    ]
)
SHEETS = st.lists(st.lists(HEADINGS | OTHER_ROWS, min_size=1, max_size=14), min_size=1, max_size=3)


def workbook_of(sheets: Sequence[Sequence[Sequence[str]]]) -> Workbook:
    width = 5
    columns = {f"c{index}": pl.String for index in range(width)}
    frames = [
        pl.DataFrame([[cell or None for cell in [*row, *[""] * width][:width]] for row in rows], columns, orient="row")
        for rows in sheets
    ]
    return Workbook(tuple(Sheet(f"Лист{number}", frame) for number, frame in enumerate(frames, 1)))


def compared(recognised: Recognised) -> list[tuple[Any, ...]]:
    return [
        (id(one.sheet), one.header, one.context, one.end, one.broken_off, one.rest_end) for one in recognised.blocks
    ]


@given(sheets=SHEETS)
@hypothesis_settings(deadline=None, max_examples=50)
def test_what_stands_where_tables_were_found_is_what_was_found(sheets: list[list[list[str]]]) -> None:
    """Guards against a block whose columns, titles or end differ because nobody searched for it the second time."""
    workbook = workbook_of(sheets)
    try:
        searched = recognise_workbook("f.xlsx", workbook, project_layouts(), {})
    except RefusedFileError:
        return
    if any(one.broken_off for one in searched.blocks):
        return
    known = Starts.of_text(searched.starts.as_text())
    again = recognise_workbook("f.xlsx", workbook, project_layouts(), {}, known.tables)
    assert compared(again) == compared(searched)
    assert (again.remarks, again.starts) == (searched.remarks, searched.starts)
