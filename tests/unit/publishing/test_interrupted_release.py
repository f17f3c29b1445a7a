"""A process that ends while it publishes: readers see the former release, the next one clears up."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from foundation.settings import Settings
from publishing import release as release_module
from publishing.catalogue import current_release, list_releases
from publishing.release import publish

Build = Callable[[str], None]
FIRST, SECOND, THIRD = "20260101T000000Z-aaaa", "20260102T000000Z-bbbb", "20260103T000000Z-cccc"
pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("build")]


class KilledError(BaseException):
    """Stands for the end of the process."""


def die(*_: object, **__: object) -> None:
    raise KilledError


def standing(settings: Settings) -> list[str]:
    return [found.release_id for found in list_releases(settings)]


def lying_about(settings: Settings) -> list[str]:
    hidden = [*settings.home.glob(".current-*"), *settings.releases.glob(".*")]
    return [path.name for path in [*hidden, *settings.releases.glob("*/unpublished")]]


def test_killed_before_the_switch(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Guards against `--as-of` answering with a release that nobody ever saw."""
    publish(settings, FIRST)
    with monkeypatch.context() as patch:
        patch.setattr(release_module, "switch_current", die)
        with pytest.raises(KilledError):
            publish(settings, SECOND)
    assert standing(settings) == [FIRST]
    publish(settings, THIRD)
    assert standing(settings) == [FIRST, THIRD]
    assert sorted(path.name for path in settings.releases.iterdir()) == [FIRST, THIRD]


def test_killed_between_link_and_switch(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Guards against links aside that pile up in VITRINA_HOME."""
    publish(settings, FIRST)
    with monkeypatch.context() as patch:
        patch.setattr(release_module.os, "replace", die)
        with pytest.raises(KilledError):
            publish(settings, SECOND)
    assert standing(settings) == [FIRST]
    publish(settings, THIRD)
    assert lying_about(settings) == []


def test_killed_right_after_the_switch(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Guards against a current release taken for one that was never published."""
    publish(settings, FIRST)
    switch = release_module.switch_current

    def dying(*arguments: object) -> None:
        switch(*arguments)  # type: ignore[arg-type]
        raise KilledError

    with monkeypatch.context() as patch:
        patch.setattr(release_module, "switch_current", dying)
        with pytest.raises(KilledError):
            publish(settings, SECOND)
    current = current_release(settings)
    assert current is not None
    assert current.release_id == SECOND
    assert standing(settings) == [FIRST, SECOND]
    publish(settings, THIRD)
    assert standing(settings) == [FIRST, SECOND, THIRD]
    assert lying_about(settings) == []


def test_killed_while_an_old_release_is_removed(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Guards against a release listed by its manifest whose marts are gone already."""
    publish(settings, FIRST)
    remove = shutil.rmtree

    def dying(folder: Path, **_: object) -> None:
        (folder / "warehouse.duckdb").unlink()
        raise KilledError

    with monkeypatch.context() as patch:
        patch.setattr(release_module.shutil, "rmtree", dying)
        with pytest.raises(KilledError):
            publish(settings, SECOND, keep=1)
    assert release_module.shutil.rmtree is remove
    assert standing(settings) == [SECOND]
    publish(settings, THIRD, keep=2)
    assert standing(settings) == [SECOND, THIRD]
    assert lying_about(settings) == []
