"""A person's signed-in session as a browser has it, and what of a release must not come to their eyes."""

import io
import json
import re
import socket
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import duckdb
import requests
from python_calamine import CalamineWorkbook

from bi.client import Superset
from bi.identity import dataset_uuid
from bi.specification import load_datasets

TOKEN = re.compile(r'name="csrf_token"[^>]*?value="([^"]+)"', re.DOTALL)
JSON = "application/json"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
AT_ONCE = 4
SECRETS = """
    select municipality_id as owner, unnest([inn, organisation_id, organisation_name, full_name, short_name]) as secret
    from marts.dim_organisation where municipality_id is not null
    union
    select territory_id, unnest([territory_id, territory_name]) from marts.dim_territory
    where territory_level = 'municipality'
"""


@dataclass(frozen=True)
class Call:
    """A request to Superset."""

    method: str
    path: str
    arguments: Mapping[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.method} {self.path} {json.dumps(self.arguments, ensure_ascii=False)[:500]}"


def get(path: str) -> Call:
    return Call("GET", path)


def post(path: str, **body: Any) -> Call:
    return Call("POST", path, {"json": body})


def rows_of(dataset: int, as_file: str = "json", result_type: str = "full", **query: Any) -> Call:
    """Rows of a data set by the path that charts take; `as_file` may be csv or xlsx."""
    asked = {"columns": [], "metrics": [], "row_limit": 10_000, **query}
    return post(
        "/api/v1/chart/data",
        datasource={"id": dataset, "type": "table"},
        force=True,
        result_format=as_file,
        result_type=result_type,
        queries=[asked],
    )


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Visitor:
    """Calls with a session cookie and the token of forms: the older paths know nothing else."""

    def __init__(self, url: str, login: str | None = None, password: str = "") -> None:
        self.url = url
        self.session = requests.Session()
        self.session.headers["Connection"] = "close"  # the server closes idle connections just as one is used again
        if login is not None:
            found = TOKEN.search(self.session.get(f"{url}/login/").text)
            assert found, "the login page has no token"
            form = {"username": login, "password": password, "csrf_token": found[1]}
            self.session.post(f"{url}/login/", data=form)
            answer = self.session.get(f"{url}/api/v1/security/csrf_token/")
            assert answer.ok, f"{login} cannot sign in"
            self.session.headers["X-CSRFToken"] = answer.json()["result"]

    def ask(self, call: Call) -> requests.Response:
        return self.session.request(call.method, self.url + call.path, allow_redirects=False, **call.arguments)

    def ask_all(self, calls: Iterable[Call]) -> Iterator[tuple[Call, requests.Response]]:
        """Some at a time: there are hundreds."""
        asked = list(calls)
        with ThreadPoolExecutor(AT_ONCE) as pool:
            yield from zip(asked, pool.map(self.ask, asked), strict=True)


def legible(answer: requests.Response) -> str:
    """The text of an answer as a person would read it: no escapes of JSON, cells of a workbook."""
    kind = answer.headers.get("Content-Type", "")
    if kind.startswith(JSON):
        return json.dumps(answer.json(), ensure_ascii=False)
    if kind.startswith(XLSX):
        sheet = CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0)
        return json.dumps(sheet.to_python(), ensure_ascii=False, default=str)
    return answer.content.decode("utf-8", errors="replace")


@dataclass(frozen=True)
class Release:
    """The names and numbers of every municipality's organisations."""

    connection: duckdb.DuckDBPyConnection

    @cached_property
    def secrets(self) -> dict[str, set[str]]:
        """By municipality: its code and name, the ИНН and names of its organisations."""
        found: dict[str, set[str]] = {}
        for owner, secret in self.connection.execute(SECRETS).fetchall():
            if secret:
                found.setdefault(owner, set()).add(secret)
        return found

    def foreign(self, *own: str) -> set[str]:
        """What specialists of these municipalities must not see; a name that is also theirs tells nothing."""
        theirs = {secret for place in own for secret in self.secrets[place]}
        others = {secret for place, secrets in self.secrets.items() if place not in own for secret in secrets}
        return {secret for secret in others if not any(secret in known for known in theirs)}

    @cached_property
    def public(self) -> list[str]:
        """Texts of the marts open to all, longest first: definitions name documents, and documents their school."""
        found: set[str] = set()
        for mart in (name for name, dataset in load_datasets().items() if dataset.open_to_all):
            rows = self.connection.execute(f"from marts.{mart}").fetchall()
            found.update(value for row in rows for value in row if isinstance(value, str) and " " in value)
        return sorted(found, key=len, reverse=True)

    def beyond_public(self, text: str) -> str:
        """What an answer says that is not a text open to all."""
        for value in self.public:
            for shape in written(value):
                text = text.replace(shape, "")
        return text


def written(value: str) -> set[str]:
    """As it is, and with the quotes and line ends that JSON and CSV escape."""
    return {value, json.dumps(value, ensure_ascii=False)[1:-1], value.replace('"', '""')}


def seen(text: str, secrets: set[str]) -> set[str]:
    """Which of these the text shows, however written."""
    return {secret for secret in secrets if any(shape in text for shape in written(secret))}


def dataset_ids(administrator: Superset) -> dict[str, int]:
    """The numbers of our data sets by mart."""
    uuids = {dataset_uuid(mart): mart for mart in load_datasets()}
    return {uuids[row["uuid"]]: row["id"] for row in administrator.every("dataset/") if row["uuid"] in uuids}
