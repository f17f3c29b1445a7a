"""What happened to one file, for people and for programs."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

Outcome = Literal["loaded", "refused", "failed", "unchanged", "checked"]
"""`refused` is a verdict on the file, `failed` is none: the program could not deal with it."""


COUNTED = {
    "rows_accepted": "принято",
    "rows_rejected": "отклонено",
    "rows_held": "отложено",
    "rows_ignored": "пропущено",
}
"""What becomes of the rows of a file, in words."""


def counts_that_differ(was: Mapping[str, int], now: Mapping[str, int]) -> list[str]:
    """«принято 5 (было 4)» for each count of COUNTED that is another now."""
    return [f"{words} {now[name]} (было {was[name]})" for name, words in COUNTED.items() if was[name] != now[name]]


@dataclass(frozen=True)
class FileReport:
    """The fate of one file: its kind, the four counts of the conservation law, what it changed, what to read."""

    original_name: str
    sha256: str
    kind: str | None
    kind_title: str | None
    system_code: str | None
    sender: str | None
    outcome: Outcome
    refusal: str | None = None
    rows_read: int = 0
    rows_accepted: int = 0
    rows_rejected: int = 0
    rows_held: int = 0
    rows_ignored: int = 0
    rows_new: int = 0
    rows_changed: int = 0
    rows_same: int = 0
    rows_withdrawn: int = 0
    messages: tuple[str, ...] = ()
    messages_left: int = 0
    """How many remarks are not among the messages but stand in the protocol."""
    protocol: Path | None = None
    former: Mapping[str, int] | None = None
    """Of a file read again (`vitrina reload`): the counts it had before."""
    kept: bool = False
    """Whether a file that was to be read again could not be: what was loaded stays."""

    def as_dict(self) -> dict[str, Any]:
        """Plain values for --json."""
        return {**asdict(self), "protocol": str(self.protocol) if self.protocol else None}
