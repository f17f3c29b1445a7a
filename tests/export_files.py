"""Files as exports write them."""

import csv
import io
from collections.abc import Mapping, Sequence
from pathlib import Path

Rows = Sequence[Sequence[object]]


def write_rows(folder: Path, name: str, rows: Rows, encoding: str = "cp1251", delimiter: str = ";") -> Path:
    """A CSV export; `encoding` and `delimiter` as the sender's system has them."""
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows(rows)
    path = folder / name
    path.write_bytes(text.getvalue().encode(encoding))
    return path


def write_registration(folder: Path, name: str, schools: Mapping[str, str], counts: Mapping[str, object]) -> Path:
    """Teachers registered on «Моя школа» on 1 December 2024, by ИНН of `schools` (ИНН to name)."""
    rows: list[list[object]] = [["Отправитель: Отдел образования"], ["ФГИС «Моя школа», по состоянию на 01.12.2024"]]
    rows.append(["ИНН", "Организация", "Роль", "Зарегистрировано"])
    rows += [[inn, schools[inn], "педагоги", count] for inn, count in counts.items()]
    return write_rows(folder, name, rows)
