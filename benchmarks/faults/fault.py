"""What a fault is: its name for the table, and its tries; each does the harm to a home and says which one goes on."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from benchmarks.faults.home import Home


@dataclass(frozen=True)
class Scene:
    """Where a try takes place: the home, room beside it, CPU-seconds of an undisturbed refresh."""

    home: Home
    beside: Path
    cpu: float
    renew: Callable[[], None]
    """Makes the home anew what it was before the harm."""


Harm = Callable[[Scene], Home]


@dataclass(frozen=True)
class Try:
    """One try; `name` says what is special about it."""

    name: str
    harm: Harm


@dataclass(frozen=True)
class Fault:
    """A kind of harm, its tries, and why it cannot be done here, if so."""

    title: str
    tries: Sequence[Try]
    not_here: str | None = None
    is_decided: bool = True
    """Whether the steward has decided since the last release: no release can know of it."""
    is_in_place: bool = True
    """Whether the home stays where it was, so that readers can be watched meanwhile."""
    may_publish_between: bool = False
    """Whether a night before the last one may rightly publish other figures, which history then keeps."""
    may_name_another_reason: bool = False
    """Whether history may rightly say another reason why a value was computed anew: another day, say."""
    is_whole: bool = True
    """Whether `vitrina verify` must find nothing wrong afterwards; else it must name what the harm has spoilt."""

    def with_tries(self, part: str) -> "Fault":
        """The same fault, only those of its tries whose name has this in it."""
        return replace(self, tries=[one for one in self.tries if part in one.name])
