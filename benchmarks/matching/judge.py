"""What became of the rows, beside what was right: counts that can be added over seeds."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.matching.rows import Row

ROWS, RIGHT, WRONG, HELD, LOST = "rows", "right", "wrong", "held", "lost"
FIRST, AMONG_THREE, DECIDABLE = "first", "among_three", "decidable"
AT_BEST_FIRST, AT_BEST_AMONG_THREE = "at_best_first", "at_best_among_three"
WITH, WITHOUT_SHORT, WITHOUT_TAIL, ABSENT = "with", "without_short", "without_tail", "absent"
SCOPES = {
    WITH: "муниципалитет указан",
    WITHOUT_SHORT: "не указан, имя короткое (муниципалитета в нём нет)",
    WITHOUT_TAIL: "не указан, назван в самом имени",
    ABSENT: "школы нет в реестре",
}
Counts = dict[str, float]


def scope_of(row: Row) -> str:
    if row.absent:
        return ABSENT
    return WITH if row.municipality else WITHOUT_TAIL if row.tail else WITHOUT_SHORT


def judged(rows: Sequence[Row], found: Mapping[str, Any]) -> dict[str, Any]:
    """Counts by scope, by variation and scope, by sort of absent school; and every wrong match in words.

    A row counts under each of its variations. `among_three` counts `first` too, both of what is held; `at_best_…` is
    what a guess among the organisations that a held name can mean would find.
    """
    scopes: dict[str, Counts] = {scope: defaultdict(float) for scope in SCOPES}
    variations: dict[str, dict[str, Counts]] = {scope: {} for scope in SCOPES}
    wrong: list[dict[str, Any]] = []
    for row in rows:
        scope = scope_of(row)
        marks = _marks(row, found)
        for counted in (scopes[scope], *_of_variations(row, variations[scope])):
            _add(counted, marks)
        if WRONG in marks:
            wrong.append(_in_words(row, found))
    return {"scopes": scopes, "variations": variations, "wrong": wrong}


def _of_variations(row: Row, counts: dict[str, Counts]) -> Iterable[Counts]:
    for name in dict.fromkeys(row.variations or (row.absent,)):
        yield counts.setdefault(name, defaultdict(float))


def _marks(row: Row, found: Mapping[str, Any]) -> Counts:
    model = f"М-{row.number}"
    marks: Counts = {ROWS: 1, DECIDABLE: row.decidable}
    if match := found["matched"].get(model):
        return {**marks, (RIGHT if match[0] in row.right else WRONG): 1}
    held = found["held"].get(model)
    if held is None:
        return {**marks, LOST: 1}
    shown, meant = held[1][:3], max(1, row.could_mean)
    return {
        **marks,
        HELD: 1,
        FIRST: bool(shown and shown[0] in row.right),
        AMONG_THREE: bool(set(shown) & set(row.right)),
        AT_BEST_FIRST: 1 / meant,
        AT_BEST_AMONG_THREE: min(3, meant) / meant,
    }


def _add(counts: Counts, more: Mapping[str, float]) -> None:
    for name, number in more.items():
        counts[name] = counts.get(name, 0) + number


def _in_words(row: Row, found: Mapping[str, Any]) -> dict[str, Any]:
    organisation, rule = found["matched"][f"М-{row.number}"]
    return {
        "name": row.name, "municipality": row.municipality, "day": str(row.day), "matched": organisation,
        "rule": rule, "right": list(row.right), "variations": list(row.variations or (row.absent,)),
        "could_mean": row.could_mean,
    }  # fmt: skip


def added(results: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """The counts of several seeds together."""
    scopes: dict[str, Counts] = {scope: {} for scope in SCOPES}
    variations: dict[str, dict[str, Counts]] = {scope: {} for scope in SCOPES}
    wrong: list[Any] = []
    for result in results:
        for scope, counts in result["scopes"].items():
            _add(scopes[scope], counts)
        for scope, named in result["variations"].items():
            for name, counts in named.items():
                _add(variations[scope].setdefault(name, {}), counts)
        wrong += result["wrong"]
    return {"scopes": scopes, "variations": variations, "wrong": wrong}


def read_outcomes(path: Path) -> dict[str, Any]:
    outcomes: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return outcomes
