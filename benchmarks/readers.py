"""How long the marts take to answer what a region asks, one reader at a time and eight at once."""

import multiprocessing
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from foundation.settings import Settings
from publishing.reader import open_release, run_query

READERS = 8
REPEATS = 20
QUESTIONS = {
    "показатели региона за год": (
        "select indicator_short_title, value, plan, deviation, status from indicator_by_territory"
        " where territory_level = 'region' and year = 2024 order by indicator_position"
    ),
    "показатель по муниципалитетам": (
        "select municipality, value, plan, deviation from indicator_by_territory"
        " where territory_level = 'municipality' and indicator_code = 'students_registered' and year = 2024"
        " order by value"
    ),
    "школы муниципалитета": (
        "select organisation_name, indicator_short_title, value, plan, status from indicator_by_organisation"
        " where municipality = (select min(municipality) from indicator_by_organisation) and year = 2024"
        " order by organisation_name, indicator_position"
    ),
    "активность по месяцам": (
        "select month, role, sum(active) as active, sum(headcount) as headcount from platform_month"
        " where system_code = 'sferum' group by month, role order by month, role"
    ),
    "школы ниже 70 % за месяц": (
        "select organisation_name, municipality, share_registered from platform_month"
        " where system_code = 'my_school' and role = 'student' and share_registered < 70"
        " and month = (select max(month) from platform_month) order by share_registered limit 100"
    ),
}


def latency(home: Path) -> dict[str, Any]:
    """CPU and wall of each question alone, milliseconds; 95th percentile of all of them with eight readers."""
    alone = {name: _alone(home, sql) for name, sql in QUESTIONS.items()}
    with ProcessPoolExecutor(READERS, mp_context=multiprocessing.get_context("spawn")) as pool:
        together = [seconds for spans in pool.map(_spans, [home] * READERS) for seconds in spans]
    return {"alone": alone, "readers": READERS, "p95": quantiles(together, n=20)[-1] * 1000}


def _alone(home: Path, sql: str) -> dict[str, float]:
    with open_release(Settings(home=home)) as release:
        run_query(release, sql).fetchall()
        cpu, spans = time.process_time(), []
        for _ in range(REPEATS):
            start = time.perf_counter()
            run_query(release, sql).fetchall()
            spans.append(time.perf_counter() - start)
        return {"cpu": (time.process_time() - cpu) / REPEATS * 1000, "wall": median(spans) * 1000}


def _spans(home: Path) -> list[float]:
    """Seconds of each question, asked in turn."""
    spans = []
    with open_release(Settings(home=home)) as release:
        for _ in range(REPEATS):
            for sql in QUESTIONS.values():
                start = time.perf_counter()
                run_query(release, sql).fetchall()
                spans.append(time.perf_counter() - start)
    return spans
