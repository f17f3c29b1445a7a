"""What the program says of a file: the verdict, the first problems, what the steward is asked."""

from itertools import zip_longest
from pathlib import Path

from foundation.plural import plural
from ingestion.examine.examination import Examination
from ingestion.examine.problems import told_once
from ingestion.match.candidates import told_apart
from ingestion.match.municipalities import UNKNOWN_REGION
from ingestion.match.organisations import OrganisationIndex
from ingestion.match.rows import UNKNOWN_ENTITY, Held
from ingestion.read import Member
from ingestion.recognise.starts import Starts, TableStart
from ingestion.report.file_report import FileReport, Outcome
from ingestion.store.differences import Differences
from ingestion.store.hold import PLACE_REASONS
from schemas.personal import mask

PROBLEMS_SHOWN = 5
NO_CHANGES = Differences(0, 0, 0, 0, ())


def rows_in_words(number: int) -> str:
    return plural(number, "строка", "строки", "строк")


def they_wait(number: int) -> str:
    """The verb after a number of rows: 1 строка ждёт, 2 строки ждут."""
    return "ждёт" if number % 10 == 1 and number % 100 != 11 else "ждут"


def report_of(
    member: Member,
    examination: Examination,
    outcome: Outcome,
    protocol: Path | None,
    asked: list[str],
    changed: Differences = NO_CHANGES,
) -> FileReport:
    """The report of an examined file."""
    messages = [f"{member.name}: {message}" for message in examination.messages]
    problems = told_once(examination.problems)
    messages += [one.message(member.name) for one in problems[:PROBLEMS_SHOWN]]
    if changed.rows_changed or changed.rows_withdrawn:
        messages.append(
            f"{member.name}: заменяет загруженное раньше; строк изменено {changed.rows_changed}, "
            f"снято {changed.rows_withdrawn}, без изменений {changed.rows_same}, новых {changed.rows_new}"
        )
        messages += [f"{member.name}, {example}" for example in changed.examples]
    return FileReport(
        original_name=member.name,
        sha256=member.sha256,
        kind=examination.kind.code,
        kind_title=examination.kind.title,
        system_code=examination.system_code,
        sender=examination.sender,
        outcome=outcome,
        rows_read=examination.rows_read,
        rows_accepted=examination.rows_accepted,
        rows_rejected=examination.rows_rejected,
        rows_held=examination.rows_held,
        rows_ignored=examination.rows_ignored,
        rows_new=changed.rows_new,
        rows_changed=changed.rows_changed,
        rows_same=changed.rows_same,
        rows_withdrawn=changed.rows_withdrawn,
        messages=tuple(mask(text) for text in (*messages, *asked)),
        messages_left=max(0, len(problems) - PROBLEMS_SHOWN),
        protocol=protocol,
    )


def moved_tables(received: Starts, examination: Examination) -> list[str]:
    """A message when a file is read otherwise than it was recognised on receipt."""
    then, now = received.of(examination.kind.code), examination.tables
    if not then or then == now or received.circumstances == examination.starts.circumstances:
        return []
    before, after = next(pair for pair in zip_longest(then, now) if pair[0] != pair[1])
    return [
        "после приёма файла изменились карты заголовков или программа, и таблицы найдены заново: "
        f"{_start_in_words(after)}; при приёме: {_start_in_words(before)}"
    ]


def _start_in_words(start: TableStart | None) -> str:
    if start is None:
        return "таблицы нет"
    return f"лист «{start.sheet}», строка заголовка {start.header_row}, расположение «{start.layout}»"


def advice(examination: Examination, index: OrganisationIndex) -> list[str]:
    """One sentence a question to the steward: what is not known, what is alike, what to do."""
    sentences = []
    for (reason, name, place), (rows, held) in _questions(examination).items():
        waits = f"{rows_in_words(rows)} {they_wait(rows)}"
        if reason == "system":
            sentences.append(f"{waits} решения: система «{name}» не названа в каталоге систем.")
        elif reason == "staff":
            sentences.append(f"{waits} кадров: человек документа не найден в загруженных файлах «Кадры».")
        elif reason == UNKNOWN_ENTITY:
            sentences.append(
                f"{waits} своей организации: у филиала («{name}») в реестре нет строки юридического лица. Добавьте её "
                "в реестр: строка загрузится сама."
            )
        elif reason in PLACE_REASONS:
            sentences.append(_about_place(reason, waits, held, index))
        else:
            alike = "; ".join(told_apart(index.candidates(held.query)))
            where = f"в реестре, муниципалитет «{place}»" if place else "в реестре однозначно: муниципалитет не указан"
            likely = f"; похожие: {alike}" if alike else ""
            sentences.append(f"{waits} решения: «{name}» не найдена {where}{likely}. Список: vitrina match list")
    return sentences


def _about_place(reason: str, waits: str, held: Held, index: OrganisationIndex) -> str:
    query = held.query
    alike = "; ".join(str(one) for one in index.municipalities.candidates(query.region, query.municipality))
    likely = f"; похожие: {alike}" if alike else ""
    if reason == UNKNOWN_REGION:
        return f"{waits} решения: субъект «{query.region}» не найден в каталоге{likely}. Список: vitrina match list"
    where = f" ({query.region})" if query.region else ""
    return (
        f"{waits} решения: муниципалитет «{query.municipality}»{where} не найден в реестре{likely}. "
        "Загрузите его реестр организаций или ответьте: vitrina match list"
    )


def _questions(examination: Examination) -> dict[tuple[str, str, str], tuple[int, Held]]:
    """Held rows counted by what they ask: (reason, name, municipality) to (source rows, an example)."""
    grouped: dict[tuple[str, str, str], dict[tuple[str, int], Held]] = {}
    for held in examination.held:
        query = held.query
        shown = held.system_text if held.reason == "system" else query.name or f"ИНН {query.inn or query.ogrn}"
        if held.reason in PLACE_REASONS:
            key = (held.reason, query.region or "", "" if held.reason == UNKNOWN_REGION else query.municipality or "")
        else:
            key = (held.reason, "" if held.reason == "staff" else shown or "", query.municipality or "")
        grouped.setdefault(key, {})[(held.sheet, held.source_row)] = held
    return {key: (len(rows), next(iter(rows.values()))) for key, rows in grouped.items()}
