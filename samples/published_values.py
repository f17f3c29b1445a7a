"""Plans and published facts, value by value as the documents print them (figures/published_values.csv)."""

from pathlib import Path

from samples import figures
from samples.figures import Row, organisation_by_code
from samples.writers import Cell, Table, grouped, write_csv, write_xls, write_xlsx

PLACE = ["Субъект", "Муниципалитет", "Организация"]


def printed(territory: str, part: str) -> list[Row]:
    """Rows of one territory that hold a `plan` or a `fact`."""
    return [row for row in figures.rows("published_values") if row["territory"] == territory and row[part]]


def plan_rows(territory: str) -> list[Row]:
    """Plans under the codes of the passports, then those under the codes of the document."""
    coded = [row for row in figures.rows("plans") if row["territory"] == territory]
    return coded + [row | {"indicator_code": row["indicator"]} for row in printed(territory, "plan")]


def place(row: Row) -> list[Cell]:
    """Region, municipality and, where the row is an organisation's, its name."""
    territory = figures.territory(row["territory"])
    organisation = organisation_by_code().get(row.get("org_id", ""))
    name = (organisation["short_name"] or organisation["full_name"]) if organisation else None
    return [territory["region"], territory["municipality"], name]


def year(row: Row) -> Cell:
    """A calendar year as a number; a school year stays «2022/2023»."""
    return int(row["year"]) if row["year"].isdigit() else row["year"]


def value(text: str) -> str:
    """A value as typed; thousands are parted by a no-break space."""
    return grouped(int(text)) if text.isdigit() and len(text) > 3 else text


def plans(territory: str) -> Table:
    """Plans of one territory, with the organisation where the plan is the organisation's."""
    rows: list[list[Cell]] = [
        [row["indicator_code"], year(row), row["plan"], row["unit"], *place(row), row["document"], row["clause"]]
        for row in plan_rows(territory)
    ]
    header = ["Показатель", "Год", "План", "Единица", *PLACE, "Документ", "Пункт"]
    return Table(header, rows, ["Плановые значения показателей"])


def reported(territory: str) -> Table:
    """Facts that the document of one territory prints, with the line of each."""
    rows: list[list[Cell]] = []
    for row in printed(territory, "fact"):
        figure: list[Cell] = [row["indicator"], year(row), value(row["fact"]), row["unit"], row["breakdown"] or None]
        source: list[Cell] = [row["document"], row["document_date"] or None, row["clause"]]
        rows.append([*figure, row["scope"], *place(row), *source])
    header = ["Показатель", "Год", "Факт", "Единица", "Разрез", "Область", *PLACE]
    titles = ["Опубликованные значения показателей", "по тексту документа"]
    return Table([*header, "Документ", "Дата документа", "Пункт"], rows, titles)


def write(folder: Path) -> None:
    """Facts of four documents (Zima's has plans only) and the plans of Kovrov and Tula."""
    write_xlsx(folder / "yeniseisk" / "reported_2024.xlsx", reported("yeniseisk"), "Факт")
    write_xlsx(folder / "kemerovo" / "reported_2020.xlsx", reported("kemerovo"), "Факт")
    write_csv(folder / "kovrov" / "reported_2022.csv", reported("kovrov"))
    write_xlsx(folder / "tula" / "reported_2023.xlsx", reported("tula"), "Факт")
    write_csv(folder / "kovrov" / "plan_2022.csv", plans("kovrov"), "utf-8-sig", ",")
    write_xls(folder / "tula" / "plan_2023_2024.xls", plans("tula"), "План")
