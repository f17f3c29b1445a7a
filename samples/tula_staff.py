"""The generated staff of Tula's centre of education and its courses on the digital environment."""

import random
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path

from samples.figures import organisation_by_code
from samples.people import People
from samples.writers import write_csv, write_xlsx
from samples.yeniseisk import staff_table
from samples.yeniseisk_staff import TEACHER_POSITIONS, Course, Employment
from samples.yeniseisk_training import TEMPLATE_40, table

SEED = 20230424
ORGANISATION = "T01"
WRITTEN_NAME = "МБОУ ЦО №20"
TEACHERS = 46
LEADERS = ("Директор", "Заместитель директора", "Заместитель директора", "Заместитель директора")
OTHERS = ("Инженер-программист", "Заведующий библиотекой")
FIRST_NUMBER = 7001
"""Numbers of documents from here on are Yeniseisk's in no year."""

FIRST_COURSE = ("Современные тенденции развития образования в условиях информационного общества: цифровые ресурсы", 36)
SECOND_COURSE = (
    "Актуальные вопросы цифровизации образования: применение цифрового образовательного контента в обучении",
    36,
)
FIRST_GROUP, SECOND_GROUP = 4, 10
FIRST_PERIOD = (date(2022, 5, 16), date(2022, 6, 24))
SECOND_PERIOD = (date(2023, 1, 16), date(2023, 5, 26))


class School:
    """Staff and courses of one school, drawn in a fixed order from one seed."""

    def __init__(self) -> None:
        self.rng = random.Random(SEED)
        self.people = People(SEED + 1)
        self.courses: list[Course] = []
        teachers = [self._employ(self.rng.choice(TEACHER_POSITIONS), "педагог") for _ in range(TEACHERS)]
        leaders = [self._employ(position, "руководитель") for position in LEADERS]
        self.staff = [*teachers, *leaders, *(self._employ(position, "иной") for position in OTHERS)]
        trained = self.rng.sample(teachers, FIRST_GROUP + SECOND_GROUP)
        for number, line in enumerate(trained):
            is_first = number < FIRST_GROUP
            title, hours = FIRST_COURSE if is_first else SECOND_COURSE
            issued = self._day(*(FIRST_PERIOD if is_first else SECOND_PERIOD))
            self.courses.append(Course(line.person, issued, title, hours, FIRST_NUMBER + number))

    def _day(self, first: date, last: date) -> date:
        return first + timedelta(days=self.rng.randrange((last - first).days + 1))

    def _employ(self, position: str, category: str) -> Employment:
        row = organisation_by_code()[ORGANISATION]
        hired = self._day(date(2001, 8, 15), date(2021, 9, 1))
        place = (row["inn"], row["kpp"], WRITTEN_NAME, ORGANISATION)
        return Employment(self.people.new(), *place, position, category, hired)


@lru_cache
def school() -> School:
    """The school's staff and courses; always the same."""
    return School()


def write(folder: Path) -> None:
    """The staff and one file of the 40-column template for both years."""
    titles = ["Кадры МБОУ ЦО №20", "по состоянию на 31.08.2023"]
    write_csv(folder / "staff_2023.csv", staff_table(school().staff, titles), "utf-8-sig")
    courses = sorted(school().courses, key=lambda course: (course.issued, course.number))
    write_xlsx(folder / "frdo_2022_2023.xlsx", table(courses, TEMPLATE_40, "text", school().staff), "Шаблон")
