"""Help and usage errors in Russian: Typer has no translations of its own."""

import re
from typing import Any

from typer.core import TyperCommand, TyperGroup

HELP_WORDS = (
    (re.compile(r"^Usage:"), "Использование:"),
    (re.compile(r"^Options:", re.MULTILINE), "Параметры:"),
    (re.compile(r"^Arguments:", re.MULTILINE), "Аргументы:"),
    (re.compile(r"^Commands:", re.MULTILINE), "Команды:"),
    (re.compile(r"\[OPTIONS\]"), "[ПАРАМЕТРЫ]"),
    (re.compile(r"COMMAND \[ARGS\]\.\.\."), "КОМАНДА [АРГУМЕНТЫ]..."),
    (re.compile(r"Show this message and exit\."), "Показать эту справку."),
    (re.compile(r"\[required\]"), "[обязательно]"),
    (re.compile(r"\[default: "), "[по умолчанию: "),
)

ERROR_WORDS = (
    (re.compile(r"No such command '(.*?)'\."), r"Нет команды «\1»."),
    (re.compile(r"No such option: (\S+)"), r"Нет параметра \1"),
    (re.compile(r"Missing argument '(.*?)'\."), r"Не указано: \1"),
    (re.compile(r"Missing option '(.*?)'\."), r"Не указан параметр \1."),
    (re.compile(r"Missing command\."), "Не указана команда."),
    (re.compile(r"Option '(.*?)' requires an argument\."), r"Параметру \1 нужно значение."),
    (re.compile(r"Option '(.*?)' does not take a value\."), r"Параметр \1 пишут без значения."),
    (re.compile(r"Invalid value for '(.*?)':"), r"Неверное значение \1:"),
    (
        re.compile(r"Got unexpected extra argument(?:s|\(s\))? \((.*)\)"),
        r"Лишнее: \1. Текст с пробелами берут в кавычки",
    ),
    (re.compile(r"'(.*?)' is not one of (.*)\."), r"«\1» не из списка \2."),
    (re.compile(r"'(.*?)' is not a valid int(eger)?\."), r"«\1» не целое число."),
    (re.compile(r"Value error, "), ""),
    (re.compile(r"' / '"), " / "),
    (re.compile(r"Input should be a valid integer, unable to parse string as an integer"), "нужно целое число"),
    (re.compile(r"Input should be less than or equal to (\S+)"), r"нужно не больше \1"),
    (re.compile(r"Input should be greater than or equal to (\S+)"), r"нужно не меньше \1"),
    (re.compile(r"\.?\s*\(?Did you mean (?:one of: )?(.*?)\?\)?$"), r". Возможно, имелось в виду: \1."),
    (re.compile(r"\s*\(?Possible options: (.*?)\)?$"), r". Возможно: \1."),
)


def russian_help(text: str) -> str:
    """Typer's help with its own words in Russian."""
    for pattern, replacement in HELP_WORDS:
        text = pattern.sub(replacement, text)
    return text


def russian_error(text: str) -> str:
    """A usage error of Typer in Russian; what is not known stays as it is."""
    for pattern, replacement in ERROR_WORDS:
        text = pattern.sub(replacement, text)
    return text


class RussianCommand(TyperCommand):
    """A verb with Russian help."""

    def get_help(self, ctx: Any) -> str:
        """Help text."""
        return russian_help(super().get_help(ctx))


class RussianGroup(TyperGroup):
    """A group of verbs with Russian help."""

    def get_help(self, ctx: Any) -> str:
        """Help text."""
        return russian_help(super().get_help(ctx))
