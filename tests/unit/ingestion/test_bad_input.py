"""Bad input gets a clear answer in Russian: what, where, what to do next. One test a check."""

import os
import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
import xlsxwriter

from foundation.settings import Settings
from ingestion.check import check_file
from ingestion.receive.landing import settled_files
from ingestion.report.file_report import FileReport

Load = Callable[..., list[FileReport]]
Write = Callable[..., Path]
pytestmark = pytest.mark.usefixtures("registry")

STAFF = [
    ["СНИЛС", "ИНН", "Должность", "Категория", "Принят"],
    ["112-233-445 95", "3305000016", "учитель", "педагог", "01.09.2020"],
]


def only(reports: list[FileReport]) -> FileReport:
    (report,) = reports
    return report


def test_no_header_is_refused(settings: Settings, write_csv: Write) -> None:
    """Guards against the first data row taken for a header."""
    report = only(check_file(settings, write_csv("x.csv", [["раз", "два"], ["три", "четыре"]]), {}))
    assert report.outcome == "refused"
    assert "не найдена строка заголовков" in str(report.refusal)


def test_missing_required_column_names_nearest_kind(settings: Settings, write_csv: Write) -> None:
    """Guards against «неизвестный формат» with no word on what is missing."""
    rows = [["Система", "Дата среза", "ИНН", "Роль"], ["Моя школа", "01.12.2024", "3305000016", "учитель"]]
    report = only(check_file(settings, write_csv("x.csv", rows), {}))
    assert "«Зарегистрировано»" in str(report.refusal)
    assert "Регистрации на платформах" in str(report.refusal)


def test_missing_date_says_how_to_declare_it(settings: Settings, write_csv: Write, inn: dict[str, str]) -> None:
    """Guards against a refusal that leaves the steward without the remedy, and against a guessed date."""
    rows = [["Система", "ИНН", "Роль", "Зарегистрировано"], ["Моя школа", inn["kovrov"], "учитель", "5"]]
    path = write_csv("x.csv", rows)
    assert '--set "Дата среза=…"' in str(only(check_file(settings, path, {})).refusal)
    assert only(check_file(settings, path, {"Дата среза": "2024-12-01"})).rows_accepted == 1


def test_two_columns_of_one_meaning_are_refused(settings: Settings, write_csv: Write) -> None:
    """Guards against choosing one of two columns by position."""
    rows = [["Дата", "ОО", "Школа", "Обучающихся"], ["01.12.2024", "СОШ № 4", "СОШ № 5", "5"]]
    report = only(check_file(settings, write_csv("x.csv", rows), {}))
    assert "«ОО» и «Школа» означают одно и то же" in str(report.refusal)


@pytest.mark.parametrize(
    ("column", "value", "expected"),
    [
        ("Обучающихся", "-5", "целое число не меньше 0"),
        ("Обучающихся", "12,5", "целое число"),
        ("Обучающихся", "много", "целое число"),
        ("Обучающихся", "#REF!", "ошибку Excel"),
        ("Дата", "31.02.2024", "существующая дата"),
        ("Дата", (date.today() + timedelta(days=2)).strftime("%d.%m.%Y"), "позже сегодняшней"),
        ("Дата", "01.12.2009", "раньше 01.01.2010"),
        ("Дата", "", "обязательно"),
        ("ИНН", "3,305E+09", "экспоненциальной форме"),
        ("ИНН", "500100732259", "ИНН человека"),
        ("ИНН", "3305000012", "контрольная цифра"),
        ("ИНН", "33050000", "10 цифр"),
        ("КПП", "12", "9 знаков"),
        ("ОГРН", "1025700696384", "контрольная цифра ОГРН"),
        ("ОГРН", "10257006963", "13 цифр"),
    ],
)
def test_a_bad_cell_rejects_its_row(
    settings: Settings, write_csv: Write, inn: dict[str, str], column: str, value: str, expected: str
) -> None:
    """Guards against a bad value read as something else; the good row beside it must stay accepted."""
    good = {"Дата": "01.12.2024", "ИНН": inn["kovrov"], "КПП": "", "ОГРН": "", "Обучающихся": "10"}
    bad = {**good, "ИНН": inn["ozernoe"], column: value}
    path = write_csv("kontingent.csv", [list(good), list(good.values()), list(bad.values())])
    report = only(check_file(settings, path, {}))
    assert (report.rows_read, report.rows_accepted, report.rows_rejected) == (2, 1, 1)
    message = next(one for one in report.messages if expected in one)
    assert "строка 3" in message
    assert f"столбец «{column}»" in message


@pytest.mark.parametrize(
    ("header", "row", "expected"),
    [
        (["Система", "Дата среза", "ИНН", "Роль", "Зарегистрировано", "Численность"],
         ["Моя школа", "01.12.2024", "{inn}", "учитель", "12", "10"], "зарегистрировано не может быть больше"),
        (["Система", "Дата среза", "ИНН", "Роль", "Зарегистрировано", "Подтверждено", "Численность"],
         ["Моя школа", "01.12.2024", "{inn}", "учитель", "9", "12", "10"], "подтверждено не может быть больше"),
        (["Система", "Период с", "Период по", "ИНН", "Роль", "Активных", "Численность"],
         ["Сферум", "01.11.2024", "30.11.2024", "{inn}", "учитель", "12", "10"], "активных не может быть больше"),
        (["Система", "Период с", "Период по", "ИНН", "Роль", "Активных"],
         ["Сферум", "30.11.2024", "01.11.2024", "{inn}", "учитель", "1"], "раньше начала"),
        (["Система", "Дата среза", "ИНН", "Услуга", "Охвачено", "Численность"],
         ["КИАСУО", "01.12.2024", "{inn}", "ИУП", "12", "10"], "охвачено не может быть больше"),
        (["Система", "Дата среза", "ИНН", "Роль", "Зарегистрировано"],
         ["Моя школа", "01.12.2024", "{inn}", "космонавт", "1"], "ожидалась роль"),
        (["Система", "Дата среза", "ИНН", "Услуга", "Охвачено"],
         ["КИАСУО", "01.12.2024", "{inn}", "столовая", "1"], "ожидалась услуга"),
        (["Дата", "ИНН", "Обучающихся", "Родителей"], ["01.12.2024", "{inn}", "", ""], "хотя бы одно из чисел"),
        (["Год поставки", "ИНН", "Позиция", "Единица", "Количество"],
         ["2091", "{inn}", "Ноутбук", "шт.", "1"], "год не может быть позже"),
        (["Год поставки", "ИНН", "Позиция", "Единица", "Количество"],
         ["2001", "{inn}", "Ноутбук", "шт.", "1"], "год не может быть раньше"),
        (["Дата акта", "ИНН", "Позиция", "Единица", "Количество"],
         ["01.02.2022", "{inn}", "Ноутбук", "шт.", "-1"], "число не меньше 0"),
        (["Показатель", "Год", "План", "Документ"], ["нет_такого", "2024", "5", "Решение"], "код или точное"),
        (["Показатель", "Год", "План", "Документ"], ["teachers_trained", "1999", "5", "Решение"], "год от 2010"),
        (["Показатель", "Год", "План", "Документ", "Область"],
         ["teachers_trained", "2024", "5", "Решение", "всюду"], "каждая организация"),
        (["ИНН", "Субъект", "Муниципалитет", "Полное наименование", "Тип организации"],
         ["{inn}", "Красноярский край", "Енисейский район", "СОШ № 1", "цирк"], "тип организации"),
        (["ИНН", "Субъект", "Муниципалитет", "Полное наименование", "Тип организации", "Действует с", "Действует по"],
         ["{inn}", "Красноярский край", "Енисейский район", "СОШ № 1", "СОШ", "01.01.2020", "01.01.2019"],
         "не может быть раньше «Действует с»"),
        (["ИНН", "Субъект", "Муниципалитет", "Полное наименование", "Тип организации", "ОКТМО"],
         ["{inn}", "Красноярский край", "Енисейский район", "СОШ № 1", "СОШ", "12"], "ОКТМО"),
        (["ИНН", "Субъект", "Муниципалитет", "Полное наименование", "Тип организации", "Местность"],
         ["{inn}", "Красноярский край", "Енисейский район", "СОШ № 1", "СОШ", "луна"], "город, село или пгт"),
        (["ИНН", "Субъект", "Муниципалитет", "Полное наименование", "Тип организации", "Филиал"],
         ["{inn}", "Красноярский край", "Енисейский район", "СОШ № 1", "СОШ", "наверное"], "«да» или «нет»"),
    ],
)  # fmt: skip
def test_a_broken_row_rule_is_named(
    settings: Settings, write_csv: Write, inn: dict[str, str], header: list[str], row: list[str], expected: str
) -> None:
    """Guards against a row rule of the contract that is written down and never applied."""
    filled = [cell.replace("{inn}", inn["kovrov"]) for cell in row]
    report = only(check_file(settings, write_csv("x.csv", [header, filled]), {}))
    assert report.rows_rejected == 1, report
    assert any(expected in message for message in report.messages), report.messages


@pytest.mark.parametrize(
    ("position", "value", "expected"),
    [
        (0, "112-233-445 96", "контрольное число СНИЛС"),
        (0, "1122334", "СНИЛС: 11 цифр"),
        (3, "повар", "категория"),
        (4, "31.02.2020", "дата"),
    ],
)
def test_people_are_never_quoted(
    settings: Settings, write_csv: Write, position: int, value: str, expected: str
) -> None:
    """Guards against a СНИЛС or a shifted name printed in a protocol (promise 9)."""
    row = list(STAFF[1])
    row[position] = value
    report = only(check_file(settings, write_csv("staff.csv", [STAFF[0], row]), {}))
    message = next(one for one in report.messages if expected in one)
    assert value not in message
    assert report.rows_rejected == 1


def test_dismissal_before_hiring_is_rejected(settings: Settings, write_csv: Write) -> None:
    """Guards against a person who is on no staff and on every staff."""
    rows = [[*STAFF[0], "Уволен"], [*STAFF[1], "01.01.2019"]]
    report = only(check_file(settings, write_csv("staff.csv", rows), {}))
    assert any("раньше даты приёма" in message for message in report.messages)


def test_person_file_without_secret_is_refused(settings: Settings, write_csv: Write, load: Load) -> None:
    """Guards against people hashed with an empty key, and against a secret made silently."""
    settings.secret_file.unlink()
    report = only(load(write_csv("staff.csv", STAFF)))
    assert report.outcome == "refused"
    assert "vitrina init" in str(report.refusal)
    assert not settings.secret_file.exists()


def test_short_secret_is_refused(settings: Settings, write_csv: Write, load: Load) -> None:
    """Guards against a secret that can be guessed over the 10^9 possible СНИЛС."""
    settings.secret_file.write_text("короткий", encoding="utf-8")
    assert "короче 32 символов" in str(only(load(write_csv("staff.csv", STAFF))).refusal)


def test_file_still_being_written_waits(settings: Settings) -> None:
    """Guards against half a file loaded because somebody's copy was slow."""
    settings.landing.mkdir(parents=True, exist_ok=True)
    growing, partial, done = (settings.landing / name for name in ("a.csv", "b.csv.part", "c.csv"))
    for path in (growing, partial, done):
        path.write_text("x", encoding="utf-8")
    long_ago = time.time() - 3600
    os.utime(partial, (long_ago, long_ago))
    os.utime(done, (long_ago, long_ago))
    assert settled_files(settings) == [done]


def test_unreadable_speed_is_kept_as_unreadable(
    load: Load, write_csv: Write, inn: dict[str, str], query: Callable[[str], list[tuple[object, ...]]]
) -> None:
    """Guards against an unreadable measurement turned into zero, or its row thrown away."""
    rows = [["Дата", "ИНН", "Скорость"], ["01.12.2024", inn["kovrov"], "как повезёт"]]
    report = only(load(write_csv("s.csv", rows)))
    assert (report.rows_accepted, report.rows_rejected) == (1, 0)
    assert query("select speed_low, speed_high, speed_kind from raw.connectivity") == [(None, None, "unreadable")]
    assert query("select severity from journal.reject") == [("warning",)]


def test_formulas_and_error_cells(settings: Settings, tmp_path: Path, inn: dict[str, str]) -> None:
    """Guards against a formula that was never calculated, or #REF!, read as an empty cell."""
    path = tmp_path / "formula.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("ОО")
        sheet.write_row(0, 0, ["Дата", "ИНН", "Обучающихся"])
        for row, (number, value) in enumerate([(inn["kovrov"], 12), (inn["ozernoe"], "#REF!")], 1):
            sheet.write_row(row, 0, ["01.12.2024", number])
            sheet.write_formula(row, 2, "=1+1", None, value)
    report = only(check_file(settings, path, {}))
    assert (report.rows_accepted, report.rows_rejected) == (1, 1)
    assert any("строка 3" in message and "ошибку Excel" in message for message in report.messages)


def test_protocol_is_written_and_nothing_is_loaded(
    settings: Settings, write_csv: Write, query: Callable[[str], list[tuple[object, ...]]], inn: dict[str, str]
) -> None:
    """Guards against `check` that loads, or that leaves the sender without a protocol."""
    before = query("select count(*) from journal.load")
    path = write_csv("bad.csv", [["Дата", "ИНН", "Обучающихся"], ["01.12.2024", inn["kovrov"], "-1"]])
    report = only(check_file(settings, path, {}))
    assert report.protocol == settings.reports / "flk_bad.xlsx"
    assert report.protocol.stat().st_size > 0
    assert query("select count(*) from journal.load") == before
    assert query("select count(*) from raw.headcount") == [(0,)]


def test_a_file_that_breaks_the_program_does_not_break_the_night(
    load: Load, write_csv: Write, inn: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Guards against one poisoned file that stops every refresh, and against its content quoted in the error."""

    def broken(frame: object, kind: object) -> list[tuple[int, str, str]]:
        raise KeyError("112-233-445 95")

    monkeypatch.setattr("ingestion.examine.typed_rows.broken_rules", broken)
    report = only(load(write_csv("x.csv", [["Дата", "ИНН", "Обучающихся"], ["01.12.2024", inn["kovrov"], "5"]])))
    assert report.outcome == "failed"
    assert "не обработан: ошибка программы (KeyError, test_bad_input.py" in str(report.refusal)
    assert "112-233" not in str(report.refusal)
