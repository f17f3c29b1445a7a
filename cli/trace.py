"""vitrina trace: from a number to its rows."""

from dataclasses import asdict
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.console import say, say_json, show_table
from cli.exits import UsageError
from cli.home import get_settings
from cli.options import AsOfOption, JsonOption, parse_as_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from publishing.trace import SourceRow, Trace

NAME = "trace"
ROWS_LISTED = 10
"""Of the rows that stand for people; all of them are in --json."""
MOST_ROWS = 40
SIDES = ("numerator", "denominator")


def command(
    code: Annotated[str, typer.Argument(metavar="КОД", help="Код показателя, например teachers_registered.")],
    year: Annotated[int, typer.Argument(metavar="ГОД", help="Год.")],
    organisation: Annotated[
        str | None, typer.Option("--organisation", metavar="ИНН", help="Организация: ИНН или название.")
    ] = None,
    territory: Annotated[
        str | None, typer.Option("--territory", "-t", metavar="НАЗВАНИЕ", help="Территория: название, ОКТМО или код.")
    ] = None,
    as_of: AsOfOption = None,
    every_row: Annotated[bool, typer.Option("--all", help=f"Показать все строки, а не первые {MOST_ROWS}.")] = False,
    as_json: JsonOption = False,
) -> int:
    """Показать, из каких строк каких файлов сложился показатель, какие строки не учтены и почему.

    Пример: vitrina trace teachers_registered 2024 --territory "Енисейский район"
    """
    from publishing.reader import open_release
    from publishing.territories import find_organisation, find_territory
    from publishing.trace import territory_level, trace

    if organisation is None and territory is None:
        raise UsageError("Укажите --organisation ИНН или --territory НАЗВАНИЕ.")
    with open_release(get_settings(), parse_as_of(as_of)) as connection:
        place = find_territory(connection, territory) if territory else None
        if organisation:
            place = find_organisation(connection, organisation, place.name if place else None)
            level = "organisation"
        else:
            assert place is not None
            level = territory_level(connection, place)
        found = trace(connection, code, year, place, level)
    if as_json:
        say_json(asdict(found))
    else:
        _show(found, None if every_row else MOST_ROWS)
    return 0


def _show(found: "Trace", most: int | None) -> None:
    _show_head(found)
    _show_plans(found)
    _show_published(found)
    for side in SIDES:
        _show_side(found, side, most)
    _show_excluded(found, most)
    for file in found.files:
        if file.rows_rejected or file.rows_held:
            say(
                f"В файле {file.file_name} отклонено строк: {file.rows_rejected}, ждут решения: {file.rows_held}"
                " (витрина reject_journal; vitrina match list)"
            )


def _show_head(found: "Trace") -> None:
    from publishing.indicators import number_text
    from schemas.labels import value_labels

    figures, passport = found.figures, found.passport
    digits = int(figures["precision_digits"])
    say(f"{figures['indicator_title']}: {found.place.name}, {found.year} год")
    value = number_text(figures["value"], digits)
    unit = f" {figures['unit']}" if figures["unit"] and figures["value"] is not None else ""
    plan, status = number_text(figures["plan"], digits), value_labels("status")[figures["status"]]
    say(f"Факт {value}{unit} ({_fraction(found)}); план {plan}; статус: {status}")
    say(f"Определение: {passport.get('definition') or '—'} Версия паспорта {figures['indicator_version']}.")
    is_extreme = passport.get("aggregation") in {"minimum_over_organisations", "maximum"}
    if is_extreme and found.place_level != "organisation":
        say("Значение территории — худшее или лучшее среди её организаций: общего числителя нет.")
    say(f"Выпуск {found.release_id}.")


def _fraction(found: "Trace") -> str:
    from publishing.indicators import count_text

    numerator, denominator = found.figures["numerator"], found.figures["denominator"]
    if numerator is None and denominator is None:
        return "числителя и знаменателя нет"
    if denominator is None:
        return f"числитель {count_text(numerator)}"
    return f"{count_text(numerator)} из {count_text(denominator)}"


def _show_plans(found: "Trace") -> None:
    from publishing.indicators import count_text
    from schemas.labels import value_labels

    for plan in found.plans:
        scope = value_labels("scope")[plan.scope]
        written = f" («{plan.plan_text}»)" if plan.plan_text else ""
        document = ", ".join(str(part) for part in (plan.document, plan.clause) if part)
        state = "План" if plan.is_active else "Другой план"
        where = f"{plan.file_name}, лист «{plan.sheet}», строка {plan.source_row}"
        say(f"{state}: {count_text(plan.plan)}{written}, {scope} — {document} ({where})")


def _show_published(found: "Trace") -> None:
    from schemas.labels import value_labels

    for value in found.published:
        unit = f" {value.unit}" if value.unit else ""
        part = f" ({value.breakdown})" if value.breakdown else ""
        document = ", ".join(text for text in (value.document, value.clause) if text)
        verdict = value_labels("verdict")[value.verdict]
        where = f"{value.file_name}, лист «{value.sheet}», строка {value.source_row}"
        say(f"Опубликовано{part}: «{value.reported_text}»{unit} — {document} ({where}); сверка: {verdict}")


def _show_side(found: "Trace", side: str, most: int | None) -> None:
    """The rows that make the number, and apart from them those that decide without adding."""
    from publishing.indicators import count_text
    from schemas.labels import value_labels

    title = value_labels("side")[side].capitalize()
    rows = [row for row in found.counted if row.side == side]
    number = found.figures[side]
    if not rows:
        if number is not None:
            say(f"{title}: {count_text(number)}. Строк за ним нет: о таких событиях в выгрузках не сказано.")
        return
    adding = [row for row in rows if row.contribution is None or row.contribution]
    deciding = [row for row in rows if row.contribution is not None and not row.contribution]
    total = found.total(side)
    sums = f": {count_text(number)} = сумма вкладов {count_text(total)}" if total is not None else ""
    _show_rows(
        found, f"{title}{sums}, строк: {len(adding)}", adding, most, "Вклад", lambda row: count_text(row.contribution)
    )
    if deciding:
        _show_rows(found, f"{title}: учтены, но сами не прибавляют, строк: {len(deciding)}", deciding, most)


def _show_excluded(found: "Trace", most: int | None) -> None:
    from schemas.labels import value_labels

    if found.excluded:
        reasons = value_labels("exclusion")
        title = f"Не учтены, строк: {len(found.excluded)}"
        _show_rows(found, title, found.excluded, most, "Почему", lambda row: reasons[row.exclusion or ""])


def _show_rows(
    found: "Trace",
    title: str,
    rows: "Sequence[SourceRow]",
    most: int | None,
    heading: str | None = None,
    last: "Callable[[SourceRow], str] | None" = None,
) -> None:
    """A table of rows, with one more column when `last` makes it."""
    shown = rows if most is None else rows[:most]
    columns = (*_columns(found), *([heading] if heading else []))
    cells = [(*_cells(found, row), *([last(row)] if last else [])) for row in shown]
    show_table(title, columns, cells, right=(len(columns) - 1,) if heading == "Вклад" else ())
    if len(rows) > len(shown):
        say(f"Показаны первые {len(shown)} строк из {len(rows)}; все: --all, для программ: --json")


def _columns(found: "Trace") -> tuple[str, ...]:
    place = () if found.place_level == "organisation" else ("Организация",)
    return (*place, "Что", "На дату", "Файл", "Лист, строка", "В файле написано")


def _cells(found: "Trace", row: "SourceRow") -> tuple[str, ...]:
    place = () if found.place_level == "organisation" else (row.organisation_name or "муниципалитет в целом",)
    return (
        *place,
        _measure(row),
        f"{row.fact_date:%d.%m.%Y}" if row.fact_date else "—",
        f"{row.file_name} ({row.file_sha256[:8]})",
        _position(row),
        _written(row),
    )


def _position(row: "SourceRow") -> str:
    if row.person_rows:
        shown = row.person_rows.split(", ")
        more = f" и ещё {len(shown) - ROWS_LISTED}" if len(shown) > ROWS_LISTED else ""
        return f"«{row.sheet}», {', '.join(shown[:ROWS_LISTED])}{more}"
    return f"«{row.sheet}», {row.source_row}" + (f" и ещё {row.source_rows - 1}" if row.source_rows > 1 else "")


def _measure(row: "SourceRow") -> str:
    from schemas.labels import value_labels

    details = (
        value_labels("role").get(row.role or "", row.role),
        value_labels("system_code").get(row.system_code or "", row.system_code),
        row.subject,
    )
    title = row.measure_title if row.contribution != 0 and not _is_personal(row) else _kind_title(row)
    return ", ".join([title, *(text for text in details if text)])


def _written(row: "SourceRow") -> str:
    if row.as_written is None:
        return "данные о человеке не показываются" if _is_personal(row) else _bounds(row)
    return "; ".join(f"{heading}: {text}" for heading, text in row.as_written.items())


def _kind_title(row: "SourceRow") -> str:
    from schemas.kinds import KINDS

    return KINDS[row.kind].title


def _is_personal(row: "SourceRow") -> bool:
    from schemas.kinds import KINDS

    return KINDS[row.kind].is_personal


def _bounds(row: "SourceRow") -> str:
    from publishing.indicators import count_text

    if row.value_low == row.value_high:
        return count_text(_number(row.value_low))
    return f"от {count_text(_number(row.value_low))} до {count_text(_number(row.value_high))}"


def _number(value: Any) -> Decimal | None:
    return None if value is None else Decimal(value)
