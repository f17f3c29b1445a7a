"""The questions of docs/marts.md asked by several clients at once: how long an answer takes.

    python -m benchmarks.clients LARGE_HOME --clients 8     prints a table

`python -m samples.large_release` makes the home. Each client has a connection of its own, asks every question in an
order of its own, and reads the whole answer.
"""

import argparse
import random
import statistics
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from foundation.settings import Settings
from publishing.reader import open_release
from schemas.mart_questions import MartQuestion, mart_questions

ROUNDS = 5
Times = dict[str, list[float]]


def ask(settings: Settings, questions: Sequence[MartQuestion], seed: int) -> Times:
    """Seconds of each answer, by question."""
    order = [question for _ in range(ROUNDS) for question in questions]
    random.Random(seed).shuffle(order)
    found: Times = defaultdict(list)
    with open_release(settings) as connection:
        for question in order:
            start = time.perf_counter()
            connection.execute(question.sql).fetchall()
            found[question.question].append(time.perf_counter() - start)
    return found


def at_once(settings: Settings, clients: int) -> Times:
    """What all clients saw."""
    together: Times = defaultdict(list)
    with ThreadPoolExecutor(clients) as pool:
        for found in pool.map(lambda seed: ask(settings, mart_questions(), seed), range(clients)):
            for question, times in found.items():
                together[question] += times
    return together


def percentile(times: Sequence[float], percent: int) -> float:
    """Milliseconds that so many of the answers took at most."""
    return statistics.quantiles(times, n=100, method="inclusive")[percent - 1] * 1000


def table(found: Mapping[str, Sequence[float]]) -> str:
    """One line a question, the slowest first, and all together."""
    marts = {question.question: question.mart for question in mart_questions()}
    lines = [f"{'p50, ms':>9} {'p95, ms':>9}  mart"]
    for question, times in sorted(found.items(), key=lambda one: -percentile(one[1], 95)):
        lines.append(f"{percentile(times, 50):9.1f} {percentile(times, 95):9.1f}  {marts[question]}: {question}")
    every = [time for times in found.values() for time in times]
    return "\n".join([*lines, f"{percentile(every, 50):9.1f} {percentile(every, 95):9.1f}  all, {len(every)} answers"])


def main() -> None:
    """Ask and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("home", type=Path)
    parser.add_argument("--clients", type=int, default=8)
    given = parser.parse_args()
    print(table(at_once(Settings(home=given.home), given.clients)))


if __name__ == "__main__":
    main()
