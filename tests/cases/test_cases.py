"""Circumstances that broke other projects, each with the right answer (answers.yaml says how to add one).

Each guards against a number silently wrong, a row silently lost, a person's number shown, or a night that stops.
"""

import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import bytes_on_disk
import pytest
import yaml

from cli.main import main
from foundation.secret import create_secret
from foundation.settings import Settings, get_settings
from ingestion.pipeline import LOAD_ORDER, load_kind, receive, settle_held
from ingestion.store.tables import build_connection

FOLDER = Path(__file__).parent
INPUTS = FOLDER / "inputs"
ANSWERS: list[dict[str, Any]] = yaml.safe_load((FOLDER / "answers.yaml").read_text(encoding="utf-8"))
SECOND_HALF = 37
"""From this number on a case has the registry registry2.csv."""


def files_of(answer: dict[str, Any]) -> list[str]:
    """Inputs of a case, as paths below inputs/."""
    if "land" in answer:
        named = [*answer["land"].values(), *answer.get("then", {}).values()]
        return [name for name in named if (INPUTS / name.strip() if name.strip() else FOLDER).is_file()]
    return answer.get("files") or [answer["file"]]


def title_of(answer: dict[str, Any]) -> str:
    first = files_of(answer)[0]
    return f"{first}-landing" if "land" in answer else first


def test_every_input_has_an_answer() -> None:
    """An input without an answer would be tried by nobody."""
    named = {name for answer in ANSWERS for name in files_of(answer)} | {one["map"] for one in ANSWERS if "map" in one}
    named |= {name for one in ANSWERS for name in one.get("decides", ())}
    standing = {str(path.relative_to(INPUTS)) for path in INPUTS.glob("[0-9]*/*") if path.parent.name != "00_base"}
    assert standing - named == set()


@pytest.fixture(scope="session")
def homes(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A home for each registry, with it loaded."""
    made = {}
    for registry in ("registry.csv", "registry2.csv"):
        home = tmp_path_factory.mktemp("cases") / "home"
        settings = Settings(home=home)
        create_secret(settings)
        settings.landing.mkdir()
        _put(settings, "registry.csv", f"00_base/{registry}")
        load_all(settings)
        made[registry] = home
    return made


@pytest.fixture
def home(
    request: pytest.FixtureRequest, homes: dict[str, Path], tmp_path: Path, monkeypatch: Any
) -> Iterator[Settings]:
    """A copy of the home whose registry the case has."""
    shutil.copytree(homes[_registry_of(request.node.callspec.params["answer"])], tmp_path / "home")
    monkeypatch.setenv("VITRINA_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("VITRINA_SECRET", raising=False)
    get_settings.cache_clear()
    yield get_settings()
    get_settings.cache_clear()


@pytest.mark.parametrize("answer", ANSWERS, ids=title_of)
def test_case(answer: dict[str, Any], home: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The file is read right, refused or held, as the table of answers says; the same when it is loaded."""
    if "map" in answer:
        (home.home / "header_maps").mkdir()
        shutil.copy(INPUTS / answer["map"], home.home / "header_maps" / "ours.yaml")
    if "land" not in answer:
        check_answer(answer, home, tmp_path, capsys)
    for night in (
        answer.get("land") or {_shown_name(answer, name): name for name in files_of(answer)},
        answer.get("then"),
    ):
        for name, source in (night or {}).items():
            _put(home, name, source)
        load_all(home)
    assert [path.name for path in home.landing.iterdir() if not path.name.startswith("~$")] == []
    with build_connection(home) as connection:
        for sql, rows in answer.get("kept", {}).items():
            found = connection.execute(sql).fetchall()
            assert [[_plain(value) for value in row] for row in found] == rows, sql
    if "never" in answer:
        everything = _everything_in(home)
        assert [text for text in answer["never"] if text.encode() in everything] == []


@pytest.mark.slow
@pytest.mark.parametrize("registry", ["registry.csv", "registry2.csv"])
def test_all_of_them_are_published(
    registry: str, homes: dict[str, Path], tmp_path: Path, vitrina: Callable[..., subprocess.CompletedProcess[str]]
) -> None:
    """Whatever was accepted is published, all of it together, and the next night too: nothing a file says stops one."""
    shutil.copytree(homes[registry], tmp_path / "home")
    settings = Settings(home=tmp_path / "home")
    inputs = [name for answer in ANSWERS for name in files_of(answer) if _registry_of(answer) == registry]
    for number, name in enumerate(dict.fromkeys(inputs)):
        _put(settings, f"{number:03}_{Path(name).name}", name)
    for night in ("first", "next"):
        done = vitrina(settings.home, "refresh", "--json", *(["--full"] if night == "next" else []), check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        assert json.loads(done.stdout)["outcome"] == "published"
    places = vitrina(settings.home, "query", "select municipality from funding_by_organisation", "--format", "json")
    assert "итог" not in places.stdout.lower()


def check_answer(answer: dict[str, Any], home: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What `vitrina check` says."""
    paths = []
    for name in files_of(answer):
        paths.append(tmp_path / _shown_name(answer, name))
        shutil.copy(INPUTS / name, paths[-1])
    settings = [part for key, value in answer.get("set", {}).items() for part in ("--set", f"{key}={value}")]
    capsys.readouterr()
    code = main(["check", *map(str, paths), *settings, "--json"])
    printed = capsys.readouterr()
    reports = json.loads(printed.out)
    text = printed.err + " ".join([*(report["refusal"] or "" for report in reports), *_messages(reports)])
    assert "внутренняя ошибка" not in text.lower()
    assert "Traceback" not in text
    if "counts" in answer:
        wanted = answer["counts"]
        names = ("rows_accepted", "rows_rejected", "rows_held", "rows_ignored")
        counts = [sum(report[name] for report in reports) for name in names]
        assert counts[: len(wanted or ())] == (wanted or []), text
        assert [report["outcome"] for report in reports] == (["checked"] * len(reports) if wanted else ["refused"])
        bad = wanted is None or wanted[1] > 0
        assert code == answer.get("exit", int(bad)), text
    for report in reports:
        assert report["rows_read"] == sum(
            report[name] for name in ("rows_accepted", "rows_rejected", "rows_held", "rows_ignored")
        )
    assert [part for part in answer.get("says", ()) if part not in text] == [], text
    assert [part for part in answer.get("never", ()) if part in text] == []
    if "protocols" in answer:
        protocols = {report["protocol"] for report in reports}
        assert len(protocols) == answer["protocols"]
        assert all(Path(path).is_file() for path in protocols)


def load_all(settings: Settings) -> None:
    """What a refresh does before dbt."""
    receive(settings)
    for kind in LOAD_ORDER:
        load_kind(settings, kind)
    settle_held(settings)


def _registry_of(answer: dict[str, Any]) -> str:
    number = int(title_of(answer).split("_", 1)[0])
    return "registry2.csv" if number >= SECOND_HALF else "registry.csv"


def _shown_name(answer: dict[str, Any], name: str) -> str:
    return str(answer.get("as", Path(name).name))


def _put(settings: Settings, name: str, source: str) -> None:
    """A file put into landing by hand a while ago: an input, or a text that stands in the table itself."""
    encoded = name.removeprefix("cp1251:").encode("cp1251" if name.startswith("cp1251:") else "utf-8")
    target = os.path.join(os.fsencode(settings.landing), encoded)  # noqa: PTH118 - a name that may be no text
    is_input = bool(source.strip()) and not source.startswith(("{", "cp1251:")) and (INPUTS / source).is_file()
    text = source.removeprefix("cp1251:").encode("cp1251" if source.startswith("cp1251:") else "utf-8")
    content = (INPUTS / source).read_bytes() if is_input else text
    with open(target, "wb") as handle:  # noqa: PTH123 - a name that may be no text
        handle.write(content)
    os.utime(target, (1_700_000_000, 1_700_000_000))


def _messages(reports: list[dict[str, Any]]) -> list[str]:
    return [message for report in reports for message in report["messages"]]


def _plain(value: Any) -> Any:
    """Decimals as the numbers that YAML has."""
    return float(value) if hasattr(value, "as_tuple") else value


def _everything_in(settings: Settings) -> bytes:
    """Everything the home keeps beside the archive, names of files too."""
    files = bytes_on_disk.files_of(settings.home, {"archive"})
    parts = [part for path in files for part in (str(path).encode(errors="replace"), *bytes_on_disk.contents(path))]
    return b"\n".join(parts)
