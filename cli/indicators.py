"""vitrina indicators: the plan/fact table of a territory and year."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from cli.console import say, say_json, show_table
from cli.exits import UsageError
from cli.home import get_settings
from cli.options import AsOfOption, JsonOption, parse_as_of
from cli.series_table import parse_years, show_series

if TYPE_CHECKING:
    from foundation.settings import Settings
    from publishing.indicators import PlanFactTable

NAME = "indicators"
COLUMNS = (
    "Показатель", "План", "Факт", "Сноски", "Отклонение", "Статус", "Числитель", "Знаменатель", "Опубликовано",
)  # fmt: skip


def command(
    territory: Annotated[
        str | None, typer.Option("--territory", "-t", metavar="НАЗВАНИЕ", help="Территория: название, ОКТМО или код.")
    ] = None,
    year: Annotated[
        int | None, typer.Option("--year", "-y", metavar="ГОД", help="Год; без него последний с данными.")
    ] = None,
    organisation: Annotated[
        str | None, typer.Option("--organisation", metavar="ИНН", help="Одна организация: ИНН или название.")
    ] = None,
    series: Annotated[
        str | None,
        typer.Option("--series", metavar="ПОКАЗАТЕЛЬ", help="Ряд одного показателя и из чего сложились изменения."),
    ] = None,
    years: Annotated[
        str | None, typer.Option("--years", metavar="ПЕРВЫЙ-ПОСЛЕДНИЙ", help="Годы ряда, например 2021-2025.")
    ] = None,
    is_common: Annotated[
        bool, typer.Option("--common", help="Ряд по организациям, которые есть во всех его годах.")
    ] = False,
    as_of: AsOfOption = None,
    as_json: JsonOption = False,
) -> int:
    """Показать план и факт показателей территории или организации за год, либо ряд одного показателя."""
    if territory is None and organisation is None:
        raise UsageError("Укажите --territory НАЗВАНИЕ или --organisation ИНН.")
    if series is not None:
        if territory is None or organisation is not None or year is not None:
            raise UsageError("--series показывает ряд территории: укажите --territory, а годы в --years.")
        span = parse_years(years)
        show_series(get_settings(), series, territory, span, as_of, is_common=is_common, as_json=as_json)
        return 0
    if years is not None or is_common:
        raise UsageError("--years и --common относятся к ряду: укажите --series ПОКАЗАТЕЛЬ.")
    show_indicators(get_settings(), territory, organisation, year, as_of, as_json)
    return 0


def show_indicators(
    settings: "Settings",
    territory: str | None,
    organisation: str | None,
    year: int | None,
    as_of: str | None = None,
    as_json: bool = False,
) -> None:
    """Find the place, print its table and where to look next."""
    from publishing.catalogue import find_release, local_time
    from publishing.indicators import organisation_table, territory_table
    from publishing.manifest import Manifest
    from publishing.restored import open_as_of
    from publishing.territories import find_organisation, find_territory

    moment = parse_as_of(as_of)
    connection, remark = open_as_of(settings, moment)
    manifest = None if remark else Manifest.read(find_release(settings, moment))
    with connection:
        place = find_territory(connection, territory) if territory else None
        if organisation:
            found = find_organisation(connection, organisation, place.name if place else None)
            table = organisation_table(connection, found, year)
        else:
            assert place is not None
            table = territory_table(connection, place, year)
    if as_json:
        say_json({"release_id": manifest.release_id if manifest else None, **asdict(table)})
        return
    _show(table)
    # What holds at a year's end (deliveries to date) is no later known than the newest day that was measured.
    days = (table.as_of_date, manifest.data_date if manifest else None)
    data_date = min((day for day in days if day), default=None)
    dated = f"Данные на {data_date:%d.%m.%Y}" if data_date else "Дата данных не указана"
    if manifest is None:
        say(f"{dated}. {remark}")
        return
    published = local_time(settings, manifest.published_at)
    say(f"{dated}, выпуск {manifest.release_id} от {published:%d.%m.%Y %H:%M}")
    code = table.rows[0].indicator_code if table.rows else "КОД"
    option = "organisation" if organisation else "territory"
    say(f'Из каких строк: vitrina trace {code} {table.year} --{option} "{table.place.name}"')
    say(
        'Подробнее: vitrina query "select * from indicator_by_organisation where year = '
        f"{table.year} and indicator_code = '{table.rows[0].indicator_code if table.rows else '…'}'\"; "
        "отстающие — таблица laggard, планы — indicator_plan, определения — indicator_passport"
    )


def _show(table: "PlanFactTable") -> None:
    from publishing.footnotes import listed, mark, marks
    from publishing.indicators import NO_NUMBER, count_text, number_text, verdict_text

    rows = []
    for row in table.rows:
        unit = f", {row.unit}" if row.unit else ""
        rows.append((
            f"{row.title}{unit}",
            number_text(row.plan, row.precision),
            number_text(row.value, row.precision),
            marks(row.footnotes),
            number_text(row.deviation, row.precision, signed=True),
            verdict_text(row),
            count_text(row.numerator),
            count_text(row.denominator),
            row.reported_text or NO_NUMBER,
        ))  # fmt: skip
    show_table(f"{table.place.name}, {table.year} год", COLUMNS, rows, right=(1, 2, 4, 6, 7, 8))
    for number, text in listed(table.footnotes):
        say(f"{mark(number)} {text}")
