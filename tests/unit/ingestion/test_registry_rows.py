"""What the registry's own rows may get wrong: one ИНН for two schools, a municipality that is none."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from foundation.settings import Settings
from ingestion.report.file_report import FileReport

Load = Callable[..., list[FileReport]]
Write = Callable[..., Path]
Query = Callable[[str], list[tuple[Any, ...]]]
pytestmark = pytest.mark.usefixtures("registry")
HEADER = ["ИНН", "КПП", "Субъект", "Муниципалитет", "Полное наименование", "Тип организации", "Филиал", "Действует с"]
INN = "2444000990"
PLACE = ["Красноярский край", "Енисейский район"]
FIRST, SECOND = "МБОУ «Дальняя СОШ»", "МБОУ «Ближняя СОШ»"


def row(kpp: str, name: str, branch: str = "", valid_from: str = "", place: list[str] = PLACE) -> list[str]:
    return [INN, kpp, *place, name, "СОШ", branch, valid_from]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (row("244401001", FIRST), row("244401001", SECOND)),
        (row("", FIRST), row("", SECOND)),
        (row("", FIRST), row("244401001", SECOND)),
        (row("244401001", FIRST), row("245401001", SECOND)),
        (row("244401001", FIRST, "нет"), row("244443001", SECOND, "нет")),
        (row("244401001", FIRST, "нет", "01.09.2020"), row("244443001", SECOND, "нет", "01.09.2020")),
    ],
)
def test_two_schools_of_one_inn_are_both_named(
    load: Load, write_csv: Write, query: Query, first: list[str], second: list[str]
) -> None:
    """Guards against a second school that silently takes the place of the first, or a message that names neither."""
    (report,) = load(write_csv("r.csv", [HEADER, first, second]))
    assert (report.rows_accepted, report.rows_rejected) == (1, 1), report
    (message,) = [text for text in report.messages if "строка 3" in text]
    for said in ("строка 2", FIRST, SECOND, "КПП", "«Филиал: да»", "ИНН", "«Действует с»"):
        assert said in message
    assert query(f"select full_name from raw.organisation_registry where inn = '{INN}'") == [(FIRST,)]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (row("244401001", FIRST), row("244443001", SECOND)),
        (row("244401001", FIRST, "нет"), row("244443001", SECOND, "да")),
        (row("244401001", FIRST), row("244401001", SECOND, valid_from="01.09.2023")),
        (row("244401001", FIRST), row("245401001", SECOND, valid_from="01.09.2023")),
        (row("244401001", FIRST), row("245401001", "МБОУ Дальняя СОШ")),
    ],
)
def test_sites_and_history_are_no_second_school(
    load: Load, write_csv: Write, first: list[str], second: list[str]
) -> None:
    """Guards against a site, a former name or a move to another tax office rejected as another school."""
    (report,) = load(write_csv("r.csv", [HEADER, first, second]))
    assert (report.rows_accepted, report.rows_rejected) == (2, 0), report


def test_a_repeat_of_one_school_is_only_said_to_be_one(load: Load, write_csv: Write) -> None:
    """Guards against advice on sites for a row that merely stands twice."""
    (report,) = load(write_csv("r.csv", [HEADER, row("244401001", FIRST), row("244401001", FIRST)]))
    (message,) = report.messages
    assert message.endswith("строка с тем же ключом уже есть выше: строка 2. Строка отклонена.")


def test_what_is_no_municipality_is_remarked_on(load: Load, write_csv: Write, query: Query, settings: Settings) -> None:
    """Guards against a municipality called «региональное подчинение» that nobody is told of."""
    boarding = row("244401001", "КГБОУ Дальняя школа-интернат", place=[PLACE[0], "Краевое подчинение"])
    (report,) = load(write_csv("r.csv", [HEADER, boarding]))
    assert (report.rows_accepted, report.rows_rejected, report.rows_held) == (1, 0, 0)
    (message,) = report.messages
    assert "строка 2, столбец «Муниципалитет»: «Краевое подчинение», это не муниципалитет" in message
    assert query(f"select region_code, municipality from raw.organisation_registry where inn = '{INN}'") == [
        ("RU-KYA", "Краевое подчинение")
    ]
    headcount = [["ИНН", "Дата", "Обучающихся"], [INN, "01.12.2024", "5"]]
    (counted,) = load(write_csv("h.csv", headcount))
    assert counted.rows_accepted == 1
