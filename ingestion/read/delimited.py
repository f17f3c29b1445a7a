"""CSV and TSV: delimiter and encoding are found, quotes and line breaks within them respected."""

import csv
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from ingestion.read.encoding import detect_encoding
from ingestion.read.errors import Refusal
from ingestion.read.sheet import FrameBuilder, Sheet

_SAMPLE_LINES = 300
_FIELD_LIMIT = 1 << 27
_CONSISTENT = 0.8


def read_delimited(path: Path, name: str) -> Sheet:
    """The file as one sheet; row numbers are numbers of records, so a quoted line break does not shift them."""
    encoding = detect_encoding(path)
    builder = FrameBuilder(name)
    for record in read_records(path, encoding, find_delimiter(path, encoding)):
        builder.append(record)
    return Sheet(name, builder.build())


def read_records(path: Path, encoding: str, delimiter: str) -> Iterator[list[str | None]]:
    """Records one after another, blank cells as None; raises Refusal where quotes are not set rightly."""
    csv.field_size_limit(_FIELD_LIMIT)
    with path.open(encoding=encoding, newline="") as stream:
        # strict: a stray quote would otherwise swallow records up to the next one without a word
        records = csv.reader(map(_without_file_marks, stream), delimiter=delimiter, strict=True)
        number = 0
        try:
            for record in records:
                number += 1
                yield [cell if cell and not cell.isspace() else None for cell in record]
        except csv.Error as error:
            raise Refusal(
                f"в записи {number + 1} (около строки {records.line_num} файла) неверно расставлены кавычки "
                "или есть посторонние символы",
                "Внутренние кавычки удвойте и повторите",
            ) from error


def _without_file_marks(line: str) -> str:
    """A line without what programs put at the ends of a file: beside a quote such a mark would spoil the field."""
    return line.replace("\x1a", "").replace("\ufeff", "") if "\x1a" in line or "\ufeff" in line else line


def find_delimiter(path: Path, encoding: str) -> str:
    """The delimiter that divides the first lines most evenly.

    Semicolon and tab go before the comma, which also stands in decimal numbers and in text.
    """
    with path.open(encoding=encoding, newline="") as stream:
        lines = list(islice(stream, _SAMPLE_LINES))
    if lines and lines[0].startswith("sep=") and len(lines[0].strip("\r\n")) == len("sep=") + 1:
        return lines[0][len("sep=")]  # how Excel is told
    scores = {delimiter: _score(lines, delimiter) for delimiter in (";", "\t", ",")}
    share, _ = max(scores[";"], scores["\t"], key=_weight)
    delimiters = (";", "\t") if share >= _CONSISTENT else (";", "\t", ",")
    return max(delimiters, key=lambda delimiter: _weight(scores[delimiter]))


def _score(lines: list[str], delimiter: str) -> tuple[float, int]:
    """Share of records that have the commonest width, from the first divided one on, and that width."""
    widths = [_width(record) for record in csv.reader(lines, delimiter=delimiter) if record]
    start = next((index for index, width in enumerate(widths) if width > 1), None)
    if start is None:
        return 0.0, 1
    below = widths[start:]
    width, count = Counter(width for width in below if width > 1).most_common(1)[0]
    return count / len(below), width


def _width(record: list[str]) -> int:
    # A lone quote in a field means that a quoted text was cut, so this is not the delimiter.
    return 1 if any(field.count('"') % 2 for field in record) else len(record)


def _weight(score: tuple[float, int]) -> float:
    share, width = score
    return float(share**3 * (width - 1) ** 0.5)
