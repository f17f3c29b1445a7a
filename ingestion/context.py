"""What a file says outside its columns: title lines, the sheet's name, `vitrina add --set`."""

import re
from collections.abc import Iterable, Mapping

from ingestion.values.dates import parse_date, parse_month, parse_year
from schemas.catalogue import systems
from schemas.header_map import Layout
from schemas.text import as_whole_words, fold, fold_header, plain

CONTEXT_OF_EVERY_LAYOUT = ("region", "municipality")
"""Fields that title lines or `--set` may give to any kind, because every organisation stands in a territory."""
SENDER_KEYS = frozenset({"отправитель", "sender"})
DAY = r"(\d{1,2}[./]\d{1,2}[./]\d{2,4}|\d{4}-\d{2}-\d{2}|\d{1,2} [а-я]+ \d{4})"
AS_OF = re.compile(rf"(?:по состоянию )?на {DAY}")
PERIOD = re.compile(rf"с {DAY} (?:г\.? |года )?по {DAY}")
MONTH = re.compile(r"(?:за|на|в) ([а-я]+ \d{4})")
YEAR = re.compile(r"(?:за|на) (\d{4}) ?(?:г\.|год)")
KEY_VALUE = re.compile(r"^([^:]{2,60}): *(.+)$")
DATE_FIELDS = frozenset({"snapshot_date", "measured_on", "activity_date", "surveyed_on"})
YEAR_FIELDS = frozenset({"year", "delivery_year", "start_year", "event_year"})

Row = Iterable[str | None]


def sender_of(titles: Iterable[Row], declared: Mapping[str, str]) -> str | None:
    """Who sent the file: `--set "Отправитель=…"` or a title line; None is unknown (settled question 4)."""
    pairs = [*((fold_header(key), value) for key, value in declared.items()), *_key_values(titles)]
    return next((plain(value) for key, value in pairs if key in SENDER_KEYS and value.strip()), None)


def unused_declarations(layout: Layout, declared: Mapping[str, str]) -> list[str]:
    """Keys of `--set` that mean nothing for this layout."""
    return [key for key in declared if fold_header(key) not in SENDER_KEYS and _field_of(key, layout) is None]


def read_context(layout: Layout, titles: Iterable[Row], sheet_name: str, declared: Mapping[str, str]) -> dict[str, str]:
    """Field to text. What was declared wins over title lines, title lines over the sheet's name."""
    rows = [list(row) for row in titles]
    found: dict[str, str] = {}
    for source in (
        _named(layout, declared.items()),
        _named(layout, _key_values(rows)),
        _spoken(layout, [fold(cell) for row in rows for cell in row if cell]),
        _spoken(layout, [fold(sheet_name)]),
        _sheet_date(layout, sheet_name),
        dict(layout.constants),
    ):
        for name, text in source.items():
            found.setdefault(name, text)
    return found


def _field_of(key: str, layout: Layout) -> str | None:
    name = layout.spellings.get(fold_header(key), key if key in layout.titles else None)
    return name if name in layout.context or name in CONTEXT_OF_EVERY_LAYOUT else None


def _named(layout: Layout, pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    return {name: value for key, value in pairs if (name := _field_of(key, layout)) is not None and value.strip()}


def _key_values(titles: Iterable[Row]) -> list[tuple[str, str]]:
    """«Система: Сферум» in one cell, or «Система:» with the value in the next."""
    pairs = []
    for row in titles:
        cells = [plain(cell) for cell in row if cell]
        for index, cell in enumerate(cells):
            if match := KEY_VALUE.match(cell):
                pairs.append((fold_header(match[1]), match[2]))
            elif cell.endswith(":") and index + 1 < len(cells):
                pairs.append((fold_header(cell), cells[index + 1]))
    return pairs


def _spoken(layout: Layout, texts: Iterable[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for text in texts:
        for name, value in {**_spoken_dates(layout, text), **_spoken_system(layout, text)}.items():
            found.setdefault(name, value)
    return found


def _spoken_dates(layout: Layout, text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    if match := PERIOD.search(text):
        found |= {"period_start": match[1], "period_end": match[2]}
    elif (match := MONTH.search(text)) and parse_month(match[1]):
        found |= {"period_start": match[1], "period_end": match[1]}
    elif match := AS_OF.search(text):
        found |= dict.fromkeys(DATE_FIELDS, match[1])
    if match := YEAR.search(text):
        found |= dict.fromkeys(YEAR_FIELDS, match[1])
    return {name: value for name, value in found.items() if name in layout.context}


def _spoken_system(layout: Layout, text: str) -> dict[str, str]:
    """The system that the longest spelling found means, by that spelling: the sender knows no code."""
    if "system_code" not in layout.context:
        return {}
    spoken = [
        (len(spelling), entry.code, spelling)
        for entry in systems()
        if entry.titles_exports
        for spelling in entry.spellings
        if as_whole_words(spelling).search(text)
    ]
    codes = {code for length, code, _ in spoken if length == max(spoken)[0]} if spoken else set()
    return {"system_code": max(spoken)[2]} if len(codes) == 1 else {}


def _sheet_date(layout: Layout, sheet_name: str) -> dict[str, str]:
    found: dict[str, str] = {}
    if parse_month(sheet_name):
        found = dict.fromkeys((*DATE_FIELDS, "period_start", "period_end"), sheet_name)
    elif parse_date(sheet_name) and not sheet_name.isdigit():
        found = dict.fromkeys(DATE_FIELDS, sheet_name)
    elif parse_year(sheet_name):
        found = dict.fromkeys(YEAR_FIELDS, sheet_name)
    return {name: value for name, value in found.items() if name in layout.context}
