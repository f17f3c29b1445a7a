"""What a heading means under a layout: a field, and the day or unit that the heading carries beside its name."""

import re
from functools import lru_cache

from foundation.text import fold_header
from schemas.header_map import Layout, without_brackets
from schemas.heading_units import heading_unit, is_unit
from schemas.kinds import KINDS

UNIT = "unit"
"""The field that says in which unit the main measure of a row stands."""
DAY_IN_HEADING = re.compile(r",? (?:по состоянию )?на \d{1,2}\.\d{2}\.\d{4}(?: ?г(?:ода)?)?$")
UNIT_IN_HEADING = re.compile(r"^(?P<heading>.+?)(?:, ?(?:в )?| ?\((?:в )?)(?P<unit>[^,()]+)\)?$")


def is_dropped(heading: str, layout: Layout) -> bool:
    """A column the template has and the warehouse does not take (names, birth dates and the like)."""
    folded = fold_header(heading)
    if folded in layout.dropped:
        return True
    return layout.ignore_brackets and without_brackets(folded) in layout.dropped


def meaning(heading: str, layout: Layout) -> tuple[str, str | None] | None:
    """The field a heading names under a layout, and the unit it carries beside the name; None when it means nothing."""
    if name := layout.meaning(heading):
        return name, None
    folded = fold_header(heading)
    bare, unit = without_unit(without_day(folded))
    if bare != folded and unit is None and (name := layout.meaning(bare)) in KINDS[layout.kind].measures:
        return name, None
    measure = layout.meaning(bare) if unit and folded not in layout.dropped else None
    if measure is None or unit is None:
        return None
    is_own = heading_unit(unit, KINDS[layout.kind].dimension(measure)) is not None
    return (measure, unit) if is_own or has_unit_beside_it(measure, layout) else None


def has_unit_beside_it(name: str, layout: Layout) -> bool:
    """Whether a measure is the one whose unit a column of units says."""
    return UNIT in layout.titles and KINDS[layout.kind].measures.intersection(layout.required) == {name}


def bare_heading(folded: str) -> str:
    """A folded heading without the day and the unit it may carry."""
    return without_unit(without_day(folded))[0]


def without_day(folded: str) -> str:
    """A folded heading without the day that ends it («зарегистрировано на 01.12.2024»)."""
    return DAY_IN_HEADING.sub("", folded)


@lru_cache(maxsize=8192)
def without_unit(folded: str) -> tuple[str, str | None]:
    """A folded heading and the unit that ends it («обучающихся, чел», «скорость (мбит/с)»), if one does."""
    match = UNIT_IN_HEADING.match(folded)
    if match is None or not is_unit(match["unit"]):
        return folded, None
    return fold_header(match["heading"]), match["unit"]
