"""A build that is damaged or lost: the next refresh restores it unaided, and nothing is lost, doubled or undone."""

import json
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest
from export_files import write_registration
from killed_process import AtCall
from nights import SCHOOLS, counts, differing_marts, first_files, first_night, vintages

pytestmark = pytest.mark.slow
Run = Callable[..., subprocess.CompletedProcess[str]]
Spoil = Callable[[Path], None]
BUILD = "warehouse.duckdb"
DECISIONS = "select verdict, organisation_id, decided_at, decided_by, why, undone_at from journal.decision order by all"
ROWS = "select file_sha256, source_row, organisation_id, match_rule, received_at from raw.connectivity order by all"


def lost(home: Path) -> None:
    (home / BUILD).unlink()


def empty(home: Path) -> None:
    (home / BUILD).write_bytes(b"")


def cut_short(home: Path) -> None:
    content = (home / BUILD).read_bytes()
    (home / BUILD).write_bytes(content[: len(content) // 2])


def of_noise(home: Path) -> None:
    """From the second block on: the headers are whole, so that the file opens."""
    size = (home / BUILD).stat().st_size
    with (home / BUILD).open("r+b") as stream:
        for at in range(300_000, size, 50_000):
            stream.seek(at)
            stream.write(b"\x55" * 64)


def another_database(home: Path) -> None:
    (home / BUILD).unlink()
    with duckdb.connect(str(home / BUILD)) as connection:
        connection.execute("create table t (a int)")


EVERY_NIGHT: tuple[Spoil, ...] = (lost, empty, of_noise)
DAMAGES = (*EVERY_NIGHT, cut_short, another_database) if os.environ.get("VITRINA_FAULTS") == "all" else EVERY_NIGHT
"""`make faults` tries all of them."""


def asked(home: Path, sql: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(home / BUILD), read_only=True) as connection:
        return connection.execute(sql).fetchall()


def question_of(home: Path) -> str:
    (question,) = asked(home, "select held_id from journal.held_name where name = 'Лицей второй'")
    return str(question[0])


def last_notes(home: Path) -> list[str]:
    notes: list[str] = json.loads((home / "reports" / "last_refresh.json").read_text(encoding="utf-8"))["notes"]
    return notes


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory, vitrina: Run) -> Path:
    """A home with two releases, a decision taken since, and files in landing that no release knows."""
    folder = tmp_path_factory.mktemp("files")
    home = tmp_path_factory.mktemp("damaged") / "base"
    first_night(home, folder, vitrina)
    vitrina(home, "refresh")
    question = question_of(home)
    vitrina(home, "match", "accept", question, "--organisation", "3305900019", "--by", "Стюард", "--why", "так сказали")
    third = write_registration(folder, "registration_3.csv", SCHOOLS, {"5720010403": "17", "3305900019": "16"})
    vitrina(home, "add", str(third))
    return home


@pytest.fixture(scope="module")
def undamaged(base: Path, vitrina: Run) -> Path:
    return refreshed(base, "undamaged", lambda _: None, vitrina)


def refreshed(base: Path, name: str, spoil: Spoil, vitrina: Run) -> Path:
    home = base.with_name(name)
    shutil.copytree(base, home, symlinks=True)
    spoil(home)
    vitrina(home, "refresh")
    return home


@pytest.mark.parametrize("spoil", DAMAGES, ids=lambda spoil: spoil.__name__)
def test_the_refresh_restores_it(spoil: Spoil, base: Path, undamaged: Path, vitrina: Run) -> None:
    """Guards against nights that no longer publish, and against history or decisions begun anew without a word."""
    home = refreshed(base, spoil.__name__, spoil, vitrina)
    assert any("Файл сборки восстановлен из копии" in note for note in last_notes(home))
    assert (home / f"{BUILD}.damaged").is_file() == (spoil is not lost)
    assert differing_marts(undamaged, home) == set()
    assert vintages(home) == vintages(undamaged)
    assert counts(home) == counts(undamaged)
    assert asked(home, DECISIONS) == asked(undamaged, DECISIONS)
    assert asked(home, ROWS) == asked(undamaged, ROWS)


def test_killed_while_it_is_restored(base: Path, undamaged: Path, vitrina: Run) -> None:
    """Guards against decisions lost because the build opens again, half restored, the night after."""

    def killed(home: Path) -> None:
        lost(home)
        AtCall("orchestration.checkpoint", "take", "before").kill(home)

    home = refreshed(base, "killed_while_restored", killed, vitrina)
    assert asked(home, DECISIONS) == asked(undamaged, DECISIONS)
    assert counts(home) == counts(undamaged)
    assert differing_marts(undamaged, home) == set()


def test_without_a_copy_the_archive_and_the_release_do(base: Path, undamaged: Path, vitrina: Run) -> None:
    """Guards against a home of an earlier version, which has no copy yet, that begins anew when its build is lost.

    What the release cannot know, the decision taken after it, waits for the steward again.
    """

    def without_copy(home: Path) -> None:
        lost(home)
        shutil.rmtree(home / "checkpoint")

    home = refreshed(base, "without_copy", without_copy, vitrina)
    assert any("собран заново из архива" in note for note in last_notes(home))
    assert asked(home, "select status from journal.held_name where name = 'Лицей второй'") == [("pending",)]
    waiting = "select distinct load_sequence from journal.load order by all"
    assert asked(home, waiting) == asked(undamaged, waiting)
    vitrina(home, "match", "accept", question_of(home), "--organisation", "3305900019")
    vitrina(home, "refresh")
    assert differing_marts(undamaged, home) <= {"release_summary"}


def test_people_who_were_forgotten_do_not_come_back(base: Path, vitrina: Run) -> None:
    """Guards against a build made of an archive that still has the file of a person who is to be forgotten."""
    home = base.with_name("forgotten")
    shutil.copytree(base, home, symlinks=True)
    (home / "people_forgotten").touch()
    lost(home)
    shutil.rmtree(home / "checkpoint")
    done = vitrina(home, "refresh", check=False)
    assert done.returncode == 1
    assert "vitrina restore" in done.stderr
    assert not (home / BUILD).exists()


def test_a_new_home_is_none_that_lost_its_build(tmp_path: Path, vitrina: Run) -> None:
    """Guards against a first night that looks for what never was."""
    home = tmp_path / "new"
    vitrina(home, "init")
    vitrina(home, "add", *map(str, first_files(tmp_path)))
    vitrina(home, "refresh")
    assert last_notes(home) == []
