"""A month of a steward's work with the real command: load, correct, decide, publish, query."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from export_files import write_registration, write_rows

pytestmark = pytest.mark.slow
Run = Callable[..., subprocess.CompletedProcess[str]]
SCHOOLS = {"5720010403": "МБОУ «Новоселовская ООШ»", "3305900019": "МБОУ «Лицей № 2»"}
PLACE = ["Орловская область", "Новосильский район"]


@pytest.fixture(scope="module")
def month(tmp_path_factory: pytest.TempPathFactory, vitrina: Run) -> tuple[Path, Path]:
    """A home with a registry, headcounts and a plan, published once; and a folder for further files."""
    home, folder = tmp_path_factory.mktemp("month") / "home", tmp_path_factory.mktemp("files")
    registry = [["ИНН", "Субъект", "Муниципалитет", "Полное наименование", "Тип организации"]]
    registry += [[inn, *PLACE, name, "лицей" if "Лицей" in name else "ООШ"] for inn, name in SCHOOLS.items()]
    headcount = [["Дата", "ИНН", "Педагогических работников"], ["20.09.2024", "5720010403", "20"]]
    headcount.append(["20.09.2024", "3305900019", "30"])
    plan = [["Показатель", "Год", "План", "Документ", "Субъект", "Муниципалитет", "Область"]]
    plan.append(["teachers_registered", "2024", "не менее 70", "Приказ № 1", *PLACE, "каждая организация"])
    files = [
        write_rows(folder, "registry.csv", registry),
        write_rows(folder, "headcount.csv", headcount),
        write_rows(folder, "plan.csv", plan),
        write_registration(folder, "registration.csv", SCHOOLS, {"5720010403": 18, "3305900019": 15}),
    ]
    vitrina(home, "init")
    vitrina(home, "add", *map(str, files))
    vitrina(home, "refresh")
    return home, folder


def indicator(vitrina: Run, home: Path) -> dict[str, object]:
    sql = (
        "select numerator, denominator, status, organisations_below_plan, as_of_date from marts.indicator_by_territory"
        " where indicator_code = 'teachers_registered' and year = 2024 and territory_level = 'municipality'"
    )
    (row,) = json.loads(vitrina(home, "query", sql, "--format", "json").stdout)
    assert isinstance(row, dict)
    return row


def test_the_month(month: tuple[Path, Path], vitrina: Run) -> None:
    """Guards against steps that work alone and not after each other."""
    home, folder = month
    first = indicator(vitrina, home)
    assert (first["numerator"], first["denominator"], first["status"]) == (33, 50, "not_achieved")
    assert (first["organisations_below_plan"], first["as_of_date"]) == (1, "2024-12-01")

    again = json.loads(_refresh_with(vitrina, home, folder / "registration.csv"))
    assert [file["outcome"] for file in again["files"]] == ["unchanged"]

    corrected = write_registration(folder, "registration_2.csv", SCHOOLS, {"5720010403": 18, "3305900019": 24})
    report = json.loads(_refresh_with(vitrina, home, corrected))["files"][0]
    assert (report["rows_changed"], report["rows_same"]) == (1, 1)
    assert any("было 15, стало 24" in message for message in report["messages"])
    second = indicator(vitrina, home)
    assert (second["numerator"], second["status"]) == (42, "achieved")


def _refresh_with(vitrina: Run, home: Path, path: Path) -> str:
    vitrina(home, "add", str(path))
    return vitrina(home, "refresh", "--json").stdout


def test_held_name_reaches_the_release(month: tuple[Path, Path], vitrina: Run) -> None:
    """Guards against a decision that is remembered and never published."""
    home, folder = month
    rows = [["Дата", "Организация", "Муниципалитет", "Скорость, Мбит/с"]]
    rows.append(["01.12.2024", "Лицей второй", "Новосильский район", "10-30"])
    _refresh_with(vitrina, home, write_rows(folder, "speed.csv", rows))
    (question,) = json.loads(vitrina(home, "match", "list", "--json").stdout)
    assert question["candidates"][0]["organisation_id"] == "3305900019"
    vitrina(home, "match", "accept", str(question["held_id"]), "--organisation", "3305900019")
    vitrina(home, "refresh")
    sql = "select organisation_id, speed_low, speed_high, meets_threshold from marts.connectivity_by_organisation"
    assert json.loads(vitrina(home, "query", sql, "--format", "json").stdout) == [
        {"organisation_id": "3305900019", "speed_low": 10, "speed_high": 30, "meets_threshold": None}
    ]


def test_check_loads_nothing_and_says_one(month: tuple[Path, Path], vitrina: Run) -> None:
    """Guards against exit code 0 for a file with rejected rows, and against `check` changing anything."""
    home, folder = month
    bad = write_registration(folder, "bad.csv", SCHOOLS, {"5720010403": -1})
    done = vitrina(home, "check", str(bad), check=False)
    assert done.returncode == 1
    assert "ожидалось целое число не меньше 0" in done.stdout + done.stderr
    assert (home / "reports" / "flk_bad.xlsx").is_file()
    held = write_rows(folder, "held.csv", [["Дата", "Организация", "Обучающихся"], ["01.12.2024", "СОШ № 4", "5"]])
    assert vitrina(home, "check", str(held), check=False).returncode == 0


def test_release_is_whole(month: tuple[Path, Path]) -> None:
    """Guards against a release whose files and manifest disagree."""
    current = (month[0] / "current").resolve()
    manifest = json.loads((current / "manifest.json").read_text(encoding="utf-8"))
    assert (current / "warehouse.duckdb").is_file()
    marts = {path.stem for path in (current / "marts").glob("*.parquet")}
    assert set(manifest["marts"]) == marts
    assert {entry["name"] for entry in manifest["inputs"]} >= {"registry.csv", "registration_2.csv"}
