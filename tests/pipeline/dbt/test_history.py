"""Schools that merge, split and are renamed, a district that becomes an округ, a system that gives way to another.

The scenarios of dbt_project/models/intermediate/organisations/organisation_history.md, through a whole build.
"""

from datetime import date
from typing import Any

import pytest
from handmade_warehouse import DISTRICT, Warehouse

A, B, C, SPLIT, NEW, RENAMED = (f"24470001{number:02d}" for number in range(1, 7))
MERGED_ON = date(2022, 8, 31)
pytestmark = pytest.mark.slow
OLD_CODE, NEW_CODE = "04615000", "04515000"


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    """A merges into B in 2022, B into C in 2023; one splits in 2023; one is renamed; the district becomes an округ."""
    warehouse = Warehouse(tmp_path_factory.mktemp("history"))
    registry = warehouse.file("organisation_registry")
    warehouse.school(registry, A, "Школа А", valid_to=MERGED_ON, successor_inn=B)
    warehouse.school(registry, B, "Школа Б", valid_to=date(2023, 8, 31), successor_inn=C)
    warehouse.school(registry, C, "Школа В")
    warehouse.school(registry, SPLIT, "Школа до раздела", valid_to=date(2023, 8, 31), successor_inn=NEW)
    warehouse.school(registry, NEW, "Школа после раздела", valid_from=date(2023, 9, 1))
    warehouse.school(registry, RENAMED, "ООШ № 6", valid_from=date(2010, 1, 1))
    okrug = {**DISTRICT, "municipality": "Енисейский муниципальный округ", "oktmo": NEW_CODE}
    warehouse.school(registry, RENAMED, "СОШ № 6", valid_from=date(2024, 6, 1), **okrug)

    delivery = warehouse.file("equipment_delivery")
    for inn in (A, SPLIT):
        day = date(2021, 5, 1)
        what = {"item": "Ноутбук", "unit": "шт", "quantity": 30, "programme": "ЦОС"}
        warehouse.add(delivery, inn, delivered_on=day, delivery_year=2021, **what)
    headcount = warehouse.file("headcount")
    for inn, day, students in (
        (A, date(2021, 12, 31), 100), (B, date(2021, 12, 31), 200), (C, date(2021, 12, 31), 400),
        # In 2022 nobody counted after the merger: what A and B last gave is added.
        (A, date(2022, 3, 1), 110), (B, date(2022, 3, 1), 210),
        # In 2023 C counted after it: its number speaks for all three.
        (B, date(2023, 3, 1), 320), (C, date(2023, 12, 31), 777),
        (RENAMED, date(2021, 12, 31), 50), (RENAMED, date(2024, 12, 31), 60),
    ):  # fmt: skip
        warehouse.add(headcount, inn, snapshot_date=day, students=students, teachers=10)
    activity = warehouse.file("platform_activity")
    for system, year, active in (("sferum", 2023, 20), ("max", 2024, 30)):
        month = {"period_start": date(year, 12, 1), "period_end": date(year, 12, 31)}
        warehouse.add(activity, RENAMED, system_code=system, role_code="student", active=active, **month)
    warehouse.write()
    warehouse.build("--exclude", "test_type:unit")
    return warehouse


def equipped(history: Warehouse, year: int) -> list[tuple[Any, ...]]:
    return history.query(
        "select organisation_name, numerator from marts.indicator_by_organisation"
        " where indicator_code = 'equipped_organisations' and year = ? order by 1",
        year,
    )


def test_what_a_merged_school_received_follows_it(history: Warehouse) -> None:
    """Guards against equipment that vanishes with the school, or is counted for both."""
    assert equipped(history, 2021) == [
        ("ООШ № 6", 0), ("Школа А", 1), ("Школа Б", 0), ("Школа В", 0), ("Школа до раздела", 1),
    ]  # fmt: skip
    assert equipped(history, 2022) == [("ООШ № 6", 0), ("Школа Б", 1), ("Школа В", 0), ("Школа до раздела", 1)]
    assert equipped(history, 2023) == [("ООШ № 6", 0), ("Школа В", 1), ("Школа после раздела", 1)]


def test_the_territory_never_counts_twice(history: Warehouse) -> None:
    """Guards against one delivery counted for the closed school and for its successor."""
    rows = history.query(
        "select year, numerator, denominator from marts.indicator_by_territory where indicator_code ="
        " 'equipped_organisations' and territory_level = 'municipality' and year between 2021 and 2023 order by year"
    )
    assert rows == [(2021, 2, 5), (2022, 2, 4), (2023, 2, 3)]


def test_a_snapshot_after_the_merger_speaks_for_all(history: Warehouse) -> None:
    """Guards against pupils of a merged school lost in the year of the merger, or counted twice in the next."""
    rows = history.query(
        "select year, organisation_name, students from marts.organisation_card"
        " where organisation_id in (?, ?, ?) order by year, 2",
        A, B, C,
    )  # fmt: skip
    assert [row for row in rows if row[0] <= 2023 and row[2] is not None] == [
        (2021, "Школа А", 100), (2021, "Школа Б", 200), (2021, "Школа В", 400),
        (2022, "Школа Б", 320), (2023, "Школа В", 777),
    ]  # fmt: skip


def test_a_name_and_a_code_are_those_of_the_year(history: Warehouse) -> None:
    """Guards against last year's school under this year's name, and a district under the code of its округ."""
    rows = history.query(
        "select year, organisation_name, municipality, municipality_oktmo, municipality_id"
        " from marts.organisation_card where organisation_id = ? and year in (2021, 2024) order by year",
        RENAMED,
    )
    assert rows == [
        (2021, "ООШ № 6", "Енисейский район", OLD_CODE, NEW_CODE),
        (2024, "СОШ № 6", "Енисейский муниципальный округ", NEW_CODE, NEW_CODE),
    ]
    territories = history.query(
        "select territory_name, oktmo, valid_from, valid_to, is_current from marts.dim_territory"
        " where territory_level = 'municipality' order by is_current"
    )
    assert territories == [
        ("Енисейский район", OLD_CODE, None, date(2024, 5, 31), False),
        ("Енисейский муниципальный округ", NEW_CODE, date(2024, 6, 1), None, True),
    ]


def test_a_series_that_crosses_a_change_of_system_is_marked(history: Warehouse) -> None:
    """Guards against Сферум's 2023 and MAX's 2024 read as growth."""
    rows = history.query(
        "select year, source_system, system_changed from marts.indicator_by_organisation"
        " where indicator_code = 'students_active_sferum' and organisation_id = ? and numerator is not null"
        " order by year",
        RENAMED,
    )
    assert rows == [(2023, "sferum", False), (2024, "max", True)]
