"""The measures that exports give: how they add up over time and sites, and what it means when nothing was sent."""

from functools import lru_cache
from typing import Literal, Self

from pydantic import model_validator

from schemas.catalogue_rows import CATALOGUES
from schemas.metadata_file import Code, Strict, Text, no_such, read_csv_text, validated

MEASURES = CATALOGUES / "measures.csv"


class Measure(Strict):
    """One row of measures.csv."""

    measure_code: Code
    title: Text
    time_rule: Literal["snapshot", "period", "state", "to_date", "flow"]
    rollup: Literal["sum", "minimum", "distinct_people"]
    unit: Text
    kinds: tuple[Code, ...]
    """The kinds of export that give it."""
    absence: Literal["unknown", "zero"]
    """What no row of an organisation means: a state not reported is unknown, an event not listed did not happen."""
    list_kind: Code | None = None
    """The kind whose list must have come before «none» can be told from «not known yet»."""
    column: Code | None = None
    """The column of its kinds that holds it as it is; empty where a model of dbt computes it."""

    @model_validator(mode="after")
    def _check_kinds(self) -> Self:
        from schemas.kinds import KINDS  # noqa: PLC0415 - kinds read passports, and passports name measures

        for kind in (*self.kinds, *([self.list_kind] if self.list_kind else [])):
            if kind not in KINDS:
                raise ValueError(no_such("вида выгрузки", kind, sorted(KINDS)))
        for kind in self.kinds if self.column else ():
            columns = sorted(KINDS[kind].measures & set(KINDS[kind].model.columns))
            if self.column not in columns and not KINDS[kind].partition_column:
                raise ValueError(no_such(f"величины вида {kind}", str(self.column), columns))
        if self.column and self.time_rule in {"state", "to_date"}:
            raise ValueError(f"мера с time_rule {self.time_rule} не читается из столбца: её вычисляет модель dbt")
        return self


@lru_cache
def measures() -> tuple[Measure, ...]:
    """Every measure; raises MetadataError naming the row's fault."""
    return tuple(
        validated(MEASURES, Measure, {**line, "kinds": line["kinds"].split(";")}) for line in read_csv_text(MEASURES)
    )
