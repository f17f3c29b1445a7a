"""A night with good and bad files and one with which a check of the marts fails: the others are published."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest
from export_files import write_rows
from nights import PLACE, SECRET, first_files

from foundation.settings import Settings
from ingestion.steward.queue import list_held
from orchestration.dbt import build, project
from orchestration.run import RefreshResult, run_refresh

pytestmark = pytest.mark.slow
FIRST, SECOND = "5720010403", "3305900019"
TOO_FAST = "-- {title}\nselect organisation_id, speed_low from {{{{ ref('stg_connectivity') }}}} where speed_low > 5000"
NEVER = "select 1 as one from {{ ref('stg_organisation_registry') }} limit 1"
Check = Callable[[str, str], None]


@pytest.fixture
def check(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Check:
    """Adds a check to a copy of the dbt project that refreshes then use."""
    copy = tmp_path / "dbt_project"
    shutil.copytree(project.PROJECT_DIR, copy, ignore=shutil.ignore_patterns("target", "logs"))
    for module in (project, build):
        monkeypatch.setattr(module, "PROJECT_DIR", copy)

    def add(name: str, sql: str) -> None:
        (copy / "tests" / f"{name}.sql").write_text(sql, encoding="utf-8")

    return add


@pytest.fixture
def settings(tmp_path: Path, check: Check) -> Settings:
    """A home with a release; the check that a school's line is not faster than 5 Gbit/s belongs to the project."""
    check("speed_is_possible", TOO_FAST.format(title="no school has such a line"))
    home = Settings(home=tmp_path / "home")
    home.landing.mkdir(parents=True)
    (home.home / "secret").write_text(SECRET, encoding="utf-8")
    first_files(home.landing)
    refresh(home)
    return home


def refresh(settings: Settings) -> RefreshResult:
    return run_refresh(settings.model_copy(update={"landing_settle_seconds": 0}))


def speeds(folder: Path, name: str, inn: str, speed: str, day: str = "01.12.2024") -> Path:
    return write_rows(folder, name, [["Дата", "ИНН", "Скорость, Мбит/с"], [day, inn, speed]])


def asked(settings: Settings, sql: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(settings.build_file), read_only=True) as connection:
        return connection.execute(sql).fetchall()


def outcomes(result: RefreshResult) -> dict[str, str]:
    return {file["original_name"]: file["outcome"] for file in result.files}


def test_only_the_file_to_blame_is_set_aside(settings: Settings) -> None:
    """Guards against a night that publishes nothing because of one file, and against good files left out with it."""
    speeds(settings.landing, "good.csv", FIRST, "100")
    speeds(settings.landing, "impossible.csv", SECOND, "9000")
    write_rows(settings.landing, "nothing of ours.csv", [["a", "b"], ["1", "2"]])
    held = [
        ["Дата", "Организация", "Муниципалитет", "Скорость, Мбит/с"],
        ["01.12.2024", "Лицей второй", PLACE[1], "50"],
    ]
    write_rows(settings.landing, "held.csv", held)
    result = refresh(settings)
    assert result.published, result.first_cause
    assert outcomes(result) == {
        "good.csv": "loaded", "impossible.csv": "failed", "nothing of ours.csv": "refused", "held.csv": "loaded"
    }  # fmt: skip
    (failed,) = (file for file in result.files if file["outcome"] == "failed")
    assert "impossible.csv: отложен целиком: с ним выпуск не публикуется (проверка «" in failed["refusal"]
    assert Path(failed["protocol"]).is_file()
    assert asked(settings, "select distinct organisation_id from raw.connectivity") == [(FIRST,)]
    assert [question.name for question in list_held(settings)] == ["Лицей второй"]

    again = refresh(settings)
    assert again.published, "the night after is not disturbed by it"
    speeds(settings.landing, "corrected.csv", SECOND, "90")
    assert outcomes(refresh(settings)) == {"corrected.csv": "loaded"}
    assert {row[0] for row in asked(settings, "select organisation_id from raw.connectivity")} == {FIRST, SECOND}


def test_what_no_file_is_to_blame_for_stops_the_release(settings: Settings, check: Check) -> None:
    """Guards against good files thrown out one night after another for a fault that is the program's own."""
    speeds(settings.landing, "good.csv", FIRST, "100")
    check("never_holds", NEVER)
    (settings.home / "dbt" / "manifest.sha256").unlink()
    result = refresh(settings)
    assert not result.published
    assert "never_holds" in (result.first_cause or "")

    (project.PROJECT_DIR / "tests" / "never_holds.sql").unlink()
    (settings.home / "dbt" / "manifest.sha256").unlink()
    mended = refresh(settings)
    assert mended.published, mended.first_cause
    assert asked(settings, "select organisation_id, match_rule from raw.connectivity") == [(FIRST, "inn")]
    assert asked(settings, "select count(*) from journal.load where outcome = 'failed'") == [(0,)]
