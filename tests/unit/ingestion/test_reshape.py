"""What a region's header map may ask for beyond names of columns."""

from pathlib import Path
from typing import Any

import polars as pl
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from ingestion.recognise.reshape import reshape
from schemas.header_map import Layout, project_layouts, read_header_maps

REGISTRY = {
    "name": "coded",
    "organisation": False,
    "required": ["inn", "region", "municipality", "full_name", "organisation_type"],
    "columns": {
        "inn": ["ИНН"], "region": ["Регион"], "municipality": ["Район"], "full_name": ["Школа"],
        "organisation_type": ["Тип"], "locality_type": ["Местность"],
    },
    "strip": {
        "region": ["{code} | "],
        "municipality": ["{code} | ", "{code} - "],
        "full_name": ["{code} | ", "Школа: "],
        "organisation_type": ["{number}) ", "{number}. "],
    },
    "recode": {"locality_type": {"Населенный пункт сельского типа (поселок, село, деревня)": "село"}},
    "second_columns": {"full_name": ["Школа (полностью)"]},
    "fill_down": ["municipality"],
}  # fmt: skip
PLANS = {
    "name": "yearly",
    "organisation": "optional",
    "required": ["indicator_code", "plan", "document"],
    "context": ["document"],
    "defaults": {"scope": "территория"},
    "columns": {
        "indicator_code": ["Показатель"],
        "plan": ["План на {year} год", "Плановое значение, {year}"],
        "unit": ["Единица"],
    },
}


@pytest.fixture
def layout_of(tmp_path: Path) -> Any:
    def read(kind: str, layout: dict[str, Any]) -> Layout:
        text = yaml.safe_dump({"kind": kind, "layouts": [layout]}, allow_unicode=True)
        (tmp_path / "ours.yaml").write_text(text, encoding="utf-8")
        found = read_header_maps(tmp_path)
        assert found.bad == ()
        return found.layouts[-1]

    return read


def table(**columns: list[str | None]) -> pl.DataFrame:
    """Rows as they stand in a file, from row 2 on."""
    height = len(next(iter(columns.values())))
    rows = pl.Series("source_row", range(2, height + 2), dtype=pl.Int64)
    return pl.DataFrame([rows, *(pl.Series(name, cells, dtype=pl.String) for name, cells in columns.items())])


@pytest.mark.parametrize(
    ("field", "written", "meant"),
    [
        ("region", "r24 | Красноярский край", "Красноярский край"),
        ("municipality", "24_m07|Приречный район", "Приречный район"),
        ("municipality", "24 – Приречный район", "Приречный район"),
        ("municipality", "24-Приречный район", "24-Приречный район"),
        ("municipality", "Каменск-Уральский", "Каменск-Уральский"),
        ("municipality", "24_m07 |", "24_m07 |"),
        ("full_name", "Школа: МБОУ СОШ № 1", "МБОУ СОШ № 1"),
        ("full_name", "sch240001 | МБОУ СОШ № 1 | корпус 2", "МБОУ СОШ № 1 | корпус 2"),
        ("full_name", "Лицей | 7", "Лицей | 7"),
        ("organisation_type", "4) лицей", "лицей"),
        ("organisation_type", "4.лицей", "лицей"),
        ("organisation_type", "СОШ № 4) филиал", "СОШ № 4) филиал"),
        ("locality_type", "населённый пункт сельского типа (посёлок,  село, деревня)", "село"),
        ("locality_type", "город", "город"),
    ],
)  # fmt: skip
def test_codes_and_own_words_give_way(layout_of: Any, field: str, written: str, meant: str) -> None:
    """Guards against a district called «r24_m07 | …», and against a name cut where it only looks like a code."""
    changed = reshape(table(**{field: [written, None]}), layout_of("organisation_registry", REGISTRY))
    assert changed[field].to_list() == [meant, None if field != "municipality" else meant]


def test_second_name_stands_in_for_an_empty_one(layout_of: Any) -> None:
    """Guards against a school without a name whose name stands in the next column."""
    layout = layout_of("organisation_registry", REGISTRY)
    assert layout.meaning("Школа (полностью)") == "full_name.second"
    frame = table(full_name=["МБОУ СОШ № 1", None, None], **{"full_name.second": ["Первая", "s2 | Вторая", None]})
    changed = reshape(frame, layout)
    assert changed["full_name"].to_list() == ["МБОУ СОШ № 1", "Вторая", None]
    assert changed.columns == ["source_row", "full_name"]


def test_a_group_is_filled_down(layout_of: Any) -> None:
    """Guards against schools without a municipality where it is written beside the first of them."""
    frame = table(municipality=["m1 | Первый район", None, "Второй район", None], inn=["1", None, "3", None])
    changed = reshape(frame, layout_of("organisation_registry", REGISTRY))
    assert changed["municipality"].to_list() == ["Первый район", "Первый район", "Второй район", "Второй район"]
    assert changed["inn"].to_list() == ["1", None, "3", None]


@pytest.mark.parametrize(
    ("heading", "column"),
    [
        ("План на 2024 год", "plan.2024"),
        ("ПЛАН НА  2025 ГОД *", "plan.2025"),
        ("Плановое значение, 2030", "plan.2030"),
        ("План на 24 год", None),
        ("План на год", None),
        ("Новый план на 2024 год", None),
    ],
)
def test_headings_of_years_are_known_by_their_pattern(layout_of: Any, heading: str, column: str | None) -> None:
    """Guards against a map that has to be written anew every January."""
    layout = layout_of("indicator_plan", PLANS)
    assert layout.meaning(heading) == column
    if column:
        assert layout.fields_of(column) == {"plan", "year"}


def test_columns_of_years_become_rows(layout_of: Any) -> None:
    """Guards against a year lost or another year's plan; a row without any plan is not lost either."""
    frame = table(
        indicator_code=["a", "b", "c"],
        **{"plan.2025": ["51", None, None], "plan.2024": ["48,6", "7", None]},
        unit=["%", "шт.", "%"],
    )
    changed = reshape(frame, layout_of("indicator_plan", PLANS))
    assert changed.select("source_row", "indicator_code", "year", "plan", "unit").rows() == [
        (2, "a", "2024", "48,6", "%"),
        (2, "a", "2025", "51", "%"),
        (3, "b", "2024", "7", "шт."),
        (4, "c", "2024", None, "%"),
    ]
    assert changed.width == 5


def test_the_year_of_a_heading_outweighs_another(layout_of: Any) -> None:
    """Guards against the year of the title put to a column that names its own."""
    frame = table(indicator_code=["a"], year=["2020"], **{"plan.2024": ["1"]})
    assert reshape(frame, layout_of("indicator_plan", PLANS))["year"].to_list() == ["2024"]


cells = st.lists(st.one_of(st.none(), st.text(max_size=12)), min_size=1, max_size=6)


@given(cells, st.sampled_from(project_layouts()))
def test_a_layout_without_these_powers_changes_nothing(column: list[str | None], layout: Layout) -> None:
    """Guards against a cell of an ordinary export touched by what only some regions need."""
    frame = table(organisation_name=column)
    assert reshape(frame, layout) is frame


@given(cells)
def test_no_row_is_lost_or_made(column: list[str | None]) -> None:
    """Guards against rows that a step drops: source rows in, the same source rows out, whatever stands in them."""
    strip, recode = {"municipality": r"^\s*(?:[\w./-]*\d[\w./-]*\s*\|)\s*"}, {"municipality": {"а": "б"}}
    plain = next(layout for layout in project_layouts() if layout.kind == "headcount")
    layout = Layout(
        "headcount", "x", {}, {}, (), (), frozenset(), plain.organisation, strip=strip, recode=recode,
        fill_down=("municipality",),
    )  # fmt: skip
    changed = reshape(table(municipality=column), layout)
    assert changed["source_row"].to_list() == list(range(2, len(column) + 2))
