"""Terminal output: answers to stdout, progress and errors to stderr."""

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.console import Console

PIPE_WIDTH = 200
"""Columns of a table that does not go to a terminal: rich's 80 would cut names in a log or a file."""


def answer_console() -> "Console":
    """The console of answers; made at call time, because tests replace stdout."""
    from rich.console import Console

    return Console(file=sys.stdout, highlight=False, width=None if sys.stdout.isatty() else PIPE_WIDTH)


def error_console() -> "Console":
    """The console of errors and progress."""
    from rich.console import Console

    return Console(file=sys.stderr, highlight=False, soft_wrap=True)


def say(text: str = "") -> None:
    """Print a line of an answer as it is: names in square brackets are no markup."""
    answer_console().print(text, markup=False, soft_wrap=True)


def say_json(value: Any) -> None:
    """Print a value for programs and nothing else."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2, default=str) + "\n")


def show_table(
    title: str | None, columns: Sequence[str], rows: Sequence[Sequence[str]], right: Sequence[int] = ()
) -> None:
    """Print a table; columns in `right` are aligned right."""
    from rich.table import Table

    table = Table(title=title, title_justify="left", header_style="bold")
    for index, column in enumerate(columns):
        table.add_column(column, justify="right" if index in right else "left", overflow="fold")
    for row in rows:
        table.add_row(*(_escape(value) for value in row))
    answer_console().print(table)


def _escape(value: str) -> str:
    return value.replace("[", "\\[")


@contextmanager
def progress_bar(title: str) -> Iterator[Callable[[str], None]]:
    """A line on stderr with the present step and the time passed."""
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=error_console(), transient=True) as progress:
        task = progress.add_task(title, total=None)
        yield lambda step: progress.update(task, description=_escape(step))
