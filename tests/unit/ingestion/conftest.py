"""A small registry and the shortest way from a file to its report."""

import shutil
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb
import pytest

from foundation.secret import create_secret
from foundation.settings import Settings
from ingestion.pipeline import LOAD_ORDER, load_kind, receive, settle_held
from ingestion.receive.landing import add_files
from ingestion.report.file_report import FileReport
from ingestion.store.tables import build_connection

HEADER = ["ИНН", "КПП", "Субъект", "Муниципалитет", "Полное наименование", "Тип организации", "Филиал"]
YENISEISK = ["Красноярский край", "Енисейский район"]
KEMEROVO = ["Кемеровская область - Кузбасс", "Кемеровский муниципальный округ"]
OZERNOE_SITE = "Филиал «Луговой» МБОУ Озерновская СОШ № 47"
REGISTRY = [
    HEADER,
    ["2447000018", "244701001", *YENISEISK, "МБОУ Новоназимовская СОШ № 4", "СОШ", "нет"],
    ["2447000025", "244701001", *YENISEISK, "МБОУ Озерновская СОШ № 47", "СОШ", "нет"],
    ["2447000025", "244743001", *YENISEISK, OZERNOE_SITE, "ООШ", "да"],
    ["3305000013", "330501001", "Владимирская область", "город Ковров", "МБОУ СОШ № 4 г. Коврова", "СОШ", "нет"],
    ["4205000017", "420501001", *KEMEROVO, "МБОУ «Арсентьевская СОШ»", "СОШ", "нет"],
    ["4205000024", "420501001", *KEMEROVO, "МБОУ «Верхотомская ООШ»", "ООШ", "нет"],
    ["0105000012", "010501001", "Республика Адыгея", "город Майкоп", "МБОУ «Лицей № 1»", "лицей", "нет"],
]


def with_check_digit(inn: str) -> str:
    weights = (2, 4, 10, 3, 5, 9, 4, 6, 8)
    return inn[:9] + str(sum(int(d) * w for d, w in zip(inn, weights, strict=False)) % 11 % 10)


for _row in REGISTRY[1:]:
    _row[0] = with_check_digit(_row[0])
INN = {
    "novonazimovo": REGISTRY[1][0],
    "ozernoe": REGISTRY[2][0],
    "kovrov": REGISTRY[4][0],
    "arsentyevka": REGISTRY[5][0],
    "verkhotomskoe": REGISTRY[6][0],
    "maykop": REGISTRY[7][0],
}


@pytest.fixture
def inn() -> dict[str, str]:
    return INN


def ingest(settings: Settings, paths: Sequence[Path], declared: Mapping[str, str]) -> list[FileReport]:
    """Add files and ingest them as a refresh does; the reports of this round."""
    assert len(add_files(settings, paths, declared)) == len(paths)
    # An open connection keeps DuckDB's instance: opening the file anew for each kind is most of a test's time.
    with build_connection(settings):
        reports = receive(settings)
        for kind in LOAD_ORDER:
            reports += load_kind(settings, kind)
        settle_held(settings)
    return reports


@pytest.fixture
def load(settings: Settings) -> Callable[..., list[FileReport]]:
    """Ingest files: load(path, …, Отправитель="…")."""
    return lambda *paths, **declared: ingest(settings, paths, declared)


@pytest.fixture
def load_into() -> Callable[..., list[FileReport]]:
    """Ingest files into a home of the test's own: load_into(settings, [path, …], {"Отправитель": "…"})."""
    return ingest


@pytest.fixture(scope="session")
def registry_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with the registry loaded, made once."""
    settings = Settings(home=tmp_path_factory.mktemp("registry"))
    create_secret(settings)
    path = tmp_path_factory.mktemp("files") / "registry.csv"
    path.write_text("\n".join(";".join(row) for row in REGISTRY), encoding="utf-8")
    (report,) = ingest(settings, [path], {})
    assert (report.outcome, report.rows_accepted) == ("loaded", 7)
    return settings.home


@pytest.fixture
def registry(settings: Settings, registry_home: Path) -> None:
    """This test's own copy of that home."""
    shutil.copytree(registry_home, settings.home, dirs_exist_ok=True)


@pytest.fixture
def query(settings: Settings) -> Callable[[str], list[tuple[Any, ...]]]:
    """Rows of the build file."""

    def run(sql: str) -> list[tuple[Any, ...]]:
        with duckdb.connect(str(settings.build_file)) as connection:
            return connection.execute(sql).fetchall()

    return run
