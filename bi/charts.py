"""Compile a chart of bi/dashboards to Superset's form data, and to the query the server runs for it."""

from collections.abc import Callable, Mapping
from typing import Any

from bi.column_formats import LOCAL_FORMAT, LOCAL_SUFFIX, column_formats
from bi.marts import Column
from bi.specification import Chart

FormData = dict[str, Any]

VISUALISATIONS = {
    "table": "table",
    "pivot": "pivot_table_v2",
    "number": "big_number_total",
    "line": "echarts_timeseries_line",
    "bar": "echarts_timeseries_bar",
    "bullet": "echarts_timeseries_bar",
    "heatmap": "heatmap_v2",
    "map": "country_map",
}
SERIES = frozenset({"line", "bar", "bullet"})
MONTH_FORMAT = "%m.%Y"
GRAINS = {"month": "P1M", "moment": None}
AXIS_FORMATS = {"month": MONTH_FORMAT, "moment": LOCAL_FORMAT}
MARGIN = 30
"""Of a heat map, beside the room for its labels: without it the first letters of a long name are cut."""
RED_TO_GREEN = "schemeRdYlGn"
"""More is better in every share shown; a scheme for something else is an option of its chart."""


def form_data(chart: Chart, columns: Mapping[str, Column]) -> FormData:
    """Superset's settings of a chart over a mart with these columns."""
    common = {
        "viz_type": VISUALISATIONS[chart.type],
        "adhoc_filters": _conditions(chart),
        "row_limit": chart.limit,
        "extra_form_data": {},
        "annotation_layers": [],
    }
    built = BUILDERS[chart.type](chart, is_temporal_axis(chart, columns))
    if chart.type == "table":
        built["column_config"] = column_formats(chart, columns)
    return _merged({**common, **built}, chart.options)


def is_temporal_axis(chart: Chart, columns: Mapping[str, Column]) -> bool:
    """True when the chart's axis is a date of its mart."""
    plain = (chart.x or "").removesuffix(LOCAL_SUFFIX)
    return plain in columns and columns[plain].is_temporal


def _merged(settings: FormData, options: Mapping[str, Any]) -> FormData:
    """Options of the file over the built ones; the settings of table columns are joined, not replaced."""
    formats = {**settings.get("column_config", {})}
    for name, config in options.get("column_config", {}).items():
        formats[name] = {**formats.get(name, {}), **config}
    merged = {**settings, **options}
    return {**merged, "column_config": formats} if formats else merged


def query(chart: Chart, columns: Mapping[str, Column]) -> dict[str, Any] | None:
    """The query object of the chart-data API; None for a map, which asks through the older path."""
    if chart.type == "map":
        return None
    axis: list[Any] = [_axis(chart, is_temporal_axis(chart, columns))] if chart.x and chart.type in SERIES else []
    plain = [chart.x] if chart.x and not axis else []
    return {
        "columns": [*axis, *plain, *chart.across, *chart.columns],
        # None and not an empty list: with a list Superset groups the rows.
        "metrics": list(chart.metrics) or None,
        "filters": [],
        "extras": {
            "where": f"({chart.where})" if chart.where else "",
            "having": f"({chart.having})" if chart.having else "",
        },
        "orderby": [[name, ascending] for name, ascending in ordering(chart)],
        "row_limit": chart.limit,
        "series_limit": 0,
        "order_desc": True,
        "annotation_layers": [],
        "url_params": {},
        "custom_params": {},
        "custom_form_data": {},
    }


def ordering(chart: Chart) -> list[tuple[str, bool]]:
    """(column or metric, ascending) for each entry of `order`."""
    return [(name.removeprefix("-"), not name.startswith("-")) for name in chart.order]


def _conditions(chart: Chart) -> list[dict[str, Any]]:
    where = [sql_filter(chart.where)] if chart.where else []
    return [*where, sql_filter(chart.having, "HAVING")] if chart.having else where


def sql_filter(text: str, clause: str = "WHERE") -> dict[str, Any]:
    """A condition in SQL as Superset's form data has it."""
    return {"clause": clause, "expressionType": "SQL", "sqlExpression": text}


def _axis(chart: Chart, temporal: bool) -> dict[str, Any]:
    axis = {"columnType": "BASE_AXIS", "expressionType": "SQL", "label": chart.x, "sqlExpression": chart.x}
    return {**axis, "timeGrain": GRAINS[chart.grain]} if temporal and GRAINS[chart.grain] else axis


def _table(chart: Chart, _: bool) -> FormData:
    if chart.metrics:
        content: FormData = {"query_mode": "aggregate", "groupby": list(chart.columns), "metrics": list(chart.metrics)}
        if chart.order:
            # The aggregate mode sorts by one metric, or by the columns as they stand.
            name, ascending = ordering(chart)[0]
            content |= {"timeseries_limit_metric": name, "order_desc": not ascending}
    else:
        content = {
            "query_mode": "raw",
            "all_columns": list(chart.columns),
            "order_by_cols": [_order_text(name, ascending) for name, ascending in ordering(chart)],
        }
    return {
        **content,
        "percent_metrics": [],
        "table_timestamp_format": "%d.%m.%Y",
        "show_cell_bars": False,
        "color_pn": False,
        "align_pn": False,
        "server_pagination": False,
        "page_length": 0,
        "include_search": False,
        "allow_rearrange_columns": False,
    }


def _order_text(name: str, ascending: bool) -> str:
    return f'["{name}", {"true" if ascending else "false"}]'


def _pivot(chart: Chart, _: bool) -> FormData:
    return {
        "groupbyRows": list(chart.columns),
        "groupbyColumns": list(chart.across),
        "metrics": list(chart.metrics),
        "metricsLayout": "COLUMNS",
        "aggregateFunction": "Sum",
        "rowOrder": "key_a_to_z",
        "colOrder": "key_a_to_z",
        "valueFormat": ",.1f",
        "date_format": MONTH_FORMAT,
        "rowTotals": False,
        "colTotals": False,
    }


def _number(chart: Chart, _: bool) -> FormData:
    return {
        "metric": chart.metrics[0],
        "header_font_size": 0.5,
        "subheader_font_size": 0.2,
        "subtitle": chart.description or "",
        "time_format": "%d.%m.%Y",
    }


def _series(chart: Chart, temporal: bool) -> FormData:
    return {
        "x_axis": chart.x,
        "time_grain_sqla": GRAINS[chart.grain] if temporal else None,
        "xAxisForceCategorical": not temporal,
        "x_axis_sort": chart.x,
        "x_axis_sort_asc": True,
        "x_axis_time_format": AXIS_FORMATS[chart.grain] if temporal else "~g",
        "metrics": list(chart.metrics),
        "groupby": list(chart.columns),
        "truncate_metric": True,
        "show_empty_columns": True,
        "show_legend": True,
        "legendType": "scroll",
        "legendOrientation": "top",
        "y_axis_format": ",.1f",
        "y_axis_bounds": [0, None],
        "truncateYAxis": True,
        "rich_tooltip": True,
        "tooltipTimeFormat": AXIS_FORMATS[chart.grain] if temporal else "~g",
        "only_total": True,
        "minorTicks": False,
    }


def _line(chart: Chart, temporal: bool) -> FormData:
    return {**_series(chart, temporal), "markerEnabled": True, "markerSize": 6, "seriesType": "line"}


def _bar(chart: Chart, temporal: bool) -> FormData:
    return {**_series(chart, temporal), "orientation": "vertical", "show_value": True}


def _bullet(chart: Chart, temporal: bool) -> FormData:
    """Bars laid end to end, lying: what is done of a plan, what is missing to it and what is beyond it."""
    return {
        **_bar(chart, temporal),
        "orientation": "horizontal",
        "stack": "Stack",
        "show_value": False,  # three numbers on a short bar lie upon each other; the pointer shows them
        "sort_series_type": "name",
        "sort_series_ascending": True,
        "y_axis_format": ",~f",
        "x_axis_sort_asc": False,
        "x_axis_title": "\u00a0",  # leaves room: without it the first letters of a long name are cut
        "x_axis_title_margin": 30,
    }


def _heatmap(chart: Chart, temporal: bool) -> FormData:
    return {
        "x_axis": chart.x,
        "time_grain_sqla": GRAINS[chart.grain] if temporal else None,
        "groupby": chart.columns[0],
        "metric": chart.metrics[0],
        "linear_color_scheme": RED_TO_GREEN,
        "normalize_across": "heatmap",
        "sort_x_axis": "alpha_asc",
        "sort_y_axis": "alpha_desc",
        "show_values": True,
        "show_legend": True,
        "legend_type": "continuous",
        "show_percentage": False,
        "normalized": False,
        "y_axis_format": ",.1f",
        "x_axis_time_format": MONTH_FORMAT,
        "value_bounds": [None, None],
        "xscale_interval": -1,
        "yscale_interval": -1,
        "left_margin": MARGIN,
        "bottom_margin": MARGIN,
    }


def _map(chart: Chart, _: bool) -> FormData:
    return {
        "select_country": "russia",
        "entity": chart.x,
        "metric": chart.metrics[0],
        "number_format": ",.1f",
        "linear_color_scheme": RED_TO_GREEN,
    }


BUILDERS: Mapping[str, Callable[[Chart, bool], FormData]] = {
    "table": _table,
    "pivot": _pivot,
    "number": _number,
    "line": _line,
    "bar": _bar,
    "bullet": _bullet,
    "heatmap": _heatmap,
    "map": _map,
}
