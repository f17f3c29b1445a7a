"""What measures.csv says of kinds of export, held against what the kinds declare."""

from functools import lru_cache

from schemas.kinds import KINDS
from schemas.measures import MEASURES, Measure, measures
from schemas.metadata_file import MetadataError, no_such


@lru_cache
def measures_of_kinds() -> tuple[Measure, ...]:
    """Every measure, its kinds and its column known; raises MetadataError naming the fault."""
    for measure in measures():
        check_kinds(measure)
    return measures()


def check_kinds(measure: Measure) -> None:
    """Raises MetadataError when a measure is of a kind that is none, or of a column that holds no quantity of it."""
    for kind in (*measure.kinds, *([measure.list_kind] if measure.list_kind else [])):
        if kind not in KINDS:
            raise _fault(measure, no_such("вида выгрузки", kind, sorted(KINDS)))
    for kind in measure.kinds if measure.column else ():
        columns = sorted(KINDS[kind].measures & set(KINDS[kind].model.columns))
        if measure.column not in columns and not KINDS[kind].partition_column:
            raise _fault(measure, no_such(f"величины вида {kind}", str(measure.column), columns))


def _fault(measure: Measure, said: str) -> MetadataError:
    return MetadataError(f"{MEASURES.name}: «{measure.measure_code}»: {said}")
