"""Which file counts as the later one, and what must not depend on it."""

import os
import time
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from foundation.day import local_day
from foundation.settings import Settings
from ingestion.load import Receipt
from ingestion.pipeline import load_received
from ingestion.read import Member
from ingestion.receive.landing import add_files, original_name, settled_files
from ingestion.report.file_report import FileReport
from ingestion.store.archive import store
from ingestion.store.tables import build_connection, prepare_build

Load = Callable[..., list[FileReport]]
Write = Callable[..., Path]
Query = Callable[[str], list[tuple[Any, ...]]]
REGISTRATION = ["Система", "Дата среза", "ИНН", "Роль", "Зарегистрировано"]
REGISTRY = ["ИНН", "Субъект", "Муниципалитет", "Полное наименование", "Тип организации"]


def registered(write_csv: Write, inn: str, name: str, count: int) -> Path:
    return write_csv(name, [REGISTRATION, ["Моя школа", "01.12.2024", inn, "учитель", count]])


def test_a_correction_added_later_wins_whatever_its_name(
    registry: None, settings: Settings, write_csv: Write, inn: dict[str, str], load: Load, query: Query
) -> None:
    """Guards against «отчёт_исправленный» losing to «отчёт» because of the alphabet."""
    mistaken = registered(write_csv, inn["ozernoe"], "я.csv", 1)
    corrected = registered(write_csv, inn["ozernoe"], "а.csv", 2)
    add_files(settings, [mistaken], {})
    time.sleep(0.01)
    load(corrected)
    assert query("select registered from raw.platform_registration order by load_sequence") == [(1,), (2,)]


def test_files_of_one_command_come_in_the_order_of_their_names(settings: Settings, write_csv: Write) -> None:
    """Guards against figures that depend on the order on the command line, and against «~10» before «~2»."""
    paths = [write_csv(f"{name}.csv", [[name]]) for name in ("б", "а", "в")]
    add_files(settings, paths, {})
    assert [path.name for path in settled_files(settings)] == ["а.csv", "б.csv", "в.csv"]
    many = [paths[0]] * 10
    add_files(settings, many, {})
    moment = time.time() - 60
    for path in settings.landing.iterdir():
        os.utime(path, (moment, moment))
    ordered = [path.name for path in settled_files(settings) if original_name(path) == "б.csv"]
    assert ordered == ["б.csv", *(f"б~{number}.csv" for number in range(2, 12))]


def test_a_file_held_whole_gets_its_period_and_system_when_it_settles(
    inn: dict[str, str], write_csv: Write, load: Load, query: Query
) -> None:
    """Guards against a freshness that forgets files which came before the registry."""
    load(registered(write_csv, inn["ozernoe"], "r.csv", 5))
    told = "select system_code, period_start, period_end from journal.load where original_name = 'r.csv'"
    assert query(told) == [(None, None, None)]
    place = ["Красноярский край", "Енисейский район"]
    load(write_csv("registry.csv", [REGISTRY, [inn["ozernoe"], *place, "МБОУ СОШ № 4", "СОШ"]]))
    assert query(told) == [("my_school", date(2024, 12, 1), date(2024, 12, 1))]


def test_a_municipality_named_before_its_registry_finds_its_place(
    inn: dict[str, str], write_csv: Write, load: Load, query: Query
) -> None:
    """Guards against plans and decisions that stand apart for good because the registry came a day later."""
    rows = [["Дата", "Муниципалитет", "Выдано"], ["31.12.2020", "Тайгинский район", "7"]]
    load(write_csv("certificates.csv", rows))
    assert query("select reason, municipality from journal.held_name") == [("municipality", "Тайгинский район")]
    place = ["Кемеровская область - Кузбасс", "Тайгинский район"]
    load(write_csv("registry.csv", [REGISTRY, [inn["arsentyevka"], *place, "МБОУ СОШ № 4", "СОШ"]]))
    first = query("select municipality_key, territory_key, region_code, row_key, row_id from raw.certificate")
    assert first[0][0] == query("select municipality_key from raw.organisation_registry")[0][0]
    assert query("select rows_accepted, rows_held from journal.load where kind = 'certificate'") == [(1, 0)]
    rows[1][2] = "8"
    load(write_csv("certificates2.csv", rows))
    (settled, fresh) = query(
        "select municipality_key, territory_key, region_code, row_key, split_part(row_id, '|', 4)"
        " from raw.certificate order by load_sequence"
    )
    assert settled == fresh, "a row settled later must have the keys of one that came after the registry"


@pytest.mark.parametrize(("hour", "outcome"), [(20, (0, 1)), (21, (1, 0))])
def test_dates_are_held_to_the_day_of_receipt(
    registry: None, settings: Settings, write_csv: Write, inn: dict[str, str], hour: int, outcome: tuple[int, int]
) -> None:
    """Guards against a rebuild that accepts what was a date in the future when it came; 21:00 UTC is Moscow's 1st."""
    prepare_build(settings)
    path = write_csv("r.csv", [REGISTRATION, ["Моя школа", "01.12.2024", inn["ozernoe"], "учитель", 5]])
    member = Member("r.csv", store(settings, path), path.stat().st_size, None, None, path)
    receipt = Receipt(member, datetime(2024, 11, 30, hour))
    with build_connection(settings) as connection:
        report = load_received(settings, connection, receipt, "platform_registration")
    assert (report.rows_accepted, report.rows_rejected) == outcome


def test_day_of_receipt_is_local() -> None:
    """Guards against a day that ends at midnight of Greenwich."""
    assert local_day(datetime(2024, 11, 30, 22), "Europe/Moscow") == date(2024, 12, 1)
