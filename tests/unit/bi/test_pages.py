"""What pages show in place of the marts' own columns, and what they say of themselves: one time, digits, emptiness."""

from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from test_dashboard_words import evaluated

from bi.bundle import files
from bi.checks import findings
from bi.derived import calculated_columns
from bi.layout import chart_configuration, numbered
from bi.moments import in_local_time, zone_in_words
from bi.page_style import page_style
from bi.settings import SupersetSettings
from bi.specification import Chart, Dashboard, Tab, load_dashboards, load_datasets
from bi.start_page import SLUG
from foundation.settings import get_settings
from publishing.indicators import NO_NUMBER, number_text
from schemas.passport import passports

BOARDS = {board.slug: board for board in load_dashboards()}


def derived(mart: str, name: str, **row: Any) -> Any:
    (expression,) = (one.expression for one in calculated_columns(load_datasets()[mart]) if one.name == name)
    return evaluated(mart, expression, [row])


def board(*charts: Chart, **changes: Any) -> Dashboard:
    given = {"slug": "one", "position": 1, "title": "Один", "description": "Один"}
    tabs = (Tab(title="Вкладка", rows=tuple((chart,) for chart in charts)),)
    return Dashboard.model_validate({**given, "tabs": tabs, **changes})


@pytest.mark.parametrize("value", ["20", "17.6471", "5.85", "12345.649", "0", "-0.5", "-63.5", "0.05", None])
@pytest.mark.parametrize("digits", [0, 1, 2])
@pytest.mark.parametrize("mart", ["indicator_by_territory", "indicator_by_organisation"])
def test_a_number_is_shown_as_the_command_prints_it(mart: str, digits: int, value: str | None) -> None:
    """Guards against 20 beside 17,6, and against the binary 5,85 rounded down."""
    printed = number_text(Decimal(value) if value else None, digits)
    expected = None if printed == NO_NUMBER else printed.replace("−", "-").replace(" ", "\u00a0")
    shown = derived(mart, "value_shown", value=value, precision_digits=digits)
    assert shown == expected


def test_a_deviation_has_its_sign() -> None:
    """Guards against a deviation of which one cannot tell whether it is good."""
    shown = [derived("indicator_by_territory", "deviation_shown", deviation=d, precision_digits=1) for d in (2, 0, -2)]
    assert shown == ["+2,0", "0,0", "-2,0"]


def test_an_incomplete_value_says_between_what_it_lies() -> None:
    """Guards against 45,4 shown as if all had reported."""
    incomplete = {"value_low": "45.4", "value_high": "69.84", "precision_digits": 1}
    assert derived("indicator_by_territory", "interval_shown", **incomplete) == "от 45,4 до 69,8"
    assert derived("indicator_by_territory", "interval_shown", **{**incomplete, "value_high": "45.4"}) is None
    # A sum has no upper bound.
    assert derived("indicator_by_territory", "interval_shown", **{**incomplete, "value_high": None}) == "не меньше 45,4"
    nothing = {"value_low": None, "value_high": None, "precision_digits": 1}
    assert derived("indicator_by_territory", "interval_shown", **nothing) is None


def test_a_cumulative_value_says_so() -> None:
    """Guards against teachers trained in all years read as those of the year."""
    units = {
        passport.code: derived("indicator_by_territory", "unit_shown", indicator_code=passport.code, unit="%")
        for passport in passports()
    }
    cumulative = {passport.code for passport in passports() if passport.cumulative != "none"}
    assert {code for code, unit in units.items() if unit == "% нарастающим итогом"} == cumulative
    assert {unit for code, unit in units.items() if code not in cumulative} == {"%"}


def test_moments_are_in_the_time_of_the_command() -> None:
    """Guards against «построен 16:45» on the screen beside 19:46 in the command."""
    moment = datetime(2026, 11, 30, 16, 46)
    assert derived("load_journal", "received_at_local", received_at=moment) == datetime(2026, 11, 30, 19, 46)
    line = derived("release_summary", "release_line", data_date="2025-10-31", release_id="r", built_at=moment)
    assert line == "Данные на 31.10.2025. Выпуск r построен 30.11.2026 в 19:46, московское время"


def test_the_name_of_another_zone_is_its_offset(monkeypatch: pytest.MonkeyPatch) -> None:
    """Guards against Moscow's name over Krasnoyarsk's time."""
    monkeypatch.setenv("VITRINA_TIMEZONE", "Asia/Krasnoyarsk")
    get_settings.cache_clear()
    try:
        assert zone_in_words() == "время UTC+7"
        assert in_local_time("LOCAL(MAX(a))") == "((MAX(a) AT TIME ZONE 'UTC') AT TIME ZONE 'Asia/Krasnoyarsk')"
    finally:
        monkeypatch.undo()
        get_settings.cache_clear()


def test_no_chart_shows_a_moment_in_utc() -> None:
    """Guards against a new table that takes the mart's own column."""
    chart = Chart(name="one", title="Один", type="table", dataset="load_journal", columns=("received_at",))
    assert "shows received_at in UTC, people are shown received_at_local" in "\n".join(findings(None, [board(chart)]))


def test_emptiness_says_what_it_means() -> None:
    """Guards against «По выбранным фильтрам данных нет» where all is well."""
    chart = Chart(
        name="one", title="Один", type="table", dataset="load_journal", columns=("kind",), empty='Сдали "все"'
    )
    style = page_style(board(chart))
    assert ".dashboard-component-chart-holder:has(> #CHART-one) .ant-empty-description::after" in style
    assert r'content: "Сдали \"все\""' in style
    assert "display: none" not in page_style(board(chart.model_copy(update={"empty": None}))).split("Выпуск")[-1]
    hidden = page_style(board(chart.model_copy(update={"hidden_when_empty": True})))
    assert ".resizable-container:has(#CHART-one):has(.ant-empty) { display: none; }" in hidden


def test_no_title_says_what_emptiness_means() -> None:
    """Guards against «(пусто, если …)» over a table that is not empty."""
    assert [chart.title for board in BOARDS.values() for chart in board.charts() if "пусто" in chart.title] == []


def test_a_click_on_a_number_reaches_the_rows_behind_it_and_nothing_else() -> None:
    """Guards against tiles that count one row after a click, and against lists shared in YAML: ids are put in twice."""
    for page in BOARDS.values():
        names = {number: name for name, number in numbered(page).items()}
        charts = {chart.name: chart for chart in page.charts()}
        configurations = chart_configuration(page)
        for number, configuration in configurations.items():
            scope = configuration["crossFilters"]["scope"]
            reached = set(names) - set(scope["excluded"])
            assert {charts[names[one]].dataset for one in reached} == {"indicator_lineage"}, names[int(number)]
        lists = [id(one["crossFilters"]["scope"]["excluded"]) for one in configurations.values()]
        assert len(lists) == len(set(lists))


def test_what_is_clicked_is_in_the_rows_behind() -> None:
    """Guards against a key that one side writes otherwise: every row would be filtered away."""
    place = {"indicator_code": "a", "year": 2024}
    school = derived("indicator_by_organisation", "number_of_organisation", organisation_id="1-2", **place)
    assert derived("indicator_lineage", "number_of_organisation", organisation_id="1-2", **place) == school
    district = {"territory_id": "046", "territory_level": "municipality", "region_code": "RU-KYA"}
    clicked = derived("indicator_by_territory", "number_of_municipality", **district, **place)
    assert derived("indicator_lineage", "number_of_municipality", municipality_id="046", **place) == clicked
    region = {"territory_id": "RU-KYA", "territory_level": "region", "region_code": "RU-KYA"}
    clicked = derived("indicator_by_territory", "number_of_region", **region, **place)
    assert derived("indicator_lineage", "number_of_region", region_code="RU-KYA", **place) == clicked
    assert derived("indicator_by_territory", "number_of_region", **district, **place) is None


def test_a_row_is_shown_as_it_is_written() -> None:
    """Guards against JSON on the screen, and against a heading with a quotation mark or a point."""
    shown = derived("indicator_lineage", "as_written_shown", as_written='{"Кол. \\"А\\"":"4","Б":"да"}')
    assert shown == 'Кол. "А": 4; Б: да'
    assert derived("indicator_lineage", "as_written_shown", as_written=None) is None


def test_the_start_page_leads_to_every_page() -> None:
    """Guards against a page nobody finds, and against a link to a tab that is not there."""
    position = files(Path("/x/current/warehouse.duckdb"), SupersetSettings())[f"dashboards/{SLUG}.yaml"]["position"]
    notes = "\n".join(
        item["meta"]["code"] for item in position.values() if isinstance(item, dict) and item.get("type") == "MARKDOWN"
    )
    for page in BOARDS.values():
        if page.slug == SLUG:
            continue
        assert f"[{page.title}](/superset/dashboard/{page.slug}/)" in notes
        assert page.questions, page.slug
        for question in page.questions:
            number = [tab.title for tab in page.tabs].index(question.tab) + 1
            assert f"[{question.ask}](/superset/dashboard/{page.slug}/#TAB-{number})" in notes


def test_a_question_names_a_tab() -> None:
    """Guards against a tab renamed under its question."""
    chart = Chart(name="one", title="Один", type="table", dataset="load_journal", columns=("kind",))
    with pytest.raises(ValueError, match="questions name tabs that are not there: Нет такой"):
        board(chart, questions=({"ask": "Кто?", "tab": "Нет такой"},))
