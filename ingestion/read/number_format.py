"""What an Excel number format makes of a value: only percent signs change what a person reads as the number."""

import operator
import re
from collections.abc import Callable
from dataclasses import dataclass

PERCENT_BUILTIN = {9: "0%", 10: "0.00%"}
"""Formats that a workbook uses by number alone, without writing them down."""

# A literal, an escape, padding, a fill, a colour or condition, the end of a section: what is left stands for digits.
_TOKEN = re.compile(r'"[^"]*"?|\\.|_.|\*.|\[(?P<bracket>[^\]]*)\]?|(?P<end>;)|(?P<percent>%)|.', re.DOTALL)
_CONDITION = re.compile(r"(<=|>=|<>|<|>|=)\s*(-?[\d.]+(?:[eE][+-]?\d+)?)$")
_OPERATORS: dict[str, Callable[[float, float], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "=": operator.eq,
    "<>": operator.ne,
}


@dataclass
class _Section:
    percents: int = 0
    condition: tuple[str, float] | None = None

    def holds(self, value: float) -> bool:
        """Whether the section's own condition is met."""
        return self.condition is not None and _OPERATORS[self.condition[0]](value, self.condition[1])


class NumberFormat:
    """The sections of a format: for positive numbers, negative ones and zero, or each with a condition of its own."""

    def __init__(self, code: str) -> None:
        self._sections = [_Section()]
        for token in _TOKEN.finditer(code):
            if token["end"]:
                self._sections.append(_Section())
            elif token["percent"]:
                self._sections[-1].percents += 1
            elif token["bracket"] and (condition := _CONDITION.match(token["bracket"])):
                self._sections[-1].condition = (condition[1], float(condition[2]))
        del self._sections[3:]  # the fourth is for texts
        everywhere = {section.percents for section in self._sections}
        self._constant = everywhere.pop() if len(everywhere) == 1 else None

    @property
    def may_be_percentage(self) -> bool:
        """Whether any number is shown as a percentage."""
        return any(section.percents for section in self._sections)

    def percents(self, value: float) -> int:
        """How many percent signs are shown with a value, each of which stands for a hundredth; mostly 0 or 1."""
        return self._section_of(value).percents if self._constant is None else self._constant

    def _section_of(self, value: float) -> _Section:
        first, *others = self._sections
        if not others or first.holds(value) or (first.condition is None and self._is_first(value)):
            return first
        second, *rest = others
        if not rest or second.holds(value) or (second.condition is None and value < 0):
            return second
        return rest[0]

    def _is_first(self, value: float) -> bool:
        """Without a condition the first section is for positive numbers, and for zero where no section is its own."""
        return value > 0 or (value == 0 and len(self._sections) < 3)
