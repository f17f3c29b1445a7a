"""The page people come to: their questions, each with a link to the tab that answers it, dashboard by dashboard."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # the models below are made of this page too
    from bi.specification import Dashboard

SLUG = "start"
TITLE = "С чего начать"
IN_A_ROW = 3
COLUMNS = 12
HEAD, LINE = 11, 3
"""Heights of a card's heading, with room for a question of two lines, and of a question."""


def start_page(dashboards: Sequence[Dashboard]) -> dict[str, Any]:
    """The dashboard of links as a file would have it, made of what the others say of themselves."""
    cards = [board for board in dashboards if board.questions]
    return {
        "slug": SLUG,
        "position": 0,
        "title": TITLE,
        "description": "Вопросы, на которые отвечают страницы, со ссылками",
        "tabs": [{"title": TITLE, "rows": [_row(cards[first : first + IN_A_ROW]) for first in _firsts(cards)]}],
    }


def _firsts(cards: Sequence[Dashboard]) -> range:
    return range(0, len(cards), IN_A_ROW)


def tab_anchor(dashboard: Dashboard, title: str) -> str:
    """The address of a tab; a dashboard of one tab has none."""
    path = f"/superset/dashboard/{dashboard.slug}/"
    number = [tab.title for tab in dashboard.tabs].index(title) + 1
    return path if len(dashboard.tabs) == 1 else f"{path}#TAB-{number}"


def _row(boards: Sequence[Dashboard]) -> list[dict[str, Any]]:
    height = HEAD + LINE * max(len(board.questions) for board in boards)
    width = COLUMNS // IN_A_ROW
    return [{"note": "\n".join(_lines(board)), "width": width, "height": height} for board in boards]


def _lines(board: Dashboard) -> Iterator[str]:
    yield f"#### [{board.title}](/superset/dashboard/{board.slug}/)"
    yield ""
    yield from (f"- [{question.ask}]({tab_anchor(board, question.tab)})" for question in board.questions)
