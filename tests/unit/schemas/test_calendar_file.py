"""The calendar of submissions: what a duty may say, and what of a region's own file is refused, with its key."""

import re
from datetime import date
from pathlib import Path

import pytest
import yaml

from foundation.settings import Settings
from schemas.calendar import CALENDAR, LABELS, Duty, check_duties, duties_in_force
from schemas.calendar_reference import calendar_tables
from schemas.catalogue_file import CATALOGUES, project_rows, rows
from schemas.kinds import KINDS
from schemas.regional import bad_catalogues

MONTHLY = {"code": "ours", "kind": "headcount", "who": "organisations", "period": "month", "due": {"day": 10}}


def put(settings: Settings, *duties: dict[str, object]) -> Path:
    path = settings.home / "catalogues" / "calendar.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(yaml.safe_dump(list(duties), allow_unicode=True), encoding="utf-8")
    return path


def test_the_calendar_of_the_project_holds_together() -> None:
    """Guards against a duty of the project that its own checks would refuse."""
    check_duties(project_rows(CALENDAR))
    owed = {duty.kind for duty in duties_in_force(project_rows(CALENDAR))}
    assert {"organisation_registry", "headcount", "platform_activity"} <= owed <= set(KINDS)


@pytest.mark.parametrize(
    ("period", "since", "until", "days"),
    [
        ("month", "2024-02", "2024-02", (date(2024, 2, 1), date(2024, 2, 29))),
        ("month", "2024-12", "2024-12", (date(2024, 12, 1), date(2024, 12, 31))),
        ("quarter", "2024-Q1", "2024-Q4", (date(2024, 1, 1), date(2024, 12, 31))),
        ("half_year", "2024-H2", "2024-H2", (date(2024, 7, 1), date(2024, 12, 31))),
        ("year", 2024, 2024, (date(2024, 1, 1), date(2024, 12, 31))),
        ("school_year", "2023/2024", "2023/2024", (date(2023, 9, 1), date(2024, 8, 31))),
        ("once", date(2024, 9, 1), "2024-09-30", (date(2024, 9, 1), date(2024, 9, 30))),
    ],
)
def test_periods_have_their_days(period: str, since: object, until: object, days: tuple[date, date]) -> None:
    """Guards against a school year of January, and a December that ends in no year."""
    due = {"due": {"days_after": 5}}
    duty = Duty.model_validate({**MONTHLY, "period": period, "since": since, "until": until, **due})
    assert (duty.first_day, duty.last_day) == days
    assert set(LABELS) >= {period}


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"kind": "headcuont"}, "«ours», ключ «kind»: нет вида «headcuont»; возможно, «headcount»"),
        ({"also": ["staf"]}, "ключ «also»: нет вида «staf»; возможно, «staff»"),
        ({"system": "my_school"}, "ключ «system»: у вида «headcount» систем нет"),
        ({"kind": "platform_activity"}, "ключ «system»: не хватает"),
        ({"kind": "platform_activity", "system": "my_shcool"}, "нет системы «my_shcool»; возможно, «my_school»"),
        ({"due": {"day": 32}}, "«ours», ключ «due / day»: должно быть не больше 31"),
        ({"due": {"day": 0}}, "ключ «due / day»: должно быть не меньше 1"),
        ({"due": {"days_after": -1}}, "ключ «due / days_after»: должно быть не меньше 0"),
        ({"due": {"month_day": "02-30"}}, "ключ «due / month_day»: «02-30»"),
        ({"due": {"month_day": "02-29"}}, "которые есть в каждом году"),
        ({"due": {"within": "10-15"}}, "due / within бывает у года"),
        ({"due": {"day": 1, "days_after": 1}}, "ключ «due»: нужен ровно один из ключей"),
        ({"due": {}}, "ключ «due»: нужен ровно один из ключей"),
        ({"due": None}, "не хватает ключа «due»"),
        ({"since": "2024-13"}, "since «2024-13» — ожидалось вида 2024-09"),
        ({"until": "2024"}, "until «2024» — ожидалось вида 2024-09"),
        ({"since": "2024-10", "until": "2024-09"}, "since «2024-10» позже until «2024-09»"),
        ({"period": "school_year", "since": "2023/2025"}, "since «2023/2025» — ожидалось вида 2024/2025"),
        ({"period": "week"}, "ключ «period»: «week»"),
        ({"who": "school"}, "ключ «who»: «school»"),
        ({"who": "region", "population": "general_education"}, "population бывает только"),
        ({"kind": "staff"}, "ключ «period»: строки вида «staff» не говорят о времени"),
        ({"kind": "funding"}, "ключ «period»: строки вида «funding» говорят о годе"),
        ({"period": "once"}, "срок сдаваемого один раз"),
        ({"territories": ["RU-XX"]}, "ключ «territories»: нет субъекта или ОКТМО «RU-XX»"),
        ({"territories": ["00615000"]}, "ключ «territories»: нет субъекта или ОКТМО «00615000»"),
        ({"territories": ["RU-KYA", "04615000"]}, "одно и то же место или одно внутри другого"),
        ({"territories": [4615000]}, "ключ «territories / 1»: ожидалось: текст"),
        ({"colour": "red"}, "неизвестный ключ «colour»"),
    ],
)
def test_a_bad_duty_is_refused_with_its_key(settings: Settings, changes: dict[str, object], said: str) -> None:
    """Guards against a misspelt duty of which nobody is ever asked, without a word."""
    put(settings, {**MONTHLY, **changes})
    (bad,) = bad_catalogues(settings.home)
    assert str(bad).startswith("catalogues/calendar.yaml не используется: «ours»")
    assert said in str(bad)
    assert rows(CALENDAR) == project_rows(CALENDAR)


@pytest.mark.parametrize(
    ("first", "second", "overlap"),
    [
        ({}, {}, True),
        ({"until": "2024-08"}, {"since": "2024-09"}, False),
        ({"until": "2024-09"}, {"since": "2024-09"}, True),
        ({"until": "2024-09"}, {"period": "quarter", "since": "2024-Q3"}, True),
        ({"until": "2024-09"}, {"period": "quarter", "since": "2024-Q4"}, False),
        ({"territories": ["RU-KYA"]}, {"territories": ["RU-TUL"]}, False),
        ({"territories": ["RU-KYA"]}, {}, True),
        ({"territories": ["RU-KYA"]}, {"territories": ["04615000"]}, True),
        ({"territories": ["04603000"]}, {"territories": ["04615000"]}, False),
        ({}, {"who": "municipality"}, False),
        ({}, {"population": "every_organisation"}, True),
        ({}, {"in_force": False}, False),
    ],
)
def test_overlapping_duties_are_refused(
    settings: Settings, first: dict[str, object], second: dict[str, object], overlap: bool
) -> None:
    """Guards against two days for one submission, and against a rule that forbids a change of period or place."""
    former = {**MONTHLY, "code": "headcount", "since": "2020-01"}
    put(settings, {**former, **first}, {**MONTHLY, **second})
    said = [str(bad) for bad in bad_catalogues(settings.home)]
    expected = "«ours» и «headcount» требуют одного и того же"
    assert [expected in one for one in said] == ([True] if overlap else [])


def test_the_example_of_the_guide_is_a_calendar(settings: Settings) -> None:
    """Guards against a guide whose example the program refuses."""
    guide = (CATALOGUES.parents[1] / "docs" / "calendar.md").read_text(encoding="utf-8")
    example = guide.partition("```yaml\n")[2].partition("```")[0]
    put(settings, *yaml.safe_load(example))
    assert bad_catalogues(settings.home) == ()
    assert {"deliveries", "funding"} <= {duty.code for duty in duties_in_force(rows(CALENDAR))}
    named = set(re.findall(r"^\| `(\w+)`(?:, `(\w+)`)? \|", guide, re.MULTILINE))
    assert set(Duty.model_fields) == {key for pair in named for key in pair if key}


def test_a_region_changes_lays_down_and_adds_duties(settings: Settings) -> None:
    """Guards against a day of the project that no region can move."""
    put(
        settings,
        {"code": "connectivity", "kind": "connectivity", "who": "organisations", "period": "quarter",
         "due": {"days_after": 5}, "since": "2025-Q1"},
        {"code": "training", "kind": "training_record", "who": "municipality", "period": "year",
         "due": {"days_after": 5}, "in_force": False},
        {**MONTHLY, "kind": "survey", "who": "municipality", "territories": ["04615000", "RU-TUL"]},
    )  # fmt: skip
    assert bad_catalogues(settings.home) == ()
    tables = {table.name: table.rows for table in calendar_tables()}
    duties = {row[0]: row for row in tables["calendar_duty"]}
    assert duties["connectivity"][5:12] == ("quarter", 3, 1, date(2025, 1, 1), None, "days_after", 5)
    assert "training" not in duties
    assert [row for row in tables["calendar_duty_territory"] if row[0] in {"ours", "connectivity"}] == [
        ("connectivity", "RU"), ("ours", "04615000"), ("ours", "RU-TUL")
    ]  # fmt: skip
    assert {row[0] for row in tables["calendar_duty"]} >= {"registry", "activity_my_school"}
