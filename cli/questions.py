"""What a verb asks the person at the terminal, or reads line by line when stdin is no terminal."""

import getpass
import sys

from cli.exits import UsageError
from foundation.text import fold

YES = frozenset({"да", "д", "yes", "y"})


def hidden_line(question: str) -> str:
    """A line that is not shown while it is typed."""
    try:
        if sys.stdin.isatty():
            return getpass.getpass(f"{question}: ", stream=sys.stderr)
        return sys.stdin.readline()
    except (EOFError, UnicodeDecodeError):  # whose message would quote the line
        return ""


def is_confirmed(question: str, undone: str = "ничего не удалено") -> bool:
    """Whether the answer is «да»; no answer at all is a UsageError that says what was not done and names --yes."""
    sys.stderr.write(f"{question} [да/нет]: ")
    sys.stderr.flush()
    answer = sys.stdin.readline()
    if not sys.stdin.isatty():  # nobody has ended the line by typing
        sys.stderr.write("\n")
    if not answer:
        raise UsageError(f"Ответа нет, {undone}. Чтобы не спрашивать, добавьте --yes.")
    return fold(answer) in YES
