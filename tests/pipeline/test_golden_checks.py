"""Every golden check of the seed documents over the built sample warehouse, each by its id."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from golden_checks import ARITHMETIC, CHECKS

Rows = Callable[[str], list[tuple[Any, ...]]]
pytestmark = pytest.mark.slow


def as_text(cell: Any) -> str | None:
    """A cell without trailing zeros."""
    if isinstance(cell, Decimal | float):
        number = Decimal(str(cell)).normalize()
        return f"{number:f}"
    return None if cell is None else str(cell)


@pytest.mark.parametrize("check_id", [*CHECKS, *ARITHMETIC])
def test_golden_check(release: Rows, check_id: str) -> None:
    """Guards, check by check, against what `guards_against` says."""
    if check_id in ARITHMETIC:
        ARITHMETIC[check_id]()
        return
    check = CHECKS[check_id]
    rows = [tuple(as_text(cell) for cell in row) for row in release(check.sql)]
    assert rows == check.rows, check.guards_against


def test_there_are_forty_four() -> None:
    """Guards against a check that is dropped without a word."""
    numbers = {"E": 15, "K": 8, "V": 6, "T": 4, "Z": 8, "C": 3}
    expected = {f"G-{letter}{number:02d}" for letter, count in numbers.items() for number in range(1, count + 1)}
    assert {*CHECKS, *ARITHMETIC} == expected
    assert len(expected) == 44
