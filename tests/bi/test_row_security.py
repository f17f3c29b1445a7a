"""Each role and municipality by every path that shows rows: only the person's own come through.

A specialist of one municipality, one of another, a person of two and a person of none go every path; whatever comes
back is searched for names, codes and ИНН of municipalities that are not theirs.
"""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from visitor import Call, Release, Visitor, dataset_ids, get, legible, post, rows_of, seen

from bi.client import Superset
from bi.marts import PLACE_COLUMNS, load_marts
from bi.row_rules import ROLE_PREFIX
from bi.specification import load_dashboards, load_datasets

pytestmark = pytest.mark.slow
YENISEYSK, KOVROV = "04615000", "17725000"
OWN = {"eniseysk": (YENISEYSK,), "kovrov": (KOVROV,), "both": (YENISEYSK, KOVROV), "nobody": ()}
SPECIALIST = "Муниципальный специалист"
PASSWORD = "Pass-word-2026"
ROW_COUNT = {"expressionType": "SQL", "sqlExpression": "COUNT(*)", "label": "n"}
GUARDED = {
    mart: dataset.municipality_column for mart, dataset in load_datasets().items() if dataset.municipality_column
}


@dataclass(frozen=True)
class Stage:
    """A running Superset, what stands in it, and the people who go through it."""

    people: dict[str, Visitor]
    release: Release
    datasets: dict[str, int]
    charts: list[dict[str, Any]]

    def guarded(self) -> Iterator[tuple[str, int]]:
        """Data sets that speak of places."""
        return ((mart, self.datasets[mart]) for mart in GUARDED)


@pytest.fixture(scope="module")
def stage(superset: Any) -> Iterator[Stage]:
    administrator = superset.sign_in("admin")
    made = _people_by_hand(administrator)
    passwords = {login: PASSWORD if login in made else superset.password(login) for login in (*OWN, "analyst", "head")}
    yield Stage(
        {login: Visitor(superset.url, login, password) for login, password in passwords.items()},
        Release(superset.release()),
        dataset_ids(administrator),
        [administrator.get(f"chart/{row['id']}")["result"] for row in administrator.every("chart/")],
    )
    for key in made.values():
        administrator.delete(f"security/users/{key}")


def _people_by_hand(administrator: Superset) -> dict[str, int]:
    """A person of two municipalities and a person of none, as an administrator may make them."""
    roles = {row["name"]: row["id"] for row in administrator.every("security/roles/")}
    places = [roles[name] for name in roles if name.startswith(ROLE_PREFIX)]
    wanted = {"both": [roles[SPECIALIST], *places], "nobody": [roles[SPECIALIST]]}
    plain = {"last_name": "", "active": True, "password": PASSWORD}
    people = {
        login: {**plain, "username": login, "first_name": login, "email": f"{login}@localhost", "roles": given}
        for login, given in wanted.items()
    }
    return {login: administrator.post("security/users/", **body)["id"] for login, body in people.items()}


def saved_queries(stage: Stage) -> Iterable[Call]:
    """Every chart by the request its page makes."""
    return [
        post("/api/v1/chart/data", **json.loads(found)) for chart in stage.charts if (found := chart["query_context"])
    ]


def saved_charts(stage: Stage) -> Iterable[Call]:
    """Every chart by its number."""
    return [get(f"/api/v1/chart/{chart['id']}/data/") for chart in stage.charts if chart["query_context"]]


def maps(stage: Stage) -> Iterable[Call]:
    """Maps by the older path, which knows sessions only, as JSON and as a file."""
    for chart in stage.charts:
        if not chart["query_context"]:
            form = json.dumps({**json.loads(chart["params"]), "slice_id": chart["id"]})
            for path in ("", "?csv=true"):
                yield Call("POST", f"/superset/explore_json/{path}", {"data": {"form_data": form}})


def all_columns(stage: Stage) -> Iterable[Call]:
    """Every data set with all its columns: as a table asks for it, as CSV and as XLSX."""
    for mart, key in stage.datasets.items():
        columns = list(load_marts()[mart].columns)
        yield from (rows_of(key, as_file=kind, columns=columns) for kind in ("json", "csv", "xlsx"))


def samples(stage: Stage) -> Iterable[Call]:
    """Samples of every data set, by both paths there are."""
    for key in stage.datasets.values():
        yield post(f"/datasource/samples?datasource_type=table&datasource_id={key}&force=true")
        yield rows_of(key, result_type="samples")


def drill_to_detail(stage: Stage) -> Iterable[Call]:
    """The rows under a figure."""
    for mart, key in stage.guarded():
        path = f"/datasource/samples?datasource_type=table&datasource_id={key}&force=true&per_page=1000"
        yield post(path, filters=[{"col": GUARDED[mart], "op": "IS NOT NULL"}])


def drill_by(stage: Stage) -> Iterable[Call]:
    """A figure split by every column that tells a place."""
    for mart, key in stage.guarded():
        for column in sorted(PLACE_COLUMNS & set(load_marts()[mart].columns)):
            yield rows_of(key, columns=[column], metrics=[ROW_COUNT])


def filter_values(stage: Stage) -> Iterable[Call]:
    """The values that the filters of dashboards offer, and those found by typing."""
    for column, mart in sorted({(item.column, item.dataset) for board in load_dashboards() for item in board.filters}):
        typed = [{"col": column, "op": "ILIKE", "val": "%о%"}]
        yield from (rows_of(stage.datasets[mart], columns=[column], filters=found) for found in ([], typed))


def lists(stage: Stage) -> Iterable[Call]:
    """Descriptions of what there is, and lists of people and roles: a role's name tells a municipality."""
    own = ("dashboard/", "chart/", "dataset/", "me/", "me/roles/", "log/recent_activity/")
    related = ("dashboard/related/owners", "dashboard/related/roles", "dashboard/related/changed_by",
               "chart/related/owners", "dataset/related/owners")  # fmt: skip
    yield from (get(f"/api/v1/{path}") for path in (*own, *related))
    for board in load_dashboards():
        yield get(f"/superset/dashboard/{board.slug}/")
        yield from (get(f"/api/v1/dashboard/{board.slug}{part}") for part in ("", "/charts", "/datasets", "/tabs"))
    yield from (get(f"/api/v1/dataset/{key}") for key in stage.datasets.values())
    for kind in ("columns", "timegrains", "query", "results", "drill_detail"):
        yield rows_of(stage.datasets["dim_organisation"], result_type=kind, columns=["organisation_name"])


WITH_ROWS = (saved_queries, saved_charts, all_columns, samples, drill_to_detail, drill_by)
PATHS: tuple[Callable[[Stage], Iterable[Call]], ...] = (*WITH_ROWS, maps, filter_values, lists)


@pytest.mark.parametrize("login", OWN)
@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.__name__)
def test_only_own_rows_come(stage: Stage, path: Callable[[Stage], Iterable[Call]], login: str) -> None:
    """Guards against a path that shows a school of another municipality, or, to a person of none, of any."""
    foreign = stage.release.foreign(*OWN[login])
    assert foreign
    texts = []
    for call, answer in stage.people[login].ask_all(path(stage)):
        text = stage.release.beyond_public(legible(answer))
        assert answer.status_code == 200, f"{call}: {answer.status_code} {text[:300]}"
        assert seen(text, foreign) == set(), str(call)
        texts.append(text)
    assert texts
    if path in WITH_ROWS:
        whole = "".join(texts)
        unseen = [place for place in OWN[login] if not seen(whole, stage.release.secrets[place])]
        assert unseen == [], "the person's own rows have to come"


@pytest.mark.parametrize("mart", sorted(GUARDED))
def test_rows_are_as_many_as_the_release_has(stage: Stage, mart: str) -> None:
    """Guards against rules that hide own rows too, and against one of two municipalities being lost."""
    conditions = {login: f"{GUARDED[mart]} in {(*places, '')}" for login, places in OWN.items()}
    for login, condition in {**conditions, "analyst": "true", "head": "true"}.items():
        found = stage.release.connection.execute(f"select count(*) from marts.{mart} where {condition}").fetchall()
        answer = stage.people[login].ask(rows_of(stage.datasets[mart], metrics=[ROW_COUNT]))
        assert answer.json()["result"][0]["data"] == [{"n": found[0][0]}], login


@pytest.mark.parametrize("mart", sorted(mart for mart, dataset in load_datasets().items() if dataset.for_analysts))
def test_rows_for_analysts_are_closed_to_others(stage: Stage, mart: str) -> None:
    """Guards against a document of another municipality shown to a specialist, whose rule cannot tell whose it is."""
    whole = stage.release.connection.execute(f"select count(*) from marts.{mart}").fetchall()[0][0]
    assert whole
    for login, expected in {**dict.fromkeys(OWN, 0), "analyst": whole, "head": whole}.items():
        answer = stage.people[login].ask(rows_of(stage.datasets[mart], metrics=[ROW_COUNT]))
        assert answer.json()["result"][0]["data"] == [{"n": expected}], login


@pytest.mark.parametrize("login", ["analyst", "head"])
def test_those_who_see_all_see_every_municipality(stage: Stage, login: str) -> None:
    """Guards against a closing rule that also closes rows to the analyst or the administrator."""
    answer = stage.people[login].ask(rows_of(stage.datasets["dim_organisation"], columns=["municipality_id"]))
    assert set(stage.release.secrets) <= {row["municipality_id"] for row in answer.json()["result"][0]["data"]}
