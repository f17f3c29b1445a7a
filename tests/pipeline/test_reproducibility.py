"""The same inputs and code give the same marts, whatever the order of files and the day of building."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import duckdb
import pytest

from foundation.settings import Settings
from ingestion.pipeline import LOAD_ORDER, load_kind, receive
from ingestion.receive.landing import add_files
from ingestion.steward.queue import list_held, settle_held
from publishing.manifest import Manifest
from publishing.previous import HISTORY_MARTS

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "samples" / "files"
SECRET = "s" * 40
DAY, LATER_DAY = "2024-12-25", "2025-02-10"
"""An unfinished year of the samples, and a day after its end."""

YENISEISK = (
    "registry_yeniseisk.xlsx", "staff.csv", "frdo_2024.xlsx", "headcount_2024.xlsx", "decision_2024-12-19.xlsx",
    "my_school_registration_2023-12-01.xlsx", "my_school_registration_2024-12-01.xlsx", "plan_2024.xlsx",
    "sferum_activity_2023-12.csv", "connectivity_2024-12-01.xlsx", "methodical_2020_2024.xlsx",
)  # fmt: skip

DEPENDS_ON_THE_DAY = {
    "decision_status": "states in force and deadlines of the coming year",
    "infrastructure_by_organisation": "what is active today",
    "milestone_status": "the state in force today",
    "organisation_card": "overdue decisions, and the indicators of the unfinished year",
    "indicator_by_organisation": "«as of» of the unfinished year",
    "indicator_by_territory": "«as of» of the unfinished year",
    "submission_status": "which periods have begun and whose day has passed",
    "submission_due": "which periods have begun and whose day has passed",
    "source_status": "how many periods are owed",
}
"""All that may differ between two days of building, and why."""

REPORTED = """ and (kind, coalesce(system_code, '')) in (
    select (kind, coalesce(system_code, '')) from {name}.marts.submission_status where received
)"""
"""What nobody ever sent is owed from the last whole period of the day of building (docs/calendar.md)."""

Run = Callable[..., subprocess.CompletedProcess[str]]


class History(NamedTuple):
    """A home and the manifests of its releases, oldest first."""

    home: Path
    releases: list[Manifest]


def sample_files() -> list[Path]:
    chosen = [SAMPLES / "yeniseisk" / name for name in YENISEISK]
    others = [path for folder in ("kovrov", "tula") for path in sorted((SAMPLES / folder).iterdir())]
    return [*chosen, *others]


def new_home(folder: Path) -> Path:
    folder.mkdir()
    (folder / "secret").write_text(SECRET, encoding="utf-8")
    (folder / "secret").chmod(0o600)
    return folder


def refresh(vitrina: Run, home: Path, day: str) -> Manifest:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("VITRINA_BUILD_DATE", day)
        vitrina(home, "refresh")
    return Manifest.read((home / "current").resolve())


def checksums(manifest: Manifest) -> dict[str, str]:
    """Of every mart but those that tell of the releases before."""
    return {name: mart.content_checksum for name, mart in manifest.marts.items() if name not in HISTORY_MARTS}


def differing(one: Manifest, other: Manifest) -> set[str]:
    first, second = checksums(one), checksums(other)
    return {name for name in {*first, *second} if first.get(name) != second.get(name)}


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory, vitrina: Run) -> History:
    """All files at once; then a decision and a corrected file; then nothing but another day."""
    folder = tmp_path_factory.mktemp("history")
    home = new_home(folder / "home")
    vitrina(home, "add", *map(str, sample_files()))
    first = refresh(vitrina, home, DAY)
    question = next(one for one in list_held(Settings(home=home)) if one.reason == "organisation")
    vitrina(home, "match", "accept", str(question.held_id), "--organisation", question.candidates[0].organisation_id)
    corrected = folder / "speed.csv"
    corrected.write_text(
        "Дата;ИНН;Скорость, Мбит/с\n01.12.2024;" + question.candidates[0].organisation_id.split("/")[0] + ";100\n",
        encoding="utf-8",
    )
    vitrina(home, "add", str(corrected), "--set", "Отправитель=Отдел образования")
    second = refresh(vitrina, home, DAY)
    return History(home, [first, second, refresh(vitrina, home, LATER_DAY)])


def ingest(settings: Settings, paths: list[Path]) -> None:
    """A refresh without marts: what it builds is not looked at here."""
    for path in paths:
        add_files(settings, [path], {})
    receive(settings)
    for kind in LOAD_ORDER:
        load_kind(settings, kind)
    settle_held(settings)


def test_order_of_files_changes_nothing(
    history: History, tmp_path: Path, vitrina: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Guards against figures, names or journals that depend on which file came first.

    Here everything comes backwards in three portions, registries and staff last: every row is held first or placed by
    a registry that came after it.
    """
    home = new_home(tmp_path / "home")
    monkeypatch.setenv("VITRINA_SECRET", SECRET)
    settings = Settings(home=home)
    backwards = sample_files()[::-1]
    late = [path for path in backwards if path.name.startswith(("registry", "staff"))]
    early = [path for path in backwards if path not in late]
    ingest(settings, early[: len(early) // 2])
    ingest(settings, early[len(early) // 2 :])
    ingest(settings, late)
    assert differing(history.releases[0], refresh(vitrina, home, DAY)) == set()


def test_day_of_building_changes_only_what_speaks_of_today(history: History) -> None:
    """Guards against a past year's indicator that moves because the calendar did."""
    _, before, after = history.releases
    assert [str(one.build_date) for one in (before, after)] == [DAY, LATER_DAY]
    moved = differing(before, after)
    assert moved <= set(DEPENDS_ON_THE_DAY)
    assert {"decision_status", "indicator_by_territory"} <= moved, "the day must reach the marts at all"
    with duckdb.connect() as connection:
        for name, release in (("before", before), ("after", after)):
            path = history.home / "releases" / release.release_id / "warehouse.duckdb"
            connection.execute(f"attach '{path}' as {name} (read_only)")
        for mart, exceptions in (
            ("indicator_by_organisation", "release_id"),
            ("indicator_by_territory", "release_id"),
            ("organisation_card", "decisions_overdue"),
            ("submission_status", "submission_state, days_late, is_newest_due"),
        ):
            rows = [
                set(
                    connection.execute(
                        f"select * exclude ({exceptions}) from {name}.marts.{mart} where year < 2024"
                        + (REPORTED.format(name=name) if mart == "submission_status" else "")
                    ).fetchall()
                )
                for name in ("before", "after")
            ]
            assert rows[0] == rows[1], mart
            assert rows[0], mart


def rebuild(home: Path, release_id: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "orchestration.rebuild", release_id],
        capture_output=True, text=True, cwd=ROOT, env={**os.environ, "VITRINA_HOME": str(home)}, check=False,
    )  # fmt: skip


def test_an_old_release_is_rebuilt_from_the_archive(history: History) -> None:
    """Guards against a manifest that says less than a release was made of: an order, a decision, a day."""
    before = sorted(path.name for path in history.home.iterdir())
    done = rebuild(history.home, history.releases[1].release_id)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Совпали все витрины" in done.stdout
    assert "решений 1" in done.stdout
    assert sorted(path.name for path in history.home.iterdir()) == before


def test_manifest_tells_what_a_rebuild_needs(history: History) -> None:
    """Guards against a manifest without what the issue asks of it, and against a decision told by a person's words."""
    manifest = history.releases[1]
    assert all((manifest.lock_digest, manifest.dbt_digest, manifest.code_digest))
    assert history.releases[2].dbt_digest == manifest.dbt_digest
    corrected = next(file for file in manifest.inputs if file.name == "speed.csv")
    assert corrected.declared == {"Отправитель": "Отдел образования"}
    assert (str(corrected.period_start), str(corrected.period_end)) == ("2024-12-01", "2024-12-01")
    (decision,) = manifest.decisions
    assert (decision.verdict, decision.kind) == ("accepted", "platform_activity")


def test_a_purged_file_is_named(history: History, tmp_path: Path) -> None:
    """Guards against a rebuild that quietly leaves out what the archive no longer has."""
    manifest = history.releases[1]
    home = tmp_path / "home"
    shutil.copytree(history.home / "archive", home / "archive")
    shutil.copytree(history.home / "releases" / manifest.release_id, home / "releases" / manifest.release_id)
    purged = manifest.inputs[0]
    (home / "archive" / purged.sha256[:2] / purged.sha256).unlink()
    done = rebuild(home, manifest.release_id)
    assert done.returncode == 1
    assert purged.name in done.stderr
    assert purged.sha256 in done.stderr
