"""Refusals of a received file, worded for the person who sent it."""

_REPEAT = "Выгрузите его заново и повторите"


class UnreadableFileError(Exception):
    """The file cannot be read; the message is a Russian sentence saying what is wrong and what to do next."""


class Refusal(Exception):  # noqa: N818 - not an error of the program, a verdict on the file
    """What is wrong with the bytes at hand, raised where the file's name is not known yet."""

    def __init__(self, problem: str, advice: str = _REPEAT) -> None:
        super().__init__(problem)
        self.problem = problem
        self.advice = advice

    def about(self, name: str, container: str | None = None) -> UnreadableFileError:
        """The same refusal with the names the sender knows; a ZIP is what has to be added again."""
        shown = f"{container}/{name}" if container else name
        target = container or name
        if any(symbol.isspace() for symbol in target):
            target = f'"{target}"'
        return UnreadableFileError(f"{shown}: {self.problem}. {self.advice}: vitrina add {target}")
