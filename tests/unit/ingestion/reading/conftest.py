"""How tests of reading open a file: as the loader does."""

from collections.abc import Callable
from pathlib import Path

import pytest

from ingestion.read import Sheet, UnreadableFileError, Workbook, open_members, read_workbook

TIMEZONE = "Europe/Moscow"


@pytest.fixture
def workbook(tmp_path: Path) -> Callable[[Path], Workbook]:
    """Sheets and remarks of a plain file."""

    def run(path: Path) -> Workbook:
        (member,) = open_members(path, path.name, tmp_path / "workspace")
        return read_workbook(member, TIMEZONE)

    return run


@pytest.fixture
def read(workbook: Callable[[Path], Workbook]) -> Callable[[Path], list[Sheet]]:
    """Sheets of a plain file."""
    return lambda path: list(workbook(path).sheets)


@pytest.fixture
def refusal(tmp_path: Path) -> Callable[[Path], str]:
    """The message a file is refused with, whether at opening or at reading."""

    def run(path: Path) -> str:
        with pytest.raises(UnreadableFileError) as caught:
            for member in open_members(path, path.name, tmp_path / "workspace"):
                read_workbook(member, TIMEZONE)
        message = str(caught.value)
        assert message.startswith(path.name)
        assert f"vitrina add {path.name}" in message
        return message

    return run
