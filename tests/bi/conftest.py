"""A real Superset over the sample territories, provisioned once, and a real browser where there is one."""

import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import duckdb
import pytest
from playwright.sync_api import Browser, Locator, Page, Request, Response, sync_playwright
from visitor import free_port

from bi.client import Superset
from bi.provision import ADMINISTRATOR, provision
from bi.secret_files import admin_password
from bi.service import running_superset
from bi.settings import SupersetSettings
from foundation.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
ARTIFACTS = ROOT / "var"
"""What CI keeps."""
SAMPLE_USERS = ROOT / "samples" / "users.yaml"
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
BROWSER_FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--lang=ru-RU",
)  # fmt: skip
WIDTH = 1440
HEIGHT_LIMIT = 6000
PATIENCE = 120_000
"""Milliseconds; far longer than it takes, since a slow machine is no failure."""
OWN = ("data:", "blob:")
TABS = ".dashboard [role=tab]"
NOTHING_LOADS = "() => document.querySelectorAll('.loading, [data-test=loading-indicator]').length === 0"
CONTENT_HEIGHT = """() => {
  const grid = document.querySelector('.grid-content');
  return Math.max(900, Math.ceil(grid ? grid.getBoundingClientRect().bottom + window.scrollY + 40 : 0));
}"""
NO_BROWSER = "NO BROWSER: Chromium is not installed, the dashboards were not seen (apt-get install chromium)"


@dataclass(frozen=True)
class Running:
    """A provisioned Superset and the VITRINA_HOME it reads."""

    settings: Settings
    chosen: SupersetSettings
    url: str

    def sign_in(self, login: str) -> Superset:
        """A session of a person of the users file, or of the administrator."""
        return Superset(self.url, login, self.password(login))

    def password(self, login: str) -> str:
        """The password the person was given."""
        if login == ADMINISTRATOR:
            return admin_password(self.settings, self.chosen)
        lines = (self.settings.home / "superset" / "new_passwords").read_text(encoding="utf-8").splitlines()
        return dict(line.split("\t") for line in lines)[login]

    def release(self) -> duckdb.DuckDBPyConnection:
        """The published release itself, past Superset."""
        return duckdb.connect(str((self.settings.current / "warehouse.duckdb").resolve()), read_only=True)


CORRECTION = """Отправитель: МКУ «Управление образования»
ФГИС «Моя школа», по состоянию на 01.12.2024
ИНН;Наименование ОО;Роль;Численность;Зарегистрировано
{};МБОУ Кривлякская СОШ № 3;педагог;20;13
{};МБОУ Майская СОШ № 15;педагог;24;22
"""
"""Two schools of the sample with fewer teachers registered than they said at first; one falls below its plan."""
CORRECTED = ("МБОУ Кривлякская СОШ № 3", "МБОУ Майская СОШ № 15")


def correct(home: Path, run: Callable[..., subprocess.CompletedProcess[str]]) -> None:
    """A second release, with something changed: the dashboard of changes is empty over a first one."""
    with duckdb.connect(str((home / "current" / "warehouse.duckdb").resolve()), read_only=True) as release:
        numbers = [
            release.execute(
                "select min(inn) from marts.dim_organisation where organisation_name = ?", [name]
            ).fetchall()
            for name in CORRECTED
        ]
    path = home.parent / "my_school_registration_2024-12-01_corrected.csv"
    path.write_text(CORRECTION.format(*(found[0][0] for found in numbers)), encoding="utf-8")
    run(home, "add", str(path))
    run(home, "refresh")


@pytest.fixture(scope="session")
def superset(
    demo: tuple[Path, str],
    tmp_path_factory: pytest.TempPathFactory,
    vitrina: Callable[..., subprocess.CompletedProcess[str]],
) -> Iterator[Running]:
    """Superset over a copy of the demo's home with a corrected file published after it, and the sample's users."""
    home = tmp_path_factory.mktemp("superset") / "home"
    shutil.copytree(demo[0], home, symlinks=True)
    correct(home, vitrina)
    shutil.copyfile(SAMPLE_USERS, home / "users.yaml")
    settings, chosen = Settings(home=home), SupersetSettings(port=free_port())
    with running_superset(settings, chosen) as url:
        provision(settings, url, superset_settings=chosen)
        yield Running(settings, chosen, url)
    shutil.copytree(home / "superset" / "logs", ARTIFACTS / "superset-logs", dirs_exist_ok=True)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Headless Chromium of the machine; the tests that need it are skipped loudly where there is none."""
    found = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if found is None:
        pytest.skip(NO_BROWSER)
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=found, args=list(BROWSER_FLAGS))
        yield running
        running.close()


@pytest.fixture(scope="session")
def pictures() -> Path:
    """Where screenshots are kept as artifacts of CI."""
    folder = ARTIFACTS / "screenshots"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@dataclass
class Visit:
    """A signed-in person's page, and everything that went wrong on it."""

    page: Page
    url: str
    troubles: list[str]

    def note_refusal(self, answer: Response) -> None:
        # Superset's page offers to save a palette with the dashboard, whoever looks; only an editor may.
        offered_palette = answer.request.method == "PUT" and urlsplit(answer.url).path.endswith("/colors")
        if answer.status >= 400 and not offered_palette:
            self.troubles.append(f"{answer.status} {answer.url}")

    def note_stranger(self, asked: Request) -> None:
        if not asked.url.startswith((*OWN, self.url)):
            self.troubles.append(f"outside: {asked.url}")

    def open(self, slug: str) -> None:
        """Open a dashboard and wait until all it shows at first has been drawn."""
        self.page.goto(f"{self.url}/superset/dashboard/{slug}/")
        self.page.wait_for_selector("[data-test=dashboard-content-wrapper]", timeout=PATIENCE)
        self.settle()

    def settle(self) -> None:
        """Wait until no chart is loading; the page is made as tall as its content, so that all are drawn."""
        page = self.page
        page.wait_for_timeout(1000)
        page.wait_for_function(NOTHING_LOADS, timeout=PATIENCE)
        page.set_viewport_size({"width": WIDTH, "height": min(HEIGHT_LIMIT, page.evaluate(CONTENT_HEIGHT))})
        page.wait_for_timeout(1500)
        page.wait_for_function(NOTHING_LOADS, timeout=PATIENCE)
        page.wait_for_timeout(500)

    def tabs(self) -> int:
        """How many tabs the dashboard has."""
        return self.page.locator(TABS).count()

    def open_tab(self, number: int) -> None:
        self.page.locator(TABS).nth(number).click()
        self.settle()

    def charts(self) -> list[Locator]:
        """The charts in sight."""
        found = self.page.locator("[data-test=chart-grid-component]").all()
        return [chart for chart in found if chart.is_visible()]

    def text(self) -> str:
        return self.page.locator("body").inner_text()


@pytest.fixture
def visit(superset: Running, browser: Browser) -> Iterator[Callable[[str], Visit]]:
    """Sign in through the login page as a person would."""
    contexts = []

    def sign_in(login: str) -> Visit:
        context = browser.new_context(viewport={"width": WIDTH, "height": 900}, locale="ru-RU")
        contexts.append(context)
        page = context.new_page()
        told = Visit(page, superset.url, [])
        page.on("response", told.note_refusal)
        page.on("request", told.note_stranger)
        page.goto(f"{superset.url}/login/", wait_until="networkidle")  # its form is drawn by a script
        page.fill("#username, input[name=username]", login)
        page.fill("#password, input[name=password]", superset.password(login))
        page.click("button[type=submit], input[type=submit]")
        page.wait_for_url(lambda address: "/login" not in address, wait_until="commit", timeout=PATIENCE)
        return told

    yield sign_in
    for context in contexts:
        context.close()
