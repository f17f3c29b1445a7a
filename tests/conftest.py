"""Fixtures shared by all tests: a home of its own for each test, and small files written as exports are."""

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from schemas.secret import create_secret
from schemas.settings import Settings, get_settings

Rows = Sequence[Sequence[object]]


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Settings]:
    """A fresh VITRINA_HOME with a secret."""
    monkeypatch.setenv("VITRINA_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("VITRINA_SECRET", raising=False)
    get_settings.cache_clear()
    current = get_settings()
    create_secret(current)
    yield current
    get_settings.cache_clear()


@pytest.fixture
def write_csv(tmp_path: Path) -> Callable[..., Path]:
    """Write rows as a CSV export; `encoding` and `delimiter` as the sender's system has them."""

    def write(name: str, rows: Rows, encoding: str = "utf-8", delimiter: str = ";") -> Path:
        text = io.StringIO()
        csv.writer(text, delimiter=delimiter).writerows(rows)
        path = tmp_path / name
        path.write_bytes(text.getvalue().encode(encoding))
        return path

    return write
