"""Notes of Yeniseisk district on its values: one school, several years, every year, two notes on one value."""

from pathlib import Path

from samples import figures
from samples.figures import organisation_by_code
from samples.writers import Cell, Table, write_xlsx


def notes() -> Table:
    """The list as the district sends it; without an organisation a note is of the municipality."""
    place = figures.territory("yeniseisk")
    rows: list[list[Cell]] = []
    for row in figures.rows("notes"):
        school = organisation_by_code()[row["org_id"]]["inn"] if row["org_id"] else None
        years: list[Cell] = [int(row[name]) if row[name] else None for name in ("first_year", "last_year")]
        said: list[Cell] = [row["number"] or None, row["text"], row["document"] or None]
        rows.append([place["region"], place["municipality"], school, row["indicator"], *years, *said])
    header = ["Субъект", "Муниципалитет", "ИНН", "Показатель", "Год", "Год по"]
    return Table([*header, "№ примечания", "Текст примечания", "Документ"], rows, ["Примечания к показателям"])


def write(folder: Path) -> None:
    """The one file of notes."""
    write_xlsx(folder / "yeniseisk" / "notes_2024.xlsx", notes(), "Примечания")
