"""SQL written by hand into a chart's query: Superset lets some past the rules of row-level security, so it is refused.

Each attempt is a specialist's; the first test shows that they are attempts indeed, by somebody who may write SQL.
"""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from visitor import Call, Release, Visitor, dataset_ids, get, legible, post, rows_of, seen

pytestmark = pytest.mark.slow
YENISEYSK = "04615000"
MART, COLUMN = "indicator_by_organisation", "municipality"
UNION = "string_agg(territory_name) FROM marts.dim_territory UNION ALL SELECT NULL"
OTHER_TABLE = "select max(organisation_name) from marts.dim_organisation"
ENDING = f"1 limit 1) union all ({OTHER_TABLE}"
REFUSED = {400, 403, 422}


def written(text: str, **more: Any) -> dict[str, Any]:
    """An expression as a page sends one that a person has written."""
    return {"expressionType": "SQL", "label": "x", "sqlExpression": text, **more}


def largest(column: str = COLUMN, **more: Any) -> dict[str, Any]:
    """A metric made of a chosen column and function."""
    return {"expressionType": "SIMPLE", "aggregate": "MAX", "column": {"column_name": column}, "label": "x", **more}


@pytest.fixture(scope="module")
def datasets(superset: Any) -> dict[str, int]:
    return dataset_ids(superset.sign_in("admin"))


@pytest.fixture(scope="module")
def specialist(superset: Any) -> Visitor:
    return Visitor(superset.url, "eniseysk", superset.password("eniseysk"))


@pytest.fixture(scope="module")
def foreign(superset: Any) -> set[str]:
    return Release(superset.release()).foreign(YENISEYSK)


ANNOTATION = {
    "annotationType": "EVENT",
    "sourceType": "table",
    "name": "a",
    "value": 1,
    "overrides": {"metric": written(UNION)},
}
ATTEMPTS: dict[str, dict[str, Any]] = {
    "union in a metric": {"metrics": [written(UNION)]},
    "union in a metric called simple": {"columns": [written(UNION, expressionType="SIMPLE")]},
    "union in a column": {"columns": [written("territory_name FROM marts.dim_territory UNION ALL SELECT NULL")]},
    "union in a column given as a name": {"columns": [UNION], "metrics": ["share"]},
    "union in a metric given as a name": {"metrics": [UNION]},
    "subquery in a column": {"columns": [written(f"({OTHER_TABLE})")]},
    "subquery in a metric": {"metrics": [written(f"max(({OTHER_TABLE}))")]},
    "subquery in a column of a time axis": {"columns": [written(f"({OTHER_TABLE})", columnType="BASE_AXIS")]},
    "summarize as a subquery": {"columns": [written("(summarize marts.dim_organisation)")]},
    "from first": {"columns": [written("(from marts.dim_organisation select max(organisation_name))")]},
    "table function": {"columns": [written("(select content from read_text('/etc/passwd'))")]},
    "query from text": {"columns": [written(f"(from query('{OTHER_TABLE}'))")]},
    "where that closes the bracket": {"columns": [COLUMN], "extras": {"where": "1=1) or (1=1"}},
    "where that is always true": {"columns": [COLUMN], "extras": {"where": "1=1 or 1=1"}},
    "where with a subquery": {"columns": [COLUMN], "extras": {"where": f"inn in ({OTHER_TABLE})"}},
    "where that tells by its error": {"columns": [COLUMN], "extras": {"where": "cast(municipality as int) > 0"}},
    "where of old requests": {"columns": [COLUMN], "where": "1=1) or (1=1"},
    "where with a comment": {"columns": [COLUMN], "extras": {"where": "1=1 --"}},
    "having that closes the bracket": {
        "columns": [COLUMN],
        "metrics": ["share"],
        "extras": {"having": "1=1) union all (select territory_name, 1 from marts.dim_territory"},
    },
    "order by a subquery": {"columns": [COLUMN], "orderby": [[written(f"({OTHER_TABLE})"), True]]},
    "order by that ends the query": {"columns": [COLUMN], "orderby": [[written(ENDING), True]]},
    "filter by an expression": {"columns": [COLUMN], "filters": [{"col": written("1"), "op": "==", "val": 1}]},
    "filter by a subquery": {
        "columns": [COLUMN],
        "filters": [{"col": written(f"({OTHER_TABLE})"), "op": "!=", "val": 1}],
    },
    "series limited by an expression": {
        "columns": [COLUMN],
        "metrics": ["share"],
        "series_columns": [COLUMN],
        "series_limit": 5,
        "series_limit_metric": written(UNION),
    },
    "annotation from another chart": {"columns": [COLUMN], "annotation_layers": [ANNOTATION]},
}


def test_an_attempt_is_one(superset: Any, datasets: dict[str, int], foreign: set[str]) -> None:
    """Guards against attempts that come to nothing by themselves: then refusing them would prove nothing."""
    analyst = Visitor(superset.url, "analyst", superset.password("analyst"))
    answer = analyst.ask(rows_of(datasets[MART], metrics=[written(UNION)]))
    assert seen(legible(answer), foreign)


@pytest.mark.parametrize("name", ATTEMPTS)
def test_written_sql_is_refused(specialist: Visitor, datasets: dict[str, int], foreign: set[str], name: str) -> None:
    """Guards against SQL by which a chart's query reads another table, or the rows its rules hide."""
    for more in ({}, {"result_type": "samples"}, {"as_file": "csv"}):
        answer = specialist.ask(rows_of(datasets[MART], **more, **ATTEMPTS[name]))
        assert answer.status_code in REFUSED, legible(answer)[:500]
        assert not seen(legible(answer), foreign)


@pytest.mark.parametrize("name", [name for name, query in ATTEMPTS.items() if {"filters", "extras"} & query.keys()])
def test_it_is_refused_under_drill_to_detail(
    specialist: Visitor, datasets: dict[str, int], foreign: set[str], name: str
) -> None:
    """Guards against the path of samples taking what the path of charts refuses."""
    path = f"/datasource/samples?datasource_type=table&datasource_id={datasets[MART]}&force=true"
    query = {key: value for key, value in ATTEMPTS[name].items() if key in {"filters", "extras"}}
    answer = specialist.ask(post(path, **query))
    assert answer.status_code in REFUSED, legible(answer)[:500]
    assert not seen(legible(answer), foreign)


FORMS: dict[str, dict[str, Any]] = {
    "metric": {"metric": written(UNION)},
    "entity": {"entity": f"({OTHER_TABLE})"},
    "filter": {"adhoc_filters": [{**written("1=1) or (1=1"), "clause": "WHERE"}]},
    "extra filter": {"extra_form_data": {"adhoc_filters": [{**written(f"inn in ({OTHER_TABLE})"), "clause": "WHERE"}]}},
    "where": {"where": "1=1 or 1=1"},
    "another kind of chart": {"viz_type": "time_table", "groupby": [COLUMN], "metrics": [written(UNION)]},
    "a kind of chart that is not saved": {"viz_type": "para", "series": COLUMN, "metrics": ["share"]},
}


@pytest.mark.parametrize("name", FORMS)
def test_it_is_refused_on_the_older_path(superset: Any, specialist: Visitor, foreign: set[str], name: str) -> None:
    """Guards against the path of maps taking what the path of charts refuses."""
    administrator = superset.sign_in("admin")
    charts = [administrator.get(f"chart/{row['id']}")["result"] for row in administrator.every("chart/")]
    for chart in (chart for chart in charts if chart["viz_type"] == "country_map"):
        form = json.dumps({**json.loads(chart["params"]), "slice_id": chart["id"], **FORMS[name]})
        for path in ("", "?csv=true", "?samples=true", "?results=true"):
            answer = specialist.ask(Call("POST", f"/superset/explore_json/{path}", {"data": {"form_data": form}}))
            assert answer.status_code in REFUSED, f"{path}: {answer.status_code} {legible(answer)[:500]}"
            assert not seen(legible(answer), foreign)
        answer = specialist.ask(Call("GET", "/superset/explore_json/", {"params": {"form_data": form}}))
        assert answer.status_code == 405, "answers of GET are cached for all users alike"


HARMLESS: dict[str, dict[str, Any]] = {
    "value with a quote": {"filters": [{"col": COLUMN, "op": "==", "val": "x' or '1'='1"}]},
    "value with a backslash": {"filters": [{"col": COLUMN, "op": "IN", "val": ["\\' or 1=1 --", "x"]}]},
    "value of LIKE": {"filters": [{"col": COLUMN, "op": "LIKE", "val": "%' or municipality like '%"}]},
    "label with a quote": {"metrics": [largest(label=f'x" {UNION} --')]},
    "unknown column of a metric": {"metrics": [largest(f'x" {UNION} --')]},
    "unknown function of a metric": {"metrics": [largest(aggregate=UNION)]},
    "unknown name to order by": {"orderby": [[f"1) union all ({OTHER_TABLE}", True]]},
    "unknown filter column": {"filters": [{"col": f"({OTHER_TABLE})", "op": "==", "val": "x"}]},
    "unknown time column": {"granularity": f"({OTHER_TABLE})", "time_range": "2019 : 2030"},
    "unknown time grain": {"granularity": "as_of_date", "is_timeseries": True, "extras": {"time_grain_sqla": UNION}},
    "template": {"filters": [{"col": COLUMN, "op": "==", "val": "{{ current_username() }}"}]},
    "another data set within the query": {"datasource": {"id": 1, "type": "table"}},
}


@pytest.mark.parametrize("name", HARMLESS)
def test_a_value_or_name_opens_nothing(
    specialist: Visitor, datasets: dict[str, int], foreign: set[str], name: str
) -> None:
    """Guards against a value, label or name that is put into the SQL unquoted."""
    answer = specialist.ask(rows_of(datasets[MART], **{"columns": [COLUMN], **HARMLESS[name]}))
    assert not seen(legible(answer), foreign)


@pytest.fixture
def own_query_opened_by_hand(superset: Any) -> Iterator[int]:
    """A data set that is a query, opened to the specialists by an administrator's hand until the next provisioning."""
    administrator = superset.sign_in("admin")
    database = next(row["id"] for row in administrator.every("database/"))
    sql = "from marts.dim_organisation"
    key = administrator.post("dataset/", database=database, schema="marts", table_name="by_hand", sql=sql)["id"]
    view = f"[Витрина].[by_hand](id:{key})"
    rows = administrator.every("security/permissions-resources/")
    grant = next(row["id"] for row in rows if row["view_menu"]["name"] == view)
    role = administrator.post("security/roles/", name="Открыто вручную")["id"]
    administrator.post(f"security/roles/{role}/permissions", permission_view_menu_ids=[grant])
    person = next(row for row in administrator.every("security/users/") if row["username"] == "eniseysk")
    roles = [found["id"] for found in person["roles"]]
    administrator.put(f"security/users/{person['id']}", roles=[*roles, role])
    yield key
    administrator.put(f"security/users/{person['id']}", roles=roles)
    administrator.delete(f"security/roles/{role}")
    administrator.delete(f"dataset/{key}")


def test_a_data_set_that_is_a_query_shows_nothing(
    specialist: Visitor, own_query_opened_by_hand: int, foreign: set[str]
) -> None:
    """Guards against rows through an analyst's query, into which Superset carries rules only as far as it reads it."""
    key = own_query_opened_by_hand
    for call in (
        rows_of(key, columns=[COLUMN]),
        rows_of(key, result_type="samples"),
        post(f"/datasource/samples?datasource_type=table&datasource_id={key}&force=true"),
        get(f"/api/v1/datasource/table/{key}/column/{COLUMN}/values/"),
    ):
        answer = specialist.ask(call)
        assert answer.status_code == 403, str(call)
        assert not seen(legible(answer), foreign)
