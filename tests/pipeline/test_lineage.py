"""Every number of the sample leads back to rows that add up to it."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from lineage_sums import unexplained
from python_calamine import CalamineWorkbook

pytestmark = pytest.mark.slow
Run = Callable[..., subprocess.CompletedProcess[str]]
Rows = Callable[[str], list[tuple[Any, ...]]]


def test_every_number_is_the_sum_of_its_rows(release: Rows) -> None:
    """Guards against a number that the trace does not explain, at any level, of any indicator and year."""
    assert unexplained(release) == []
    ((numbers,),) = release("select count(numerator) + count(denominator) from marts.indicator_by_organisation")
    assert numbers > 3000


def test_a_row_taken_away_is_missed(release: Rows) -> None:
    """Guards against a sum that holds whatever the rows say."""

    def without_one_file(sql: str) -> list[tuple[Any, ...]]:
        return release(
            sql.replace(
                "from marts.indicator_lineage where",
                "from marts.indicator_lineage where file_name <> 'my_school_registration_2024-12-01.xlsx' and",
            )
        )

    assert {row[1] for row in unexplained(without_one_file)} >= {"teachers_registered", "students_registered"}


def test_rows_stand_in_their_files(release: Rows, demo: tuple[Path, str]) -> None:
    """Guards against a row number that points beside the row: files of the archive are opened and counted."""
    rows = release(
        "select distinct file_sha256, sheet, source_row, contribution from marts.indicator_lineage"
        " where file_name = 'my_school_registration_2024-12-01.xlsx' and indicator_code = 'teachers_registered'"
        " and side = 'numerator' and is_counted"
    )
    assert len(rows) == 26
    path = next((demo[0] / "archive").rglob(f"{rows[0][0]}*"))
    for _, sheet, source_row, contribution in rows:
        with path.open("rb") as stream, CalamineWorkbook.from_filelike(stream) as book:
            line = book.get_sheet_by_name(sheet).to_python(skip_empty_area=False)[source_row - 1]
        assert str(int(contribution)) in {str(cell).removesuffix(".0") for cell in line}


def test_no_day_or_value_of_a_person_is_published(release: Rows) -> None:
    """Guards against a hiring date or a course of one person in the published rows: their position is all there is."""
    assert (
        release(
            "select distinct kind from marts.indicator_lineage where kind in"
            " ('staff', 'training_record', 'platform_activity_person')"
            " and (fact_date is not null or as_written is not null)"
        )
        == []
    )


def test_trace_of_a_school_and_of_its_district(demo: tuple[Path, str], vitrina: Run) -> None:
    """Guards against a trace that differs from the mart, and against one that shows people."""
    place = ("--territory", "Енисейский район")
    found = json.loads(vitrina(demo[0], "trace", "teachers_trained", "2024", *place, "--json").stdout)
    assert (found["figures"]["numerator"], found["figures"]["denominator"]) == ("233.000000", "479.000000")
    given = [float(row["contribution"]) for row in found["counted"] if row["side"] == "numerator"]
    assert sum(given) == 233
    assert found["plans"][0]["document"] == "Решение коллегии МКУ «Управление образования» от 19.12.2024 № 2"
    assert {row["as_written"] for row in found["counted"] if row["kind"] == "training_record"} == {None}

    district = vitrina(demo[0], "trace", "teachers_registered", "2024", *place).stdout
    assert "Опубликовано: «90,53» %" in district
    assert "сверка: расходится" in district
    printed = vitrina(demo[0], "trace", "teachers_registered", "2024", "--organisation", "Безымянская").stdout
    assert "17 = сумма вкладов 17, строк: 2" in printed
    assert "my_school_registration_2024-12-01.xlsx" in printed
    assert "Не учтены, строк: 2" in printed
    assert "есть источник с более высоким" in printed


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("teachers_registred", "2024"), "Показателя с кодом «teachers_registred» нет"),
        (("teachers_registered", "1999"), "за 1999 год строк нет. Есть"),
        (("minimum_speed", "2024"), ""),
    ],
)
def test_what_cannot_be_traced_is_said(
    demo: tuple[Path, str], vitrina: Run, arguments: tuple[str, ...], said: str
) -> None:
    """Guards against a traceback or an empty table for a misspelt code and a year without data."""
    done = vitrina(demo[0], "trace", *arguments, "--territory", "Енисейский район", check=False)
    assert done.returncode == (2 if said else 0), done.stdout + done.stderr
    assert said in " ".join((done.stdout + done.stderr).split())
