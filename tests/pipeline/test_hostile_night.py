"""A night of three good and six hostile files: the good are published, each of the others has a fate of its own."""

import json
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from export_files import write_rows

from cli.main import main
from foundation.secret import create_secret
from foundation.settings import Settings, get_settings
from ingestion.read import Member
from ingestion.receive.landing import add_files, sidecar_of
from publishing.reader import open_release

pytestmark = pytest.mark.slow
PLACE = ["Орловская область", "Новосильский район"]
SCHOOLS = {"5720010403": "МБОУ «Новоселовская ООШ»", "3305900019": "МБОУ «Лицей № 2»"}
HEADCOUNT = ["Дата", "ИНН", "Обучающихся"]
LONG = "Приложение № 3 к письму о предоставлении сведений о контингенте "
BIG, DEADLY, LONG_NAME, SIDECAR, OLD, FUNDING = (
    "большой.xlsx", "гибельный.csv", LONG + "я" * ((251 - len(LONG.encode())) // 2) + ".csv", "спутник.csv",
    "Отчёт школы.csv", "финансы.csv",
)  # fmt: skip


def headcount(folder: Path, name: str, inn: str, students: object, day: str = "01.12.2024") -> Path:
    return write_rows(folder, name, [HEADCOUNT, [day, inn, students]])


def big_book(path: Path) -> Path:
    with xlsxwriter.Workbook(str(path), {"constant_memory": True}) as workbook:
        sheet = workbook.add_worksheet("ОО")
        sheet.write_row(0, 0, HEADCOUNT)
        for row in range(1, 150_001):
            sheet.write_row(row, 0, ["01.12.2024", f"строка {row} длинного листа, который велик и больше ничем", row])
    return path


@pytest.fixture(scope="module")
def nights(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The home after three refreshes, and what each said: (exit code, files by name)."""
    folder, home = tmp_path_factory.mktemp("files"), tmp_path_factory.mktemp("hostile") / "home"
    told: list[tuple[int, dict[str, Any]]] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("VITRINA_HOME", str(home))
        patch.setenv("VITRINA_FILE_MEMORY", "180MiB")
        get_settings.cache_clear()
        settings = get_settings()
        create_secret(settings)
        registry = [["ИНН", "Субъект", "Муниципалитет", "Полное наименование", "Тип организации"]]
        registry += [[inn, *PLACE, name, "лицей" if "Лицей" in name else "ООШ"] for inn, name in SCHOOLS.items()]
        add_files(settings, [write_rows(folder, "реестр.csv", registry), *_good(folder), *_hostile(folder)], {})
        _put_by_hand(settings, folder)
        reduce = object.__reduce_ex__
        patch.setattr(
            Member, "__reduce_ex__",
            lambda member, protocol: (os.abort, ()) if member.name == DEADLY else reduce(member, protocol),
        )  # fmt: skip
        patch.setattr("ingestion.recognise.contents.read_head", _head_unless_deadly())
        told += [_refresh(settings), _refresh(settings)]
        add_files(settings, [headcount(folder, "назавтра.csv", "5720010403", 11, "02.12.2024")], {})
        told.append(_refresh(settings))
        yield settings, told
    get_settings.cache_clear()


def _head_unless_deadly() -> Callable[[Member], Any]:
    from ingestion.read.bounded import read_head  # noqa: PLC0415

    return lambda member: None if member.name == DEADLY else read_head(member)


def _good(folder: Path) -> list[Path]:
    return [
        headcount(folder, "хороший.csv", "5720010403", 10),
        headcount(folder, "хороший_2.csv", "3305900019", 20),
    ]


def _hostile(folder: Path) -> list[Path]:
    funding = [["Год", "Муниципалитет", "Сумма", "Единица"]]
    funding += [["2024", name, 100, "руб."] for name in ("Безвестный район", "Неведомый район", PLACE[1])]
    return [
        big_book(folder / BIG),
        headcount(folder, DEADLY, "5720010403", 1, "03.12.2024"),
        headcount(folder, LONG_NAME, "5720010403", 30, "04.12.2024"),
        write_rows(folder, FUNDING, funding),
    ]


def _put_by_hand(settings: Settings, folder: Path) -> None:
    """What `vitrina add` would not do: a name in bytes of Windows-1251, a sidecar that is no JSON."""
    named = settings.landing / os.fsdecode(OLD.encode("cp1251"))
    named.write_bytes(headcount(folder, "имя.csv", "5720010403", 40, "05.12.2024").read_bytes())
    broken = settings.landing / SIDECAR
    broken.write_bytes(headcount(folder, "с.csv", "5720010403", 50, "06.12.2024").read_bytes())
    sidecar_of(broken).write_text('{"Отправитель": ', encoding="utf-8")
    for path in (named, broken, sidecar_of(broken)):
        os.utime(path, (time.time() - 60,) * 2)


def _refresh(settings: Settings) -> tuple[int, dict[str, Any]]:
    code = main(["refresh"])
    told = json.loads((settings.reports / "last_refresh.json").read_text(encoding="utf-8"))
    return code, {file["original_name"]: file for file in told["files"]} | {"": told}


def test_the_good_files_are_published_and_the_night_tells_of_the_others(nights: Any) -> None:
    """Guards against one file that keeps a region without figures, and against a success that hides it."""
    settings, ((code, files), *_) = nights
    assert code == 1
    assert files[""]["outcome"] == "published"
    outcomes = {name: file["outcome"] for name, file in files.items() if name}
    assert outcomes == {
        "реестр.csv": "loaded", "хороший.csv": "loaded", "хороший_2.csv": "loaded", LONG_NAME: "loaded",
        OLD: "loaded", FUNDING: "loaded", BIG: "failed", DEADLY: "failed", SIDECAR: "refused",
    }  # fmt: skip
    assert "предел памяти 180 МиБ" in files[BIG]["refusal"]
    assert "SIGABRT" in files[DEADLY]["refusal"]
    assert "--set" in files[SIDECAR]["refusal"]
    protocols = {files[name]["protocol"] for name in (BIG, DEADLY, SIDECAR)}
    assert len(protocols) == 3
    assert all(Path(path).is_file() for path in protocols)
    assert list(settings.landing.iterdir()) == []


def test_the_next_nights_do_not_stumble(nights: Any) -> None:
    """Guards against a file tried and failed every night, and against a release that never comes again."""
    _, (_, (second, files), (third, next_files)) = nights
    assert (second, third) == (0, 0)
    assert files[""]["outcome"] == "published"
    assert {name: file["outcome"] for name, file in next_files.items() if name} == {"назавтра.csv": "loaded"}


def test_what_is_published(nights: Any) -> None:
    """Guards against pupils of hostile files lost although their rows are good."""
    settings, _ = nights
    with open_release(settings) as connection:
        rows = connection.execute(
            "select original_name, outcome, rows_accepted from load_journal where kind = 'headcount'"
        ).fetchall()
        failed = connection.execute("select original_name from load_journal where outcome = 'failed'").fetchall()
    assert sorted(rows) == sorted(
        (name, "loaded", 1) for name in ("хороший.csv", "хороший_2.csv", LONG_NAME, OLD, "назавтра.csv")
    )
    assert sorted(name for (name,) in failed) == [BIG, DEADLY]


def test_status_tells_of_them_until_they_are_settled(nights: Any, capsys: pytest.CaptureFixture[str]) -> None:
    """Guards against a file that is forgotten because nobody read the output of one night."""
    assert main(["status"]) == 0
    shown = capsys.readouterr().out
    assert f"Не обработан: {BIG}" in shown
    assert f"Не обработан: {DEADLY}" in shown
