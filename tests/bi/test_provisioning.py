"""Provisioning takes nothing over that a person made: it looks first, stops and says what it found."""

import io
import zipfile
from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from test_chart_numbers import state, without_moments
from visitor import Visitor, post

from bi.bundle import VERSION, files
from bi.client import Superset
from bi.identity import chart_uuid
from bi.provision import provision
from bi.specification import load_dashboards, load_datasets
from bi.standing import TakenError

pytestmark = pytest.mark.slow
BOARD = load_dashboards()[0]


@pytest.fixture(scope="module")
def administrator(superset: Any) -> Superset:
    session: Superset = superset.sign_in("admin")
    return session


@pytest.fixture(scope="module")
def analyst(superset: Any) -> Visitor:
    return Visitor(superset.url, "analyst", superset.password("analyst"))


def refused(superset: Any, administrator: Superset) -> str:
    """What provisioning says when it stops; nothing may have changed."""
    before = without_moments(state(administrator))
    with pytest.raises(TakenError) as told:
        provision(superset.settings, superset.url, superset_settings=superset.chosen)
    assert without_moments(state(administrator)) == before
    return str(told.value)


@pytest.fixture
def freed(superset: Any, administrator: Superset) -> Iterator[None]:
    """Everything of ours back in its place, whatever a test did with it."""
    yield
    provision(superset.settings, superset.url, superset_settings=superset.chosen)


def of_ours(administrator: Superset, kind: str, **values: Any) -> int:
    """The id of the object of ours that the list shows with these values."""
    rows = administrator.every(f"{kind}/")
    return next(row["id"] for row in rows if all(row[key] == value for key, value in values.items()))


def test_a_dashboard_with_the_address_of_ours(
    superset: Any, administrator: Superset, analyst: Visitor, freed: None
) -> None:
    """Guards against an analyst's dashboard overwritten because ours, new in this version, has its address."""
    administrator.delete(f"dashboard/{of_ours(administrator, 'dashboard', slug=BOARD.slug)}")
    made = analyst.ask(post("/api/v1/dashboard/", dashboard_title="Мой дашборд", slug=BOARD.slug)).json()["id"]
    try:
        told = refused(superset, administrator)
        assert f"Дашборд «Мой дашборд», адрес {BOARD.slug} (владелец: Аналитик Региональный)" in told
    finally:
        administrator.delete(f"dashboard/{made}")


def test_a_data_set_over_the_mart_of_ours(
    superset: Any, administrator: Superset, analyst: Visitor, freed: None
) -> None:
    """Guards against an analyst's data set, with their own columns, that becomes ours without a word."""
    mart = "programme_unmatched"
    assert mart in load_datasets()
    administrator.delete(f"dataset/{of_ours(administrator, 'dataset', table_name=mart)}")
    made = analyst.ask(post("/api/v1/dataset/", database=1, schema="marts", table_name=mart)).json()["id"]
    try:
        assert f"Набор данных «{mart}» (владелец: Аналитик Региональный)" in refused(superset, administrator)
    finally:
        administrator.delete(f"dataset/{made}")


def test_a_chart_that_was_imported_from_a_copy_of_ours(superset: Any, administrator: Superset, freed: None) -> None:
    """Guards against a chart somebody exported, changed and brought back: it has our number and is theirs."""
    chart = next(BOARD.charts())
    number = of_ours(administrator, "chart", uuid=chart_uuid(BOARD.slug, chart.name))
    administrator.delete(f"chart/{number}")
    _import_as_theirs(administrator, superset, f"charts/{BOARD.slug}_{chart.name}.yaml")
    made = of_ours(administrator, "chart", uuid=chart_uuid(BOARD.slug, chart.name))
    try:
        assert "Диаграмма «Своя»" in refused(superset, administrator)
    finally:
        administrator.delete(f"chart/{made}")


def _import_as_theirs(administrator: Superset, superset: Any, name: str) -> None:
    """Bring one chart of ours by the way people use, under another name."""
    ours = files(superset.settings.current / "warehouse.duckdb", superset.chosen)
    changed = {**ours[name], "slice_name": "Своя", "is_managed_externally": False}
    dataset = next(key for key, value in ours.items() if value.get("uuid") == changed["dataset_uuid"])
    kept = {"metadata.yaml": {"version": VERSION, "type": "Slice", "timestamp": ours["metadata.yaml"]["timestamp"]}}
    kept |= {key: value for key, value in ours.items() if key.startswith("databases/") or key == dataset}
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for key, value in {**kept, name: changed}.items():
            archive.writestr(f"own/{key}", yaml.safe_dump(value, allow_unicode=True))
    bundle = ("own.zip", stream.getvalue(), "application/zip")
    administrator.call("POST", "chart/import/", files={"formData": bundle}, data={"overwrite": "true"})


def test_what_people_made_beside_ours_is_no_hindrance(superset: Any, administrator: Superset) -> None:
    """Guards against a check so wide that any dashboard of an analyst stops the night."""
    made = administrator.post("dashboard/", dashboard_title=BOARD.title, slug="own")["id"]
    try:
        provision(superset.settings, superset.url, superset_settings=superset.chosen)
        assert administrator.get(f"dashboard/{made}")["result"]["dashboard_title"] == BOARD.title
    finally:
        administrator.delete(f"dashboard/{made}")
