"""A trained teacher is forgotten: figures fall by one, the release says how many went, and nothing says who."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pytest
from bytes_on_disk import contents, files_of

from foundation.settings import Settings
from ingestion.forget import find_person, person_key_of, secret_for_people
from publishing.conservation import conservation
from samples import figures
from samples.yeniseisk_staff import Employment, district
from schemas.labels import value_labels

pytestmark = pytest.mark.slow
Run = Callable[..., subprocess.CompletedProcess[str]]
VITRINA = Path(sys.executable).with_name("vitrina")
NEW_FILE = "speed.csv"
LOG = Path(__file__).parents[2] / "samples" / "files" / "yeniseisk" / "sferum_journal_2024-10.csv"


@dataclass(frozen=True)
class Forgotten:
    """Two homes, before and after; the teacher; and all that the commands printed."""

    before: Settings
    after: Settings
    teacher: Employment
    printed: str

    @property
    def marks(self) -> list[bytes]:
        """The key and the СНИЛС as exports, people and databases write them."""
        digits = "".join(symbol for symbol in self.teacher.person.snils if symbol.isdigit())
        dashed = f"{digits[:3]}-{digits[3:6]}-{digits[6:9]}"
        key = person_key_of(secret_for_people(self.before), digits)
        return [text.encode() for text in (key, digits, f"{dashed} {digits[9:]}", f"{dashed}-{digits[9:]}", dashed)]


def a_trained_teacher() -> Employment:
    """With one place of work, one document, about the digital environment, and days in the log of activity."""
    about = {row["title"] for row in figures.rows("programmes") if row["is_digital_environment"] == "да"}
    log = LOG.read_text(encoding="utf-8-sig")
    for line in district().veterans:
        courses = [course.title for course in district().courses if course.person == line.person]
        places = [other for other in district().staff if other.person == line.person]
        if len(courses) == len(places) == 1 and courses[0] in about and line.person.snils in log:
            return line
    raise AssertionError


def forget(home: Path, *lines: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(VITRINA), "forget"], input="\n".join(lines) + "\n", capture_output=True, text=True, check=False,
        env={**os.environ, "VITRINA_HOME": str(home)},
    )  # fmt: skip


@pytest.fixture(scope="module")
def forgotten(demo: tuple[Path, str], tmp_path_factory: pytest.TempPathFactory, vitrina: Run) -> Forgotten:
    """A copy of the demo's home: a teacher was forgotten, the archive emptied, new files came in a refresh."""
    folder, teacher = tmp_path_factory.mktemp("forgotten"), a_trained_teacher()
    home, speed = folder / "home", folder / NEW_FILE
    shutil.copytree(demo[0], home, symlinks=True)
    done = forget(home, teacher.person.snils, "да")
    assert done.returncode == 0, done.stderr
    purged = vitrina(home, "purge", "--older-than", "0d", "--yes", "--json")
    speed.write_text(f"Дата;ИНН;Скорость, Мбит/с\n01.12.2024;{teacher.inn};737\n", encoding="utf-8")
    vitrina(home, "add", str(speed), str(LOG))
    refreshed = vitrina(home, "refresh", "--json")
    printed = "\n".join([done.stdout, done.stderr, purged.stdout, refreshed.stdout, refreshed.stderr])
    return Forgotten(Settings(home=demo[0]), Settings(home=home), teacher, printed)


def rows(settings: Settings, sql: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str((settings.current / "warehouse.duckdb").resolve()), read_only=True) as release:
        return release.execute(sql).fetchall()


def trained(settings: Settings, level: str, place: str, name: str) -> dict[str, int]:
    """teachers_trained of 2024: trained people by place."""
    found = rows(
        settings,
        f"select {place}, numerator::int from marts.indicator_by_{level} where indicator_code = 'teachers_trained'"
        f" and year = 2024 and {name}",
    )
    return dict(found)


def test_the_figures_fall_by_one_where_the_teacher_worked(forgotten: Forgotten) -> None:
    """Guards against a deletion that changes no figure, or figures of others."""
    before, after = (
        trained(settings, "organisation", "organisation_id", "numerator is not null")
        for settings in (forgotten.before, forgotten.after)
    )
    changed = {place: before[place] - after[place] for place in before if before[place] != after[place]}
    assert changed == {forgotten.teacher.inn: 1}
    above = "territory_name in ('Енисейский район', 'Красноярский край', 'Российская Федерация')"
    before, after = (
        trained(settings, "territory", "territory_level", above) for settings in (forgotten.before, forgotten.after)
    )
    assert {level: before[level] - after[level] for level in before} == {
        "municipality": 1, "region": 1, "federation": 1,
    }  # fmt: skip


def test_the_diff_says_that_people_were_removed_and_not_who(forgotten: Forgotten) -> None:
    """Guards against a figure that falls without a reason, and against a reason that names the file's row."""
    changes = rows(
        forgotten.after,
        "select indicator_code, place_level, change_reason, reason_source, old_value, new_value"
        " from marts.indicator_change where field = 'numerator'",
    )
    # The speed of the new file is another indicator's change, and has a reason of its own.
    assert {row[2] for row in changes if row[0] != "teachers_trained"} <= {"persons_removed", "corrected_file"}
    courses = [row for row in changes if row[0] == "teachers_trained"]
    assert {row[2] for row in courses} == {"persons_removed"}
    assert {row[1] for row in courses} == {"organisation", "municipality", "region", "federation"}
    assert value_labels("change_reason")["persons_removed"] == "исключены персональные записи"


def test_every_row_is_still_accounted_for(forgotten: Forgotten) -> None:
    """Guards against a release whose journal no longer adds up, or does not say that rows were removed."""
    with duckdb.connect(str(forgotten.after.build_file), read_only=True) as build:
        assert conservation(build) == []
    journal = "select file_sha256, original_name, rows_accepted, rows_ignored, rows_forgotten from marts.load_journal"
    wrong = " where outcome = 'loaded' and rows_read <> rows_accepted + rows_rejected + rows_held + rows_ignored"
    assert rows(forgotten.after, journal + wrong) == []
    before = {row[0]: row for row in rows(forgotten.before, journal)}
    changed = [row for row in rows(forgotten.after, journal) if row != before.get(row[0]) and row[1] != NEW_FILE]
    assert {"staff.csv", LOG.name} < {name for _, name, *_ in changed}
    assert len(changed) == 3
    for sha256, _, accepted, ignored, removed in changed:
        assert removed > 0
        assert (accepted, ignored) == (before[sha256][2] - removed, before[sha256][3] + removed)


def test_nothing_in_the_home_says_who_it_was(forgotten: Forgotten) -> None:
    """Guards against the СНИЛС or the key in a log, a journal, Dagster's storage, a free block of a database."""
    marks = forgotten.marks
    assert marks[0] in forgotten.before.build_file.read_bytes()  # the search would find it
    assert not any(mark in forgotten.printed.encode() for mark in marks)
    files = files_of(forgotten.after.home, frozenset({"secret"}))  # the archive included: it was emptied
    assert {".duckdb", ".parquet", ".json", ".log"} <= {path.suffix for path in files}
    for path in files:
        for content in contents(path):
            assert not any(mark in content for mark in marks), path


def test_nobody_is_suspected_of_what_was_forgotten(forgotten: Forgotten) -> None:
    """Guards against a night that says somebody changed the build file, where forgetting did."""
    assert "В файле сборки не то" not in forgotten.printed


def test_a_second_time_there_is_nobody(forgotten: Forgotten) -> None:
    """Guards against a deletion repeated, and against success reported for a person who is not there."""
    done = forget(forgotten.after.home, forgotten.teacher.person.snils, "да")
    assert (done.returncode, done.stdout) == (1, "")
    assert find_person(forgotten.after, forgotten.marks[0].decode()).rows == 0


def test_the_archive_is_named_and_emptied(forgotten: Forgotten, vitrina: Run) -> None:
    """Guards against a refresh that needs bytes retention has removed, and against a purged file that comes back."""
    assert "«staff.csv»" in forgotten.printed
    home = forgotten.after.home
    last = json.loads((home / "reports" / "last_refresh.json").read_text(encoding="utf-8"))
    assert {file["original_name"]: file["outcome"] for file in last["files"]} == {
        NEW_FILE: "loaded", LOG.name: "unchanged",
    }  # fmt: skip
    assert len(files_of(home / "archive", frozenset())) == 1
    measured = rows(forgotten.after, "select count(*) from marts.connectivity_by_organisation where speed_low = 737")
    assert measured == [(1,)]
    assert vitrina(home, "status").returncode == 0
