"""What the YAML of bi/ computes and how charts carry it: expressions run in DuckDB, settings as Superset gets them."""

from typing import Any

import duckdb
import pytest

from bi.charts import SERIES, form_data, query
from bi.checks import findings
from bi.derived import calculated_columns
from bi.layout import WORD_COLOURS, native_filters
from bi.marts import Column, load_marts
from bi.specification import Chart, Dashboard, NativeFilter, Tab, load_dashboards, load_datasets
from schemas.kinds import KINDS
from schemas.labels import value_labels

STATUSES = dict(value_labels("status"))


def computed(mart: str, name: str, **row: Any) -> Any:
    """A calculated column of a dataset over one row of its mart."""
    dataset = load_datasets()[mart]
    (expression,) = (column.expression for column in dataset.columns if column.name == name)
    return evaluated(mart, expression, [row])


def metric(mart: str, name: str, *rows: dict[str, Any]) -> Any:
    (expression,) = (one.expression for one in load_datasets()[mart].metrics if one.name == name)
    return evaluated(mart, expression, list(rows))


def evaluated(mart: str, expression: str, rows: list[dict[str, Any]]) -> Any:
    with duckdb.connect() as connection:
        columns = ", ".join(f'"{one.name}" {one.sql_type}' for one in load_marts()[mart].columns.values())
        connection.execute(f"create table t ({columns})")
        for row in rows:
            names = ", ".join(f'"{name}"' for name in row)
            connection.execute(f"insert into t ({names}) values ({', '.join('?' * len(row))})", list(row.values()))
        (answer,) = connection.execute(f"select {expression} from t").fetchone() or (None,)
    return answer


def table(**changes: Any) -> Chart:
    given = {"name": "one", "title": "Один", "type": "table", "dataset": "load_journal", "columns": ("received_at",)}
    return Chart.model_validate({**given, **changes})


def board(chart: Chart, **changes: Any) -> Dashboard:
    given = {"slug": "one", "position": 1, "title": "Один", "description": "Один", "kinds": ("headcount",)}
    return Dashboard.model_validate({**given, "tabs": (Tab(title="Вкладка", rows=((chart,),)),), **changes})


@pytest.mark.parametrize(
    ("low", "high", "meets", "words"),
    [
        (20, 20, True, "от порога"),
        (1, 3, False, "ниже порога"),
        (10, 30, None, "порог внутри диапазона"),
        (None, None, None, "скорость неизвестна"),
    ],
)
def test_a_speed_has_a_verdict(low: int | None, high: int | None, meets: bool | None, words: str) -> None:
    """Guards against an unknown speed, or a range around the threshold, shown as below it; and against no colour."""
    row = {"speed_low": low, "speed_high": high, "meets_threshold": meets, "threshold": 20}
    assert computed("connectivity_by_organisation", "verdict", **row) == words
    assert words in WORD_COLOURS


def test_speed_bands_sort_as_text_by_their_numbers() -> None:
    """Guards against «до 10» between «50–100» and «100+» on the axis."""
    speeds = (5, 10, 20, 50, 100)
    bands = [computed("connectivity_by_organisation", "speed_band", speed_low=speed) for speed in speeds]
    assert bands == sorted(bands)
    assert len(set(bands)) == len(speeds)
    assert computed("connectivity_by_organisation", "speed_band", speed_low=None) > bands[-1]


@pytest.mark.parametrize(("high", "band"), [(3, "  до 10"), (100, "нет")])
def test_at_most_a_speed_is_not_taken_for_slow(high: int, band: str) -> None:
    """Guards against «не более 100» counted among schools with less than 10 Мбит/с."""
    assert computed("connectivity_by_organisation", "speed_band", speed_high=high) == band


def test_a_bar_without_one_plan_is_not_called_done() -> None:
    """Guards against LEAST, which passes over what is empty: a fact without a plan was «до плана сделано»."""
    place = {"indicator_code": "a", "territory_level": "municipality", "unit": "%", "numerator": 1, "denominator": 4}
    bars = ("within_plan", "short_of_plan", "beyond_plan", "beside_plans")

    def lengths(*plans: int | None) -> list[float | None]:
        rows = [{**place, "value": 25, "plan": plan} for plan in plans]
        return [metric("indicator_by_territory", bar, *rows) for bar in bars]

    assert lengths(20) == [20, None, 5, None]
    assert lengths(40) == [25, 15, None, None]
    assert lengths(20, 40) == [None, None, None, 25]
    assert lengths(None) == [None, None, None, 25]


def test_series_of_one_chart_have_colours_of_their_own() -> None:
    """Guards against a school and its municipality drawn as two lines of one colour."""
    for dashboard in load_dashboards():
        for chart in dashboard.charts():
            if chart.type in SERIES and len(chart.metrics) > 1:
                named = [WORD_COLOURS[name] for name in chart.metrics]
                assert len(set(named)) == len(named), f"{dashboard.slug}: {chart.name}"


def test_a_region_is_filtered_by_its_name() -> None:
    """Guards against a mart that carries the code alone and goes on showing every region when one is chosen."""
    (column,) = (one for one in calculated_columns(load_datasets()["indicator_plan"]) if one.name == "region")
    assert evaluated("indicator_plan", column.expression, [{"region_code": "RU-KYA"}]) == "Красноярский край"
    assert evaluated("indicator_plan", column.expression, [{"region_code": None}]) is None
    assert "region" not in {one.name for one in calculated_columns(load_datasets()["indicator_by_territory"])}


def test_different_equipment_is_never_added() -> None:
    """Guards against laptops and sets in one total."""
    laptops = {"item": "Ноутбук", "unit": "шт.", "quantity": 2}
    assert metric("equipment_by_organisation", "delivered", laptops, laptops) == 4
    assert metric("equipment_by_organisation", "delivered", laptops, {**laptops, "unit": "комплект"}) is None
    assert metric("equipment_by_organisation", "delivered", laptops, {**laptops, "item": "МФУ"}) is None


@pytest.mark.parametrize(
    ("speeds", "words"),
    [
        ([], "скорость не измерена"),
        ([{"numerator": None}], "скорость не измерена"),
        ([{"numerator": 1}], "от порога"),
        ([{"numerator": 0, "is_undecided": False}], "ниже порога"),
        ([{"numerator": 0, "is_undecided": True}], "порог внутри диапазона"),
    ],
)
def test_an_equipped_organisation_without_a_measurement_is_not_called_slow(
    speeds: list[dict[str, Any]], words: str
) -> None:
    """Guards against «ниже порога» said of a school nobody measured."""
    rows = [{"indicator_code": "organisations_with_speed", **row} for row in speeds]
    equipped = {"indicator_code": "equipped_organisations", "numerator": 1}
    assert metric("indicator_by_organisation", "internet", equipped, *rows) == words


def test_values_of_senders_are_named_in_russian() -> None:
    """Guards against «registered=8; headcount=» on a dashboard, and against a part of a text lost."""
    shown = computed("sender_conflict", "active_shown", active_values="registered=8; headcount=; confirmed=0")
    assert shown == "зарегистрировано: 8; подтверждено: 0"
    position = "position=учитель; методист; is_external=false"
    assert computed("sender_conflict", "other_shown", other_values=position) == (
        "должность: учитель; методист; внешний совместитель: false"
    )


def test_every_value_of_senders_has_a_russian_name() -> None:
    """Guards against a column added to the mart's list that a dashboard would show by its English name."""
    names = {name for kind in KINDS.values() for name in kind.value_columns}
    assert len(names) > 20
    for name in names:
        assert computed("sender_conflict", "active_shown", active_values=f"{name}=1").endswith(": 1"), name


@pytest.mark.parametrize(
    ("message", "remark"),
    [
        (
            "a.csv, лист «a», строка 2, столбец «Обучающихся»: «-5», ожидалось число. Строка отклонена.",
            "«-5», ожидалось число. Строка отклонена.",
        ),
        ("a.csv, лист «a», строка 2: нужен ИНН.", "нужен ИНН."),
        ("без места", "без места"),
    ],
)
def test_a_remark_does_not_repeat_its_place(message: str, remark: str) -> None:
    """Guards against a table whose every line says file, sheet and row twice."""
    assert computed("reject_journal", "remark", message=message) == remark


@pytest.mark.parametrize(
    ("start", "end", "words"),
    [
        ("2024-12-01", "2024-12-01", "01.12.2024"),
        ("2024-10-01", "2024-10-31", "01.10.2024 – 31.10.2024"),
        (None, None, None),
    ],
)
def test_a_period_is_written_in_the_russian_way(start: str | None, end: str | None, words: str | None) -> None:
    """Guards against one day shown as a range, and an unknown period as a dash and a half."""
    assert computed("load_journal", "period_words", period_start=start, period_end=end) == words


def test_every_status_has_a_colour() -> None:
    """Guards against a verdict painted by chance: «не достигнут» in green."""
    assert set(value_labels("status").values()) <= set(WORD_COLOURS)


def test_every_state_of_assignments_and_road_maps_has_a_colour() -> None:
    """Guards against «просрочено» in green; states of objects are not drawn."""
    of_objects = {"planned", "active", "closed"}
    assert {words for code, words in value_labels("state").items() if code not in of_objects} <= set(WORD_COLOURS)


@pytest.mark.parametrize("mart", ["indicator_by_territory", "indicator_by_organisation"])
def test_a_number_of_organisations_is_no_share(mart: str) -> None:
    """Guards against 2 of 18 organisations shown as 0,1, and against a share that is the mean of shares."""
    count = {"indicator_code": "a", "territory_level": "municipality", "unit": "ОО"}
    row = {name: value for name, value in count.items() if name in load_marts()[mart].columns}
    two = row | {"numerator": 2, "denominator": 18, "value": 2}
    three = row | {"numerator": 3, "denominator": 9, "value": 3}
    assert metric(mart, "share", two) == 2
    assert metric(mart, "share", two, three) == 5
    percent = [one | {"unit": "%", "value": 100 * one["numerator"] / one["denominator"]} for one in (two, three)]
    assert float(metric(mart, "share", *percent)) == 18.5
    assert metric(mart, "share", two, three | {"indicator_code": "b"}) is None


@pytest.mark.parametrize("mart", ["indicator_by_territory", "indicator_by_organisation"])
def test_who_gave_no_denominator_adds_nothing_to_a_share(mart: str) -> None:
    """Guards against 233 of 479 teachers and 14 of nobody knows how many shown as 51,6 %."""
    whole = {"indicator_code": "a", "unit": "%", "numerator": 1, "denominator": 2, "value": 50}
    part = {**whole, "denominator": None, "value": None}
    level = {"territory_level": "municipality"} if mart == "indicator_by_territory" else {}
    assert metric(mart, "share", whole | level, part | level) == 50


def test_no_table_shows_true_and_false() -> None:
    """Guards against English words in a cell: a yes-or-no column is shown by its words."""
    shown = {(chart.dataset, name) for board in load_dashboards() for chart in board.charts() for name in chart.columns}
    raw = {(mart, name) for mart, one in load_marts().items() for name in one.columns}
    assert [pair for pair in shown & raw if load_marts()[pair[0]].columns[pair[1]].sql_type == "BOOLEAN"] == []


def test_the_worst_of_several_is_not_their_sum() -> None:
    """Guards against the speeds of two schools added up; a school's own is shown."""
    speed = {"indicator_code": "minimum_speed", "unit": "Мбит/с"}
    schools = [{**speed, "numerator": value, "value": value} for value in (1, 100)]
    assert metric("indicator_by_organisation", "share", schools[0]) == 1
    assert metric("indicator_by_organisation", "share", *schools) is None
    district = {**speed, "territory_level": "municipality", "value": 1}
    assert metric("indicator_by_territory", "share", district, district) is None


@pytest.mark.parametrize("mart", ["indicator_by_territory", "indicator_by_organisation"])
def test_a_page_opens_with_the_last_year_that_has_plans(mart: str) -> None:
    """Guards against a page that opens with a year of one stray value, all verdicts of which are «нет плана»."""
    compared = [{"year": 2024, "status": status} for status in ("achieved", "not_achieved", "no_data")]
    begun = [{"year": 2025, "status": "no_plan"}] * 39 + [{"year": 2025, "status": "achieved"}]
    earlier = [{**row, "year": 2023} for row in compared]
    orders = [metric(mart, "order_of_years", *rows) for rows in (compared, earlier, begun)]
    assert orders == sorted(orders, reverse=True)


def test_a_page_opens_with_an_organisation_of_which_much_is_known() -> None:
    """Guards against the card of the alphabet's first kindergarten, which has one figure."""

    def order(name: str, known: int) -> str:
        rows = [{"organisation_name": name, "indicator_code": str(number), "value": 1} for number in range(known)]
        found: str = metric("indicator_by_organisation", "order_of_organisations", *rows)
        return found

    assert sorted(["А", "Б", "В"], key=lambda name: order(name, {"А": 1, "Б": 12, "В": 12}[name])) == ["Б", "В", "А"]


def test_only_todays_states_are_counted() -> None:
    """Guards against an assignment counted once for every state it has been in."""
    rows = [{"state": state, "is_current": current} for state, current in
            (("not_yet", False), ("overdue", True), ("fulfilled", True), ("overdue", True))]  # fmt: skip
    names = ("assignments", "overdue", "not_yet", "fulfilled")
    assert [metric("decision_status", name, *rows) for name in names] == [3, 2, 0, 1]


def test_results_of_a_road_map_sort_by_their_numbers() -> None:
    """Guards against «10.1» before «2.1»."""
    numbers = ("2.1", "2.10", "10.1")
    orders = [computed("milestone_status", "number_order", number=number) for number in numbers]
    assert orders == sorted(orders)
    assert computed("milestone_status", "number_order", number="б/н") == 0


@pytest.mark.parametrize(
    ("tolerance", "value_type", "shown"),
    [("0.005", "fact", 13.57), ("0.05", "fact", 13.57), ("0.5", "fact", 13.6), ("0.005", "plan", None)],
)
def test_a_computed_value_is_as_exact_as_its_document_and_a_digit_more(
    tolerance: str, value_type: str, shown: float | None
) -> None:
    """Guards against 13,6 beside a published 13,59, and against a fact compared with a plan."""
    row = {"computed": "13.569937", "tolerance": tolerance, "value_type": value_type}
    found = computed("reconciliation", "computed_shown", **row)
    assert (found if found is None else float(found)) == shown


def test_people_of_two_years_are_not_added() -> None:
    """Guards against a card that counts every pupil once a year."""
    rows = [{"year": year, "students": 100} for year in (2023, 2024)]
    assert metric("organisation_card", "students_sum", rows[0]) == 100
    assert metric("organisation_card", "students_sum", *rows) is None


def test_a_number_has_the_digits_of_its_passport() -> None:
    """Guards against «23,0» meetings; percents in a mart without passports keep their one digit."""
    value, digits = Column("value", "DECIMAL(18,6)", "Факт", "", {}), Column("precision_digits", "INTEGER", "", "", {})
    chart = table(columns=("value_rounded",))
    with_passport = form_data(chart, {"value": value, "precision_digits": digits})["column_config"]
    without = form_data(chart, {"value": value})["column_config"]
    assert [found["value_rounded"]["d3NumberFormat"] for found in (with_passport, without)] == [",~f", ",.1f"]


def test_moments_are_shown_in_the_readers_time_and_days_are_not() -> None:
    """Guards against UTC read as the time on the wall, and against a day that becomes «03:00»."""
    moment = Column("received_at", "TIMESTAMP", "Получен", "", {})
    day = Column("date", "DATE", "Дата", "", {})
    formats = form_data(table(columns=("received_at", "date")), {"received_at": moment, "date": day})["column_config"]
    assert formats["received_at"]["d3TimeFormat"].startswith("local!")
    assert "date" not in formats


def test_a_condition_on_aggregates_reaches_browser_and_server() -> None:
    """Guards against a list that the page filters and the export does not."""
    chart = table(columns=("original_name",), metrics=("files_loaded",), where="rows_read > 0", having="COUNT(*) > 1")
    clauses = [(one["clause"], one["sqlExpression"]) for one in form_data(chart, {})["adhoc_filters"]]
    assert clauses == [("WHERE", "rows_read > 0"), ("HAVING", "COUNT(*) > 1")]
    asked = query(chart, {})
    assert asked is not None
    assert asked["extras"] == {"where": "(rows_read > 0)", "having": "(COUNT(*) > 1)"}


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"metrics": ("files_loaded",), "having": "COUNT(renamed) > 1"}, "renamed"),
        ({"having": "COUNT(*) > 1"}, "having needs metrics"),
    ],
)
def test_a_wrong_condition_on_aggregates_is_found(changes: dict[str, Any], words: str) -> None:
    """Guards against a column renamed in the mart and not in the condition."""
    found = findings(load_datasets(), [board(table(columns=("original_name",), **changes))])
    assert words in "\n".join(found)


def test_a_dashboard_that_names_no_kinds_has_no_foot() -> None:
    """Guards against the table of sources twice on the page that is about them, and against `kind IN ()`."""
    assert [chart.name for chart in board(table(), kinds=()).charts()] == ["release", "one"]
    assert [chart.name for chart in board(table()).charts()] == ["release", "one", "sources"]


def test_the_table_of_sources_is_as_tall_as_it_needs() -> None:
    """Guards against half a screen of nothing under one kind, and against a table longer than the page."""
    heights = [board(table(), kinds=("headcount",) * number).foot[0][0].height for number in (1, 4, 40)]
    assert heights == sorted(set(heights))


def test_a_filter_by_organisation_finds_the_thousand_and_first() -> None:
    """Guards against a school that the filter of a large region does not list and cannot find."""
    filters = (
        NativeFilter(name="municipality", title="М", column="municipality", dataset="load_journal"),
        NativeFilter(name="organisation", title="О", column="organisation_name", dataset="submission_status"),
    )
    found = native_filters(board(table(), filters=filters), {})
    assert [one["controlValues"]["searchAllOptions"] for one in found] == [False, True]


def test_a_part_of_a_name_is_no_value_of_a_filter() -> None:
    """Guards against «Енисейский» typed, Enter pressed, and an empty page: no row is called that."""
    filters = (NativeFilter(name="municipality", title="М", column="municipality", dataset="load_journal"),)
    (found,) = native_filters(board(table(), filters=filters), {})
    assert found["controlValues"]["creatable"] is False


@pytest.mark.parametrize("column", ["old_value", "new_value"])
def test_a_changed_status_reads_as_everywhere(column: str) -> None:
    """Guards against words of a status typed into a data set and left behind when the catalogue of words changes."""
    shown = column.replace("value", "shown")
    words = {code: computed("indicator_change", shown, field="status", **{column: code}) for code in STATUSES}
    assert words == STATUSES
    assert computed("indicator_change", shown, field="numerator", **{column: "90.612000"}) == "90,61"
    assert computed("indicator_change", shown, field="numerator", **{column: "434.000000"}) == "434"
    assert computed("indicator_change", shown, field="indicator_version", **{column: "2"}) == "2"
