"""A refresh that builds what changed publishes what one that builds everything would, whatever happens in between."""

import json
import os
import random
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest
from export_files import write_rows

from samples.yeniseisk_staff import district

pytestmark = pytest.mark.slow
Run = Callable[..., subprocess.CompletedProcess[str]]
VITRINA = Path(sys.executable).with_name("vitrina")
SAMPLES = Path(__file__).parents[2] / "samples" / "files"
SEQUENCES = int(os.environ.get("VITRINA_SEQUENCES", "1"))
"""One in `make test`; many by hand: VITRINA_SEQUENCES=20 pytest tests/pipeline/test_changed_only.py."""
STEPS = 5
MOMENTS = "recorded_from, recorded_to, release_id, closed_by"
"""Of a vintage: when it was published and where, which no two releases share."""


class Days:
    """What may happen to a home from night to night, in no order."""

    def __init__(self, home: Path, chance: random.Random, vitrina: Run, folder: Path) -> None:
        self.home, self.chance, self.vitrina, self.folder = home, chance, vitrina, folder
        self.number = 0
        self.forgotten = iter(chance.sample([line.person.snils for line in district().veterans], 5))
        release = home / "current" / "warehouse.duckdb"
        with duckdb.connect(str(release.resolve()), read_only=True) as connection:
            rows = connection.execute(
                "select inn from marts.dim_organisation where inn is not null order by 1"
            ).fetchall()
        self.schools = [inn for (inn,) in rows]

    def a_cell(self) -> None:
        """One number of one school, another every time."""
        self.number += 1
        count, inn = self.chance.randrange(20, 90), self.chance.choice(self.schools)
        rows = [["Дата", "ИНН", "Педагогических работников"], ["31.12.2024", inn, count]]
        self._add(write_rows(self.folder, f"headcount_{self.number}.csv", rows))

    def a_file_with_a_row_less(self) -> None:
        """A sample's file sent again without its last row."""
        self.number += 1
        path = self.chance.choice(sorted(SAMPLES.rglob("*.csv")))
        lines = path.read_bytes().splitlines(keepends=True)
        again = self.folder / f"{path.stem}_again_{self.number}.csv"
        again.write_bytes(b"".join(lines[:-1]))
        self._add(again)

    def a_person_is_forgotten(self) -> None:
        """All rows of somebody."""
        environment = {**os.environ, "VITRINA_HOME": str(self.home)}
        command, snils = [str(VITRINA), "forget", "--yes"], f"{next(self.forgotten)}\n"
        subprocess.run(command, input=snils, text=True, env=environment, check=True, capture_output=True)

    def a_name_is_decided(self) -> None:
        """The steward answers a question, if there is one."""
        asked = json.loads(self.vitrina(self.home, "match", "list", "--json").stdout)
        if asked:
            self.vitrina(self.home, "match", "reject", str(self.chance.choice(asked)["held_id"]))

    def nothing(self) -> None:
        """Only the day is another."""

    def happens(self) -> str:
        """Something, and its name."""
        one = self.chance.choice(
            [self.a_cell, self.a_file_with_a_row_less, self.a_person_is_forgotten, self.a_name_is_decided, self.nothing]
        )
        one()
        return one.__name__

    def _add(self, path: Path) -> None:
        self.vitrina(self.home, "add", str(path))


def published(home: Path) -> dict[str, Any]:
    """What stands in the marts, whatever the release: checksums, of vintages the rows."""
    folder = (home / "current").resolve()
    marts = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["marts"]
    found: dict[str, Any] = {name: mart["content_checksum"] for name, mart in marts.items()}
    with duckdb.connect(str(folder / "warehouse.duckdb"), read_only=True) as connection:
        found["indicator_vintage"] = connection.execute(
            f"select * exclude ({MOMENTS}), recorded_to is null, release_id = ?, closed_by = ?"
            " from marts.indicator_vintage order by all", [folder.name, folder.name],
        ).fetchall()  # fmt: skip
        stamped = connection.execute(
            "select table_name from duckdb_columns() where schema_name = 'marts' and column_name = 'release_id'"
        ).fetchall()
        found["releases"] = {
            name: connection.execute(f"select bool_and(release_id = ?) from marts.{name}", [folder.name]).fetchall()
            for (name,) in stamped
            if name != "indicator_vintage"
        }
    return found


@pytest.mark.parametrize("seed", range(SEQUENCES))
def test_both_ways_publish_the_same(
    demo: tuple[Path, str], tmp_path: Path, vitrina: Run, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Guards against a table that stands although something it is made of has changed.

    After each of some random days one home is refreshed and a copy of it is built whole: every mart is the same, and
    belongs to its own release.
    """
    home, day = tmp_path / "home", date(2026, 1, 12)
    shutil.copytree(demo[0], home, symlinks=True)
    monkeypatch.setenv("VITRINA_LANDING_SETTLE_SECONDS", "0")
    days = Days(home, random.Random(seed), vitrina, tmp_path)
    happened = []
    for _ in range(STEPS):
        happened.append(days.happens())
        day += timedelta(days=days.chance.choice([0, 1, 40]))
        monkeypatch.setenv("VITRINA_BUILD_DATE", day.isoformat())
        whole = tmp_path / "whole"
        shutil.copytree(home, whole, symlinks=True)
        vitrina(whole, "refresh", "--full")
        if "Нового нет" in vitrina(home, "refresh").stdout:
            shutil.rmtree(whole)
            continue
        expected, found = published(whole), published(home)
        assert [name for name in expected if found[name] != expected[name]] == [], happened
        shutil.rmtree(whole)
