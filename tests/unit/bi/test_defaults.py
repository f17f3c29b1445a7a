"""The values filters start with: read from the release, and a page opens even where there is nothing to start with."""

from pathlib import Path

import duckdb
import pytest

from bi.defaults import first_values, is_written_down
from bi.layout import native_filters
from bi.specification import Dataset, Metric, NativeFilter, load_dashboards

DATASET = Dataset(
    mart="platform_month",
    title="Месяцы",
    municipality_column="municipality_id",
    metrics=(Metric(name="latest", title="Последний", expression="max(month)"),),
)
MONTH_TITLE = {"month_title": "strftime(month, '%m.%Y')"}
YEAR = NativeFilter(
    name="year", title="Год", column="year", dataset="platform_month", first_by_default=True, descending=True
)
MONTH = NativeFilter(
    name="month", title="Месяц", column="month_title", dataset="platform_month", parent="year", first_by_default=True,
    sort_metric="latest", descending=True,
)  # fmt: skip
MUNICIPALITY = NativeFilter(
    name="municipality", title="Муниципалитет", column="municipality", dataset="platform_month", first_by_default=True
)


@pytest.fixture
def warehouse(tmp_path: Path) -> Path:
    path = tmp_path / "warehouse.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("create schema marts")
        connection.execute("create table marts.platform_month (year integer, month date, municipality varchar)")
    return path


def fill(warehouse: Path, *rows: tuple[int | None, str]) -> None:
    with duckdb.connect(str(warehouse)) as connection:
        connection.executemany("insert into marts.platform_month values (?, ?, 'Ковров')", rows)


def first(warehouse: Path, *filters: NativeFilter) -> dict[str, object]:
    return first_values(warehouse, filters, {DATASET.mart: DATASET}, {DATASET.mart: MONTH_TITLE})


def test_the_order_of_the_filter_is_kept(warehouse: Path) -> None:
    """Guards against December 2023 before November 2024: the titles of months sort otherwise than the months."""
    fill(warehouse, (2023, "2023-12-01"), (2024, "2024-11-01"), (None, "2025-01-01"))
    assert first(warehouse, YEAR, MONTH) == {"year": 2024, "month": "11.2024"}


def test_a_filter_starts_within_what_its_parent_starts_with(warehouse: Path) -> None:
    """Guards against a page that opens with the year 2023 and a month of 2024, that is, empty."""
    fill(warehouse, (2023, "2023-12-01"), (2024, "2024-11-01"))
    early = YEAR.model_copy(update={"descending": False})
    assert first(warehouse, early, MONTH) == {"year": 2023, "month": "12.2023"}


def test_a_place_is_left_to_each_viewer(warehouse: Path) -> None:
    """Guards against everybody's page opening with the first municipality of the alphabet, which most may not see."""
    fill(warehouse, (2024, "2024-11-01"))
    assert first(warehouse, MUNICIPALITY) == {}


def test_no_rows_and_no_release_give_no_value(warehouse: Path, tmp_path: Path) -> None:
    """Guards against provisioning that fails before the first file of a kind, or before the first release."""
    assert first(warehouse, YEAR, MONTH) == {}
    assert first(tmp_path / "none.duckdb", YEAR) == {}


def test_an_older_release_gives_no_value(warehouse: Path) -> None:
    """Guards against provisioning that fails after an upgrade, until the next nightly release."""
    assert first(warehouse, YEAR.model_copy(update={"column": "column_of_tomorrow"})) == {}


def test_a_page_does_not_wait_for_a_value_that_cannot_come() -> None:
    """Guards against a dashboard that shows a spinner for ever where nothing of its kind was loaded."""
    dashboard = next(board for board in load_dashboards() if board.slug == "platforms")
    empty = {item["id"]: item["requiredFirst"] for item in native_filters(dashboard, {})}
    assert not any(empty.values())
    year = native_filters(dashboard, {"year": 2024})[0]
    assert year["requiredFirst"]
    assert year["defaultDataMask"]["filterState"]["value"] == [2024]


def test_no_filter_writes_down_the_name_of_a_place() -> None:
    """Guards against a first value that names a municipality or a school to everybody who may open the page."""
    written = {item.column for board in load_dashboards() for item in board.filters if is_written_down(item)}
    assert {column for column in written if column.endswith("_name") or column in {"municipality", "region"}} == set()
