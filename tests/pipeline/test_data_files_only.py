"""A new system, a new indicator and a new export layout are data: a copy of the project gets files, and no code."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("bi", "cli", "dbt_project", "ingestion", "orchestration", "publishing", "schemas", "dagster.yaml")
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


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The project's packages with three data files more."""
    copy = tmp_path / "project"
    ignored = shutil.ignore_patterns(".venv", "__pycache__", "target", "logs")
    for name in PACKAGES:
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
    assert [str(rows["teachers_in_star"][key]) for key in ("numerator", "denominator", "source_system")] == [
        "15.000000", "20.000000", "star_journal",
    ]  # fmt: skip
