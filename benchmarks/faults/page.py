"""docs/faults.md: the table of faults, what was told about each, what was wrong."""

from collections.abc import Sequence
from datetime import UTC, datetime

from benchmarks.faults.bench import Verdict
from benchmarks.faults.fault import Fault
from benchmarks.page import machine
from foundation.sources import ROOT
from publishing.revision import code_digest, git_revision

PAGE = ROOT / "docs" / "faults.md"
HEAD = (
    "| помеха | попыток | выпуск не цел | потеряно | удвоено | непонятных ответов | выправилось само |",
    "|---|--:|--:|--:|--:|--:|--:|",
)


def table(faults: Sequence[Fault], verdicts: Sequence[Verdict]) -> list[str]:
    """A row a fault, and all of them together."""
    rows = [_row(fault.title, [one for one in verdicts if one.fault == fault.title]) for fault in faults]
    return [*HEAD, *rows, _row("**всего**", verdicts)]


def _row(title: str, verdicts: Sequence[Verdict]) -> str:
    counts = (
        len(verdicts),
        sum(bool(one.torn) for one in verdicts),
        sum(len(one.lost) for one in verdicts),
        sum(len(one.doubled) for one in verdicts),
        sum(len(one.unclear) for one in verdicts),
        sum(one.recovered for one in verdicts),
    )
    return f"| {title} | {' | '.join(map(str, counts))} |"


def page(faults: Sequence[Fault], verdicts: Sequence[Verdict]) -> str:
    """The page in Markdown."""
    hours = sum(one.seconds for one in verdicts) / 3600
    lines = [
        "# Помехи",
        "",
        "Страница создана `make faults` (`python -m benchmarks.faults`), руками не правится. Каждая попытка начинается"
        " с копии одной рабочей папки: два выпуска, решение стюарда после них, новые файлы во входящих. Ей вредят,"
        " затем `vitrina refresh` запускается как в любую ночь, без помощи, и папка сравнивается с той, которой не"
        " вредили: строки и журналы сборки, решения, версии значений, архив, протоколы, контрольные суммы витрин.",
        "",
        "*Выпуск не цел* - хоть раз за попытку читателям показали не целый выпуск. *Потеряно*, *удвоено* - строк,"
        " файлов, решений, версий, витрин. *Непонятный ответ* - в нём нет причины или того, что делать. *Выправилось"
        " само* - следующая ночь без помощи публикует или отвечает, что нового нет, код 0.",
        "",
        *table(faults, verdicts),
        "",
        f"Время попыток: {hours:.1f} ч.".replace(".", ",", 1),
    ]
    declared = sum(len(fault.tries) for fault in faults if not fault.not_here)
    if len(verdicts) < declared:
        lines.append(f"\n**Прогон не закончен: попыток {len(verdicts)} из {declared}.**")
    lines += [f"\nНе проверено здесь: {fault.title} ({fault.not_here})." for fault in faults if fault.not_here]
    lines += ["", "## Что сказано людям", "", "Ответы, которые не «опубликован», у каждой попытки.", ""]
    told = [(one, text) for one in verdicts for text in one.said]
    lines += [f"- {one.fault}, {one.name}: «{text}»" for one, text in told]
    wrong = [one for one in verdicts if not one.is_fine]
    if wrong:
        lines += ["", "## Что не так", ""]
        lines += [
            f"- {one.fault}, {one.name}: {'; '.join((*one.torn, *one.lost, *one.doubled, *one.unclear))[:1000]}"
            for one in wrong
        ]
    measured = f"Измерено {datetime.now(UTC):%d.%m.%Y}, код `{git_revision() or code_digest()[:12]}`; {machine()}."
    return "\n".join([*lines, "", measured, ""])
