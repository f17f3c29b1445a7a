"""Whether a chart's numbers mean what its title says: rows of several indicators, or of several levels of territory.

Which columns tell indicators apart is read from the marts' grains and dimensions, which metrics are ratios from their
expressions: a column or a metric added tomorrow is judged like those of today.
"""

from collections.abc import Iterator

from bi import expressions
from bi.derived import calculated_columns
from bi.expressions import ExpressionError
from bi.marts import Mart, load_marts
from bi.specification import Chart, Dataset
from schemas.labels import value_labels

INDICATOR = "indicator_code"
LEVEL = "territory_level"
DIMENSION = "dim_"
DIVISION = "/"


def chart_findings(where: str, chart: Chart, dataset: Dataset) -> Iterator[str]:
    """What is wrong with an aggregating chart over an existing mart; nothing for one that shows rows as they are."""
    mart = load_marts().get(dataset.mart)
    if mart is None or not chart.metrics:
        return
    try:
        yield from _apart(where, chart, dataset, mart)
        yield from _several_levels(where, chart, dataset, mart)
    except ExpressionError:
        return  # DuckDB binds every expression elsewhere and says what is wrong with it


def indicator_columns(dataset: Dataset, mart: Mart) -> frozenset[str]:
    """Columns by which rows of one place and year fall apart into indicators, calculated ones included.

    A column belongs to the place or the time when the mart's grain or a dimension has it; every other one of a mart
    with indicators may differ between two of them.
    """
    if INDICATOR not in mart.columns:
        return frozenset()
    dimensions = (other.columns for name, other in load_marts().items() if name.startswith(DIMENSION))
    of_places = {*mart.grain, *(column for columns in dimensions for column in columns)} - {INDICATOR}
    apart = {name for name in mart.columns if name not in of_places}
    for column in calculated_columns(dataset):
        if expressions.columns(column.expression) & apart:
            apart.add(column.name)
    return frozenset(apart)


def _apart(where: str, chart: Chart, dataset: Dataset, mart: Mart) -> Iterator[str]:
    codes = _combined(chart, dataset)
    if len(codes) < 2:
        return
    grouped = [*([chart.x] if chart.x else []), *chart.columns, *chart.across]
    yield from (
        f"{where}: combines the indicators {', '.join(sorted(codes))} and groups by {name}, which tells them apart"
        for name in grouped
        if name in indicator_columns(dataset, mart)
    )


def _combined(chart: Chart, dataset: Dataset) -> frozenset[str]:
    """Indicators that one aggregate of the chart speaks of by name, with those its rows are narrowed to."""
    asked = [metric.expression for metric in dataset.metrics if metric.name in chart.metrics]
    named = [expressions.compared(text, INDICATOR) for text in (*asked, *([chart.having] if chart.having else []))]
    if not any(named):
        return frozenset()
    rows = expressions.compared(chart.where, INDICATOR) if chart.where else frozenset()
    return frozenset().union(*named, rows)


def _several_levels(where: str, chart: Chart, dataset: Dataset, mart: Mart) -> Iterator[str]:
    levels = [name for name in mart.columns if value_labels(name) == value_labels(LEVEL) and name in _telling(mart)]
    ratios = [
        metric.name
        for metric in dataset.metrics
        if metric.name in chart.metrics and DIVISION in expressions.functions(metric.expression)
    ]
    shown = {chart.x, *chart.columns, *chart.across}
    yield from (
        f"{where}: shows the ratio {ratio} over rows of several levels: let it group by {level} or keep to one"
        for ratio in ratios
        for level in levels
        if level not in shown and not (chart.where and expressions.pinned(chart.where, level))
    )


def _telling(mart: Mart) -> frozenset[str]:
    """Columns that say of what level a row is; a plan's level says where the plan was found."""
    return frozenset(name for name in mart.columns if not name.startswith("plan_"))
