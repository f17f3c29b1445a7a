"""The same file again, corrected files, two senders (contracts.md, settled questions 3-5)."""

import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ingestion.report.file_report import FileReport

Load = Callable[..., list[FileReport]]
Write = Callable[..., Path]
Query = Callable[[str], list[tuple[Any, ...]]]
pytestmark = pytest.mark.usefixtures("registry")
HEADER = ["Система", "Дата среза", "ИНН", "Роль", "Зарегистрировано", "Численность"]


def rows(inn: dict[str, str], first: int, second: int | None = 3) -> list[list[object]]:
    found: list[list[object]] = [HEADER, ["Моя школа", "01.12.2024", inn["ozernoe"], "учитель", first, 50]]
    if second is not None:
        found.append(["Моя школа", "01.12.2024", inn["kovrov"], "учитель", second, 50])
    return found


def test_same_bytes_are_no_op_and_said_so(load: Load, write_csv: Write, query: Query, inn: dict[str, str]) -> None:
    """Guards against a file counted twice because somebody sent it twice."""
    path = write_csv("r.csv", rows(inn, 10))
    load(path)
    (again,) = load(path)
    assert again.outcome == "unchanged"
    assert "те же байты" in again.messages[0]
    assert query("select count(*) from raw.platform_registration") == [(2,)]


def test_corrected_file_tells_what_changed(load: Load, write_csv: Write, inn: dict[str, str]) -> None:
    """Guards against a silent overwrite: the steward must see old and new value."""
    load(write_csv("r.csv", rows(inn, 10)), Отправитель="УО")
    (report,) = load(write_csv("r2.csv", rows(inn, 12)), Отправитель="УО")
    assert (report.rows_new, report.rows_changed, report.rows_same, report.rows_withdrawn) == (0, 1, 1, 0)
    assert any("«Зарегистрировано» было 10, стало 12" in message for message in report.messages)


def test_known_sender_withdraws_rows_left_out(load: Load, write_csv: Write, query: Query, inn: dict[str, str]) -> None:
    """Guards against a school that stays in the figures after its sender has struck it out."""
    load(write_csv("r.csv", rows(inn, 10)), Отправитель="УО")
    (report,) = load(write_csv("r2.csv", rows(inn, 10, None)), Отправитель="УО")
    assert (report.rows_same, report.rows_withdrawn) == (1, 1)
    assert query("select count(distinct scope_key), count(*) from journal.load_scope") == [(1, 2)]


def test_unknown_sender_withdraws_nothing(load: Load, write_csv: Write, inn: dict[str, str]) -> None:
    """Guards against one school's file erasing the others' when nobody said who sent it."""
    load(write_csv("r.csv", rows(inn, 10)))
    (report,) = load(write_csv("r2.csv", rows(inn, 11, None)))
    assert (report.rows_changed, report.rows_withdrawn) == (1, 0)


def test_repeated_key_in_a_file_keeps_the_first(
    load: Load, write_csv: Write, query: Query, inn: dict[str, str]
) -> None:
    """Guards against the last of two contradicting rows winning silently."""
    (report,) = load(write_csv("r.csv", [*rows(inn, 10, None), rows(inn, 20, None)[1]]))
    assert (report.rows_accepted, report.rows_rejected) == (1, 1)
    assert query("select registered from raw.platform_registration") == [(10,)]


def test_one_bad_value_rejects_a_wide_source_row(
    load: Load, write_csv: Write, query: Query, inn: dict[str, str]
) -> None:
    """Guards against half a source row loaded: in a wide file the source row is the unit."""
    wide = [
        [
            "Система",
            "Дата среза",
            "ИНН",
            "Зарегистрировано педагогов",
            "Всего педагогов",
            "Зарегистрировано обучающихся",
        ],
        ["Моя школа", "01.12.2024", inn["ozernoe"], "10", "20", "много"],
        ["Моя школа", "01.12.2024", inn["kovrov"], "10", "20", "300"],
    ]
    (report,) = load(write_csv("w.csv", wide))
    assert (report.rows_read, report.rows_accepted, report.rows_rejected) == (2, 1, 1)
    assert query("select role_code, registered from raw.platform_registration order by 1") == [
        ("student", 300),
        ("teacher", 10),
    ]


def test_zip_counts_as_its_members(
    load: Load, write_csv: Write, query: Query, inn: dict[str, str], tmp_path: Path
) -> None:
    """Guards against one journal row for a container, which no conservation law could hold."""
    container = tmp_path / "all.zip"
    with zipfile.ZipFile(container, "w") as archive:
        archive.write(write_csv("a.csv", rows(inn, 10, None)), "a.csv")
        archive.write(write_csv("b.csv", [HEADER, ["Сферум", "01.12.2024", inn["kovrov"], "учитель", 3, 5]]), "b.csv")
    reports = load(container)
    assert sorted(report.original_name for report in reports) == ["a.csv", "b.csv"]
    assert query("select count(distinct file_sha256), count(distinct container_sha256) from journal.load"
                 " where kind = 'platform_registration'") == [(2, 1)]  # fmt: skip


def test_a_load_that_breaks_leaves_nothing(
    load: Load, write_csv: Write, query: Query, inn: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Guards against rows without their journal after a crash: one transaction a file, and the file loads again."""

    def broken(*_: object) -> None:
        raise OSError("диск переполнен")

    path = write_csv("r.csv", rows(inn, 10))
    with monkeypatch.context() as patched:
        patched.setattr("ingestion.load.hold_rows", broken)
        with pytest.raises(OSError, match="диск"):
            load(path)
    assert query("select count(*) from raw.platform_registration") == [(0,)]
    assert query("select count(*) from journal.load where kind = 'platform_registration'") == [(0,)]
    load()
    assert query("select count(*) from raw.platform_registration") == [(2,)]
