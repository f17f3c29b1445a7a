"""A release whose files do not read: readers see the one before it, and history never goes on past it unasked."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from foundation.settings import Settings
from publishing import release as release_module
from publishing.catalogue import current_release, list_releases, newest_whole
from publishing.errors import DamagedReleaseError
from publishing.previous import carry_previous_release
from publishing.reader import open_release
from publishing.release import mend_current, publish

FIRST, SECOND, THIRD = "20260101T000000Z-aaaa", "20260102T000000Z-bbbb", "20260103T000000Z-cccc"
pytestmark = pytest.mark.usefixtures("build")


@pytest.fixture
def manifest(settings: Settings, build: Callable[[str], None]) -> Path:
    """Two releases; the path of the newest one's manifest."""
    publish(settings, FIRST)
    publish(settings, SECOND)
    return settings.releases / SECOND / "manifest.json"


@pytest.mark.parametrize("text", ["", '{"release_id": "2026', "[]", '{"release_id": "x"}'])
def test_readers_see_the_last_whole_release(settings: Settings, manifest: Path, text: str) -> None:
    """Guards against every command ending in a traceback after a power cut left half a manifest."""
    manifest.write_text(text, encoding="utf-8")
    assert [found.release_id for found in list_releases(settings)] == [FIRST]
    standing = current_release(settings)
    assert standing is not None
    assert standing.release_id == FIRST
    with open_release(settings) as connection:
        assert connection.execute("select 1").fetchall() == [(1,)]


def test_history_does_not_go_on_past_it(settings: Settings, manifest: Path) -> None:
    """Guards against vintages of the damaged release lost without a word, and a link that leaves it for good."""
    whole = manifest.read_text(encoding="utf-8")
    manifest.write_text("", encoding="utf-8")
    with pytest.raises(DamagedReleaseError, match=rf"{SECOND} повреждён: manifest\.json.*резервной копии.*mv "):
        carry_previous_release(settings)
    assert mend_current(settings) is None
    manifest.write_text(whole, encoding="utf-8")
    assert carry_previous_release(settings) == SECOND, "restored, it is current again"


def test_put_aside_by_hand_history_goes_on(settings: Settings, manifest: Path) -> None:
    """Guards against advice that does not help."""
    manifest.write_text("", encoding="utf-8")
    manifest.parent.rename(settings.home / SECOND)
    assert mend_current(settings) is not None
    assert carry_previous_release(settings) == FIRST


def test_a_warehouse_that_does_not_open_is_told(settings: Settings, manifest: Path) -> None:
    """Guards against DuckDB's words where the administrator needs to know which folder to restore."""
    manifest.with_name("warehouse.duckdb").write_bytes(b"not a database")
    with pytest.raises(DamagedReleaseError, match=rf"{SECOND} повреждён: warehouse\.duckdb"):
        carry_previous_release(settings)


def test_history_goes_on_from_what_was_published_last(settings: Settings, manifest: Path) -> None:
    """Guards against values that were published, and their history, lost where somebody led `current` back by hand."""
    settings.current.unlink()
    settings.current.symlink_to(Path("releases") / FIRST)
    assert carry_previous_release(settings) == SECOND
    standing = current_release(settings)
    assert standing is not None
    assert standing.release_id == FIRST, "readers go on seeing what they were led back to, until the next release"
    publish(settings, THIRD)
    standing = current_release(settings)
    assert standing is not None
    assert standing.release_id == THIRD


def test_an_older_damaged_release_stops_nothing(settings: Settings, manifest: Path) -> None:
    """Guards against nights that stop for a release nobody asks for."""
    (settings.releases / FIRST / "manifest.json").write_text("", encoding="utf-8")
    (settings.releases / "notes of the administrator").mkdir()
    assert carry_previous_release(settings) == SECOND
    publish(settings, THIRD)
    assert [found.release_id for found in list_releases(settings)] == [SECOND, THIRD]


def test_an_old_release_that_stays_fails_no_night(
    settings: Settings, manifest: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Guards against a published release told as a failed night, because an old one could not be removed after it."""

    def refuse(_: Path) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(release_module, "_remove", refuse)
    told: list[str] = []
    publish(settings, THIRD, told.append, keep=1)
    assert [line for line in told if "не удалён" in line] == [
        f"Выпуск {FIRST} не удалён по сроку хранения: нет прав",
        f"Выпуск {SECOND} не удалён по сроку хранения: нет прав",
    ]
    standing = current_release(settings)
    assert standing is not None
    assert standing.release_id == THIRD


@pytest.mark.parametrize("is_reordered", [False, True])
def test_what_was_published_last_is_found_however_it_is_written(
    settings: Settings, manifest: Path, *, is_reordered: bool
) -> None:
    """Guards against a release passed over because its manifest was written anew in another order."""
    if is_reordered:
        values = json.loads(manifest.read_text(encoding="utf-8"))
        manifest.write_text(json.dumps(dict(reversed(values.items()))), encoding="utf-8")
    settings.current.unlink()
    found = newest_whole(settings)
    assert found is not None
    assert found.name == manifest.parent.name
