"""The order in which registries and exports come changes nothing: the same rows find the same organisations.

Files of one home are dealt into refreshes in any order; a registry may come before, between or after the exports whose
names it makes known, or makes doubtful.
"""

import shutil
import time
from pathlib import Path
from typing import Any

import pytest
from export_files import write_rows
from hypothesis import HealthCheck, example, given
from hypothesis import settings as bounds
from hypothesis import strategies as st

from foundation.secret import create_secret
from foundation.settings import Settings
from ingestion.pipeline import LOAD_ORDER, load_kind, receive, settle_held
from ingestion.receive.landing import add_files
from ingestion.steward.queue import accept, list_held
from ingestion.store.tables import build_connection

pytestmark = pytest.mark.slow
REGISTRY = [
    "ИНН", "КПП", "Субъект", "Муниципалитет", "Полное наименование", "Тип организации", "Филиал",
    "ИНН головной организации", "Действует с", "Действует по",
]  # fmt: skip
DELIVERIES = [
    "Субъект",
    "Муниципалитет",
    "Наименование организации",
    "Дата акта",
    "Позиция",
    "Единица",
    "Количество",
    "Модель",
]
SUBJECT, DISTRICT, OTHER = "Тверская область", "Двойной район", "Мнимореченский район"
SENDER, ANOTHER = {"Отправитель": "Мнимый подрядчик"}, {"Отправитель": "Другой подрядчик"}


def inn(number: int, code: int = 69) -> str:
    body = f"{code}0000{number:03}"
    total = sum(int(digit) * weight for digit, weight in zip(body, (2, 4, 10, 3, 5, 9, 4, 6, 8), strict=True))
    return f"{body}{total % 11 % 10}"


def school(number: int, name: str, place: str, since: str = "", until: str = "", code: int = 69) -> list[str]:
    own = inn(number, code)
    return [own, f"{own[:4]}01001", SUBJECT, place, name, "СОШ", "нет", "", since, until]


FIRST = [
    school(1, "МБОУ «Светлая СОШ»", DISTRICT), school(2, "МБОУ «Тихая СОШ»", DISTRICT, "01.09.2015", "31.08.2023"),
    school(3, "МБОУ СОШ с. Павловка", OTHER), school(4, "МБОУ «Верхняя СОШ № 7»", OTHER, code=77),
]  # fmt: skip
SITE = [
    [inn(4, 77), "690143001", SUBJECT, OTHER, "Зимняя НОШ - филиал МБОУ «Верхняя СОШ № 7»", "начальная школа", "да",
     inn(4, 77), "", ""],
]  # fmt: skip
SECOND = [
    school(1, "МБОУ «Светлая СОШ»", DISTRICT), school(5, "МБОУ «Светлая СОШ»", OTHER), *SITE,
    school(6, "МБОУ «Тихая СОШ имени Героя Выдумкина»", DISTRICT, "01.09.2023"), school(7, "Павловская СОШ", DISTRICT),
    school(8, "Ясная СОШ", "региональное подчинение"),
]  # fmt: skip
NAMED = [
    "Светлая СОШ", "Тихая СОШ", "Павловская СОШ", "СОШ с. Павловка", "Верхняя СОШ № 7",
    "Зимняя НОШ - филиал МБОУ Верхняя СОШ № 7", "Летняя СОШ", "Светлвя СОШ", "Ясная СОШ",
]  # fmt: skip
PLACES = [DISTRICT, OTHER, "Неведомый район", ""]


def deliveries(places: list[str], mark: str) -> list[list[str]]:
    rows = [(name, place) for place in places for name in NAMED]
    return [DELIVERIES] + [
        [SUBJECT, place, name, "01.10.2023", "Ноутбук", "шт.", "1", f"{mark}-{number}"]
        for number, (name, place) in enumerate(rows)
    ]  # fmt: skip


FILES: dict[str, tuple[list[list[str]], dict[str, str]]] = {
    "registry_2022": ([REGISTRY, *FIRST], {}),
    "registry_2024": ([REGISTRY, *SECOND], {}),
    "with": (deliveries(PLACES[:3], "w"), SENDER),
    "without": (deliveries(PLACES[3:], "o"), SENDER),
    "of_another": (deliveries([DISTRICT, ""], "a"), ANOTHER),
}
Fates = dict[str, Any]


def ingest(settings: Settings, folder: Path, names: list[str]) -> None:
    """One refresh of these files, in this order of receipt."""
    for name in names:
        rows, declared = FILES[name]
        add_files(settings, [write_rows(folder, f"{name}.csv", rows, "utf-8", ";")], declared)
        time.sleep(0.002)
    reports = receive(settings)
    with build_connection(settings):
        for kind in LOAD_ORDER:
            reports += load_kind(settings, kind)
        settle_held(settings)
    assert {report.outcome for report in reports} == {"loaded"}


def fates(settings: Settings) -> Fates:
    """Where every row went: by which rule to whom, or what it asks with which candidates; and every remark."""
    with build_connection(settings) as connection:
        matched = connection.execute(
            "select model, organisation_id, match_rule from raw.equipment_delivery order by all"
        ).fetchall()
        held = connection.execute(
            "select json_extract_string(held.payload, '$.values.model'), held.kind, held.sheet, held.source_row,"
            " held.reason, name.name, name.municipality, name.candidates from journal.held_row as held"
            " join journal.held_name as name using (held_id) where held.status = 'pending' order by all"
        ).fetchall()
        remarks = connection.execute(
            "select load.original_name, reject.source_row, reject.rule, reject.message, reject.severity"
            " from journal.reject as reject join journal.load as load using (file_sha256) order by all"
        ).fetchall()
        counts = connection.execute(
            "select original_name, rows_read, rows_accepted, rows_rejected, rows_held from journal.load order by all"
        ).fetchall()
        registered = connection.execute(
            "select organisation_id, full_name, municipality_key from raw.organisation_registry order by all"
        ).fetchall()
    return {"matched": matched, "held": held, "remarks": remarks, "counts": counts, "registered": registered}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home in which a steward has answered for one sender."""
    folder = tmp_path_factory.mktemp("answered")
    settings = Settings(home=folder / "home")
    create_secret(settings)
    FILES["answered"] = (
        [DELIVERIES, [SUBJECT, DISTRICT, "Летняя СОШ", "01.10.2023", "Ноутбук", "шт.", "1", "x-0"]],
        SENDER,
    )
    FILES["answer"] = ([REGISTRY, school(9, "МБОУ «Осенняя СОШ»", DISTRICT)], {})
    ingest(settings, folder, ["answer", "answered"])
    (question,) = list_held(settings)
    assert accept(settings, question.held_id, inn(9)) == 1
    return settings.home


@pytest.fixture(scope="module")
def expected(home: Path, tmp_path_factory: pytest.TempPathFactory) -> Fates:
    return fates_of(home, tmp_path_factory.mktemp("expected"), [sorted(set(FILES) - {"answer", "answered"})])


def fates_of(home: Path, folder: Path, refreshes: list[list[str]]) -> Fates:
    shutil.copytree(home, folder / "home")
    settings = Settings(home=folder / "home")
    for names in refreshes:
        ingest(settings, folder, names)
    found = fates(settings)
    shutil.rmtree(folder / "home")
    return found


def test_the_files_have_rows_of_every_fate(expected: Fates) -> None:
    """Guards against orders that agree because nothing is matched, or nothing waits."""
    assert {rule for _, _, rule, *_ in expected["matched"]} == {"steward", "alias", "name"}
    assert {reason for *_, reason, _, _, _ in expected["held"]} == {"organisation"}
    assert {rule for _, _, rule, *_ in expected["remarks"]} >= {"inn_of_other_region", "not_a_municipality"}
    assert len(expected["registered"]) == len(FIRST) + len(SECOND) + 1


@st.composite
def any_refreshes(draw: st.DrawFn) -> list[list[str]]:
    order = draw(st.permutations([name for name in FILES if not name.startswith("answer")]))
    cuts = [draw(st.booleans()) for _ in order[1:]]
    refreshes = [[order[0]]]
    for name, is_cut in zip(order[1:], cuts, strict=True):
        if is_cut:
            refreshes.append([name])
        else:
            refreshes[-1].append(name)
    return refreshes


@bounds(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(any_refreshes())
@example([["registry_2022"], ["without", "with"], ["of_another"], ["registry_2024"]])
@example([["with", "without", "of_another"], ["registry_2024"], ["registry_2022"]])
def test_the_order_of_files_changes_nothing(
    home: Path, expected: Fates, tmp_path_factory: pytest.TempPathFactory, refreshes: list[list[str]]
) -> None:
    """Guards against a match that stands only because the second school of the name became known a day later."""
    found = fates_of(home, tmp_path_factory.mktemp("order"), refreshes)
    for what, told in expected.items():
        assert found[what] == told
