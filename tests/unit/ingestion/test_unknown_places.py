"""Rows of a municipality or region that nobody knows wait for the steward, in every kind."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from foundation.settings import Settings
from ingestion.errors import UserError
from ingestion.report.file_report import FileReport
from ingestion.steward.queue import accept, accept_place, list_held, reject, settle_held, what_became
from ingestion.store.tables import build_connection
from schemas.kinds import KINDS

Load = Callable[..., list[FileReport]]
Write = Callable[..., Path]
Query = Callable[[str], list[tuple[Any, ...]]]
pytestmark = pytest.mark.usefixtures("registry")
FUNDING = ["Субъект", "Муниципалитет", "Год", "Сумма", "Единица"]
ROWS_OF_PLACES: dict[str, tuple[list[str], list[str]]] = {
    "indicator_plan": (
        ["Показатель", "Год", "План", "Документ"],
        ["teachers_active_my_school", "2024", "50", "Приказ"],
    ),
    "indicator_reported": (
        ["Показатель", "Год", "Факт", "Документ"],
        ["teachers_active_my_school", "2023", "50", "Отчёт"],
    ),
    "participation": (["Мероприятие", "Год", "Участников"], ["Урок цифры", "2023", "10"]),
    "funding": (["Год", "Сумма", "Единица"], ["2023", "1", "руб."]),
    "certificate": (["Дата", "Выдано"], ["01.12.2023", "5"]),
    "methodical_event": (["Год", "Вид", "Количество"], ["2023", "РМО", "3"]),
    "survey": (["Дата", "Опрос", "Вопрос", "Ответили", "Удовлетворены"], ["01.12.2023", "О", "Доволен?", "9", "5"]),
    "decision": (
        ["Документ", "Дата документа", "Пункт", "Текст", "Ответственные", "Срок"],
        ["Протокол", "01.12.2023", "1", "Сделать", "Все школы", "01.02.2024"],
    ),
    "milestone": (
        ["Документ", "№ результата", "Мероприятие", "Начало", "Окончание"],
        ["Карта", "1.1", "Сделать", "01.01.2024", "31.12.2024"],
    ),
    "note": (["Показатель", "Год", "Текст примечания"], ["teachers_active_my_school", "2024", "Ремонт"]),
}


def test_every_kind_of_places_is_tried() -> None:
    """Guards against a new kind whose rows of unknown places nobody looks at."""
    assert set(ROWS_OF_PLACES) == {kind.code for kind in KINDS.values() if kind.has_level}


@pytest.mark.parametrize("kind", ROWS_OF_PLACES)
@pytest.mark.parametrize(
    ("region", "municipality", "reason"),
    [
        ("Красноярский край", "Северо-Енисейский район", "municipality"),
        ("Красноярский край", "Енисейск", "municipality"),
        ("Владимирская область", "Енисейский район", "municipality"),
        ("Тридесятая область", "Енисейский район", "region"),
        ("Красн. кр.", "", "region"),
    ],
)
def test_a_row_of_an_unknown_place_is_held(
    load: Load, write_csv: Write, query: Query, kind: str, region: str, municipality: str, reason: str
) -> None:
    """Guards against places that nobody knows in the release, where two of them make one grain and stop the night."""
    header, row = ROWS_OF_PLACES[kind]
    place = ["Субъект", "Муниципалитет"], [region, municipality]
    (report,) = load(write_csv("f.csv", [[*header, *place[0]], [*row, *place[1]]]))
    if report.rows_rejected:  # a kind that wants an organisation or a municipality says so itself
        assert not municipality
        return
    assert (report.outcome, report.rows_accepted, report.rows_held) == ("loaded", 0, 1), report
    assert query("select reason from journal.held_row") == [(reason,)]
    assert query(f"select count(*) from raw.{kind}") == [(0,)]


@pytest.mark.parametrize("kind", ROWS_OF_PLACES)
@pytest.mark.parametrize("municipality", ["Енисейский район", "Енисейского муниципального р-на", "Енисейский"])
def test_a_row_of_a_known_place_is_accepted(load: Load, write_csv: Write, kind: str, municipality: str) -> None:
    """Guards against holding what the registry knows in another spelling."""
    header, row = ROWS_OF_PLACES[kind]
    path = write_csv("f.csv", [[*header, "Субъект", "Муниципалитет"], [*row, "Красноярский край", municipality]])
    (report,) = load(path)
    assert (report.rows_accepted, report.rows_held) == (1, 0), report


def test_two_unknown_municipalities_wait_and_settle_with_their_registry(
    load: Load, write_csv: Write, query: Query, settings: Settings
) -> None:
    """Guards against rows that wait for ever although the registry has come."""
    krasnoyarsk = "Красноярский край"
    rows = [
        [krasnoyarsk, "Енисейский район", "2024", "100,0", "тыс. руб."],
        [krasnoyarsk, "Северо-Енисейский район", "2024", "80,0", "тыс. руб."],
        [krasnoyarsk, "Пировский район", "2024", "70,0", "тыс. руб."],
    ]
    (report,) = load(write_csv("f.csv", [FUNDING, *rows]))
    assert (report.rows_accepted, report.rows_held) == (1, 2)
    registry = [
        ["ИНН", "Субъект", "Муниципалитет", "Полное наименование", "Тип организации"],
        ["5720010403", krasnoyarsk, "Пировский муниципальный округ", "МБОУ Пировская СОШ", "СОШ"],
    ]
    load(write_csv("registry.csv", registry))
    assert [(one.reason, one.municipality) for one in list_held(settings)] == [
        ("municipality", "Северо-Енисейский район")
    ]
    assert query("select rows_read, rows_accepted, rows_held from journal.load where kind = 'funding'") == [(3, 2, 1)]
    assert query("select amount::int, municipality_key = territory_key from raw.funding order by 1") == [
        (70_000, True),
        (100_000, True),
    ]


def test_the_steward_says_what_a_municipality_means(
    load: Load, write_csv: Write, query: Query, settings: Settings
) -> None:
    """Guards against a question that no answer settles, and one asked anew of the same sender every month."""
    row = ["Красноярский край", "Енисейск", "2023", "5", "руб."]
    load(write_csv("f.csv", [FUNDING, row]), Отправитель="Управление")
    (question,) = list_held(settings)
    assert [str(one) for one in question.places] == ["Енисейский район, Красноярский край"]
    assert accept_place(settings, question.held_id, None, "Енисейский район") == 1
    assert what_became(settings, question.held_id).loaded == 1
    assert query("select municipality_key = (select any_value(municipality_key) from raw.organisation_registry"
                 " where municipality = 'Енисейский район') from raw.funding") == [(True,)]  # fmt: skip
    (later,) = load(write_csv("f2.csv", [FUNDING, [*row[:2], "2024", *row[3:]]]), Отправитель="управление")
    assert (later.rows_accepted, later.rows_held) == (1, 0)
    (other,) = load(write_csv("f3.csv", [FUNDING, [*row[:2], "2022", *row[3:]]]), Отправитель="Комитет")
    assert (other.rows_accepted, other.rows_held) == (0, 1)


def test_the_steward_says_what_a_region_means(load: Load, write_csv: Write, query: Query, settings: Settings) -> None:
    """Guards against registry rows of a misspelt region that only a new file could load."""
    header = ["ИНН", "Субъект", "Муниципалитет", "Полное наименование", "Тип организации"]
    (report,) = load(write_csv("r.csv", [header, ["5720010403", "Красн. кр.", "Пировский район", "МБОУ СОШ", "СОШ"]]))
    assert (report.rows_accepted, report.rows_held) == (0, 1)
    (question,) = list_held(settings)
    assert (question.reason, question.name) == ("region", "Красн. кр.")
    with pytest.raises(UserError, match="нет в каталоге"):
        accept_place(settings, question.held_id, "Красн. кр.", None)
    with pytest.raises(UserError, match="--region"):
        accept(settings, question.held_id, "5720010403")
    assert accept_place(settings, question.held_id, "Красноярский край", None) == 1
    assert query("select region_code, region from raw.organisation_registry where inn = '5720010403'") == [
        ("RU-KYA", "Красноярский край")
    ]


def test_a_rejected_place_rejects_its_rows(load: Load, write_csv: Write, query: Query, settings: Settings) -> None:
    """Guards against rows that leave the queue without being counted."""
    load(write_csv("f.csv", [FUNDING, ["Красноярский край", "Тридевятый район", "2023", "5", "руб."]]))
    assert reject(settings, list_held(settings)[0].held_id) == 1
    assert query("select rule from journal.reject") == [("place_rejected",)]
    assert query("select rows_rejected, rows_held from journal.load where kind = 'funding'") == [(1, 0)]


def test_a_place_that_two_regions_have_is_not_guessed(load: Load, write_csv: Write) -> None:
    """Guards against the first of two districts of one name."""
    header = ["ИНН", "Субъект", "Муниципалитет", "Полное наименование", "Тип организации"]
    load(write_csv("r.csv", [header, ["5720010403", "Тверская область", "Енисейский район", "МБОУ СОШ", "СОШ"]]))
    (report,) = load(write_csv("f.csv", [FUNDING[1:], ["Енисейский район", "2023", "5", "руб."]]))
    assert (report.rows_accepted, report.rows_held) == (0, 1)


def test_rows_that_an_earlier_version_accepted_at_no_place_are_held(
    load: Load, write_csv: Write, query: Query, settings: Settings
) -> None:
    """Guards against homes whose nights stop at rows accepted before places were held."""
    known = ["Красноярский край", "Енисейский район", "2023", "5", "руб."]
    load(write_csv("f.csv", [FUNDING, known, [*known[:2], "2022", *known[3:]]]))
    sha256 = query("select distinct file_sha256 from raw.funding")[0][0]
    with build_connection(settings) as connection:
        connection.execute(
            "update raw.funding set municipality = 'Пировский район', municipality_key = 'RU-KYA/пировск район',"
            " territory_key = 'RU-KYA/пировск район' where year = 2022"
        )
        connection.execute(
            "insert into journal.reject select file_sha256, sheet, source_row, 'Муниципалитет', 'municipality_unknown',"
            " '', 'warning' from raw.funding where year = 2022"
        )
    settle_held(settings)
    assert query("select year from raw.funding") == [(2023,)]
    assert query("select reason, municipality, file_sha256 is null from journal.held_name") == [
        ("municipality", "Пировский район", True)
    ]
    assert query("select file_sha256, status from journal.held_row") == [(sha256, "pending")]
    assert query("select rows_read, rows_accepted, rows_held from journal.load where kind = 'funding'") == [(2, 1, 1)]
    assert query("select count(*) from journal.reject") == [(0,)]
    assert accept_place(settings, list_held(settings)[0].held_id, None, "Енисейский район") == 1
    assert query("select amount::int, year from raw.funding order by year") == [(5, 2022), (5, 2023)]


@pytest.mark.parametrize(
    ("inn", "region", "accepted"),
    [
        ("305900016", "Красноярский край", 0),
        ("105000011", "Республика Адыгея", 1),
        ("105000011", "Красноярский край", 0),
    ],
)
def test_a_zero_is_restored_for_the_region_of_the_row_alone(
    load: Load, write_csv: Write, inn: str, region: str, accepted: int
) -> None:
    """Guards against a digit lost inside that passes as another region's code, or as another region's school."""
    from ingestion.values.codes import is_valid_inn  # noqa: PLC0415 - only to make valid codes

    padded = next(f"0{inn[:-1]}{digit}" for digit in range(10) if is_valid_inn(f"0{inn[:-1]}{digit}"))
    header = ["ИНН", "Субъект", "Муниципалитет", "Полное наименование", "Тип организации"]
    others = ["5720010403", "Республика Адыгея", "город Майкоп", "МБОУ Лицей № 2", "лицей"]
    row = [padded[1:], region, "город Майкоп", "МБОУ Лицей № 3", "лицей"]
    (report,) = load(write_csv("r.csv", [header, others, row]))
    assert (report.rows_accepted, report.rows_rejected) == (1 + accepted, 1 - accepted), report


def test_an_inn_of_another_region_is_remarked_on(load: Load, write_csv: Write) -> None:
    """Guards against a mistaken first digit that nobody is told of."""
    header = ["ИНН", "Субъект", "Муниципалитет", "Полное наименование", "Тип организации"]
    row = ["5217905011", "Красноярский край", "Енисейский район", "МБОУ Приезжая СОШ", "СОШ"]
    (report,) = load(write_csv("r.csv", [header, row]))
    assert (report.rows_accepted, report.rows_rejected) == (1, 0)
    assert any("код 52: Нижегородская область" in message for message in report.messages)


def test_a_known_inn_under_another_region_is_held(load: Load, write_csv: Write, inn: dict[str, str]) -> None:
    """Guards against figures of one region's file under a school of another."""
    header = ["ИНН", "Субъект", "Дата", "Обучающихся"]
    (report,) = load(write_csv("h.csv", [header, [inn["kovrov"], "Красноярский край", "01.12.2024", "5"]]))
    assert (report.rows_accepted, report.rows_held) == (0, 1)


def test_a_site_waits_for_its_entity(load: Load, write_csv: Write, query: Query, settings: Settings) -> None:
    """Guards against a site without an entity, which no mart can place, so that no release is published any more."""
    inn = "2444000990"
    header = ["ИНН", "КПП", "Субъект", "Муниципалитет", "Полное наименование", "Тип организации", "Филиал"]
    place = ["Красноярский край", "Енисейский район"]
    site = [inn, "244443001", *place, "Филиал «Дальний»", "СОШ", "да"]
    (report,) = load(write_csv("site.csv", [header, site]))
    assert (report.rows_accepted, report.rows_held) == (0, 1)
    assert any("своей организации" in text for text in report.messages)
    (question,) = list_held(settings)
    assert question.reason == "entity"
    load(write_csv("entity.csv", [header, [inn, "244401001", *place, "МБОУ «Дальняя СОШ»", "СОШ", "нет"]]))
    found = query("select is_branch from raw.organisation_registry where inn = '" + inn + "' order by 1")
    assert found == [(False,), (True,)]
    assert list_held(settings) == []
