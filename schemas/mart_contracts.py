"""What dbt says of the marts: names, columns with types, grain, Russian descriptions. The one place that reads it."""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from foundation.sources import ROOT
from schemas.metadata_file import read_yaml_text

MODELS = ROOT / "dbt_project" / "models"
BLOCK = re.compile(r"{% docs (\w+) %}(.*?){% enddocs %}", re.DOTALL)
REFERENCE = re.compile(r"{{ doc\('(\w+)'\) }}")


@lru_cache
def mart_models() -> tuple[dict[str, Any], ...]:
    """Every mart as described for dbt, subject by subject."""
    files = sorted((MODELS / "marts").glob("*/[!_]*.yml"))
    return tuple(model for file in files for model in read_yaml_text(file)["models"])


def described(text: str) -> str:
    """A description with the texts of columns.md in the places that point at them, on one line."""
    return " ".join(REFERENCE.sub(lambda match: _meanings()[match[1]], text).split())


@lru_cache
def _meanings() -> Mapping[str, str]:
    text = (MODELS / "columns.md").read_text(encoding="utf-8")
    return {name: " ".join(meaning.split()) for name, meaning in BLOCK.findall(text)}
