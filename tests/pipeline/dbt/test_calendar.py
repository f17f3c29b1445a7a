"""Who owes what by the calendar: two municipalities, a listed one, a region nobody has heard of; 1 June 2025."""

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from handmade_warehouse import OKTMO, REGION, SourceFile, Warehouse

from foundation.settings import get_settings
from schemas.regional import bad_files

pytestmark = pytest.mark.slow
SENT, PARTLY, CLOSED, SILENT, CLUB = "2447000001", "2447000002", "2447000003", "2443000001", "2447000009"
OTHER_OKTMO, LISTED_OKTMO = "04603000", "04604000"
OTHER = {**REGION, "municipality": "Ачинский район", "municipality_key": "RU-KYA/ачинский", "oktmo": OTHER_OKTMO}
CALENDAR = """
- {code: funding, kind: funding, who: region, period: year, due: {days_after: 31}, since: 2024,
   territories: [RU-KYA, RU-TUL]}
- {code: surveys, kind: survey, who: municipality, period: quarter, due: {days_after: 10}, since: 2025-Q1,
   territories: ["04615000", "04699000"]}
- {code: connectivity, kind: connectivity, who: organisations, period: year, due: {days_after: 20}, in_force: false}
"""
LIST = f"region_code,oktmo,name,level\nRU-KYA,{LISTED_OKTMO},Балахтинский район,муниципальный район\n"


@pytest.fixture(scope="module")
def country(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warehouse]:
    """The build, with a calendar and a list of municipalities of the region's own."""
    folder = tmp_path_factory.mktemp("calendar")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("VITRINA_HOME", str(_home(folder / "home")))
        get_settings.cache_clear()
        assert bad_files(folder / "home") == ()
        warehouse = Warehouse(folder)
        _fill(warehouse)
        warehouse.write()
        marts = ("+submission_due", "+source_status", "+release_summary", "+dim_system", "+dim_organisation")
        warehouse.build("--select", *marts, "--indirect-selection", "cautious", "--exclude", "test_type:unit")
    get_settings.cache_clear()
    yield warehouse


def _home(home: Path) -> Path:
    (home / "catalogues").mkdir(parents=True)
    (home / "catalogues" / "calendar.yaml").write_text(CALENDAR, encoding="utf-8")
    (home / "catalogues" / "oktmo.csv").write_text(LIST, encoding="utf-8")
    return home


def _fill(warehouse: Warehouse) -> None:
    registry = warehouse.file("organisation_registry", received_at=datetime(2024, 12, 1))
    warehouse.school(registry, SENT, "МБОУ СОШ № 1")
    warehouse.school(registry, PARTLY, "МБОУ СОШ № 2")
    warehouse.school(registry, CLOSED, "МБОУ ООШ № 3", valid_to=date(2025, 2, 28))
    warehouse.school(registry, CLUB, "Дом творчества", organisation_type="ДО", is_general_education=False)
    warehouse.school(registry, SILENT, "МБОУ Ачинская СОШ", **OTHER)
    _active(warehouse, 2024, 12, datetime(2025, 1, 20), SENT, PARTLY, CLOSED, CLUB)
    # 25 February is the last day: half past eleven in the evening in Moscow, then half past midnight.
    _active(warehouse, 2025, 1, datetime(2025, 2, 25, 20, 30), SENT, CLOSED)
    _active(warehouse, 2025, 1, datetime(2025, 2, 25, 21, 30), PARTLY)
    _active(warehouse, 2025, 2, datetime(2025, 3, 20), SENT)
    _active(warehouse, 2025, 2, datetime(2025, 4, 10), SENT)
    # The log of activity stands in for the totals of March.
    warehouse.add(
        warehouse.file("platform_activity_person", received_at=datetime(2025, 4, 20)),
        SENT, system_code="my_school", activity_date=date(2025, 3, 12), person_key="a", role_code="teacher",
    )  # fmt: skip
    funding = warehouse.file("funding", received_at=datetime(2025, 2, 10))
    warehouse.add(funding, SENT, year=2024, plan_or_fact="fact", amount=5, level="organisation")


def _active(warehouse: Warehouse, year: int, month: int, received_at: datetime, *schools: str) -> SourceFile:
    source = warehouse.file("platform_activity", received_at=received_at)
    for inn in schools:
        days = {"period_start": date(year, month, 1), "period_end": date(year, month, 28)}
        warehouse.add(source, inn, system_code="my_school", role_code="teacher", active=source.sequence, **days)
    return source


def status(warehouse: Warehouse, inn: str) -> list[tuple[Any, ...]]:
    """Period, state, days late of activity in «Моя школа»."""
    return warehouse.query(
        "select period, submission_state, days_late from marts.submission_status"
        " where kind = 'platform_activity' and system_code = 'my_school' and organisation_id = ? order by period",
        inn,
    )


def due(warehouse: Warehouse, code: str, territory: str, *columns: str) -> list[tuple[Any, ...]]:
    return warehouse.query(
        f"select period, {', '.join(columns)} from marts.submission_due where duty_code = ? and territory_id = ?"
        " order by period",
        code,
        territory,
    )


def test_a_school_is_in_time_by_the_first_file_and_the_local_day(country: Warehouse) -> None:
    """Guards against a corrected file that makes its sender late, and against the day of Greenwich."""
    assert status(country, SENT) == [
        ("2024-12", "received", None),
        ("2025-01", "received", None),
        ("2025-02", "received", None),
        ("2025-03", "received", None),
        ("2025-04", "late", 7),
        ("2025-05", "due", None),
        ("2025-06", "due", None),
    ]


def test_a_file_after_the_day_is_late_and_no_file_later_still(country: Warehouse) -> None:
    """Guards against lateness counted from the period's end, and against an unreached day shown as a debt."""
    assert status(country, PARTLY) == [
        ("2024-12", "received", None),
        ("2025-01", "received_late", 1),
        ("2025-02", "late", 68),
        ("2025-03", "late", 37),
        ("2025-04", "late", 7),
        ("2025-05", "due", None),
        ("2025-06", "due", None),
    ]


def test_what_is_closed_or_of_another_population_owes_nothing(country: Warehouse) -> None:
    """Guards against a school asked for months after its last day, and a club asked at all."""
    assert status(country, CLOSED)[-1] == ("2025-02", "late", 68)
    assert status(country, CLUB) == [("2024-12", "not_expected", None)]


def test_a_municipality_that_never_sent_is_late(country: Warehouse) -> None:
    """Guards against the green list in which only those who sent something were expected."""
    assert [state for _, state, _ in status(country, SILENT)] == ["late"] * 5 + ["due"] * 2
    columns = ("organisations_expected", "organisations_received", "due_day::text", "days_late", "submission_state")
    found = due(country, "activity_my_school", OTHER_OKTMO, *columns)
    assert found[0] == ("2024-12", 1, 0, "2025-01-25", 127, "late")
    assert found[-2] == ("2025-05", 1, 0, "2025-06-25", None, "due")
    told = country.query(
        "select period, periods_late, late_since::text, last_received_period from marts.submission_due"
        " where duty_code = 'activity_my_school' and is_newest_due order by territory_id"
    )
    assert told == [("2025-04", 5, "2025-01-25", None), ("2025-04", 3, "2025-03-25", "март 2025")]


def test_a_municipality_is_late_until_all_its_organisations_sent(country: Warehouse) -> None:
    """Guards against one school's file that speaks for the district, and against the worst lateness lost."""
    columns = ("organisations_expected", "organisations_received", "submission_state", "days_late")
    assert due(country, "activity_my_school", OKTMO, *columns)[:4] == [
        ("2024-12", 3, 3, "received", None),
        ("2025-01", 3, 3, "received_late", 1),
        ("2025-02", 3, 1, "late", 68),
        ("2025-03", 2, 1, "late", 37),
    ]


def test_a_municipality_without_organisations_owes_the_registry(country: Warehouse) -> None:
    """Guards against a district of the list that nobody misses because nothing of it is known."""
    columns = ("submission_state", "due_day", "days_late", "territory_name")
    assert due(country, "registry", LISTED_OKTMO, *columns) == [("once", "late", None, None, "Балахтинский район")]
    assert due(country, "registry", OKTMO, "submission_state") == [("once", "received")]
    assert due(country, "activity_my_school", LISTED_OKTMO, "submission_state") == []


def test_a_region_that_never_sent_is_late(country: Warehouse) -> None:
    """Guards against a subject of the federation that is in no table because no row names it."""
    columns = ("submission_state", "days_late", "territory_name", "territory_level", "municipality_id")
    assert due(country, "funding", "RU-TUL", *columns) == [
        ("2024", "late", 121, "Тульская область", "region", None),
        ("2025", "due", None, "Тульская область", "region", None),
    ]
    assert due(country, "funding", "RU-KYA", "submission_state", "days_late") == [
        ("2024", "received_late", 10),
        ("2025", "due", None),
    ]


def test_a_named_municipality_owes_before_anything_knows_it(country: Warehouse) -> None:
    """Guards against a duty that names a place and asks nobody."""
    assert due(country, "surveys", "04699000", "period_title", "due_day::text", "submission_state", "region_code") == [
        ("2025-Q1", "I квартал 2025", "2025-04-10", "late", "RU-KYA"),
        ("2025-Q2", "II квартал 2025", "2025-07-10", "due", "RU-KYA"),
    ]


def test_what_nobody_ever_sent_is_owed_from_the_last_whole_period(country: Warehouse) -> None:
    """Guards against years of debts on the first day, and against a kind that nobody is asked for."""
    assert due(country, "headcount", OKTMO, "submission_state") == [("2024", "late"), ("2025", "due")]


def test_a_region_lays_down_a_duty_of_the_project(country: Warehouse) -> None:
    """Guards against duties that a region does not have and cannot get rid of."""
    assert country.query("select count(*) from marts.submission_due where duty_code = 'connectivity'") == [(0,)]


def test_freshness_says_what_is_owed(country: Warehouse) -> None:
    """Guards against «данные есть» beside a debt, and a system of which nothing came left out."""
    found = country.query(
        "select municipality_id, system_code, is_loaded, periods_late, late_since::text from marts.source_status"
        " where kind = 'platform_activity' and municipality_id in (?, ?) and coalesce(system_code, '') <> 'sferum'"
        " and system_code is not null order by all",
        OKTMO,
        OTHER_OKTMO,
    )
    assert found == [
        (OTHER_OKTMO, "my_school", False, 5, "2025-01-25"),
        (OKTMO, "my_school", True, 3, "2025-03-25"),
    ]


def test_data_are_of_the_newest_measured_day(country: Warehouse) -> None:
    """Guards against «данные на» the day of the build, or the end of the year that money was given for."""
    assert country.query("select data_date::text from marts.release_summary") == [("2025-02-28",)]
