"""Every chart's numbers, as Superset answers them, are the release's own; a second provisioning changes nothing."""

import json
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from visitor import Call, Visitor

from bi.client import Superset
from bi.identity import chart_uuid
from bi.provision import provision
from bi.specification import load_dashboards, load_datasets

pytestmark = pytest.mark.slow
CHARTS = [(board.slug, chart.name) for board in load_dashboards() for chart in board.charts()]
SIGNIFICANT_DIGITS = 14
MOMENT_FROM = 10**12
"""Milliseconds since 1970 are the only numbers as large here; Superset keeps fractions of them."""
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def plain(value: Any) -> Any:
    """A cell as both sides can have it: JSON knows no date and no decimal, and 3 and 3.0 are one number."""
    if isinstance(value, datetime):
        return moment(value.replace(tzinfo=UTC))
    if isinstance(value, date):
        return moment(datetime(value.year, value.month, value.day, tzinfo=UTC))
    if isinstance(value, bool) or not isinstance(value, Decimal | float | int):
        return value
    if value >= MOMENT_FROM:
        return moment(EPOCH + timedelta(milliseconds=float(value)))
    return float(f"{value:.{SIGNIFICANT_DIGITS}g}")


def moment(value: datetime) -> str:
    """A moment to the second, its fraction cut on both sides: rounded on one, 16,9998 s would be another second."""
    return value.replace(microsecond=0).isoformat()


def comparable(rows: Iterable[Iterable[Any]]) -> list[tuple[str, ...]]:
    return sorted(tuple(repr(plain(cell)) for cell in row) for row in rows)


def ask(session: Superset, older: Visitor, chart: dict[str, Any]) -> tuple[str, list[dict[str, Any]]]:
    """(the SQL Superset ran, the rows it answered); a map asks through the older path."""
    if chart["viz_type"] == "country_map":
        form = {"form_data": json.dumps({**json.loads(chart["params"]), "force": True})}
        answer = older.ask(Call("POST", "/superset/explore_json/", {"data": form})).json()
        return answer["query"], answer["data"]
    answer = session.get(f"chart/{chart['id']}/data/")["result"][0]
    return answer["query"], answer["data"]


@pytest.fixture(scope="module")
def administrator(superset: Any) -> Superset:
    session: Superset = superset.sign_in("admin")
    return session


@pytest.fixture(scope="module")
def older(superset: Any) -> Visitor:
    """The administrator with a cookie: the path of maps takes no token."""
    return Visitor(superset.url, "admin", superset.password("admin"))


@pytest.fixture(scope="module")
def charts(administrator: Superset) -> dict[str, dict[str, Any]]:
    rows = list(administrator.every("chart/"))
    return {row["uuid"]: administrator.get(f"chart/{row['id']}")["result"] | {"id": row["id"]} for row in rows}


@pytest.mark.parametrize(("slug", "name"), CHARTS)
def test_numbers_equal_the_release(
    superset: Any,
    administrator: Superset,
    older: Visitor,
    charts: dict[str, dict[str, Any]],
    slug: str,
    name: str,
) -> None:
    """Guards against a status 200 with wrong numbers: a stale release, a lost decimal, a limit that cuts rows off."""
    sql, rows = ask(administrator, older, charts[chart_uuid(slug, name)])
    with superset.release() as release:
        expected = release.execute(sql).fetchall()
    assert comparable(row.values() for row in rows) == comparable(expected)
    assert len(rows) == len(expected)


def test_no_measured_school_is_said_to_be_unmeasured(
    superset: Any, administrator: Superset, older: Visitor, charts: dict[str, dict[str, Any]]
) -> None:
    """Guards against «скорость не измерена» of every equipped school: rows by indicator never meet in one school."""
    _, rows = ask(administrator, older, charts[chart_uuid("equipment", "equipped_without_internet")])
    with superset.release() as release:
        measured = {
            tuple(row)
            for row in release.execute(
                "select inn, year from marts.indicator_by_organisation"
                " where indicator_code = 'organisations_with_speed' and numerator is not null"
            ).fetchall()
        }
        years = {year for _, year in measured}
    always = {inn for inn, _ in measured if all((inn, year) in measured for year in years)}
    said = {row["inn"]: row["internet"] for row in rows}
    assert {said[inn] for inn in said.keys() & always} <= {"ниже порога", "порог внутри диапазона"}
    assert {inn for inn, words in said.items() if words == "ниже порога"} & {inn for inn, _ in measured}


def state(session: Superset) -> dict[str, Any]:
    """What provisioning governs, without the moments of change."""
    moments = ("changed_on", "changed_on_delta_humanized", "changed_on_utc", "changed_on_dttm", "changed_by")
    kinds = ("dashboard", "chart", "dataset", "database", "rowlevelsecurity", "security/roles", "security/users")
    found: dict[str, Any] = {}
    for kind in kinds:
        for row in session.every(f"{kind}/"):
            detail = session.get(f"{kind}/{row['id']}")["result"]
            found[f"{kind} {row['id']}"] = {key: value for key, value in sorted(detail.items()) if key not in moments}
        for row in session.every("security/roles/"):
            permissions = session.get(f"security/roles/{row['id']}/permissions/")["result"]
            found[f"permissions {row['name']}"] = sorted(entry["id"] for entry in permissions)
    return found


def test_a_second_provisioning_changes_nothing(superset: Any, administrator: Superset) -> None:
    """Guards against objects, rules or users that multiply with every night's release."""
    before = state(administrator)
    report = provision(superset.settings, superset.url, superset_settings=superset.chosen)
    assert report.removed == ()
    assert without_moments(state(administrator)) == without_moments(before)


def without_moments(value: Any) -> Any:
    """Drop every «changed» and «last seen» field, at any depth."""
    if isinstance(value, dict):
        return {key: without_moments(inner) for key, inner in value.items() if not is_moment(key)}
    if isinstance(value, list):
        return [without_moments(inner) for inner in value]
    return value


def is_moment(key: str) -> bool:
    return key.startswith(("changed", "last_", "login_count", "fail_login_count", "modified")) or key.endswith(
        "humanized"
    )


def test_what_left_the_tree_is_removed_and_an_analysts_own_chart_stays(superset: Any, administrator: Superset) -> None:
    """Guards against dashboards of last year that nobody maintains, and against a night that eats people's work."""
    dataset = next(row["id"] for row in administrator.every("dataset/") if row["table_name"] in load_datasets())
    made = {"datasource_id": dataset, "datasource_type": "table", "viz_type": "table", "params": "{}"}
    own = administrator.post("chart/", slice_name="Своя диаграмма", **made)["id"]
    left = administrator.post("chart/", slice_name="Ушла из дерева", is_managed_externally=True, **made)["id"]
    try:
        report = provision(superset.settings, superset.url, superset_settings=superset.chosen)
        standing = {row["id"] for row in administrator.every("chart/")}
        assert own in standing
        assert left not in standing
        assert report.removed == ("«Ушла из дерева»",)
    finally:
        administrator.delete(f"chart/{own}")
