"""The streamed way reads every format as the ordinary way does, and no file leaves anything for the next."""

import datetime as dt
import itertools
import uuid
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from test_bulk import GOOD, HEADINGS, verdict, write_text

from foundation.frames import frame_of
from foundation.settings import Settings
from ingestion.bulk.examine import BulkExamination, examine_in_bulk
from ingestion.examine.examination import Examination, examine_part
from ingestion.match.rows import Lookups
from ingestion.pipeline import secret_or_none
from ingestion.read import open_members
from ingestion.read.as_seen import as_seen
from ingestion.read.parquet import read_parquet, texts_of
from ingestion.read.streamed import TABLE, open_incoming, read_head
from ingestion.receive.files import regional_layouts
from ingestion.store.tables import build_connection
from ingestion.values.person import identifier_key, person_key

TIMEZONE = "Asia/Krasnoyarsk"
MOMENTS = [dt.datetime(2024, 11, 30, 17, tzinfo=dt.UTC), dt.datetime(2024, 11, 30, 22, 30, tzinfo=dt.UTC), None]
COLUMNS = {
    **{f"duration {unit}": pa.array([5400 * 10**power, -90 * 10**power, None], pa.duration(unit))
       for unit, power in (("s", 0), ("ms", 3), ("us", 6), ("ns", 9))},
    **{f"moment {unit} {zone}": pa.array(MOMENTS, pa.timestamp(unit, zone))
       for unit in ("ms", "us", "ns") for zone in ("UTC", "+07:00", "Europe/Moscow")},
    "moment without zone": pa.array([dt.datetime(2024, 12, 1), dt.datetime(2024, 12, 1, 1, 30), None]),
    "nanoseconds": pa.array([dt.datetime(2024, 12, 1), None, None], pa.timestamp("ns")),
    "single": pa.array([48.6, 1600.4, None], pa.float32()),
    "half": pa.array([48.6, 0.1, None], pa.float16()),
    "double": pa.array([48.6, 0.1 + 0.2, None]),
    "decimal": pa.array([Decimal("1.50"), Decimal("7.00"), None]),
    "identifier": pa.array([uuid.UUID(int=5), uuid.UUID(int=2**127), None], pa.uuid()),
    "list": pa.array([["а", "б"], [], None]),
    "struct": pa.array([{"a": 1}, {"a": None}, None]),
    "map": pa.array([[("a", 1)], [], None], pa.map_(pa.string(), pa.int64())),
    "bytes of text": pa.array(["Школа".encode(), "№ 1".encode(), None]),
    "fixed bytes": pa.array([b"1234", b"\xff\xff\xff\xff", None], pa.binary(4)),
    "nothing": pa.nulls(3),
    "time": pa.array([dt.time(7, 5), dt.time(0), None]),
    "yes or no": pa.array([True, False, None]),
    "category": pa.array(["а", "б", None]).dictionary_encode(),
    "name with \" and '": pa.array(["а", "б", None]),
    "marks": pa.array(["а\u200bб", '="01"', "1\xa0000"]),
    "source_row": pa.array(["а", "б", None]),
}  # fmt: skip


def incoming(connection: duckdb.DuckDBPyConnection, path: Path, zone: str = TIMEZONE) -> list[list[str | None]]:
    """The cells of a file by rows, as the streamed way reads them."""
    head = read_head(path, path.stem, zone)
    assert head is not None
    open_incoming(connection, path, head, 0, zone)
    frame = frame_of(connection, f"select * exclude (source_row) from {TABLE} order by source_row")
    return [list(row) for row in zip(*(as_seen(column) for column in texts_of(frame)), strict=True)]


@pytest.mark.parametrize("name", COLUMNS)
def test_parquet_says_what_the_ordinary_way_says(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A duration was a bare number to DuckDB, and a moment a day that depended on the machine's time zone."""
    monkeypatch.setenv("TZ", "America/New_York")
    path = tmp_path / "log.parquet"
    pq.write_table(pa.table({name: COLUMNS[name], "ИНН": pa.array(["1", "2", "3"])}), path)
    ordinary = [as_seen(column) for column in read_parquet(path, "log", TIMEZONE).frame.iter_columns()]
    with duckdb.connect() as connection:
        assert incoming(connection, path) == [list(row) for row in zip(*ordinary, strict=True)][1:]


def test_no_number_of_units_and_no_other_day(tmp_path: Path) -> None:
    """5 400 000 000 minutes of calls, and the last night of November in Krasnoyarsk for 1 December."""
    columns = [name for name in COLUMNS if name.startswith(("duration", "moment ms", "moment us", "moment ns"))]
    path = tmp_path / "log.parquet"
    pq.write_table(pa.table({name: COLUMNS[name] for name in columns}), path)
    with duckdb.connect() as connection:
        first, second, empty = incoming(connection, path)
    days = len(columns) - 4
    assert first == ["01:30:00"] * 4 + ["2024-12-01"] * days
    assert second == ["-00:01:30"] * 4 + ["2024-12-01 05:30:00"] * days
    assert empty == [None] * len(columns)


@pytest.mark.parametrize("order", list(itertools.permutations(["a.csv", "b.parquet", "c.csv", "d.parquet"], 3)))
def test_no_file_is_in_the_way_of_the_next(tmp_path: Path, order: tuple[str, ...]) -> None:
    """A log in Parquet after one in CSV was lost: a view cannot replace a table of the same name."""
    for name in order:
        if name.endswith("csv"):
            (tmp_path / name).write_text(f"ИНН;Файл\n1;{name}\n", encoding="utf-8")
        else:
            pl.DataFrame({"ИНН": ["1"], "Файл": [name]}).write_parquet(tmp_path / name)
    with duckdb.connect() as connection:
        assert [incoming(connection, tmp_path / name) for name in order] == [[["1", name]] for name in order]


def people_by_file(query: Callable[[str], Any]) -> dict[str, list[str]]:
    """The people of every loaded log, by what stands between the dots of its name, in the order of their rows."""
    rows = query(
        "select split_part(original_name, '.', 2), list(person_key order by source_row)"
        " from raw.platform_activity_person join journal.load using (load_sequence) group by 1"
    )
    return dict(rows)


@pytest.mark.slow
@pytest.mark.usefixtures("registry")
@pytest.mark.parametrize("order", list(itertools.permutations(["Идентификатор", "СНИЛС"])))
def test_people_are_read_as_their_own_heading_says(
    load: Callable[..., Any], query: Callable[[str], Any], settings: Settings, inn: dict[str, str], order: list[str]
) -> None:
    """Identifiers that one log of a refresh gave were taken under «СНИЛС» in the next, and the other way round."""
    paths = []
    for place, heading in enumerate(order, 1):
        rows = [[*GOOD[:2], person, inn["ozernoe"], *GOOD[4:]] for person in ("id-1", "8765430300")]
        path = write_text(settings.home / f"{place}.{heading}.csv", rows, "utf-8")
        path.write_text(path.read_text("utf-8").replace("Идентификатор", heading), "utf-8")
        paths.append(path)
    found = {report.original_name.split(".")[1]: report for report in load(*paths)}
    assert (found["Идентификатор"].rows_accepted, found["Идентификатор"].rows_rejected) == (2, 0)
    assert (found["СНИЛС"].rows_accepted, found["СНИЛС"].rows_rejected) == (1, 1)
    secret = settings.secret() or ""
    assert people_by_file(query) == {
        "Идентификатор": [identifier_key(secret, "id-1"), identifier_key(secret, "8765430300")],
        "СНИЛС": [person_key(secret, "08765430300")],
    }


@pytest.mark.slow
@pytest.mark.usefixtures("registry")
@pytest.mark.parametrize("order", list(itertools.permutations(["text", "number"])))
def test_people_are_read_as_their_own_column_says(
    load: Callable[..., Any], query: Callable[[str], Any], settings: Settings, inn: dict[str, str], order: list[str]
) -> None:
    """The person of a text «77.0» in one log was that of the number 77 in the next: DuckDB writes both alike."""
    good = {heading: [value or None] for heading, value in zip(HEADINGS, GOOD, strict=True)} | {"ИНН": [inn["ozernoe"]]}
    given: dict[str, list[Any]] = {"text": ["77.0"], "number": [77.0]}
    paths = [settings.home / f"{place}.{name}.parquet" for place, name in enumerate(order, 1)]
    for path, name in zip(paths, order, strict=True):
        pl.DataFrame(good | {"Идентификатор": given[name]}).write_parquet(path)
    assert [report.rows_accepted for report in load(*paths)] == [1, 1]
    secret = settings.secret() or ""
    assert people_by_file(query) == {"number": [identifier_key(secret, "77")], "text": [identifier_key(secret, "77.0")]}


def both(settings: Settings, path: Path) -> tuple[Examination, BulkExamination]:
    """The two examinations of a log."""
    (member,) = open_members(path, path.name, path.parent)
    with build_connection(settings) as connection:
        given = (member, regional_layouts(settings), {}, secret_or_none(settings), Lookups.load(connection))
        streamed = examine_in_bulk(connection, *given)
        assert streamed is not None
        return examine_part("platform_activity_person", *given), streamed


@pytest.mark.slow
@pytest.mark.usefixtures("registry")
@pytest.mark.parametrize("end", ["", "\n\x1a", "\x1a", "\n\x1a\x1a\n", "\n\n\x1a\n"])
def test_text_says_what_the_ordinary_way_says(
    settings: Settings, tmp_path: Path, inn: dict[str, str], end: str
) -> None:
    """Ctrl-Z was a rejected row, and ="…" an unknown school, in large files alone."""
    rows = [
        [*GOOD[:2], '="id-1"', f'="{inn["ozernoe"]}"', "", "", '="учитель"', '="3"', ""],
        [*GOOD[:2], "id\u200b-2", f"'{inn['ozernoe']}", "", "", "учитель\xa0", "1\xa0200", ""],
        [*GOOD[:2], "id-3", inn["ozernoe"], "", "", "учитель", "5", "к"],
    ]
    path = write_text(tmp_path / "log.csv", rows, "utf-8")
    path.write_bytes(path.read_bytes() + end.encode())
    ordinary, streamed = both(settings, path)
    assert verdict(streamed) == verdict(ordinary)
    assert (streamed.rows_accepted, streamed.rows_rejected, streamed.rows_held) == (3, 0, 0)
    assert ordinary.accepted["messages"].to_list() == [3, 1200, 5]


@pytest.mark.slow
@pytest.mark.usefixtures("registry")
def test_odd_column_of_a_log(settings: Settings, tmp_path: Path, inn: dict[str, str]) -> None:
    """A list that nobody needs refused the log; one where a count is expected must reject its row by name."""
    rows = {heading: [value] for heading, value in zip(HEADINGS, [*GOOD[:3], inn["ozernoe"], *GOOD[4:]], strict=True)}
    path = tmp_path / "log.parquet"
    pq.write_table(pa.table({**rows, "Теги": pa.array([["а"]])}), path)
    ordinary, streamed = both(settings, path)
    assert verdict(streamed) == verdict(ordinary)
    assert streamed.rows_accepted == 1
    pq.write_table(pa.table({**rows, "Сообщений": pa.array([[3]])}), path)
    ordinary, streamed = both(settings, path)
    assert verdict(streamed) == verdict(ordinary)
    assert [(one.column, one.rule) for one in streamed.problems] == [("Сообщений", "value_type")]


@pytest.mark.slow
@pytest.mark.usefixtures("registry")
def test_damage_below_the_head_is_a_verdict(load: Callable[..., Any], tmp_path: Path, inn: dict[str, str]) -> None:
    """Text that is no UTF-8, a hundred rows down, was an error of the program, and the file after it was not loaded."""
    good = [*GOOD[:2], "id-1", inn["ozernoe"], *GOOD[4:]]
    columns = {heading: pa.array([value] * 100) for heading, value in zip(HEADINGS, good, strict=True)}
    names = pa.array([b"id-1"] * 99 + [b"\xff\xfe"])
    columns["Идентификатор"] = pa.Array.from_buffers(pa.string(), 100, names.buffers())
    pq.write_table(pa.table(columns), tmp_path / "a.parquet")
    pl.DataFrame({heading: [value] for heading, value in zip(HEADINGS, good, strict=True)}).write_parquet(
        tmp_path / "b.parquet"
    )
    damaged, whole = load(tmp_path / "a.parquet", tmp_path / "b.parquet")
    assert (damaged.outcome, whole.outcome) == ("refused", "loaded")
    assert "Parquet повреждён" in damaged.refusal
