"""What a change of an indicator is made of: a known history of two schools, through a whole build."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml
from handmade_warehouse import DISTRICT, Warehouse

from foundation.settings import get_settings
from schemas.passport import PASSPORT_FOLDER

pytestmark = pytest.mark.slow
FIRST, SECOND = "2447000101", "2447000102"
YEARS = (2022, 2023, 2024)
ACTIVE = {"own": [{"measure": "active", "role": "teacher", "system": "my_school"}]}
REGISTERED = {"own": [{"measure": "registered", "role": "teacher", "system": "my_school"}]}
CONFIRMED = {"own": [{"measure": "confirmed", "role": "teacher", "system": "my_school"}]}


def write_versions(home: Path, code: str, later: dict[str, Any], **of_both: Any) -> None:
    """A region's indicator with two versions: the first ends where the second begins, in 2024."""
    content = yaml.safe_load((PASSPORT_FOLDER / "teachers_active_my_school.yaml").read_text(encoding="utf-8"))
    content |= {"code": code, "title": code, "short_title": code, "document_codes": [], "monthly_monitoring": False}
    content |= of_both
    folder = home / "passports"
    folder.mkdir(parents=True, exist_ok=True)
    versions = (
        content | {"numerator": ACTIVE},
        content | {"version": 2, "valid_from_year": 2024, "numerator": later},
    )
    for number, version in enumerate(versions, start=1):
        (folder / f"{code}_{number}.yaml").write_text(yaml.safe_dump(version, allow_unicode=True), encoding="utf-8")


@pytest.fixture(scope="module")
def series(tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    """Two schools of ten teachers and a hundred pupils in each of three years."""
    warehouse = Warehouse(tmp_path_factory.mktemp("series"))
    registry = warehouse.file("organisation_registry")
    for inn in (FIRST, SECOND):
        warehouse.school(registry, inn, f"Школа {inn}")
    headcount = warehouse.file("headcount")
    for year in YEARS:
        for inn in (FIRST, SECOND):
            # Of the second school's parents the headcount says nothing before 2024.
            parents = {"parents": 100} if inn == FIRST or year == 2024 else {}
            day = date(year, 12, 1)
            warehouse.add(headcount, inn, snapshot_date=day, students=100, teachers=10, **parents)
    _platforms(warehouse)
    _staff(warehouse)
    _documents(warehouse)
    with pytest.MonkeyPatch.context() as patch:
        regional = tmp_path_factory.mktemp("home")
        write_versions(regional, "ours", REGISTERED)
        write_versions(regional, "new_measure", CONFIRMED)
        write_versions(regional, "patient", REGISTERED, break_threshold=0.9)
        patch.setenv("VITRINA_HOME", str(regional))
        get_settings.cache_clear()
        warehouse.write()
    get_settings.cache_clear()
    warehouse.build("--exclude", "test_type:unit")
    return warehouse


def _platforms(warehouse: Warehouse) -> None:
    activity = warehouse.file("platform_activity")

    def active(inn: str, year: int, count: int, role: str = "teacher", system: str = "my_school") -> None:
        month = {"period_start": date(year, 12, 1), "period_end": date(year, 12, 31)}
        warehouse.add(activity, inn, system_code=system, role_code=role, active=count, **month)

    for year, first, second in ((2022, 4, 2), (2023, 5, 3), (2024, 6, 4)):
        active(FIRST, year, first)
        active(SECOND, year, second)
    # In 2024 Сферум has become MAX in the first school.
    active(FIRST, 2023, 20, "student", "sferum")
    active(SECOND, 2023, 10, "student", "sferum")
    active(FIRST, 2024, 30, "student", "max")
    active(SECOND, 2024, 14, "student", "sferum")
    registration = warehouse.file("platform_registration")

    def registered(inn: str, year: int, role: str, count: int, **more: Any) -> None:
        place = {"system_code": "my_school", "snapshot_date": date(year, 12, 1)}
        warehouse.add(registration, inn, role_code=role, registered=count, **place, **more)

    for year, first, second in ((2023, 8, 6), (2024, 9, 7)):
        confirmed = {"confirmed": 5} if year == 2024 else {}
        registered(FIRST, year, "teacher", first, **confirmed)
        registered(SECOND, year, "teacher", second, **confirmed)
        registered(FIRST, year, "parent", 50)
        registered(SECOND, year, "parent", 30, headcount=60)


def _staff(warehouse: Warehouse) -> None:
    """One teacher works in both schools and is the first to be trained."""
    staff = warehouse.file("staff")
    for inn, person in ((FIRST, "shared"), (SECOND, "shared"), (FIRST, "own")):
        warehouse.add(
            staff, inn, person_key=person, position="учитель", category_code="teacher", hired_on=date(2019, 9, 1)
        )
    training = warehouse.file("training_record", beside=staff)
    for person, day in (("shared", date(2022, 3, 1)), ("own", date(2023, 3, 1))):
        warehouse.add(
            training, FIRST, document_type="Удостоверение", document_status="Оригинал", document_number=person,
            issued_on=day, programme_title="Цифровая образовательная среда", hours=36, person_key=person,
        )  # fmt: skip


def _documents(warehouse: Warehouse) -> None:
    source = warehouse.file("indicator_reported")
    for year, value in ((2022, 10), (2023, 15)):
        warehouse.add(
            source, None, key=str(year), indicator_code="site_content_updated", year=year, fact_low=value,
            fact_high=value, fact_kind="exact", fact_text=str(value), unit="%", document="Отчёт", scope="territory",
            level="municipality", territory_key=DISTRICT["municipality_key"], **DISTRICT,
        )  # fmt: skip


def change(series: Warehouse, code: str, year: int) -> dict[str, Any]:
    """What of the row of the district is no nought, no false and not empty."""
    columns = (
        "value_previous", "value", "change", "part_same_organisations", "part_entered", "part_left", "part_source",
        "part_passport", "part_denominator", "part_not_split", "not_split_reason", "value_common_previous",
        "value_common", "organisations_common", "organisations_entered", "organisations_left", "series_break",
        "series_break_kind",
    )  # fmt: skip
    (row,) = series.query(
        f"select {', '.join(columns)} from marts.indicator_series_change where territory_level = 'municipality'"
        " and indicator_code = ? and year = ?",
        code, year,
    )  # fmt: skip
    return {name: value for name, value in zip(columns, row, strict=True) if value}


def split(before: float, after: float, **parts: Any) -> dict[str, Any]:
    found = {"value_previous": Decimal(str(before)), "value": Decimal(str(after))}
    return {**found, "change": found["value"] - found["value_previous"], **parts}


BOTH = {"organisations_common": 2}


def test_the_same_schools_are_no_break(series: Warehouse) -> None:
    """Guards against growth of the schools themselves told as something else."""
    assert change(series, "ours", 2023) == split(
        30, 40, part_same_organisations=10, value_common_previous=30, value_common=40, **BOTH
    )


def test_a_new_version_computes_the_year_before_too(series: Warehouse) -> None:
    """Guards against another definition read as growth: 2023 is 40 by the first version and 70 by the second."""
    split_by_version = split(
        40, 80, part_passport=30, part_same_organisations=10, value_common_previous=70, value_common=80, **BOTH
    )
    assert change(series, "ours", 2024) == {**split_by_version, "series_break": True, "series_break_kind": "passport"}
    assert change(series, "patient", 2024) == split_by_version, "its threshold is nine tenths of the value"


def test_a_version_without_data_for_the_year_before_has_all_of_the_change(series: Warehouse) -> None:
    """Guards against a difference of two definitions given to the schools, where nothing joins them."""
    assert change(series, "new_measure", 2024) == split(
        40, 50, part_passport=10, not_split_reason="other_version", series_break=True, series_break_kind="passport"
    )  # fmt: skip


def test_another_system_is_told_from_growth(series: Warehouse) -> None:
    """Guards against Сферум's 2023 and MAX's 2024 read as growth of the territory, which sums both."""
    assert change(series, "students_active_sferum", 2024) == split(
        15, 22, part_same_organisations=2, part_source=5, value_common_previous=15, value_common=22,
        series_break=True, series_break_kind="source", **BOTH,
    )  # fmt: skip
    assert series.query(
        "select series_break, series_break_kind, value_common from marts.indicator_by_territory where"
        " indicator_code = 'students_active_sferum' and year = 2024 and territory_level = 'region'"
    ) == [(True, "source", 22)]


def test_another_denominator_is_told_from_growth(series: Warehouse) -> None:
    """Guards against a share that falls because the headcount came in place of the platform's own number."""
    assert change(series, "parents_registered", 2024) == split(
        50, 40, part_denominator=-10, value_common_previous=50, value_common=40,
        series_break=True, series_break_kind="denominator", **BOTH,
    )  # fmt: skip


def test_a_school_says_what_broke_its_own_series(series: Warehouse) -> None:
    """Guards against a card on which MAX's pupils, or another definition, are growth of the school."""
    assert series.query(
        "select indicator_code, year, organisation_id, series_break_kind from marts.indicator_by_organisation"
        " where series_break and indicator_code in ('students_active_sferum', 'ours', 'parents_registered')"
        " order by all"
    ) == [
        ("ours", 2024, FIRST, "passport"),
        ("ours", 2024, SECOND, "passport"),
        ("parents_registered", 2024, SECOND, "denominator"),
        ("students_active_sferum", 2024, FIRST, "source"),
    ]  # fmt: skip


def test_a_person_of_two_schools_is_one_also_in_a_change(series: Warehouse) -> None:
    """Guards against people counted per school in the parts, which then miss the change."""
    assert change(series, "teachers_trained", 2023) == split(
        5, 10, part_same_organisations=5, value_common_previous=5, value_common=10, **BOTH
    )


def test_a_printed_number_is_not_split(series: Warehouse) -> None:
    """Guards against a document's number given to schools of which it says nothing."""
    assert change(series, "site_content_updated", 2023) == split(10, 15, part_not_split=5, not_split_reason="published")


def test_every_change_is_the_sum_of_its_parts(series: Warehouse) -> None:
    """Guards against a part lost at some level of territories."""
    assert series.query("select count(*) > 20 from marts.indicator_series_change") == [(True,)]
    assert series.query(
        "select * from marts.indicator_series_change where change <> part_same_organisations + part_entered"
        " + part_left + part_source + part_passport + part_denominator + part_not_split"
    ) == []  # fmt: skip
