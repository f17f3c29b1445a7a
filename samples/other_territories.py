"""Kemerovo district, Kovrov, Tula and Zima: small sets, each in formats of its own."""

from datetime import date
from pathlib import Path

from samples import figures
from samples.figures import apportion, organisation_by_code
from samples.published_values import plans
from samples.writers import Cell, Table, grouped, write_csv, write_ods, write_xls, write_xlsx, write_zip

KEMEROVO_WRONG_INN = {2: "4250900000"}
KEMEROVO_WRONG_STUDENTS = {7: "-120", 11: "около 150"}
"""By place in the file: an ИНН whose check digit is wrong, numbers of students that cannot be."""
KEMEROVO_SPEED_DAY = date(2022, 12, 1)
UNKNOWN_SCHOOL = "Школа посёлка при станции"
KOVROV_STUDENTS = 14_266
KOVROV_DAY = "20.09.2022"
EDO_SYSTEM = "АИС «Портал дистанционного и электронного обучения»"


def registry(territory: str, titles: list[str] | None = None) -> Table:
    """A plain registry of one territory; the short name only where the documents have two."""
    place = figures.territory(territory)
    organisations = figures.organisations(territory)
    has_short = any(row["short_name"] for row in organisations)
    header = ["Субъект РФ", "Муниципалитет", "ОКТМО", "ИНН", "КПП", "ОГРН", "Полное наименование"]
    header += ["Краткое наименование"] if has_short else []
    rows: list[list[Cell]] = []
    for row in organisations:
        codes: list[Cell] = [row["inn"], row["kpp"], row["ogrn"], row["full_name"]]
        names: list[Cell] = [row["short_name"]] if has_short else []
        kind: list[Cell] = [row["type"], row["is_general_education"], row["locality"]]
        rows.append([place["region"], place["municipality"], place["oktmo"], *codes, *names, *kind, row["programmes"]])
    header += ["Тип организации", "Общеобразовательная", "Местность", "Реализует программы"]
    return Table(header, rows, titles or [])


def kemerovo(folder: Path) -> None:
    """23 organisations; the deliveries of 2020 under the joined names of the document, without ИНН."""
    place = figures.territory("kemerovo")
    write_csv(folder / "registry_kemerovo.csv", registry("kemerovo", ["Сеть образовательных организаций округа"]))
    rows: list[list[Cell]] = [
        [place["municipality"], row["written_name"], int(row["date"]), row["item"], row["unit"], int(row["quantity"])]
        for row in figures.rows("deliveries")
        if row["file"] == "kemerovo"
    ]
    header = ["Муниципальное образование", "ОО", "Год поставки", "Наименование оборудования", "Единица", "Кол-во"]
    write_csv(folder / "equipment_2020.csv", Table(header, rows, ["Поставка оборудования ЦОС"]))
    write_xlsx(folder / "plan_2022_2024.xlsx", plans("kemerovo"), "План")
    _kemerovo_with_errors(folder)


def _kemerovo_with_errors(folder: Path) -> None:
    """What a steward meets: three rows of a headcount that are rejected, and a school under a name nobody knows.

    The district is complete but for them: all 18 schools stand in both files.
    """
    schools = [row for row in figures.organisations("kemerovo") if row["is_general_education"] == "да"]
    heads: list[list[Cell]] = []
    speeds: list[list[Cell]] = []
    for number, row in enumerate(schools):
        students: Cell = KEMEROVO_WRONG_STUDENTS.get(number, 120 + 11 * ((number * 5) % 7))
        inn = KEMEROVO_WRONG_INN.get(number, row["inn"])
        heads.append([inn, row["full_name"], students, 12 + (number * 3) % 5])
        speeds.append([row["inn"], row["full_name"], KEMEROVO_SPEED_DAY, "10" if number % 6 == 5 else "100"])
    speeds[-1][:2] = [None, UNKNOWN_SCHOOL]
    titles = ["Численность общеобразовательных организаций округа", "по состоянию на 31.12.2022"]
    header = ["ИНН", "Образовательная организация", "Обучающихся", "Педагогических работников"]
    write_csv(folder / "headcount_2022-12-31.csv", Table(header, heads, titles))
    place = figures.territory("kemerovo")["municipality"]
    header = ["Муниципалитет", "ИНН", "Организация", "Дата", "Скорость"]
    write_csv(folder / "connectivity_2022-12-01.csv", Table(header, [[place, *row] for row in speeds]))


def kovrov(folder: Path) -> None:
    """18 general-education organisations; thousands parted by no-break spaces; deliveries in a ZIP of CSV files."""
    place = figures.territory("kovrov")
    write_csv(folder / "registry_kovrov.csv", registry("kovrov"), "utf-8-sig", ",")
    schools = [row for row in figures.organisations("kovrov") if row["type"] == "СОШ"]
    weights = [1.0 + 0.45 * ((number * 5) % 7 - 3) / 3 for number in range(len(schools))]
    students = apportion(KOVROV_STUDENTS, weights)
    heads: list[list[Cell]] = []
    covered: list[list[Cell]] = []
    for row, count in zip(schools, students, strict=True):
        heads.append([row["inn"], row["full_name"], grouped(count)])
        enrolment: list[Cell] = ["зачисление в систему ЭДО", grouped(count), grouped(count)]
        covered.append([place["municipality"], row["inn"], row["full_name"], *enrolment])
    heads.append([None, "Итого", grouped(KOVROV_STUDENTS)])
    covered.append([None, None, "Итого", None, grouped(KOVROV_STUDENTS), grouped(KOVROV_STUDENTS)])
    titles = ["Численность обучающихся общеобразовательных организаций города Коврова"]
    table = Table(["ИНН", "Образовательная организация", "Обучающихся"], heads)
    table.titles = [*titles, f"по состоянию на {KOVROV_DAY}"]
    write_xlsx(folder / "headcount_2022-09-20.xlsx", table, "Контингент")
    titles = ["Зачисление учащихся", f"Система: {EDO_SYSTEM}", f"по состоянию на {KOVROV_DAY}"]
    header = ["Муниципалитет", "ИНН", "Наименование ОО", "Услуга", "Численность", "Охвачено"]
    write_csv(folder / "edo_enrolment_2022-09-20.csv", Table(header, covered, titles))
    write_zip(folder / "equipment_2020_2022.zip", _kovrov_deliveries())


def _kovrov_deliveries() -> dict[str, Table]:
    header = ["ИНН", "Организация", "Дата акта", "Позиция", "Ед. изм", "Количество", "Программа", "Стоимость"]
    years: dict[str, Table] = {}
    for row in figures.rows("deliveries"):
        if row["file"] != "kovrov":
            continue
        day = date.fromisoformat(row["date"])
        table = years.setdefault(f"equipment_{day.year}.csv", Table(header, []))
        line: list[Cell] = [organisation_by_code()[row["org_id"]]["inn"], row["written_name"], day, row["item"]]
        table.rows.append([*line, row["unit"], int(row["quantity"]), row["programme"], row["cost"]])
    return dict(sorted(years.items()))


def tula(folder: Path) -> None:
    """One organisation: six lines in two units that are never added, and a speed without an upper bound."""
    place = figures.territory("tula")
    write_csv(folder / "registry_tula.tsv", registry("tula"), "utf-16-le", "\t")
    rows: list[list[Cell]] = []
    for row in figures.rows("deliveries"):
        if row["file"] == "tula":
            item: list[Cell] = [row["item"], row["model"] or None, row["unit"], int(row["quantity"]), row["programme"]]
            rows.append([len(rows) + 1, place["municipality"], row["written_name"], int(row["date"]), *item])
    header = ["№ п/п", "Муниципалитет", "Школа", "Год поставки", "Наименование оборудования", "Модель"]
    titles = ["Компьютерное оборудование, полученное при внедрении целевой модели ЦОС"]
    table = Table([*header, "Единица измерения", "Кол-во", "Проект"], rows, titles)
    write_xlsx(folder / "equipment_2019.xlsx", table, "Оборудование")
    write_xls(folder / "connectivity_2022.xls", _speed("tula"))


def _speed(territory: str) -> Table:
    place = figures.territory(territory)
    header = ["Муниципалитет", "Организация", "Дата", "Скорость", "Провайдер", "Тип подключения"]
    rows: list[list[Cell]] = []
    for row in figures.rows("speeds"):
        if row["territory"] == territory:
            link: list[Cell] = [row["speed"], row["provider"], row["connection_type"]]
            rows.append([place["municipality"], row["written_name"], date.fromisoformat(row["date"]), *link])
    return Table(header, rows)


def zima(folder: Path) -> None:
    """Nine organisations; plans written «1/9»; a speed of 1 January 2019, which belongs to 2018."""
    write_ods(folder / "registry_zima.ods", registry("zima", ["Перечень общеобразовательных организаций"]), "Реестр")
    write_xlsx(folder / "plan_2020_2024.xlsx", plans("zima"), "План")
    write_csv(folder / "connectivity_2019-01-01.csv", _speed("zima"))


def write(folder: Path) -> None:
    """All files of the four territories."""
    kemerovo(folder / "kemerovo")
    kovrov(folder / "kovrov")
    tula(folder / "tula")
    zima(folder / "zima")
