"""The bundle Superset imports: database, datasets, charts and dashboards as YAML files in one ZIP."""

import io
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from bi import layout
from bi.charts import VISUALISATIONS, form_data, query
from bi.defaults import first_values
from bi.derived import calculated_columns, mart_title
from bi.identity import DATABASE_FILE, DATABASE_NAME, chart_uuid, dashboard_uuid, database_uuid, dataset_uuid
from bi.marts import TEMPORAL, Column, Mart, load_marts
from bi.page_style import page_style
from bi.settings import SupersetSettings
from bi.specification import CalculatedColumn, Chart, Dashboard, Dataset, Metric, load_dashboards, load_datasets

TOP = "vitrina"
VERSION = "1.0.0"
MOMENT = "2026-01-01T00:00:00+00:00"
"""The same in every bundle: equal files must give equal bytes."""
Files = dict[str, dict[str, Any]]


def bundle(warehouse: Path, settings: SupersetSettings) -> bytes:
    """The ZIP for /api/v1/assets/import/; `warehouse` is the path of the published file through `current`."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files(warehouse, settings).items():
            entry = zipfile.ZipInfo(f"{TOP}/{name}", date_time=(2026, 1, 1, 0, 0, 0))
            archive.writestr(entry, yaml.safe_dump(content, allow_unicode=True, sort_keys=False))
    return stream.getvalue()


def files(warehouse: Path, settings: SupersetSettings) -> Files:
    """Every file of the bundle by its name."""
    found: Files = {
        "metadata.yaml": {"version": VERSION, "type": "assets", "timestamp": MOMENT},
        f"databases/{DATABASE_FILE}.yaml": _database(warehouse, settings),
    }
    for mart, dataset in load_datasets().items():
        found[f"datasets/{DATABASE_FILE}/{mart}.yaml"] = _dataset(dataset)
    for dashboard in load_dashboards():
        for chart in dashboard.charts():
            found[f"charts/{dashboard.slug}_{chart.name}.yaml"] = _chart(dashboard, chart)
        found[f"dashboards/{dashboard.slug}.yaml"] = _dashboard(dashboard, _first_values(warehouse, dashboard))
    return found


def _first_values(warehouse: Path, dashboard: Dashboard) -> dict[str, Any]:
    datasets = load_datasets()
    calculated = {
        item.dataset: {column.name: column.expression for column in calculated_columns(datasets[item.dataset])}
        for item in dashboard.filters
    }
    return first_values(warehouse, dashboard.filters, datasets, calculated)


def _database(warehouse: Path, settings: SupersetSettings) -> dict[str, Any]:
    config = {
        "threads": settings.threads,
        "memory_limit": settings.memory_limit,
        "enable_external_access": "false",
        # Of the home: never beside the release. DuckDB takes it only after access is closed (findings/).
        "temp_directory": str(warehouse.parent.parent / ".temporary"),
        "max_temp_directory_size": settings.disk_limit,
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
        "lock_configuration": "true",
    }
    return {
        "database_name": DATABASE_NAME,
        "sqlalchemy_uri": f"duckdb:///{warehouse}",
        "cache_timeout": None,
        "expose_in_sqllab": True,
        "allow_run_async": False,
        "allow_ctas": False,
        "allow_cvas": False,
        "allow_dml": False,
        "allow_csv_upload": False,
        "extra": {
            "engine_params": {"connect_args": {"read_only": True, "config": config}},
            "allows_virtual_table_explore": True,
        },
        "is_managed_externally": True,
        "uuid": database_uuid(),
        "version": VERSION,
    }


def _dataset(dataset: Dataset) -> dict[str, Any]:
    mart = load_marts()[dataset.mart]
    return {
        "table_name": dataset.mart,
        "schema": "marts",
        "catalog": None,
        "main_dttm_col": None,
        "description": f"{dataset.title}. {mart.description}",
        "default_endpoint": None,
        "offset": 0,
        "cache_timeout": None,
        "sql": None,
        "params": None,
        "template_params": None,
        "filter_select_enabled": True,
        "fetch_values_predicate": None,
        "extra": None,
        "normalize_columns": False,
        "always_filter_main_dttm": False,
        "is_managed_externally": True,
        "uuid": dataset_uuid(dataset.mart),
        "metrics": [_metric(metric) for metric in dataset.metrics],
        "columns": [
            *(_physical(dataset, mart, column) for column in mart.columns.values()),
            *(_calculated(column) for column in calculated_columns(dataset)),
        ],
        "version": VERSION,
        "database_uuid": database_uuid(),
    }


def _metric(metric: Metric) -> dict[str, Any]:
    certification = {"certification": {"certified_by": "Витрина", "details": metric.certified}}
    return {
        "metric_name": metric.name,
        "verbose_name": metric.title,
        "metric_type": None,
        "expression": metric.expression,
        "description": metric.description,
        "d3format": metric.format,
        "currency": None,
        "extra": certification if metric.certified else {},
        "warning_text": None,
    }


def titles(dataset: Dataset) -> Iterator[tuple[str, str]]:
    """(name, title) of all that can be chosen from a data set; a workbook of two with one title is an error."""
    mart = load_marts()[dataset.mart]
    yield from ((column.name, mart_title(dataset, mart, column)) for column in mart.columns.values())
    yield from ((column.name, column.title) for column in calculated_columns(dataset))
    yield from ((metric.name, metric.title) for metric in dataset.metrics)


def _physical(dataset: Dataset, mart: Mart, column: Column) -> dict[str, Any]:
    made = _column(column.name, mart_title(dataset, mart, column), column.sql_type, None, column.description)
    return made | {"is_dttm": column.is_temporal}


def _calculated(column: CalculatedColumn) -> dict[str, Any]:
    made = _column(column.name, column.title, column.type, column.expression, column.description)
    return made | {"is_dttm": column.type in TEMPORAL}


def _column(name: str, label: str, sql_type: str, expression: str | None, description: str | None) -> dict[str, Any]:
    return {
        "column_name": name,
        "verbose_name": label,
        "is_dttm": False,
        "is_active": True,
        "type": sql_type,
        "advanced_data_type": None,
        "groupby": True,
        "filterable": True,
        "expression": expression,
        "description": description,
        "python_date_format": None,
        "extra": {},
    }


def _chart(dashboard: Dashboard, chart: Chart) -> dict[str, Any]:
    columns = load_marts()[chart.dataset].columns
    params, asked = form_data(chart, columns), query(chart, columns)
    context = {
        "datasource": {"id": 0, "type": "table"},
        "force": False,
        "queries": [asked],
        "form_data": params,
        "result_format": "json",
        "result_type": "full",
    }
    return {
        "slice_name": chart.title,
        "description": chart.description,
        "certified_by": None,
        "certification_details": None,
        "viz_type": VISUALISATIONS[chart.type],
        "params": params,
        "query_context": json.dumps(context, ensure_ascii=False) if asked else None,
        "cache_timeout": None,
        "uuid": chart_uuid(dashboard.slug, chart.name),
        "version": VERSION,
        "dataset_uuid": dataset_uuid(chart.dataset),
        "is_managed_externally": True,
    }


def _dashboard(dashboard: Dashboard, first: dict[str, Any]) -> dict[str, Any]:
    return {
        "dashboard_title": dashboard.title,
        "description": dashboard.description,
        "css": page_style(dashboard),
        "slug": dashboard.slug,
        "certified_by": None,
        "certification_details": None,
        "published": True,
        "uuid": dashboard_uuid(dashboard.slug),
        "position": layout.position(dashboard),
        "metadata": layout.metadata(dashboard, first),
        "is_managed_externally": True,
        "version": VERSION,
    }
