"""The book of questions: what a steward sees of each, and what becomes of each line that comes back."""

import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from foundation.settings import Settings
from ingestion.errors import UserError
from ingestion.match.candidates import Candidate, told_apart
from ingestion.read import Member, read_workbook
from ingestion.report.file_report import FileReport
from ingestion.steward.answers_file import BOOK, LIST, LineResult, apply_answers, read_answers
from ingestion.steward.book import book_lines
from ingestion.steward.book_file import FINGERPRINT, QUESTIONS, write_book
from ingestion.steward.exact import exact_matches
from ingestion.steward.queue import accept, list_held, reject

Load = Callable[..., list[FileReport]]
Write = Callable[..., Path]
Query = Callable[[str], list[tuple[Any, ...]]]
pytestmark = pytest.mark.usefixtures("registry")
HEADER = ["Дата", "Организация", "Муниципалитет", "Обучающихся"]
PLACE = "Енисейский район"
NAMES = ["МБОУ Новоазимовская СОШ № 4", "=1+1 школа", "Школа третья", "Школа четвёртая"]


class Book:
    """A book as a steward has it open: cells by row and heading; the first question stands in row 2."""

    def __init__(self, settings: Settings, folder: Path) -> None:
        self.path = folder / "вопросы.xlsx"
        write_book(self.path, book_lines(settings))
        member = Member("b.xlsx", "0", self.path.stat().st_size, None, None, self.path)
        (frame,) = [one.frame for one in read_workbook(member, "Europe/Moscow").sheets if one.name == QUESTIONS]
        self.headings, *lines = (list(map(str, row)) for row in frame.fill_null("").rows())
        self.rows: list[dict[str, Any]] = [dict(zip(self.headings, line, strict=True)) for line in lines]

    def row_of(self, name: str) -> dict[str, Any]:
        return next(row for row in self.rows if row["Название в файле"] == name)

    def save(self, path: Path, headings: list[str] | None = None) -> Path:
        with xlsxwriter.Workbook(str(path), {"strings_to_formulas": False}) as workbook:
            sheet = workbook.add_worksheet(QUESTIONS)
            for at, heading in enumerate(headings or self.headings):
                sheet.write(0, at, heading)
                for number, row in enumerate(self.rows, 1):
                    sheet.write(number, at, row.get(heading, ""))
        return path


@pytest.fixture
def book(load: Load, write_csv: Write, settings: Settings, tmp_path: Path) -> Book:
    """Four questions of one file."""
    load(write_csv("h.csv", [HEADER, *(["01.12.2024", name, PLACE, "10"] for name in NAMES)]), Отправитель="Управление")
    return Book(settings, tmp_path)


@pytest.fixture
def answer(settings: Settings, book: Book, tmp_path: Path) -> Callable[[], dict[str, LineResult]]:
    """Import the book as it stands now; results by the number of the question and row."""

    def run() -> dict[str, LineResult]:
        lines = read_answers(book.save(tmp_path / "answers.xlsx"), BOOK)
        return {f"{one.row}": one for one in apply_answers(settings, lines, "Стюард")}

    return run


def test_a_question_is_told_with_what_agrees_and_what_differs(book: Book, inn: dict[str, str]) -> None:
    """Guards against candidates among which a steward can only guess."""
    row = book.row_of(NAMES[0])
    first = row["Кандидат 1"].split("\n")
    assert first[0] == f"МБОУ Новоназимовская СОШ № 4, Енисейский район ({inn['novonazimovo']})"
    assert first[1] == "Совпадает: собственность, тип, номер, муниципалитет"
    assert first[2] == "Отличается: название: в файле «новоазимовская», в реестре «новоназимовская»"
    assert first[3] == "КПП 244701001"
    assert row["Строка, как написана"] == (
        f"Дата: 01.12.2024; Организация: {NAMES[0]}; Муниципалитет: {PLACE}; Обучающихся: 10"
    )
    assert (row["Файл"], row["Где стоит первая"], row["Причина"]) == (
        "h.csv",
        "лист «h», строка 2",
        "организация не найдена",
    )


def test_what_a_sender_wrote_is_no_formula_and_answers_can_be_chosen(book: Book, inn: dict[str, str]) -> None:
    """Guards against a cell of a sender that runs in the steward's Excel, and against a drop-down cut at 255 signs."""
    with zipfile.ZipFile(book.path) as archive:
        sheets = [archive.read(name).decode() for name in archive.namelist() if "worksheets/sheet" in name]
        texts = archive.read("xl/sharedStrings.xml").decode()
    assert not any("<f>" in sheet for sheet in sheets)
    assert sheets[0].count("<dataValidation ") == len(NAMES)
    assert 'type="list"' in sheets[0]
    offered = re.findall(r"<t[^>]*>([^<]*)</t>", texts)
    assert f"{inn['novonazimovo']} — МБОУ Новоназимовская СОШ № 4, Енисейский район" in offered
    assert {"отклонить", "отложить", "=1+1 школа"} <= set(offered)


def test_answers_are_applied_and_the_rest_waits(
    answer: Callable[[], dict[str, LineResult]], book: Book, settings: Settings, query: Query, inn: dict[str, str]
) -> None:
    """Guards against a chosen answer that is not read back, and against a postponed question that is closed."""
    book.row_of(NAMES[0])["Ответ"] = f"{inn['novonazimovo']} — МБОУ Новоназимовская СОШ № 4, Енисейский район"
    book.row_of(NAMES[0])["Почему"] = "по телефону"
    book.row_of(NAMES[1])["Ответ"] = "Отклонить"
    book.row_of(NAMES[2])["Ответ"] = "отложить"
    assert sorted(one.outcome for one in answer().values()) == ["applied", "applied", "empty", "postponed"]
    assert query("select organisation_id, match_rule from raw.headcount") == [(inn["novonazimovo"], "steward")]
    assert query("select decided_by, why from journal.decision where verdict = 'organisation'") == [
        ("Стюард", "по телефону")
    ]
    assert {one.name for one in list_held(settings)} == set(NAMES[2:])
    again = answer()
    assert sorted(one.outcome for one in again.values()) == ["empty", "postponed", "repeated", "repeated"]


def test_a_number_cell_keeps_its_school(
    answer: Callable[[], dict[str, LineResult]], book: Book, query: Query, inn: dict[str, str]
) -> None:
    """Guards against an ИНН of Адыгея whose leading zero Excel has eaten, and one of a site."""
    book.row_of(NAMES[0])["Ответ"] = int(inn["maykop"])
    book.row_of(NAMES[1])["Ответ"] = f"{inn['ozernoe']}/244743001"
    assert sorted(one.outcome for one in answer().values()) == ["applied", "applied", "empty", "empty"]
    assert query("select organisation_id from raw.headcount order by 1") == [
        (inn["maykop"],),
        (f"{inn['ozernoe']}/244743001",),
    ]


def refused(results: dict[str, LineResult]) -> list[str]:
    return [one.reason for one in results.values() if one.outcome == "refused"]


@pytest.mark.parametrize(
    ("cell", "text", "reason"),
    [
        ("Ответ", "7707083893", "нет в реестре"),
        ("Ответ", "какая-то школа", "не понят"),
        ("Ответ", "500100732259", "не понят"),
        ("№", "сто", "нет номера вопроса"),
        ("№", "99", "нет в очереди"),
        ("№", "2", "теперь другой"),
        (FINGERPRINT, "1-000000000000", "теперь другой"),
        (FINGERPRINT, "", "теперь другой"),
    ],
)
def test_a_wrong_line_is_refused_alone(
    answer: Callable[[], dict[str, LineResult]],
    book: Book,
    query: Query,
    inn: dict[str, str],
    cell: str,
    text: str,
    reason: str,
) -> None:
    """Guards against one wrong line that stops the others, or is passed over in silence."""
    first, second = book.row_of(NAMES[0]), book.row_of(NAMES[1])
    first["Ответ"] = second["Ответ"] = inn["novonazimovo"]
    assert first["№"] == "1"
    first[cell] = text
    (told,) = refused(answer())
    assert reason in told
    assert "500100732259" not in told
    assert query("select count(*) from raw.headcount") == [(1,)]


def test_a_question_decided_meanwhile_is_refused_unless_the_answer_is_the_same(
    answer: Callable[[], dict[str, LineResult]], book: Book, settings: Settings, inn: dict[str, str]
) -> None:
    """Guards against a book of yesterday that overrules what was decided today."""
    for name in NAMES[:3]:
        book.row_of(name)["Ответ"] = inn["kovrov"]
    numbers = {one.name: one.held_id for one in list_held(settings)}
    accept(settings, numbers[NAMES[0]], inn["kovrov"])
    accept(settings, numbers[NAMES[1]], inn["ozernoe"], by="Другой")
    reject(settings, numbers[NAMES[2]])
    results = answer()
    assert sorted(one.outcome for one in results.values()) == ["empty", "refused", "refused", "repeated"]
    assert f"{inn['ozernoe']} (Другой)" in refused(results)[0]
    assert "match undo" in refused(results)[1]


def test_two_answers_for_one_question_are_both_refused(
    answer: Callable[[], dict[str, LineResult]], book: Book, query: Query, inn: dict[str, str]
) -> None:
    """Guards against the answer that happens to stand first, or last."""
    first = book.row_of(NAMES[0])
    first["Ответ"] = inn["kovrov"]
    same = {**book.row_of(NAMES[1]), "Ответ": inn["ozernoe"]}
    book.rows += [{**first, "Ответ": inn["novonazimovo"]}, same]
    book.row_of(NAMES[1])["Ответ"] = f"{inn['ozernoe']} — МБОУ Озерновская СОШ № 47, Енисейский район"
    results = answer()
    assert sorted(one.outcome for one in results.values()) == [
        "applied", "empty", "empty", "refused", "refused", "repeated"
    ]  # fmt: skip
    assert all("разные ответы (строки 2, 6)" in told for told in refused(results))
    assert query("select organisation_id from raw.headcount") == [(inn["ozernoe"],)]


def test_a_question_about_a_place_takes_no_organisation(
    load: Load, write_csv: Write, settings: Settings, tmp_path: Path, query: Query, inn: dict[str, str]
) -> None:
    """Guards against an ИНН taken for a municipality, and a place that cannot be answered from the book."""
    header = ["Год", "Муниципалитет", "Субъект", "Сумма", "Единица"]
    rows = [["2024", name, "Красноярский край", "100", "руб."] for name in ("Енисейская управа", "Енисей")]
    rows.append(["2023", "Енисейский район", "Красноярский кр", "5", "руб."])
    load(write_csv("f.csv", [header, *rows]), Отправитель="Управление")
    book = Book(settings, tmp_path)
    said = {
        "Енисейская управа": "Енисейский район, Красноярский край",
        "Енисей": inn["kovrov"],
        "Красноярский кр": "Красноярский край",
    }
    for row in book.rows:
        row["Ответ"] = said[row["Название в файле"]]
    assert "Енисейский район, Красноярский край" in book.row_of("Енисейская управа")["Кандидат 1"]
    results = apply_answers(settings, read_answers(book.save(tmp_path / "a.xlsx"), BOOK), None)
    assert sorted(one.outcome for one in results) == ["applied", "applied", "refused"]
    assert "вопрос о месте" in next(one.reason for one in results if one.outcome == "refused")
    assert query("select count(*) from raw.funding") == [(2,)]


def test_columns_may_change_places_but_not_go(
    answer: Callable[[], dict[str, LineResult]], book: Book, settings: Settings, tmp_path: Path, inn: dict[str, str]
) -> None:
    """Guards against columns read by position: an ИНН taken from the wrong one."""
    book.row_of(NAMES[0])["Ответ"] = inn["novonazimovo"]
    for gone in ("№", "Ответ", FINGERPRINT):
        left = [heading for heading in book.headings if heading != gone]
        with pytest.raises(UserError, match=f"раскладка изменена.*«{gone}»"):
            read_answers(book.save(tmp_path / "cut.xlsx", left), BOOK)
    with pytest.raises(UserError, match="«Ответ» стоит дважды"):
        read_answers(book.save(tmp_path / "twice.xlsx", [*book.headings, "Ответ"]), BOOK)
    lines = read_answers(book.save(tmp_path / "turned.xlsx", book.headings[::-1]), BOOK)
    assert [one.outcome for one in apply_answers(settings, lines, None)].count("applied") == 1


def test_a_filled_book_is_not_written_over(book: Book, settings: Settings) -> None:
    """Guards against a morning's answers lost to a second export."""
    with pytest.raises(UserError, match="уже есть"):
        write_book(book.path, book_lines(settings))


def test_a_list_of_numbers_and_codes_is_enough(
    book: Book, settings: Settings, write_csv: Write, query: Query, inn: dict[str, str]
) -> None:
    """Guards against answers that some other program gives and that nobody can bring in."""
    path = write_csv("answers.csv", [["№", "ИНН"], ["1", inn["novonazimovo"]], ["2", "7707083893"], ["3", "отклонить"]])
    results = apply_answers(settings, read_answers(path, LIST), None)
    assert [one.outcome for one in results] == ["applied", "refused", "applied"]
    assert book.rows
    assert query("select count(*) from raw.headcount") == [(1,)]


def test_a_file_that_is_none_is_refused_in_words(tmp_path: Path) -> None:
    """Guards against a traceback for a damaged book."""
    broken = tmp_path / "b.xlsx"
    broken.write_bytes(b"PK\x03\x04 broken")
    for path in (broken, tmp_path / "none.xlsx"):
        with pytest.raises(UserError):
            read_answers(path, BOOK)


def test_people_are_not_in_the_book(load: Load, write_csv: Write, settings: Settings, inn: dict[str, str]) -> None:
    """Guards against a person's number or name in a file that goes from hand to hand."""
    header = ["СНИЛС", "Организация", "Муниципалитет", "Должность", "Категория", "Принят"]
    load(write_csv("s.csv", [header, ["112-233-445 95", "Школа пятая", PLACE, "учитель", "педагог", "01.09.2019"]]))
    (line,) = book_lines(settings)
    assert line.written == "строка файла с данными людей не показывается"
    assert "112" not in str(line)
    assert inn


def with_check_digit(inn: str) -> str:
    weights = (2, 4, 10, 3, 5, 9, 4, 6, 8)
    return inn[:9] + str(sum(int(d) * w for d, w in zip(inn, weights, strict=False)) % 11 % 10)


EXACT_REGISTRY = [
    ["ИНН", "Субъект", "Муниципалитет", "Полное наименование", "Тип организации"],
    ["5720010403", "Красноярский край", PLACE, "МБОУ «Гимназия»", "гимназия"],
]


def test_exact_names_alone_are_accepted_together(
    load: Load, write_csv: Write, settings: Settings, inn: dict[str, str]
) -> None:
    """Guards against a name that could mean another organisation among those accepted without a look."""
    load(write_csv("r.csv", EXACT_REGISTRY))
    header = ["Дата", "ИНН", "Организация", "Муниципалитет", "Обучающихся"]
    rows = [
        ["01.12.2024", "", "МБОУ «ГИМНАЗИЯ»", PLACE, "1"],
        ["01.12.2024", "", "Гимназия", PLACE, "2"],
        ["01.12.2024", "", "МБОУ «Гимназия»", "", "3"],
        ["01.12.2024", "", "МБОУ «Гимназия»", "г. Ковров", "4"],
        ["01.12.2024", "7707083893", "МБОУ «Гимназия»", PLACE, "5"],
    ]
    load(write_csv("h.csv", [header, *rows]))
    assert [(one.name, one.organisation_id) for one in exact_matches(settings)] == [("МБОУ «ГИМНАЗИЯ»", "5720010403")]
    assert inn["kovrov"]


def test_a_name_with_a_rival_is_not_exact(load: Load, write_csv: Write, settings: Settings) -> None:
    """Guards against one of two organisations of a name chosen by the letters of its legal form."""
    rival = ["2447000036", "Красноярский край", PLACE, "МКОУ «Гимназия»", "гимназия"]
    rival[0] = "3305900019"
    load(write_csv("r.csv", [*EXACT_REGISTRY, rival]))
    load(write_csv("h.csv", [HEADER, ["01.12.2024", "МБОУ «Гимназия»", PLACE, "1"]]))
    assert len(list_held(settings)) == 1
    assert exact_matches(settings) == []


def test_what_only_a_tail_sets_apart_is_among_the_candidates(load: Load, write_csv: Write, settings: Settings) -> None:
    """Guards against the school meant left out for five that are nothing but alike, and candidates of one look."""
    header = ["ИНН", "Субъект", "Муниципалитет", "Полное наименование", "Тип организации"]
    names = [f"МБОУ Лесная СОШ имени {hero}" for hero in ("Пушкина", "Гоголя")]
    names += [f"МБОУ Лесная СОШ № {number}" for number in range(1, 7)]
    numbers = [with_check_digit(f"5720010{number:02}0") for number in range(10, 10 + len(names))]
    rows = [[code, "Красноярский край", PLACE, name, "СОШ"] for code, name in zip(numbers, names, strict=True)]
    load(write_csv("r.csv", [header, *rows]))
    load(write_csv("h.csv", [HEADER, ["01.12.2024", "Лесная СОШ", PLACE, "1"]]))
    (question,) = list_held(settings)
    assert len(question.candidates) == 5
    assert {one.organisation_id for one in question.candidates} >= set(numbers[:2])


def test_candidates_of_one_look_are_told_with_their_codes() -> None:
    """Guards against «похожие: Гимназия, Ковров; Гимназия, Ковров», among which nobody can choose."""
    first, second = (Candidate(code, "Гимназия", "Ковров", 90.0) for code in ("1", "1/2"))
    other = Candidate("3", "Лицей", "Ковров", 80.0)
    assert told_apart([first, other, second]) == ["Гимназия, Ковров (1)", "Лицей, Ковров", "Гимназия, Ковров (1/2)"]
