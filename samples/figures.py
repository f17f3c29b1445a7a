"""Reads samples/figures/*.csv: what the seed documents say, and what had to be invented around it."""

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

FIGURES = Path(__file__).parent / "figures"

Row = dict[str, str]


@dataclass(frozen=True)
class Unit:
    """A head organisation or one of its sites in Yeniseisk district, with its figures for 2024."""

    code: str
    organisation: str
    is_site: bool
    inn: str
    kpp: str
    name: str
    counts: dict[str, int]


def rows(name: str) -> list[Row]:
    """All rows of one figures file."""
    with (FIGURES / f"{name}.csv").open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def organisations(territory: str) -> list[Row]:
    """The organisations of one territory, in the order of the file."""
    return [row for row in rows("organisations") if row["territory"] == territory]


@lru_cache
def organisation_by_code() -> dict[str, Row]:
    """Organisations by the code of the seed documents (E01, K06, …)."""
    return {row["org_id"]: row for row in rows("organisations")}


def territory(code: str) -> Row:
    """Region, municipality and ОКТМО of one territory."""
    return next(row for row in rows("territories") if row["territory"] == code)


@lru_cache
def units() -> tuple[Unit, ...]:
    """Head organisations and sites of the 17 general-education organisations of Yeniseisk district."""
    known = organisation_by_code()
    texts = {"unit", "org_id", "site", "kpp", "name"}
    return tuple(
        Unit(
            code=row["unit"],
            organisation=row["org_id"],
            is_site=bool(row["site"]),
            inn=known[row["org_id"]]["inn"],
            kpp=row["kpp"],
            name=row["name"],
            counts={column: int(value) for column, value in row.items() if column not in texts},
        )
        for row in rows("yeniseisk_units")
    )


def entities(members: Iterable[Unit] | None = None) -> list[Unit]:
    """The 17 organisations as a whole: the counts of the sites are added to those of the head."""
    whole: dict[str, Unit] = {}
    for unit in units() if members is None else members:
        if unit.organisation not in whole:
            whole[unit.organisation] = Unit(
                unit.code, unit.organisation, unit.is_site, unit.inn, unit.kpp, unit.name, dict(unit.counts)
            )
            continue
        counts = whole[unit.organisation].counts
        for column, value in unit.counts.items():
            counts[column] += value
    return list(whole.values())


def apportion(total: int, weights: list[float]) -> list[int]:
    """Whole numbers that add up to `total` in proportion to the weights (largest remainder)."""
    shares = [total * weight / sum(weights) for weight in weights]
    whole = [int(share) for share in shares]
    by_remainder = sorted(range(len(shares)), key=lambda place: (whole[place] - shares[place], place))
    for place in by_remainder[: total - sum(whole)]:
        whole[place] += 1
    return whole
