"""A refresh with nothing new ends at once; anything that may change a figure makes it work."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import duckdb
import pytest

from foundation.settings import Settings
from orchestration.unchanged import release_up_to_date

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parents[2]
Run = Callable[..., subprocess.CompletedProcess[str]]
HEAVY = ("dagster", "dbt", "pandera", "polars", "pyarrow", "python_calamine", "xlsxwriter")
LOADED = """
import sys
from cli.main import main
main(sys.argv[1:])
print(*(name for name in {heavy} if name in sys.modules), file=sys.stderr)
"""


@pytest.fixture(scope="module")
def home(demo: tuple[Path, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The demo on the day of its build: a midnight between the two is something new."""
    copy = tmp_path_factory.mktemp("nothing_new") / "home"
    shutil.copytree(demo[0], copy, symlinks=True)
    manifest = json.loads((copy / "current" / "manifest.json").read_text(encoding="utf-8"))
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("VITRINA_BUILD_DATE", manifest["build_date"])
        yield copy


def _modules_of(home: Path, heavy: tuple[str, ...], *arguments: str) -> str:
    """What a verb said, and which of the modules it loaded."""
    done = subprocess.run(
        [sys.executable, "-c", LOADED.format(heavy=heavy), *arguments],
        capture_output=True, text=True, check=True, cwd=ROOT, env={**os.environ, "VITRINA_HOME": str(home)},
    )  # fmt: skip
    return done.stderr.strip()


def test_help_and_query_and_an_idle_refresh_load_nothing_heavy(home: Path) -> None:
    """Guards against a second of imports before a verb that needs none of them."""
    assert _modules_of(home, (*HEAVY, "duckdb", "pydantic", "rich"), "--help") == ""
    assert _modules_of(home, HEAVY, "query", "select 1") == ""
    assert _modules_of(home, HEAVY, "refresh") == ""


def test_nothing_new_is_said_and_nothing_is_built(home: Path, vitrina: Run) -> None:
    """Guards against a minute of work, and one more release, for the figures of the last one."""
    before = sorted((home / "releases").iterdir())
    built = (home / "warehouse.duckdb").stat().st_mtime_ns
    done = vitrina(home, "refresh")
    assert "Нового нет: ни файлов в landing, ни решений. Действует выпуск" in done.stdout
    told = json.loads(vitrina(home, "refresh", "--json").stdout)
    assert (told["outcome"], told["release_id"]) == ("unchanged", (home / "current").resolve().name)
    assert sorted((home / "releases").iterdir()) == before
    assert (home / "warehouse.duckdb").stat().st_mtime_ns == built


def test_a_decision_a_day_and_a_file_are_new(home: Path, vitrina: Run, tmp_path: Path) -> None:
    """Guards against a steward's decision, a deadline that passed or a file that waits for the next change."""
    asked = json.loads(vitrina(home, "match", "list", "--json").stdout)
    vitrina(home, "match", "reject", str(asked[-1]["held_id"]))
    assert "Опубликован выпуск" in vitrina(home, "refresh").stdout
    assert "Нового нет" in vitrina(home, "refresh").stdout
    empty = tmp_path / "empty.csv"
    empty.write_text("", encoding="utf-8")
    vitrina(home, "add", str(empty))
    assert "Опубликован выпуск" in vitrina(home, "refresh").stdout
    assert "Нового нет" in vitrina(home, "refresh").stdout
    assert release_up_to_date(Settings(home=home)) is not None
    assert release_up_to_date(Settings(home=home, build_date=date(2025, 2, 1))) is None


def test_full_works_all_the_same(home: Path, vitrina: Run) -> None:
    """Guards against an operator who cannot have everything computed anew, months that no file touched included."""
    former = (home / "current").resolve().name
    log = "select month, sum(source_rows) from intermediate.int_person_month group by month order by month"
    with duckdb.connect(str(home / "warehouse.duckdb")) as build:
        right = build.execute(log).fetchall()
        assert right
        build.execute("update intermediate.int_person_month set source_rows = 77")
    assert "Опубликован выпуск" in vitrina(home, "refresh", "--full").stdout
    assert (home / "current").resolve().name != former
    with duckdb.connect(str(home / "warehouse.duckdb"), read_only=True) as build:
        assert build.execute(log).fetchall() == right


def test_another_version_builds_what_it_finds_anew(home: Path, vitrina: Run) -> None:
    """Guards against an upgrade that cannot read the months an earlier version left, for their columns were others."""
    manifest = home / "current" / "manifest.json"
    told = json.loads(manifest.read_text(encoding="utf-8"))
    manifest.write_text(json.dumps({**told, "code_digest": "0" * 64}), encoding="utf-8")
    with duckdb.connect(str(home / "warehouse.duckdb")) as build:
        build.execute("create or replace table intermediate.int_person_month as select date '2024-01-01' as month")
    assert "Опубликован выпуск" in vitrina(home, "refresh").stdout
    with duckdb.connect(str(home / "warehouse.duckdb"), read_only=True) as build:
        assert build.execute("select count(days) from intermediate.int_person_month").fetchone() != (0,)
