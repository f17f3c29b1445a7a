"""The dashboards in a real browser: drawn, in Russian, with the right figures, and only one's own municipality."""

import json
import re
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from bi.specification import Chart, Dashboard, Tab, load_dashboards, load_datasets
from schemas.labels import value_labels

pytestmark = pytest.mark.slow
BOARDS = load_dashboards()
ERROR_BOX = "[role=alert], .ant-alert-error, [data-test=error-container]"
FOREIGN = ("Ковров", "Тула", "Тульск", "Кемеров", "Зимин", "Владимирск", "Иркутск")
"""Words of the sample's other territories: none may come to the screen of the specialist of Енисейский район."""
CELLS = """chart => [chart.querySelectorAll("thead")[0].rows[0], ...chart.querySelectorAll("tbody tr")]
  .map(row => [...row.cells].map(cell => cell.textContent.trim()))"""
EMPTY_CELLS_SHOW_NO_TEXT = """() => [...document.querySelectorAll("td.dt-is-null")]
  .every(cell => getComputedStyle(cell).fontSize === "0px")"""
"""The style sheet draws a dash in their stead; the text «N/A» stays in the page, of no size."""
LATIN_WORD = re.compile(r"\b(null|NaN|undefined|No results|No data|Error)\b")
YEAR = 2024
PATIENCE = 120_000
TABS = ".dashboard [role=tab]"


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


def speaks_of_no_place(tab: Tab) -> bool:
    """A tab of definitions: they are of documents, which name their own places, and the same for all."""
    datasets = load_datasets()
    charts = [part for row in tab.rows for part in row if isinstance(part, Chart)]
    return all(datasets[chart.dataset].open_to_all for chart in charts)


@pytest.mark.parametrize("board", BOARDS, ids=names(BOARDS))
def test_a_specialist_sees_one_municipality(visit: Callable[[str], Any], board: Dashboard) -> None:
    """Guards against a chart, a filter's list or a total that shows a neighbour's figures."""
    seen = visit("eniseysk")
    seen.open(board.slug)
    for number in range(max(1, seen.tabs())):
        if seen.tabs():
            seen.open_tab(number)
        assert_drawn(seen, board)
        if board.tabs and speaks_of_no_place(board.tabs[number]):
            continue
        text = seen.text()
        assert [word for word in FOREIGN if word in text] == [], f"{board.slug}, tab {number + 1}"
    assert seen.troubles == []


def chart_named(seen: Any, title: str) -> Any:
    return next(chart for chart in seen.charts() if chart.inner_text().strip().startswith(title))


def table(seen: Any, title: str) -> list[dict[str, str]]:
    """The rows of a table chart as a person reads them."""
    heads, *rows = chart_named(seen, title).evaluate(CELLS)
    return [dict(zip(heads, row, strict=True)) for row in rows]


def shown(value: str | None, digits: int, signed: bool = False) -> str:
    """A figure as `vitrina indicators` prints it, all its digits: 20,0 beside 17,6.

    An empty one is drawn as a dash by the style sheet.
    """
    if value is None:
        return "N/A"
    rounded = Decimal(value).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)
    text = f"{rounded:{'+' if signed and rounded else ''},f}"
    return text.replace(",", "\u00a0").replace(".", ",")


def counted(value: str | None) -> str:
    """A numerator or denominator: whole numbers without zeros."""
    if value is None:
        return "N/A"
    whole, _, fraction = f"{Decimal(value):,f}".partition(".")
    return ",".join(part for part in (whole.replace(",", "\u00a0"), fraction.rstrip("0")) if part)


def as_drawn(text: str) -> str:
    """Superset draws its own numbers with the minus of typographers."""
    return text.replace("\u2212", "-")


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
        assert_figures(row, figure)
        assert row["Организаций"].isdigit()


FIGURES = {"План": "plan", "Факт": "value", "Отклонение": "deviation"}


def assert_figures(row: dict[str, str], figure: dict[str, Any], heads: dict[str, str] | None = None) -> None:
    """A line of a table of indicators is what the command says of the same place, cell by cell."""
    words = value_labels("status")
    for head, key in (heads or FIGURES).items():
        expected = shown(figure[key], figure["precision"], signed=key == "deviation")
        assert as_drawn(row[head]) == expected, (row, head)
    for head, key in {"Числитель": "numerator", "Знаменатель": "denominator"}.items():
        assert as_drawn(row.get(head, counted(figure[key]))) == counted(figure[key]), (row, head)
    assert row.get("Статус", words[figure["status"]]) == words[figure["status"]]
    assert row.get("Опубликовано дословно", "N/A") in {"N/A", figure["reported_text"]}


@pytest.fixture(scope="module")
def told(superset: Any, vitrina: Callable[..., Any]) -> Callable[..., dict[str, dict[str, Any]]]:
    """What the command says of a place, by the title of the indicator."""

    @cache
    def ask(option: str, place: str) -> dict[str, dict[str, Any]]:
        asked = ("indicators", option, place, "--year", str(YEAR), "--json")
        rows = json.loads(vitrina(superset.settings.home, *asked).stdout)["rows"]
        return {row["title"]: row for row in rows}

    return ask


def test_every_table_of_indicators_says_what_the_command_says(
    visit: Callable[[str], Any], told: Callable[..., dict[str, dict[str, Any]]]
) -> None:
    """Guards against a page that computes, narrows or rounds in its own way, on any tab."""
    district = told("--territory", "Енисейский район")
    seen = visit("eniseysk")

    def of_the_district(slug: str, tab: int, title: str, heads: dict[str, str], indicator: str | None = None) -> None:
        seen.open(slug)
        seen.open_tab(tab)
        rows = table(seen, title)
        assert rows, f"{slug}: {title}"
        for row in rows:
            assert_figures(row, district[indicator or row["Показатель"]], heads)

    percents = {"Доля, %": "value", "План, %": "plan"}
    of_the_district("equipment", 0, "Муниципалитеты за выбранный год", percents, "1. Оснащены ЦОС")
    speed = next(title for title, row in district.items() if row["indicator_code"] == "organisations_with_speed")
    of_the_district("equipment", 2, "Организации со скоростью от порога", percents, speed)
    trained = {"Обучено, %": "value", "План, %": "plan", "Отклонение, п.п.": "deviation"}
    of_the_district("training", 0, "Муниципалитеты, обучено нарастающим итогом", trained)
    seen.open("organisation")
    seen.open_tab(0)
    school = table(seen, "Организация")[0]["Организация"]
    seen.open_tab(1)
    rows = table(seen, "Показатели организации, муниципалитета и план")
    assert len(rows) > 5
    for row in rows:
        assert_figures(row, told("--organisation", school)[row["Показатель"]])
    seen.open("agreement")
    seen.open_tab(1)
    rows = table(seen, "Организации, худшие сверху")
    assert len(rows) > 5
    for row in rows:
        assert_figures(row, told("--organisation", row["Организация"])["1. Оснащены ЦОС"])


def test_a_click_on_a_number_shows_its_rows(
    superset: Any, visit: Callable[[str], Any], vitrina: Callable[..., Any]
) -> None:
    """Guards against «откуда число» that only a command on the server tells, and against rows of another number."""
    seen = visit("eniseysk")
    seen.open("agreement")
    numbers = table(seen, "План и факт по муниципалитетам")
    cells = chart_named(seen, "План и факт по муниципалитетам").locator(
        "td[aria-labelledby='header-number_of_municipality']"
    )
    known = [index for index, row in enumerate(numbers) if "N/A" not in (row["Числитель"], row["Знаменатель"])]
    for index in (known[0], known[-1]):
        code, year, place = (cells.nth(index).text_content() or "").split()
        cells.nth(index).click()
        seen.settle()
        rows = table(seen, "Строки файлов за числом")
        asked = ("trace", code, year, "--territory", place, "--json")
        behind = json.loads(vitrina(superset.settings.home, *asked).stdout)
        assert len(rows) == len(behind["counted"]) + len(behind["excluded"])
        sums = {"числитель": Decimal(0), "знаменатель": Decimal(0)}
        for row in rows:
            if row["Вклад"] != "N/A":
                sums[row["Часть показателя"]] += Decimal(row["Вклад"].replace("\u00a0", "").replace(",", "."))
        assert sums["числитель"] == Decimal(numbers[index]["Числитель"].replace("\u00a0", "").replace(",", "."))
        assert sums["знаменатель"] == Decimal(numbers[index]["Знаменатель"].replace("\u00a0", "").replace(",", "."))
        assert table(seen, "План и факт по муниципалитетам") == numbers, "the page keeps its other numbers"
    cells.nth(known[-1]).click()
    seen.settle()
    assert len(table(seen, "Строки файлов за числом")) > len(rows)
    assert seen.troubles == []


QUESTIONS = [(board, question) for board in BOARDS for question in board.questions]


def test_every_question_of_the_start_page_is_answered(visit: Callable[[str], Any]) -> None:
    """Guards against a link that opens another tab, and against a page that has no answer for a specialist.

    What a specialist may not see is said in words in its place; a table without rows says what that means.
    """
    seen = visit("eniseysk")
    seen.settle()
    assert "С чего начать" in seen.text(), "the page of questions is the first to open"
    links = {link.inner_text(): link.get_attribute("href") for link in seen.page.locator(".dashboard-markdown a").all()}
    for board, question in QUESTIONS:
        seen.page.goto(seen.url + links[question.ask])
        seen.page.wait_for_selector("[data-test=dashboard-content-wrapper]", timeout=PATIENCE)
        seen.settle()
        assert seen.page.locator(f"{TABS}[aria-selected=true]").inner_text().strip() == question.tab, question.ask
        tab = next(tab for tab in board.tabs if tab.title == question.tab)
        own = [item for row in tab.rows for item in row if hasattr(item, "dataset")]
        answers = [chart.inner_text() for chart in seen.charts()]
        answered = [text for text in answers if "По выбранным фильтрам данных нет" not in text]
        closed = all(item.hidden_when_empty for item in own)
        assert closed or any(text.strip().startswith(item.title) for item in own for text in answered), question.ask
    assert seen.troubles == []


def test_the_specialists_questions_before_the_25th(superset: Any, visit: Callable[[str], Any]) -> None:
    """Guards against a page whose title promises what its tables lack: who registered, is active, is below 70 %."""
    seen = visit("eniseysk")
    seen.open("platforms")
    seen.open_tab(1)
    schools = table(seen, "Школы за месяц, кто зарегистрирован и кто активен")
    with superset.release() as release:
        rows = release.execute(
            "select organisation_name, headcount, registered, active, below_plan from marts.platform_month"
            " where municipality_id = '04615000' and is_general_education and system_code = 'my_school'"
            " and role = 'teacher' and month = (select max(month) from marts.platform_month)"
        ).fetchall()
    known = {name: [counted(None if one is None else str(one)) for one in people] for name, *people, _ in rows}
    heads = ("Численность", "Зарегистрировано", "Активно")
    assert {row["Организация"]: [row[head] for head in heads] for row in schools} == known
    below = {name for name, *_, is_below in rows if is_below}
    assert {row["Организация"] for row in schools if row["Ниже плана"] == "да"} == below
    assert {row["Организация"] for row in table(seen, "Школы, у которых активных меньше плана")} == below
    seen.open_tab(2)
    assert any(chart.inner_text().strip().startswith("Не сдали за год") for chart in seen.charts())


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
