"""What the release before this build knew, copied into the build: dbt finds vintages and changes by comparing.

History thus lives in the chain of published releases alone. A build that is never published leaves no trace in it, and
a refresh killed half way starts again from what people really see.
"""

from collections.abc import Set
from datetime import UTC
from pathlib import Path

import duckdb

from foundation.settings import Settings
from publishing.catalogue import WAREHOUSE_NAME, damaged_since, last_published
from publishing.checksum import columns_of, literal, quote
from publishing.contract import column_types
from publishing.errors import DamagedReleaseError
from publishing.manifest import MANIFEST_NAME

CARRIED = {
    "indicator_vintage": "true",
    "indicator_lineage": "is_counted",
    "load_journal": "outcome = 'loaded'",
}
"""The marts a build needs of the release before it, and which rows of them."""
HISTORY_MARTS = frozenset({"indicator_vintage", "indicator_change"})
"""Marts that depend on the releases before, and not on the inputs alone: a rebuild is not measured by them."""
RELEASE_COLUMNS = "release_id varchar, published_at timestamp, code_digest varchar, built_for date"


def carry_previous_release(settings: Settings) -> str | None:
    """Fill the build's schema `published` from the release published last; empty tables when there is none.

    Returns the id of that release. A release of an earlier version lacks tables or columns: what it lacks is empty,
    and vintages begin with this build. Raises DamagedReleaseError when the newest release does not read: what it says
    of history would be lost.
    """
    folder, manifest = last_published(settings) or (None, None)
    damaged = damaged_since(settings, folder.name if folder else "")
    if damaged:
        raise DamagedReleaseError(_to_be_restored(settings, damaged[-1], MANIFEST_NAME))
    with duckdb.connect(str(settings.build_file), config=settings.duckdb_config) as build:
        if folder is not None:
            _attach(build, settings, folder)
        former = {mart: _columns_of_release(build, mart) if folder else set() for mart in CARRIED}
        build.begin()
        build.execute("create schema if not exists published")
        carried = [_carry(build, mart, condition, former[mart]) for mart, condition in CARRIED.items()]
        build.execute(f"create or replace table published.release ({RELEASE_COLUMNS})")
        if manifest is not None and all(carried):
            published_at = manifest.published_at.astimezone(UTC).replace(tzinfo=None)
            values = [manifest.release_id, published_at, manifest.code_digest, manifest.build_date]
            build.execute("insert into published.release values (?, ?, ?, ?)", values)
        build.commit()
        if folder is not None:
            build.execute("detach previous")
    return manifest.release_id if manifest is not None else None


def _attach(build: duckdb.DuckDBPyConnection, settings: Settings, folder: Path) -> None:
    try:
        build.execute(f"attach {literal(folder / WAREHOUSE_NAME)} as previous (read_only)")
    except duckdb.Error as error:
        raise DamagedReleaseError(_to_be_restored(settings, folder.name, WAREHOUSE_NAME)) from error


def _to_be_restored(settings: Settings, release_id: str, file: str) -> str:
    folder = settings.releases / release_id
    return (
        f"Выпуск {release_id} повреждён: {file} нет или он не читается, а в выпуске история значений. Верните папку "
        f"{folder} из резервной копии (vitrina restore в пустую папку, затем скопируйте). Если копии нет, уберите её: "
        f"mv {folder} {settings.home}; история продолжится от последнего целого выпуска."
    )


def _columns_of_release(build: duckdb.DuckDBPyConnection, mart: str) -> Set[str]:
    """The columns of a mart of the previous release, none where it has no such mart."""
    try:
        return columns_of(build, f"previous.marts.{quote(mart)}").keys()
    except duckdb.CatalogException:
        return set()


def _carry(build: duckdb.DuckDBPyConnection, mart: str, condition: str, former: Set[str]) -> bool:
    """Whether the previous release has the mart, whose columns there are `former`."""
    types = column_types(mart)
    listed = ", ".join(f"{quote(name)} {dtype}" for name, dtype in types.items())
    build.execute(f"create or replace table published.{mart} ({listed})")
    standing = [name for name in types if name in former]
    if standing:
        names = ", ".join(map(quote, standing))
        build.execute(
            f"insert into published.{mart} ({names}) select {names} from previous.marts.{mart} where {condition}"
        )
    return bool(standing)
