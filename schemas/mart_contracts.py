"""What dbt says of the marts: names, columns with types, grain, Russian descriptions. The one place that reads it."""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from foundation.sources import ROOT
from schemas.metadata_file import MetadataError, read_yaml_text

MODELS = ROOT / "dbt_project" / "models"
BLOCK = re.compile(r"{% docs (\w+) %}(.*?){% enddocs %}", re.DOTALL)
REFERENCE = re.compile(r"{{ doc\('(\w+)'\) }}")
GRAIN = "unique_grain"
"""The dbt test that names the columns which tell the rows of a mart apart."""


@lru_cache
def mart_models() -> tuple[dict[str, Any], ...]:
    """Every mart as described for dbt, subject by subject."""
    files = sorted((MODELS / "marts").glob("*/[!_]*.yml"))
    return tuple(model for file in files for model in read_yaml_text(file)["models"])


@lru_cache
def marts_of_kinds() -> Mapping[str, str]:
    """The mart in which rows of a kind of export are seen, by kind: `meta: {rows_of: [...]}` of the mart."""
    return {kind: model["name"] for model in mart_models() for kind in _meta(model).get("rows_of", ())}


def grain(model: Mapping[str, Any]) -> tuple[str, ...]:
    """The columns that tell a mart's rows apart, as dbt tests them; empty where no such test is."""
    for test in model.get("data_tests", ()):
        if isinstance(test, dict) and GRAIN in test:
            return tuple(column.strip('"') for column in test[GRAIN]["arguments"]["columns"])
    return ()


@lru_cache
def stored_order(mart: str) -> tuple[str, ...]:
    """Columns by which a release stores a mart: those it is asked by, `meta: {stored_by: [...]}`, then its grain.

    The grain makes the order total: equal rows are stored alike. Raises KeyError for a mart that dbt does not
    describe, MetadataError for one without a grain or with a column that it does not have.
    """
    model = {one["name"]: one for one in mart_models()}[mart]
    own_grain, asked_by = grain(model), tuple(_meta(model).get("stored_by", ()))
    if not own_grain:
        raise MetadataError(f"витрина {mart}: нет проверки {GRAIN}, порядок её строк не определён")
    unknown = {*asked_by, *own_grain} - {column["name"] for column in model["columns"]}
    if unknown:
        raise MetadataError(f"витрина {mart}: порядок хранения называет столбцы, которых нет: {sorted(unknown)}")
    return tuple(dict.fromkeys((*asked_by, *own_grain)))


@lru_cache
def own_labels(mart: str) -> Mapping[str, str]:
    """Short Russian labels that a mart gives its columns beside them: `meta: {label: ...}` of the column."""
    (file,) = (MODELS / "marts").glob(f"*/{mart}.yml")
    columns = (column for model in read_yaml_text(file)["models"] for column in model["columns"])
    return {column["name"]: _meta(column)["label"] for column in columns if "label" in _meta(column)}


def _meta(described_thing: Mapping[str, Any]) -> Mapping[str, Any]:
    meta: Mapping[str, Any] = described_thing.get("config", {}).get("meta", {})
    return meta


def described(text: str) -> str:
    """A description with the texts of columns.md in the places that point at them, on one line."""
    return " ".join(REFERENCE.sub(lambda match: _meanings()[match[1]], text).split())


@lru_cache
def _meanings() -> Mapping[str, str]:
    text = (MODELS / "columns.md").read_text(encoding="utf-8")
    return {name: " ".join(meaning.split()) for name, meaning in BLOCK.findall(text)}
