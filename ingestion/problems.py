"""What is wrong with a row: kept as data, put into words once, never quoting people's data."""

from dataclasses import dataclass

from schemas.rules import EXPECTED, severity_of

LONGEST_QUOTE = 60


@dataclass(frozen=True)
class Problem:
    """A broken rule in one cell. `found` is None where the value may not be shown."""

    sheet: str
    source_row: int
    column: str
    rule: str
    found: str | None

    @property
    def severity(self) -> str:
        return severity_of(self.rule)

    def message(self, file_name: str) -> str:
        """«файл, лист, строка, столбец: «значение», ожидалось …» for the sender."""
        found = f"«{self.found[:LONGEST_QUOTE]}»" if self.found is not None else "значение не показано"
        place = f"{file_name}, лист «{self.sheet}», строка {self.source_row}, столбец «{self.column}»"
        verdict = "Строка отклонена" if self.severity == "error" else "Строка принята"
        return f"{place}: {found}, {EXPECTED[self.rule]}. {verdict}."
