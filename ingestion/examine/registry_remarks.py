"""Remarks on the registry: rows that are accepted as they stand, with what in them the sender should look at again."""

from collections.abc import Iterator

import polars as pl

from ingestion.examine.problems import Problem
from ingestion.match.listed_municipalities import code_of_district, listed_codes
from ingestion.names.places import names_no_municipality
from schemas.header_map import Layout
from schemas.kinds import Kind
from schemas.regions import region_of, regions

CODE = 2
"""The first digits of an ИНН say which region's tax office gave it."""


def registry_remarks(frame: pl.DataFrame, kind: Kind, layout: Layout) -> list[Problem]:
    """What of accepted rows of the registry may be a mistake; nothing of other kinds."""
    if kind.organisation != "registry" or not frame.height:
        return []
    return [*_foreign_codes(frame, layout), *_no_municipalities(frame, layout), *_other_oktmo(frame, layout)]


def _foreign_codes(frame: pl.DataFrame, layout: Layout) -> Iterator[Problem]:
    """An ИНН that was given in another region: moved there, or a mistaken digit (contracts.md, 37)."""
    for sheet, row, inn, region in frame.select("sheet", "source_row", "inn", "region").rows():
        own = region_of(region)
        if own is not None and inn[:CODE] not in own.tax_codes:
            said = f"{inn}, код {inn[:CODE]}: {_owner(inn)}; {region}"
            yield Problem(sheet, row, layout.title("inn"), "inn_of_other_region", said)


def _owner(inn: str) -> str:
    return next((one.name for one in regions() if inn[:CODE] in one.tax_codes), "кода нет ни у одного субъекта")


def _no_municipalities(frame: pl.DataFrame, layout: Layout) -> Iterator[Problem]:
    """«Региональное подчинение» is no municipality; its organisations stand in their region under these words."""
    for sheet, row, municipality in frame.select("sheet", "source_row", "municipality").rows():
        if names_no_municipality(municipality):
            yield Problem(sheet, row, layout.title("municipality"), "not_a_municipality", municipality)


def _other_oktmo(frame: pl.DataFrame, layout: Layout) -> Iterator[Problem]:
    """An ОКТМО that is not the one of the municipality in the list, nor of what lies in it."""
    columns = ("sheet", "source_row", "oktmo", "region", "municipality")
    for sheet, row, oktmo, region, municipality in frame.filter(pl.col("oktmo").is_not_null()).select(columns).rows():
        codes = listed_codes(region, municipality)
        if codes and code_of_district(oktmo) not in codes:
            said = f"{oktmo}; {municipality}: {', '.join(sorted(codes))}"
            yield Problem(sheet, row, layout.title("oktmo"), "oktmo_of_other_municipality", said)
