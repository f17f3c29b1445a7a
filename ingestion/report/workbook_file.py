"""An Excel workbook on disk."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.exceptions import FileCreateError


@contextmanager
def written_workbook(path: Path, options: Mapping[str, Any]) -> Iterator[Any]:
    """A workbook to fill, written when the block ends; raises OSError, not what xlsxwriter hides it in."""
    try:
        with xlsxwriter.Workbook(str(path), dict(options)) as workbook:
            yield workbook
    except FileCreateError as error:
        (cause,) = error.args
        raise OSError(cause.errno, cause.strerror, str(path)) from error
