"""Files of one `check`: they know each other, and each has a protocol of its own."""

import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from foundation.settings import Settings
from ingestion.check import check_file, check_files
from ingestion.report.file_report import FileReport
from ingestion.report.protocol_file import Source, protocol_path

Write = Callable[..., Path]
Query = Callable[[str], list[tuple[Any, ...]]]
REGISTRY = ["ИНН", "Субъект", "Муниципалитет", "Полное наименование", "Тип организации"]
HEADCOUNT = ["Дата", "ИНН", "Обучающихся"]
PLACE = ["Красноярский край", "Енисейский район", "МБОУ СОШ № 9", "СОШ"]


def test_a_registry_is_known_to_the_headcount_beside_it(
    settings: Settings, write_csv: Write, inn: dict[str, str]
) -> None:
    """Guards against rows told to be held although the registry that settles them is in the same command."""
    headcount = write_csv("а.csv", [HEADCOUNT, ["01.12.2024", inn["ozernoe"], "5"]])
    registry = write_csv("я.csv", [REGISTRY, [inn["ozernoe"], *PLACE]])
    alone = check_file(settings, headcount, {})
    together = check_files(settings, [headcount, registry], {})
    assert [(report.rows_accepted, report.rows_held) for report in alone] == [(0, 1)]
    assert [report.original_name for report in together] == ["а.csv", "я.csv"]
    assert [(report.rows_accepted, report.rows_held) for report in together] == [(1, 0), (1, 0)]
    assert not settings.build_file.exists(), "check loads nothing"


def test_what_is_loaded_counts_beside_the_files(
    registry: None, settings: Settings, write_csv: Write, inn: dict[str, str], query: Query
) -> None:
    """Guards against a registry beside the files that hides the one that is loaded, or is written into it."""
    row = [inn["kovrov"], "Владимирская область", "город Ковров", "МБОУ «Новая школа»", "СОШ"]
    paths = [
        write_csv("registry2.csv", [REGISTRY, row]),
        write_csv("h.csv", [["Дата", "Организация", "Муниципалитет", "Обучающихся"],
                            ["01.12.2024", "МБОУ «Новая школа»", "город Ковров", "1"],
                            ["01.12.2024", "МБОУ Озерновская СОШ № 47", "Енисейский район", "2"]]),
    ]  # fmt: skip
    before = query("select count(*) from raw.organisation_registry")
    reports = check_files(settings, paths, {})
    assert [(report.rows_accepted, report.rows_held) for report in reports] == [(1, 0), (2, 0)]
    assert query("select count(*) from raw.organisation_registry") == before


def rows_of(report: FileReport, sheet: str) -> list[list[Any]]:
    assert report.protocol is not None
    return CalamineWorkbook.from_path(str(report.protocol)).get_sheet_by_name(sheet).to_python()


def found_in(report: FileReport) -> list[str]:
    heading, *rows = rows_of(report, "Замечания")
    return [row[heading.index("Найдено")] for row in rows]


def headcount_text(inn: str, students: str) -> str:
    return f"Дата;ИНН;Обучающихся\n01.12.2024;{inn};{students}\n"


def test_files_of_one_stem_have_protocols_of_their_own(
    registry: None, settings: Settings, tmp_path: Path, inn: dict[str, str]
) -> None:
    """Guards against one protocol over another: the sender reads somebody else's mistakes."""
    paths = []
    for name, bad in (
        ("а/отчёт.csv", "нет"),
        ("а/отчёт.txt", "много"),
        ("б/отчёт.csv", "мало"),
        ("в/отчёт.csv", "нет"),
    ):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(headcount_text(inn["ozernoe"], bad), encoding="utf-8")
        paths.append(path)
    reports = check_files(settings, paths, {})
    assert [found_in(report) for report in reports] == [["нет"], ["много"], ["мало"], ["нет"]]
    assert len({report.protocol for report in reports}) == 4
    assert reports[0].protocol == settings.reports / "flk_отчёт.xlsx"
    again = check_files(settings, list(reversed(paths)), {})
    assert [report.protocol for report in reversed(again)] == [report.protocol for report in reports]
    paths[2].write_text(headcount_text(inn["ozernoe"], "чуть"), encoding="utf-8")
    (corrected,) = check_file(settings, paths[2], {})
    assert (corrected.protocol, found_in(corrected)) == (reports[2].protocol, ["чуть"])


def test_members_of_one_stem_have_protocols_of_their_own(
    registry: None, settings: Settings, tmp_path: Path, inn: dict[str, str]
) -> None:
    """Guards against the protocol of a bad member overwritten by that of a good one in the next folder."""
    container = tmp_path / "z.zip"
    with zipfile.ZipFile(container, "w") as packed:
        packed.writestr("СОШ № 1/Отчёт.csv", headcount_text(inn["ozernoe"], "нет"))
        packed.writestr("СОШ № 2/Отчёт.csv", headcount_text(inn["kovrov"], "5"))
    bad, good = check_file(settings, container, {})
    assert bad.protocol != good.protocol
    assert found_in(bad) == ["нет"]


def test_files_of_one_name_on_two_nights_have_protocols_of_their_own(
    registry: None, settings: Settings, write_csv: Write, inn: dict[str, str], load: Callable[..., list[FileReport]]
) -> None:
    """Guards against the printed path of yesterday that leads to the file of another sender."""
    reports = []
    for bad in ("нет", "много"):
        path = write_csv("отчёт.csv", [HEADCOUNT, ["01.12.2024", inn["ozernoe"], bad]])
        (checked,) = check_file(settings, path, {})
        (loaded,) = load(path)
        reports.append(loaded)
        if bad == "нет":
            assert checked.protocol == loaded.protocol == settings.reports / "flk_отчёт.xlsx"
    assert [found_in(report) for report in reports] == [["нет"], ["много"]]


@pytest.mark.parametrize("name", ["я" * 200 + ".csv", "а/.csv", "~$.xlsx", "a\x00b\n.csv", "..", ""])
def test_every_name_gives_a_protocol_a_place(settings: Settings, name: str) -> None:
    """Guards against a protocol that cannot be written, or that is written elsewhere."""
    path = protocol_path(settings, Source(name, "0" * 64))
    assert path.parent == settings.reports
    settings.reports.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"")


def test_the_protocol_shows_the_organisation_and_no_codes(
    registry: None, settings: Settings, write_csv: Write, inn: dict[str, str]
) -> None:
    """Guards against a row number as the only way to the school, and «not_a_count» told to a teacher."""
    header = ["Дата", "Организация", "Муниципалитет", "Обучающихся"]
    path = write_csv("h.csv", [header, ["01.12.2024", "МБОУ Озерновская СОШ № 47", "Енисейский район", "нет"]])
    (report,) = check_file(settings, path, {})
    rows = rows_of(report, "Замечания")
    assert rows[0] == [
        "Лист", "Строка", "Организация в файле", "Столбец", "Найдено", "Что не так", "Последствие",
    ]  # fmt: skip
    assert rows[1][2:6] == [
        "МБОУ Озерновская СОШ № 47", "Обучающихся", "нет", "ожидалось целое число не меньше 0",
    ]  # fmt: skip


def test_what_is_left_is_counted_once(
    registry: None, settings: Settings, write_csv: Write, inn: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    """Guards against «…и ещё N» that counts the shown lines, or counts a line that itself counts the rest."""
    from cli.files_table import show_messages  # noqa: PLC0415

    rows = [["01.12.2024", inn["ozernoe"], f"нет{number}"] for number in range(8)]
    (report,) = check_file(settings, write_csv("h.csv", [HEADCOUNT, *rows]), {})
    assert (len(report.messages), report.messages_left) == (5, 3)
    show_messages(report.as_dict())
    shown = capsys.readouterr().out
    assert shown.count("Строка отклонена") == 5
    assert "…и ещё 3; замечания — в протоколе." in shown
