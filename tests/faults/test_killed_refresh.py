"""A refresh killed at any moment leaves a whole release, and the next one needs no help.

Homes are killed again and again, each time further on, and only then left in peace: what a kill leaves behind must not
only be harmless by itself but also to the next kill.
"""

import shutil
import subprocess
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

import duckdb
import pytest
from killed_process import AtCall, Moment, WhenFileAppears
from nights import counts, differing_marts, first_night, vintages

from foundation.settings import Settings
from publishing.manifest import Manifest
from publishing.reader import open_release

pytestmark = pytest.mark.slow

Run = Callable[..., subprocess.CompletedProcess[str]]

FROM_START: tuple[Moment, ...] = (
    WhenFileAppears("dbt/logs/dbt.log"),  # dbt reads the project for the first time
    WhenFileAppears("dagster/history/runs.db"),  # Dagster makes its database
    AtCall("ingestion.receive.files", "store", "after"),  # in the archive, not in the journal
    AtCall("ingestion.receive.files", "record_waiting", "after", 2),  # in the journal, still in landing
    AtCall("ingestion.receive.files", "take_away", "after"),  # out of landing, the others not yet received
    AtCall("ingestion.receive.files", "record_not_loaded", "after"),  # refused, still in landing
    AtCall("ingestion.load", "_write_scopes", "before"),  # rows written, their transaction open
    AtCall("ingestion.load", "_write_scopes", "after", is_alone=True),  # the readers of files live on
    AtCall("ingestion.load", "_write_journal", "after", 2),  # all written, not committed
    AtCall("ingestion.pipeline", "load_examination", "after"),  # committed, nothing told
    AtCall("ingestion.pipeline", "write_protocol", "after"),  # the protocol written, its file not loaded
    AtCall("ingestion.steward.queue", "_rematch", "after"),  # held rows taken up again
    # Some reference tables written: they are when another version has written them before.
    AtCall("schemas.reference", "_write", "after", 5, given="update fingerprint.reference set code = 'another'"),
)
BUILDING: tuple[Moment, ...] = (
    AtCall("orchestration.dbt.standing", "Standing.open", "after"),  # nothing is believed from now on, nothing built
    AtCall("orchestration.dbt.standing", "Standing.built", "after"),  # one table or view, of which nothing is written
    AtCall("orchestration.dbt.standing", "Standing.built", "before", 40, is_alone=True),
    AtCall("orchestration.dbt.standing", "Standing.stands", "after", 60),  # while others are being built
    AtCall("orchestration.dbt.standing", "Standing.built", "after", 90),
    AtCall("orchestration.dbt.standing", "Standing.close", "before"),  # all built, nothing written down
    AtCall("orchestration.dbt.standing", "Standing.close", "after"),  # all built, nothing published
)
PUBLISHING: tuple[Moment, ...] = (
    AtCall("publishing.release", "_export_mart", "after", 10),  # half the marts copied
    AtCall("publishing.release", "switch_current", "before"),  # under its own name, `current` not switched
    AtCall("pathlib", "Path.symlink_to", "after"),  # the link made aside
    AtCall("publishing.release", "switch_current", "after"),  # switched, older ones not yet removed
    AtCall("publishing.release", "_remove", "before"),  # while the older ones are removed
)


class Chain(NamedTuple):
    """A home killed at each of `moments`, then refreshed in peace."""

    name: str
    moments: tuple[Moment, ...]
    is_new: bool = False
    """Without what dbt and Dagster have made: their beginnings can be killed too."""


UNDISTURBED = Chain("undisturbed", ())
CHAINS = (Chain("publishing", PUBLISHING), Chain("from_start_to_build", FROM_START + BUILDING, is_new=True))


def check_current(home: Path, known: set[str]) -> str:
    """`current` opens read-only and holds a whole release; its id."""
    manifest = Manifest.read((home / "current").resolve())
    with open_release(Settings(home=home)) as connection:
        for name, mart in manifest.marts.items():
            assert connection.execute(f"select count(*) from {name}").fetchone() == (mart.rows,), name
        assert connection.execute("select release_id from release_summary").fetchone() == (manifest.release_id,)
    published = {path.name for path in (home / "releases").iterdir() if not path.name.startswith(".")}
    assert manifest.release_id in known | published
    return manifest.release_id


def torment(home: Path, chain: Chain, vitrina: Run) -> Path:
    """Kill refreshes of a home at each moment of a chain, looking at it after each; then let one finish."""
    for moment in chain.moments:
        before = (home / "current").resolve().name
        moment.kill(home)
        after = check_current(home, {before})
        is_switched = moment in PUBLISHING[-2:]
        assert (after != before) == is_switched, str(moment)
        if moment in PUBLISHING + BUILDING:
            assert vitrina(home, "status").returncode == 0, str(moment)
    done = vitrina(home, "refresh", check=False)
    assert done.returncode == 0, f"{chain.name}: {done.stdout}{done.stderr}"
    return home


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory, vitrina: Run) -> Path:
    """A home with a published release and new files in landing."""
    folder = tmp_path_factory.mktemp("files")
    home = tmp_path_factory.mktemp("killed") / "base"
    first_night(home, folder, vitrina)
    return home


@pytest.fixture(scope="module")
def homes(base: Path, vitrina: Run) -> dict[str, Future[Path]]:
    """The chains, two at a time: a refresh leaves half of a second core idle."""
    with ThreadPoolExecutor(2) as pool:
        made = {}
        for chain in (*CHAINS, UNDISTURBED):
            home = base.with_name(chain.name)
            shutil.copytree(base, home, symlinks=True)
            for folder in ("dbt", "dagster") if chain.is_new else ():
                shutil.rmtree(home / folder)
            made[chain.name] = pool.submit(torment, home, chain, vitrina)
    return made


def test_at_least_twenty_moments() -> None:
    """Guards against a list of moments that shrinks when one of them becomes a nuisance."""
    assert len(FROM_START + BUILDING + PUBLISHING) >= 20


@pytest.mark.parametrize("chain", [chain.name for chain in CHAINS])
def test_killed_refreshes_lose_and_double_nothing(chain: str, homes: dict[str, Future[Path]], base: Path) -> None:
    """Guards against half a release, a file loaded twice or lost, and leftovers that stop the next night."""
    undisturbed, home = homes["undisturbed"].result(), homes[chain].result()
    assert counts(home) == counts(undisturbed)
    with duckdb.connect(str(home / "warehouse.duckdb"), read_only=True) as connection:
        doubled = "select file_sha256 from journal.load group by file_sha256 having count(*) > 1"
        assert connection.execute(doubled).fetchall() == []
        unbalanced = (
            "select original_name from journal.load"
            " where rows_read <> rows_accepted + rows_rejected + rows_held + rows_ignored"
        )
        assert connection.execute(unbalanced).fetchall() == []
    assert differing_marts(undisturbed, home) == set()
    assert vintages(home) == vintages(undisturbed)


@pytest.mark.parametrize("chain", [chain.name for chain in CHAINS])
def test_nothing_is_left_lying_about(chain: str, homes: dict[str, Future[Path]], base: Path) -> None:
    """Guards against files that neither landing nor the archive has, and against half-made things kept for good."""
    undisturbed, home = homes["undisturbed"].result(), homes[chain].result()
    archives = [
        sorted(str(path.relative_to(one / "archive")) for path in (one / "archive").rglob("*") if path.is_file())
        for one in (undisturbed, home)
    ]
    assert archives[0] == archives[1]
    assert list((home / "landing").iterdir()) == []
    assert [path.name for path in home.glob(".current-*")] == []
    assert [path.name for path in (home / "releases").glob(".*")] == []
    assert [path.name for path in (home / "releases").glob("*/unpublished")] == []
    assert {path.name for path in (home / "reports").glob("flk_*")} == {
        path.name for path in (undisturbed / "reports").glob("flk_*")
    }
