"""The style sheet of a page: what is common to all, and what its charts say where they have nothing to show."""

from collections.abc import Iterator
from pathlib import Path

from bi.specification import Chart, Dashboard

COMMON = Path(__file__).parent / "dashboards" / "style.css"


def page_style(dashboard: Dashboard) -> str:
    """CSS of a dashboard."""
    return "\n".join(
        [COMMON.read_text(encoding="utf-8"), *(rule for chart in dashboard.charts() for rule in _of(chart))]
    )


def _of(chart: Chart) -> Iterator[str]:
    # Superset puts an anchor with the name of the layout's item before each chart.
    place = f".dashboard-component-chart-holder:has(> #CHART-{chart.name})"
    if chart.empty:
        yield f"{place} p:has(+ .ant-empty-description), {place} .ant-empty-image {{ display: none; }}"
        yield f"{place} .ant-empty-description {{ font-size: 0; }}"
        yield f"{place} .ant-empty-description::after {{ content: {_quoted(chart.empty)}; font-size: 14px; }}"
    if chart.hidden_when_empty:
        yield f".resizable-container:has(#CHART-{chart.name}):has(.ant-empty) {{ display: none; }}"


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
