"""Answers that come in a file (`vitrina match import`, `accept --from`): read like any foreign file, line by line."""

import hashlib
import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import polars as pl

from foundation.settings import Settings
from foundation.text import fold
from ingestion.errors import FailedFileError, UserError
from ingestion.file_names import shown
from ingestion.read import Member, Sheet, UnreadableFileError
from ingestion.read.bounded import read_workbook
from ingestion.steward.answers import Answer
from ingestion.steward.batch import decide
from ingestion.steward.book import POSTPONE, REJECT, SEPARATOR, fingerprint
from ingestion.steward.book_file import ANSWER, FINGERPRINT, NUMBER, WHY
from ingestion.steward.journal import Decision, not_asked, open_questions, standing_decisions
from ingestion.steward.outcomes import Outcome
from ingestion.store.hold import PLACE_REASONS, Question
from ingestion.store.tables import build_connection, create_tables
from schemas.personal import mask
from schemas.regions import region_of

BOOK = ((NUMBER,), (ANSWER,), (FINGERPRINT,))
"""The columns of a book of questions that importing it needs."""
LIST = ((NUMBER, "Номер"), (ANSWER, "ИНН", "ИНН/КПП"))
"""Those of a list of numbers and ИНН, each in any of its spellings."""
HEADER_WITHIN = 30
IDENTIFIER = re.compile(r"(\d{9,10})(?:\.0)?(?:\s*/\s*([0-9a-f]{8,9}))?")
SPELLED_DASH = re.compile(rf" [{SEPARATOR.strip()}–-] ")
"""Reading makes hyphens of dashes."""
LineOutcome = Literal["applied", "refused", "postponed", "empty", "repeated"]


@dataclass(frozen=True)
class AnswerLine:
    """A line of a file of answers, as written; `row` is its row in the file."""

    row: int
    number: str
    answer: str
    why: str
    fingerprint: str | None


@dataclass(frozen=True)
class LineResult:
    """What became of a line, and why it was refused."""

    row: int
    number: str
    outcome: LineOutcome
    reason: str = ""
    became: Outcome | None = None


def read_answers(path: Path, columns: Sequence[tuple[str, ...]]) -> list[AnswerLine]:
    """The lines of a file that have anything in them.

    Raises UserError when the file cannot be read, or none of its sheets has the columns.
    """
    if not path.is_file():
        raise UserError(f"Файл не найден: {shown(str(path))}. Проверьте путь и повторите.")
    name = shown(path.name)
    with path.open("rb") as stream:
        sha256 = hashlib.file_digest(stream, "sha256").hexdigest()
    try:
        sheets = read_workbook(Member(name, sha256, path.stat().st_size, None, None, path.absolute())).sheets
    except (UnreadableFileError, FailedFileError) as error:
        raise UserError(str(error)) from error
    for sheet in sheets:
        header = _header(name, sheet, columns)
        if header is not None:
            return _lines(sheet, *header)
    wanted = ", ".join(f"«{spellings[0]}»" for spellings in columns)
    raise UserError(
        f"{name}: раскладка изменена: ни на одном листе нет строки заголовков со столбцами {wanted}. Верните столбцы "
        "или получите книгу заново: vitrina match export КНИГА.xlsx"
    )


def _header(name: str, sheet: Sheet, columns: Sequence[tuple[str, ...]]) -> tuple[int, dict[str, int]] | None:
    """The row of the header, from 0, and where each column stands by its first spelling; WHY where there is one."""
    for row, cells in enumerate(sheet.frame.head(HEADER_WITHIN).rows()):
        folded = [_heading(cell) for cell in cells]
        found: dict[str, int] = {}
        for spellings in (*columns, (WHY,)):
            at = [place for place, text in enumerate(folded) if text in {_heading(one) for one in spellings}]
            if len(at) > 1:
                raise UserError(
                    f"{name}, лист «{sheet.name}», строка {row + 1}: раскладка изменена: столбец «{spellings[0]}» "
                    "стоит дважды. Оставьте один и повторите."
                )
            if at:
                found[spellings[0]] = at[0]
        if all(spellings[0] in found for spellings in columns):
            return row, found
    return None


def _heading(text: str | None) -> str:
    return "№" if (text or "").strip() == "№" else fold(text or "")


def _lines(sheet: Sheet, header: int, columns: dict[str, int]) -> list[AnswerLine]:
    texts = {name: sheet.frame.to_series(at).cast(pl.String).fill_null("") for name, at in columns.items()}
    lines = []
    for row in range(header + 1, sheet.frame.height):
        given = {name: text[row].strip() for name, text in texts.items()}
        if any(given.values()):
            lines.append(AnswerLine(row + 1, given[NUMBER], given[ANSWER], given.get(WHY, ""), given.get(FINGERPRINT)))
    return lines


def apply_answers(settings: Settings, lines: Sequence[AnswerLine], by: str | None) -> list[LineResult]:
    """Apply what can be; a line that cannot is refused alone. Lines of one question that disagree are all refused."""
    if not settings.build_file.exists():
        raise UserError("Очередь пуста: в хранилище ещё ничего не загружено. Начните с vitrina add.")
    with build_connection(settings) as connection:
        create_tables(connection)
        numbers = [int(line.number) for line in lines if _is_number(line.number)]
        questions = open_questions(connection, numbers)
        decisions = {one.held_id: one for one in standing_decisions(connection)}
    results: dict[int, LineResult] = {}
    answers: dict[int, list[tuple[AnswerLine, Answer | None]]] = defaultdict(list)
    for line in lines:
        if not line.answer:
            results[line.row] = LineResult(line.row, line.number, "empty")
            continue
        try:
            if (decided := _decided_before(line, decisions)) is not None:
                results[line.row] = decided
                continue
            held_id, answer = _understood(line, questions)
        except UserError as error:
            results[line.row] = LineResult(line.row, line.number, "refused", mask(str(error)))
        else:
            answers[held_id].append((line, answer))
    chosen: list[tuple[AnswerLine, Answer]] = []
    for of_question in answers.values():
        _settle_repeats(of_question, results, chosen)
    done = decide(settings, [answer for _, answer in chosen], by)
    for (line, _), one in zip(chosen, done, strict=True):
        refused = one.refusal is not None
        results[line.row] = LineResult(
            line.row, line.number, "refused" if refused else "applied", mask(one.refusal or ""),
            None if refused else one.outcome,
        )  # fmt: skip
    return [results[line.row] for line in lines]


def _settle_repeats(
    of_question: list[tuple[AnswerLine, Answer | None]],
    results: dict[int, LineResult],
    chosen: list[tuple[AnswerLine, Answer]],
) -> None:
    """Of lines that say the same of one question the first counts; of lines that disagree none does."""
    said = {(answer and _meaning(answer)) for _, answer in of_question}
    if len(said) > 1:
        rows = ", ".join(str(line.row) for line, _ in of_question)
        for line, _ in of_question:
            reason = f"на вопрос {line.number} даны разные ответы (строки {rows}). Оставьте один и повторите."
            results[line.row] = LineResult(line.row, line.number, "refused", reason)
        return
    (line, answer), *others = of_question
    for other, _ in others:
        results[other.row] = LineResult(other.row, other.number, "repeated")
    if answer is None:
        results[line.row] = LineResult(line.row, line.number, "postponed")
    else:
        chosen.append((line, answer))


def _meaning(answer: Answer) -> tuple[str, ...]:
    return answer.verdict, answer.organisation, fold(answer.region or ""), fold(answer.municipality or "")


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 19


def _decided_before(line: AnswerLine, decisions: dict[int, Decision]) -> LineResult | None:
    """A line whose answer stands already is a repeat; None of a question that is open, or was never asked."""
    decision = decisions.get(int(line.number)) if _is_number(line.number) else None
    if decision is None:
        return None
    _, answer = _understood(line, {decision.held_id: decision.question})
    if answer is None or decision.says(answer):
        return LineResult(line.row, line.number, "repeated" if answer else "postponed")
    raise UserError(
        f"на вопрос {decision.held_id} уже ответили: {decision.verdict}"
        + (f" ({decision.decided_by})" if decision.decided_by else "")
        + f". Чтобы ответить иначе: vitrina match undo {decision.held_id}"
    )


def _understood(line: AnswerLine, questions: dict[int, Question]) -> tuple[int, Answer | None]:
    """The question a line speaks of and its answer, None for one postponed; raises UserError."""
    if not _is_number(line.number):
        raise UserError("в столбце «№» нет номера вопроса. Верните номер из выгруженной книги.")
    held_id = int(line.number)
    question = questions.get(held_id)
    if question is None:
        raise UserError(not_asked(held_id))
    if line.fingerprint is not None and line.fingerprint != fingerprint(held_id, question):
        raise UserError(
            f"вопрос {held_id} теперь другой, чем в этой строке (или её столбцы сдвинуты). Получите книгу заново: "
            "vitrina match export КНИГА.xlsx"
        )
    text = line.answer
    if fold(text) == POSTPONE:
        return held_id, None
    if fold(text) == REJECT:
        return held_id, Answer(held_id, "reject", why=line.why or None)
    match = IDENTIFIER.fullmatch(SPELLED_DASH.split(text, maxsplit=1)[0].strip())
    if question.reason in PLACE_REASONS:
        if match is not None:
            raise UserError("вопрос о месте, а в ответе ИНН. Ответьте «Муниципалитет, Субъект» или названием субъекта.")
        return held_id, _place(held_id, question, text, line.why)
    if match is None:
        raise UserError(
            f"ответ «{text}» не понят: нужен ИНН организации (10 цифр), для филиала ИНН/КПП, «{REJECT}» или "
            f"«{POSTPONE}»."
        )
    inn, kpp = match.groups()
    # A number cell has eaten the leading zero.
    organisation = inn.zfill(10) + (f"/{kpp}" if kpp else "")
    return held_id, Answer(held_id, "organisation", organisation, why=line.why or None)


def _place(held_id: int, question: Question, text: str, why: str) -> Answer:
    """«Енисейский район, Красноярский край», a municipality alone, or a region where that is what is asked."""
    municipality, separator, region = text.rpartition(", ")
    if question.reason == "region":
        return Answer(held_id, "place", region=text, why=why or None)
    if separator and region_of(region) is not None:
        return Answer(held_id, "place", region=region, municipality=municipality, why=why or None)
    return Answer(held_id, "place", municipality=text, why=why or None)
