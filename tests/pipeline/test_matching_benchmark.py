"""Names as other people write them: the answer is known, and no row goes to another organisation by itself."""

import csv
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from benchmarks.matching.files import REGISTRY, make
from benchmarks.matching.judge import HELD, RIGHT, ROWS, SCOPES, WRONG, judged
from benchmarks.matching.page import page
from benchmarks.matching.rows import Row
from benchmarks.matching.run import EARLIER, NOW, outcomes
from foundation.sources import ROOT

SCHOOLS = 210
SEED = 1


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("region")


@pytest.fixture(scope="module")
def rows(folder: Path) -> list[Row]:
    return make(folder, SEED, SCHOOLS)


def test_one_seed_is_one_region(folder: Path, rows: list[Row], tmp_path: Path) -> None:
    """Guards against figures that nobody can get again."""
    assert make(tmp_path, SEED, SCHOOLS) == rows
    assert (tmp_path / REGISTRY).read_bytes() == (folder / REGISTRY).read_bytes()


def test_the_registry_has_what_real_ones_have(folder: Path, rows: list[Row]) -> None:
    """Guards against a region in which every name is found because none repeats."""
    with (folder / REGISTRY).open(encoding="utf-8-sig", newline="") as stream:
        registry = list(csv.DictReader(stream, delimiter=";"))
    assert len({line["Муниципалитет"] for line in registry}) == 70
    general = [line for line in registry if line["Филиал"] == "нет" and line["Тип организации"] not in {"ДОУ", "ДО"}]
    assert SCHOOLS <= len({line["ИНН"] for line in general}) <= SCHOOLS + 3, "and the few founded anew"
    assert any(line["ИНН преемника"] for line in registry)
    assert Counter(line["ИНН"] for line in general).most_common(1)[0][1] == 2, "an organisation renamed has two rows"
    keys = {line["ИНН"] + (f"/{line['КПП']}" if line["Филиал"] == "да" else "") for line in registry}
    assert all(set(row.right) <= keys and row.could_mean >= 1 for row in rows if not row.absent)
    assert any(row.could_mean > 3 for row in rows)


def test_a_row_of_no_registry_has_no_right_answer(rows: list[Row]) -> None:
    """Guards against a match counted as right where the school is not the registry's."""
    absent = [row for row in rows if row.absent]
    assert not [row for row in absent if row.right]
    assert len({row.absent for row in absent}) >= 10


def test_rows_are_judged_by_what_they_mean() -> None:
    """Guards against shares that count a wrong match, or a held row whose school is shown first, as something else."""
    day = date(2024, 1, 1)

    def row(number: int, *right: str) -> Row:
        return Row(
            number, day, f"школа {number}", "район", right, ("вид",), 1, True, False, "" if right else "нет в реестре"
        )

    found = {"matched": {"М-1": ["a", "name"], "М-2": ["b", "name"], "М-5": ["a", "name"]},
             "held": {"М-3": ["organisation", ["b", "a"]]}}  # fmt: skip
    result = judged([row(1, "a"), row(2, "a"), row(3, "a"), row(4, "a"), row(5)], found)
    counts = result["scopes"]["with"]
    assert (counts[ROWS], counts[RIGHT], counts[WRONG], counts[HELD], counts["lost"]) == (4, 1, 1, 1, 1)
    assert (counts["first"], counts["among_three"]) == (0, 1)
    assert [one["name"] for one in result["wrong"]] == ["школа 2", "школа 5"]


@pytest.mark.slow
def test_no_row_is_matched_to_another_organisation(folder: Path, rows: list[Row]) -> None:
    """Guards against figures of one school under the name of another; and against a build that holds everything."""
    found = outcomes(ROOT, folder)
    result = judged(rows, found)
    assert result["wrong"] == []
    named = result["scopes"]["with"]
    assert named[RIGHT] >= 0.7 * named[ROWS]
    assert sum(counts.get("lost", 0) for counts in result["scopes"].values()) == 0
    costs = dict.fromkeys(("matching_seconds", "loading_seconds", "candidates_seconds"), 1.0)
    text = page({"earlier": EARLIER, "seeds": {str(SEED): {NOW: {**result, **costs}}}})
    assert "неверно сопоставлено 0." in text
    assert all(title in text for title in SCOPES.values())
