"""Wall time of every chart's query, through Superset and in DuckDB alone: on the sample and on a large region.

    python -m benchmarks.dashboard_speed SAMPLE_HOME LARGE_HOME     writes docs/dashboards-speed.md

Both are VITRINA_HOMEs with a release (`vitrina demo`, `python -m samples.large_release`); copies are
measured. Charts are asked as saved, without the page's filters: over all years and territories, the heaviest a page
can ask.
"""

import platform
import shutil
import socket
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb

from bi.client import Superset
from bi.identity import chart_uuid
from bi.provision import ADMINISTRATOR, provision
from bi.secret_files import admin_password
from bi.service import running_superset
from bi.settings import SupersetSettings
from bi.specification import load_dashboards
from foundation.settings import Settings
from publishing.revision import git_revision

PAGE = Path(__file__).resolve().parent.parent / "docs" / "dashboards-speed.md"
REPEATS = 5
GOAL_SECONDS = 1.0


@dataclass(frozen=True)
class Timing:
    """Medians of one chart, seconds, and the rows it answered."""

    rows: int
    superset: float
    duckdb: float


Key = tuple[str, str]


def measure(source: Path) -> tuple[dict[Key, Timing], dict[str, int]]:
    """(timing of every chart by its dashboard and title, sizes of the release)."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        shutil.copytree(source, home, symlinks=True, ignore=shutil.ignore_patterns("superset", "archive", "dagster"))
        settings, options = Settings(home=home), SupersetSettings(port=_free_port())
        with running_superset(settings, options) as url:
            provision(settings, url, superset_settings=options)
            session = Superset(url, ADMINISTRATOR, admin_password(settings, options))
            return _measure_charts(session, settings), _sizes(settings)


def _measure_charts(session: Superset, settings: Settings) -> dict[Key, Timing]:
    numbers = {row["uuid"]: row["id"] for row in session.every("chart/")}
    with _release(settings) as release:
        return {
            (board.title, chart.title): _measure_chart(session, release, numbers[chart_uuid(board.slug, chart.name)])
            for board in load_dashboards()
            for chart in board.charts()
            if chart.type != "map"  # asked through a path that takes no token; its query is that of the table beside it
        }


def _measure_chart(session: Superset, release: duckdb.DuckDBPyConnection, chart: int) -> Timing:
    answer: dict[str, Any] = {}

    def ask() -> None:
        answer.update(session.get(f"chart/{chart}/data/", force=True)["result"][0])

    through_superset = _median(ask)
    alone = _median(lambda: release.execute(answer["query"]).fetchall())
    return Timing(len(answer["data"]), through_superset, alone)


def _median(call: Any) -> float:
    spans = []
    for _ in range(REPEATS):
        start = time.perf_counter()
        call()
        spans.append(time.perf_counter() - start)
    return statistics.median(spans)


def _release(settings: Settings) -> duckdb.DuckDBPyConnection:
    return duckdb.connect(str((settings.current / "warehouse.duckdb").resolve()), read_only=True, config={"threads": 2})


def _sizes(settings: Settings) -> dict[str, int]:
    with _release(settings) as release:
        names = ("indicator_by_organisation", "platform_month", "submission_status")
        counted = {name: release.execute(f"select count(*) from marts.{name}").fetchone() for name in names}
    return {name: row[0] for name, row in counted.items() if row}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def page(sample: dict[Key, Timing], large: dict[Key, Timing], sizes: dict[str, int]) -> str:
    """The page in Markdown, slowest on the large region first within a dashboard."""
    slowest = max(large, key=lambda key: large[key].superset)
    lines = [
        "# Скорость дашбордов",
        "",
        "Страница создана `python -m benchmarks.dashboard_speed`, руками не правится. Время одного запроса, мс:",
        f"медиана {REPEATS} повторов через Superset (весь ответ) и в одном DuckDB. Диаграммы спрошены без фильтров",
        "страницы, за все годы и по всем территориям; с фильтрами быстрее. Ответы не запоминаются.",
        "",
        f"Крупный регион: {', '.join(f'`{name}` {count:,} строк'.replace(',', ' ') for name, count in sizes.items())}.",
        f"Самая медленная диаграмма на нём: «{slowest[0]}: {slowest[1]}», {_ms(large[slowest].superset)} мс"
        f" (цель: не больше {GOAL_SECONDS * 1000:.0f}).",
        "",
        f"Измерено {datetime.now(UTC):%d.%m.%Y}, код {git_revision()}, {platform.machine()}, "
        "2 ядра, ограничение DuckDB: 2 потока, 2 ГБ.",
        "",
        "| дашборд | диаграмма | образец: Superset | образец: DuckDB | крупный регион: строк | Superset | DuckDB |",
        "|---|---|--:|--:|--:|--:|--:|",
    ]
    for key in sorted(large, key=lambda key: (key[0], -large[key].superset)):
        small, big = sample[key], large[key]
        lines.append(
            f"| {key[0]} | {key[1]} | {_ms(small.superset)} | {_ms(small.duckdb)} | {big.rows} "
            f"| {_ms(big.superset)} | {_ms(big.duckdb)} |"
        )
    return "\n".join([*lines, ""])


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:.0f}"


def main(arguments: list[str]) -> int:
    """Exit code 1 when the slowest chart misses the goal."""
    sample, _ = measure(Path(arguments[0]))
    large, sizes = measure(Path(arguments[1]))
    PAGE.write_text(page(sample, large, sizes), encoding="utf-8")
    slowest = max(timing.superset for timing in large.values())
    print(f"slowest chart on the large region: {slowest:.3f} s; {PAGE}")
    return int(slowest > GOAL_SECONDS)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
