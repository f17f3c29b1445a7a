"""Indicator codes by what people write in a plan file: the code itself or the passport's exact title."""

from functools import lru_cache

from schemas.passport import load_passports
from schemas.text import fold


@lru_cache
def _codes() -> dict[str, str]:
    codes = {fold(passport.code): passport.code for passport in load_passports()}
    return codes | {fold(passport.title): passport.code for passport in load_passports()}


def indicator_code_of(text: str) -> str | None:
    """The code of an indicator named by code or exact title; None when no passport has it."""
    return _codes().get(fold(text))
