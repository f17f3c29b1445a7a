"""Figures of the five documents computed from the sample exports (domain golden checks)."""

import json
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import pytest

Rows = Callable[[str], list[tuple[Any, ...]]]
pytestmark = pytest.mark.slow
YENISEISK = "territory_name = 'Енисейский район' and territory_level = 'municipality'"


def tenth(value: Decimal) -> Decimal:
    return value.quantize(Decimal("0.1"), ROUND_HALF_UP)


def by_territory(release: Rows, code: str, where: str, columns: str) -> list[tuple[Any, ...]]:
    return release(
        f"select {columns} from marts.indicator_by_territory where indicator_code = '{code}' and {where} order by year"
    )


def test_equipped_organisations_accumulate(release: Rows) -> None:
    """G-E01, G-E02, G-E03. Guards against a second delivery counted as a school, or a year without any as zero."""
    rows = by_territory(release, "equipped_organisations", f"{YENISEISK} and year between 2020 and 2024",
                        "year, numerator, denominator, value, plan, deviation, status")  # fmt: skip
    assert [(row[0], int(row[1]), int(row[2])) for row in rows] == [
        (2020, 0, 17), (2021, 1, 17), (2022, 1, 17), (2023, 2, 17), (2024, 3, 17),
    ]  # fmt: skip
    assert [tenth(row[3]) for row in rows] == [Decimal(text) for text in ("0.0", "5.9", "5.9", "11.8", "17.6")]
    assert (rows[-1][4], tenth(rows[-1][5]), rows[-1][6]) == (Decimal("5.7"), Decimal("11.9"), "achieved")


def test_teachers_trained(release: Rows) -> None:
    """G-E04, G-E05. Guards against duplicates, second courses, other topics and dismissed people in the numerator."""
    ((numerator, denominator, value, plan, deviation, status),) = by_territory(
        release, "teachers_trained", f"{YENISEISK} and year = 2024",
        "numerator, denominator, value, plan, deviation, status")  # fmt: skip
    assert (numerator, denominator, tenth(value)) == (233, 479, Decimal("48.6"))
    assert (plan, tenth(deviation), status) == (10, Decimal("38.6"), "achieved")


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


def test_five_organisations_below_full_registration(release: Rows) -> None:
    """G-E08. Guards against a site's shortfall hidden by its head site."""
    names = release(
        "select organisation_name from marts.indicator_by_organisation where indicator_code = 'teachers_registered'"
        " and year = 2024 and municipality = 'Енисейский район' and value < 100 order by 1"
    )
    roots = ("Безымянская", "Верхнепашинская", "Новокаргинская", "Усть-Кемская", "Шапкинская")
    assert len(names) == 5
    assert all(root in name for root, (name,) in zip(roots, names, strict=True))


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


@pytest.mark.parametrize(
    "code",
    ["students_active_my_school", "students_active_sferum", "teachers_active_my_school", "teachers_active_sferum"],
)
def test_seventy_percent_in_each_organisation(release: Rows, code: str) -> None:
    """G-E10. Guards against a district's average standing for «в каждом ОУ»."""
    ((plan, scope, status, below),) = by_territory(
        release, code, f"{YENISEISK} and year = 2024", "plan, plan_scope, status, organisations_below_plan"
    )
    assert (plan, scope, status) == (70, "each_organisation", "not_achieved")
    assert below > 0


def test_registry_has_seventeen(release: Rows) -> None:
    """G-E12. Guards against sites, the management body or additional education counted as schools."""
    ((total,),) = by_territory(release, "organisations_registered", f"{YENISEISK} and year = 2024", "denominator")
    assert total == 17


def test_equipped_and_slow(release: Rows) -> None:
    """G-E14. Guards against the two reports naming organisations by different identifiers."""
    rows = release(
        "select equipped.organisation_name from marts.indicator_by_organisation as equipped"
        " join marts.connectivity_by_organisation as speed on speed.organisation_id = equipped.organisation_id"
        " where equipped.indicator_code = 'equipped_organisations' and equipped.year = 2024"
        " and equipped.numerator = 1 and speed.meets_threshold is false and speed.date = date '2024-12-01'"
    )
    assert [name for (name,) in rows] == ["МБОУ Ярцевская СОШ № 12"]


def test_proxy_is_marked(release: Rows) -> None:
    """Guards against КИАСУО's figures passing for «Моя школа»'s."""
    for code, numerator, denominator in (
        ("parents_registered", 3600, 4000),
        ("students_with_learning_plan", 2400, 2500),
    ):
        assert by_territory(
            release, code, f"{YENISEISK} and year = 2024", "numerator, denominator, is_proxy, source_system"
        ) == [(numerator, denominator, True, "kiasuo")]


def test_kovrov_counts_its_training_centre(release: Rows) -> None:
    """G-V01, G-V02. Guards against МУК left out of the general-education organisations."""
    rows = by_territory(release, "equipped_organisations",
                        "territory_name = 'город Ковров' and year = 2022", "numerator, denominator")  # fmt: skip
    assert rows == [(18, 18)]


def test_kemerovo_plan_is_cumulative(release: Rows) -> None:
    """G-K04. Guards against «6/18» read as a date or its parts lost."""
    plans = release(
        "select year, plan_numerator, plan_denominator, plan from marts.indicator_plan"
        " where indicator_code = 'equipped_organisations' and level = 'municipality' and plan_denominator = 18"
        " order by year"
    )
    assert [(year, int(k), int(n), tenth(plan)) for year, k, n, plan in plans] == [
        (2022, 6, 18, Decimal("33.3")), (2023, 14, 18, Decimal("77.8")), (2024, 18, 18, Decimal("100.0")),
    ]  # fmt: skip


def test_kemerovo_joined_names(release: Rows) -> None:
    """G-K07. Guards against four organisations out of two."""
    rows = by_territory(release, "equipped_organisations",
                        "territory_name = 'Кемеровский муниципальный округ' and year = 2020",
                        "numerator, denominator")  # fmt: skip
    assert rows == [(2, 18)]


def test_tula_units_are_not_added(release: Rows) -> None:
    """G-T01, G-T02. Guards against 41 pieces and 2 sets summed into 43."""
    rows = release(
        "select unit, sum(quantity) from marts.equipment_by_organisation where municipality = 'город Тула'"
        " and year = 2019 group by unit order by unit"
    )
    assert rows == [("комплект", 2), ("шт.", 41)]


def test_zima_one_ninth(release: Rows) -> None:
    """G-Z01. Guards against «1/9» read as the first of September, or as 0,11."""
    rows = release(
        "select distinct plan_numerator, plan_denominator, round(plan, 1) from marts.indicator_plan"
        " where indicator_code = 'organisations_with_speed' and level = 'organisation'"
    )
    assert rows == [(1, 9, Decimal("11.1"))]


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
    assert rows == [("СОШ № 4", None, 1), ("МБОУ Новоазимовская СОШ № 4", "Енисейский район", 1)]


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


def test_demo_prints_the_table(demo: tuple[Path, str]) -> None:
    """Guards against a demo that builds everything and shows the newcomer nothing."""
    printed = demo[1]
    for text in ("Енисейский район", "17,6", "+11,9", "достигнут", "233", "479", "48,6", "vitrina query"):
        assert text in printed
