"""What the release of the sample territories holds beside the golden checks (test_golden_checks.py)."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Rows = Callable[[str], list[tuple[Any, ...]]]
pytestmark = pytest.mark.slow
YENISEISK = "territory_name = 'Енисейский район' and territory_level = 'municipality'"


def by_territory(release: Rows, code: str, where: str, columns: str) -> list[tuple[Any, ...]]:
    return release(
        f"select {columns} from marts.indicator_by_territory where indicator_code = '{code}' and {where} order by year"
    )


def test_speed_from_ranges(release: Rows) -> None:
    """G-E07. Guards against «1-3» compared by its first figure, or dropped as unreadable."""
    names = release(
        "select organisation_name from marts.connectivity_by_organisation where municipality = 'Енисейский район'"
        " and meets_threshold is false and speed_low = 1 and speed_high = 3 order by 1"
    )
    roots = ("Безымянская", "Кривлякская", "Майская", "Новогородокская", "Новоназимовская", "Ярцевская")
    assert [name for (name,) in names if name.startswith("МБОУ")] == [name for (name,) in names]
    assert all(root in name for root, (name,) in zip(roots, names, strict=True))
    ((numerator, denominator),) = by_territory(
        release, "organisations_with_speed", f"{YENISEISK} and year = 2024", "numerator, denominator"
    )
    assert (numerator, denominator) == (11, 17)


def test_two_plans_are_kept(release: Rows) -> None:
    """G-E09. Guards against one plan silently overwriting the other."""
    plans = release(
        "select plan, clause, is_active, conflict from marts.indicator_plan where indicator_code ="
        " 'teachers_using_platform' and year = 2024 order by plan"
    )
    assert [(plan, is_active, conflict) for plan, _, is_active, conflict in plans] == [
        (20, False, True),
        (40, True, True),
    ]
    assert ["62" in plans[0][1], "22" in plans[1][1]] == [True, True]
    ((plan, plan_conflict, status),) = by_territory(
        release, "teachers_using_platform", f"{YENISEISK} and year = 2024", "plan, plan_conflict, status"
    )
    assert (plan, plan_conflict, status) == (40, True, "achieved")


def test_proxy_is_marked(release: Rows) -> None:
    """Guards against КИАСУО's figures passing for «Моя школа»'s."""
    for code, numerator, denominator in (
        ("parents_registered", 3600, 4000),
        ("students_with_learning_plan", 2400, 2500),
    ):
        assert by_territory(
            release, code, f"{YENISEISK} and year = 2024", "numerator, denominator, is_proxy, source_system"
        ) == [(numerator, denominator, True, "kiasuo")]


def test_every_mart_of_the_contract_is_published(release: Rows) -> None:
    """Guards against a mart that is built and never copied, or published without its descriptions."""
    expected = {
        "indicator_by_organisation", "indicator_by_territory", "platform_month", "training_by_organisation",
        "equipment_by_organisation", "connectivity_by_organisation", "laggard", "submission_status", "load_journal",
        "reject_journal", "indicator_plan", "indicator_passport", "dim_organisation", "dim_territory", "dim_system",
    }  # fmt: skip
    tables = {name for (name,) in release("select table_name from duckdb_tables() where schema_name = 'marts'")}
    assert expected <= tables
    bare = release(
        "select table_name, column_name from duckdb_columns() where schema_name = 'marts' and comment is null"
    )
    assert bare == []


def test_release_says_of_itself_what_its_manifest_says(demo: tuple[Path, str], release: Rows) -> None:
    """Guards against «данные на» of a dashboard that differs from `vitrina status`."""
    manifest = json.loads((demo[0] / "current" / "manifest.json").read_text(encoding="utf-8"))
    assert release("select release_id, data_date::text, files_loaded from marts.release_summary") == [
        (manifest["release_id"], manifest["data_date"], len(manifest["inputs"]))
    ]


def test_waiting_names_are_published(release: Rows) -> None:
    """Guards against a queue only the command line shows, and a bare «СОШ № 4» given to some municipality."""
    rows = release("select name_in_file, municipality, rows_held from marts.held_name order by held_id")
    of_kemerovo = ("Школа посёлка при станции", "Кемеровский муниципальный округ", 1)
    assert of_kemerovo in rows
    rows.remove(of_kemerovo)
    assert rows == [("СОШ № 4", None, 1), ("МБОУ Новоазимовская СОШ № 4", "Енисейский район", 1)]


def test_every_fate_of_a_row_is_in_the_sample(release: Rows) -> None:
    """Guards against pages of errors that a newcomer sees empty: a district complete but for what went wrong."""
    rejected = release(
        "select original_name, rows_accepted, rows_rejected, rows_held from marts.load_journal"
        " where original_name in ('headcount_2022-12-31.csv', 'connectivity_2022-12-01.csv') order by 1"
    )
    assert rejected == [("connectivity_2022-12-01.csv", 17, 0, 1), ("headcount_2022-12-31.csv", 15, 3, 0)]
    remarks = release('select "row", "column" from marts.reject_journal where severity = \'error\' order by 1')
    assert remarks == [(6, "ИНН"), (11, "Обучающихся"), (15, "Обучающихся")]


def test_equipped_and_slow_by_one_filter(release: Rows) -> None:
    """Guards against a list of equipped schools without Internet that takes in schools nobody equipped."""
    rows = release(
        "select organisation_name from marts.connectivity_by_organisation"
        " where is_latest and equipped_to_date and not meets_threshold"
    )
    assert rows == [("МБОУ Ярцевская СОШ № 12",)]


def test_conservation_in_the_release(release: Rows) -> None:
    """Promise 3. Guards against rows lost between a file and its journal."""
    assert release(
        "select original_name from marts.load_journal"
        " where rows_read != rows_accepted + rows_rejected + rows_held + rows_ignored"
    ) == []  # fmt: skip


def test_the_release_says_where_the_tables_of_its_files_start(release: Rows) -> None:
    """Guards against a journal that is kept on receipt and lost on the way to the mart."""
    started = "select original_name, layout, header_row from marts.load_journal where"
    assert release(f"{started} outcome = 'loaded' and (layout is null or header_row is null)") == []
    assert release(f"{started} original_name in ('headcount_2020_2023.csv', 'registry_kovrov.csv') order by 1") == [
        ("headcount_2020_2023.csv", "headcount", 3),
        ("registry_kovrov.csv", "registry", 1),
    ]


def test_demo_prints_the_table(demo: tuple[Path, str]) -> None:
    """Guards against a demo that builds everything and shows the newcomer nothing."""
    printed = demo[1]
    for text in ("Енисейский район", "17,6", "+11,9", "достигнут", "233", "479", "48,6", "vitrina query"):
        assert text in printed
