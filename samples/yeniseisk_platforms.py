"""Yeniseisk district: registrations, activity, the person journal and coverage by services."""

import random
from datetime import date, timedelta
from pathlib import Path

from samples.figures import Unit, apportion, entities, organisation_by_code, units
from samples.writers import Cell, Table, write_csv, write_xlsx
from samples.yeniseisk import PLACE, SENDER, TERRITORY, students_of
from samples.yeniseisk_staff import ADDITIONAL_EDUCATION, ADDITIONAL_EDUCATION_TEACHERS, YEAR_END, district

ROLE_COLUMNS = {"педагог": "teachers", "обучающийся": "students"}
SHARE_CONFIRMED = 0.95
JOURNAL_SEED = 1024
JOURNAL_TEACHERS = 60
JOURNAL_DAYS = 5
MISSPELT = "МБОУ Новоазимовская СОШ № 4"
MISSPELT_UNIT = "E11"


def registration_long(path: Path) -> None:
    """«Моя школа» at 1 December 2024: one block a role, sites under their heads, a total after each block."""
    header = ["№ п/п", "Регион", "Муниципальное образование", "ИНН", "КПП", "Наименование ОО", "Роль"]
    header += ["Численность", "Зарегистрировано", "Подтверждено"]
    additional = organisation_by_code()[ADDITIONAL_EDUCATION]
    rows: list[list[Cell]] = []
    number = 0

    def add(unit: Unit, role: str, headcount: int, registered: int) -> None:
        nonlocal number
        number += 1
        row: list[Cell] = [number, *PLACE, unit.inn, unit.kpp, unit.name, role]
        rows.append([*row, headcount, registered, int(registered * SHARE_CONFIRMED)])

    for role, column in ROLE_COLUMNS.items():
        for unit in units():
            if unit.is_site and unit.code.endswith("-1"):
                rows.append([None, None, None, None, None, "в том числе филиалы:", *[None] * 4])
            add(unit, role, unit.counts[column], unit.counts[f"{column}_registered"])
        total = [sum(unit.counts[name] for unit in units()) for name in (column, f"{column}_registered")]
        rows.append([None, "Итого по району", None, None, None, None, role, *total, None])
        rows.append([None] * len(header))
        rows.append(list(header))
    for unit in entities():
        add(unit, "организация", 1, 1)
    add(
        Unit(
            ADDITIONAL_EDUCATION,
            ADDITIONAL_EDUCATION,
            False,
            additional["inn"],
            additional["kpp"],
            additional["short_name"],
            {},
        ),
        "педагог",
        ADDITIONAL_EDUCATION_TEACHERS,
        ADDITIONAL_EDUCATION_TEACHERS,
    )
    titles = ["Отчёт о регистрации в ФГИС «Моя школа»", "Система: ФГИС «Моя школа»", "по состоянию на 01.12.2024"]
    write_xlsx(path, Table(header, rows, [*titles, SENDER]), "Регистрация")


def registration_wide(path: Path) -> None:
    """«Моя школа» at 1 December 2023: one row an organisation, sites counted inside, a merged header."""
    upper = ["№ п/п", "ИНН", "Наименование организации", *["Педагоги"] * 2, *["Обучающиеся"] * 2]
    upper += ["Руководители"] * 2
    lower = ["", "", "", *["Всего", "Зарегистрировано"] * 3]
    staff = district().teachers_at(date(2023, 12, 31))
    students = dict(zip((unit.code for unit in units()), students_of(2023), strict=True))
    rows: list[list[Cell]] = []
    totals = [0] * 6
    for number, whole in enumerate(entities(), 1):
        members = [unit.code for unit in units() if unit.organisation == whole.organisation]
        teachers, learners = sum(staff[code] for code in members), sum(students[code] for code in members)
        counts = [teachers, round(teachers * 0.8), learners, round(learners * 0.25), 1, 1]
        totals = [total + count for total, count in zip(totals, counts, strict=True)]
        rows.append([number, whole.inn, whole.name, *counts])
    rows.append([None, None, "Итого", *totals])
    titles = ["Регистрация участников образовательных отношений", "Система: Моя школа", "по состоянию на 01.12.2023"]
    write_xlsx(path, Table(lower, rows, titles, upper), "Свод")


def active(members: list[Unit], column: str, share: float) -> list[int]:
    """Active people by unit, the figures of December 2024 scaled by `share`."""
    counts = [unit.counts[column] for unit in members]
    return counts if share == 1 else apportion(round(sum(counts) * share), [float(count) for count in counts])


def headcounts(members: list[Unit], column: str, year: int) -> list[int]:
    """Headcount by unit at the end of the year, so that a platform file agrees with the headcount file."""
    if year == YEAR_END.year:
        return [unit.counts[column] for unit in members]
    teachers = district().teachers_at(date(year, 12, 31))
    by_unit = dict(zip((unit.code for unit in units()), students_of(year), strict=True))
    source = teachers if column == "teachers" else by_unit
    return [source[unit.code] for unit in members]


def activity_my_school(path: Path, first: date, last: date, share: float) -> None:
    """«Моя школа», sites in their own rows, the period in columns."""
    header = ["Платформа", "Период с", "Период по", "ИНН", "КПП", "Организация", "Роль", "Численность", "Активных"]
    rows: list[list[Cell]] = []
    for role, column in ROLE_COLUMNS.items():
        members = list(units())
        everyone = headcounts(members, column, last.year)
        busy = active(members, f"my_school_{column}_active", share)
        for unit, headcount, count in zip(members, everyone, busy, strict=True):
            row: list[Cell] = ["ФГИС МШ", first, last, unit.inn, unit.kpp, unit.name, role]
            rows.append([*row, headcount, min(count, headcount)])
        rows.append(["Итого", None, None, None, None, None, role, sum(everyone), sum(busy)])
    titles = ["Активность пользователей ФГИС «Моя школа»", SENDER]
    write_xlsx(path, Table(header, rows, titles), "Активность")


def activity_sferum(path: Path, first: date, last: date, share: float) -> None:
    """Сферум: whole organisations, the period in a title line, Windows text."""
    header = ["Система", "ИНН", "Наименование ОО", "Роль", "Численность", "Активных", "Сообщений", "Звонков"]
    rows: list[list[Cell]] = []
    for role, column in ROLE_COLUMNS.items():
        members = entities()
        busy = active(members, f"sferum_{column}_active", share)
        for unit, count in zip(members, busy, strict=True):
            row: list[Cell] = ["ИКОП «Сферум»", unit.inn, unit.name, role, unit.counts[column], count]
            rows.append([*row, count * 9, count // 2, f"{count * 11},5" if count else "0", 1 + count // 4])
        total: list[Cell] = ["Итого по району", None, None, role, sum(unit.counts[column] for unit in members)]
        rows.append([*total, sum(busy), *[None] * 4])
    titles = ["Отчёт об активности в ИКОП «Сферум»", f"за период с {first:%d.%m.%Y} по {last:%d.%m.%Y}"]
    write_csv(path, Table([*header, "Минут звонков", "Учебных чатов"], rows, titles))


def activity_sferum_2023(path: Path) -> None:
    """December 2023: one school without ИНН under the misspelt name of the document waits for the steward."""
    rows: list[list[Cell]] = []
    staff = district().teachers_at(date(2023, 12, 31))
    for whole in entities():
        members = [unit.code for unit in units() if unit.organisation == whole.organisation]
        misspelt = whole.organisation == MISSPELT_UNIT
        name = MISSPELT if misspelt else whole.name
        count = whole.counts["sferum_teachers_active"] // 2
        rows.append([None if misspelt else whole.inn, name, "педагог", sum(staff[code] for code in members), count])
    header = ["ИНН", "Школа", "Роль", "Численность", "Активных"]
    lines: list[list[Cell]] = [["СФЕРУМ", TERRITORY["municipality"], *row] for row in rows]
    titles = ["Активность педагогов в Сферум", "за период с 01.12.2023 по 31.12.2023"]
    write_csv(path, Table(["Система", "Район", *header], lines, titles), "utf-8-sig")


def activity_fragment(path: Path) -> None:
    """A piece of a report that names no municipality: «СОШ № 4» alone is nobody's name."""
    known = organisation_by_code()["E09"]
    rows: list[list[Cell]] = [
        ["Сферум", known["inn"], known["short_name"], "педагог", 4],
        ["Сферум", None, "СОШ № 4", "педагог", 2],
    ]
    titles = ["Активность в Сферум за период с 01.11.2023 по 30.11.2023"]
    write_csv(path, Table(["Система", "ИНН", "Организация", "Роль", "Активных"], rows, titles))


def journal(path: Path) -> None:
    """The journal of one month with СНИЛС: hashed on reading, never kept."""
    rng = random.Random(JOURNAL_SEED)
    first, last = date(2024, 10, 1), date(2024, 10, 31)
    teachers = [
        line
        for line in district().staff
        if line.category == "педагог" and not line.is_external and line.unit != ADDITIONAL_EDUCATION
    ]
    present = [line for line in teachers if line.covers(first) and line.covers(last)]
    events: list[tuple[date, list[Cell]]] = []
    for line in rng.sample(present, JOURNAL_TEACHERS):
        for offset in sorted(rng.sample(range((last - first).days + 1), JOURNAL_DAYS)):
            calls = rng.randrange(3)
            counts: list[Cell] = [rng.randrange(1, 25), calls, calls * rng.randrange(5, 40)]
            day = first + timedelta(days=offset)
            events.append((day, ["Сферум", day, line.person.snils, line.inn, "учитель", *counts]))
    events.sort(key=lambda event: event[0])
    header = ["Система", "Дата", "СНИЛС", "ИНН", "Роль", "Сообщений", "Звонков", "Минут звонков"]
    write_csv(path, Table(header, [row for _, row in events]), "utf-8-sig")


def coverage(path: Path) -> None:
    """КИАСУО at 1 December 2024: access of parents and learning plans of students."""
    services = (
        ("доступ родителей", "родитель", "parents", "parent_access"),
        ("индивидуальный учебный план", "обучающийся", "students", "learning_plan"),
    )
    rows: list[list[Cell]] = []
    for service, role, column, covered in services:
        rows += [
            ["КИАСУО", whole.inn, whole.name, service, role, whole.counts[column], whole.counts[covered]]
            for whole in entities()
        ]
    header = ["Система", "ИНН", "Организация", "Услуга", "Роль", "Численность", "Охвачено"]
    titles = ["Охват услугами электронного журнала и дневника", "по состоянию на 01.12.2024"]
    write_csv(path, Table(header, rows, titles), "utf-8-sig", ",")


def write(folder: Path) -> None:
    """All files of this module."""
    registration_long(folder / "my_school_registration_2024-12-01.xlsx")
    registration_wide(folder / "my_school_registration_2023-12-01.xlsx")
    november, december = (date(2024, 11, 1), date(2024, 11, 30)), (date(2024, 12, 1), YEAR_END)
    activity_my_school(folder / "my_school_activity_2023-12.xlsx", date(2023, 12, 1), date(2023, 12, 31), 0.6)
    activity_my_school(folder / "my_school_activity_2024-11.xlsx", *november, 0.9)
    activity_my_school(folder / "my_school_activity_2024-12.xlsx", *december, 1)
    activity_sferum(folder / "sferum_activity_2024-11.csv", *november, 0.85)
    activity_sferum(folder / "sferum_activity_2024-12.csv", *december, 1)
    activity_sferum_2023(folder / "sferum_activity_2023-12.csv")
    activity_fragment(folder / "sferum_activity_2023-11_fragment.csv")
    journal(folder / "sferum_journal_2024-10.csv")
    coverage(folder / "kiasuo_coverage_2024-12-01.csv")
