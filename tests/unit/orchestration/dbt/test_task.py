"""dbt in the process of a refresh does and says what dbt's own command line does and says, of what has changed."""

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import dbt.task.build
import duckdb
import pytest
from dbt.artifacts.schemas.run import RunResult
from dbt.graph import GraphQueue

from orchestration.dbt.build import first_failure
from orchestration.dbt.graph import Graph
from orchestration.dbt.project import DBT, PROJECT_DIR
from orchestration.dbt.standing import Standing
from orchestration.dbt.task import STANDS, Outcome, build

pytestmark = pytest.mark.slow
PROJECT = """
name: small
profile: small
flags: {send_anonymous_usage_stats: false, use_colors: false}
models: {small: {+materialized: table}}
"""
PROFILE = """
small:
  target: build
  outputs: {build: {type: duckdb, path: "{{ env_var('SMALL_FILE') }}", threads: 1}}
"""
SOURCE = "{version: 2, sources: [{name: raw, tables: [{name: number}, {name: word}]}]}"
TEST_FAILS = "select * from {{ ref('numbers') }} where number = 2"
SECONDS_TO_END = 120
FAILS_IN_A_THREAD = """
import json, sys
from pathlib import Path
from orchestration.dbt.graph import Graph
from orchestration.dbt.standing import Standing
from orchestration.dbt.task import build

class Failing(Standing):
    def built(self, *_):
        raise OSError("the disk is full")

manifest = json.loads(Path(sys.argv[1]).read_text())
sys.exit(not build(sys.argv[2:], Failing(Graph(manifest), {}, "code"), print).succeeded)
"""
NOT_ALIKE = re.compile(r"^\d\d:\d\d:\d\d\s*|\d+\.\d+ ?s\b|\d+\.\d+ seconds|duckdb=\S+|target_\w+")
"""What no two builds say alike: times, and where they write."""


@dataclass
class Small:
    """A project of two models, each of a source of its own, and one test that passes."""

    folder: Path
    manifest: Path
    said: list[str] = field(default_factory=list)
    """What the last build in this process said."""
    done: list[str] = field(default_factory=list)
    """Which nodes it told of, by name."""

    def write(self, name: str, text: str) -> None:
        path = self.folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def file(self, who: str) -> Path:
        """A build file of its own for each way to build, so that neither finds what the other has made."""
        path = self.folder / f"{who}.duckdb"
        if not path.exists():
            with duckdb.connect(str(path)) as connection:
                connection.execute("create schema raw; create table raw.number as select unnest([1, 2]) as number")
                connection.execute("create table raw.word as select 'a' as word")
        return path

    def arguments(self, who: str) -> list[str]:
        return [
            "--project-dir", str(self.folder), "--profiles-dir", str(self.folder),
            "--target-path", str(self.folder / f"target_{who}"), "--log-path", str(self.folder / f"target_{who}"),
        ]  # fmt: skip

    def by_command_line(self) -> tuple[int, dict[str, str], list[str]]:
        """Exit code, what became of each node, and the lines of `dbt build` in a process of its own."""
        done = subprocess.run(
            [DBT, "--log-level-file", "none", "build", *self.arguments("alone")],
            env={**os.environ, "SMALL_FILE": str(self.file("alone"))}, capture_output=True, text=True, check=False,
        )  # fmt: skip
        results = self.folder / "target_alone" / "run_results.json"
        nodes = json.loads(results.read_text(encoding="utf-8"))["results"] if results.is_file() else []
        self.manifest = self.folder / "target_alone" / "manifest.json"
        return done.returncode, {one["unique_id"]: one["status"] for one in nodes}, done.stdout.splitlines()

    def here(self, *arguments: str, on_done: Callable[[RunResult], object] = lambda _: None) -> Outcome:
        """Build in this process, of the manifest of the last build by the command line."""
        manifest = json.loads(self.manifest.read_text(encoding="utf-8"))
        self.said, self.done = [], []
        said, told = self.said, self.done

        def done(result: RunResult) -> None:
            told.append(result.node.name)
            on_done(result)

        return build([*self.arguments("here"), *arguments], Standing(Graph(manifest), {}, "code"), said.append, done)


def project(folder: Path, manifest: Path) -> Small:
    made = Small(folder, manifest)
    made.write("dbt_project.yml", PROJECT)
    made.write("profiles.yml", PROFILE)
    made.write("models/_sources.yml", SOURCE)
    made.write("models/numbers.sql", "select number from {{ source('raw', 'number') }}")
    made.write("models/words.sql", "select word from {{ source('raw', 'word') }}")
    own = "macros/materializations.sql"  # a table is made in its place, and so its SQL can be run again
    made.write(own, (PROJECT_DIR / own).read_text(encoding="utf-8"))
    made.write("tests/nothing_found.sql", "select * from {{ ref('numbers') }} where number = 3")
    return made


@pytest.fixture(scope="module")
def manifest(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Of the project as it is, before a test adds to it."""
    plain = project(tmp_path_factory.mktemp("plain"), Path())
    assert plain.by_command_line()[0] == 0
    return plain.manifest


@pytest.fixture
def small(tmp_path: Path, manifest: Path, monkeypatch: pytest.MonkeyPatch) -> Small:
    made = project(tmp_path, manifest)
    monkeypatch.setenv("SMALL_FILE", str(made.file("here")))
    return made


def statuses(outcome: Outcome) -> dict[str, str]:
    return {result.node.unique_id: str(result.status) for result in outcome.results}


def alike(lines: list[str]) -> list[str]:
    """Lines without what no two builds say alike."""
    stripped = (NOT_ALIKE.sub("", line).strip() for line in "\n".join(lines).splitlines())
    return [line for line in stripped if line]


def messages(outcome: Outcome) -> dict[str, str | None]:
    return {result.node.name: result.message for result in outcome.results}


@pytest.mark.parametrize("failing", [False, True])
def test_does_and_says_what_dbt_does_and_says(small: Small, failing: bool) -> None:
    """Guards against an upgrade of dbt that no longer takes our task, or whose events come otherwise than to its own
    log: Dagster would miss models and checks, or take a failed build for a good one.
    """
    if failing:
        small.write("tests/found.sql", TEST_FAILS)
    code, by_command_line, lines = small.by_command_line()
    outcome = small.here()
    assert (code, outcome.succeeded) == ((1, False) if failing else (0, True))
    assert statuses(outcome) == by_command_line
    assert {name.split(".")[2]: status for name, status in by_command_line.items()} == {
        "numbers": "success", "words": "success", "nothing_found": "pass", **({"found": "fail"} if failing else {})
    }  # fmt: skip
    assert sorted(small.done) == sorted(result.node.name for result in outcome.results)
    assert alike(small.said) == alike(lines)


def test_the_first_failure_is_told_with_its_count(small: Small) -> None:
    """Guards against a failed night that cannot name its cause."""
    small.write("tests/found.sql", TEST_FAILS)
    small.by_command_line()
    assert first_failure(small.here().results) == "проверка «found» не пройдена (строк с нарушением: 1)"
    assert not (small.folder / "target_here" / "manifest.json").exists(), "written for nobody"
    assert not (small.folder / "target_here" / "run_results.json").exists(), "written by whoever wants it"


def test_a_project_that_cannot_be_read_is_told(small: Small) -> None:
    """Guards against a project that cannot be read and a refresh that takes it for built, or says nothing of it."""
    small.write("models/broken.sql", "select * from {{ ref('nowhere') }}")
    outcome = small.here()
    assert not outcome.succeeded
    assert (outcome.results, outcome.artifact) == ((), None)
    assert any("nowhere" in line for line in small.said)


def test_a_wrong_argument_is_told(small: Small) -> None:
    """Guards against silence where dbt's own events have not begun yet."""
    assert not small.here("--no-such-option").succeeded
    assert any("no-such-option" in line for line in small.said)


def test_a_secret_is_not_told(small: Small, monkeypatch: pytest.MonkeyPatch) -> None:
    """Guards against the words of a failed build that put a secret of the environment into the log."""
    monkeypatch.setenv("DBT_ENV_SECRET_WORD", "tajna")
    small.write("models/words.sql", "select cast('tajna' as integer) as word from {{ source('raw', 'word') }}")
    outcome = small.here()
    assert not outcome.succeeded
    assert any("Conversion Error" in line for line in small.said)
    assert not [line for line in small.said if "tajna" in line]


def test_only_what_changed_is_built_again(small: Small) -> None:
    """Guards against a night of one changed cell that builds all, and one that builds what it should not or not what
    it should.
    """
    small.here()
    again = small.here()
    assert again.succeeded
    assert messages(again) == {"numbers": STANDS, "words": STANDS, "nothing_found": STANDS}
    assert {str(status) for status in statuses(again).values()} == {"success", "pass"}
    assert small.done == []
    with duckdb.connect(str(small.file("here"))) as connection:
        connection.execute("update raw.number set number = 3 where number = 1")
    changed = small.here()
    assert sorted(small.done) == ["nothing_found", "numbers"]
    assert messages(changed)["words"] == STANDS
    assert statuses(changed)["test.small.nothing_found"] == "fail"
    assert first_failure(changed.results) == "проверка «nothing_found» не пройдена (строк с нарушением: 1)"
    with duckdb.connect(str(small.file("here")), read_only=True) as connection:
        assert connection.execute("select number from numbers order by all").fetchall() == [(2,), (3,)]


def test_a_check_that_failed_is_asked_again(small: Small) -> None:
    """Guards against a release published the night after because its tables stand and nobody asks."""
    small.write("tests/found.sql", TEST_FAILS)
    small.by_command_line()
    assert not small.here().succeeded
    again = small.here()
    assert not again.succeeded
    assert small.done == ["found"]


@pytest.mark.parametrize("is_broken", [False, True])
def test_the_build_is_let_go_and_dbt_is_its_own_again(small: Small, is_broken: bool) -> None:
    """Guards against publishing that cannot open the build, and a second build in a process that speaks to the first
    one's log or leaves out what stood then.
    """
    theirs = dbt.task.build.BuildTask
    if is_broken:
        small.write("models/broken.sql", "select * from {{ ref('nowhere') }}")
    small.here()
    first = small.said
    said_first = list(first)
    with duckdb.connect(str(small.file("here")), read_only=True) as connection:  # refused while dbt holds it to write
        assert connection.execute("select count(*) from raw.number").fetchone() == (2,)
    assert theirs is dbt.task.build.BuildTask
    small.here()
    assert first == said_first
    assert small.said


def interrupted(_: RunResult) -> None:
    """What Ctrl-C does; the exception comes up in the main thread, which waits for dbt's."""
    os.kill(os.getpid(), signal.SIGINT)


@pytest.fixture
def heeds_ctrl_c() -> Iterator[None]:
    """A shell that starts `make test` in the background has it ignore Ctrl-C, and Python leaves it so."""
    former = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, former)


@pytest.mark.usefixtures("heeds_ctrl_c")
def test_who_stops_it_stops_the_refresh(small: Small) -> None:
    """Guards against Ctrl-C taken for one failed model of a night that goes on, and a build that stays open."""
    with pytest.raises(KeyboardInterrupt):
        small.here(on_done=interrupted)
    with duckdb.connect(str(small.file("here")), read_only=True) as connection:
        assert connection.execute("select count(*) from raw.number").fetchone() == (2,)
    assert small.here().succeeded


class StoppedError(BaseException):
    """What Dagster raises in the main thread when its process is to end; dbt knows nothing of it."""


def test_who_stops_it_otherwise_stops_dbts_threads_too(small: Small) -> None:
    """Guards against tables made after the refresh has ended, in a build that it has let go."""

    def stop(*_: object) -> None:
        raise StoppedError

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(GraphQueue, "join", stop)
        with pytest.raises(StoppedError):
            small.here()
    done = list(small.done)
    assert small.here().succeeded
    assert done + small.done != done, "something was left to be made"


def test_what_hangs_on_a_failure_is_not_made(small: Small) -> None:
    """Guards against a table of rows that a check refused, made by what dbt rendered the night before."""
    small.write("models/after.sql", "select number + 1 as number from {{ ref('numbers') }}")
    small.write("tests/no_seven.sql", "select * from {{ ref('numbers') }} where number = 7")
    small.by_command_line()
    assert small.here().succeeded
    with duckdb.connect(str(small.file("here"))) as connection:
        connection.execute("update raw.number set number = 7 where number = 1")
    found = {result.node.name: str(result.status) for result in small.here().results}
    assert (found["numbers"], found["no_seven"], found["after"]) == ("success", "fail", "skipped")
    with duckdb.connect(str(small.file("here")), read_only=True) as connection:
        assert connection.execute("select number from after order by all").fetchall() == [(2,), (3,)]


@pytest.mark.usefixtures("heeds_ctrl_c")
def test_a_build_that_was_stopped_is_believed_nothing(small: Small) -> None:
    """Guards against records of half a build: what it made and did not write down is made again, and rightly."""
    small.here()
    with duckdb.connect(str(small.file("here"))) as connection:
        connection.execute("update raw.number set number = 5 where number = 1")
    with pytest.raises(KeyboardInterrupt):
        small.here(on_done=interrupted)
    assert small.here().succeeded
    with duckdb.connect(str(small.file("here")), read_only=True) as connection:
        assert connection.execute("select number from numbers order by all").fetchall() == [(2,), (5,)]


def test_what_fails_in_a_thread_of_dbt_ends_the_build(small: Small) -> None:
    """Guards against a night that never ends: dbt waits for every node, and knows nothing of one whose thread ended
    with an exception of ours (a disk that is full while a fingerprint is taken, a log that cannot be written).
    """
    ended = subprocess.run(
        [sys.executable, "-c", FAILS_IN_A_THREAD, str(small.manifest),
         *small.arguments("here")],
        capture_output=True, text=True, check=False, timeout=SECONDS_TO_END,
    )  # fmt: skip
    assert ended.returncode != 0
    assert "the disk is full" in ended.stdout + ended.stderr
