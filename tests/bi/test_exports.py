"""What leaves a real Superset as CSV and XLSX is what stands in the release, for every data set."""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import duckdb
import pytest
import requests
from python_calamine import CalamineWorkbook
from visitor import Visitor, dataset_ids, rows_of

from bi.bundle import titles
from bi.derived import calculated_columns
from bi.marts import Mart, load_marts
from bi.specification import Dataset, load_datasets

pytestmark = pytest.mark.slow
DATASETS = load_datasets()
ROWS = 2_000
DAY = re.compile(r"(\d{4}-\d\d-\d\d)([ T]\d\d:\d\d:\d\d.*)?")
NUMBER = re.compile(r"-?\d+(,\d+)?")
FORMULA = re.compile(r"""^(?:"{2}|\s+)(?=[-@+|=%])|^[-@+|=%]""")
UNITS = {"%", "-"}
SIGNIFICANT_DIGITS = 14


@pytest.fixture(scope="module")
def administrator(superset: Any) -> Visitor:
    return Visitor(superset.url, "admin", superset.password("admin"))


@pytest.fixture(scope="module")
def numbers(superset: Any) -> dict[str, int]:
    return dataset_ids(superset.sign_in("admin"))


def asked(dataset: Dataset) -> dict[str, str]:
    """Every column and its expression."""
    own = {name: f'"{name}"' for name in load_marts()[dataset.mart].columns}
    return own | {column.name: column.expression for column in calculated_columns(dataset)}


def expected(release: duckdb.DuckDBPyConnection, dataset: Dataset) -> tuple[list[str], Counter[tuple[str, ...]]]:
    """Types of the columns, and the rows as a person would read them."""
    chosen = ", ".join(f'{expression} as "{name}"' for name, expression in asked(dataset).items())
    result = release.execute(f"select {chosen} from marts.{dataset.mart}")
    types = [str(column[1]) for column in result.description or []]
    return types, Counter(tuple(plain(value) for value in row) for row in result.fetchall())


def plain(value: Any) -> str:
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return str(value)
    if isinstance(value, Decimal | float | int):
        return f"{float(value):.{SIGNIFICANT_DIGITS}g}"
    if isinstance(value, datetime | date):
        return value.isoformat()[:10]
    return str(value).replace("\r\n", "\n")


def read(text: str, sql_type: str) -> str:
    """A cell of the file by the type its column has in the release."""
    if sql_type.startswith(("DECIMAL", "BIGINT", "INTEGER", "DOUBLE", "HUGEINT")) and text:
        assert NUMBER.fullmatch(text), f"{text!r} is no number of a Russian Excel"
        return f"{float(text.replace(',', '.')):.{SIGNIFICANT_DIGITS}g}"
    if sql_type.startswith(("DATE", "TIMESTAMP")) and (found := DAY.fullmatch(text)):
        return found[1]
    if sql_type == "VARCHAR" and text.startswith("'") and FORMULA.match(text[1:]):
        assert text[1:] not in UNITS
        return text[1:]
    return text.replace("\r\n", "\n")


def csv_rows(answer: requests.Response) -> Iterable[list[str]]:
    return csv.reader(io.StringIO(answer.content.decode("utf-8-sig"), newline=""), delimiter=";")


@pytest.mark.parametrize("mart", DATASETS)
def test_csv_of_every_column_is_the_release(
    superset: Any, administrator: Visitor, numbers: dict[str, int], mart: str
) -> None:
    """Guards against clause «1.10» that becomes 1,10, a unit «%» that becomes «'%», a count that becomes 5.0."""
    dataset = DATASETS[mart]
    answer = administrator.ask(rows_of(numbers[mart], as_file="csv", columns=list(asked(dataset)), row_limit=ROWS))
    with superset.release() as release:
        types, rows = expected(release, dataset)
    assert answer.status_code == 200, answer.text[:300]
    header, *body = csv_rows(answer)
    titled = dict(titles(dataset))
    assert header == [titled[name] for name in asked(dataset)]
    exported = Counter(tuple(map(read, row, types)) for row in body)
    assert exported.total() == min(ROWS, rows.total())
    strangers = exported - rows
    assert not strangers, next(iter(strangers))


@pytest.mark.parametrize("mart", DATASETS)
def test_workbook_of_every_column_opens(administrator: Visitor, numbers: dict[str, int], mart: str) -> None:
    """Guards against error 500: two chosen columns of one title."""
    dataset = DATASETS[mart]
    names = [name for name, _ in titles(dataset) if name in asked(dataset)]
    answer = administrator.ask(rows_of(numbers[mart], as_file="xlsx", columns=names, row_limit=ROWS))
    assert answer.status_code == 200, answer.text[:300]
    header, *_ = CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0).to_python()
    assert header == [title for name, title in titles(dataset) if name in names]


@pytest.mark.parametrize("mart", [mart for mart, dataset in DATASETS.items() if dataset.metrics])
def test_workbook_of_every_metric_opens(administrator: Visitor, numbers: dict[str, int], mart: str) -> None:
    """Guards against a metric that has the title of the column beside it."""
    dataset = DATASETS[mart]
    metrics = [metric.name for metric in dataset.metrics]
    columns = first_texts(load_marts()[mart])
    answer = administrator.ask(rows_of(numbers[mart], as_file="xlsx", columns=columns, metrics=metrics))
    assert answer.status_code == 200, answer.text[:300]


def first_texts(mart: Mart) -> list[str]:
    return [name for name, column in mart.columns.items() if column.sql_type == "VARCHAR"][:2]


def test_units_leave_as_they_are_and_formulas_do_not(administrator: Visitor, numbers: dict[str, int]) -> None:
    """Guards against «'%» in each row, and against a guard that is taken away with it."""
    for as_file in ("csv", "xlsx"):
        asked_for = {"columns": ["unit"], "metrics": ["achieved"], "as_file": as_file}
        answer = administrator.ask(rows_of(numbers["indicator_by_territory"], **asked_for))
        if as_file == "csv":
            units = {row[0] for row in csv_rows(answer)}
        else:
            sheet = CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0)
            units = {str(row[0]) for row in sheet.to_python()}
        assert "%" in units
        assert not [unit for unit in units if unit.startswith("'")]
