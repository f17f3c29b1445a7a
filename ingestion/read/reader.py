"""Sheets of a member, whatever its format."""

from dataclasses import replace
from pathlib import PurePosixPath

import polars as pl

from ingestion.read.accreditation.registry import read_accreditation
from ingestion.read.as_seen import as_seen, frame_as_seen
from ingestion.read.container import Member
from ingestion.read.delimited import read_delimited
from ingestion.read.errors import Refusal
from ingestion.read.ods import read_flat_ods, read_ods
from ingestion.read.parquet import read_parquet
from ingestion.read.sheet import Sheet, Workbook, refuse_garbled
from ingestion.read.signature import FileFormat, detect_format
from ingestion.read.workbook import read_xls, read_xlsx


def read_workbook(member: Member, timezone: str) -> Workbook:
    """Every sheet that holds anything, and remarks; moments of a known zone are given in `timezone`, the region's.

    Raises UnreadableFileError when the file is no table or cannot be trusted.
    """
    try:
        workbook = _read(member, timezone)
        sheets = [sheet for sheet in workbook.sheets if _has_content(sheet)]
        _require_trustworthy(sheets, workbook.remarks)
    except Refusal as refusal:
        raise refusal.about(member.name, member.container_name) from refusal
    return Workbook(tuple(_as_seen(sheet) for sheet in sheets), (*member.remarks, *workbook.remarks))


def _has_content(sheet: Sheet) -> bool:
    return any(column.null_count() < column.len() for column in sheet.frame.iter_columns())


def _require_trustworthy(sheets: list[Sheet], remarks: tuple[str, ...]) -> None:
    if not sheets and remarks:  # sheets that are not read
        raise Refusal(
            f"кроме листов, которые не читаются, в книге ничего нет ({'; '.join(remarks)})",
            "Сделайте нужный лист видимым и самостоятельным, сохраните книгу и повторите",
        )
    if not sheets:
        raise Refusal("в файле нет ни одной заполненной ячейки")
    for sheet in sheets:
        refuse_garbled(sheet)


def _as_seen(sheet: Sheet) -> Sheet:
    name = as_seen(pl.Series([sheet.name]))[0] or ""
    return replace(sheet, name=name, frame=frame_as_seen(sheet.frame))


def _read(member: Member, timezone: str) -> Workbook:
    stem = PurePosixPath(member.name).stem
    match detect_format(member.content):
        case FileFormat.XLSX:
            return read_xlsx(member.content)
        case FileFormat.XLS:
            return read_xls(member.content)
        case FileFormat.ODS:
            return read_ods(member.content)
        case FileFormat.FLAT_ODS:
            return read_flat_ods(member.content)
        case FileFormat.PARQUET:
            return Workbook((read_parquet(member.content, stem, timezone),))
        case FileFormat.ACCREDITATION:
            return Workbook((read_accreditation(member.content),))
        case FileFormat.TEXT:
            return Workbook((read_delimited(member.content, stem),))
        case FileFormat.ARCHIVE:
            raise Refusal("это архив, а не таблица", "Упакуйте файлы в один ZIP и повторите")
