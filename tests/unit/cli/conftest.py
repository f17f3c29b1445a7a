"""A home with one school and two teachers who do not exist."""

import random
from collections.abc import Callable
from pathlib import Path

import pytest

from cli.main import main
from foundation.settings import Settings
from ingestion.pipeline import load_kind, receive
from ingestion.receive.landing import add_files
from ingestion.store.tables import build_connection
from samples.identifiers import snils

ANNA, BORIS = (snils(random.Random(seed), set()) for seed in (1, 2))
SCHOOL = "2447000029"


@pytest.fixture
def anna() -> str:
    """A generated СНИЛС that nobody was issued."""
    return ANNA


@pytest.fixture
def school(settings: Settings, write_csv: Callable[..., Path]) -> Settings:
    """A home where Anna and Boris are on the staff, and Anna has a document."""
    place = ["Красноярский край", "Енисейский район", "МБОУ Озерновская СОШ № 47", "СОШ"]
    registry = [["ИНН", "Субъект", "Муниципалитет", "Полное наименование", "Тип организации"], [SCHOOL, *place]]
    staff = [["СНИЛС", "ИНН", "Должность", "Категория", "Принят"]]
    staff += [[text, SCHOOL, "учитель", "педагог", "01.09.2019"] for text in (ANNA, BORIS)]
    kind, title = "Удостоверение о повышении квалификации", "Наименование дополнительной профессиональной программы"
    training = [
        ["СНИЛС", "ИНН организации", "Вид документа", "Статус документа", "Номер документа", "Дата выдачи документа",
         title, "Срок обучения, часов"],
        [ANNA, SCHOOL, kind, "Оригинал", "1", "10.03.2023", "Цифровая образовательная среда", "36"],
    ]  # fmt: skip
    files = {"registry.csv": registry, "staff.csv": staff, "frdo.csv": training}
    add_files(settings, [write_csv(name, rows) for name, rows in files.items()], {})
    with build_connection(settings):
        receive(settings)
        for loaded in ("organisation_registry", "staff", "training_record"):
            (report,) = load_kind(settings, loaded)
            assert report.outcome == "loaded"
    return settings


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    """The command in this process: code, stdout, stderr."""

    def invoke(*arguments: str) -> tuple[int, str, str]:
        code = main(list(arguments))
        out, err = capsys.readouterr()
        assert "Traceback" not in out + err
        return code, out, err

    return invoke
