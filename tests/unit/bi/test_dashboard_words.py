"""What the YAML of bi/ computes and how charts carry it: expressions run in DuckDB, settings as Superset gets them."""

import re
from pathlib import Path
from typing import Any

import duckdb
import pytest

from bi.charts import form_data, query
from bi.checks import findings
from bi.layout import WORD_COLOURS, native_filters
from bi.marts import Column, load_marts
from bi.specification import Chart, Dashboard, NativeFilter, Tab, load_datasets
from schemas.labels import value_labels

MODELS = Path(__file__).resolve().parents[3] / "dbt_project" / "models" / "marts"


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
    lists = re.findall(r"\('\w+', \[([^]]*)]\)", (MODELS / "sender_conflict.sql").read_text(encoding="utf-8"))
    names = {name for one in lists for name in re.findall(r"'(\w+)'", one)}
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
