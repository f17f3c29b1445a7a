"""Many nights of one home, one cell changed each night: what a night costs and what the home takes, night by night.

    python -m benchmarks.nights --nights 60     writes docs/nights.md

The clock is a setting: VITRINA_BUILD_DATE moves on by a day a night. Few releases and runs are kept, so that these
nights show what years do.
"""

import argparse
import json
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import duckdb

from benchmarks.measure import cost_of
from benchmarks.page import machine
from foundation.sources import ROOT
from orchestration.metrics import bytes_of
from publishing.revision import git_revision

PAGE = ROOT / "docs" / "nights.md"
VITRINA = ROOT / ".venv" / "bin" / "vitrina"
FIRST_DAY = date(2026, 1, 12)
KEPT = 10
PARTS = ("warehouse.duckdb", "checkpoint", "releases", "archive", "reports", "dagster", "dbt")
"""Of the home; archive is what was sent, and only `vitrina purge` makes it smaller."""
MB = 1_000_000
A_SCHOOL = "select min(inn) from dim_organisation where municipality = 'Енисейский район' and inn is not null"


@dataclass(frozen=True)
class Night:
    """CPU-seconds, the peak of memory and what each part of the home takes after it, bytes."""

    cpu: float
    memory: int
    parts: dict[str, int]


def live(home: Path, nights: int) -> Iterator[list[Night]]:
    """The demo's home and its nights; all so far after each, since a whole run takes half an hour."""
    environment = {
        "VITRINA_HOME": str(home), "VITRINA_RELEASES_KEPT": str(KEPT), "VITRINA_RUNS_KEPT": str(KEPT),
        "VITRINA_LANDING_SETTLE_SECONDS": "0",
    }  # fmt: skip
    log = home.parent / "night.log"
    cost_of([VITRINA, "demo"], environment, log)
    with duckdb.connect(str((home / "current" / "warehouse.duckdb").resolve()), read_only=True) as release:
        release.execute("set search_path = 'marts'")
        (inn,) = release.execute(A_SCHOOL).fetchall()[0]
    found: list[Night] = []
    for number in range(nights):
        text = f"Дата;ИНН;Педагогических работников\n31.12.2024;{inn};{20 + number % 30}\n"
        (home / "landing" / f"headcount_{number}.csv").write_text(text, encoding="utf-8")
        today = {"VITRINA_BUILD_DATE": (FIRST_DAY + timedelta(days=number)).isoformat()}
        cost = cost_of([VITRINA, "refresh"], environment | today, log)
        found.append(Night(cost.cpu, cost.memory, {part: bytes_of(home / part) for part in PARTS}))
        print(f"night {number + 1}: {cost.cpu:.1f} s, {sum(found[-1].parts.values()) / MB:.0f} MB", flush=True)
        yield found


def page(nights: Sequence[Night]) -> str:
    """The page in Markdown: what is flat, a plot of the whole home, every fifth night."""
    total = [sum(night.parts.values()) / MB for night in nights]
    at = KEPT * 2 if len(nights) > KEPT * 2 else 0
    lines = [
        "# Ночь за ночью",
        "",
        "Страница создана `python -m benchmarks.nights`, руками не правится. Примеры пяти территорий, ночей:"
        f" {len(nights)}, каждую меняется одна ячейка и день. Выпусков и обновлений Dagster хранится {KEPT} (обычно 30"
        " и 60), чтобы за эти ночи было видно то, что бывает за годы. ЦП и память - всех процессов `vitrina refresh`.",
        "",
        f"С ночи {at + 1}: ЦП {_range([night.cpu for night in nights[at:]], 1)} с, память"
        f" {_range([night.memory / MB for night in nights[at:]])} МБ, рабочая папка {_range(total[at:])} МБ.",
        "",
        "```mermaid",
        "xychart-beta",
        '    title "Рабочая папка, МБ"',
        f'    x-axis "ночь" 1 --> {len(nights)}',
        f'    y-axis "МБ" 0 --> {max(total) * 1.1:.0f}',
        f"    line [{', '.join(f'{value:.0f}' for value in total)}]",
        "```",
        "",
        "| ночь | ЦП, с | память, МБ | " + " | ".join(f"`{part}`, МБ" for part in PARTS) + " | всего, МБ |",
        "|--:" * (len(PARTS) + 4) + "|",
    ]
    for number, night in enumerate(nights, start=1):
        if number == 1 or number % 5 == 0:
            sizes = " | ".join(f"{night.parts[part] / MB:.1f}" for part in PARTS)
            whole = f"{sum(night.parts.values()) / MB:.0f}"
            lines.append(f"| {number} | {night.cpu:.1f} | {night.memory / MB:.0f} | {sizes} | {whole} |")
    measured = f"Измерено {datetime.now(UTC):%d.%m.%Y}, код `{git_revision() or ''}`; {machine()}."
    return "\n".join([*lines, "", measured, ""])


def _range(values: Sequence[float], digits: int = 0) -> str:
    """«22,1-24,0»."""
    return f"{min(values):.{digits}f}-{max(values):.{digits}f}".replace(".", ",")


def main() -> None:
    """Live the nights, keep the figures, write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--nights", type=int, default=60)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        home.mkdir()
        for nights in live(home, given.nights):
            PAGE.write_text(page(nights), encoding="utf-8")
    print(json.dumps({"written": str(PAGE)}))


if __name__ == "__main__":
    main()
