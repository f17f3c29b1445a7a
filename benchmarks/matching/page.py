"""docs/matching.md from the results of the benchmark."""

from collections.abc import Mapping
from typing import Any

from benchmarks.matching.judge import (
    AMONG_THREE,
    AT_BEST_AMONG_THREE,
    AT_BEST_FIRST,
    DECIDABLE,
    FIRST,
    HELD,
    LOST,
    RIGHT,
    ROWS,
    SCOPES,
    WITH,
    WITHOUT_SHORT,
    WITHOUT_TAIL,
    WRONG,
    Counts,
    added,
)
from benchmarks.matching.run import BEFORE, NOW, SPEEDS
from foundation.sources import ROOT

PAGE = ROOT / "docs" / "matching.md"
ROWS_OF_SPEED = (
    "Они измерены дважды: каждая написана по-своему, как при ручном вводе, и строки повторяются, как в журналах и"
    " ежемесячных таблицах, где у школы несколько написаний."
)
WRONG_SHOWN, VARIATION_ROWS = 30, 20
TOGETHER = "муниципалитет не указан, все"
Figures = Mapping[str, Any]


def page(figures: Figures) -> str:
    """The page in Markdown."""
    now = added(of[NOW] for of in figures["seeds"].values())
    both = [of for of in figures["seeds"].values() if BEFORE in of]
    lines = [
        "# Сопоставление по имени",
        "",
        "Страница создана `python -m benchmarks --part matching`, руками не правится. Регион выдуман: 700 школ в 70"
        " муниципалитетах, детские сады, филиалы, переименованные и присоединённые школы, одно село в разных районах,"
        " один номер в каждом городе; файлы за 2022 и 2024 годы написаны другими людьми, и верный ответ каждой строки"
        " известен (`benchmarks/matching`). Генератор написан до чтения сопоставителя и не знает его правил.",
        "",
        "Сама - строка загружена без вопроса; верно, если к одной из организаций, которые она значит; неверно и тогда,"
        " когда школы строки в реестре нет. Определима - всё сказанное в строке подходит ровно одной организации, и это"
        " не одни вид с номером: выше этой доли сопоставлять само нельзя. Верная первой и среди трёх - из отложенных; в"
        " скобках - сколько нашёл бы тот, кто знает все части имени и выбирает среди подходящих наугад.",
        "",
        f"## Сейчас, прогонов {len(figures['seeds'])}",
        "",
        *_table(now),
        "",
        _goals(now, figures),
    ]
    if both:
        lines += ["", f"## Рядом с `{figures['earlier']}`, прогонов {len(both)}, одни файлы", ""]
        for build, title in ((NOW, "сейчас"), (BEFORE, figures["earlier"])):
            lines += [f"### {title}", "", *_table(added(of[build] for of in both)), ""]
        lines += _cost(both, figures)
    lines += ["", "## Чего не находит само, по видам написания", "", *_variations(now)]
    return "\n".join([*lines, "", *_wrong(now), ""])


def _table(result: Figures) -> list[str]:
    scopes = {SCOPES[scope]: counts for scope, counts in result["scopes"].items()}
    both = [result["scopes"][scope] for scope in (WITHOUT_SHORT, WITHOUT_TAIL)]
    named = {name: sum(counts.get(name, 0) for counts in both) for counts in both for name in counts}
    rows = [*list(scopes.items())[:3], (TOGETHER, named), *list(scopes.items())[3:]]
    return [
        "| строки | всего | сама верно, % | неверно | отложено, % | потеряно | определима, % | первой, % (наугад) "
        "| среди трёх, % (наугад) |",
        "|---|--:|--:|--:|--:|--:|--:|--:|--:|",
        *(_line(name, counts) for name, counts in rows),
    ]


def _line(name: str, counts: Counts) -> str:
    rows, held = counts.get(ROWS, 0), counts.get(HELD, 0)
    known = counts.get(DECIDABLE, 0) > 0
    right, decidable = (_share(counts.get(of, 0), rows) if known else "-" for of in (RIGHT, DECIDABLE))
    found = [
        f"{_share(counts.get(of, 0), held)} ({_share(counts.get(at_best, 0), held)})" if known else "-"
        for of, at_best in ((FIRST, AT_BEST_FIRST), (AMONG_THREE, AT_BEST_AMONG_THREE))
    ]
    lost = _whole(counts.get(LOST, 0))
    cells = [name, _whole(rows), right, _whole(counts.get(WRONG, 0)), _share(held, rows), lost, decidable, *found]
    return f"| {' | '.join(cells)} |"


def _goals(result: Figures, figures: Figures) -> str:
    total = sum(counts.get(ROWS, 0) for counts in result["scopes"].values())
    return (
        f"Всего строк {_whole(total)}, неверно сопоставлено {len(result['wrong'])}. Цели: на 20 прогонах и не менее чем"
        " 100 000 строк неверных 0; само с муниципалитетом 95 %, без него с коротким именем 60 %; верная первой и среди"
        " трёх из отложенных с муниципалитетом 95 и 100 %, без него 65 и 78 %."
    )


def _cost(both: list[Figures], figures: Figures) -> list[str]:
    lines = ["| ЦП, с | сейчас | " + str(figures["earlier"]) + " | отношение |", "|---|--:|--:|--:|"]
    names = {
        "matching_seconds": "сопоставление строк",
        "loading_seconds": "загрузка файлов, с протоколом",
        "candidates_seconds": "подсказки к вопросам",
    }
    for cost, name in names.items():
        now, before = (sum(of[build][cost] for of in both) for build in (NOW, BEFORE))
        lines.append(f"| {name}, все прогоны | {now:.1f} | {before:.1f} | {now / before:.2f} |")
    for speed in (figures[name] for name in SPEEDS if name in figures):
        name = (
            f"сопоставление {_whole(speed['rows'])} строк на {speed['schools']} школ, разных написаний"
            f" {_whole(speed['spellings'])}, медиана {speed['pairs']} пар"
        )
        lines.append(f"| {name} | {speed[NOW]:.1f} | {speed[BEFORE]:.1f} | {speed[NOW] / speed[BEFORE]:.2f} |")
    return [*(line.replace(".", ",") for line in lines), "", "Цель для ста тысяч строк: 0,7. " + ROWS_OF_SPEED]


def _variations(result: Figures) -> list[str]:
    """Of each scope, where most is held."""
    lines: list[str] = []
    for scope in (WITH, WITHOUT_SHORT, WITHOUT_TAIL):
        named = result["variations"][scope]
        most = sorted(named, key=lambda name: -named[name].get(HELD, 0))[:VARIATION_ROWS]
        lines += [
            f"### {SCOPES[scope]}",
            "",
            "| написано | строк | сама верно, % | неверно | отложено | первой, % | среди трёх, % |",
            "|---|--:|--:|--:|--:|--:|--:|",
            *(_variation_line(name, named[name]) for name in most),
            "",
        ]
    return lines


def _variation_line(name: str, counts: Counts) -> str:
    rows, held = counts.get(ROWS, 0), counts.get(HELD, 0)
    found = [_share(counts.get(of, 0), held) for of in (FIRST, AMONG_THREE)]
    right = _share(counts.get(RIGHT, 0), rows)
    return f"| {' | '.join([name, _whole(rows), right, _whole(counts.get(WRONG, 0)), _whole(held), *found])} |"


def _wrong(result: Figures) -> list[str]:
    if not result["wrong"]:
        return ["Неверно сопоставленных строк нет."]
    return [
        f"## Неверно сопоставлены: {len(result['wrong'])}",
        "",
        "| имя | муниципалитет | день | к кому | кого значит | написано |",
        "|---|---|---|---|---|---|",
        *(
            f"| {one['name'].replace('|', '/')} | {one['municipality']} | {one['day']} | {one['matched_name']}"
            f" | {', '.join(one['right_names'])} | {', '.join(one['variations'])} |"
            for one in result["wrong"][:WRONG_SHOWN]
        ),
    ]


def _share(part: float, whole: float) -> str:
    return f"{100 * part / whole:.1f}".replace(".", ",") if whole else "-"


def _whole(number: float) -> str:
    return f"{round(number):,}".replace(",", " ")
