"""Every kind of export: what the modules of schemas.models declare as `KINDS`, found by being there."""

import pkgutil
from collections.abc import Iterator
from importlib import import_module

from schemas import models
from schemas.kind import PLACE, Kind

__all__ = ["KINDS", "PLACE", "Kind"]


def _declared() -> Iterator[Kind]:
    for module in pkgutil.iter_modules(models.__path__, f"{models.__name__}."):
        declared: tuple[Kind, ...] = import_module(module.name).KINDS
        yield from declared


KINDS: dict[str, Kind] = {kind.code: kind for kind in sorted(_declared(), key=lambda kind: (kind.position, kind.code))}
"""Every kind by its code, in the order of loading: the registry finds organisations, staff finds trainees."""
