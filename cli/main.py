"""The command `vitrina`: verbs, Russian help, exit codes."""

import sys

import typer
from typer.exceptions import TyperException

from cli import (
    add,
    alert,
    backup,
    check,
    demo,
    doctor,
    forget,
    indicators,
    init,
    match,
    provision,
    purge,
    query,
    refresh,
    reload,
    restore,
    serve,
    status,
    trace,
    verify,
)
from cli.exits import SYSTEM, USAGE, complain, guarded
from cli.russian import RussianCommand, RussianGroup, russian_error
from foundation.private_file import keep_private

app = typer.Typer(
    name="vitrina",
    cls=RussianGroup,
    help="Витрина показателей цифровой образовательной среды: выгрузки на входе, план и факт на выходе.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for verb in (
    init,
    add,
    check,
    refresh,
    reload,
    status,
    query,
    indicators,
    trace,
    serve,
    provision,
    demo,
    purge,
    backup,
    restore,
    verify,
    alert,
    doctor,
):
    app.command(verb.NAME, cls=RussianCommand)(verb.command)
app.command(forget.NAME, cls=forget.PrivateCommand)(forget.command)
app.add_typer(match.app, name="match")


OF_CTRL_C = 130
"""What Typer makes of Ctrl-C, without a word: `guarded` has one, and a code of ours."""


def main(arguments: list[str] | None = None) -> int:
    """Run the command and return its exit code."""
    keep_private()
    return guarded(lambda: _invoke(arguments))


def _invoke(arguments: list[str] | None) -> int:
    try:
        result = app(args=arguments, standalone_mode=False)
    except typer.Abort:
        complain("Прервано.")
        return SYSTEM
    except TyperException as error:
        if not (arguments if arguments is not None else sys.argv[1:]):
            complain(error.format_message())  # no verb given: the help itself
            return USAGE
        complain(f"Ошибка в команде: {russian_error(error.format_message())}\nСправка: vitrina --help")
        return USAGE
    if result == OF_CTRL_C:
        raise KeyboardInterrupt
    return result if isinstance(result, int) else 0


def run() -> None:
    """Entry point of the installed command."""
    sys.exit(main())
