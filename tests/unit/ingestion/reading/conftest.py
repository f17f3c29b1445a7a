"""How tests of reading open a file: as the loader does."""

from collections.abc import Callable
from pathlib import Path

import pytest

from ingestion.reading import Sheet, UnreadableFileError, open_members, read_sheets


@pytest.fixture
def read(tmp_path: Path) -> Callable[[Path], list[Sheet]]:
    """Sheets of a plain file."""

    def run(path: Path) -> list[Sheet]:
        (member,) = open_members(path, path.name, tmp_path / "workspace")
        return read_sheets(member)

    return run


@pytest.fixture
def refusal(tmp_path: Path) -> Callable[[Path], str]:
    """The message a file is refused with, whether at opening or at reading."""

    def run(path: Path) -> str:
        with pytest.raises(UnreadableFileError) as caught:
            for member in open_members(path, path.name, tmp_path / "workspace"):
                read_sheets(member)
        message = str(caught.value)
        assert message.startswith(path.name)
        assert f"vitrina add {path.name}" in message
        return message

    return run
