"""The list of municipalities with ОКТМО: known before the registry, overruling nothing of it, kept by the region."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from foundation.settings import Settings
from ingestion.check import check_file
from ingestion.report.file_report import FileReport
from schemas.regional import bad_catalogues
from schemas.regions import regions
from schemas.territories import listed_municipalities

Load = Callable[..., list[FileReport]]
Write = Callable[..., Path]
Query = Callable[[str], list[tuple[Any, ...]]]
FUNDING = ["Субъект", "Муниципалитет", "Год", "Сумма", "Единица"]
REGISTRY = ["ИНН", "Субъект", "Муниципалитет", "ОКТМО", "Полное наименование", "Тип организации"]
HEADER = "region_code,oktmo,name,level,valid_from,valid_to,successor_oktmo"
KOVROV = ["Владимирская область", "город Ковров"]
IRKUTSK = "Иркутская область"
OURS = """RU-IRK,25714000,город Братск,городской округ,,,
RU-IRK,25604000,Братский район,муниципальный район,,,
RU-IRK,25990000,Мнимское муниципальное образование,муниципальный округ,,,
"""


def put(settings: Settings, text: str, header: str = HEADER) -> None:
    path = settings.home / "catalogues" / "oktmo.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"{header}\n{text}", encoding="utf-8")


def test_a_listed_municipality_is_known_before_its_registry(load: Load, write_csv: Write, query: Query) -> None:
    """Guards against figures of a municipality that wait for a registry, and stand apart from it once it comes."""
    rows = [FUNDING, [*KOVROV, "2023", "5", "руб."], [KOVROV[0], "г. Ковров", "2022", "6", "руб."]]
    (report,) = load(write_csv("f.csv", rows))
    assert (report.rows_accepted, report.rows_held) == (2, 0), report
    load(write_csv("r.csv", [REGISTRY, ["3305000018", KOVROV[0], "Ковров", "17725000", "МБОУ СОШ № 4", "СОШ"]]))
    load(write_csv("f2.csv", [FUNDING, [*KOVROV, "2021", "7", "руб."]]))
    keys = "select municipality_key from raw.funding union select municipality_key from raw.organisation_registry"
    assert query(keys) == [("RU-VLA/17725000",)]


def test_a_municipality_of_neither_is_held(load: Load, write_csv: Write) -> None:
    """Guards against a list taken for the likeliest: «Ковровский район» is not its town, nor another region's."""
    rows = [[KOVROV[0], "Ковровский район", "2023", "5", "руб."], [IRKUTSK, "город Ковров", "2023", "5", "руб."]]
    (report,) = load(write_csv("f.csv", [FUNDING, *rows]))
    assert (report.rows_accepted, report.rows_held) == (0, 2), report


def test_a_region_adds_its_own(settings: Settings, write_csv: Write) -> None:
    """Guards against a list that only the package can lengthen, and against a town found for its district."""
    names = ["МО город Братск", "Братский МР", "Мнимское МО", "Братское муниципальное образование"]
    path = write_csv("f.csv", [FUNDING, *([IRKUTSK, name, "2023", "5", "руб."] for name in names)])
    put(settings, OURS)
    assert bad_catalogues(settings.home) == ()
    (after,) = check_file(settings, path, {})
    assert (after.rows_accepted, after.rows_held) == (3, 1), after
    assert any("Братское муниципальное образование" in message for message in after.messages)


@pytest.mark.usefixtures("registry")
def test_the_registry_keeps_its_key(settings: Settings, load: Load, write_csv: Write, query: Query) -> None:
    """Guards against two keys of one municipality, and so rows held, once the list learns what the registry knows."""
    before = query("select distinct municipality_key from raw.organisation_registry where municipality like '%Майкоп'")
    put(settings, "RU-AD,79701000,город Майкоп,городской округ,,,\n")
    (report,) = load(write_csv("f.csv", [FUNDING, ["Республика Адыгея", "Майкоп", "2023", "5", "руб."]]))
    assert (report.rows_accepted, report.rows_held) == (1, 0), report
    assert query("select municipality_key from raw.funding") == before


def test_a_district_that_became_an_okrug_is_one(load: Load, write_csv: Write, query: Query) -> None:
    """Guards against a former name of a municipality that makes its present one two."""
    kemerovo = "Кемеровская область - Кузбасс"
    names = ["Кемеровский муниципальный район", "Кемеровский муниципальный округ", "Кемеровский р-н"]
    rows = [[kemerovo, name, str(2019 + year), "5", "руб."] for year, name in enumerate(names)]
    (report,) = load(write_csv("f.csv", [FUNDING, *rows]))
    assert (report.rows_accepted, report.rows_held) == (3, 0), report
    assert query("select distinct municipality_key from raw.funding") == [("RU-KEM/32507000",)]


@pytest.mark.parametrize(
    ("place", "oktmo", "is_told"),
    [
        (KOVROV, "17725000", False), (KOVROV, "17725000001", False), (KOVROV, "", False), (KOVROV, "17735000", True),
        (["Красноярский край", "Енисейский район"], "04615432101", False),
        (["Красноярский край", "Енисейский район"], "04712000", True),
        (["Кемеровская область", "Кемеровский округ"], "32607000", False),
        (["Красноярский край", "Пировский район"], "04648000", False),
    ],
)  # fmt: skip
def test_another_oktmo_than_the_list_has_is_remarked_on(
    settings: Settings, write_csv: Write, place: list[str], oktmo: str, is_told: bool
) -> None:
    """Guards against schools that a wrong ОКТМО puts into another municipality's figures, unsaid."""
    inn = {"В": "3305000018", "К": "2447000011" if place[0] == "Красноярский край" else "4205000016"}[place[0][0]]
    path = write_csv("r.csv", [REGISTRY, [inn, *place, oktmo, "МБОУ СОШ № 4", "СОШ"]])
    (report,) = check_file(settings, path, {})
    assert (report.rows_accepted, report.rows_rejected) == (1, 0), report
    assert [("другой ОКТМО" in message, oktmo in message) for message in report.messages] == [(True, True)] * is_told


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("RU-XXX,25714000,город Братск,городской округ,,,", "нет субъекта"),
        ("RU-IRK,17714000,город Братск,городской округ,,,", "начинается с 25"),
        ("RU-IRK,25714000,город Братск,муниципальный район,,,", "третья цифра 7"),
        ("RU-IRK,25714001,город Братск,городской округ,,,", "oktmo"),
        ("RU-IRK,25714000,,городской округ,,,", "name"),
        ("RU-IRK,25714000,город Братск,город,,,", "level"),
        ("RU-IRK,25714000,город Братск,городской округ,,,25599000", "нет муниципалитета"),
        ("RU-IRK,25714000,город Братск,городской округ,2020-01-01,2019-01-01,", "valid_to"),
    ],
)
def test_a_wrong_row_of_the_list_is_named(settings: Settings, row: str, said: str) -> None:
    """Guards against a code of another region or level that puts figures where they are not."""
    put(settings, f"{row}\n")
    (bad,) = bad_catalogues(settings.home)
    assert said in bad.reason
    assert len(listed_municipalities()) == 6


def test_a_region_closes_a_row_of_the_project(settings: Settings) -> None:
    """Guards against a list in which a district that became an округ can never be told to have ended."""
    put(
        settings,
        "RU-KYA,04615000,Енисейский район,муниципальный район,,2025-12-31,04515000\n"
        "RU-KYA,04515000,Енисейский муниципальный округ,муниципальный округ,2026-01-01,,\n",
    )
    assert bad_catalogues(settings.home) == ()
    ours = {one.oktmo: one.is_former for one in listed_municipalities() if one.region_code == "RU-KYA"}
    assert ours == {"04615000": True, "04515000": False}


def test_every_region_has_its_digits() -> None:
    """Guards against a region whose municipalities no list can hold."""
    assert all(one.oktmo_prefix.isdigit() for one in regions())
