"""Parquet files."""

import datetime as dt
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq


def saved(path: Path, columns: dict[str, object]) -> Path:
    """A Parquet file with these columns."""
    pq.write_table(pa.table(columns), path)
    return path


def test_cells_follow_the_rules_of_workbooks(tmp_path, read):
    """The same export gave other texts from Parquet than from Excel, so keys did not match."""
    path = saved(
        tmp_path / "план.parquet",
        {
            "ИНН": pa.array([2447001234, None], pa.int64()),
            "Доля": pa.array([0.1 + 0.2, float("nan")]),
            "Целое": pa.array([5.0, 1e20]),
            "Дата": pa.array([dt.date(2024, 12, 1), None]),
            "Время": pa.array([dt.datetime(2024, 12, 1), dt.datetime(2024, 12, 1, 10, 30)]),
            "Филиал": pa.array([True, False]),
            "Стоимость": pa.array([Decimal("1600400.50"), Decimal("7.00")]),
            "Имя": pa.array([" ", "школа\xa0"]),
            "Район": pa.array(["Канск", "Канск"]).dictionary_encode(),
        },
    )
    (sheet,) = read(path)
    assert sheet.name == "план"
    assert sheet.frame.rows() == [
        ("ИНН", "Доля", "Целое", "Дата", "Время", "Филиал", "Стоимость", "Имя", "Район"),
        ("2447001234", "0.3", "5", "2024-12-01", "2024-12-01", "да", "1600400.5", None, "Канск"),
        (None, None, "100000000000000000000", None, "2024-12-01 10:30:00", "нет", "7", "школа\xa0", "Канск"),
    ]


def test_header_alone(tmp_path, read):
    """A table without rows still has its header, which later checks name."""
    assert read(saved(tmp_path / "a.parquet", {"ИНН": pa.array([], pa.string())}))[0].frame.rows() == [("ИНН",)]


def test_nested_columns_are_refused(tmp_path, refusal):
    """A list in a cell became the text of a Python list."""
    assert "столбце «Список»" in refusal(saved(tmp_path / "a.parquet", {"Список": [[1, 2], [3]]}))


def test_truncated_file_is_refused(tmp_path, refusal):
    """A download cut short ended in a traceback."""
    path = saved(tmp_path / "a.parquet", {"ИНН": ["1"]})
    path.write_bytes(path.read_bytes()[:-20])
    assert "Parquet повреждён" in refusal(path)
