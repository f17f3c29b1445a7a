"""The collegium's decision of Yeniseisk and the road map of Zima's school."""

from datetime import date
from pathlib import Path

from samples import figures
from samples.figures import organisation_by_code
from samples.writers import Cell, Table, write_xlsx

DECISION = "Решение коллегии МКУ «Управление образования» от 19.12.2024 № 2"
DECIDED_ON = date(2024, 12, 19)
ROAD_MAP = "Паспорт муниципального и школьного проекта «Цифровая образовательная среда», приложение № 1"
SCHOOL = "Z01"


def decision() -> Table:
    """Five clauses; addressees as the document lists them, several in one cell."""
    municipality = figures.territory("yeniseisk")["municipality"]
    rows: list[list[Cell]] = []
    for row in figures.rows("decisions"):
        task: list[Cell] = [row["clause"], row["text"], row["responsible"], row["due_on"]]
        measure: list[Cell] = [row["indicator"] or None, int(row["threshold"]) if row["threshold"] else None]
        rows.append([DECISION, DECIDED_ON, municipality, *task, *measure])
    header = ["Документ", "Дата документа", "Муниципалитет", "Пункт", "Текст поручения", "Ответственные", "Срок"]
    return Table([*header, "Показатель", "Порог"], rows, ["Контроль исполнения поручений коллегии"])


def milestones() -> Table:
    """The plan of measures under its two-row header; levels of control as the scan was recognised, nobody's name."""
    place = figures.territory("zima")
    school = organisation_by_code()[SCHOOL]["short_name"]
    rows: list[list[Cell]] = []
    for row in figures.rows("milestones"):
        period: list[Cell] = [row["started_on"] or None, row["due_on"]]
        result: list[Cell] = [row["plan"] or None, row["document_type"], row["control_level"]]
        rows.append([row["number"], row["title"], school, *period, *result])
    upper = ["№ п/п", "Наименование результата, мероприятия, контрольной точки", "Организация"]
    upper += [*["Сроки реализации"] * 2, "Плановое значение", "Вид документа и характеристика результата"]
    lower = ["", "", "", "начало", "окончание", "", "", ""]
    titles = ["План мероприятий по реализации муниципального/ школьного проекта", f"Документ: {ROAD_MAP}"]
    titles += [f"Субъект: {place['region']}", f"Муниципалитет: {place['municipality']}"]
    return Table(lower, rows, titles, [*upper, "Уровень контроля"])


def write(folder: Path) -> None:
    """Both files of this module."""
    write_xlsx(folder / "yeniseisk" / "decision_2024-12-19.xlsx", decision(), "Поручения")
    write_xlsx(folder / "zima" / "milestones.xlsx", milestones(), "Приложение 1")
