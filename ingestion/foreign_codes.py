"""Remarks on the registry: an ИНН that begins with the code of another region than the row's (contracts.md, 37)."""

import polars as pl

from ingestion.problems import Problem
from schemas.catalogue import region_of, regions
from schemas.header_map import Layout
from schemas.kinds import Kind

CODE = 2
"""The first digits of an ИНН say which region's tax office gave it."""


def foreign_codes(frame: pl.DataFrame, kind: Kind, layout: Layout) -> list[Problem]:
    """One remark a row of the registry whose ИНН was given in another region: moved there, or a mistaken digit."""
    if kind.organisation != "registry" or not frame.height:
        return []
    heading = layout.title("inn")
    return [
        Problem(sheet, row, heading, "inn_of_other_region", f"{inn}, код {inn[:CODE]}: {_owner(inn)}; {region}")
        for sheet, row, inn, region in frame.select("sheet", "source_row", "inn", "region").rows()
        if (own := region_of(region)) is not None and inn[:CODE] not in own.tax_codes
    ]


def _owner(inn: str) -> str:
    return next((one.name for one in regions() if inn[:CODE] in one.tax_codes), "кода нет ни у одного субъекта")
