"""What the dbt project takes for granted about codes and years, held against the catalogues."""

import re
from pathlib import Path

from schemas.catalogue import roles, systems
from schemas.columns import FIRST_DATE, LAST_PLAN_YEAR
from schemas.measures import measures

MODELS = Path(__file__).parents[3] / "dbt_project" / "models" / "intermediate"


def test_no_code_of_a_series_holds_the_sign_that_parts_them() -> None:
    """Guards against two series with one key: a measure or a system with a dot in its code."""
    codes = [
        *(measure.measure_code for measure in measures()),
        *(entry.code for entry in systems()),
        *(entry.code for entry in roles()),
    ]
    assert len(codes) > 3
    assert [code for code in codes if "." in code or code == "-"] == []


def test_the_years_of_passports_hold_every_year_that_columns_accept() -> None:
    """Guards against facts or plans of a year for which no passport would hold; a school year ends one year later."""
    sql = (MODELS / "indicators" / "int_passport_year.sql").read_text(encoding="utf-8")
    years = {int(first) + n for first in re.findall(r"hundred_years\('(\d+)'\)", sql) for n in range(100)}
    assert {*range(FIRST_DATE.year, LAST_PLAN_YEAR + 2)} <= years
