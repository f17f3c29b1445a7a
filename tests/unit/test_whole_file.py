"""A file is there whole or not at all."""

import os
import threading
from pathlib import Path

import pytest

from foundation.whole_file import written_whole


def test_it_takes_its_place_at_the_end(tmp_path: Path) -> None:
    """Guards against a reader that sees half a file."""
    target = tmp_path / "answer.csv"
    target.write_text("before", encoding="utf-8")
    with written_whole(target) as place:
        place.write_text("after", encoding="utf-8")
        assert target.read_text(encoding="utf-8") == "before"
    assert target.read_text(encoding="utf-8") == "after"
    assert list(tmp_path.iterdir()) == [target]


def test_an_error_leaves_what_was_there(tmp_path: Path) -> None:
    """Guards against half an answer of a query that met its time limit, taken for a whole one."""
    target = tmp_path / "answer.csv"
    with pytest.raises(ValueError, match="limit"), written_whole(target) as place:
        place.write_text("half", encoding="utf-8")
        raise ValueError("limit")
    assert list(tmp_path.iterdir()) == []


def test_a_pipe_is_written_to(tmp_path: Path) -> None:
    """Guards against a pipe replaced by a file, so that its reader waits for ever."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    found: list[str] = []
    reader = threading.Thread(target=lambda: found.append(pipe.read_text(encoding="utf-8")), daemon=True)
    reader.start()
    with written_whole(pipe) as place:
        place.write_text("answer", encoding="utf-8")
    reader.join(10)
    assert found == ["answer"]
