"""The words regions are put together from (words.yaml)."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

Words = dict[str, Any]
FEMININE, MASCULINE, NEUTER = "feminine", "masculine", "neuter"
ADJECTIVE_ENDINGS = {FEMININE: "ая", MASCULINE: "ий", NEUTER: "ое"}


@cache
def words() -> Words:
    loaded: Words = yaml.safe_load(Path(__file__).with_name("words.yaml").read_text(encoding="utf-8"))
    return loaded


@dataclass(frozen=True)
class Kind:
    """What an organisation is: `registry` for the column of the registry, `written` as other people write it."""

    code: str
    registry: str
    full: str
    short: str
    gender: str
    written: tuple[str, ...]
    weight: int = 0
    state: bool = False


@cache
def kinds() -> dict[str, Kind]:
    """Every kind of organisation by its code, schools first."""
    tables = {**words()["kinds"], **words()["other_kinds"]}
    return {code: Kind(code=code, **{**row, "written": tuple(row["written"])}) for code, row in tables.items()}


def adjective(stem: str, gender: str) -> str:
    """«Берёзовск» as «Берёзовская», «Берёзовский»."""
    return stem + ADJECTIVE_ENDINGS[gender]
