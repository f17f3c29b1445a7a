"""The generated staff of Yeniseisk district: who works where, since when, and who took which course."""

import random
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from samples import figures
from samples.figures import Unit
from samples.people import People, Person

SEED = 20241219
YEAR_END = date(2024, 12, 31)
YEARS = (2020, 2021, 2022, 2023, 2024)
TRAINED_BY_YEAR = {2020: 30, 2021: 50, 2022: 50, 2023: 50, 2024: 53}
"""First courses on the digital environment of the 233 teachers who are on the staff at the end of 2024."""

NEWCOMERS = {2021: 10, 2022: 12, 2023: 14, 2024: 12}
"""Teachers hired on 1 September of the year and still on the staff."""
TRAINED_NEWCOMERS = 10
LEAVERS = 30
TRAINED_LEAVERS = 14
TRANSFERS = 3
ADDITIONAL_EDUCATION = "E95"
ADDITIONAL_EDUCATION_TEACHERS = 14

TEACHER_POSITIONS = (
    "Учитель начальных классов",
    "Учитель математики",
    "Учитель русского языка и литературы",
    "Учитель истории и обществознания",
    "Учитель физики",
    "Учитель иностранного языка",
    "Учитель физической культуры",
    "Педагог-психолог",
    "Социальный педагог",
)


@dataclass(frozen=True)
class Employment:
    """One line of the staff export."""

    person: Person
    inn: str
    kpp: str
    name: str
    unit: str
    position: str
    category: str
    hired: date
    dismissed: date | None = None
    is_external: bool = False

    def covers(self, day: date) -> bool:
        """Whether the person works here on the day."""
        return self.hired <= day and (self.dismissed is None or self.dismissed >= day)


@dataclass(frozen=True)
class Course:
    """One document about training; `original` is the document that a «Дубликат» replaces."""

    person: Person
    issued: date
    title: str
    hours: int
    number: int
    kind: str = "course"
    original: "Course | None" = None


class District:
    """Staff and courses, drawn in a fixed order from one seed."""

    def __init__(self) -> None:
        self.rng = random.Random(SEED)
        self.people = People(SEED + 1)
        self.staff: list[Employment] = []
        self.courses: list[Course] = []
        self._programmes = figures.rows("programmes")
        self._number = 0
        self._hire()
        self._train()

    def _day(self, first: date, last: date) -> date:
        return first + timedelta(days=self.rng.randrange((last - first).days + 1))

    def _employ(self, person: Person, unit: Unit, hired: date, dismissed: date | None = None) -> Employment:
        line = Employment(
            person,
            unit.inn,
            unit.kpp,
            unit.name,
            unit.code,
            self.rng.choice(TEACHER_POSITIONS),
            "педагог",
            hired,
            dismissed,
        )
        self.staff.append(line)
        return line

    def _hire(self) -> None:
        places = [unit for unit in figures.units() for _ in range(unit.counts["teachers"])]
        newcomers = self.rng.sample(range(len(places)), sum(NEWCOMERS.values()))
        years = [year for year, count in NEWCOMERS.items() for _ in range(count)]
        hired_in = dict(zip(newcomers, years, strict=True))
        self.veterans: list[Employment] = []
        self.newcomers: list[Employment] = []
        for place, unit in enumerate(places):
            if place in hired_in:
                self.newcomers.append(self._employ(self.people.new(), unit, date(hired_in[place], 9, 1)))
            else:
                hired = self._day(date(1996, 8, 15), date(2019, 9, 2))
                self.veterans.append(self._employ(self.people.new(), unit, hired))
        self.leavers = [
            self._employ(
                self.people.new(),
                self.rng.choice(places),
                self._day(date(1996, 8, 15), date(2018, 9, 3)),
                self._day(date(2022, 1, 31), date(2024, 8, 31)),
            )
            for _ in range(LEAVERS)
        ]
        self._hire_leaders()
        self._hire_additional_education()
        self._hire_support()
        self._hire_externals()

    def _hire_leaders(self) -> None:
        self.leaders = []
        for unit in figures.units():
            if not unit.is_site:
                hired = self._day(date(2005, 8, 1), date(2019, 8, 31))
                line = Employment(
                    self.people.new(), unit.inn, unit.kpp, unit.name, unit.code, "Директор", "руководитель", hired
                )
                self.leaders.append(line)
                self.staff.append(line)

    def _hire_additional_education(self) -> None:
        row = figures.organisation_by_code()[ADDITIONAL_EDUCATION]
        self.additional = []
        for number in range(ADDITIONAL_EDUCATION_TEACHERS + 1):
            position, category = ("Директор", "руководитель") if number == 0 else ("Педагог ДО", "педагог")
            hired = self._day(date(2008, 8, 1), date(2019, 8, 31))
            line = Employment(
                self.people.new(),
                row["inn"],
                row["kpp"],
                row["short_name"],
                ADDITIONAL_EDUCATION,
                position,
                category,
                hired,
            )
            self.additional.append(line)
            self.staff.append(line)

    def _hire_support(self) -> None:
        heads = [unit for unit in figures.units() if not unit.is_site][:6]
        self.support = []
        for unit in heads:
            hired = self._day(date(2010, 8, 1), date(2019, 8, 31))
            line = Employment(
                self.people.new(), unit.inn, unit.kpp, unit.name, unit.code, "Инженер-программист", "иной", hired
            )
            self.support.append(line)
            self.staff.append(line)

    def _hire_externals(self) -> None:
        heads = {unit.organisation: unit for unit in figures.units() if not unit.is_site}
        outsiders = [self.people.new() for _ in range(3)]
        main_elsewhere = [line.person for line in self.veterans if line.unit == "E09"][:3]
        self.outsiders = []
        for person, code in zip([*outsiders, *main_elsewhere], ("E01", "E05", "E12", "E10", "E11", "E13"), strict=True):
            unit = heads[code]
            line = Employment(
                person,
                unit.inn,
                unit.kpp,
                unit.name,
                unit.code,
                self.rng.choice(TEACHER_POSITIONS),
                "педагог",
                date(2021, 9, 1),
                None,
                True,
            )
            self.staff.append(line)
            if person in outsiders:
                self.outsiders.append(line)

    def _course(self, person: Person, issued: date, *, about_environment: bool = True, kind: str = "course") -> Course:
        flag = "да" if about_environment else "нет"
        choice = [row for row in self._programmes if row["is_digital_environment"] == flag and row["kind"] == kind]
        programme = self.rng.choice(choice)
        self._number += 1
        course = Course(person, issued, programme["title"], int(programme["hours"]), self._number, kind)
        self.courses.append(course)
        return course

    def _in_year(self, year: int) -> date:
        return self._day(date(year, 2, 1), date(year, 12, 10))

    def _train(self) -> None:
        veterans = self.rng.sample(self.veterans, sum(TRAINED_BY_YEAR.values()) - TRAINED_NEWCOMERS)
        early_newcomers = [line for line in self.newcomers if line.hired.year < 2023]
        last = [*veterans[180:], *self.rng.sample(early_newcomers, TRAINED_NEWCOMERS)]
        first_courses: list[Course] = []
        start = 0
        for year, count in TRAINED_BY_YEAR.items():
            group = last if year == 2024 else veterans[start : start + count]
            first_courses += [self._course(line.person, self._in_year(year)) for line in group]
            start += count
        self._train_the_rest(veterans)
        early = [course for course in first_courses if course.issued.year <= 2022]
        for course in self.rng.sample(early, 15):
            self._course(course.person, self._in_year(self.rng.choice((2023, 2024))))
        for course in self.rng.sample(early, 6):
            self._duplicate(course)
        self._transfer({course.person.snils for course in early if course.issued.year == 2021})

    def _train_the_rest(self, trained: list[Employment]) -> None:
        """Courses that must not count: other topics, people who left, other staff and other organisations."""
        done = {line.person.snils for line in trained}
        untrained = [line for line in self.veterans if line.person.snils not in done]
        for line in [*self.rng.sample(untrained, 60), *self.rng.sample(trained, 12)]:
            self._course(line.person, self._in_year(self.rng.choice(YEARS)), about_environment=False)
        for line in self.rng.sample(untrained, 3):
            self._course(line.person, self._in_year(2022), about_environment=False, kind="diploma")
        for line in self.leavers[:TRAINED_LEAVERS]:
            self._course(line.person, self._in_year(self.rng.choice((2020, 2021))))
        for line in self.leaders:
            self._course(line.person, self._in_year(self.rng.choice((2020, 2021, 2022, 2023))), kind="leader")
        for line in [*self.additional[:6], self.support[0]]:
            self._course(line.person, self._in_year(self.rng.choice((2021, 2022, 2023))))
        for line in self.outsiders:
            self._course(line.person, self._in_year(2023))

    def _duplicate(self, course: Course) -> None:
        self._number += 1
        issued = self._in_year(self.rng.choice((2023, 2024)))
        self.courses.append(Course(course.person, issued, course.title, course.hours, self._number, original=course))

    def _transfer(self, candidates: set[str]) -> None:
        """Trained teachers who changed school inside the district keep their course at the new one."""
        heads = [unit for unit in figures.units() if not unit.is_site]
        movers = [line for line in self.veterans if line.person.snils in candidates][:TRANSFERS]
        for line in movers:
            old = next(unit for unit in reversed(heads) if unit.inn != line.inn)
            self.staff[self.staff.index(line)] = Employment(
                line.person,
                line.inn,
                line.kpp,
                line.name,
                line.unit,
                line.position,
                line.category,
                date(2023, 9, 1),
            )
            self._employ(line.person, old, line.hired, date(2023, 8, 31))

    def teachers_at(self, day: date) -> dict[str, int]:
        """Teachers by unit on a day, external part-timers left out."""
        counts = {unit.code: 0 for unit in figures.units()}
        for line in self.staff:
            if line.category == "педагог" and not line.is_external and line.unit in counts and line.covers(day):
                counts[line.unit] += 1
        return counts


@lru_cache
def district() -> District:
    """The district's staff and courses; always the same."""
    return District()
