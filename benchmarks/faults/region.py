"""A small region: what came on its first nights, and what lies in landing when the harm is done."""

import zipfile
from pathlib import Path

from foundation.sources import ROOT

SAMPLES = ROOT / "samples" / "files" / "tula"
SECRET = "s" * 40
REGISTRY = """ИНН;Субъект;Муниципалитет;Полное наименование;Тип организации
5720010403;Орловская область;Новосильский район;МБОУ «Новоселовская ООШ»;ООШ
3305900019;Орловская область;Новосильский район;МБОУ «Лицей № 2»;лицей
"""
HEADCOUNT = "Дата;ИНН;Педагогических работников\n20.09.2024;{inn};{count}\n"
REGISTRATION = """Отправитель: Отдел образования
ФГИС «Моя школа», по состоянию на 01.12.2024
ИНН;Организация;Роль;Зарегистрировано
5720010403;МБОУ «Новоселовская ООШ»;педагоги;{first}
3305900019;МБОУ «Лицей № 2»;педагоги;{second}
"""
SPEED = """Дата;Организация;Муниципалитет;Скорость, Мбит/с
01.12.2024;Лицей второй;Новосильский район;100
01.12.2024;МБОУ «Новоселовская ООШ»;Новосильский район;100
"""
PLAN = """Показатель;Год;План;Документ;Субъект;Муниципалитет;Область
teachers_registered;2024;не менее 70;Приказ № 1;Орловская область;Новосильский район;каждая организация
"""
HELD, ANSWER = "Лицей второй", "3305900019"
"""A name that waits for the steward, and what he answers."""
CHANGING = "headcount_3.csv"
"""A file of landing that harm may be done to: every row of it counts."""


def written(folder: Path, name: str, text: str) -> Path:
    """A file as an export writes it."""
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def first_files(folder: Path) -> list[Path]:
    """The region, and its first figures."""
    return [
        written(folder, "registry.csv", REGISTRY),
        written(folder, "headcount.csv", HEADCOUNT.format(inn="5720010403", count=20)),
        written(folder, "registration.csv", REGISTRATION.format(first=18, second=15)),
    ]


def second_files(folder: Path) -> list[Path]:
    """A correction with a row that is rejected, a name that is held, people."""
    return [
        written(folder, "registration_2.csv", REGISTRATION.format(first=19, second="много")),
        written(folder, "speed.csv", SPEED),
        *(SAMPLES / name for name in ("registry_tula.tsv", "staff_2023.csv")),
    ]


def waiting_files(folder: Path) -> list[Path]:
    """Another correction, a ZIP, courses of people, and a file that is nothing of ours, last by name."""
    archive = folder / "плана_и_контингент.zip"
    with zipfile.ZipFile(archive, "w") as packed:
        plan = written(folder, "plan.csv", PLAN)
        headcount = written(folder, "headcount_2.csv", HEADCOUNT.format(inn="3305900019", count=30))
        for path in (plan, headcount):
            packed.write(path, path.name)
    return [
        written(folder, "registration_3.csv", REGISTRATION.format(first=17, second=16)),
        written(folder, CHANGING, HEADCOUNT.format(inn="5720010403", count=21)),
        archive,
        SAMPLES / "frdo_2022_2023.xlsx",
        written(folder, "я.csv", "a;b\n1\n"),
    ]
