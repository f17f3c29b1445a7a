"""Metadata files as their pydantic models; what is wrong with a file is said in Russian, with its name and key."""

import csv
import difflib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Annotated, Any, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError
from yaml.constructor import SafeConstructor

from foundation.system_errors import reason_in_words

Code = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
Text = Annotated[str, Field(min_length=1)]
T = TypeVar("T")
OWN_FOLDERS = (Path(__file__).resolve().parent, Path(__file__).resolve().parent.parent / "dbt_project")
"""Where the project's own metadata lies; a region's home may stand anywhere else in the same tree."""
LONGEST = 60
"""How much of a value a message quotes."""
SHOWN = 3
"""How many faults of one file are told at once."""
LIMITS = {"greater_than_equal": "не меньше", "less_than_equal": "не больше"}
EXPECTED_TYPES = {
    "string": "текст (число или «да» возьмите в кавычки)",
    "int": "целое число",
    "bool": "true или false",
    "decimal": "число",
    "date": "дата вида 2024-12-01",
    "list": "список",
    "tuple": "список",
    "frozen_set": "список",
    "dict": "ключи со значениями",
    "mapping": "ключи со значениями",
    "model": "ключи со значениями",
}


class MetadataError(ValueError):
    """A metadata file is not valid: the message names the file, its key and what is wrong."""


class Strict(BaseModel):
    """A model of metadata: a misspelled key is an error, never silently without effect."""

    model_config = ConfigDict(extra="forbid", frozen=True)


@dataclass(frozen=True)
class BadFile:
    """A file of the region that was left out, and why."""

    path: Path
    reason: str

    def __str__(self) -> str:
        return f"{self.path.parent.name}/{self.path.name} не используется: {self.reason}. Исправьте файл."


class _UniqueKeys(SafeConstructor):
    """YAML whose keys stand once: of two blocks `columns` the reader would silently keep the last."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        keys = [key.value for key, _ in node.value if isinstance(key, yaml.ScalarNode)]
        repeated = next((key for place, key in enumerate(keys) if key in keys[:place]), None)
        if repeated is not None:
            raise MetadataError(f"ключ «{repeated}» стоит дважды, строка {node.start_mark.line + 1}")
        return super().construct_mapping(node, deep=deep)


class _RegionLoader(_UniqueKeys, yaml.SafeLoader):
    """For files of others: however deep they nest, the worst is an error."""


class _ProjectLoader(_UniqueKeys, yaml.CSafeLoader):
    """For the project's own files: libyaml, many times faster, and at home only with files known to be sound."""


def read_yaml_text(path: Path) -> Any:
    """What a YAML file holds; raises MetadataError when it is no YAML or has a key twice."""
    text = _text(path)
    try:
        return yaml.load(text, _ProjectLoader if any(map(path.is_relative_to, OWN_FOLDERS)) else _RegionLoader)
    except MetadataError as error:
        raise MetadataError(f"{path.name}: {error}") from error
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        place = f", строка {mark.line + 1}" if mark else ""
        raise MetadataError(f"{path.name}: это не YAML{place}") from error


def read_csv_text(path: Path) -> list[dict[str, Any]]:
    """The rows of a CSV file, empty cells left out; a cell too many stands under None and fits no model."""
    text = _text(path)
    try:
        rows = list(csv.DictReader(StringIO(text), strict=True))
    except csv.Error as error:
        raise MetadataError(f"{path.name}: это не CSV ({error})") from error
    return [{name: cell for name, cell in row.items() if cell != ""} for row in rows]


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise MetadataError(f"{path.name}: кодировка не UTF-8") from error
    except OSError as error:
        raise MetadataError(f"{path.name}: файл не читается ({reason_in_words(error)})") from error


def validated(path: Path, expected: type[T] | TypeAdapter[T], content: Any) -> T:
    """The content of a file as what it should be; raises MetadataError naming the file and the keys at fault."""
    adapter = expected if isinstance(expected, TypeAdapter) else TypeAdapter(expected)
    try:
        return adapter.validate_python(content)
    except ValidationError as error:
        told = [_told(one) for one in _causes(error)]
        more = f"; и ещё {len(told) - SHOWN}" if len(told) > SHOWN else ""
        raise MetadataError(f"{path.name}: {'; '.join(told[:SHOWN])}{more}") from error


def no_such(what: str, word: str, known: Iterable[str]) -> str:
    """«нет вида «headcuont»; возможно, «headcount»»."""
    likely = difflib.get_close_matches(word, list(known), n=1)
    return f"нет {what} «{word}»" + (f"; возможно, «{likely[0]}»" if likely else "")


def usable(paths: Iterable[Path], read: Callable[[Path], T]) -> Iterator[tuple[Path, T | BadFile]]:
    """Each file read; a file that cannot be used comes back as what is wrong with it."""
    for path in paths:
        try:
            yield path, read(path)
        except MetadataError as error:
            yield path, bad_file(path, error)


def bad_file(path: Path, error: MetadataError) -> BadFile:
    """The file with what is wrong with it."""
    return BadFile(path, str(error).removeprefix(f"{path.name}: "))


def _causes(error: ValidationError) -> list[Any]:
    """What is wrong; a list that is short only because its one element is wrong is no fault of its own."""
    errors = error.errors()
    inner = {one["loc"][:-depth] for one in errors for depth in range(1, len(one["loc"]))}
    return [one for one in errors if not (one["type"] == "too_short" and one["loc"] in inner)]


def _told(error: Any) -> str:
    """One fault in Russian: the key, then what is wrong with it."""
    where = " / ".join(str(part + 1) if isinstance(part, int) else str(part) for part in error["loc"])
    kind: str = error["type"]
    if kind == "missing":
        return f"не хватает ключа «{where}»"
    if kind == "extra_forbidden":
        return f"неизвестный ключ «{where}»"
    place = f"ключ «{where}»: " if where else ""
    if kind == "value_error":
        return f"{place}{error['ctx']['error']}"
    if kind in {"literal_error", "enum"}:
        return f"{place}«{error['input']}» — ожидалось: {error['ctx']['expected'].replace(' or ', ', ')}"
    if kind in LIMITS:
        return f"{place}должно быть {LIMITS[kind]} {next(iter(error['ctx'].values()))}"
    if kind in {"too_short", "string_too_short"}:
        return f"{place}не может быть пустым"
    expected = EXPECTED_TYPES.get(
        kind.removesuffix("_type").removesuffix("_parsing").removesuffix("_from_date_parsing")
    )
    return (
        f"{place}ожидалось: {expected}"
        if expected
        else f"{place}недопустимое значение «{str(error['input'])[:LONGEST]}»"
    )
