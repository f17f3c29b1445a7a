"""Objects and services, events, methodical work, money, certificates and a survey of the five territories."""

from datetime import date
from pathlib import Path

from samples import figures
from samples.figures import Row
from samples.published_values import PLACE, place, value
from samples.writers import Cell, Table, write_csv, write_ods, write_xlsx

TARGET_MODEL = "Целевая модель ЦОС"
ELECTRONIC_SCHOOL = "АИС «Электронная школа»"
SITES = "Госвеб"
START_OF_SCHOOL_YEAR = date(2022, 9, 1)
FUTURE_TENSE = "в документе будущее время: «обновят»"


def _of(name: str, territory: str) -> list[Row]:
    return [row for row in figures.rows(name) if row["territory"] == territory]


def _day(text: str) -> date | None:
    return None if len(text) == 4 else date.fromisoformat(text)


def infrastructure(territory: str) -> Table:
    """Objects and services by year of opening, as the documents name them."""
    rows: list[list[Cell]] = []
    for row in _of("infrastructure", territory):
        what: list[Cell] = [row["object"], int(row["year"]), row["state"], row["note"] or None]
        rows.append([*place(row), *what])
    return Table([*PLACE, "Объект", "Год", "Состояние", "Примечание"], rows, ["Объекты и сервисы организаций"])


def kovrov_infrastructure() -> Table:
    """18 organisations with the target model and the electronic school, 58 on the platform of sites."""
    municipality = figures.territory("kovrov")["municipality"]
    everyone = figures.organisations("kovrov")
    general = [row for row in everyone if row["is_general_education"] == "да"]
    delivered = {row["org_id"]: row["date"] for row in figures.rows("deliveries") if row["file"] == "kovrov"}
    rows: list[list[Cell]] = []

    def add(organisation: Row, what: str, day: date | None, in_year: int, note: str | None = None) -> None:
        who: list[Cell] = [municipality, organisation["inn"], organisation["short_name"]]
        rows.append([*who, what, day, in_year, "действует", note])

    for row in general:
        day = date.fromisoformat(delivered[row["org_id"]])
        add(row, TARGET_MODEL, day, day.year)
    for row in general:
        add(row, ELECTRONIC_SCHOOL, None, 2022)
    rows.append([None, None, None, None, None, None, None, None])
    for row in everyone:
        add(row, SITES, START_OF_SCHOOL_YEAR, 2022, FUTURE_TENSE)
    rows.append([None, None, f"Итого организаций на платформе сайтов: {len(everyone)}", *[None] * 5])
    header = ["Муниципалитет", "ИНН", "Организация", "Объект или сервис", "Дата с", "Год", "Состояние", "Примечание"]
    return Table(header, rows, ["Объекты и сервисы цифровой образовательной среды", "город Ковров"])


def participation(territory: str) -> Table:
    """Who took part: by municipality with the year alone, or by organisation, day and class."""
    rows: list[list[Cell]] = []
    for row in _of("participation", territory):
        day = _day(row["date"])
        when: list[Cell] = [day, day.year if day else int(row["date"])]
        count: list[Cell] = [value(row["participants"]), row["counting_unit"] or None, row["classes"]]
        rows.append([*place(row), row["event"], *when, *count])
    header = [*PLACE, "Мероприятие", "Дата", "Год", "Участников", "Единица счёта", "Классы"]
    return Table(header, rows, ["Участие в мероприятиях"])


def funding(territory: str) -> Table:
    """Money by year, each amount as the document writes it."""
    rows: list[list[Cell]] = [
        [*place(row), int(row["year"]), row["amount"], row["unit"], row["plan_or_fact"], row["document"]]
        for row in _of("funding", territory)
    ]
    return Table([*PLACE, "Год", "Сумма", "Единица", "План или факт", "Документ"], rows, ["Финансирование ЦОС"])


def zima_funding() -> Table:
    """The six years of the document and its own total."""
    table = funding("zima")
    table.rows.append([None, None, "Всего", None, "0,058", "млн руб.", None, None])
    return table


def certificates() -> Table:
    """Certificates of additional education; the document names no day and no type."""
    rows: list[list[Cell]] = [
        [*place(row)[:2], date.fromisoformat(row["date"]), value(row["issued"])] for row in figures.rows("certificates")
    ]
    return Table(["Субъект", "Муниципалитет", "Дата", "Выдано сертификатов"], rows, ["Сертификаты ПФДО"])


def methodical_events(territory: str) -> Table:
    """Associations of teachers and seminars, by year."""
    rows: list[list[Cell]] = [
        [*place(row), int(row["year"]), row["kind"], int(row["quantity"]), row["topic"]]
        for row in _of("methodical_events", territory)
    ]
    return Table([*PLACE, "Год", "Вид", "Количество", "Тема"], rows, ["Методическая работа по вопросам ЦОС"])


def yeniseisk_methodical_events() -> Table:
    """18 + 4 + 1 over five years, with their total; no organisation."""
    table = methodical_events("yeniseisk")
    table.header.remove("Организация")
    for row in table.rows:
        row.pop(2)
    total = sum(int(row["quantity"]) for row in _of("methodical_events", "yeniseisk"))
    table.rows.append(["Итого за 2020-2024 годы", None, None, None, total, None])
    return table


def survey() -> Table:
    """The parents' survey of Zima, once in half a year."""
    rows: list[list[Cell]] = []
    for row in _of("surveys", "zima"):
        answers: list[Cell] = [int(row["answered"]), int(row["satisfied"])]
        rows.append([*place(row), date.fromisoformat(row["date"]), row["survey"], row["question"], *answers])
    return Table([*PLACE, "Дата", "Опрос", "Вопрос", "Ответили", "Удовлетворены"], rows, ["Итоги опроса родителей"])


def write(folder: Path) -> None:
    """All files of this module."""
    kemerovo, kovrov, tula, zima = (folder / name for name in ("kemerovo", "kovrov", "tula", "zima"))
    write_csv(kemerovo / "infrastructure_2020.csv", infrastructure("kemerovo"))
    write_xlsx(kovrov / "infrastructure_2022.xlsx", kovrov_infrastructure(), "Объекты")
    write_csv(tula / "infrastructure_2023.tsv", infrastructure("tula"), "utf-16-le", "\t")
    write_ods(zima / "infrastructure_2020.ods", infrastructure("zima"), "Объекты")
    write_csv(kovrov / "participation_2022.csv", participation("kovrov"))
    write_xlsx(tula / "participation_2023.xlsx", participation("tula"), "Участие")
    write_xlsx(zima / "funding_2019_2024.xlsx", zima_funding(), "Финансирование")
    write_csv(kovrov / "funding_2022.csv", funding("kovrov"), "utf-8-sig", ",")
    write_csv(kemerovo / "certificates_2020.csv", certificates())
    write_xlsx(folder / "yeniseisk" / "methodical_2020_2024.xlsx", yeniseisk_methodical_events(), "РМО и СМО")
    write_csv(tula / "methodical_2023.tsv", methodical_events("tula"), "utf-16-le", "\t")
    write_csv(zima / "survey_2024.csv", survey(), "utf-8-sig")
