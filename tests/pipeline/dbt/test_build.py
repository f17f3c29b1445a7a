"""The dbt project over hand-made raw tables: each test is one promise about the marts."""

from decimal import Decimal

import duckdb
import pytest
from handmade_district import BRANCH, CLUB, SCHOOLS
from handmade_warehouse import OKTMO, PROJECT, Warehouse
from lineage_sums import unexplained

from publishing.conservation import conservation
from publishing.contract import descriptions
from schemas.kinds import KINDS
from schemas.passport import load_passports

pytestmark = pytest.mark.slow

MARTS = {path.stem for path in (PROJECT / "models" / "marts").glob("*/*.sql")}


def territory(warehouse: Warehouse, indicator: str, year: int, *columns: str) -> tuple[object, ...]:
    sql = f"select {', '.join(columns)} from marts.indicator_by_territory where indicator_code = ? and year = ?"
    (row,) = warehouse.query(f"{sql} and territory_id = ?", indicator, year, OKTMO)
    return row


def organisation(warehouse: Warehouse, indicator: str, inn: str, *columns: str) -> tuple[object, ...]:
    sql = f"select {', '.join(columns)} from marts.indicator_by_organisation where indicator_code = ? and year = 2024"
    (row,) = warehouse.query(f"{sql} and organisation_id = ?", indicator, inn)
    return row


def test_first_start_builds_empty_marts(empty: Warehouse) -> None:
    empty.build("--exclude", "test_type:unit")
    assert empty.query("select count(*) from marts.indicator_passport") == [(len(load_passports()),)]
    assert empty.query("select count(*) from marts.indicator_by_organisation") == [(0,)]
    assert empty.query("select data_date, files_loaded from marts.release_summary") == [(None, 0)]
    assert empty.query("select count(*), count(*) filter (is_loaded) from marts.source_status") == [(len(KINDS), 0)]


def test_every_mart_and_column_is_described(district: Warehouse) -> None:
    """Guards against a column that readers of a release find without a word."""
    found = district.query("select table_name from information_schema.tables where table_schema = 'marts'")
    assert {name for (name,) in found} == MARTS
    columns = district.query("select table_name, column_name from duckdb_columns() where schema_name = 'marts'")
    assert [(mart, column) for mart, column in columns if not descriptions(mart)[1].get(column)] == []


def test_equipped_is_cumulative_and_distinct(district: Warehouse) -> None:
    sql = (
        "select year, numerator, denominator from marts.indicator_by_territory"
        " where indicator_code = 'equipped_organisations' and territory_id = ? order by year"
    )
    rows = [(year, int(part), int(whole)) for year, part, whole in district.query(sql, OKTMO)]
    # The school closed in August 2022 is in the denominator to 2021; «Точка роста» and the club equip nobody.
    assert rows == [(2020, 0, 18), (2021, 1, 18), (2022, 1, 17), (2023, 2, 17), (2024, 3, 17)]


def test_deviation_is_taken_unrounded(district: Warehouse) -> None:
    row = territory(district, "equipped_organisations", 2024, "value", "plan", "deviation", "status", "plan_level")
    assert row == (Decimal("17.647059"), Decimal("5.7"), Decimal("11.947059"), "achieved", "municipality")


def test_units_are_not_added(district: Warehouse) -> None:
    sql = (
        "select unit, quantity from marts.equipment_by_organisation"
        " where organisation_id = ? and item = 'Ноутбук' order by unit"
    )
    assert district.query(sql, SCHOOLS[1]) == [("комплект", Decimal(2)), ("шт", Decimal(41))]


def test_trained_people_count_once(district: Warehouse) -> None:
    # once + two-schools + external-elsewhere (on the staff of school 2), over 17 × 20 + 10 teachers.
    row = territory(district, "teachers_trained", 2024, "numerator", "denominator")
    assert row == (Decimal(3), Decimal(350))
    assert organisation(district, "teachers_trained", SCHOOLS[0], "numerator") == (Decimal(2),)
    assert organisation(district, "teachers_trained", SCHOOLS[1], "numerator") == (Decimal(2),)
    assert organisation(district, "teachers_trained", SCHOOLS[2], "numerator") == (Decimal(0),)
    assert territory(district, "leaders_trained", 2024, "numerator", "denominator") == (Decimal(1), Decimal(17))


def test_duplicate_document_is_no_course_of_its_year(district: Warehouse) -> None:
    sql = (
        "select trained, trained_to_date from marts.training_by_organisation where year = 2024 and organisation_id = ?"
    )
    assert district.query(sql, SCHOOLS[0]) == [(0, 2)]


def test_unknown_programmes_are_listed(district: Warehouse) -> None:
    assert district.query("select programme_title, records from marts.programme_unmatched") == [
        ("Методика преподавания математики", 1)
    ]


def test_sites_roll_up_and_last_snapshot_counts(district: Warehouse) -> None:
    assert organisation(district, "teachers_registered", SCHOOLS[0], "numerator", "denominator") == (24, 30)
    assert organisation(district, "teachers_registered", SCHOOLS[2], "numerator", "as_of_date::text") == (
        10,
        "2025-01-01",
    )
    assert territory(district, "teachers_registered", 2024, "numerator", "denominator", "organisations_reporting") == (
        54,
        350,
        3,
    )


def test_laggards_are_named(district: Warehouse) -> None:
    sql = (
        "select organisation_id, gap, rank_in_municipality from marts.laggard"
        " where indicator_code = 'teachers_registered' order by rank_in_municipality"
    )
    assert district.query(sql) == [(SCHOOLS[2], Decimal(20), 1)]
    assert territory(district, "teachers_registered", 2024, "organisations_below_plan") == (1,)


def test_equal_plans_are_no_conflict(district: Warehouse) -> None:
    row = territory(district, "teachers_registered", 2024, "plan_conflict", "status", "plan_document")
    # Of one date, the document first by name. Schools that have not reported could still reach the plan together.
    assert row == (False, "incomplete", "Письмо")


def test_two_plans_conflict_only_when_verdicts_differ(district: Warehouse) -> None:
    # 24 + 14 + 0 + 2 by the log + 5 by proxy Сферум = 45 of 350: below 40, above 5.
    row = territory(
        district,
        "teachers_using_platform",
        2024,
        "numerator",
        "plan",
        "plan_conflict",
        "status",
        "is_proxy",
        "source_system",
    )
    assert row == (45, 40, True, "plan_conflict", True, "my_school, sferum")
    row = organisation(district, "teachers_using_platform", SCHOOLS[0], "plan", "plan_conflict", "status")
    assert row == (40, True, "achieved")
    sql = (
        "select clause, is_active, conflict from marts.indicator_plan where indicator_code = 'teachers_using_platform'"
    )
    assert sorted(district.query(sql)) == [("строка 22", True, True), ("строка 62", False, True)]


def test_each_organisation_plan_fails_without_data(district: Warehouse) -> None:
    row = territory(district, "teachers_active_my_school", 2024, "numerator", "plan_scope", "status")
    assert row == (40, "each_organisation", "not_achieved")
    assert organisation(district, "teachers_active_my_school", SCHOOLS[5], "status", "plan") == ("no_data", 1)


def test_plan_is_found_upward(district: Warehouse) -> None:
    row = territory(district, "organisations_with_speed", 2024, "plan", "plan_level", "status")
    assert row == (50, "region", "incomplete")
    # Of 17 schools two reach the threshold and two do not; twelve sent no speed, one a range with the threshold in it.
    bounds = territory(district, "organisations_with_speed", 2024, "round(value_low, 1)", "round(value_high, 1)")
    assert bounds == (Decimal("11.8"), Decimal("88.2"))


def test_plan_in_another_unit_is_kept_but_not_compared(district: Warehouse) -> None:
    assert territory(district, "organisations_registered", 2024, "plan", "status") == (None, "no_plan")
    sql = "select is_active, is_comparable from marts.indicator_plan where indicator_code = 'organisations_registered'"
    assert district.query(sql) == [(False, False)]


def test_speed_takes_the_worst_site_and_ranges_may_be_undecided(district: Warehouse) -> None:
    row = territory(
        district,
        "organisations_with_speed",
        2024,
        "numerator",
        "denominator",
        "organisations_reporting",
        "organisations_undecided",
    )
    assert row == (2, 17, 5, 1)
    sql = (
        "select organisation_id, numerator, is_undecided from marts.indicator_by_organisation"
        " where indicator_code = 'organisations_with_speed' and year = 2024 order by organisation_id limit 6"
    )
    assert [row[1:] for row in district.query(sql)] == [
        (0, False),
        (1, False),
        (None, True),
        (0, False),
        (1, False),
        (None, False),
    ]
    sql = "select meets_threshold from marts.connectivity_by_organisation where organisation_id = ?"
    assert [district.query(sql, name)[0][0] for name in (SCHOOLS[0], BRANCH, SCHOOLS[2])] == [True, False, None]


def test_organisation_is_registered_by_role_or_person(district: Warehouse) -> None:
    row = territory(district, "organisations_registered", 2024, "numerator", "denominator")
    assert row == (4, 17)


def test_own_value_beats_proxy(district: Warehouse) -> None:
    columns = ("numerator", "is_proxy", "source_system")
    assert organisation(district, "students_with_learning_plan", SCHOOLS[0], *columns) == (70, True, "kiasuo")
    assert organisation(district, "students_with_learning_plan", SCHOOLS[1], *columns) == (50, False, "my_school")
    assert organisation(district, "parents_registered", SCHOOLS[0], *columns, "denominator", "value") == (
        90,
        True,
        "kiasuo",
        100,
        90,
    )


def test_person_log_yields_to_aggregate(district: Warehouse) -> None:
    assert organisation(district, "teachers_active_my_school", SCHOOLS[1], "numerator") == (14,)
    assert organisation(district, "teachers_active_my_school", SCHOOLS[3], "numerator") == (2,)
    sql = "select organisation_id, active_aggregate, active_log, difference from marts.activity_difference"
    assert district.query(sql) == [(SCHOOLS[1], 14, 1, -13)]


def test_month_has_shares_change_and_plan(district: Warehouse) -> None:
    sql = (
        "select month::text, active, headcount, share_active, share_active_change, plan, below_plan"
        " from marts.platform_month where organisation_id = ? and role = 'teacher' and system_code = 'my_school'"
        " and active is not null order by month"
    )
    assert district.query(sql, SCHOOLS[0]) == [
        ("2024-11-01", 3, 30, Decimal(10), None, Decimal(1), False),
        ("2024-12-01", 24, 30, Decimal(80), Decimal(70), Decimal(1), False),
    ]


def test_club_is_in_no_denominator(district: Warehouse) -> None:
    sql = "select count(*) from marts.indicator_by_organisation where organisation_id = ?"
    assert district.query(sql, CLUB) == [(0,)]


def test_silent_schools_are_expected(district: Warehouse) -> None:
    sql = (
        "select count(*), count(*) filter (received) from marts.submission_status"
        " where kind = 'platform_registration' and system_code = 'my_school' and period = '2024-12' and expected"
    )
    assert district.query(sql) == [(17, 4)]


def test_later_sender_wins_and_the_other_is_shown(district: Warehouse) -> None:
    sql = (
        "select other_sender, active_sender, other_values, active_values, municipality_id from marts.sender_conflict"
        " where kind = 'platform_registration'"
    )
    ((other, active, other_values, active_values, municipality_id),) = district.query(sql)
    assert (other, active, municipality_id) == ("Школы", "Управление образования", OKTMO)
    assert "registered=15" in other_values
    assert "registered=10" in active_values


def test_senders_may_contradict_each_other_in_every_kind(district: Warehouse) -> None:
    """Guards against the nine of twenty kinds whose contradictions nobody was shown: here, of a municipality's own."""
    sql = (
        "select kind, other_sender, other_values, active_values, organisation_id, municipality_id, is_different"
        " from marts.sender_conflict where kind <> 'platform_registration'"
    )
    assert district.query(sql) == [("certificate", "Фонд", "issued=700", "issued=710", None, OKTMO, True)]


def test_federation_and_region_sum_the_same_organisations(district: Warehouse) -> None:
    sql = (
        "select territory_level, numerator, denominator from marts.indicator_by_territory"
        " where indicator_code = 'teachers_trained' and year = 2024 order by 1"
    )
    assert district.query(sql) == [("federation", 3, 350), ("municipality", 3, 350), ("region", 3, 350)]


def test_an_organisation_stands_beside_its_municipality(district: Warehouse) -> None:
    """Guards against a school compared with another year's, another indicator's or the region's value."""
    sql = (
        "select count(*), count(*) filter (mine.municipality_value is distinct from district.value)"
        " from marts.indicator_by_organisation as mine"
        " left join marts.indicator_by_territory as district using (indicator_code, year)"
        " where district.territory_id = ?"
    )
    ((rows, different),) = district.query(sql, OKTMO)
    assert (rows > 100, different) == (True, 0)
    assert organisation(district, "teachers_registered", SCHOOLS[5], "municipality_value") == (Decimal("15.428571"),)


def test_everything_of_a_place_can_be_filtered_by_municipality(district: Warehouse) -> None:
    """Guards against rows that row-level rights cannot sort, and against a region's plan shown as a district's."""
    sql = "select distinct level, municipality_id, region_code from marts.indicator_plan order by level"
    assert district.query(sql) == [("municipality", OKTMO, "RU-KYA"), ("region", None, "RU-KYA")]
    sql = "select distinct territory_level, municipality_id from marts.indicator_by_territory order by 1"
    assert district.query(sql) == [("federation", None), ("municipality", OKTMO), ("region", None)]
    sql = "select kind from marts.load_journal where municipality_id is distinct from ?"
    assert district.query(sql, OKTMO) == [("indicator_plan",)]
    assert district.query("select distinct municipality_id from marts.reject_journal") == [(OKTMO,)]


def test_sheets_of_two_kinds_in_one_workbook_are_two_loads(district: Warehouse) -> None:
    """Guards against rows doubled, or a file's kinds mixed, by a join that knows the file alone."""
    sql = (
        "select file_sha256, list(kind order by kind) from marts.load_journal"
        " group by file_sha256 having count(*) > 1 order by 2"
    )
    kinds = [found for _, found in district.query(sql)]
    assert kinds == [["platform_activity", "platform_activity_person"], ["staff", "training_record"]]
    sql = "select distinct kind = layout and header_row = 3 from marts.load_journal"
    assert district.query(sql) == [(True,)]
    sql = (
        "select count(*), count(distinct (indicator_code, year, side, organisation_id, kind, file_sha256, sheet,"
        " source_row, measure_code, role, system_code, subject, exclusion, municipality_id, region_code))"
        " from marts.indicator_lineage where kind in ('staff', 'training_record')"
    )
    ((rows, different),) = district.query(sql)
    assert rows == different > 0


def test_conservation_check_catches_a_lost_row(empty: Warehouse) -> None:
    lossy = Warehouse(empty.folder / "lossy")
    lossy.folder.mkdir()
    source = lossy.file("headcount")
    source.ignored = 1
    lossy.write()
    with duckdb.connect(str(lossy.path)) as connection:
        connection.execute("delete from journal.ignored")
        assert [(one.rows_read, one.rows_accounted) for one in conservation(connection)] == [(1, 0)]


def test_every_number_of_the_district_is_the_sum_of_its_rows(district: Warehouse) -> None:
    """Guards against rows lost on the way where sites, successors, people of two schools and proxies meet."""
    assert unexplained(district.query) == []
