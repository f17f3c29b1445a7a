"""Two organisations of the registry under one ИНН: which is the entity cannot be told, so the second is rejected.

Sites are told from their entity by the column «Филиал» or by their КПП, and rows of other days are its history.
"""

import polars as pl

from ingestion.examine.problems import Problem
from ingestion.examine.row_keys import NAME, place_of_first, second_name
from schemas.header_map import Layout
from schemas.kinds import Kind

OF_ONE_TIME = ("organisation_id", "valid_from", "valid_to")


def without_second_entities(frame: pl.DataFrame, kind: Kind, layout: Layout) -> tuple[pl.DataFrame, list[Problem]]:
    """Of rows that are one entity at one time under different names the first is kept, the others are rejected."""
    if kind.organisation != "registry" or not frame.height:
        return frame, []
    first = pl.struct("sheet", "source_row", NAME).first().over(OF_ONE_TIME)
    problems = []
    for row in frame.with_columns(first.alias("first")).filter(~pl.col("is_branch")).iter_rows(named=True):
        if names := second_name(row, row["first"]):
            place = place_of_first(row["sheet"], (row["first"]["sheet"], row["first"]["source_row"]))
            detail = f"ИНН {row['inn']} уже есть выше: {place}{names}"
            title = layout.title("inn")
            problems.append(Problem(row["sheet"], row["source_row"], title, "inn_of_two", row["inn"], detail=detail))
    places = pl.DataFrame(
        [(one.sheet, one.source_row) for one in problems], {"sheet": pl.String, "source_row": pl.Int64}, orient="row"
    )
    return frame.join(places, on=["sheet", "source_row"], how="anti"), problems
