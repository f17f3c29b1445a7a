"""Parquet files."""

import datetime as dt
import uuid
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from ingestion.read import open_members, parquet, read_workbook


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
        (None, None, "100000000000000000000", None, "2024-12-01 10:30:00", "нет", "7", "школа ", "Канск"),
    ]


def test_header_alone(tmp_path, read):
    """A table without rows still has its header, which later checks name."""
    assert read(saved(tmp_path / "a.parquet", {"ИНН": pa.array([], pa.string())}))[0].frame.rows() == [("ИНН",)]


@pytest.mark.parametrize(
    "values",
    [
        pa.array([[1, 2], None]),
        pa.array([{"a": 1}, None]),
        pa.array([[("a", 1)], None], pa.map_(pa.string(), pa.int64())),
        pa.array([b"\xff\xfe", None]),
        pa.array([48.6, None], pa.float16()),
        pa.array([b"\x00\x00\x00\x00\x00\x00\x00\x00\x01\x00\x00\x00", None], pa.binary(12)),
    ],
    ids=["list", "struct", "map", "bytes", "half", "interval"],
)
def test_odd_column_is_marked_and_harms_no_other(tmp_path, read, values):
    """A list of tags that nobody needs refused the file; an interval ended in a crash inside polars."""
    path = saved(tmp_path / "a.parquet", {"Служебное": values, "ИНН": pa.array(["1", "2"])})
    assert read(path)[0].frame.rows()[1:] == [("#ТИП?", "1"), (None, "2")]


def test_types_that_have_a_text_are_read(tmp_path, read):
    """An identifier, bytes of UTF-8 and a long decimal are texts and numbers to the sender."""
    number = Decimal("12345678901234567890.5")
    path = saved(
        tmp_path / "a.parquet",
        {
            "Код": pa.array([uuid.UUID(int=5)], pa.uuid()),
            "Имя": pa.array(["Школа".encode()]),
            "Вид": pa.array(["Школа"], pa.string_view()),
            "Сумма": pa.array([number], pa.decimal256(40, 2)),
        },
    )
    assert read(path)[0].frame.row(1) == ("00000000-0000-0000-0000-000000000005", "Школа", "Школа", str(number))


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
@pytest.mark.parametrize(("seconds", "text"), [(5400, "01:30:00"), (108_000, "30:00:00"), (-90, "-00:01:30")])
def test_duration_is_a_time_and_not_its_number_of_units(tmp_path, read, unit, seconds, text):
    """An hour and a half of calls was loaded as 5 400 000 000 minutes."""
    per_second = {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}[unit]
    values = pa.array([seconds * per_second, None], pa.duration(unit))
    assert read(saved(tmp_path / "a.parquet", {"Минут": values}))[0].frame["c0"].to_list() == ["Минут", text, None]


@pytest.mark.parametrize("unit", ["ms", "us", "ns"])
@pytest.mark.parametrize("zone", ["UTC", "+07:00", "Europe/Moscow", "Asia/Krasnoyarsk"])
def test_moment_with_a_zone_is_given_in_the_regions_zone(tmp_path, read, monkeypatch, unit, zone):
    """Midnight of 1 December in Moscow, kept in UTC, became 30 November; and the machine's zone had a say."""
    monkeypatch.setenv("TZ", "America/New_York")
    moments = pa.array([dt.datetime(2024, 11, 30, 21, tzinfo=dt.UTC), None], pa.timestamp(unit, zone))
    rows = read(saved(tmp_path / "a.parquet", {"Дата": moments}))[0].frame["c0"].to_list()
    assert rows == ["Дата", "2024-12-01", None]


def test_moment_follows_the_regions_zone(tmp_path):
    """The zone was Moscow's wherever the region lies."""
    moments = pa.array([dt.datetime(2024, 11, 30, 17, tzinfo=dt.UTC)], pa.timestamp("us", "UTC"))
    path = saved(tmp_path / "a.parquet", {"Дата": moments})
    (member,) = open_members(path, path.name, tmp_path / "w")
    assert read_workbook(member, "Asia/Krasnoyarsk").sheets[0].frame.item(1, 0) == "2024-12-01"
    assert read_workbook(member, "Europe/Moscow").sheets[0].frame.item(1, 0) == "2024-11-30 20:00:00"


def test_short_floats_keep_the_senders_digits(tmp_path, read):
    """A plan of 48,6 in single precision was loaded as 48,599998."""
    values = pa.array([48.6, 0.1, 1600.0, -2.5, None], pa.float32())
    assert read(saved(tmp_path / "a.parquet", {"План": values}))[0].frame["c0"].to_list() == [
        "План", "48.6", "0.1", "1600", "-2.5", None,
    ]  # fmt: skip


def test_moment_beyond_the_calendar_is_marked(tmp_path, read):
    """A day of the year 10000, as databases write «for ever», ended in a traceback."""
    values = pa.array([253402300800000000, None], pa.timestamp("us"))
    assert read(saved(tmp_path / "a.parquet", {"По": values}))[0].frame["c0"].to_list() == ["По", "#ТИП?", None]


def test_table_of_nothing_but_rows_is_refused(tmp_path, refusal, monkeypatch):
    """A few bytes may declare a thousand million rows, which were laid out."""
    monkeypatch.setattr(parquet, "MAX_CELLS", 1000)
    assert "слишком велика" in refusal(saved(tmp_path / "a.parquet", {"ИНН": pa.nulls(1001)}))


def test_truncated_file_is_refused(tmp_path, refusal):
    """A download cut short ended in a traceback."""
    path = saved(tmp_path / "a.parquet", {"ИНН": ["1"]})
    path.write_bytes(path.read_bytes()[:-20])
    assert "Parquet повреждён" in refusal(path)
