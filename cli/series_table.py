"""The series of an indicator on the screen: changes with their parts, or values over one set of organisations."""

import re
from dataclasses import asdict
from typing import TYPE_CHECKING

from cli.console import say, say_json, show_table
from cli.exits import UsageError

if TYPE_CHECKING:
    from foundation.settings import Settings
    from publishing.series import CommonSeries, Series, SeriesYear

YEARS = re.compile(r"(\d{4})\s*[-–—]\s*(\d{4})")


def parse_years(text: str | None) -> tuple[int, int] | None:
    """«2021-2025» as its two years."""
    if text is None:
        return None
    found = YEARS.fullmatch(text.strip())
    if not found or found[1] > found[2]:
        raise UsageError(f"--years «{text}»: нужны первый и последний год, например 2021-2025.")
    return int(found[1]), int(found[2])


def show_series(
    settings: "Settings",
    code: str,
    territory: str,
    years: tuple[int, int] | None,
    as_of: str | None,
    *,
    is_common: bool,
    as_json: bool,
) -> None:
    """Find the indicator and the territory, print their series."""
    from cli.options import parse_as_of
    from publishing.catalogue import find_release
    from publishing.manifest import Manifest
    from publishing.reader import open_release
    from publishing.series import CommonSeries, common_series, find_indicator, territory_series
    from publishing.territories import find_territory

    moment = parse_as_of(as_of)
    with open_release(settings, moment) as connection:
        place = find_territory(connection, territory)
        indicator = find_indicator(connection, code)
        asked = common_series if is_common else territory_series
        found = asked(connection, place, indicator, years)
    if as_json:
        release_id = Manifest.read(find_release(settings, moment)).release_id
        say_json({"release_id": release_id, **asdict(found)})
    elif isinstance(found, CommonSeries):
        _show_common(found)
    else:
        _show_changes(found)


def _title(found: "CommonSeries | Series") -> str:
    unit = f", {found.indicator.unit}" if found.indicator.unit else ""
    first, last = found.years[0].year, found.years[-1].year
    return f"{found.indicator.title}{unit}. {found.place.name}, {f'{first}–{last}' if first != last else first}"


def _show_changes(series: "Series") -> None:
    from publishing.indicators import number_text
    from publishing.series import shown_parts
    from schemas.labels import value_labels

    parts = shown_parts(series.years)
    digits = series.indicator.precision
    kinds = value_labels("series_break_kind")
    columns = (
        "Год", "Значение", "Изменение", *(heading for _, heading in parts), "Общие: было", "Общие: стало",
        "Общих", "Вошло", "Вышло", "Ряд прерван",
    )  # fmt: skip
    rows = [
        (
            str(year.year),
            number_text(year.value, digits),
            number_text(year.change, digits, signed=True),
            *(number_text(year.parts.get(name), digits, signed=True) for name, _ in parts),
            number_text(year.value_common_previous, digits),
            number_text(year.value_common, digits),
            *(_count(number) for number in (
                year.organisations_common, year.organisations_entered, year.organisations_left
            )),
            kinds.get(year.series_break_kind or "", ""),
        )
        for year in series.years
    ]  # fmt: skip
    show_table(_title(series), columns, rows, right=tuple(range(1, len(columns) - 1)))
    say("Части изменения в сумме дают изменение; общие — организации, которые есть в обоих годах.")
    for year in series.years:
        for note in _notes(year):
            say(note)


def _notes(year: "SeriesYear") -> list[str]:
    from schemas.labels import value_labels

    notes = []
    if year.previous_year is not None and year.previous_year < year.year - 1:
        notes.append(f"{year.year} год сравнивается с {year.previous_year}: между ними значений нет.")
    if year.not_split_reason:
        notes.append(f"{year.year} год: {value_labels('not_split_reason')[year.not_split_reason]}.")
    return notes


def _count(number: int | None) -> str:
    return "—" if number is None else str(number)


def _show_common(series: "CommonSeries") -> None:
    from publishing.indicators import count_text, number_text

    digits = series.indicator.precision
    columns = ("Год", "Все организации", "Организации всех лет", "Числитель", "Знаменатель")
    rows = [
        (
            str(year.year),
            number_text(year.value, digits),
            number_text(year.value_common, digits),
            count_text(year.numerator),
            count_text(year.denominator),
        )
        for year in series.years
    ]
    show_table(_title(series), columns, rows, right=(1, 2, 3, 4))
    say(f"Организаций, которые есть во всех этих годах: {series.organisations}.")
    if not series.organisations:
        say("Возьмите меньше лет: --years ПЕРВЫЙ-ПОСЛЕДНИЙ.")
