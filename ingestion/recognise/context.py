"""What a table says outside its columns: title lines, the sheet's name, `vitrina add --set`.

Every statement has its weight: a phrase made for the purpose («по состоянию на 01.12.2024», «Система: Сферум»)
outweighs one in passing («на 31.12.2024»), and what was declared outweighs all. Two statements of the same weight
that disagree are a conflict, which only the sender can settle.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from functools import lru_cache

from foundation.text import fold, fold_header, plain
from ingestion.names.place_lines import is_place_line
from ingestion.values.dates import parse_date, parse_month, parse_school_year, parse_year
from schemas.catalogue import systems
from schemas.header_map import Layout

CONTEXT_OF_EVERY_LAYOUT = ("region", "municipality")
"""Fields that title lines or `--set` may give to any kind, because every organisation stands in a territory."""
SENDER_KEYS = frozenset({"отправитель", "sender"})
PERIOD_KEYS = frozenset({"период", "отчетный период", "за период"})
DAY = r"(\d{1,2}[./]\d{1,2}[./]\d{2,4}|\d{4}-\d{2}-\d{2}|\d{1,2} [а-я]+ \d{4})"
AS_OF = re.compile(rf"по состоянию на {DAY}")
ON_DAY = re.compile(rf"\bна {DAY}")
PERIOD = re.compile(rf"с {DAY} (?:г\.? |года )?по {DAY}|{DAY} ?- ?{DAY}")
OF_MONTH = re.compile(r"(?:за|период:?) ([а-я]+ \d{4})")
IN_MONTH = re.compile(r"(?:на|в) ([а-я]+ \d{4})")
YEAR = re.compile(r"(?:за|на) (\d{4}) ?(?:г\.|год)")
SCHOOL_YEAR = re.compile(r"(\d{4} ?[-/] ?\d{4} (?:уч\.?|учебн[а-я]+) (?:г\.?|год[а-я]*))")
KEY_VALUE = re.compile(r"^([^:]{2,60}): *(.+)$")
CASE_ENDING = r"(?:а|у|ом|е|ы|и|ой|ей)?"
DATE_FIELDS = ("activity_date", "measured_on", "snapshot_date", "surveyed_on")
YEAR_FIELDS = ("delivery_year", "event_year", "start_year", "year")
PERIOD_FIELDS = ("period_start", "period_end")

Row = Iterable[str | None]


class Weight(IntEnum):
    """How much a statement counts against another of the same field."""

    CONSTANT, SHEET_NAME, HEADING, IN_PASSING, EXPLICIT, DECLARED = range(6)


PLACES = {
    Weight.CONSTANT: "карта заголовков",
    Weight.SHEET_NAME: "название листа",
    Weight.HEADING: "заголовок столбца",
    Weight.DECLARED: "значение из --set",
}


@dataclass(frozen=True)
class Statement:
    """One field said outside the columns; `line` is the source row of a title, None of anything else."""

    name: str
    text: str
    weight: Weight
    line: int | None = None
    phrase: str = ""

    @property
    def place(self) -> str:
        """Where it was said, in words for the sender."""
        return PLACES.get(self.weight, f"строка {self.line}, над таблицей")

    @property
    def meaning(self) -> object:
        """What two statements have to agree in: «01.12.2024» and «1 декабря 2024» are one day."""
        found = parse_month(self.text) or parse_date(self.text) or parse_year(self.text)
        return found or fold(self.text)


@dataclass(frozen=True)
class Context:
    """Field to text, where each was said (in words for the sender), and fields that titles give two values."""

    values: Mapping[str, str] = field(default_factory=dict)
    places: Mapping[str, str] = field(default_factory=dict)
    conflicts: tuple[tuple[Statement, Statement], ...] = ()
    outweighed: tuple[tuple[Statement, Statement], ...] = ()
    """What a heading says otherwise than a title or `--set`, each with what was taken."""
    senders: tuple[str, ...] = ()

    def inherit(self, former: "Context", names: Iterable[str]) -> "Context":
        """What a block above says of those fields, where this one says nothing of its own."""
        kept = [name for name in names if name in former.values and name not in self.values]
        return Context(
            {**{name: former.values[name] for name in kept}, **self.values},
            {**{name: former.places[name] for name in kept}, **self.places},
            self.conflicts,
            self.outweighed,
            self.senders or former.senders,
        )


def unused_declarations(layout: Layout, declared: Mapping[str, str]) -> list[str]:
    """Keys of `--set` that mean nothing for this layout."""
    return [key for key in declared if fold_header(key) not in SENDER_KEYS and _field_of(key, layout) is None]


def read_context(
    layout: Layout,
    titles: Sequence[Row],
    sheet_name: str,
    declared: Mapping[str, str],
    first_line: int = 1,
    headings: Sequence[str] = (),
) -> Context:
    """What is said of the layout's fields; `first_line` is the source row of the first of the titles."""
    lines = [(first_line + index, [plain(cell) for cell in row if cell]) for index, row in enumerate(titles)]
    heard = [
        *_declared(layout, declared),
        *(statement for line, cells in lines for statement in _said_in(layout, cells, line)),
        *(
            statement
            for heading in headings
            if any(sign.isdigit() for sign in heading)
            for statement in _spoken(layout, fold(heading), Weight.HEADING, None)
        ),
        *_spoken(layout, fold(sheet_name), Weight.SHEET_NAME, None),
        *_sheet_date(layout, sheet_name),
        *(Statement(name, text, Weight.CONSTANT) for name, text in layout.constants.items()),
    ]
    chosen: dict[str, Statement] = {}
    conflicts: dict[str, tuple[Statement, Statement]] = {}
    for statement in heard:
        first = chosen.get(statement.name)
        if first is None or statement.weight > first.weight:
            chosen[statement.name] = statement
            conflicts.pop(statement.name, None)
        elif statement.weight == first.weight and statement.meaning != first.meaning:
            conflicts.setdefault(statement.name, (first, statement))
    outweighed = [
        (statement, chosen[statement.name])
        for statement in heard
        if statement.weight is Weight.HEADING and statement.meaning != chosen[statement.name].meaning
    ]
    return Context(
        {name: statement.text for name, statement in chosen.items()},
        {name: statement.place for name, statement in chosen.items()},
        tuple(conflicts.values()),
        tuple(dict.fromkeys(outweighed)),
        tuple(dict.fromkeys(_senders([cells for _, cells in lines], declared))),
    )


def _senders(titles: Iterable[Sequence[str]], declared: Mapping[str, str]) -> Iterator[str]:
    """Who sent the file: `--set "Отправитель=…"`, else title lines (settled question 4)."""
    said = [plain(value) for key, value in declared.items() if fold_header(key) in SENDER_KEYS and value.strip()]
    if said:
        yield said[0]
        return
    for cells in titles:
        yield from (value for key, value in _key_values(cells) if key in SENDER_KEYS and value.strip())


def _field_of(key: str, layout: Layout) -> str | None:
    name = layout.spellings.get(fold_header(key), key if key in layout.titles else None)
    return name if name is not None and _may_be_said(name, layout) else None


def _may_be_said(name: str, layout: Layout) -> bool:
    return name in layout.context or name in CONTEXT_OF_EVERY_LAYOUT


def _declared(layout: Layout, declared: Mapping[str, str]) -> Iterator[Statement]:
    for key, value in declared.items():
        if (name := _field_of(key, layout)) is not None and value.strip():
            yield Statement(name, value, Weight.DECLARED)


def _said_in(layout: Layout, cells: Sequence[str], line: int) -> Iterator[Statement]:
    """Statements of one title line."""
    for key, value in _key_values(cells):
        if (name := _field_of(key, layout)) is not None and value.strip():
            yield Statement(name, value, Weight.EXPLICIT, line, f"{key}: {value}")
        elif key in PERIOD_KEYS:
            yield from _spoken(layout, fold(f"за {value}"), Weight.IN_PASSING, line)
    for cell in cells:
        yield from _spoken(layout, fold(cell), Weight.IN_PASSING, line)
    if len(cells) == 1 and is_place_line(cells[0]):
        yield Statement("municipality", cells[0], Weight.IN_PASSING, line, cells[0])


def _key_values(cells: Sequence[str]) -> Iterator[tuple[str, str]]:
    """«Система: Сферум» in one cell, or «Система:» with the value in the next."""
    for index, cell in enumerate(cells):
        if match := KEY_VALUE.match(cell):
            yield fold_header(match[1]), match[2]
        elif cell.endswith(":") and index + 1 < len(cells):
            yield fold_header(cell), cells[index + 1]


def _spoken(layout: Layout, text: str, weight: Weight, line: int | None) -> Iterator[Statement]:
    """Dates, years and systems that a sentence names; only phrases made for it are explicit."""
    for names, value, is_explicit, phrase in _phrases(text):
        how = Weight.EXPLICIT if is_explicit and weight is Weight.IN_PASSING else weight
        yield from (Statement(name, value, how, line, phrase) for name in names if name in layout.context)


@lru_cache(maxsize=8192)
def _phrases(text: str) -> tuple[tuple[tuple[str, ...], str, bool, str], ...]:
    """What a folded sentence says of which fields: (fields, value, is a phrase made for it, phrase).

    Kept, because each layout that a header may follow asks for it.
    """
    found: list[tuple[tuple[str, ...], str, bool, str]] = []
    if any(sign.isdigit() for sign in text):
        for match in PERIOD.finditer(text):
            start, end = [day for day in match.groups() if day]
            found += [(("period_start",), start, True, match[0]), (("period_end",), end, True, match[0])]
        for pattern, is_explicit in ((OF_MONTH, True), (IN_MONTH, False)):
            months = (match for match in pattern.finditer(text) if parse_month(match[1]))
            found += [(PERIOD_FIELDS, match[1], is_explicit, match[0]) for match in months]
        for pattern, is_explicit in ((AS_OF, True), (ON_DAY, False)):
            found += [(DATE_FIELDS, match[1], is_explicit, match[0]) for match in pattern.finditer(text)]
        found += [(YEAR_FIELDS, match[1], False, match[0]) for match in YEAR.finditer(text)]
        years = ((parse_school_year(match[1]), match[0]) for match in SCHOOL_YEAR.finditer(text))
        found += [(YEAR_FIELDS, str(year), False, phrase) for year, phrase in years if year]
    found += [(("system_code",), spelling, False, spelling) for spelling in _systems_named(text)]
    return tuple(found)


def _systems_named(text: str) -> list[str]:
    """Systems that a text names, each by the longest of its spellings there: the sender knows no code."""
    found: dict[str, str] = {}
    taken: list[tuple[int, int]] = []
    for spelling, code, pattern in _system_patterns():
        for match in pattern.finditer(text):
            if not any(start <= match.start() and match.end() <= end for start, end in taken):
                taken.append(match.span())
                found.setdefault(code, spelling)
    return list(found.values())


@lru_cache
def _system_patterns() -> tuple[tuple[str, str, re.Pattern[str]], ...]:
    """Spellings, the longest first, as whole words in any grammatical case («в Сферуме»)."""
    spelled = [(spelling, entry.code) for entry in systems() if entry.titles_exports for spelling in entry.spellings]
    return tuple(
        (spelling, code, re.compile(rf"(?<![\w-]){re.escape(spelling)}{CASE_ENDING}(?![\w-])"))
        for spelling, code in sorted(spelled, key=lambda pair: (-len(pair[0]), pair))
    )


def _sheet_date(layout: Layout, sheet_name: str) -> Iterator[Statement]:
    names: Iterable[str] = ()
    if parse_month(sheet_name):
        names = (*DATE_FIELDS, *PERIOD_FIELDS)
    elif parse_date(sheet_name) and not sheet_name.isdigit():
        names = DATE_FIELDS
    elif parse_year(sheet_name):
        names = YEAR_FIELDS
    yield from (Statement(name, sheet_name, Weight.SHEET_NAME) for name in names if name in layout.context)
