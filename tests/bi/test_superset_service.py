"""Superset's own life for real: a first start cut short and taken up again, what it serves, its limits, its end."""

import re
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest
import requests
from own_postgres import PASSWORD, running_postgres
from pydantic import SecretStr
from visitor import free_port

from bi.client import Superset
from bi.first_start import prepare
from bi.secret_files import admin_password
from bi.service import running_service, running_superset, wait_until
from bi.settings import ENVIRONMENT, SupersetSettings, superset_home
from bi.superset.adjustments import TELEMETRY
from foundation.settings import Settings

pytestmark = pytest.mark.slow
ASSETS = next(ENVIRONMENT.glob(".venv/lib/*/site-packages/superset/static/assets"), Path("missing"))
TOKEN = re.compile(r'id="csrf_token"\s+value="([^"]+)"')


class CalledOffError(Exception):
    """The first start is interrupted."""


@dataclass
class Start:
    """What a first start said and which commands ran on the machine meanwhile."""

    said: list[str]
    commands: set[str]

    def wait(self, happened: Callable[[], bool]) -> None:
        """Wait and look at what runs meanwhile."""
        while not happened():
            self.commands.update(commands_running())
            time.sleep(0.2)


@dataclass(frozen=True)
class Served:
    """A running Superset without any release, and how it was started."""

    settings: Settings
    options: SupersetSettings
    url: str
    start: Start

    def admin(self) -> Superset:
        return Superset(self.url, "admin", admin_password(self.settings, self.options))


def commands_running() -> list[str]:
    """The list of processes, as anybody on the machine may see it."""
    return subprocess.run(["ps", "-ewwo", "args"], capture_output=True, text=True, check=True).stdout.splitlines()


def interrupted_prepare(settings: Settings, options: SupersetSettings) -> None:
    """A first start that ends in the middle of making tables."""
    log = superset_home(settings) / "logs" / "first_start.log"

    def interrupt(happened: Callable[[], bool]) -> None:
        wait_until(lambda: happened() or (log.is_file() and b"Creating" in log.read_bytes()))
        raise CalledOffError

    with pytest.raises(CalledOffError):
        prepare(settings, options, lambda _: None, interrupt)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Superset started on a home where an earlier first start was interrupted."""
    home = tmp_path_factory.mktemp("service") / "home"
    settings, options = Settings(home=home), SupersetSettings(port=free_port(), query_seconds=3)
    start = Start([], set())
    interrupted_prepare(settings, options)
    assert not (superset_home(settings) / "superset.db").exists(), "half-made tables would be taken for whole ones"
    prepare(settings, options, start.said.append, start.wait)
    with running_superset(settings, options, start.said.append) as url:
        yield Served(settings, options, url, start)


@pytest.fixture(scope="module")
def first_start(tmp_path_factory: pytest.TempPathFactory) -> tuple[Settings, SupersetSettings, Start]:
    """A home that has just been initialised."""
    settings = Settings(home=tmp_path_factory.mktemp("first"))
    options, start = SupersetSettings(port=free_port()), Start([], set())
    prepare(settings, options, start.said.append, start.wait)
    return settings, options, start


def test_password_is_shown_once_and_stands_in_no_command_or_log(
    first_start: tuple[Settings, SupersetSettings, Start],
) -> None:
    """Guards against a password that every user of the machine can read in the list of processes."""
    settings, options, start = first_start
    password = admin_password(settings, options)
    assert sum(password in line for line in start.said) == 1
    assert any("initialise.py" in command for command in start.commands), "the start was not watched"
    assert not any(password in command for command in start.commands)
    assert password not in (superset_home(settings) / "logs" / "first_start.log").read_text(encoding="utf-8")


def test_a_second_start_initialises_nothing(first_start: tuple[Settings, SupersetSettings, Start]) -> None:
    """Guards against every start taking as long as the first."""
    settings, options, _ = first_start
    log = superset_home(settings) / "logs" / "first_start.log"
    written, second = log.stat().st_mtime_ns, Start([], set())
    prepare(settings, options, second.said.append, second.wait)
    assert (second.said, log.stat().st_mtime_ns) == ([], written)


def test_stop_leaves_nothing(first_start: tuple[Settings, SupersetSettings, Start]) -> None:
    """Guards against workers that outlive the service and keep its port, and an announcement of nobody."""
    settings, options, _ = first_start
    marked = f"127.0.0.1:{options.port}"
    with running_superset(settings, options) as url:
        assert running_service(settings) == url
        assert any(marked in command for command in commands_running())
    assert not any(marked in command for command in commands_running())
    assert running_service(settings) is None
    with pytest.raises(requests.ConnectionError):
        requests.get(url, timeout=5)


def test_a_password_written_into_the_file_is_set(first_start: tuple[Settings, SupersetSettings, Start]) -> None:
    """Guards against a lost or stale password that locks the administrator and provisioning out for good."""
    settings, options, _ = first_start
    (superset_home(settings) / "admin_password").write_text("Drugoj-Parol-2027\n", encoding="utf-8")
    with running_superset(settings, options) as url:
        assert Superset(url, "admin", "Drugoj-Parol-2027").get("dashboard/")["count"] == 0


def test_an_interrupted_first_start_is_taken_up_again(served: Served) -> None:
    """Guards against a machine that needs an expert after one Ctrl-C."""
    assert len(served.start.said) == 1, "the password was shown the first time; the initialising is said again"
    assert served.admin().get("security/roles/")["count"] >= 4


def test_pages_ask_nobody_else(served: Served) -> None:
    """Guards against fonts, pictures or telemetry from outside on a network that has no outside."""
    page = requests.get(f"{served.url}/login/", timeout=30)
    policy = page.headers["Content-Security-Policy"]
    assert not re.search(r"https?:|\*|\.[a-z]{2,}", policy), policy
    assert "frame-ancestors 'self'" in policy
    assert not re.findall(r"https?://(?!www\.w3\.org/2000/svg)", page.text)
    reporting = [path.name for path in ASSETS.glob("*.js") if TELEMETRY in path.read_text(encoding="utf-8")]
    assert reporting, "Superset has moved its telemetry: look for it anew"
    for name in reporting:
        assert "scarf.sh" not in requests.get(f"{served.url}/static/assets/{name}", timeout=30).text


def test_login_page_is_russian_for_strangers(served: Served) -> None:
    """Guards against an English login page: Superset keeps its translations for people who are signed in."""
    assert '"locale": "ru"' in requests.get(f"{served.url}/login/", timeout=30).text.replace("&#34;", '"')
    pack = requests.get(f"{served.url}/superset/language_pack/ru/", timeout=30).json()
    words = pack["locale_data"]["superset"]
    assert (words["Sign in"], words["Enter a part of the object name"]) == (["Вход"], ["Введите часть названия"])


def test_session_is_short_and_closed_to_scripts(served: Served) -> None:
    """Guards against a session that stays after the browser is closed or that a script can read."""
    cookie = requests.get(f"{served.url}/login/", timeout=30).headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Expires" not in cookie
    assert "Max-Age" not in cookie


def test_the_log_of_the_login_page_touches_no_session(served: Served) -> None:
    """Guards against a login that is lost: the page logs its own button while the form is on its way."""
    session = requests.Session()
    token = TOKEN.search(session.get(f"{served.url}/login/", timeout=30).text)
    assert token
    form, sent = {"events": "[]"}, {"X-CSRFToken": token[1]}
    answer = session.post(f"{served.url}/superset/log/?explode=events", data=form, headers=sent, timeout=30)
    assert answer.status_code == 204
    assert "Set-Cookie" not in answer.headers


def test_strangers_see_nothing(served: Served) -> None:
    """Guards against a public role, self-registration and open documentation of the API."""
    for path in ("/api/v1/dashboard/", "/api/v1/dataset/", "/sqllab/", "/swagger/v1", "/api/v1/_openapi"):
        answer = requests.get(served.url + path, timeout=30, allow_redirects=False)
        assert answer.status_code in {302, 401, 404}, f"{path}: {answer.status_code}"
    session = requests.Session()
    token = TOKEN.search(session.get(f"{served.url}/login/", timeout=30).text)
    assert token
    body = {"username": "stranger", "password": "Stranger-2027-x", "csrf_token": token[1]}
    assert session.post(f"{served.url}/register/form", data=body, timeout=30).status_code in {404, 405}


def test_weak_password_of_a_new_person_is_refused(served: Served) -> None:
    """Guards against a rule for passwords that Superset never asks."""
    body = {"username": "p", "first_name": "П", "last_name": "П", "email": "p@localhost", "active": True, "roles": [1]}
    answer = served.admin().request("POST", "security/users/", json={**body, "password": "short"})
    assert answer.status_code == 400
    assert "не короче 12 знаков" in answer.json()["message"]["password"][0]


@pytest.mark.parametrize("way", ["form", "api"])
def test_guessing_a_password_ends_soon(served: Served, way: str) -> None:
    """Guards against guessing through either door; another account must not suffer, nor a successful login count."""
    guess = guess_by_form if way == "form" else guess_by_api
    assert guess(served.url, "somebody", "wrong") != 429
    # Two workers count for themselves, and on a busy machine a minute passes between the guesses.
    assert any(guess(served.url, "somebody", "wrong") == 429 for _ in range(100))
    assert guess(served.url, "somebody-else", "wrong") != 429
    for _ in range(25):
        served.admin()


def guess_by_api(url: str, name: str, password: str) -> int:
    body = {"username": name, "password": password, "provider": "db"}
    return requests.post(f"{url}/api/v1/security/login", json=body, timeout=30).status_code


def guess_by_form(url: str, name: str, password: str) -> int:
    session = requests.Session()
    page = session.get(f"{url}/login/", timeout=30).text
    token = TOKEN.search(page)
    assert token, "no login form"
    body = {"username": name, "password": password, "csrf_token": token[1]}
    return session.post(f"{url}/login/", data=body, timeout=30, allow_redirects=False).status_code


@pytest.fixture(scope="module")
def numbers(served: Served) -> tuple[Superset, int, int]:
    """A session, a DuckDB database in Superset and a data set with a DECIMAL column."""
    path = served.settings.home / "numbers.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute(
            "create table school as select * from (values ('Школа № 1', 48.60::decimal(9, 2)), ('Лицей; 2', 7.5)) "
            "as t(name, share)"
        )
    admin = served.admin()
    database = admin.post("database/", database_name="numbers", sqlalchemy_uri=f"duckdb:///{path}")["id"]
    dataset = admin.post("dataset/", database=database, schema="main", table_name="school")["id"]
    return admin, database, dataset


def export(numbers: tuple[Superset, int, int], result_type: str, form_data: dict[str, object]) -> str:
    """The bytes of a chart's CSV, as text."""
    admin, _, dataset = numbers
    query = {"columns": ["name", "share"], "metrics": [], "orderby": [["name", True]], "row_limit": 10}
    if result_type == "post_processed":
        total = {"expressionType": "SQL", "sqlExpression": "sum(share)", "label": "Доля"}
        query = {"columns": ["name"], "metrics": [total], "orderby": [], "row_limit": 10}
    answer = admin.request(
        "POST",
        "chart/data",
        json={
            "datasource": {"id": dataset, "type": "table"},
            "queries": [query],
            "form_data": form_data,
            "result_format": "csv",
            "result_type": result_type,
        },
    )
    assert answer.status_code == 200, answer.text[:300]
    return answer.content.decode("utf-8")


def test_csv_of_a_chart_opens_in_a_russian_excel(numbers: tuple[Superset, int, int]) -> None:
    """Guards against Cyrillic in shreds and decimals as dates: Superset forgets the byte order mark of charts."""
    assert export(numbers, "full", {}) == '\ufeffname;share\r\n"Лицей; 2";7,50\r\nШкола № 1;48,60\r\n'


def test_csv_of_a_pivot_table_opens_in_a_russian_excel(numbers: tuple[Superset, int, int]) -> None:
    """Guards against error 500: with another separator Superset cannot read its own pivot table back."""
    form = {"viz_type": "pivot_table_v2", "groupbyRows": ["name"], "groupbyColumns": [], "metrics": ["Доля"]}
    form |= {"aggregateFunction": "Sum", "metricsLayout": "COLUMNS"}
    text = export(numbers, "post_processed", form)
    assert text.startswith("\ufeff")
    assert {"Школа № 1;48,6", '"Лицей; 2";7,5'} <= set(text.splitlines())


def test_a_query_that_runs_too_long_is_stopped(numbers: tuple[Superset, int, int]) -> None:
    """Guards against one analyst's query taking the machine for hours: Superset's own limit fails in threads."""
    admin, database, _ = numbers
    body = {"database_id": database, "schema": "main", "runAsync": False}
    endless = "select count(*) from range(100000000000) t(n) where n % 7 = 3"
    answer = admin.request("POST", "sqllab/execute/", json={**body, "sql": endless})
    assert not answer.ok
    assert "дольше 3 секунд" in answer.json()["errors"][0]["message"]
    assert admin.post("sqllab/execute/", **body, sql="select count(*) as n from school")["data"] == [{"n": 2}]


@pytest.fixture
def postgres() -> Iterator[str]:
    """A PostgreSQL cluster of our own on loopback; its address with the password."""
    with running_postgres() as server:
        yield server.address(scheme="postgresql+psycopg2")


def test_metadata_live_in_postgresql_by_one_setting(postgres: str, tmp_path: Path) -> None:
    """Guards against a setting nobody tried, and against the database's password in a command or a log."""
    settings = Settings(home=tmp_path)
    options = SupersetSettings(port=free_port(), metadata_uri=SecretStr(postgres))
    start = Start([], set())
    prepare(settings, options, start.said.append, start.wait)
    with running_superset(settings, options, start.said.append) as url:
        superset = Superset(url, "admin", admin_password(settings, options))
        assert superset.get("security/roles/")["count"] >= 4
    assert not (superset_home(settings) / "superset.db").exists()
    assert sum("создаются таблицы" in line for line in start.said) == 1
    assert not any(PASSWORD in command for command in start.commands)
    broken = options.model_copy(update={"metadata_uri": SecretStr(postgres.replace("/postgres", "/missing"))})
    with pytest.raises(Exception, match="не инициализирован"):
        prepare(settings, broken, start.said.append, start.wait)
    for log in (superset_home(settings) / "logs").iterdir():
        assert PASSWORD not in log.read_text(encoding="utf-8"), log.name
