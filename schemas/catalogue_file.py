"""Files under schemas/catalogues, and how a region's own file of the same name is joined to the project's.

A row of VITRINA_HOME/catalogues/<file> whose key the project has gives it spellings and nothing else, or takes its
place where the catalogue says what a region decides for itself; any other row is a new one, as complete as the
project's own.
"""

import csv
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from foundation.settings import per_home, regional_home
from foundation.text import fold
from schemas.metadata_file import BadFile, MetadataError, Strict, Text, read_csv_text, read_yaml_text, validated

CATALOGUES = Path(__file__).parent / "catalogues"
Texts = tuple[Text, ...]
Row = dict[str, Any]


def read_mapping(name: str) -> Any:
    """One YAML catalogue that a region adds nothing to."""
    return read_yaml_text(CATALOGUES / name)


def read_csv(name: str) -> list[dict[str, str]]:
    """The rows of one CSV catalogue of the project."""
    with (CATALOGUES / name).open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


@dataclass(frozen=True)
class Catalogue:
    """A catalogue that a region may add to: its file, the model of a row, and what must hold of all rows."""

    name: str
    row: type[Strict]
    key: str | None = None
    """The column that names a row; without it, rows are only added."""
    check: Callable[[Sequence[Row]], None] | None = None
    """Raises ValueError with what is wrong."""
    is_replaced: bool = False
    """Whether a row of the region takes the place of the project's row of its key: what is due by when is the region's
    to say, and no figure changes its meaning by it."""
    is_closed: bool = False
    """Whether it gets spellings only: what a role or a group of addressees does stands in models."""


@per_home
def rows(catalogue: Catalogue) -> tuple[Row, ...]:
    """The rows of a catalogue, the project's and then the region's own."""
    return joined(catalogue, regional_home())[0]


def joined(catalogue: Catalogue, home: Path) -> tuple[tuple[Row, ...], BadFile | None]:
    """The rows of a catalogue in a home; where the region's file could not be used, the project's alone and why."""
    project, path = project_rows(catalogue), home / "catalogues" / catalogue.name
    if not path.exists():
        return project, None
    try:
        return _with_added(catalogue, project, path), None
    except MetadataError as error:
        return project, BadFile(path, str(error).removeprefix(f"{catalogue.name}: "))


@lru_cache
def project_rows(catalogue: Catalogue) -> tuple[Row, ...]:
    """The rows that come with the project."""
    path = CATALOGUES / catalogue.name
    return tuple(_row(path, catalogue, entry) for entry in _content(path))


def _content(path: Path) -> list[Any]:
    content = read_csv_text(path) if path.suffix == ".csv" else read_yaml_text(path)
    return validated(path, TypeAdapter(list[dict[Any, Any]]), content)


def _row(path: Path, catalogue: Catalogue, entry: Any) -> Row:
    try:
        return validated(path, catalogue.row, entry).model_dump(exclude_unset=True)
    except MetadataError as error:
        named = entry.get(catalogue.key)
        said = str(error).removeprefix(f"{path.name}: ")
        raise MetadataError(f"{path.name}: {f'«{named}», ' if named else ''}{said}") from error


def _with_added(catalogue: Catalogue, project: Sequence[Row], path: Path) -> tuple[Row, ...]:
    """The project's rows and a region's; raises MetadataError when any of the region's rows cannot be taken."""
    joined = [dict(row) for row in project]
    places = {row[catalogue.key]: place for place, row in enumerate(joined)} if catalogue.key else {}
    for entry in _content(path):
        place = places.get(entry.get(catalogue.key)) if catalogue.key else None
        if place is not None and catalogue.is_replaced:
            joined[place] = _row(path, catalogue, entry)
        elif place is not None:
            joined[place]["spellings"] = (*joined[place].get("spellings", ()), *_spellings(path, catalogue, entry))
        elif catalogue.is_closed:
            raise MetadataError(f"{path.name}: добавить можно только написания строк проекта: {', '.join(places)}")
        else:
            joined.append(_row(path, catalogue, entry))
            if catalogue.key:
                places[joined[-1][catalogue.key]] = len(joined) - 1
    _check_spellings(path, joined)
    try:
        if catalogue.check:
            catalogue.check(joined)
    except ValueError as error:
        raise MetadataError(f"{path.name}: {error}") from error
    return tuple(joined)


def _spellings(path: Path, catalogue: Catalogue, entry: Row) -> Texts:
    if set(entry) != {catalogue.key, "spellings"}:
        named = f"«{entry[catalogue.key or '']}»"
        raise MetadataError(f"{path.name}: строка {named} есть в проекте, к ней можно добавить только spellings")
    return validated(path, TypeAdapter(Texts), entry["spellings"])


def _check_spellings(path: Path, joined: Sequence[Row]) -> None:
    """A spelling that means two rows would mean whichever came last."""
    owners: dict[str, int] = {}
    for number, row in enumerate(joined):
        for text in row.get("spellings", ()):
            if owners.setdefault(fold(text), number) != number:
                raise MetadataError(f"{path.name}: написание «{text}» уже есть у другой строки")
