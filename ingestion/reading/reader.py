"""Sheets of a member, whatever its format."""

from pathlib import PurePosixPath

from ingestion.reading.accreditation import read_accreditation
from ingestion.reading.container import Member
from ingestion.reading.delimited import read_delimited
from ingestion.reading.errors import Refusal
from ingestion.reading.ods import read_ods
from ingestion.reading.parquet import read_parquet
from ingestion.reading.sheet import Sheet, Workbook, refuse_garbled
from ingestion.reading.signature import FileFormat, detect_format
from ingestion.reading.workbook import read_xls, read_xlsx


def read_workbook(member: Member, timezone: str) -> Workbook:
    """Every sheet that holds anything, and remarks; moments of a known zone are given in `timezone`, the region's.

    Raises UnreadableFileError when the file is no table or cannot be trusted.
    """
    try:
        sheets = [sheet for sheet in _read(member) if _has_content(sheet)]
        _require_trustworthy(sheets)
    except Refusal as refusal:
        raise refusal.about(member.name, member.container_name) from refusal
    return Workbook(tuple(sheets))


def _has_content(sheet: Sheet) -> bool:
    return any(column.null_count() < column.len() for column in sheet.frame.iter_columns())


def _require_trustworthy(sheets: list[Sheet]) -> None:
    if not sheets:
        raise Refusal("в файле нет ни одной заполненной ячейки")
    for sheet in sheets:
        refuse_garbled(sheet)


def _read(member: Member) -> list[Sheet]:
    stem = PurePosixPath(member.name).stem
    match detect_format(member.content):
        case FileFormat.XLSX:
            return read_xlsx(member.content)
        case FileFormat.XLS:
            return read_xls(member.content)
        case FileFormat.ODS:
            return read_ods(member.content)
        case FileFormat.PARQUET:
            return read_parquet(member.content, stem)
        case FileFormat.ACCREDITATION:
            return read_accreditation(member.content)
        case FileFormat.TEXT:
            return read_delimited(member.content, stem)
        case FileFormat.ARCHIVE:
            raise Refusal("это архив, а не таблица", "Упакуйте файлы в один ZIP и повторите")
