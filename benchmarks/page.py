"""docs/performance.md from the results of the benchmark."""

import os
import platform
import re
from collections.abc import Callable, Collection, Mapping
from typing import Any

import duckdb
import polars as pl

from benchmarks.contenders import PANDAS, POLARS, PRODUCT, PRODUCT_LOADING, SCRIPT, SCRIPT_LOADING
from benchmarks.one_cell import NOW
from foundation.sources import ROOT

PAGE = ROOT / "docs" / "performance.md"
MARK = re.compile(r"^<!-- (\w+) -->\n", re.MULTILINE)
Figures = Mapping[str, Any]
MIB = 1 << 20


def page(results: Figures, measured: Collection[str] | None = None, standing: str = "") -> str:
    """The page in Markdown; parts that were never measured are not on it.

    Parts that were not `measured` now (all of the results, unless said) keep their text of the `standing` page, be it
    of another machine: this one may have no results of them. Raises ValueError of a page whose parts have no marks.
    """
    lines = [
        "# Сколько стоит обновление",
        "",
        "Страница создана `make bench`, руками не правится. Измерены выгрузки региона, которого нет"
        " (`python -m samples.large_exports`; масштаб 1 - 1500 школ, 450 000 обучающихся, 40 000 педагогов, около 30"
        " млн строк журнала активности в год). ЦП - процессорные секунды всех процессов команды, память - наибольшая"
        " сумма их резидентной памяти; ограничение памяти DuckDB 2 ГБ. Все участники читают одни файлы (реестр,"
        " контингент, журнал за год), и ответ каждого сверен с известным заранее: активные по школе, роли и месяцу,"
        " числители и знаменатели показателей, отклонённые строки по правилам.",
        "",
    ]
    kept = _sections(standing)
    for name, section in SECTIONS.items():
        is_new = name in results and (measured is None or name in measured or name not in kept)
        if is_new:
            figures = results[name]
            where = f"; {figures['machine']}" if "machine" in figures else ""
            told = f"Измерено {figures['measured']}, код `{figures['revision'][:12]}`{where}."
            lines += [_mark(name), *section(figures), "", told, ""]
        elif name in kept:
            lines += [_mark(name), kept[name], ""]
    return "\n".join(lines)


def _mark(name: str) -> str:
    """What stands before the text of a part and is not seen."""
    return f"<!-- {name} -->"


def _sections(text: str) -> dict[str, str]:
    """The texts of a page's parts; raises ValueError where it has parts without marks, which would be lost."""
    if "\n## " in text and not MARK.search(text):
        raise ValueError("перед разделами страницы нет пометок вида <!-- night -->: верните их, иначе раздел пропадёт")
    _, *parts = MARK.split(text)
    return {name: part.strip() for name, part in zip(parts[::2], parts[1::2], strict=True)}


def machine() -> str:
    """What figures depend on beside the code: «x86_64, ядер 2, 24 ГиБ; Python 3.11.7, …»."""
    return (
        f"{platform.machine()}, ядер {os.cpu_count()}, {_memory()} ГиБ; Python {platform.python_version()},"
        f" DuckDB {duckdb.__version__}, polars {pl.__version__}"
    )


def _memory() -> int:
    return round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / (1 << 30))


def _full_refresh(figures: Figures) -> list[str]:
    lines = [
        f"## Полное обновление, масштаб {figures['scale']}",
        "",
        f"Журнал {_grouped(figures['rows'])} строк; медиана {figures['pairs']} кругов, участники по очереди."
        if figures["pairs"] > 1
        else f"Журнал {_grouped(figures['rows'])} строк; один круг.",
        "Рабочая папка каждый раз новая, и обновление включает полный разбор проекта dbt; следующие его не платят.",
        "",
        "| файлы | участник | ЦП, с | время, с | память, МиБ | vitrina к нему: ЦП | время | память |",
        "|---|---|--:|--:|--:|--:|--:|--:|",
    ]
    for suffix, costs in figures["cost"].items():
        for name, cost in costs.items():
            own = costs[PRODUCT_LOADING.name if name in {PRODUCT_LOADING.name, SCRIPT_LOADING.name} else PRODUCT.name]
            ratios = ["", "", ""] if cost is own else [_ratio(own[of], cost[of]) for of in ("cpu", "wall", "memory")]
            lines.append(f"| {suffix} | {name} | {_cost(cost)} | {' | '.join(ratios)} |")
    goals = ""
    if figures["pairs"] > 1:
        goals = (
            f"Цели: к «{SCRIPT.name}» ЦП не больше 1,3; к {PANDAS.name} ЦП 0,7, время и память 0,5; к {POLARS.name}"
            f" 1,2; приём и проверка к «{SCRIPT_LOADING.name}» 1,15."
        )
    return [*lines, *(["", goals] if goals else [])]


def _night(figures: Figures) -> list[str]:
    costs = figures["cost"]
    lines = [
        f"## Ночь, масштаб {figures['scale']}",
        "",
        "Один новый день журнала (последний день месяца) и один новый срез регистраций, медиана"
        f" {figures['pairs']} ночей, истории по очереди; затем один раз всё заново (`--full`).",
        "",
        "| дней истории | первое обновление, ЦП с | ночь, ЦП с | ночь, время с | всё заново, ЦП с | ночь к «заново» |",
        "|--:|--:|--:|--:|--:|--:|",
    ]
    for days, cost in costs.items():
        night, full = cost["night"], cost["full"]
        lines.append(
            f"| {days} | {_number(cost['first']['cpu'])} | {_number(night['cpu'])} | {_number(night['wall'])} "
            f"| {_number(full['cpu'])} | 1/{_number(full['cpu'] / night['cpu'])} |"
        )
    shortest, longest = min(costs, key=int), max(costs, key=int)
    ratio = _ratio(costs[longest]["night"]["cpu"], costs[shortest]["night"]["cpu"])
    return [*lines, "", f"Ночь после {longest} дней к ночи после {shortest}: {ratio} (цель 1,1); к полному: цель 1/30."]


def _one_cell(figures: Figures) -> list[str]:
    costs = figures["cost"]
    own = costs[NOW]
    lines = [
        "## Ночь примеров, изменена одна ячейка",
        "",
        f"Участники по очереди, медиана {figures['pairs']} ночей; `dbt build` того же проекта над копией файла сборки.",
        "",
        "| участник | ЦП, с | время, с | память, МиБ | эта сборка к нему, ЦП |",
        "|---|--:|--:|--:|--:|",
    ]
    lines += [
        f"| {name} | {_cost(cost)} | {'' if cost is own else _ratio(own['cpu'], cost['cpu'])} |"
        for name, cost in costs.items()
    ]
    return [*lines, "", "Цели: к прежней сборке 0,45, к одному dbt 0,7."]


def _start(figures: Figures) -> list[str]:
    # No memory: so short a process is over before it was sampled.
    lines = ["## Пуск", "", "| команда | ЦП, с | время, с |", "|---|--:|--:|"]
    lines += [
        f"| `{name}` | {_number(cost['cpu'], 2)} | {_number(cost['wall'], 2)} |"
        for name, cost in figures.items()
        if isinstance(cost, dict)
    ]
    return [*lines, "", "Цели, ЦП: обновление без нового 2 с, `query` 0,6 с, `--help` 0,3 с."]


def _queries(figures: Figures) -> list[str]:
    lines = [
        "## Вопросы к витринам крупного региона",
        "",
        "| вопрос | ЦП, мс | время, мс |",
        "|---|--:|--:|",
    ]
    lines += [
        f"| {name} | {_number(cost['cpu'])} | {_number(cost['wall'])} |" for name, cost in figures["alone"].items()
    ]
    return [
        *lines,
        "",
        f"{figures['readers']} читателей сразу: 95 % ответов не дольше {_number(figures['p95'])} мс (цель 200); ЦП"
        " каждого вопроса: цель 10 мс.",
    ]


def _files(figures: Figures) -> list[str]:
    lines = [
        "## Строка файла",
        "",
        f"Приём и проверка года журнала, {_grouped(figures['rows'])} строк, вместе с пуском процесса.",
        "",
        "| формат | ЦП, с | время, с | память, МиБ |",
        "|---|--:|--:|--:|",
    ]
    lines += [f"| {suffix} | {_cost(cost)} |" for suffix, cost in figures["cost"].items()]
    extra = figures["dirt"]["spoilt"]["cpu"] - figures["dirt"]["clean"]["cpu"]
    return [
        *lines,
        "",
        f"Отклонённая или отложенная строка стоит на {_number(1000 * extra / figures['rejected'], 2)} мс ЦП больше"
        f" принятой ({_grouped(figures['rejected'])} таких строк: разбор, слова для отправителя, протокол XLSX).",
    ]


SECTIONS: dict[str, Callable[[Figures], list[str]]] = {
    "full_refresh": _full_refresh,
    "whole_region": _full_refresh,
    "night": _night,
    "one_cell": _one_cell,
    "start": _start,
    "queries": _queries,
    "files": _files,
}


def _cost(cost: Figures) -> str:
    return f"{_number(cost['cpu'])} | {_number(cost['wall'])} | {_grouped(round(cost['memory'] / MIB))}"


def _ratio(own: float, other: float) -> str:
    return _number(own / other, 2)


def _number(value: float, digits: int = 1) -> str:
    return f"{value:.{digits}f}".replace(".", ",")


def _grouped(number: int) -> str:
    return f"{number:,}".replace(",", " ")
