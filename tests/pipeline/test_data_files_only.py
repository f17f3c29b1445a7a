"""A new system, a new indicator and a new export layout are data: files of the project or of a region's home."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CODE = ("bi", "cli", "dbt_project", "foundation", "ingestion", "orchestration", "publishing", "schemas")
SYSTEM = """
- code: star_journal
  title: Журнал «Звезда»
  short_title: Звезда
  spellings: [Звезда, журнал Звезда]
  kind: региональный журнал
  role: source
  exports: [platform_registration]
  titles_exports: true
  measures: регистрация педагогов
  grain: организация
  document_rows: []
"""
PASSPORT = """
code: teachers_in_star
version: 1
position: 900
title: Доля педагогов, зарегистрированных в журнале «Звезда»
short_title: Педагоги в «Звезде»
definition: Зарегистрированные педагоги, делённые на численность педагогов.
definition_source: определение проекта
document: Приказ № 7
unit: "%"
precision: 1
direction: up
aggregation: ratio_of_sums
cumulative: none
population: general_education
numerator:
  own: [{measure: registered, role: teacher, system: star_journal}]
denominator:
  own: [{measure: headcount, role: teacher}]
"""
LAYOUT = """
kind: platform_registration
layouts:
  - name: star
    required: [snapshot_date, role_code, registered]
    context: [system_code, snapshot_date]
    constants: {system_code: Звезда}
    columns:
      system_code: [Платформа]
      snapshot_date: [Срез]
      role_code: [Кто]
      registered: [Завели кабинет]
"""
INN = "5720010403"
FILES = {
    "registry.csv": "ИНН;Субъект;Муниципалитет;Полное наименование;Тип организации\n"
    f"{INN};Орловская область;Новосильский район;МБОУ «Новоселовская ООШ»;ООШ\n",
    "headcount.csv": f"Дата;ИНН;Педагогических работников\n20.09.2024;{INN};20\n",
    "star.csv": f"Срез;ИНН;Кто;Завели кабинет\n01.12.2024;{INN};педагоги;15\n",
}
PLAN = "Показатель;Год;План;Документ;Муниципалитет\nteachers_in_star;2024;70;Приказ № 7;Новосильский район\n"
COUNTED = ["15.000000", "20.000000", "star_journal"]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The project's packages with three data files more."""
    copy = tmp_path / "project"
    ignored = shutil.ignore_patterns(".venv", "__pycache__", "target", "logs")
    for name in (*CODE, "dagster.yaml"):
        source = ROOT / name
        shutil.copytree(source, copy / name, ignore=ignored) if source.is_dir() else shutil.copy(source, copy / name)
    with (copy / "schemas/catalogues/systems.yaml").open("a", encoding="utf-8") as systems:
        systems.write(SYSTEM)
    (copy / "schemas/passports/teachers_in_star.yaml").write_text(PASSPORT, encoding="utf-8")
    (copy / "schemas/header_maps/star.yaml").write_text(LAYOUT, encoding="utf-8")
    return copy


@pytest.mark.slow
def test_three_data_files_make_a_new_indicator(project: Path, tmp_path: Path) -> None:
    """Guards against an `if` in code, or a list in a test or model, that a new system or indicator would need."""
    environment = {**os.environ, "VITRINA_HOME": str(tmp_path / "home"), "PYTHONPATH": str(project)}

    def vitrina(*arguments: str) -> str:
        command = [sys.executable, "-c", "from cli.main import run; run()", *arguments]
        done = subprocess.run(command, cwd=project, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    for name, text in FILES.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    vitrina("init")
    vitrina("add", *(str(tmp_path / name) for name in FILES))
    vitrina("refresh")
    told = json.loads(vitrina("indicators", "--territory", "Новосильский", "--year", "2024", "--json"))
    rows = {row["indicator_code"]: row for row in told["rows"]}
    assert [str(rows["teachers_in_star"][key]) for key in ("numerator", "denominator", "source_system")] == COUNTED


@pytest.mark.slow
def test_a_region_adds_them_without_touching_the_package(
    vitrina: Callable[..., subprocess.CompletedProcess[str]], tmp_path: Path
) -> None:
    """Guards against a region that must change the package, and against its own file, spoilt later, ending nights."""
    home = tmp_path / "home"
    for place, text in (
        ("catalogues/systems.yaml", SYSTEM),
        ("passports/star.yaml", PASSPORT),
        ("header_maps/star.yaml", LAYOUT),
    ):
        path = home / place
        path.parent.mkdir(parents=True)
        path.write_text(text, encoding="utf-8")
    for name, text in {**FILES, "plan.csv": PLAN}.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    vitrina(home, "init")
    vitrina(home, "add", *(str(tmp_path / name) for name in (*FILES, "plan.csv")))
    vitrina(home, "refresh")
    asked = ("indicators", "--territory", "Новосильский", "--year", "2024", "--json")
    rows = {row["indicator_code"]: row for row in json.loads(vitrina(home, *asked).stdout)["rows"]}
    ours = rows["teachers_in_star"]
    assert [str(ours[key]) for key in ("numerator", "denominator", "source_system")] == COUNTED
    assert (ours["status"], float(ours["plan"])) == ("achieved", 70.0)
    assert "Нового нет" in vitrina(home, "refresh").stdout

    # Their rows are in the warehouse: neither a misspelt key nor a file removed may keep the others from people.
    (home / "passports/star.yaml").write_text(PASSPORT.replace("unit:", "units:"), encoding="utf-8")
    (home / "catalogues/systems.yaml").write_text("- code: [", encoding="utf-8")
    done = vitrina(home, "refresh")
    assert "passports/star.yaml не используется: не хватает ключа «unit»" in done.stderr
    assert "catalogues/systems.yaml не используется: это не YAML" in done.stderr
    sql = (
        "select (select count(*) from indicator_by_territory where indicator_code = 'teachers_in_star') as computed,"
        " (select sum(rows_accepted) from load_journal where kind = 'platform_registration') as accepted,"
        " (select title from dim_system where system_code = 'star_journal') as title"
    )
    (row,) = json.loads(vitrina(home, "query", sql, "--format", "json").stdout)
    assert row == {"computed": 0, "accepted": 1, "title": "star_journal"}
    told = json.loads(vitrina(home, "status", "--json").stdout)["bad_metadata"]
    assert len(told) == 2
