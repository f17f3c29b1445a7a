"""The measures that exports give: how they add up over time and sites, and what it means when nothing was sent."""

from functools import lru_cache
from typing import Literal, Self

from pydantic import model_validator

from schemas.catalogue_file import CATALOGUES
from schemas.metadata_file import Code, Strict, Text, read_csv_text, validated

MEASURES = CATALOGUES / "measures.csv"


class Measure(Strict):
    """One row of measures.csv."""

    measure_code: Code
    title: Text
    time_rule: Literal["snapshot", "period", "state", "to_date", "flow"]
    rollup: Literal["sum", "minimum", "distinct_people"]
    unit: Text
    kinds: tuple[Code, ...]
    """The kinds of export that give it; that there are such is held above both (schemas.measure_kinds)."""
    absence: Literal["unknown", "zero"]
    """What no row of an organisation means: a state not reported is unknown, an event not listed did not happen."""
    list_kind: Code | None = None
    """The kind whose list must have come before «none» can be told from «not known yet»."""
    column: Code | None = None
    """The column of its kinds that holds it as it is; empty where a model of dbt computes it."""

    @model_validator(mode="after")
    def _check_column(self) -> Self:
        if self.column and self.time_rule in {"state", "to_date"}:
            raise ValueError(f"мера с time_rule {self.time_rule} не читается из столбца: её вычисляет модель dbt")
        return self


@lru_cache
def measures() -> tuple[Measure, ...]:
    """Every measure; raises MetadataError naming the row's fault."""
    return tuple(
        validated(MEASURES, Measure, {**line, "kinds": line["kinds"].split(";")}) for line in read_csv_text(MEASURES)
    )
