"""Lay a dashboard out: Superset's position tree and its native filters."""

from collections.abc import Mapping
from typing import Any

from bi.charts import sql_filter
from bi.column_formats import NUMBER_PREFIX
from bi.defaults import is_written_down
from bi.identity import chart_uuid, dataset_uuid
from bi.specification import Chart, Dashboard, NativeFilter, Note, Row

Position = dict[str, Any]
MANY_VALUES = frozenset({"organisation_name"})
"""A filter lists a thousand values and no more; by these it asks the server for what is typed."""
ROWS_BEHIND = "indicator_lineage"
GOOD, BAD, UNKNOWN, NOTHING = "#5AC189", "#E04355", "#FCC550", "#B2B2B2"
FACT, AROUND, COMMON, PLAN = "#1FA8C9", "#A9DCE8", "#7B61C9", "#666666"
WORD_COLOURS = {
    "достигнут": GOOD,
    "не достигнут": BAD,
    "планы расходятся": UNKNOWN,
    "неполные данные": UNKNOWN,
    "нет плана": NOTHING,
    "нет данных": NOTHING,
    "от порога": GOOD,
    "ниже порога": BAD,
    "порог внутри диапазона": UNKNOWN,
    "скорость неизвестна": NOTHING,
    "исполнено": GOOD,
    "просрочено": BAD,
    "срок не вышел": UNKNOWN,
    "исполняется": UNKNOWN,
    "не начато": NOTHING,
    "снято": NOTHING,
    # A metric goes by its name, not by its title.
    "share": FACT,
    "share_common": COMMON,
    "municipality_share": AROUND,
    "active_share": FACT,
    "registered_share": AROUND,
    "plan_single": PLAN,
    "within_plan": FACT,
    "short_of_plan": NOTHING,
    "beyond_plan": GOOD,
    "beside_plans": AROUND,
    "organisations_equipped": FACT,
    "municipalities": NOTHING,
}
"""A verdict, and the plan, have the same colour on every dashboard, whichever series it is."""


def numbered(dashboard: Dashboard) -> dict[str, int]:
    """A number for each chart; the import replaces them by the ids Superset gave."""
    return {chart.name: number for number, chart in enumerate(dashboard.charts(), start=1)}


def position(dashboard: Dashboard) -> Position:
    """The tree: what release this is on top, the tabs, and the sources at the foot."""
    numbers = numbered(dashboard)
    tree: Position = {
        "DASHBOARD_VERSION_KEY": "v2",
        "ROOT_ID": {"id": "ROOT_ID", "type": "ROOT", "children": ["GRID_ID"]},
        "HEADER_ID": {"id": "HEADER_ID", "type": "HEADER", "meta": {"text": dashboard.title}},
        "GRID_ID": {"id": "GRID_ID", "type": "GRID", "children": [], "parents": ["ROOT_ID"]},
    }
    grid = ["ROOT_ID", "GRID_ID"]
    _add_rows(tree, dashboard, dashboard.head, grid, "HEAD", numbers)
    if len(dashboard.tabs) == 1:
        _add_rows(tree, dashboard, dashboard.tabs[0].rows, grid, "ROW", numbers)
    else:
        _add_tabs(tree, dashboard, grid, numbers)
    _add_rows(tree, dashboard, dashboard.foot, grid, "FOOT", numbers)
    return tree


def _add_tabs(tree: Position, dashboard: Dashboard, parents: list[str], numbers: dict[str, int]) -> None:
    tree["TABS-main"] = {"id": "TABS-main", "type": "TABS", "children": [], "parents": parents, "meta": {}}
    tree[parents[-1]]["children"].append("TABS-main")
    for index, tab in enumerate(dashboard.tabs, start=1):
        name, above = f"TAB-{index}", [*parents, "TABS-main"]
        tree[name] = {"id": name, "type": "TAB", "children": [], "parents": above, "meta": {"text": tab.title}}
        tree["TABS-main"]["children"].append(name)
        _add_rows(tree, dashboard, tab.rows, [*above, name], f"ROW-{index}", numbers)


def _add_rows(
    tree: Position,
    dashboard: Dashboard,
    rows: tuple[Row, ...],
    parents: list[str],
    prefix: str,
    numbers: dict[str, int],
) -> None:
    for index, row in enumerate(rows, start=1):
        name = f"{prefix}-{index}"
        children = [_add_item(tree, dashboard, item, [*parents, name], numbers) for item in row]
        meta = {"background": "BACKGROUND_TRANSPARENT"}
        tree[name] = {"id": name, "type": "ROW", "children": children, "parents": parents, "meta": meta}
        tree[parents[-1]]["children"].append(name)


def _add_item(
    tree: Position, dashboard: Dashboard, item: Chart | Note, parents: list[str], numbers: dict[str, int]
) -> str:
    if isinstance(item, Note):
        name = f"MARKDOWN-{len(tree)}"
        meta: dict[str, Any] = {"code": item.note, "width": item.width, "height": item.height}
        tree[name] = {"id": name, "type": "MARKDOWN", "children": [], "parents": parents, "meta": meta}
        return name
    name = f"CHART-{item.name}"
    meta = {
        "chartId": numbers[item.name],
        "uuid": chart_uuid(dashboard.slug, item.name),
        "sliceName": item.title,
        "width": item.width,
        "height": item.height,
    }
    tree[name] = {"id": name, "type": "CHART", "children": [], "parents": parents, "meta": meta}
    return name


def native_filters(dashboard: Dashboard, first: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The filter bar, in the order of the file; `first` holds the values to start with."""
    return [_native_filter(dashboard, item, first.get(item.name)) for item in dashboard.filters]


def _native_filter(dashboard: Dashboard, item: NativeFilter, first: Any) -> dict[str, Any]:
    numbers = numbered(dashboard)
    excluded = [numbers[chart.name] for chart in dashboard.charts() if item.name in chart.ignores]
    return {
        "id": f"NATIVE_FILTER-{item.name}",
        "type": "NATIVE_FILTER",
        "filterType": "filter_select",
        "name": item.title,
        "description": item.description,
        "targets": [{"column": {"name": item.column}, "datasetUuid": dataset_uuid(item.dataset)}],
        "cascadeParentIds": [f"NATIVE_FILTER-{item.parent}"] if item.parent else [],
        "scope": {"rootPath": ["ROOT_ID"], "excluded": excluded},
        "defaultDataMask": _starts_with(item, first),
        # Without it the first value is shown in the bar and not applied to the charts. With it the page waits for a
        # value, so there has to be one.
        "requiredFirst": item.first_by_default and (first is not None or not is_written_down(item)),
        "adhoc_filters": [sql_filter(item.where)] if item.where else [],
        "sortMetric": item.sort_metric,
        "controlValues": {
            "enableEmptyFilter": item.first_by_default,
            "defaultToFirstItem": item.first_by_default,
            "multiSelect": not item.single,
            "searchAllOptions": item.column in MANY_VALUES,
            "creatable": False,  # a typed part of a name would be taken for a value, and nothing has it
            "inverseSelection": False,
            "sortAscending": not item.descending,
        },
    }


def _starts_with(item: NativeFilter, value: Any) -> dict[str, Any]:
    if value is None:
        return {"extraFormData": {}, "filterState": {}}
    asked = {"filters": [{"col": item.column, "op": "IN", "val": [value]}]}
    return {"extraFormData": asked, "filterState": {"value": [value], "label": str(value)}}


def chart_configuration(dashboard: Dashboard) -> dict[str, Any]:
    """Where a click goes in tables of numbers: to the rows behind them. Their neighbours keep all their numbers."""
    numbers = numbered(dashboard)
    behind = {chart.name for chart in dashboard.charts() if chart.dataset == ROWS_BEHIND}
    tables = [chart.name for chart in dashboard.charts() if any(map(_is_of_number, chart.columns))]
    return {
        str(numbers[name]): {
            "id": numbers[name],
            # A list for each: the import puts Superset's ids into it in place.
            "crossFilters": {
                "scope": {
                    "rootPath": ["ROOT_ID"],
                    "excluded": sorted(numbers[other] for other in numbers.keys() - behind),
                },
                "chartsInScope": [],
            },
        }
        for name in tables
    }


def _is_of_number(column: str) -> bool:
    return column.startswith(NUMBER_PREFIX)


def metadata(dashboard: Dashboard, first: Mapping[str, Any]) -> dict[str, Any]:
    """Filters and behaviour of the page."""
    return {
        "native_filter_configuration": native_filters(dashboard, first),
        "cross_filters_enabled": True,
        "chart_configuration": chart_configuration(dashboard),
        "global_chart_configuration": {"scope": {"rootPath": ["ROOT_ID"], "excluded": []}, "chartsInScope": []},
        "filter_bar_orientation": "VERTICAL",
        "timed_refresh_immune_slices": [],
        "expanded_slices": {},
        "refresh_frequency": 0,
        "default_filters": "{}",
        "color_scheme": "",
        "label_colors": WORD_COLOURS,
        "shared_label_colors": [],
        "color_scheme_domain": [],
    }
