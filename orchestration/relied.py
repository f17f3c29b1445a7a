"""What we need of a library beyond its promises, said so that a test can compare it with the installed version."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Relied:
    """A member of a class we subclass: where it is, how it is called, and what of ours breaks when it changes."""

    module: str
    owner: str
    """The class; empty for a function of the module."""
    member: str
    parameters: tuple[str, ...] | None
    """Names of its parameters, `self` or `cls` left out; None for a property."""
    why: str
    source: str | None = None
    """A piece of its text that must stand there, where it is the behaviour and not the signature that we rely on."""
