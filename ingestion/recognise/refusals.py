"""Why a sheet or a file cannot be taken, in words for its sender."""

from collections.abc import Sequence

from ingestion.errors import RefusedFileError, UnrecognisedFileError
from ingestion.recognise.context import CONTEXT_OF_EVERY_LAYOUT, Context
from ingestion.recognise.header_row import Header
from schemas.header_map import Layout
from schemas.kinds import KINDS


def refuse_twins(header: Header, file_name: str, sheet_name: str) -> None:
    """Refuse a table in which two columns have one meaning: which of them counts is not ours to guess."""
    if header.twins:
        name, first, second = header.twins[0]
        raise RefusedFileError(
            f"{file_name}, лист «{sheet_name}»: столбцы «{first}» и «{second}» означают одно и то же "
            f"(«{header.layout.title(name)}»). Оставьте один из них и повторите загрузку."
        )


def refusal_for(header: Header | None, missing: Sequence[str], file_name: str, sheet_name: str) -> RefusedFileError:
    """Why a sheet cannot be taken: no header, or the nearest kind and what it misses."""
    if header is None:
        return UnrecognisedFileError(
            f"{file_name}, лист «{sheet_name}»: не найдена строка заголовков. Ожидались названия столбцов "
            "одного из видов выгрузки (список: docs/vygruzki.md): добавьте строку заголовков и повторите загрузку."
        )
    listed = "; ".join(f"«{title}»" for title in missing)
    alternatives = [title for titles in missing for title in titles.split(" или ")]
    from_outside = [title for title in alternatives if _may_come_from_outside(header.layout, title)]
    remedy = "Добавьте недостающее и повторите загрузку."
    if from_outside:
        remedy = f'Добавьте столбец, строку над таблицей или задайте: vitrina add ФАЙЛ --set "{from_outside[0]}=…".'
    return UnrecognisedFileError(
        f"{file_name}, лист «{sheet_name}»: не хватает обязательного: {listed}. "
        f"Ближайший вид выгрузки: «{KINDS[header.layout.kind].title}». {remedy}"
    )


def refusal_of_conflict(context: Context, header: Header, file_name: str, sheet_name: str) -> RefusedFileError | None:
    """Why a table cannot be taken whose title lines give one thing two values; None when they give none that counts."""
    for first, second in context.conflicts:
        if first.name in header.columns:
            continue
        title = header.layout.title(first.name)
        lines = " и ".join(f"«{one.phrase}» ({one.place})" for one in (first, second))
        return RefusedFileError(
            f"{file_name}, лист «{sheet_name}»: строки над таблицей называют разное для «{title}»: {lines}. "
            f'Скажите, что верно: vitrina add ФАЙЛ --set "{title}=…"'
        )
    return None


def _may_come_from_outside(layout: Layout, title: str) -> bool:
    return any(layout.title(name) == title for name in (*layout.context, *CONTEXT_OF_EVERY_LAYOUT))
