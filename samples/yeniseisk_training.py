"""ФИС ФРДО exports: the 38-column template with M/d/yy dates, and the 40-column one."""

from datetime import date
from pathlib import Path

from samples.writers import Cell, Table, write_csv, write_xlsx
from samples.yeniseisk_staff import Course, Employment, district

QUALIFICATION = "Дополнительная профессиональная программа (повышение квалификации/ профессиональная переподготовка)"
COMMON_MIDDLE = [
    QUALIFICATION,
    "Наименование дополнительной профессиональной программы",
    "Наименование области профессиональной деятельности",
    "Укрупненные группы специальностей",
    "Наименование квалификации, профессии, специальности",
    "Уровень образования ВО/СПО",
    "Фамилия указанная в дипломе о ВО или СПО",
    "Серия документа о ВО/СПО",
    "Номер документа о ВО/СПО",
    "Год начала обучения (для документа о квалификации)",
    "Год окончания обучения (для документа о квалификации)",
    "Срок обучения, часов (для документа о квалификации)",
    "Фамилия получателя",
    "Имя получателя",
]
COMMON_TAIL = [
    "Дата рождения получателя",
    "Пол получателя",
    "СНИЛС",
    "Форма обучения",
    "Источник финансирования обучения",
    "Форма получения образования на момент прекращения образовательных отношений",
    "Гражданство получателя (код страны по ОКСМ)",
    "Наименование документа об образовании (оригинала)",
    "Серия (оригинала)",
    "Номер (оригинала)",
    "Регистрационный N (оригинала)",
    "Дата выдачи (оригинала)",
    "Фамилия получателя (оригинала)",
    "Имя получателя (оригинала)",
    "Отчество получателя (оригинала)",
    "Номер документа для изменения",
]
DOCUMENT = ["Серия документа", "Номер документа", "Дата выдачи документа"]
CONFIRMATIONS = ["Подтверждение утраты", "Подтверждение обмена", "Подтверждение уничтожения"]
TEMPLATE_40 = [
    "Вид документа",
    "Статус документа",
    *CONFIRMATIONS,
    *DOCUMENT,
    "Регистрационный номер",
    *COMMON_MIDDLE,
    "Отчество получателя",
    *COMMON_TAIL,
]
TEMPLATE_38 = [
    "Вид документа",
    "Статус документа",
    "Подтверждение утраты / обмена / уничтожения",
    *DOCUMENT,
    "Регистрационный номер документа",
    *COMMON_MIDDLE,
    "Отчество получателя (при наличии)",
    *COMMON_TAIL,
]
EMPLOYER = "ИНН организации"
SERIES = "ПК24"


def month_first(day: date) -> str:
    """The date as the 38-column template writes it: 3/14/21."""
    return f"{day.month}/{day.day}/{day:%y}"


def day_first(day: date) -> str:
    """The date as text in the 40-column template."""
    return f"{day:%d.%m.%Y}"


def document_number(course: Course) -> str:
    """A number with leading zeros, unique over all years."""
    return f"{course.number:06d}"


def record(course: Course, moment: dict[date, Cell], employer: str) -> dict[str, Cell]:
    """What either template says about a document, by header."""
    person, diploma, original = course.person, course.kind == "diploma", course.original
    is_copy = original is not None
    confirmed = "Да" if is_copy else "Нет"
    programme = "Профессиональная переподготовка" if diploma else "Повышение квалификации"
    answer: dict[str, Cell] = {
        "Вид документа": "Диплом о профессиональной переподготовке"
        if diploma
        else "Удостоверение о повышении квалификации",
        "Статус документа": "Дубликат" if is_copy else "Оригинал",
        "Подтверждение утраты": confirmed,
        "Подтверждение обмена": "Нет",
        "Подтверждение уничтожения": "Нет",
        "Подтверждение утраты / обмена / уничтожения": confirmed,
        "Серия документа": SERIES,
        "Номер документа": document_number(course),
        "Дата выдачи документа": moment[course.issued],
        "Регистрационный номер": f"{course.issued.year}-{course.number}",
        "Регистрационный номер документа": f"{course.issued.year}-{course.number}",
        QUALIFICATION: programme,
        "Наименование дополнительной профессиональной программы": course.title,
        "Наименование области профессиональной деятельности": "Образование и наука",
        "Уровень образования ВО/СПО": "Высшее образование",
        "Фамилия указанная в дипломе о ВО или СПО": person.surname,
        "Год начала обучения (для документа о квалификации)": course.issued.year,
        "Год окончания обучения (для документа о квалификации)": course.issued.year,
        "Срок обучения, часов (для документа о квалификации)": course.hours,
        "Фамилия получателя": person.surname,
        "Имя получателя": person.first_name,
        "Отчество получателя": person.patronymic,
        "Отчество получателя (при наличии)": person.patronymic,
        "Дата рождения получателя": moment[person.birth_date],
        "Пол получателя": "Муж" if person.is_male else "Жен",
        "СНИЛС": person.snils,
        "Форма обучения": "Заочная",
        "Источник финансирования обучения": "Бюджетное обучение",
        "Форма получения образования на момент прекращения образовательных отношений": "В образовательной организации",
        "Гражданство получателя (код страны по ОКСМ)": "643",
        EMPLOYER: employer,
    }
    if original is not None:
        answer |= {
            "Наименование документа об образовании (оригинала)": "Удостоверение о повышении квалификации",
            "Серия (оригинала)": SERIES,
            "Номер (оригинала)": document_number(original),
            "Дата выдачи (оригинала)": moment[original.issued],
            "Фамилия получателя (оригинала)": person.surname,
            "Имя получателя (оригинала)": person.first_name,
            "Отчество получателя (оригинала)": person.patronymic,
        }
    return answer


def employer_at(staff: list[Employment], course: Course) -> str:
    """ИНН of the main employer on the day the document was issued, else of any employer."""
    lines = [line for line in staff if line.person == course.person and line.covers(course.issued)]
    return min(lines, key=lambda line: line.is_external).inn


def table(courses: list[Course], header: list[str], style: str, staff: list[Employment]) -> Table:
    """A sheet of one template; `style` says how dates are written: text, cells, or M/d/yy."""
    rows: list[list[Cell]] = []
    for course in courses:
        days = [course.issued, course.person.birth_date, *([course.original.issued] if course.original else [])]
        write = {"cells": lambda day: day, "month_first": month_first, "text": day_first}[style]
        answer = record(course, {day: write(day) for day in days}, employer_at(staff, course))
        rows.append([answer.get(column) for column in header])
    return Table(header, rows)


def write(folder: Path) -> None:
    """One file a year; 2021 is the CSV of the 38-column template, 2024 carries the employer's ИНН."""
    by_year: dict[int, list[Course]] = {}
    for course in sorted(district().courses, key=lambda each: (each.issued, each.number)):
        by_year.setdefault(course.issued.year, []).append(course)
    staff = district().staff
    write_xlsx(folder / "frdo_2020.xlsx", table(by_year[2020], TEMPLATE_38, "month_first", staff), "Шаблон")
    write_csv(folder / "frdo_2021.csv", table(by_year[2021], TEMPLATE_38, "month_first", staff), "utf-8-sig")
    write_xlsx(folder / "frdo_2022.xlsx", table(by_year[2022], TEMPLATE_40, "text", staff), "Шаблон")
    write_xlsx(folder / "frdo_2023.xlsx", table(by_year[2023], TEMPLATE_40, "cells", staff), "Шаблон")
    write_xlsx(folder / "frdo_2024.xlsx", table(by_year[2024], [*TEMPLATE_40, EMPLOYER], "text", staff), "Шаблон")
