"""What the release of the sample territories holds beside the golden checks (test_golden_checks.py)."""

import json
import subprocess
from collections.abc import Callable
from decimal import Decimal
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


def test_breaks_of_the_federation_are_found_and_no_other(release: Rows) -> None:
    """Guards against 40,7 % of 54 schools followed by 13,9 % of 36 with nothing said, though no municipality fell."""
    breaks = release(
        "select indicator_code, previous_year, year, series_break_kind, organisations_common, organisations_entered,"
        " organisations_left from marts.indicator_series_change where series_break order by 1, 3"
    )
    assert breaks == [
        ("equipped_organisations", 2018, 2019, "entered", 1, 36, 0),
        ("equipped_organisations", 2019, 2020, "entered", 37, 17, 0),
        ("equipped_organisations", 2022, 2023, "left", 36, 0, 18),
        # One school of 36 that left was one of five equipped: 2,5 of 14,3.
        ("equipped_organisations", 2023, 2024, "left", 35, 0, 1),
        # Зима in 2018, Тула and Кемерово in 2022, Енисейск in 2024: not one school in two years.
        ("organisations_with_speed", 2018, 2022, "entered", 0, 19, 9),
        ("organisations_with_speed", 2022, 2024, "entered", 0, 17, 19),
    ]
    assert release("select distinct territory_id from marts.indicator_series_change where series_break") == [("RU",)]
    assert release(
        "select value_previous, value, value_common_previous, value_common, part_left, part_same_organisations"
        " from marts.indicator_series_change where territory_id = 'RU' and year = 2023"
        " and indicator_code = 'equipped_organisations'"
    ) == [tuple(map(Decimal, ("40.740741", "13.888889", "11.111111", "13.888889", "-29.629630", "2.777778")))]
    assert by_territory(
        release, "equipped_organisations", "territory_id = 'RU' and year >= 2022",
        "system_changed, series_break, series_break_kind",
    ) == [(False, False, None), (False, True, "left"), (False, True, "left")]  # fmt: skip


def test_a_break_is_a_footnote_of_its_value(release: Rows) -> None:
    """Guards against a table that shows the year after a break like any other, without what to compare instead."""
    notes = release(
        "select year, indicator_code, footnote_text from marts.footnote where place_id = 'RU'"
        " and footnote_kind like 'break%' and year in (2018, 2022, 2023) order by 1, 2"
    )
    assert notes == [
        (
            2022, "organisations_with_speed",
            "ряд прерван, вошли организации; общих организаций с 2018 годом нет, сравнивать не с чем",
        ),
        (2023, "equipped_organisations", "ряд прерван, вышли организации; по общим с 2022 годом: 11,1 → 13,9"),
    ]  # fmt: skip


def test_municipalities_with_the_same_schools_have_no_break(release: Rows) -> None:
    """Guards against growth of the same schools told as a break: 34 pairs of years of shares, none of them one."""
    pairs = release(
        "select series_break, value_common - value, value_common_previous - value_previous"
        " from marts.indicator_series_change where territory_level = 'municipality' and unit = '%'"
        " and indicator_code <> 'teachers_active_sferum'"
    )
    assert pairs == [(False, 0, 0)] * 33
    # Of seventeen schools one sent no activity of 2023: it enters, and its teachers no longer dilute the year before.
    assert release(
        "select series_break, organisations_common, organisations_entered from marts.indicator_series_change"
        " where territory_level = 'municipality' and indicator_code = 'teachers_active_sferum'"
    ) == [(False, 16, 1)]


def test_changes_are_the_sum_of_their_parts(release: Rows) -> None:
    """Guards against a part lost on the way to the release."""
    ((rows, wrong),) = release(
        "select count(*), count(*) filter (change <> value - value_previous or change <> part_same_organisations"
        " + part_entered + part_left + part_source + part_passport + part_denominator + part_not_split)"
        " from marts.indicator_series_change"
    )
    assert (rows > 150, wrong) == (True, 0)


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
        "indicator_series_change",
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


def test_the_command_shows_the_footnotes_of_the_release(
    demo: tuple[Path, str], release: Rows, vitrina: Callable[..., subprocess.CompletedProcess[str]]
) -> None:
    """Guards against a command whose marks mean other texts than those of a dashboard."""
    kept = release(
        "select indicator_code, note_number, footnote_text, file_name, source_row from marts.footnote"
        " where place_name = 'Енисейский район' and year = 2024 order by note_number, indicator_code"
    )
    assert [(row[0], row[2:]) for row in kept if row[1] < 3] == [
        (
            "equipped_organisations",
            ("Поставки 2022 года приняты в начале 2023 года (Письмо о приёмке)", "notes_2024.xlsx", 4),
        ),
        ("equipped_organisations", ("Сведения о поставках декабря уточняются", "notes_2024.xlsx", 5)),
    ]
    asked = ("indicators", "--territory", "Енисейский район", "--year", "2024")
    shown = json.loads(vitrina(demo[0], *asked, "--json").stdout)
    told = [
        (one["indicator_code"], one["number"], one["text"], one["file_name"], one["source_row"])
        for one in shown["footnotes"]
    ]
    assert told[: len(kept)] == kept
    equipped = next(row for row in shown["rows"] if row["indicator_code"] == "equipped_organisations")
    assert equipped["footnotes"] == [1, 2]
    printed = vitrina(demo[0], *asked).stdout
    assert "² Сведения о поставках декабря уточняются" in printed
    assert release(
        "select footnote_marks from marts.indicator_by_territory where indicator_code = 'equipped_organisations'"
        " and territory_name = 'Енисейский район' and year = 2024"
    ) == [("¹ ²",)]


def test_a_school_on_repair_is_told_at_its_own_value(release: Rows) -> None:
    """Guards against a note of one school under its district, and against one that stands nowhere."""
    assert release(
        "select place_level, organisation_name, year from marts.footnote"
        " where footnote_text like 'Школа на капитальном%'"
    ) == [("organisation", "МБОУ Школа-условная-А СОШ № 91", 2024)]


def test_every_passport_says_its_formula(release: Rows) -> None:
    """Guards against a tab of definitions with empty cells: only what is published alone has no numerator."""
    assert release("select count(*) from marts.indicator_passport where formula is null") == [(0,)]
    assert release(
        "select count(*) from marts.indicator_passport where (numerator_text is null) <> (aggregation = 'published')"
    ) == [(0,)]
