"""Making a release: whole or not at all."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest

from foundation.settings import Settings
from publishing import release as release_module
from publishing.catalogue import current_release, list_releases
from publishing.checksum import content_checksum, file_sha256
from publishing.errors import GateError
from publishing.release import new_release_id, publish

Build = Callable[[str], None]
FIRST, SECOND, THIRD = "20260101T000000Z-aaaa", "20260102T000000Z-bbbb", "20260103T000000Z-cccc"


def leftovers(settings: Settings) -> list[str]:
    return [path.name for path in settings.releases.iterdir() if path.name.startswith(".")]


def test_release_holds_marts_with_types_and_comments(settings: Settings, build: Build) -> None:
    """Guards against a copy that loses DECIMAL types or the Russian comments readers and Superset show."""
    publish(settings, FIRST)
    with duckdb.connect(str(settings.current / "warehouse.duckdb"), read_only=True) as connection:
        found = connection.execute(
            "select data_type, comment from duckdb_columns() where column_name = 'value'"
            " and table_name = 'indicator_by_territory'"
        ).fetchall()
        schemas = connection.execute("select distinct table_schema from information_schema.tables").fetchall()
        table = connection.execute("select comment from duckdb_tables() where table_name = 'indicator_by_territory'")
        assert found == [("DECIMAL(18,6)", "Значение показателя в его единице, без округления")]
        (described,) = table.fetchone() or ("",)
        assert described.startswith("Значения показателей по муниципалитетам")
        assert schemas == [("marts",)]


def test_equal_content_is_stored_alike(settings: Settings, build: Build) -> None:
    """Guards against rows in the order in which the build happened to write them: equal marts, different files."""
    name, rows = "platform_month", "('b', 'student', 'one'), ('a', 'student', 'two'), ('a', 'parent', 'two')"
    build(
        f"insert into marts.{name} (month, system_code, role, organisation_id)"
        f" select '2024-01-01', * from (values {rows}, ('a', 'parent', 'one'))"
    )
    first = publish(settings, FIRST).marts[name]
    build(f"create or replace table marts.{name} as select * from marts.{name} order by organisation_id")
    assert publish(settings, SECOND).marts[name] == first
    with duckdb.connect(str(settings.current / "warehouse.duckdb"), read_only=True) as connection:
        stored = connection.execute(f"select system_code, role, organisation_id from marts.{name}").fetchall()
    assert stored == [("a", "parent", "one"), ("a", "parent", "two"), ("a", "student", "two"), ("b", "student", "one")]


def test_manifest_tells_inputs_counts_and_checksums(settings: Settings, build: Build) -> None:
    """Guards against a manifest that names refused files as inputs or checksums of other bytes."""
    publish(settings, FIRST)
    folder = settings.current.resolve()
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert [entry["name"] for entry in manifest["inputs"]] == ["sferum_2024-11.csv"]
    assert manifest["inputs"][0]["rows"] == 5
    assert manifest["inputs"][0]["declared"] == {"Система": "Сферум"}
    assert manifest["inputs"][0]["period_end"] == "2024-11-30"
    assert [entry["name"] for entry in manifest["refused"]] == ["refused.csv"]
    assert len(manifest["lock_digest"]) == 64
    assert manifest["data_date"] == "2024-12-31"
    mart = manifest["marts"]["indicator_by_territory"]
    assert mart["rows"] == 6
    assert mart["parquet_sha256"] == file_sha256(folder / "marts" / "indicator_by_territory.parquet")
    assert settings.current.is_symlink()
    assert not Path(settings.current.readlink()).is_absolute(), "a moved VITRINA_HOME must keep its current release"


def test_a_release_of_a_former_version_is_still_read(settings: Settings, build: Build) -> None:
    """Guards against an upgrade after which the list of releases fails on the first old manifest.json."""
    publish(settings, FIRST)
    path = settings.current.resolve() / "manifest.json"
    values = json.loads(path.read_text(encoding="utf-8"))
    for name in ("build_date", "dbt_digest", "lock_digest", "refused", "decisions"):
        del values[name]
    values["inputs"] = [
        {name: entry[name] for name in ("name", "sha256", "container_sha256", "kind", "rows")}
        for entry in values["inputs"]
    ]
    path.write_text(json.dumps(values), encoding="utf-8")
    (found,) = list_releases(settings)
    assert found.build_date is None
    assert found.inputs[0].received_at is None


def test_manifest_tells_decisions_by_a_row(settings: Settings, build: Build) -> None:
    """Guards against a decision that cannot be replayed, or that quotes what a file about people says."""
    build("insert into journal.held_name values (1, 'СОШ четыре', 'accepted', '2447000011', '2024-12-04', null, null)")
    (decision,) = publish(settings, FIRST).decisions
    assert (decision.file_sha256, decision.sheet, decision.source_row) == ("a1", "s", 5)
    assert (decision.verdict, decision.organisation_id, decision.name) == ("accepted", "2447000011", "СОШ четыре")
    build("update journal.held_row set kind = 'staff'")
    assert [one.name for one in publish(settings, SECOND).decisions] == [None]


def test_a_mart_that_left_the_project_is_not_published(settings: Settings, build: Build) -> None:
    """Guards against numbers of last year's model that stand in the build for ever and in every release."""
    build(
        "create table marts.left_the_project as select 1 as number;"
        "comment on table marts.left_the_project is 'x'; comment on column marts.left_the_project.number is 'x'"
    )
    assert "left_the_project" not in publish(settings, FIRST).marts


def test_failing_gate_leaves_the_previous_release(settings: Settings, build: Build) -> None:
    """Guards against a bad night replacing or half-writing what people read."""
    publish(settings, FIRST)
    build("update journal.load set rows_read = 6 where file_sha256 = 'a1'")
    with pytest.raises(GateError):
        publish(settings, SECOND)
    standing = current_release(settings)
    assert standing is not None
    assert standing.release_id == FIRST
    assert [found.release_id for found in list_releases(settings)] == [FIRST]
    assert leftovers(settings) == []


def test_failure_while_writing_leaves_the_previous_release(
    settings: Settings, build: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Guards against a full disk in the middle of the copy: no visible half release, `current` unmoved."""
    publish(settings, FIRST)

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(release_module, "_export_mart", fail)
    with pytest.raises(OSError, match="No space"):
        publish(settings, SECOND)
    standing = current_release(settings)
    assert standing is not None
    assert standing.release_id == FIRST
    assert leftovers(settings) == []


def test_open_reader_keeps_its_release_while_a_new_one_is_published(settings: Settings, build: Build) -> None:
    """Guards against replacing a file under a reader: a connection goes on with the release it opened."""
    publish(settings, FIRST)
    path = settings.current.resolve() / "warehouse.duckdb"
    with duckdb.connect(str(path), read_only=True) as reader:
        build("delete from marts.indicator_by_territory; delete from marts.indicator_vintage")
        publish(settings, SECOND)
        assert reader.execute("select count(*) from marts.indicator_by_territory").fetchone() == (6,)
    assert settings.current.resolve().name == SECOND


def test_old_releases_go_but_never_the_current_one(settings: Settings, build: Build) -> None:
    """Guards against a retention that removes what `current` points to, or keeps everything for ever."""
    for release_id in (FIRST, SECOND, THIRD):
        publish(settings, release_id, keep=2)
    assert len(list_releases(settings)) == 2
    assert settings.current.resolve().name == THIRD
    assert (settings.current / "warehouse.duckdb").is_file()


def test_content_checksum_ignores_order_and_release_but_not_values() -> None:
    """Guards against checksums that differ for equal data, or miss a duplicate, a NULL or moved text."""
    with duckdb.connect() as connection:

        def checksum(rows: str) -> str:
            return content_checksum(connection, f"(select * from (values {rows}) t(a, b, release_id))")

        base = checksum("('x', 'y', 'r1'), ('p', null, 'r1')")
        assert checksum("('p', null, 'r2'), ('x', 'y', 'r2')") == base
        receipt = "(select 'x' as a, {0} as load_sequence, {0} as held_id, timestamp '2024-01-0{0}' as received_at)"
        assert content_checksum(connection, receipt.format(1)) == content_checksum(connection, receipt.format(2))
        assert checksum("('x', 'y', 'r1'), ('p', '', 'r1')") != base
        assert checksum("('x', 'y', 'r1'), ('x', 'y', 'r1'), ('p', null, 'r1')") != base
        assert checksum("('xy', '', 'r1'), ('p', null, 'r1')") != base


def test_release_ids_sort_by_time() -> None:
    """Guards against ids that sort otherwise than they were made."""
    early, late = (new_release_id(datetime(2026, month, 1, tzinfo=UTC)) for month in (9, 11))
    assert early < late
    assert late.startswith("20261101T000000Z-")
