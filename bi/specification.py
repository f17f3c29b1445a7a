"""What the YAML files under bi/ may say: datasets with their metrics, native filters, dashboards with their charts."""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, Literal, Self, TypeVar

import yaml
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from bi.moments import in_local_time
from bi.shared_charts import UnknownChartError, with_shared
from bi.start_page import start_page

FOLDER = Path(__file__).parent
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
Text = Annotated[str, Field(min_length=1)]
M = TypeVar("M", bound=BaseModel)
ChartType = Literal["table", "pivot", "number", "line", "bar", "bullet", "heatmap", "map"]


class SpecificationError(ValueError):
    """A file under bi/ is not valid; the message names it."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


METRIC = re.compile(r"\bMETRIC\((\w+)\)")
Expression = Annotated[Text, AfterValidator(in_local_time)]
"""SQL; LOCAL(column) is a moment in the region's time, ZONE_IN_WORDS the name of that time."""


class Metric(_Strict):
    """An aggregate over a mart; a certified one says by which rule it may be trusted."""

    name: Name
    title: Text
    expression: Expression
    format: str = ",.1f"
    description: str | None = None
    certified: str | None = None


class CalculatedColumn(_Strict):
    """A column Superset computes of the mart's own ones."""

    name: Name
    title: Text
    expression: Expression
    type: str = "VARCHAR"
    description: str | None = None


class Dataset(_Strict):
    """A mart as Superset sees it."""

    mart: Name
    title: Text
    municipality_column: Name | None = None
    """The column by which a municipal specialist's rows are told from others'."""
    open_to_all: Text | None = None
    """Why no rule is needed: for marts that speak of no place."""
    for_analysts: Text | None = None
    """Why only those who see every row see these: for marts whose rows name no place and yet speak of one."""
    metrics: tuple[Metric, ...] = ()
    columns: tuple[CalculatedColumn, ...] = ()

    @model_validator(mode="before")
    @classmethod
    def _metrics_of_metrics(cls, values: Any) -> Any:
        """METRIC(name) in a metric is the expression of one above it: Superset knows no metrics of metrics."""
        known: dict[str, str] = {}
        for metric in values.get("metrics", ()) if isinstance(values, dict) else ():
            if isinstance(metric, dict) and isinstance(metric.get("expression"), str):
                metric["expression"] = METRIC.sub(lambda found: f"({known[found[1]]})", metric["expression"])
                known[str(metric.get("name"))] = metric["expression"]
        return values

    @model_validator(mode="after")
    def _rule_or_reason(self) -> Self:
        if sum(given is not None for given in (self.municipality_column, self.open_to_all, self.for_analysts)) != 1:
            raise ValueError(f"{self.mart}: give one: municipality_column or open_to_all or for_analysts (the reason)")
        return self


class NativeFilter(_Strict):
    """A filter of the left bar; `parent` narrows its choices (region, then municipality, then organisation)."""

    name: Name
    title: Text
    column: Name
    dataset: Name
    parent: Name | None = None
    single: bool = False
    first_by_default: bool = False
    """Start with the first value in the filter's order: the last year, say."""
    descending: bool = False
    sort_metric: Name | None = None
    """Order the values by this metric of the dataset instead of by themselves."""
    where: str | None = None
    """Which rows of the dataset give the values."""
    description: str = ""


class Chart(_Strict):
    """One chart: what is asked of a dataset and how it is drawn."""

    name: Name
    title: Text
    type: ChartType
    dataset: Name
    width: int = Field(default=12, ge=1, le=12)
    height: int = Field(default=50, ge=10, le=120)
    """In Superset's units, a row of them is 8 pixels."""
    description: str | None = None
    x: Name | None = None
    """The axis of a line, bar or heat map; the region code of a map."""
    columns: tuple[Name, ...] = ()
    """Columns of a table, rows of a pivot, series of a line, vertical axis of a heat map."""
    across: tuple[Name, ...] = ()
    """Columns of a pivot."""
    metrics: tuple[Name, ...] = ()
    where: str | None = None
    having: str | None = None
    """A condition on the aggregates of a table with metrics."""
    order: tuple[str, ...] = ()
    """Columns or metrics, with a leading minus for descending."""
    limit: int = Field(default=1000, ge=1, le=10000)
    ignores: tuple[Name, ...] = ()
    """Native filters that do not reach this chart."""
    grain: Literal["month", "moment"] = "month"
    """How a time axis joins its moments."""
    empty: str | None = None
    """What it means that there is nothing to show: «Замечаний нет»."""
    hidden_when_empty: bool = False
    """Not shown at all to whom it has nothing to show: for what some roles can never see."""
    options: Mapping[str, Any] = Field(default_factory=dict)
    """Settings of the chart type beyond these, by Superset's own names."""


class Note(_Strict):
    """A text on a dashboard."""

    note: Text
    width: int = Field(default=12, ge=1, le=12)
    height: int = Field(default=10, ge=3, le=120)


Row = tuple[Chart | Note, ...]


class Tab(_Strict):
    """A tab of a dashboard."""

    title: Text
    rows: tuple[Row, ...] = Field(min_length=1)


class Question(_Strict):
    """What people come for, and the tab that answers it."""

    ask: Text
    tab: Text


class Dashboard(_Strict):
    """A dashboard: the question it answers, its filters, its tabs of rows of charts."""

    slug: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*$")]
    position: int
    title: Text
    description: Text
    kinds: tuple[Name, ...] = ()
    """Kinds of export the dashboard stands on: their freshness, or what to load, is shown at its foot."""
    questions: tuple[Question, ...] = ()
    """Shown on the start page, each with a link to its tab."""
    filters: tuple[NativeFilter, ...] = ()
    tabs: tuple[Tab, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _questions_name_tabs(self) -> Self:
        tabs = [tab.title for tab in self.tabs]
        lost = [question.tab for question in self.questions if question.tab not in tabs]
        if lost:
            raise ValueError(f"{self.slug}: questions name tabs that are not there: {', '.join(lost)}")
        return self

    @property
    def head(self) -> tuple[Row, ...]:
        """Above the tabs of every dashboard: the date of the data and the release."""
        return ((RELEASE.model_copy(update={"ignores": tuple(item.name for item in self.filters)}),),)

    @property
    def foot(self) -> tuple[Row, ...]:
        """Under the tabs of a dashboard that names its kinds: what it stands on, and what to load where nothing is."""
        if not self.kinds:
            return ()
        codes = ", ".join(f"'{kind}'" for kind in self.kinds)
        # A filter by system, say, would leave out the kinds that have none: only the place narrows this table.
        others = tuple(item.name for item in self.filters if item.column not in PLACES)
        height = min(SOURCES.height, SOURCES_HEAD + SOURCES_ROW * len(self.kinds))
        where = f"kind IN ({codes})"
        return ((SOURCES.model_copy(update={"where": where, "ignores": others, "height": height}),),)

    def charts(self) -> Iterator[Chart]:
        """Every chart, in the order of the page."""
        inner = (row for tab in self.tabs for row in tab.rows)
        for row in (*self.head, *inner, *self.foot):
            yield from (item for item in row if isinstance(item, Chart))


RELEASE = Chart(
    name="release",
    title="Выпуск",
    type="table",
    dataset="release_summary",
    columns=("release_line",),
    height=10,
)
SOURCES = Chart(
    name="sources",
    title="На чём стоит эта страница",
    type="table",
    dataset="source_status",
    columns=("kind_title",),
    metrics=("systems_list", "last_period_loaded", "last_received", "municipalities_loaded", "advice_where_nothing_is"),
    order=("kind_title",),
    height=64,
)
SOURCES_HEAD, SOURCES_ROW = 16, 4
"""Heights of the table's head and of a row, with room for some advice; the table's own height is the most it gets."""
PLACES = frozenset({"region", "municipality"})


@lru_cache
def load_datasets(folder: Path = FOLDER / "datasets") -> Mapping[str, Dataset]:
    """Datasets by mart; raises SpecificationError."""
    return {dataset.mart: dataset for dataset in _load(Dataset, folder)}


@lru_cache
def load_dashboards(folder: Path = FOLDER / "dashboards") -> tuple[Dashboard, ...]:
    """Dashboards in their order, the start page that leads to them first; raises SpecificationError."""
    found = sorted(_load(Dashboard, folder), key=lambda dashboard: dashboard.position)
    return (Dashboard.model_validate(start_page(found)), *found) if found else ()


def _load(model: type[M], folder: Path) -> list[M]:
    found: list[M] = []
    for path in sorted(folder.glob("*.yaml")):
        try:
            found.append(model.model_validate(with_shared(yaml.safe_load(path.read_text(encoding="utf-8")))))
        except (ValidationError, yaml.YAMLError, UnknownChartError) as error:
            raise SpecificationError(f"{path.parent.name}/{path.name}: {error}") from error
    return found
