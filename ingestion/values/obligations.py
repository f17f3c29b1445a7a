"""Deadlines and addressees of decisions, and levels of control of road maps, as documents write them."""

import re
from datetime import date
from functools import lru_cache

from foundation.text import fold, plain, unify_look_alikes
from ingestion.values.dates import depends_on_zone, parse_date, parse_month
from schemas.catalogue_file import rows
from schemas.catalogue_rows import RESPONSIBLE_GROUPS

DAY = re.compile(r"\d{1,2}[./]\d{1,2}[./]\d{2,4}|\d{4}-\d{2}-\d{2}|\d{1,2} [а-я]+ \d{4}")
MONTHLY = re.compile(
    r"(?:(\d{1,2})(?:-го)? числа )?(?:ежемесячно|каждый месяц|каждого месяца)(?:\D{0,20}(\d{1,2})(?!\d|[./]\d))?"
)
CONTINUING = re.compile(r"постоянно")
FOREIGN_LETTERS = str.maketrans("PAΡΑΠ", "РАРАП")
LAST_DAY = 31


def due_date(text: str) -> date | None:
    """«до 01.02.2025, далее постоянно» to the day, «до декабря 2025» to the month's last; None when none is named."""
    whole = parse_date(text)
    if whole is not None or depends_on_zone(text):
        return whole
    if found := DAY.search(fold(text)):
        return parse_date(found.group())
    month = parse_month(fold(text).removeprefix("до ").split(",")[0])
    return month[1] if month else None


def is_understood(text: str) -> bool:
    """Whether a deadline without a day says when all the same; a day that does not exist says nothing."""
    return DAY.search(fold(text)) is None and (due_day_of_month(text) is not None or is_continuing(text))


def due_day_of_month(text: str) -> int | None:
    """«ежемесячно до 25 числа» to 25; without a number, to the month's end."""
    found = MONTHLY.search(fold(text))
    day = int(found[1] or found[2] or LAST_DAY) if found else 0
    return day if 1 <= day <= LAST_DAY else None


def is_continuing(text: str) -> bool:
    """Whether an assignment goes on after its deadline («далее постоянно»)."""
    return CONTINUING.search(fold(text)) is not None


def responsible_group(text: str) -> str | None:
    """The group of organisations an addressee means («руководители образовательных учреждений»), or None."""
    return _groups().get(fold(text).rstrip(" :.;"))


@lru_cache
def _groups() -> dict[str, str]:
    return {fold(text): row["code"] for row in rows(RESPONSIBLE_GROUPS) for text in row["spellings"]}


def control_level(text: str) -> str:
    """«AΠ», «PII», «РΠ» to АП and РП: letters of other alphabets, and the two strokes that stand for П."""
    bare = unify_look_alikes(plain(text)).upper().translate(FOREIGN_LETTERS)
    return bare.replace("II", "П")
