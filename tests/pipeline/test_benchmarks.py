"""What the product is measured against does the same work, and a measurement measures all a command starts."""

import sys
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from benchmarks.__main__ import write_pages
from benchmarks.contenders import POLARS, SCRIPT, Contender
from benchmarks.measure import CommandFailedError, cost_of
from benchmarks.page import MARK, PAGE, page
from benchmarks.region import history
from samples.large_exports import Region, make

pytestmark = pytest.mark.slow
HUNDRED_MIB = 100 << 20


@pytest.fixture(scope="module")
def exports(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("exports")
    make(folder, Region(0.003, date(2023, 12, 20), 72, dirt_every=10), ("parquet", "csv"))
    return folder


@pytest.mark.parametrize("suffix", ["parquet", "csv"])
@pytest.mark.parametrize("contender", [SCRIPT, POLARS], ids=lambda one: one.name)
def test_scripts_by_hand_find_the_known_answer(
    exports: Path, tmp_path: Path, contender: Contender, suffix: str
) -> None:
    """Guards against a rival that is quick because it does less; `run` raises when an answer differs.

    The script in pandas runs in an environment of its own, which `make bench` makes, and is compared there.
    """
    assert contender.run(exports, suffix, tmp_path / "target").cpu > 0


def test_a_wrong_answer_is_no_measurement(exports: Path, tmp_path: Path) -> None:
    """Guards against a page of ratios between programs that disagree."""
    wrong = Contender(
        SCRIPT.name, SCRIPT.prepare, SCRIPT.command, lambda _: {"active": [], "value": [], "rejected": []}
    )
    with pytest.raises(ValueError, match="active, value, rejected"):
        wrong.run(exports, "parquet", tmp_path / "target")


def test_children_are_measured_too(tmp_path: Path) -> None:
    """Guards against a refresh that looks cheap because dbt does its work."""
    work = "held = bytearray(100 << 20); sum(range(20_000_000))"
    script = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {work!r}], check=True)"
    cost = cost_of([sys.executable, "-c", script], {}, tmp_path / "log")
    assert cost.memory > HUNDRED_MIB
    assert cost.cpu > 0.1
    with pytest.raises(CommandFailedError, match="broken"):
        cost_of([sys.executable, "-c", "raise SystemExit('broken')"], {}, tmp_path / "log")


def test_a_night_has_the_last_day_and_history_has_not(tmp_path: Path) -> None:
    """Guards against a night that was measured on days loaded already."""

    before, night = history(tmp_path, 0.002, 40)
    days_before = {day for path in before.glob("log_*.parquet") for day in pl.read_parquet(path)["Дата"].unique()}
    days_of_night = set(pl.read_parquet(night / "log.parquet")["Дата"].unique())
    assert "30.09.2026" in days_of_night
    assert not {day for day in days_of_night & days_before if day.endswith(".09.2026")}
    assert [path.name for path in before.glob("registration_*")] == ["registration_2026-08.parquet"]
    assert (night / "registration_2026-09.parquet").is_file()


def test_the_page_has_only_what_was_measured() -> None:
    """Guards against a page that shows the figures of parts nobody measured."""
    cost = {"cpu": 1.0, "wall": 2.0, "memory": HUNDRED_MIB}
    text = page({"start": {"measured": "26.11.2026", "revision": "0123456789abcdef", "vitrina --help": cost}})
    assert "| `vitrina --help` | 1,00 | 2,00 |" in text
    assert "Измерено 26.11.2026, код `0123456789ab`." in text
    assert "## Ночь" not in text


COST = {"cpu": 1.0, "wall": 2.0, "memory": HUNDRED_MIB}


def start_measured(day: str, wall: float) -> dict[str, object]:
    return {"measured": day, "revision": "0123456789abcdef", "machine": "x86", "vitrina --help": {**COST, "wall": wall}}


def test_a_part_that_was_not_measured_now_keeps_its_text(tmp_path: Path) -> None:
    """Guards against a page emptied by one part measured on a machine without earlier results."""
    page_of_others = tmp_path / PAGE.name
    page_of_others.write_text(PAGE.read_text(encoding="utf-8"), encoding="utf-8")
    before = page_of_others.read_text(encoding="utf-8")
    assert write_pages({"start": start_measured("01.12.2026", 7.0)}, ["start"], tmp_path) == [page_of_others]
    after = page_of_others.read_text(encoding="utf-8")
    parts = [text.split("<!-- ")[1:] for text in (before, after)]
    changed = [own.split(" ")[0] for own, new in zip(*parts, strict=True) if own.strip() != new.strip()]
    assert changed == ["start"]
    assert "| `vitrina --help` | 1,00 | 7,00 |" in after
    assert "Измерено 01.12.2026, код `0123456789ab`; x86." in after
    stale = {"start": start_measured("02.12.2026", 8.0), "queries": {"measured": "01.01.2026", "revision": "0" * 40}}
    write_pages(stale, ["start"], tmp_path)
    (queries,) = (own.strip() for own in parts[0] if own.startswith("queries "))
    assert queries in page_of_others.read_text(encoding="utf-8"), "not the older results of this machine"
    with pytest.raises(ValueError, match="пометок"):
        page(stale, ["start"], MARK.sub("", before))


def test_matching_alone_leaves_the_other_page_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Guards against docs/performance.md without figures after `--part matching`, and the other way round."""
    monkeypatch.setattr("benchmarks.matching.page.page", lambda _: "имена")
    results = {"matching": {}, "start": start_measured("01.12.2026", 7.0)}
    assert write_pages(results, ["matching"], tmp_path) == [tmp_path / "matching.md"]
    assert write_pages(results, ["start"], tmp_path) == [tmp_path / "performance.md"]
