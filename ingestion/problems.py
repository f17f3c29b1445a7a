"""What is wrong with a row: kept as data, put into words once, never quoting people's data."""

from dataclasses import dataclass

from schemas.personal import mask, mask_quote
from schemas.rules import RULES, Severity, severity_of

LONGEST_QUOTE = 60


@dataclass(frozen=True)
class Problem:
    """A broken rule in one cell. `found` is None where the value may not be shown; people never stand in it."""

    sheet: str
    source_row: int
    column: str
    rule: str
    found: str | None

    def __post_init__(self) -> None:
        shown = None if self.found is None or RULES[self.rule].is_hidden else mask_quote(self.found)
        object.__setattr__(self, "found", shown)

    @property
    def severity(self) -> Severity:
        return severity_of(self.rule)

    def message(self, file_name: str) -> str:
        """«файл, лист, строка, столбец: «значение», ожидалось …» for the sender."""
        found = f"«{self.found[:LONGEST_QUOTE]}»" if self.found is not None else "значение не показано"
        place = f"{mask(file_name)}, лист «{mask(self.sheet)}», строка {self.source_row}, столбец «{mask(self.column)}»"
        verdict = "Строка отклонена" if self.severity == "error" else "Строка принята"
        return f"{place}: {found}, {RULES[self.rule].expected}. {verdict}."
