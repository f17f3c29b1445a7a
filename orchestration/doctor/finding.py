"""What a check of `vitrina doctor` found."""

from dataclasses import asdict, dataclass
from typing import Any, Literal

Level = Literal["ok", "warn", "bad"]
"""`bad`: a night fails by it, or people's data lie open; `warn`: somebody should look."""


@dataclass(frozen=True)
class Finding:
    """One line: what was looked at, how it is, what to do; Russian, without secrets."""

    check: str
    level: Level
    what: str
    next_step: str | None = None

    def as_dict(self) -> dict[str, Any]:
        """Values for JSON."""
        return asdict(self)
