"""What is wrong with a row: kept as data, put into words once, never quoting people's data."""

from collections.abc import Iterable
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
    detail: str | None = None
    """What is wrong with this very row, instead of the words of the rule: which row it repeats."""
    outside: str | None = None
    """Where it was said when in no cell of the row («строка 2, над таблицей»): then it is told once for all rows."""

    def __post_init__(self) -> None:
        shown = None if self.found is None or RULES[self.rule].is_hidden else mask_quote(self.found)
        object.__setattr__(self, "found", shown)

    @property
    def severity(self) -> Severity:
        return severity_of(self.rule)

    @property
    def where(self) -> str:
        """The place within the sheet, for the sender."""
        return self.outside or f"строка {self.source_row}"

    @property
    def words(self) -> str:
        """What was expected, or what is wrong with this very row."""
        return self.detail or RULES[self.rule].expected

    def message(self, file_name: str) -> str:
        """«файл, лист, строка, столбец: «значение», ожидалось …» for the sender."""
        place = f"{mask(file_name)}, лист «{mask(self.sheet)}», {self.where}, столбец «{mask(self.column)}»"
        rows = ("Строки отклонены", "Строки приняты") if self.outside else ("Строка отклонена", "Строка принята")
        return f"{place}: {self._quoted()}{self.words}. {rows[self.severity != 'error']}."

    def _quoted(self) -> str:
        """What was found, unless it is not what is wrong."""
        if self.detail:
            return ""
        if self.found is None:
            return "значение не показано, "
        return f"«{self.found[:LONGEST_QUOTE]}», "


def told_once(problems: Iterable[Problem]) -> list[Problem]:
    """Problems without those that say of another row what was said outside all rows."""
    seen: set[tuple[str, str, str, str]] = set()
    kept = []
    for one in problems:
        key = (one.sheet, one.outside or "", one.column, one.rule)
        if one.outside is None or key not in seen:
            kept.append(one)
        seen.add(key)
    return kept
