"""Who owes which export, for which period, by which day: the rows of catalogues/calendar.yaml.

A duty is data, as a passport is: a region changes the project's duties and adds its own in
VITRINA_HOME/catalogues/calendar.yaml (docs/calendar.md). dbt makes due submissions of them (int_due_submission).
"""

import re
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from itertools import combinations
from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from schemas.catalogue import systems
from schemas.catalogue_file import Catalogue
from schemas.catalogue_rows import Population
from schemas.kinds import KINDS
from schemas.metadata_file import Code, Strict, Text, no_such
from schemas.regions import regions

Period = Literal["month", "quarter", "half_year", "year", "school_year", "once"]
COUNTRY = "RU"
MONTHS: Mapping[Period, int] = {"month": 1, "quarter": 3, "half_year": 6, "year": 12, "school_year": 12}
SCHOOL_YEAR_STARTS = 9
LABELS: Mapping[Period, tuple[str, str]] = {
    "month": (r"(\d{4})-(\d{2})", "2024-09"),
    "quarter": (r"(\d{4})-Q([1-4])", "2024-Q3"),
    "half_year": (r"(\d{4})-H([12])", "2024-H2"),
    "year": (r"(\d{4})", "2024"),
    "school_year": (r"(\d{4})/\d{4}", "2024/2025"),
    "once": (r"\d{4}-\d{2}-\d{2}", "2024-09-01"),
}
"""How a period is written, and an example. A duty that is owed once has a day instead."""
FIRST_YEAR, LAST_YEAR = 2010, 2100
MONTH_DAY = re.compile(r"^(\d{2})-(\d{2})$")
ORDINARY_YEAR = 2001
"""Not a leap year: 29 February is no day of every year."""


def _as_text(value: Any) -> Any:
    """YAML reads `2024` as a number and `2024-09-01` as a date."""
    return str(value) if isinstance(value, int | date) and not isinstance(value, bool) else value


def _day_of_a_year(value: Any) -> Any:
    found = MONTH_DAY.match(value) if isinstance(value, str) else None
    try:
        date(ORDINARY_YEAR, *map(int, found.groups() if found else (0, 0)))
    except ValueError as error:
        raise ValueError(f'«{value}» — ожидались месяц и число, которые есть в каждом году, вида "01-20"') from error
    return value


MonthDay = Annotated[str, BeforeValidator(_day_of_a_year)]
PeriodLabel = Annotated[str, BeforeValidator(_as_text)]


class Due(Strict):
    """The last day on which a submission is in time; exactly one of its keys is given."""

    days_after: Annotated[int, Field(ge=0, le=366)] | None = None
    """Days after the period's last day."""
    day: Annotated[int, Field(ge=1, le=31)] | None = None
    """Day of the month after the period; «31» is the last day of a shorter month."""
    month_day: MonthDay | None = None
    """The first such day after the period's end: a year's "01-20"."""
    within: MonthDay | None = None
    """Such a day inside the year: what stands on 20 September is due on "10-15"."""

    @model_validator(mode="after")
    def _says_one_day(self) -> Self:
        if len(self.model_fields_set) != 1:
            raise ValueError("нужен ровно один из ключей days_after, day, month_day, within")
        return self

    @property
    def rule(self) -> str:
        return next(iter(self.model_fields_set))

    @property
    def month_and_day(self) -> tuple[int | None, int | None]:
        """The month and the day that the rule names, where it names them."""
        found = MONTH_DAY.match(self.month_day or self.within or "")
        return (int(found[1]), int(found[2])) if found else (None, self.day)


class Duty(Strict):
    """One obligation to send an export."""

    code: Code
    kind: Text
    also: tuple[Text, ...] = ()
    """Kinds that fulfil the duty too: a log of activity stands in for its totals."""
    system: Text | None = None
    who: Literal["municipality", "region", "organisations"]
    population: Population = "general_education"
    """Of `organisations`: which."""
    period: Period
    due: Due | None = None
    since: PeriodLabel | None = None
    """The first period owed; without it, the first that anybody reported."""
    until: PeriodLabel | None = None
    territories: tuple[Text, ...] = ()
    """Codes of regions and ОКТМО that it binds; without them, all that the warehouse knows of."""
    in_force: bool = True
    """False in a region's file: it does not ask for this."""
    document: Text | None = None
    note: Text | None = None

    @model_validator(mode="after")
    def _holds_together(self) -> Self:
        for name in ("since", "until"):
            if getattr(self, name) is not None:
                self._span(name)
        if self.since and self.until and self.first_day > self.last_day:
            raise ValueError(f"since «{self.since}» позже until «{self.until}»")
        if self.due is None and self.period != "once":
            raise ValueError("не хватает ключа «due»: до какого дня сдают")
        if self.period == "once" and self.due and (self.due.rule != "days_after" or not self.since):
            raise ValueError("срок сдаваемого один раз — это since и due: {days_after: …}, либо ни того, ни другого")
        if self.due and self.due.rule == "within" and MONTHS.get(self.period) != MONTHS["year"]:
            raise ValueError("due / within бывает у года и учебного года: у более коротких периодов такого дня нет")
        if "population" in self.model_fields_set and self.who != "organisations":
            raise ValueError("population бывает только у who: organisations")
        return self

    @property
    def first_day(self) -> date:
        """Where the first period begins; the beginning of time when it is not said."""
        return self._span("since")[0] if self.since else date.min

    @property
    def last_day(self) -> date:
        """Where the last period ends."""
        return self._span("until")[1] if self.until else date.max

    @property
    def first_month(self) -> int:
        """The month in which its periods are numbered from."""
        return SCHOOL_YEAR_STARTS if self.period == "school_year" else 1

    def _span(self, name: str) -> tuple[date, date]:
        """First and last day of the period that a key names; raises ValueError when it names none."""
        text = getattr(self, name)
        pattern, example = LABELS[self.period]
        found = re.fullmatch(pattern, text)
        try:
            return _days_of(self.period, text, [int(part) for part in found.groups()] if found else [])
        except ValueError as error:
            raise ValueError(f"{name} «{text}» — ожидалось вида {example}") from error


def _days_of(period: Period, text: str, numbers: Sequence[int]) -> tuple[date, date]:
    if period == "once":
        day = date.fromisoformat(text)
        return day, day
    year, number = (*numbers, 1)[:2]
    if not FIRST_YEAR <= year <= LAST_YEAR or (period == "school_year" and text != f"{year}/{year + 1}"):
        raise ValueError(text)
    first = date(year, SCHOOL_YEAR_STARTS if period == "school_year" else (number - 1) * MONTHS[period] + 1, 1)
    after = first.month - 1 + MONTHS[period]
    return first, date(year + after // 12, after % 12 + 1, 1) - timedelta(days=1)


def duties_in_force(rows: Sequence[Mapping[str, Any]]) -> tuple[Duty, ...]:
    """The duties of a catalogue's rows that somebody owes."""
    return tuple(duty for duty in map(Duty.model_validate, rows) if duty.in_force)


def check_duties(rows: Sequence[Mapping[str, Any]]) -> None:
    """What must hold of all duties together; raises ValueError naming the duty and its key."""
    duties = duties_in_force(rows)
    for duty in duties:
        for key, fault in (*_faults_of_kind(duty), *_faults_of_territories(duty)):
            raise ValueError(f"«{duty.code}», ключ «{key}»: {fault}")
    for one, other in combinations(duties, 2):
        if _overlap(one, other):
            raise ValueError(f"«{other.code}» и «{one.code}» требуют одного и того же от одних и тех же в одно время")


def _faults_of_kind(duty: Duty) -> list[tuple[str, str]]:
    for key, code in (("kind", duty.kind), *(("also", code) for code in duty.also)):
        if code not in KINDS:
            return [(key, no_such("вида", code, KINDS))]
        kind = KINDS[code]
        has_system = "system_code" in kind.model.columns
        if duty.system is not None and not has_system:
            return [("system", f"у вида «{code}» систем нет")]
        if duty.system is None and has_system:
            return [("system", f"не хватает: строки вида «{code}» относятся к системам")]
        if duty.period != "once" and kind.fact_column is None:
            if kind.year_column is None:
                return [("period", f"строки вида «{code}» не говорят о времени: возможно только once")]
            if MONTHS[duty.period] != MONTHS["year"]:
                return [("period", f"строки вида «{code}» говорят о годе: возможны year, school_year, once")]
    known = {system.code for system in systems()}
    if duty.system is not None and duty.system not in known:
        return [("system", no_such("системы", duty.system, known))]
    return []


def _faults_of_territories(duty: Duty) -> list[tuple[str, str]]:
    codes = [code for code in duty.territories if code != COUNTRY]
    strangers = [("territories", f"нет субъекта или ОКТМО «{code}»") for code in codes if region_of(code) is None]
    twice = [
        ("territories", f"«{one}» и «{other}» — одно и то же место или одно внутри другого")
        for one, other in combinations(duty.territories, 2)
        if _same_place(one, other)
    ]
    return strangers or twice


def region_of(territory: str) -> str | None:
    """The region that a code of a region, an ОКТМО or a key «RU-KYA/…» of a municipality lies in; None of no such."""
    known = regions()
    named = territory.partition("/")[0]
    if any(region.code == named for region in known):
        return named
    if not re.fullmatch(r"\d{8}", territory):
        return None
    inside = [region for region in known if territory.startswith(region.oktmo_prefix)]
    return max(inside, key=lambda region: len(region.oktmo_prefix)).code if inside else None


def _overlap(one: Duty, other: Duty) -> bool:
    same = (one.kind, one.system, one.who) == (other.kind, other.system, other.who)
    if not same or one.first_day > other.last_day or other.first_day > one.last_day:
        return False
    everywhere = not one.territories or not other.territories
    return everywhere or any(_same_place(a, b) for a in one.territories for b in other.territories)


def _same_place(one: str, other: str) -> bool:
    """Whether two codes name one place, or one of them a part of the other."""
    return COUNTRY in (one, other) or one == other or one == region_of(other) or other == region_of(one)


CALENDAR = Catalogue("calendar.yaml", Duty, "code", check_duties, is_replaced=True)
