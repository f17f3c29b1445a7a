"""Where the tables of a received file start, as the journal keeps it: whoever loads the file begins there.

A header is looked for among many rows and under every layout. Where it was found is true for as long as all that
decides it is the same: the bytes, the header maps, the program, and what was declared of the file.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal

from foundation.program import reading_code
from foundation.settings import get_settings, regional_files, regional_home
from foundation.sources import digest_of

MOST_TABLES = 1000
"""Of a file with more tables the journal keeps only the first of each kind: they are looked for once more."""

Extent = Literal["head", "whole"]
MetadataState = tuple[tuple[str, int], ...]
"""The files of the region's own metadata, each with its time of modification in nanoseconds."""


@dataclass(frozen=True)
class TableStart:
    """A table of a file: its kind and layout, and the rows of its header, from 1 as the sender sees them."""

    kind: str
    layout: str
    sheet_number: int
    """Among the sheets that have rows, from 1: names that tell of people are masked, and then alike."""
    sheet: str
    header_row: int
    header_last_row: int


@dataclass(frozen=True)
class Starts:
    """The tables of a whole file in its order, and under what circumstances they were found."""

    tables: tuple[TableStart, ...] = ()
    extent: Extent = "whole"
    """What of the file they were looked for in."""
    circumstances: str = ""
    """A digest (circumstances_of)."""
    is_broken_off: bool = False
    """Whether a sheet is refused from some row on: a header that is no table's says why, and has to be looked for."""

    def of(self, kind: str | None) -> tuple[TableStart, ...]:
        """The tables of one kind."""
        return tuple(table for table in self.tables if table.kind == kind)

    def hold(self, extent: Extent, circumstances: str) -> bool:
        """Whether a search there and now would find these tables and no others."""
        return not self.is_broken_off and (self.extent, self.circumstances) == (extent, circumstances)

    def as_text(self) -> str | None:
        """JSON for the journal; None when there is nothing to keep."""
        if not self.tables or len(self.tables) > MOST_TABLES:
            return None
        return json.dumps(asdict(self), ensure_ascii=False)

    @classmethod
    def of_text(cls, text: str | None) -> "Starts":
        """From the journal; nothing is known of a file that an earlier version received."""
        if text is None:
            return NOT_KNOWN
        content = json.loads(text)
        return cls(**{**content, "tables": tuple(TableStart(**table) for table in content["tables"])})


NOT_KNOWN = Starts()


def metadata_state() -> MetadataState:
    """Changes with every change of the region's own metadata."""
    return tuple((str(path), path.stat().st_mtime_ns) for path in regional_files(regional_home()))


def circumstances_of(state: MetadataState, declared: Mapping[str, str]) -> str:
    """Digest of all that decides where tables are found, beside the file itself."""
    also = json.dumps([get_settings().timezone, sorted(declared.items())], ensure_ascii=False)
    return hashlib.sha256(f"{_digest_of_metadata(regional_home(), state)} {also}".encode()).hexdigest()


@lru_cache(maxsize=8)
def _digest_of_metadata(home: Path, state: MetadataState) -> str:
    """By content: a home may be copied. Read once a state, not once a file."""
    return digest_of((Path(path) for path, _ in state), home, [reading_code()])
