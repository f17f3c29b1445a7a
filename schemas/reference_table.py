"""What a table of schema `reference` is."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Row = tuple[Any, ...]


@dataclass(frozen=True)
class Table:
    """A table: what a row of it is, the columns that tell rows apart, all columns with their SQL types, the rows."""

    name: str
    meaning: str
    key: tuple[str, ...]
    columns: Mapping[str, str]
    rows: tuple[Row, ...]
