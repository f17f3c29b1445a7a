"""Checks that need no server: dashboard, chart, dataset, column, dbt model; each finding names the file and the name.

Marts are made as empty tables in memory from dbt's own description, and DuckDB binds every expression against them.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

import duckdb

from bi.bundle import titles
from bi.chart_checks import chart_findings
from bi.column_formats import LOCAL_SUFFIX
from bi.derived import calculated_columns
from bi.marts import Mart, load_marts
from bi.specification import Chart, Dashboard, Dataset, load_dashboards, load_datasets

GRID_WIDTH = 12
NOT_FOR_PEOPLE = ("(прежний столбец)", "(как в витрине)", "(код)")
"""End the titles of columns that queries of former years still need, or that another column shows in words."""


def findings(datasets: Mapping[str, Dataset] | None = None, dashboards: Sequence[Dashboard] | None = None) -> list[str]:
    """What is wrong with the tree, in words; empty when all is well."""
    chosen_datasets = load_datasets() if datasets is None else datasets
    chosen_dashboards = load_dashboards() if dashboards is None else dashboards
    marts = load_marts()
    with duckdb.connect() as connection:
        _make_empty(connection, marts.values())
        return [
            *_dataset_findings(connection, chosen_datasets, marts),
            *_dashboard_findings(connection, chosen_dashboards, chosen_datasets),
            *_orphans(chosen_datasets, chosen_dashboards),
        ]


def _make_empty(connection: duckdb.DuckDBPyConnection, marts: Iterable[Mart]) -> None:
    connection.execute("create schema marts")
    for mart in marts:
        columns = ", ".join(f'"{column.name}" {column.sql_type}' for column in mart.columns.values())
        connection.execute(f"create table marts.{mart.name} ({columns})")


def _dataset_findings(
    connection: duckdb.DuckDBPyConnection, datasets: Mapping[str, Dataset], marts: Mapping[str, Mart]
) -> Iterator[str]:
    for dataset in datasets.values():
        where = f"bi/datasets/{dataset.mart}.yaml"
        mart = marts.get(dataset.mart)
        if mart is None:
            yield f"{where}: there is no mart {dataset.mart}"
            continue
        if dataset.open_to_all is not None and mart.has_place:
            yield f"{where}: {dataset.mart} speaks of places, but no municipality_column tells whose row it is"
        if dataset.municipality_column is not None and dataset.municipality_column not in mart.columns:
            yield f"{where}: municipality_column {dataset.municipality_column} is not a column of {dataset.mart}"
        for column in calculated_columns(dataset):
            yield from _bound(connection, f"{where}: column {column.name}", column.expression, dataset.mart)
        for metric in dataset.metrics:
            yield from _bound(connection, f"{where}: metric {metric.name}", metric.expression, dataset.mart)
        yield from _doubles(where, [*mart.columns, *(column.name for column in calculated_columns(dataset))])
        yield from _titles_of_several(where, dataset)


def _titles_of_several(where: str, dataset: Dataset) -> Iterator[str]:
    named: dict[str, list[str]] = {}
    for name, title in titles(dataset):
        named.setdefault(title, []).append(name)
    yield from (
        f"{where}: {', '.join(names)} have one title «{title}», their workbook would be an error"
        for title, names in named.items()
        if len(names) > 1
    )


def _bound(connection: duckdb.DuckDBPyConnection, where: str, expression: str, mart: str) -> Iterator[str]:
    try:
        connection.execute(f"select {expression} from marts.{mart}")
    except duckdb.Error as error:
        yield f"{where}: {str(error).splitlines()[0]}"


def _dashboard_findings(
    connection: duckdb.DuckDBPyConnection, dashboards: Sequence[Dashboard], datasets: Mapping[str, Dataset]
) -> Iterator[str]:
    for dashboard in dashboards:
        where = f"bi/dashboards, {dashboard.slug}"
        filters = {item.name for item in dashboard.filters}
        yield from _doubles(where, [chart.name for chart in dashboard.charts()])
        yield from (
            f"{where}: tab {tab.title}: a row is wider than 12, Superset would leave out what does not fit"
            for tab in dashboard.tabs
            for row in tab.rows
            if sum(item.width for item in row) > GRID_WIDTH
        )
        for chart in dashboard.charts():
            yield from _chart_findings(connection, f"{where}: chart {chart.name}", chart, datasets)
            yield from (
                f"{where}: chart {chart.name} ignores {name}, which is no filter of the dashboard"
                for name in chart.ignores
                if name not in filters
            )
            yield from (
                f"{where}: filter {item.name} does not reach chart {chart.name}: {chart.dataset} has no {item.column}; "
                "let the chart say that it ignores it"
                for item in dashboard.filters
                if item.name not in chart.ignores and chart.dataset in datasets
                if item.column not in _columns(datasets[chart.dataset])
            )
        for item in dashboard.filters:
            if item.dataset not in datasets:
                yield f"{where}: filter {item.name}: there is no dataset {item.dataset}"
            elif item.column not in _columns(datasets[item.dataset]):
                yield f"{where}: filter {item.name}: {item.dataset} has no column {item.column}"
            elif item.sort_metric not in {None, *(metric.name for metric in datasets[item.dataset].metrics)}:
                yield f"{where}: filter {item.name}: {item.dataset} has no metric {item.sort_metric}"
            if item.parent is not None and item.parent not in filters:
                yield f"{where}: filter {item.name}: its parent {item.parent} is no filter of the dashboard"


def _chart_findings(
    connection: duckdb.DuckDBPyConnection, where: str, chart: Chart, datasets: Mapping[str, Dataset]
) -> Iterator[str]:
    dataset = datasets.get(chart.dataset)
    if dataset is None:
        yield f"{where}: there is no dataset {chart.dataset}"
        return
    columns, metrics = _columns(dataset), {metric.name for metric in dataset.metrics}
    asked = [*([chart.x] if chart.x else []), *chart.columns, *chart.across]
    yield from (f"{where}: {chart.dataset} has no column {name}" for name in asked if name not in columns)
    yield from (f"{where}: {chart.dataset} has no metric {name}" for name in chart.metrics if name not in metrics)
    yield from (
        f"{where}: orders by {name}, which {chart.dataset} has not"
        for name in (entry.removeprefix("-") for entry in chart.order)
        if name not in columns | metrics
    )
    if not chart.columns and not chart.metrics:
        yield f"{where}: asks for nothing"
    yield from chart_findings(where, chart, dataset)
    yield from (
        f"{where}: shows {name} in UTC, people are shown {name}{LOCAL_SUFFIX}"
        for name in asked
        if (mart := load_marts().get(chart.dataset)) and name in mart.columns and mart.columns[name].is_moment
    )
    shown = dict(titles(dataset)) if dataset.mart in load_marts() else {}
    yield from (
        f"{where}: shows {name} under «{shown[name]}», people are shown another column in its stead"
        for name in asked
        if shown.get(name, "").endswith(NOT_FOR_PEOPLE)
    )
    if chart.where:
        condition = f"case when {chart.where} then 1 end"
        yield from _bound(connection, where, condition, chart.dataset)
    if chart.having:
        condition = f"count(*), case when {chart.having} then 1 end"
        yield from _bound(connection, where, condition, chart.dataset)
        if not chart.metrics:
            yield f"{where}: having needs metrics"


def _columns(dataset: Dataset) -> set[str]:
    mart = load_marts().get(dataset.mart)
    return {*(mart.columns if mart else ()), *(column.name for column in calculated_columns(dataset))}


def _orphans(datasets: Mapping[str, Dataset], dashboards: Sequence[Dashboard]) -> Iterator[str]:
    used = {chart.dataset for dashboard in dashboards for chart in dashboard.charts()}
    used |= {item.dataset for dashboard in dashboards for item in dashboard.filters}
    yield from (f"bi/datasets/{mart}.yaml: no dashboard uses it" for mart in datasets if mart not in used)


def _doubles(where: str, names: Sequence[str]) -> Iterator[str]:
    yield from (f"{where}: {name} stands twice" for name in sorted({name for name in names if names.count(name) > 1}))
