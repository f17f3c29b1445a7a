"""The dashboards in a real browser: drawn, in Russian, with the right figures, and only one's own municipality."""

import json
import re
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import pytest

from bi.specification import Dashboard, load_dashboards

pytestmark = pytest.mark.slow
BOARDS = load_dashboards()
ERROR_BOX = "[role=alert], .ant-alert-error, [data-test=error-container]"
FOREIGN = ("Ковров", "Тула", "Тульск", "Кемеров", "Зимин", "Владимирск", "Иркутск")
"""Words of the sample's other territories: none may come to the screen of the specialist of Енисейский район."""
EMPTY_CELLS_SHOW_NO_TEXT = """() => [...document.querySelectorAll("td.dt-is-null")]
  .every(cell => getComputedStyle(cell).fontSize === "0px")"""
"""The style sheet draws a dash in their stead; the text «N/A» stays in the page, of no size."""
LATIN_WORD = re.compile(r"\b(null|NaN|undefined|No results|No data|Error)\b")
YEAR = 2024


def names(boards: tuple[Dashboard, ...]) -> list[str]:
    return [board.slug for board in boards]


def assert_drawn(visit: Any, board: Dashboard) -> int:
    """Every chart in sight has content and no error box; returns how many there are."""
    charts = visit.charts()
    for chart in charts:
        text = chart.inner_text()
        assert chart.locator(ERROR_BOX).count() == 0, f"{board.slug}: {text}"
        assert chart.locator("canvas, table, svg, .header-line, .ant-empty").count() > 0, f"{board.slug}: empty: {text}"
    assert visit.page.locator(".ant-modal-confirm-error, .toast--danger").count() == 0
    return len(charts)


@pytest.mark.parametrize("board", BOARDS, ids=names(BOARDS))
def test_every_chart_is_drawn(visit: Callable[[str], Any], pictures: Path, board: Dashboard) -> None:
    """Guards against a dashboard that is sound as YAML and an error box on the screen."""
    seen = visit("analyst")
    seen.open(board.slug)
    outside_tabs = len(board.head) + len(board.foot)
    drawn = 0
    for number, tab in enumerate(board.tabs):
        if len(board.tabs) > 1:
            seen.open_tab(number)
        expected = outside_tabs + sum(1 for row in tab.rows for item in row if hasattr(item, "dataset"))
        assert assert_drawn(seen, board) == expected, f"{board.slug}, {tab.title}"
        drawn += expected - outside_tabs
        seen.page.screenshot(path=pictures / f"{board.slug}-{number + 1}.png")
        assert seen.page.evaluate(EMPTY_CELLS_SHOW_NO_TEXT)
        assert not LATIN_WORD.search(seen.text()), f"{board.slug}, {tab.title}: {LATIN_WORD.search(seen.text())}"
    assert drawn + outside_tabs == len(list(board.charts()))
    assert seen.troubles == []


@pytest.mark.parametrize("board", BOARDS, ids=names(BOARDS))
def test_a_specialist_sees_one_municipality(visit: Callable[[str], Any], board: Dashboard) -> None:
    """Guards against a chart, a filter's list or a total that shows a neighbour's figures."""
    seen = visit("eniseysk")
    seen.open(board.slug)
    for number in range(max(1, seen.tabs())):
        if seen.tabs():
            seen.open_tab(number)
        assert_drawn(seen, board)
        text = seen.text()
        assert [word for word in FOREIGN if word in text] == [], f"{board.slug}, tab {number + 1}"
    assert seen.troubles == []


def chart_named(seen: Any, title: str) -> Any:
    return next(chart for chart in seen.charts() if chart.inner_text().strip().startswith(title))


def table(seen: Any, title: str) -> list[dict[str, str]]:
    """The rows of a table chart as a person reads them."""
    found = chart_named(seen, title)
    heads = [head.inner_text().strip() for head in found.locator("thead th").all()]
    rows = [[cell.inner_text().strip() for cell in row.locator("td").all()] for row in found.locator("tbody tr").all()]
    return [dict(zip(heads, row, strict=True)) for row in rows]


def shown(value: str | None, digits: int) -> str:
    """A figure as `vitrina indicators` prints it, without zeros at the end: pieces and percents share a column.

    An empty one is drawn as a dash by the style sheet.
    """
    if value is None:
        return "N/A"
    rounded = Decimal(value).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)
    whole, _, fraction = f"{abs(rounded):,f}".partition(".")
    text = ",".join(part for part in (whole.replace(",", "\u00a0"), fraction.rstrip("0")) if part)
    return f"-{text}" if rounded < 0 else text


def test_figures_on_the_screen_are_those_of_the_command(
    superset: Any, visit: Callable[[str], Any], vitrina: Callable[..., Any]
) -> None:
    """Guards against a dashboard that rounds, filters or counts otherwise than the command line."""
    asked = ("indicators", "--territory", "Енисейский", "--year", str(YEAR), "--json")
    told = json.loads(vitrina(superset.settings.home, *asked).stdout)["rows"]
    seen = visit("eniseysk")
    seen.open("agreement")
    on_screen = table(seen, "План и факт по муниципалитетам")
    assert [row["Показатель"] for row in on_screen] == [row["title"] for row in told]
    for row, figure in zip(on_screen, told, strict=True):
        for head, key in (("План", "plan"), ("Факт", "value"), ("Отклонение", "deviation")):
            minus_as_drawn = row[head].replace("\u2212", "-")
            assert minus_as_drawn == shown(figure[key], figure["precision"]), (row, head)


def test_a_filter_narrows_the_page(visit: Callable[[str], Any], pictures: Path) -> None:
    """Guards against a filter bar that is drawn and not connected to the charts."""
    seen = visit("analyst")
    seen.open("agreement")
    before = {row["Муниципалитет"] for row in table(seen, "План и факт по муниципалитетам")}
    bar = seen.page.locator("[data-test=filter-bar]")
    chosen = bar.locator("[data-test=form-item-value]", has_text="").nth(2).locator("input")
    chosen.click()
    chosen.fill("Кемеровский муниципальный округ")
    seen.page.keyboard.press("Enter")
    seen.page.keyboard.press("Escape")
    bar.locator("[data-test='filter-bar__apply-button']").click()
    seen.settle()
    after = {row["Муниципалитет"] for row in table(seen, "План и факт по муниципалитетам")}
    seen.page.screenshot(path=pictures / "agreement-filtered.png")
    assert len(before) > 1
    assert after == {"Кемеровский муниципальный округ"}
    assert seen.troubles == []
