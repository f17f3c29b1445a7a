"""The checks of bi/ that need no server: the tree is sound, and each finding is made when it should be."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from bi.bundle import bundle, files
from bi.checks import findings
from bi.settings import SupersetSettings
from bi.shared_charts import shared_charts, with_shared
from bi.specification import (
    Chart,
    Dashboard,
    Dataset,
    Metric,
    NativeFilter,
    SpecificationError,
    Tab,
    load_dashboards,
    load_datasets,
)

TERRITORY = load_datasets()["indicator_by_territory"]
HEAD = {name: load_datasets()[name] for name in ("release_summary", "source_status")}


def board(*charts: Chart, filters: tuple[NativeFilter, ...] = ()) -> Dashboard:
    rows = tuple((chart,) for chart in charts)
    return Dashboard(
        slug="one", position=1, title="Один", description="Один", kinds=("headcount",), filters=filters,
        tabs=(Tab(title="Вкладка", rows=rows),),
    )  # fmt: skip


def chart(**changes: Any) -> Chart:
    given = {
        "name": "plan",
        "title": "План",
        "type": "table",
        "dataset": "indicator_by_territory",
        "columns": ("plan",),
    }
    return Chart.model_validate({**given, **changes})


def found(dashboard: Dashboard, datasets: Mapping[str, Dataset] | None = None) -> str:
    return "\n".join(findings(datasets or {**HEAD, TERRITORY.mart: TERRITORY}, [dashboard]))


def test_a_row_that_does_not_fit_is_named() -> None:
    """Guards against a chart that is in the file and nowhere on the page."""
    dashboard = board(chart())
    wide = Tab(title="Вкладка", rows=((chart(name="one"), chart(name="two", width=1)),))
    assert "tab Вкладка: a row is wider than 12" in found(dashboard.model_copy(update={"tabs": (wide,)}))


def test_a_filter_that_does_not_reach_a_chart_is_named() -> None:
    """Guards against a region chosen on the left and a table that goes on showing every region without a word."""
    month = NativeFilter(name="month", title="Месяц", column="month", dataset="platform_month")
    datasets = {**HEAD, TERRITORY.mart: TERRITORY, "platform_month": load_datasets()["platform_month"]}
    told = "filter month does not reach chart plan: indicator_by_territory has no month"
    assert told in found(board(chart(), filters=(month,)), datasets)
    assert "does not reach" not in found(board(chart(ignores=("month",)), filters=(month,)), datasets)


def test_the_tree_is_sound() -> None:
    """Guards against a mart's renamed column that breaks a dashboard on the morning after the release."""
    assert findings() == []


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"columns": ("plan_renamed",)}, "has no column plan_renamed"),
        ({"x": "month"}, "has no column month"),
        ({"metrics": ("forgotten",)}, "has no metric forgotten"),
        ({"dataset": "nowhere"}, "there is no dataset nowhere"),
        ({"order": ("-forgotten",)}, "orders by forgotten"),
        ({"where": "renamed = 1"}, "renamed"),
        ({"columns": ()}, "asks for nothing"),
        ({"ignores": ("year",)}, "ignores year, which is no filter"),
        ({"columns": ("plan_level",)}, "people are shown another column in its stead"),
    ],
)
def test_a_chart_that_names_what_is_not_there(changes: dict[str, Any], words: str) -> None:
    """Guards against a check that reads the YAML's shape and not its names."""
    told = found(board(chart(**changes)))
    assert words in told
    assert "one: chart plan" in told


def test_two_charts_of_one_name() -> None:
    """Guards against one uuid for two charts: the second would overwrite the first in silence."""
    assert "plan stands twice" in found(board(chart(), chart(title="Ещё")))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"column": "renamed"}, "has no column renamed"),
        ({"dataset": "nowhere"}, "there is no dataset nowhere"),
        ({"parent": "region"}, "its parent region is no filter"),
        ({"sort_metric": "forgotten"}, "has no metric forgotten"),
    ],
)
def test_a_filter_that_names_what_is_not_there(changes: dict[str, Any], words: str) -> None:
    """Guards against a filter bar whose filter is empty for ever."""
    given = {"name": "year", "title": "Год", "column": "year", "dataset": "indicator_by_territory"}
    assert words in found(board(chart(), filters=(NativeFilter.model_validate({**given, **changes}),)))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"metrics": (Metric(name="wrong", title="Х", expression="SUM(renamed)"),)}, "metric wrong"),
        ({"municipality_column": "renamed"}, "municipality_column renamed is not a column"),
        ({"municipality_column": None, "open_to_all": "нет территории"}, "speaks of places"),
        ({"mart": "nowhere"}, "there is no mart nowhere"),
    ],
)
def test_a_dataset_that_does_not_fit_its_mart(changes: dict[str, Any], words: str) -> None:
    """Guards against a dataset open to everybody because its rule names no column of the mart."""
    broken = TERRITORY.model_copy(update=changes)
    assert words in found(board(chart()), {**HEAD, "indicator_by_territory": broken})


def test_two_titles_of_a_dataset_are_found() -> None:
    """Guards against error 500 of a workbook with two chosen columns of one title; metrics are columns there too."""
    metric = Metric(name="again", title="Муниципалитет", expression="COUNT(*)")
    double = TERRITORY.model_copy(update={"metrics": (*TERRITORY.metrics, metric)})
    assert "municipality, again have one title «Муниципалитет»" in found(
        board(chart()), {**HEAD, TERRITORY.mart: double}
    )


def test_a_dataset_nobody_uses_is_an_orphan() -> None:
    """Guards against datasets that stay behind when the last chart over them goes."""
    assert "no dashboard uses it" in found(board(chart()), dict(load_datasets()))


def test_a_dataset_must_say_who_sees_its_rows() -> None:
    """Guards against a dataset file that forgets both the rule and the reason why none is needed."""
    with pytest.raises(ValueError, match="municipality_column or open_to_all"):
        Dataset(mart="laggard", title="Отстающие")


def test_a_broken_file_is_named(tmp_path: Path) -> None:
    """Guards against a validation error that does not say which of twenty files to open."""
    (tmp_path / "x.yaml").write_text("slug: one\n", encoding="utf-8")
    with pytest.raises(SpecificationError, match=r"x\.yaml"):
        load_dashboards(tmp_path)


def test_a_shared_chart_that_is_not_there_is_named(tmp_path: Path) -> None:
    """Guards against a KeyError that does not say which file asks, and for what."""
    (tmp_path / "x.yaml").write_text("tabs: [{title: Один, rows: [[{use: nowhere}]]}]\n", encoding="utf-8")
    with pytest.raises(SpecificationError, match=r"x\.yaml: use: nowhere: .*definitions"):
        load_dashboards(tmp_path)


def test_a_chart_keeps_its_own_beside_what_is_shared() -> None:
    """Guards against a page's own condition lost under the shared one, and against the shared widths lost under it."""
    chart = {"use": "footnotes", "where": "year = 2024", "height": 10, "options": {"page_length": 5}}
    (((made,),),) = (tab["rows"] for tab in with_shared({"tabs": [{"title": "Один", "rows": [[chart]]}]})["tabs"])
    shared = shared_charts()["footnotes"]
    assert (made["where"], made["height"], made["dataset"]) == ("year = 2024", 10, shared["dataset"])
    assert made["options"] == {**shared["options"], "page_length": 5}
    assert "use" not in made


def test_the_bundle_is_the_same_each_time() -> None:
    """Guards against a second provisioning that changes what nobody changed."""
    warehouse = Path("/srv/vitrina/current/warehouse.duckdb")
    assert bundle(warehouse, SupersetSettings()) == bundle(warehouse, SupersetSettings())


def test_every_label_is_russian() -> None:
    """Guards against a column that shows its English name in a Russian table."""
    columns = [
        (name, column["column_name"], column["verbose_name"])
        for name, content in files(Path("/x/current/warehouse.duckdb"), SupersetSettings()).items()
        if name.startswith("datasets/")
        for column in content["columns"]
    ]
    assert columns
    latin_only = [entry for entry in columns if not any("а" <= letter <= "я" for letter in entry[2].lower())]
    assert [entry for entry in latin_only if not entry[2].isupper()] == []


def test_the_database_is_closed() -> None:
    """Guards against a connection through which SQL Lab reads the machine's files (read_only is no sandbox)."""
    database = files(Path("/x/current/warehouse.duckdb"), SupersetSettings())["databases/vitrina.yaml"]
    arguments = database["extra"]["engine_params"]["connect_args"]
    assert arguments["read_only"] is True
    assert arguments["config"]["enable_external_access"] == "false"
    assert arguments["config"]["lock_configuration"] == "true"
    assert not database["allow_dml"]
