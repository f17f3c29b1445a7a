"""vitrina query: SQL over a release, read-only."""

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from cli.console import say, show_table
from cli.exits import UsageError, complain
from cli.home import get_settings
from cli.options import AsOfOption, parse_as_of
from foundation.whole_file import written_whole

NAME = "query"
MAXIMAL_TABLE_ROWS = 1000


class Format(StrEnum):
    """How the result is written."""

    table = "table"
    csv = "csv"
    json = "json"
    parquet = "parquet"


def command(
    sql: Annotated[str, typer.Argument(metavar="SQL", help="Один запрос SELECT.")],
    format_: Annotated[Format, typer.Option("--format", help="Вид ответа.")] = Format.table,
    as_of: AsOfOption = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="ФАЙЛ", help="Записать ответ в файл.")
    ] = None,
) -> int:
    """Выполнить запрос к опубликованному выпуску (только чтение).

    Пример: vitrina query "select * from indicator_by_territory where year = 2024" --format json
    """
    from publishing.query import parquet_bytes, write_csv, write_json
    from publishing.reader import run_query, within_limits
    from publishing.restored import open_as_of

    if format_ is Format.table and output:
        raise UsageError("Таблица выводится только на экран: для файла укажите --format csv, json или parquet.")
    if format_ is Format.parquet and output is None and sys.stdout.isatty():
        raise UsageError("Parquet — двоичный файл: укажите --output ФАЙЛ или перенаправьте вывод.")
    settings = get_settings()
    connection, remark = open_as_of(settings, parse_as_of(as_of))
    if remark:
        complain(f"Внимание: {remark}")
    with connection, within_limits(connection, settings):
        result = run_query(connection, sql)
        if format_ is Format.table:
            _show(result)
        elif format_ is Format.parquet:
            _write_bytes(parquet_bytes(result), output)
        else:
            write = write_json if format_ is Format.json else write_csv
            if output:
                with written_whole(output) as place, place.open("w", encoding="utf-8", newline="") as stream:
                    write(result, stream)
            else:
                write(result, sys.stdout)
    if output:
        say(f"Записано: {output}")
    return 0


def _write_bytes(content: bytes, output: Path | None) -> None:
    if output:
        with written_whole(output) as place:
            place.write_bytes(content)
    else:
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()


def _show(result: Any) -> None:
    from publishing.query import column_names, plain_value

    rows = result.fetchmany(MAXIMAL_TABLE_ROWS + 1)
    shown = [["—" if value is None else str(plain_value(value)) for value in row] for row in rows[:MAXIMAL_TABLE_ROWS]]
    show_table(None, column_names(result), shown)
    if len(rows) > MAXIMAL_TABLE_ROWS:
        say(f"Показаны первые {MAXIMAL_TABLE_ROWS} строк; всё целиком — с --format csv, json или parquet.")
