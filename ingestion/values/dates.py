"""Dates as exports write them: 01.12.2024, 2024-12-01, Excel serials, «декабрь 2024», M/d/yy of one template."""

import calendar
import re
from datetime import date, timedelta

from foundation.text import fold

MONTHS = ("январ", "феврал", "март", "апрел", "ма", "июн", "июл", "август", "сентябр", "октябр", "ноябр", "декабр")
MONTH_WORD = (
    r"(январ[ьяе]|феврал[ьяе]|март[ае]?|апрел[ьяе]|ма[йяе]|июн[ьяе]|июл[ьяе]|август[ае]?|сентябр[ьяе]"
    r"|октябр[ьяе]|ноябр[ьяе]|декабр[ьяе])"
)
MONTH_YEAR = re.compile(rf"^{MONTH_WORD} (\d{{4}})(?: ?(?:г|год|года)\.?)?$")
DAY_MONTH_YEAR = re.compile(rf"^(\d{{1,2}}) {MONTH_WORD} (\d{{4}})(?: ?(?:г|год|года)\.?)?$")
MOMENT = re.compile(
    r"^(?P<day>.*?\d(?: ?г(?:\.|од|ода)?)?)"
    r"(?:[ tт](?P<hour>[01]?\d|2[0-3]):(?P<minute>[0-5]\d)(?::(?P<second>[0-5]\d)(?:[.,]\d+)?)?)?"
    r" ?(?P<zone>z|utc|gmt|msk|мск|[+-]\d{2}(?::?\d{2})?|(?:utc|gmt)[+-]\d{1,2}(?::?\d{2})?)?(?:\[[\w/+-]+\])?$"
)
"""A day, perhaps with the time of day and its zone."""
ZONE_OF_A_DAY = re.compile(r"^(?:z|[+-]\d{2}:\d{2})$")
"""How XML writes the zone of a day without a time; «01.12.2024-05» may mean anything."""
GREENWICH = re.compile(r"^(?:z|utc|gmt|[+-]00(?::?00)?)$")
ZONES_OF_RUSSIA = (2, 12)
"""Hours from Greenwich, westernmost and easternmost."""
DOTTED = re.compile(r"^(\d{1,2})[./-](\d{1,2})[./-](\d{4}|\d{2})(?: ?(?:г|год|года)\.?)?$")
ISO = re.compile(r"^(\d{4})-(\d{1,2})-(\d{1,2})$")
SLASHED = re.compile(r"^(\d{1,2})/(\d{1,2})/(\d{4}|\d{2})$")
SCHOOL_YEAR = re.compile(
    r"^(?P<first>\d{4})(?: ?[/-] ?(?P<last>\d{4})|/(?P<short>\d{2}))(?: ?(?:уч\.? ?|учебн\w+ )?(?:г|год|года)\.?)?$"
)
EXCEL_EPOCH = date(1899, 12, 30)
EXCEL_SERIALS = range(20000, 60000)
"""Serials of 1954-2064: anything else in five digits is no date."""
PIVOT_YEAR = 70


def _build(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _full_year(text: str) -> int:
    year = int(text)
    if len(text) == 4:
        return year
    return 2000 + year if year < PIVOT_YEAR else 1900 + year


def month_number(word: str) -> int:
    """1-12 for a Russian month in any case; «мая» must not read as «март»."""
    if word.startswith("март"):
        return 3
    return next(index for index, stem in enumerate(MONTHS, 1) if word.startswith(stem) and index != 3)


def parse_month(text: str) -> tuple[date, date] | None:
    """«декабрь 2024» to the month's first and last day."""
    match = MONTH_YEAR.match(fold(text))
    if match is None:
        return None
    year, month = int(match[2]), month_number(match[1])
    return date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1])


def parse_date(text: str, *, month_first: bool = False) -> date | None:
    """One day; None for 31.02.2024 and whatever is no date. `month_first` reads 12/31/24 (38-column template).

    A moment of a zone is of the day as written; one of Greenwich only where all of Russia has one day (see
    `depends_on_zone`).
    """
    folded = fold(text)
    day = _parse_day(folded, month_first=month_first)
    if day is not None:
        return day
    match = MOMENT.match(folded)
    if match is None or not (match["hour"] or ZONE_OF_A_DAY.match(match["zone"] or "")):
        return None
    day = _parse_day(match["day"], month_first=month_first)
    if day is None or match["hour"] is None or not GREENWICH.match(match["zone"] or ""):
        return day
    west, east = ((int(match["hour"]) + hours) // 24 for hours in ZONES_OF_RUSSIA)
    return day + timedelta(days=west) if west == east and day < date.max else None


def depends_on_zone(text: str) -> bool:
    """Whether a moment of Greenwich has two days in Russia: «2024-11-30T17:00:00Z» is 1 December in Krasnoyarsk."""
    match = MOMENT.match(fold(text))
    is_moment = match is not None and match["hour"] is not None and GREENWICH.match(match["zone"] or "") is not None
    return is_moment and _parse_day(match["day"] if match else "") is not None and parse_date(text) is None


def _parse_day(folded: str, *, month_first: bool = False) -> date | None:
    if match := ISO.match(folded):
        return _build(int(match[1]), int(match[2]), int(match[3]))
    if month_first and (match := SLASHED.match(folded)):
        return _build(_full_year(match[3]), int(match[1]), int(match[2]))
    if match := DOTTED.match(folded):
        return None if "/" in folded else _build(_full_year(match[3]), int(match[2]), int(match[1]))
    if match := DAY_MONTH_YEAR.match(folded):
        return _build(int(match[3]), month_number(match[2]), int(match[1]))
    if len(folded) == 5 and folded.isdecimal() and int(folded) in EXCEL_SERIALS:
        return EXCEL_EPOCH + timedelta(days=int(folded))
    return None


def parse_year(text: str) -> int | None:
    """«2024», «2024 год», «2024 г.» to a year."""
    match = re.fullmatch(r"(\d{4})(?:\.0)?(?: ?(?:г|год|года)\.?)?", fold(text))
    return int(match[1]) if match else None


def parse_school_year(text: str) -> int | None:
    """«2022/2023», «2022-2023 уч. год», «2022/23» to the year in which the school year ends; None for other years."""
    match = SCHOOL_YEAR.match(fold(text))
    if match is None:
        return None
    ends = int(match["first"]) + 1
    is_next = int(match["last"]) == ends if match["last"] else int(match["short"]) == ends % 100
    return ends if is_next else None
