"""A file says the same whatever was loaded before it: every ordered pair of kinds, and of formats of each kind.

What a file leaves behind in a process or in a connection (a temporary table, a registered frame, something remembered)
is the fault that no test of one file finds. Here the fate of each of many files loaded one after another has to be the
one that its content has in a refresh of its own.
"""

import itertools
import multiprocessing
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import pytest
from fate_of_file import Fate
from one_after_another import (
    FORMATS,
    READ_WHOLE,
    REFUSED,
    STREAMED,
    Content,
    contents_of,
    differences,
    every_pair,
    fates_of,
    fates_read_here,
    prepared_home,
    walk_of_kinds,
)

from ingestion import pipeline as refresh
from ingestion.bulk import examine as bulk_examine
from ingestion.read.bounded import opening
from schemas.kinds import KINDS

pytestmark = pytest.mark.slow
IMPORTED_ONCE = ["pytest", "one_after_another", "hypothesis.strategies", "pyarrow.dataset"]
"""What processes need that load a file, the last two by the way: imported before they are forked."""
FATES = ("accepted", "rejected", "held", "ignored")
LARGE_KINDS = [kind.code for kind in KINDS.values() if kind.partition_column]
EVERY_CONTENT = [content for kind in KINDS for content in contents_of(kind)]


@dataclass
class Expected:
    """A home that knows organisations and people, and what other processes find out of files loaded there."""

    home: Path
    alone: Mapping[Content, Future[list[Fate]]]
    formats: Mapping[str, Future[list[Fate]]]

    def alone_of(self, walk: Sequence[Content]) -> list[Fate]:
        """The fates of the contents of a walk, each alone."""
        return [fate for content in walk for fate in self.alone[content].result()]


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Expected]:
    """What each content comes to alone, each in a process of its own: a process remembers as well as a connection."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("VITRINA_SECRET", raising=False)
        home = prepared_home(tmp_path_factory.mktemp("prepared"))
        patch.setenv("PYTHONPATH", os.pathsep.join(sys.path))
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload(IMPORTED_ONCE)
        with ProcessPoolExecutor(2, mp_context=context, max_tasks_per_child=1) as pool:

            def begin(*walk: Content, by_kind: bool = False) -> Future[list[Fate]]:
                return pool.submit(fates_read_here, home, tmp_path_factory.mktemp("walk"), walk, by_kind=by_kind)

            alone = {content: begin(content, by_kind=True) for content in EVERY_CONTENT}
            formats = {kind: begin(*every_pair(contents_of(kind))) for kind in KINDS}
            yield Expected(home, alone, formats)
            pool.shutdown(cancel_futures=True)


def test_a_walk_has_every_pair() -> None:
    """Guards against a walk that leaves pairs out, so that the tests below show less than they say."""
    assert sorted(itertools.pairwise(every_pair(range(5)))) == list(itertools.product(range(5), repeat=2))
    kinds = [content.kind for content in walk_of_kinds()]
    assert sorted(itertools.pairwise(kinds)) == sorted(itertools.product(KINDS, repeat=2))
    assert {content.form for content in walk_of_kinds()} == set(FORMATS)
    assert set(walk_of_kinds()) <= set(EVERY_CONTENT)


def test_every_kind_after_every_kind(expected: Expected, tmp_path: Path) -> None:
    """Guards against a kind that leaves something in the way of another."""
    walk = walk_of_kinds()
    here = fates_of(expected.home, tmp_path, walk)
    assert differences(walk, here, expected.alone_of(walk)) == []


def test_everything_in_one_refresh(expected: Expected, tmp_path: Path) -> None:
    """Guards against files of every kind and format that are in the way of each other as a night has them."""
    files = Random(1).sample(EVERY_CONTENT, len(EVERY_CONTENT))
    here = fates_of(expected.home, tmp_path, files, by_kind=True)
    in_order = sorted(files, key=lambda content: refresh.LOAD_ORDER.index(content.kind))
    assert differences(in_order, here, expected.alone_of(in_order)) == []


@pytest.mark.parametrize("kind", KINDS)
def test_every_format_after_every_format(expected: Expected, kind: str) -> None:
    """A log in Parquet after one in CSV was lost, and one under «СНИЛС» had the people of one under «Идентификатор»."""
    walk = every_pair(contents_of(kind))
    assert differences(walk, expected.formats[kind].result(), expected.alone_of(walk)) == []


@pytest.mark.parametrize("kind", LARGE_KINDS)
def test_large_files_after_each_other(
    expected: Expected, tmp_path: Path, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file so large that only its head is read at first, and whose rows with faults take several portions."""
    monkeypatch.setattr(opening, "SMALL_BYTES", 0)
    monkeypatch.setattr(bulk_examine, "PORTION_ROWS", 3)
    contents = [content for content in contents_of(kind) if content.form in STREAMED]
    walk = every_pair(contents)
    (tmp_path / "walk").mkdir()
    here = fates_of(expected.home, tmp_path / "walk", walk)
    alone: dict[Content, Fate] = {}
    for content in contents:
        (tmp_path / content.form).mkdir()
        (alone[content],) = fates_of(expected.home, tmp_path / content.form, [content], by_kind=True)
    assert differences(walk, here, [alone[content] for content in walk]) == []


@pytest.mark.parametrize("kind", LARGE_KINDS)
def test_files_take_both_ways(expected: Expected, tmp_path: Path, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Guards against walks of a large kind whose files all are read one way."""
    ways: list[bool | None] = []
    examine = refresh.examine_in_bulk

    def watched(*given: Any) -> Any:
        ways.append(None)
        found = examine(*given)
        ways[-1] = found is not None
        return found

    monkeypatch.setattr(refresh, "examine_in_bulk", watched)
    fates_of(expected.home, tmp_path, contents_of(kind))
    taken = {content.form: way for content, way in zip(contents_of(kind), ways, strict=True)}
    assert {form for form, way in taken.items() if way} == {*STREAMED} - {READ_WHOLE, REFUSED}
    assert taken[READ_WHOLE] is False
    assert taken[REFUSED] is None


def test_files_have_rows_of_every_fate(expected: Expected) -> None:
    """Guards against files that are refused, or accepted whole, and so against walks that show nothing."""
    told = {content: future.result()[0]["report"] for content, future in expected.alone.items()}
    lacking = [one.form for one, report in told.items() if not all(report[f"rows_{fate}"] for fate in FATES)]
    assert lacking == [REFUSED] * len(LARGE_KINDS)
