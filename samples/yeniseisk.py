"""Yeniseisk district: registry, headcount, staff, equipment, speed, plans. Platforms and training stand beside."""

from datetime import date
from pathlib import Path

from samples import figures
from samples.figures import apportion, organisation_by_code, units
from samples.published_values import plan_rows
from samples.writers import Cell, Table, grouped, write_csv, write_xlsx
from samples.yeniseisk_staff import ADDITIONAL_EDUCATION, ADDITIONAL_EDUCATION_TEACHERS, Employment, district

TERRITORY = figures.territory("yeniseisk")
PLACE: list[Cell] = [TERRITORY["region"], TERRITORY["municipality"]]
SENDER = "Отправитель: МКУ «Управление образования» Енисейского района"
STUDENTS_BY_YEAR = {2020: 2540, 2021: 2530, 2022: 2520, 2023: 2510}
PARENTS_PER_STUDENT = 1.6
ADDITIONAL_EDUCATION_STUDENTS = 320


def registry(path: Path) -> None:
    """The registry with sites, under a merged two-row header."""
    upper = ["№ п/п", *["Сведения о юридическом лице"] * 6, *["Территория"] * 4, *["Вид деятельности"] * 4]
    lower = ["", "ИНН", "КПП", "ОГРН", "Полное наименование", "Краткое наименование", "ИНН головной организации"]
    lower += ["Субъект", "Муниципалитет", "ОКТМО", "Местность", "Тип организации", "Общеобразовательная"]
    lower += ["Реализует программы", "Филиал"]
    rows: list[list[Cell]] = []

    def add(row: figures.Row, kpp: str, names: list[Cell], head: str, branch: str) -> None:
        kind: list[Cell] = [row["type"], row["is_general_education"], row["programmes"], branch]
        place = [*PLACE, TERRITORY["oktmo"], row["locality"]]
        rows.append([len(rows) + 1, row["inn"], kpp, row["ogrn"], *names, head, *place, *kind])

    for row in figures.organisations("yeniseisk"):
        add(row, row["kpp"], [row["full_name"], row["short_name"]], "", "нет")
        for site in (unit for unit in units() if unit.is_site and unit.organisation == row["org_id"]):
            add(row, site.kpp, [site.name, site.name], row["inn"], "да")
    upper.append("Действует с")
    lower.append("")
    for line in rows:
        line.append("01.01.2015")
    titles = ["Реестр образовательных организаций Енисейского района", "по состоянию на 01.12.2024"]
    write_xlsx(path, Table(lower, rows, titles, upper), "Реестр")


def students_of(year: int) -> list[int]:
    """Students by unit: the figures for 2024, their shape scaled to the year before that."""
    now = [unit.counts["students"] for unit in units()]
    return now if year == 2024 else apportion(STUDENTS_BY_YEAR[year], [float(count) for count in now])


def headcount(folder: Path) -> None:
    """Earlier years in one cp1251 CSV; 2024 in XLSX with numeric ИНН and the date in the title line."""
    additional = organisation_by_code()[ADDITIONAL_EDUCATION]
    header = ["ИНН", "КПП", "Наименование ОО", "Обучающихся", "Педагогических работников", "Руководителей", "Родителей"]
    earlier: list[list[Cell]] = []
    for year in STUDENTS_BY_YEAR:
        day = date(year, 12, 31)
        teachers = district().teachers_at(day)
        students = students_of(year)
        parents = apportion(round(sum(students) * PARENTS_PER_STUDENT), [float(count) for count in students])
        for unit, learners, relatives in zip(units(), students, parents, strict=True):
            staff = [teachers[unit.code], unit.counts["leaders"]]
            earlier.append([day, unit.inn, unit.kpp, unit.name, learners, *staff, relatives])
        extra = [ADDITIONAL_EDUCATION_STUDENTS, ADDITIONAL_EDUCATION_TEACHERS, 1, None]
        earlier.append([day, additional["inn"], additional["kpp"], additional["short_name"], *extra])
        totals: list[Cell] = [grouped(sum(students)), str(sum(teachers.values())), "17", grouped(sum(parents))]
        earlier.append([None, None, None, f"Итого по школам за {year} год", *totals])
        earlier.append([None] * 8)
    titles = ["Контингент и кадры образовательных организаций Енисейского района", "за 2020-2023 годы, на конец года"]
    write_csv(folder / "headcount_2020_2023.csv", Table(["Дата", *header], earlier, titles))
    columns = ("students", "teachers", "leaders", "parents")
    rows: list[list[Cell]] = [
        [int(unit.inn), int(unit.kpp), unit.name, *(unit.counts[column] for column in columns)] for unit in units()
    ]
    rows.append(["Итого по школам", None, None, grouped(2500), "479", "17", grouped(4000)])
    rows.append([None] * 7)
    extra = [ADDITIONAL_EDUCATION_STUDENTS, ADDITIONAL_EDUCATION_TEACHERS, 1, None]
    rows.append([int(additional["inn"]), int(additional["kpp"]), additional["short_name"], *extra])
    upper = ["ИНН", "КПП", "Наименование ОО", *["Численность, человек"] * 4]
    titles = ["Контингент и кадры образовательных организаций Енисейского района", "по состоянию на 31.12.2024"]
    write_xlsx(folder / "headcount_2024.xlsx", Table(["", "", "", *header[3:]], rows, titles, upper), "Численность")


def staff_table(staff: list[Employment], titles: list[str]) -> Table:
    """Staff without names; every third СНИЛС is written as bare digits."""
    header = ["СНИЛС", "ИНН", "КПП", "Организация", "Должность", "Категория", "Принят", "Уволен"]
    rows: list[list[Cell]] = []
    lines = sorted(staff, key=lambda line: (line.inn, line.kpp, line.hired, line.person.snils))
    for number, line in enumerate(lines):
        digits = line.person.snils.replace("-", "").replace(" ", "")
        place: list[Cell] = [digits if number % 3 == 0 else line.person.snils, line.inn, line.kpp, line.name]
        post: list[Cell] = [line.position, line.category, line.hired, line.dismissed]
        rows.append([*place, *post, "да" if line.is_external else "нет"])
    return Table([*header, "Внешний совместитель"], rows, titles)


def staff(path: Path) -> None:
    """The district's staff."""
    titles = ["Кадры образовательных организаций Енисейского района", "по состоянию на 31.12.2024"]
    write_csv(path, staff_table(district().staff, titles))


def equipment(folder: Path) -> None:
    """Deliveries of the project, matched by name; deliveries that change nothing, matched by ИНН."""
    header = ["Муниципалитет", "Наименование ОО", "Дата акта", "Наименование оборудования", "Единица измерения"]
    rows: list[list[Cell]] = []
    other: list[list[Cell]] = []
    for row in figures.rows("deliveries"):
        if not row["file"].startswith("yeniseisk"):
            continue
        day: list[Cell] = [row["written_name"], date.fromisoformat(row["date"])]
        item: list[Cell] = [row["item"], row["unit"], int(row["quantity"]), row["programme"] or None]
        if row["file"] == "yeniseisk":
            rows.append([PLACE[1], *day, *item])
        else:
            other.append([organisation_by_code()[row["org_id"]]["inn"], *day, *item])
    titles = ["Сведения о поставках оборудования в рамках внедрения ЦОС", "за 2020-2024 годы"]
    write_xlsx(folder / "equipment_2020_2024.xlsx", Table([*header, "Кол-во", "Программа"], rows, titles), "Поставки")
    header = ["ИНН", "Организация", "Дата акта", "Позиция", "Единица", "Количество", "Проект"]
    write_csv(folder / "equipment_2022_other.csv", Table(header, other), "utf-8-sig")


def speed(path: Path) -> None:
    """Speed by head and site; two names as misspelt in the document, found by their ИНН."""
    known = {unit.code: unit for unit in units()}
    rows: list[list[Cell]] = []
    for row in figures.rows("speeds"):
        if row["territory"] == "yeniseisk":
            line: list[Cell] = [known[row["unit"]].inn, row["written_name"], date.fromisoformat(row["date"])]
            link: list[Cell] = [row["speed"], row["provider"], row["connection_type"], row["guaranteed"]]
            rows.append([PLACE[1], *line, *link])
    header = ["Район", "ИНН", "Наименование ОО", "Дата", "Скорость, Мбит/с", "Провайдер", "Тип подключения"]
    titles = ["Мониторинг скорости доступа к сети Интернет", "Енисейский район, по состоянию на 01.12.2024"]
    write_xlsx(path, Table([*header, "Гарантированный трафик"], rows, titles), "Интернет")


def plans(path: Path) -> None:
    """The plans of the collegium decision, each with its line."""
    header = ["Показатель", "Год", "План", "Единица", "Область", "Субъект", "Муниципалитет", "Документ"]
    rows: list[list[Cell]] = []
    for row in plan_rows("yeniseisk"):
        value: list[Cell] = [row["indicator_code"], int(row["year"]), row["plan"], row["unit"], row["scope"]]
        source: list[Cell] = [row["document"], row["document_date"], row["clause"]]
        rows.append([*value, *PLACE, *source])
    titles = ["Плановые значения показателей Соглашения"]
    write_xlsx(path, Table([*header, "Дата документа", "Пункт"], rows, titles), "План")


def write(folder: Path) -> None:
    """All files of this module."""
    registry(folder / "registry_yeniseisk.xlsx")
    headcount(folder)
    staff(folder / "staff.csv")
    equipment(folder)
    speed(folder / "connectivity_2024-12-01.xlsx")
    plans(folder / "plan_2024.xlsx")
