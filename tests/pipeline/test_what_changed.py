"""A year of releases with the real command: what was published stays known, what changed is said with its reason."""

import csv
import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest
from export_files import write_registration, write_rows

pytestmark = pytest.mark.slow
Run = Callable[..., subprocess.CompletedProcess[str]]
PLACE = ["Орловская область", "Новосильский район"]
SCHOOL, LYCEUM, CLOSED = "5720010403", "3305900019", "2447900012"
SCHOOLS = {SCHOOL: "МБОУ «Новоселовская ООШ»", LYCEUM: "МБОУ «Лицей № 2»", CLOSED: "МБОУ «Глубковская ООШ»"}
KEYS = {"indicator_by_organisation": "organisation_id", "indicator_by_territory": "territory_id"}
FIELDS = ("numerator", "denominator", "value", "plan", "status", "indicator_version")


def registry(folder: Path, name: str, *, is_merged: bool = False) -> Path:
    head = [
        "ИНН",
        "Субъект",
        "Муниципалитет",
        "Полное наименование",
        "Тип организации",
        "Действует по",
        "ИНН преемника",
    ]
    rows = [
        [inn, *PLACE, title, "лицей" if "Лицей" in title else "ООШ", *(
            ["31.10.2024", SCHOOL] if is_merged and inn == CLOSED else ["", ""]
        )]
        for inn, title in SCHOOLS.items()
    ]  # fmt: skip
    return write_rows(folder, name, [head, *rows])


def plan(folder: Path, name: str, document: str, day: str, value: str) -> Path:
    head = ["Показатель", "Год", "План", "Документ", "Дата документа", "Пункт", "Субъект", "Муниципалитет"]
    row = ["teachers_registered", "2024", value, document, day, "п. 1", *PLACE]
    return write_rows(folder, name, [head, row])


class Year:
    """A home in which each step is a release; the releases by the name of the step."""

    def __init__(self, home: Path, folder: Path, vitrina: Run) -> None:
        self.home, self.folder, self.vitrina = home, folder, vitrina
        self.releases: dict[str, Path] = {}

    def step(self, name: str, *files: Path) -> None:
        if files:
            self.vitrina(self.home, "add", *map(str, files))
        self.vitrina(self.home, "refresh")
        self.releases[name] = (self.home / "current").resolve()

    def cells(self, name: str) -> dict[tuple[Any, ...], Any]:
        """Every cell of the indicators of a release: (mart, code, year, place, field) -> value."""
        found = {}
        with duckdb.connect(str(self.releases[name] / "warehouse.duckdb"), read_only=True) as connection:
            for mart, key in KEYS.items():
                fields = ", ".join(f"cast({field} as varchar)" for field in FIELDS)
                for row in connection.execute(
                    f"select indicator_code, year, {key}, {fields} from marts.{mart}"
                ).fetchall():
                    found |= {(mart, *row[:3], field): value for field, value in zip(FIELDS, row[3:], strict=True)}
        return found

    def changes(self, name: str) -> list[dict[str, str]]:
        with (self.releases[name] / "changes.csv").open(encoding="utf-8", newline="") as stream:
            return list(csv.DictReader(stream))


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory, vitrina: Run) -> Year:
    """first, corrected file, decision on a name and new plan together, merger."""
    home, folder = tmp_path_factory.mktemp("year") / "home", tmp_path_factory.mktemp("files")
    made = Year(home, folder, vitrina)
    vitrina(home, "init")
    headcount = [["Дата", "ИНН", "Педагогических работников"]]
    headcount += [["20.09.2024", inn, count] for inn, count in ((SCHOOL, "20"), (LYCEUM, "30"), (CLOSED, "10"))]
    speed = [["Дата", "Организация", "Муниципалитет", "Скорость, Мбит/с"]]
    speed += [["01.12.2024", "Лицей второй", PLACE[1], "50"], ["01.12.2024", SCHOOLS[SCHOOL], PLACE[1], "10"]]
    counts = {SCHOOL: 18, LYCEUM: 15, CLOSED: 5}
    made.step(
        "first",
        registry(folder, "registry.csv"),
        write_rows(folder, "headcount.csv", headcount),
        plan(folder, "plan.csv", "Приказ № 1", "01.02.2024", "70"),
        write_registration(folder, "registration.csv", SCHOOLS, counts),
        write_rows(folder, "speed.csv", speed),
    )
    made.step("corrected", write_registration(folder, "registration_2.csv", SCHOOLS, {**counts, LYCEUM: 24}))
    (question,) = json.loads(vitrina(home, "match", "list", "--json").stdout)
    told = ("--by", "И. Стюард", "--why", "по приказу")
    vitrina(home, "match", "accept", str(question["held_id"]), "--organisation", LYCEUM, *told)
    made.step("decided", plan(folder, "plan_2.csv", "Приказ № 9", "01.10.2024", "90"))
    made.step("merged", registry(folder, "registry_2.csv", is_merged=True))
    vitrina(home, "match", "undo", str(question["held_id"]), "--by", "П. Старшая", "--why", "другой лицей")
    made.step("undone")
    return made


@pytest.mark.parametrize(
    ("former", "name"), [("first", "corrected"), ("corrected", "decided"), ("decided", "merged"), ("merged", "undone")]
)
def test_the_diff_has_exactly_the_changed_cells(year: Year, former: str, name: str) -> None:
    """Guards against a diff that misses a cell, or names one that did not change."""
    before, after = year.cells(former), year.cells(name)
    wanted = {key for key in before.keys() | after.keys() if before.get(key) != after.get(key)}
    found = {
        ("indicator_by_organisation" if row["place_level"] == "organisation" else "indicator_by_territory",
         row["indicator_code"], int(row["year"]), row["place_id"], row["field"])
        for row in year.changes(name)
    }  # fmt: skip
    assert found == wanted
    assert found


def test_the_first_release_has_an_empty_diff(year: Year) -> None:
    """Guards against thousands of «changes» where there is nothing to compare with, and a release without its diff."""
    assert year.changes("first") == []
    assert (year.releases["first"] / "changes.csv").read_text(encoding="utf-8").startswith("indicator_code,")


def test_a_corrected_file_is_the_reason(year: Year) -> None:
    """Guards against a reason that somebody would have to type in."""
    rows = year.changes("corrected")
    assert {row["change_reason"] for row in rows} == {"corrected_file"}
    assert {row["reason_source"] for row in rows} == {"registration.csv, registration_2.csv"}
    numerators = {
        row["place_level"]: (row["old_value"], row["new_value"])
        for row in rows
        if row["field"] == "numerator" and row["indicator_code"] == "teachers_registered"
    }
    assert numerators["organisation"] == ("15.000000", "24.000000")
    assert numerators["municipality"] == ("38.000000", "47.000000")


def test_a_decision_and_a_plan_are_told_apart(year: Year) -> None:
    """Guards against one reason for a whole release: two things happened in one night."""
    rows = year.changes("decided")
    reasons = {row["indicator_code"]: row["change_reason"] for row in rows if row["place_id"] == LYCEUM}
    assert reasons["organisations_with_speed"] == "name_decision"
    told = {row["decisions"] for row in rows if row["change_reason"] == "name_decision"}
    assert told == {f"№ 1 → {LYCEUM}: И. Стюард (по приказу)"}
    assert {row["decisions"] for row in rows if row["change_reason"] != "name_decision"} == {""}
    assert reasons["teachers_registered"] == "plan_changed"
    planned = [row for row in rows if row["indicator_code"] == "teachers_registered"]
    assert {row["field"] for row in planned} <= {"plan", "status"}
    assert {(row["reason_source"], row["reason_clause"]) for row in planned} == {("Приказ № 9", "п. 1")}


def test_a_merger_is_told_as_history_of_organisations(year: Year) -> None:
    """Guards against a merger that looks like a flood of corrections."""
    rows = year.changes("merged")
    assert {row["change_reason"] for row in rows} == {"organisation_history"}
    assert {row["reason_source"] for row in rows} == {"registry_2.csv"}
    assert {row["place_id"] for row in rows} >= {SCHOOL, CLOSED}


def test_a_decision_taken_back_is_told_with_whoever_took_it_back(year: Year) -> None:
    """Guards against a row that goes with its decision and is told as a person removed."""
    rows = year.changes("undone")
    assert {row["change_reason"] for row in rows} == {"name_decision"}
    assert {row["decisions"] for row in rows} == {f"№ 1 отменено → {LYCEUM}: П. Старшая (другой лицей)"}
    with duckdb.connect(str(year.releases["undone"] / "warehouse.duckdb"), read_only=True) as connection:
        waiting = connection.execute("select held_id, decided_by, decided_why from marts.held_name").fetchall()
    assert waiting == [(1, "И. Стюард", "по приказу")]


def test_as_of_gives_what_was_published_then(year: Year) -> None:
    """Guards against history that is rewritten: by release, by moment, and after retention has removed the release."""
    sql = (
        "select organisation_id, numerator, denominator, value, plan, status from indicator_by_organisation"
        " where indicator_code = 'teachers_registered' and year = 2024 order by all"
    )
    first = json.loads((year.releases["first"] / "manifest.json").read_text(encoding="utf-8"))

    def asked(home: Path, *options: str) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = json.loads(year.vitrina(home, "query", sql, "--format", "json", *options).stdout)
        return rows

    by_release = asked(year.home, "--as-of", first["release_id"])
    assert {row["organisation_id"]: row["numerator"] for row in by_release} == {SCHOOL: 18, LYCEUM: 15, CLOSED: 5}
    assert asked(year.home) != by_release

    thinned = year.home.parent / "thinned"
    shutil.copytree(year.home, thinned, symlinks=True)
    for name in ("first", "corrected"):
        shutil.rmtree(thinned / "releases" / year.releases[name].name)
    done = year.vitrina(thinned, "query", sql, "--format", "json", "--as-of", first["release_id"])
    assert json.loads(done.stdout) == by_release
    assert "удалён по сроку хранения" in done.stderr
    table = year.vitrina(thinned, "indicators", "--territory", PLACE[1], "--as-of", first["release_id"]).stdout
    assert "38" in table
    assert "восстановлены по версиям" in table


def test_the_trace_leads_to_other_rows_before_and_after(year: Year) -> None:
    """Guards against a trace that always shows today's rows."""

    def rows(*options: str) -> tuple[dict[str, Any], list[dict[str, Any]]]:
        place = ("--organisation", LYCEUM)
        found = json.loads(
            year.vitrina(year.home, "trace", "teachers_registered", "2024", *place, "--json", *options).stdout
        )
        (counted,) = [row for row in found["counted"] if row["side"] == "numerator"]
        return counted, found["excluded"]

    first = year.releases["first"].name
    before, _ = rows("--as-of", first)
    after, excluded = rows()
    assert (before["file_name"], before["as_written"]["Зарегистрировано"]) == ("registration.csv", "15")
    assert (after["file_name"], after["as_written"]["Зарегистрировано"]) == ("registration_2.csv", "24")
    assert before["file_sha256"] != after["file_sha256"]
    (replaced,) = [row for row in excluded if row["exclusion"] == "replaced"]
    assert (replaced["file_name"], replaced["source_row"]) == ("registration.csv", before["source_row"])


def test_vintages_tell_the_whole_story(year: Year) -> None:
    """Guards against two vintages that stand at once, a gap between them, and a vintage for every night."""
    sql = (
        "select recorded_from, recorded_to, numerator, plan, change_reason from marts.indicator_vintage"
        " where place_id = ? and indicator_code = 'teachers_registered' and year = 2024 order by recorded_from"
    )
    with duckdb.connect(str(year.releases["merged"] / "warehouse.duckdb"), read_only=True) as connection:
        rows = connection.execute(sql, [LYCEUM]).fetchall()
        open_ones = connection.execute(
            "select count(*) from marts.indicator_vintage where recorded_to is null"
        ).fetchone()
        published = [
            connection.execute(f"select count(*) from marts.{mart}").fetchone()[0]  # type: ignore[index]
            for mart in KEYS
        ]
    assert [(row[2], row[3], row[4]) for row in rows] == [
        (15, 70, "first_release"), (24, 70, "corrected_file"), (24, 90, "plan_changed")
    ]  # fmt: skip
    assert [row[1] for row in rows[:-1]] == [row[0] for row in rows[1:]]
    assert rows[-1][1] is None
    assert open_ones == (sum(published),)


def test_a_blocked_release_leaves_the_former_one(year: Year) -> None:
    """Guards against a failing check that publishes, or that keeps the home from publishing once it is mended."""
    standing = (year.home / "current").resolve()
    with duckdb.connect(str(year.home / "warehouse.duckdb")) as build:
        build.execute("update journal.load set rows_read = rows_read + 1 where original_name = 'headcount.csv'")
    done = year.vitrina(year.home, "refresh", check=False)
    assert done.returncode == 1
    assert "Выпуск не опубликован: проверка «закон сохранения строк» не пройдена для headcount.csv" in done.stderr
    assert "Действует выпуск от" in done.stderr
    assert (year.home / "current").resolve() == standing
    said = year.vitrina(year.home, "status").stdout
    assert f"Выпуск {standing.name}" in said
    assert "выпуск НЕ опубликован: проверка «закон сохранения строк»" in said

    with duckdb.connect(str(year.home / "warehouse.duckdb")) as build:
        build.execute("update journal.load set rows_read = rows_read - 1 where original_name = 'headcount.csv'")
    year.step("mended")
    assert year.releases["mended"] != standing
    assert year.changes("mended") == []
