"""What each role may not do: a specialist nothing but look, an analyst nothing but read marts, a stranger nothing."""

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
from visitor import Call, Visitor, dataset_ids, get, legible, post, rows_of

from bi.marts import load_marts
from bi.specification import load_dashboards, load_datasets

pytestmark = pytest.mark.slow
SELECT = "select municipality, count(*) as n from marts.dim_organisation group by 1"
ZIP = {"formData": ("a.zip", b"PK\x05\x06" + b"\0" * 18, "application/zip")}
SLUG = load_dashboards()[0].slug
OPEN_MART = next(
    name for name, mart in load_marts().items() if name not in load_datasets() and "municipality" in mart.columns
)


def run(sql: str) -> Call:
    return post("/api/v1/sqllab/execute/", database_id=1, sql=sql, runAsync=False, schema="marts", queryLimit=1000)


def put(path: str, **body: Any) -> Call:
    return Call("PUT", path, {"json": body})


def delete(path: str) -> Call:
    return Call("DELETE", path)


@pytest.fixture(scope="module")
def specialist(superset: Any) -> Visitor:
    return Visitor(superset.url, "eniseysk", superset.password("eniseysk"))


@pytest.fixture(scope="module")
def analyst(superset: Any) -> Visitor:
    return Visitor(superset.url, "analyst", superset.password("analyst"))


def is_refused(answer: requests.Response) -> bool:
    """Refused, unknown to the asker, or sent to the login page."""
    if answer.is_redirect:
        return urlsplit(answer.headers["Location"]).path == "/login/"
    return answer.status_code in {401, 403, 404, 405}


SQL_LAB = [
    run(SELECT),
    post("/api/v1/sqllab/estimate/", database_id=1, sql=SELECT, schema="marts"),
    post("/api/v1/sqllab/format_sql/", sql=SELECT),
    Call("POST", "/api/v1/sqllab/export_streaming/", {"data": {"client_id": "abc"}}),
    get("/api/v1/sqllab/export/abc/"),
    get("/api/v1/sqllab/results/?q=(key:abc)"),
    get("/api/v1/sqllab/"),
    get("/sqllab/"),
    get("/sqllab/history/"),
    get("/superset/sqllab/history/"),
    post("/api/v1/sqllab/permalink", sql=SELECT, dbId=1, name="a"),
    get("/api/v1/saved_query/"),
    post("/api/v1/saved_query/", db_id=1, label="a", sql=SELECT),
    get("/api/v1/saved_query/export/?q=!(1)"),
    get("/api/v1/query/"),
    Call("POST", "/tabstateview/", {"data": {"queryEditor": "{}"}}),
    Call("POST", "/tableschemaview/", {"data": {"table": "{}"}}),
]
DATA_SETS = [
    post("/api/v1/dataset/", database=1, schema="marts", table_name="dim_system"),
    post("/api/v1/dataset/", database=1, schema="marts", table_name="own", sql=SELECT),
    post("/api/v1/dataset/get_or_create/", database_id=1, schema="marts", table_name="dim_system"),
    post("/api/v1/dataset/duplicate", base_model_id=1, table_name="copy"),
    put("/api/v1/dataset/1", sql=SELECT),
    put("/api/v1/dataset/1", columns=[{"column_name": "x", "expression": "1"}]),
    put("/api/v1/dataset/1/refresh"),
    delete("/api/v1/dataset/1"),
    get("/api/v1/dataset/export/?q=!(1)"),
    Call("POST", "/api/v1/dataset/import/", {"files": ZIP}),
    put("/api/v1/dataset/warm_up_cache", db_name="Витрина", table_name="dim_organisation"),
    get("/api/v1/datasource/table/1/column/municipality/values/"),
    post("/api/v1/datasource/table/1/validate_expression/", expression="1", expression_type="column"),
    get("/datasource/get/table/1/"),
    get("/datasource/external_metadata/table/1/"),
    get("/datasource/external_metadata_by_name/?q=(datasource_type:table,database_name:Витрина,table_name:laggard)"),
    Call("POST", "/datasource/save/", {"data": {"data": json.dumps({"id": 1, "type": "table"})}}),
    get("/superset/fetch_datasource_metadata?datasourceKey=1__table"),
]
CHARTS = [
    post("/api/v1/chart/", slice_name="own", datasource_id=1, datasource_type="table", viz_type="table"),
    put("/api/v1/chart/1", slice_name="other"),
    delete("/api/v1/chart/1"),
    get("/api/v1/chart/export/?q=!(1)"),
    put("/api/v1/chart/warm_up_cache", chart_id=1),
    Call("POST", "/api/v1/query/", {"data": {"query_context": "{}"}}),
    get("/api/v1/form_data/?slice_id=1"),
    get("/api/v1/explore/?slice_id=1"),
    get("/api/v1/explore/form_data/abc"),
    post("/api/v1/explore/permalink", formData={"datasource": "1__table"}),
    get("/explore/?slice_id=1"),
    get("/superset/explore/?form_data={}"),
    get("/superset/slice/1/"),
    get("/superset/warm_up_cache/?slice_id=1"),
]
DASHBOARDS = [
    post("/api/v1/dashboard/", dashboard_title="own"),
    put("/api/v1/dashboard/1", dashboard_title="other"),
    post(f"/api/v1/dashboard/{SLUG}/copy/", dashboard_title="copy", json_metadata="{}", css="", duplicate_slices=True),
    delete("/api/v1/dashboard/1"),
    get("/api/v1/dashboard/export/?q=!(1)"),
    get("/api/v1/dashboard/1/export_as_example/"),
    put("/api/v1/dashboard/1/filters", modified=[], deleted=[], reordered=[]),
    post(f"/api/v1/dashboard/{SLUG}/embedded", allowed_domains=[]),
    get("/dashboard/new/"),
]
DATABASES = [
    get("/api/v1/database/"),
    get("/api/v1/database/1"),
    get("/api/v1/database/1/connection"),
    get("/api/v1/database/1/schemas/"),
    get("/api/v1/database/1/tables/?q=(schema_name:marts)"),
    get("/api/v1/database/1/table_metadata/?name=dim_organisation&schema=marts"),
    get("/api/v1/database/1/select_star/dim_organisation/marts/"),
    get("/api/v1/database/1/related_objects/"),
    post("/api/v1/database/1/validate_sql/", sql=SELECT, schema="marts"),
    post("/api/v1/database/1/sync_permissions/"),
    get("/api/v1/database/export/?q=!(1)"),
    post("/api/v1/database/test_connection/", sqlalchemy_uri="duckdb:////tmp/other.duckdb"),
    Call("POST", "/api/v1/database/1/upload/", {"files": {"file": ("a.csv", b"a\n1\n")}}),
]
ADMINISTRATION = [
    *(get(f"/api/v1/security/{name}/") for name in ("users", "roles", "groups", "permissions", "resources",
                                                    "permissions-resources", "roles/search", "user_registrations")),
    put("/api/v1/security/users/1", password="Another-word-2026"),
    post("/api/v1/security/users/", username="x", first_name="x", last_name="x", email="x@x", password="x", roles=[1]),
    post("/api/v1/security/roles/", name="x"),
    post("/api/v1/security/roles/1/permissions", permission_view_menu_ids=[]),
    put("/api/v1/security/roles/1/users", user_ids=[]),
    post("/api/v1/security/guest_token/", user={}, resources=[], rls=[]),
    get("/api/v1/rowlevelsecurity/"),
    get("/api/v1/rowlevelsecurity/1"),
    put("/api/v1/rowlevelsecurity/1", clause="1 = 1"),
    delete("/api/v1/rowlevelsecurity/1"),
    get("/api/v1/rowlevelsecurity/related/roles"),
    post("/api/v1/cachekey/invalidate", datasource_uids=["1__table"]),
    get("/api/v1/assets/export/"),
    get("/api/v1/log/"),
    get("/api/v1/annotation_layer/"),
    get("/users/list/"),
    get("/roles/list/"),
    get("/rowlevelsecurity/list/"),
    get("/actionlog/list"),
    get("/registrations/"),
]  # fmt: skip
FORBIDDEN = [*SQL_LAB, *DATA_SETS, *CHARTS, *DASHBOARDS, *DATABASES, *ADMINISTRATION]


@pytest.mark.parametrize("call", FORBIDDEN, ids=lambda call: f"{call.method} {call.path}")
def test_a_specialist_may_not(specialist: Visitor, call: Call) -> None:
    """Guards against a right that lets a specialist change something, write SQL or see how access is set."""
    answer = specialist.ask(call)
    assert answer.status_code == 403, f"{answer.status_code} {legible(answer)[:300]}"


def test_a_stranger_sees_nothing(superset: Any) -> None:
    """Guards against the public role or a page that does not ask who is there."""
    stranger = Visitor(superset.url)
    datasets = dataset_ids(superset.sign_in("admin"))
    data = [rows_of(key, columns=["municipality"]) for key in datasets.values()]
    pages = [get(f"/superset/dashboard/{SLUG}/"), get(f"/api/v1/dashboard/{SLUG}"), get(f"/dashboard/{SLUG}/embedded")]
    lists = [get(f"/api/v1/{name}/") for name in ("dashboard", "chart", "dataset", "me", "menu")]
    samples = [post("/datasource/samples?datasource_type=table&datasource_id=1"), get("/api/v1/chart/1/data/")]
    older = [Call("POST", "/superset/explore_json/", {"data": {"form_data": '{"datasource": "1__table"}'}})]
    for call, answer in stranger.ask_all([*data, *pages, *lists, *samples, *older, *FORBIDDEN]):
        known = answer.status_code == 200 and call.path == "/api/v1/menu/" and "Дашборды" not in legible(answer)
        refused = answer.status_code == 400 and "CSRF" in answer.text
        assert is_refused(answer) or refused or known, f"{call}: {answer.status_code} {legible(answer)[:300]}"


@pytest.mark.parametrize("mart", ["laggard", "indicator_by_territory"])
def test_an_analyst_names_a_mart_without_its_schema(analyst: Visitor, mart: str) -> None:
    """Guards against «Table with name laggard does not exist» for a query copied from the guide."""
    for schema in ("marts", None):
        call = post("/api/v1/sqllab/execute/", database_id=1, sql=f"select count(*) as n from {mart}", schema=schema)
        assert analyst.ask(call).json()["data"][0]["n"] > 0


OUTSIDE = [
    "select * from read_csv('/etc/passwd')",
    "select * from read_text('/etc/passwd')",
    "select * from '/etc/passwd'",
    "select * from glob('/etc/*')",
    "copy marts.dim_system to '/tmp/out.csv'",
    "copy (select 1) to '/tmp/out.parquet'",
    "attach '/tmp/other.duckdb' as other",
    "export database '/tmp/exported'",
    "set threads = 64",
    "set enable_external_access = true",
    "reset lock_configuration",
    "install httpfs",
    "create table marts.own as select 1 as a",
    "delete from marts.laggard",
    "drop table marts.laggard",
]


def test_an_analyst_reads_marts_in_sql_lab(analyst: Visitor) -> None:
    """Guards against closing SQL Lab to those for whom it is, or hiding rows from them there."""
    answer = analyst.ask(run(SELECT))
    assert len(answer.json()["data"]) == 5, "the sample has five municipalities"


@pytest.mark.parametrize("sql", OUTSIDE)
def test_an_analyst_reads_nothing_but_marts(analyst: Visitor, sql: str) -> None:
    """Guards against SQL Lab reaching files of the server, its settings, or changing the release."""
    answer = analyst.ask(run(sql))
    assert not answer.ok, legible(answer)[:300]


@pytest.mark.parametrize("call", ADMINISTRATION, ids=lambda call: f"{call.method} {call.path}")
def test_an_analyst_is_no_administrator(analyst: Visitor, call: Call) -> None:
    """Guards against a right by which an analyst gives rights."""
    answer = analyst.ask(call)
    assert answer.status_code == 403, f"{answer.status_code} {legible(answer)[:300]}"


@pytest.fixture
def own_things(analyst: Visitor, superset: Any) -> Iterator[dict[str, int]]:
    """A data set, a chart and a dashboard that the analyst makes, of a mart that has no rule."""
    table = {"database": 1, "schema": "marts", "table_name": OPEN_MART}
    data_set = analyst.ask(post("/api/v1/dataset/", **table)).json()["id"]
    body = {"slice_name": "own", "datasource_id": data_set, "datasource_type": "table", "viz_type": "table"}
    chart = analyst.ask(post("/api/v1/chart/", **body)).json()["id"]
    dashboard = analyst.ask(post("/api/v1/dashboard/", dashboard_title="own")).json()["id"]
    made = {"chart": chart, "dashboard": dashboard, "dataset": data_set}
    yield made
    administrator = superset.sign_in("admin")
    for kind, key in made.items():
        administrator.delete(f"{kind}/{key}")


def an_id_of_ours(superset: Any, kind: str, not_this: int) -> int:
    """A provisioned thing: their numbers are Superset's to give, and a chart that left the files leaves a gap."""
    return next(row["id"] for row in superset.sign_in("admin").every(f"{kind}/") if row["id"] != not_this)


def test_an_analyst_works_on_own_things_and_not_on_ours(
    superset: Any, analyst: Visitor, specialist: Visitor, own_things: dict[str, int]
) -> None:
    """Guards against an analyst who can make nothing, or can change a dashboard that others trust."""
    chart, rows = own_things["chart"], rows_of(own_things["dataset"], columns=["municipality"])
    assert analyst.ask(put(f"/api/v1/chart/{chart}", slice_name="renamed")).ok
    assert analyst.ask(rows).ok
    ours = {kind: an_id_of_ours(superset, kind, key) for kind, key in own_things.items()}
    for call in (
        put(f"/api/v1/dataset/{ours['dataset']}", sql=SELECT),
        put(f"/api/v1/chart/{ours['chart']}", slice_name="x"),
        delete(f"/api/v1/dashboard/{ours['dashboard']}"),
    ):
        assert analyst.ask(call).status_code == 403, str(call)
    assert specialist.ask(rows).status_code == 403
    assert specialist.ask(get(f"/api/v1/chart/{chart}/data/")).status_code in {403, 404}


def test_a_dashboards_roles_open_no_data(superset: Any, specialist: Visitor, own_things: dict[str, int]) -> None:
    """Guards against DASHBOARD_RBAC: naming a role on a dashboard would open the rows of all its data sets to it."""
    administrator = superset.sign_in("admin")
    roles = {row["name"]: row["id"] for row in administrator.every("security/roles/")}
    board, chart = own_things["dashboard"], own_things["chart"]
    administrator.put(f"dashboard/{board}", roles=[roles["Муниципальный специалист"]], published=True)
    administrator.put(f"chart/{chart}", dashboards=[board])
    call = rows_of(own_things["dataset"], columns=["municipality"])
    form = {"dashboardId": board, "slice_id": chart}
    assert specialist.ask(post(call.path, **call.arguments["json"], form_data=form)).status_code == 403


def test_everybody_changes_their_own_password(superset: Any) -> None:
    """Guards against a generated password that stays for ever because its owner may not change it."""
    given, chosen = superset.password("kovrov"), "Own-Password-2026"
    person = Visitor(superset.url, "kovrov", given)
    assert person.ask(put("/api/v1/me/", password=chosen)).ok
    again = Visitor(superset.url, "kovrov", chosen)
    assert again.ask(get("/api/v1/me/")).json()["result"]["username"] == "kovrov"
    assert again.ask(put("/api/v1/me/", password=given)).ok
