"""A kind of export, an indicator, a system, a chart and a column of a mart are added to a copy of the project.

Guards against work that creeps back: a list of kinds kept by hand, a label in a second place, a test that counts. What
was added must work: files of the new kind and system load, the indicator has its value, the column is published.
"""

import hashlib
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest
from additions import ADDITIONS, GOALS
from export_files import write_rows

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parents[2]
MAKE_DOCS = re.compile(r"^docs: .*\n((?:\t.*\n)+)", re.MULTILINE)


def generators() -> list[str]:
    """The modules that `make docs` runs."""
    (recipe,) = MAKE_DOCS.findall((ROOT / "Makefile").read_text(encoding="utf-8"))
    return re.findall(r"python -m ([\w.]+)", recipe)


HOLDING = (
    "tests/unit/schemas", "tests/unit/bi", "tests/unit/publishing/test_mart_page.py", "tests/unit/test_portable_sql.py",
    "tests/unit/test_import_direction.py",
)  # fmt: skip
"""Tests over metadata: they must hold for a project that has more of it, without being touched."""
SCHOOLS = ("3305900019", "3305900026", "3305900033")
"""Three schools of the sample registry of Kovrov."""


@dataclass(frozen=True)
class Copy:
    """The project with everything added: where it is, its home, and the files that each addition touched by hand."""

    project: Path
    home: Path
    touched: dict[str, set[str]]
    changed: set[str]
    """All files that differ from the project's, the generated ones too."""

    def python(self, *arguments: str) -> str:
        """What a Python process prints that runs in the copy; AssertionError with its words when it fails."""
        environment = {**os.environ, "PYTHONPATH": str(self.project), "VITRINA_HOME": str(self.home), "COLUMNS": "200"}
        done = subprocess.run(
            [sys.executable, *arguments], cwd=self.project, env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, (done.stdout + done.stderr)[-6000:]
        return done.stdout

    def vitrina(self, *arguments: str) -> str:
        return self.python("-c", f"import sys; from cli.main import main; sys.exit(main({list(arguments)!r}))")


def contents(project: Path) -> dict[str, str]:
    """Digests of the project's files by their names."""
    return {
        str(path.relative_to(project)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in project.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


def differing(one: dict[str, str], other: dict[str, str]) -> set[str]:
    return {name for name in one.keys() | other.keys() if one.get(name) != other.get(name)}


def copy_project(folder: Path) -> Path:
    """The files under version control as they stand, without history and environments."""
    project = folder / "project"
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).is_file():
            (project / name).parent.mkdir(parents=True, exist_ok=True)
            (project / name).write_bytes((ROOT / name).read_bytes())
    return project


@pytest.fixture(scope="module")
def added(tmp_path_factory: pytest.TempPathFactory) -> Copy:
    """The copy with every addition made by hand, and then what is generated."""
    folder = tmp_path_factory.mktemp("adding")
    project = copy_project(folder)
    first = before = contents(project)
    touched: dict[str, set[str]] = {}
    for what, edits in ADDITIONS.items():
        for edit in edits:
            edit.apply(project)
        after = contents(project)
        touched[what], before = differing(before, after), after
    copy = Copy(project, folder / "home", touched, set())
    for module in generators():
        copy.python("-m", module)
    return Copy(project, folder / "home", touched, differing(first, contents(project)))


Published = Callable[[str], list[tuple[Any, ...]]]


@pytest.fixture(scope="module")
def published(added: Copy) -> Iterator[Published]:
    """Rows of a release of the copy: files of the new kind and system beside two of the sample."""
    samples = added.project / "samples" / "files"
    head = ("Субъект РФ", "Муниципалитет", "ИНН")
    place = ("Владимирская область", "город Ковров")
    meals = [
        ("Система", "Дата", *head, "Роль", "Получили горячее питание", "Питались бесплатно"),
        ("АИС «Школьный стол»", "20.09.2022", *place, SCHOOLS[0], "обучающиеся", "30", "12"),
        ("Школьный стол", "20.09.2022", *place, SCHOOLS[1], "обучающиеся", "50", ""),
        ("Школьный стол", "20.09.2022", *place, SCHOOLS[2], "обучающиеся", "20", "21"),
    ]
    headcount = [
        ("Дата", *head, "Обучающихся", "Педагогических работников"),
        ("20.09.2022", *place, SCHOOLS[0], "40", "3"),
        ("20.09.2022", *place, SCHOOLS[1], "60", "7"),
    ]
    files = [
        samples / "kovrov" / "registry_kovrov.csv",
        samples / "kemerovo" / "registry_kemerovo.csv",
        samples / "kemerovo" / "certificates_2020.csv",
        write_rows(added.home.parent, "headcount.csv", headcount),
        write_rows(added.home.parent, "meals.csv", meals),
    ]
    added.vitrina("init")
    added.vitrina("add", *map(str, files))
    added.vitrina("refresh")
    with duckdb.connect(str((added.home / "current" / "warehouse.duckdb").resolve()), read_only=True) as connection:
        yield lambda sql: connection.execute(sql).fetchall()


@pytest.mark.parametrize("what", GOALS)
def test_few_files_are_touched_by_hand(added: Copy, what: str) -> None:
    """Guards against a change of metadata that needs a second place to be told."""
    assert 0 < len(added.touched[what]) <= GOALS[what], sorted(added.touched[what])


def test_make_docs_is_read() -> None:
    """Guards against a copy in which nothing is generated because the Makefile reads otherwise."""
    assert "schemas.dbt_metadata" in generators()


def test_whatever_else_changed_is_generated(added: Copy) -> None:
    """Guards against a file that `make docs` rewrites although people write it."""
    by_hand = set().union(*added.touched.values())
    silent = [
        name
        for name in sorted(added.changed - by_hand)
        if not any(word in (added.project / name).read_text(encoding="utf-8") for word in ("Made by", "make docs"))
    ]
    assert silent == []
    assert "dbt_project/models/staging/stg_meal_coverage.sql" in added.changed - by_hand


def test_tests_over_metadata_hold(added: Copy) -> None:
    """Guards against a test that counts what data decide, and so has to be touched too."""
    added.python("-m", "pytest", "-q", "-n", "0", "-x", "-m", "not slow", "-p", "no:cacheprovider", *HOLDING)


def test_rows_of_the_new_kind_are_staged(added: Copy, published: Published) -> None:
    """Guards against a kind that is read and goes nowhere: raw, staging, measures and its mart have both rows."""
    assert published("select count(*) from marts.meal_by_organisation") == [(2,)]
    with duckdb.connect(str(added.home / "warehouse.duckdb"), read_only=True) as build:
        for table in ("raw.meal_coverage", "staging.stg_meal_coverage"):
            rows = build.execute(f"select organisation_id, fed, fed_free from {table} order by fed").fetchall()
            assert rows == [(SCHOOLS[0], 30, 12), (SCHOOLS[1], 50, None)], table


def test_a_row_that_breaks_the_rule_of_the_kind_is_rejected_in_its_words(published: Published) -> None:
    """Guards against a rule that rejects without a word to the sender."""
    told = published("select rule, message from marts.reject_journal where file_name = 'meals.csv'")
    assert [rule for rule, _ in told] == ["fed_free_not_above_fed"]
    assert "не может быть больше, чем всех" in told[0][1]


def test_the_new_kind_is_measured(published: Published) -> None:
    """Guards against a measure of the catalogue that no model computes."""
    sql = "select organisation_id, role, value from marts.measure_by_site where measure_code = 'meals' order by value"
    assert published(sql) == [(SCHOOLS[0], "student", Decimal(30)), (SCHOOLS[1], "student", Decimal(50))]


def test_the_new_system_is_recognised(published: Published) -> None:
    """Guards against a system that is in the catalogue and whose spelling a file may not use."""
    assert published("select distinct system_code from marts.meal_by_organisation") == [("school_table",)]
    assert published("select short_title from marts.dim_system where system_code = 'school_table'") == [
        ("Школьный стол",)
    ]


def test_the_new_indicator_has_its_value(published: Published) -> None:
    """Guards against a passport that needs SQL: ten teachers to a hundred students."""
    sql = (
        "select numerator, denominator, value from marts.indicator_by_territory where year = 2022"
        " and indicator_code = 'teachers_to_students' and territory_name = 'город Ковров'"
    )
    assert published(sql) == [(Decimal(10), Decimal(100), Decimal(10))]


def test_the_new_chart_passes_the_checks(added: Copy) -> None:
    """Guards against a chart that is more than its lines in the dashboard."""
    code = (
        "from bi.checks import findings; from bi.specification import load_dashboards;"
        "names = [chart.name for board in load_dashboards() for chart in board.charts()];"
        "print(findings(), names.count('records_by_organisation'))"
    )
    assert added.python("-c", code).strip() == "[] 1"


def test_the_new_column_is_published_with_its_words(added: Copy, published: Published) -> None:
    """Guards against a column without a Russian heading, or a word on what it means."""
    assert published("select is_type_told, issued from marts.certificate_by_territory") == [(False, 7756)]
    sql = "select comment from duckdb_columns() where table_name = 'certificate_by_territory'"
    assert published(f"{sql} and column_name = 'is_type_told'") == [("Указан ли в выгрузке вид сертификата",)]
    code = "from schemas.labels import column_label; print(column_label('certificate_by_territory', 'is_type_told'))"
    assert added.python("-c", code).strip() == "Вид указан"
