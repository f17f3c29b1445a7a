"""Rows without a municipality: what is said of the whole file narrows them only where it is certain."""

from collections.abc import Callable
from pathlib import Path

import pytest

from foundation.settings import Settings
from ingestion.check import check_files

Write = Callable[..., Path]
REGISTRY = ["ИНН", "Субъект", "Муниципалитет", "Полное наименование", "Тип организации"]
KRASNOYARSK = "Красноярский край"
KNOWN = [
    REGISTRY,
    ["2447000011", KRASNOYARSK, "город Енисейск", "МБОУ СОШ № 1", "СОШ"],
    ["2447000029", KRASNOYARSK, "Енисейский район", "МБОУ СОШ № 1", "СОШ"],
    ["2447000036", KRASNOYARSK, "Енисейский район", "МБОУ «Ясная СОШ»", "СОШ"],
]
HEADER = ["Наименование организации", "Муниципалитет", "Дата", "Обучающихся"]
ROW = ["МБОУ СОШ № 1", "", "01.12.2024", "5"]
NO_PLACES, BARE = [HEADER[0], *HEADER[2:]], [ROW[0], *ROW[2:]]
NEIGHBOUR = ["МБОУ «Ясная СОШ»", "Енисейский район", "01.12.2024", "6"]


@pytest.mark.parametrize(
    ("rows", "sender", "accepted", "held"),
    [
        ([HEADER, ROW], "", 0, 1),
        ([NO_PLACES, BARE], "", 0, 1),
        ([["Енисейский район"], NO_PLACES, BARE], "", 1, 0),
        ([["Муниципалитет: г. Енисейск"], NO_PLACES, BARE], "", 1, 0),
        ([["Енисейск"], NO_PLACES, BARE], "", 0, 1),
        ([["Северо-Енисейский район"], NO_PLACES, BARE], "", 0, 1),
        ([["Управление образования Енисейского района"], NO_PLACES, BARE], "", 0, 1),
        ([NO_PLACES, BARE], "Управление образования Енисейского района", 0, 1),
        ([["Енисейский район"], HEADER, NEIGHBOUR, ROW], "", 1, 1),
        ([HEADER, NEIGHBOUR, ROW], "", 1, 1),
        ([HEADER, ROW, NEIGHBOUR, ["МБОУ СОШ № 1", "город Енисейск", "01.12.2024", "7"]], "", 2, 1),
    ],
)
def test_only_a_title_of_a_place_narrows_a_file(
    settings: Settings, write_csv: Write, rows: list[list[str]], sender: str, accepted: int, held: int
) -> None:
    """Guards against the sender's own municipality, or the rows beside, taken for that of a school of the next one."""
    width = max(map(len, rows))
    path = write_csv("h.csv", [[*row, *[""] * (width - len(row))] for row in rows])
    declared = {"Отправитель": sender} if sender else {}
    *_, report = check_files(settings, [write_csv("r.csv", KNOWN), path], declared)
    assert (report.rows_accepted, report.rows_held) == (accepted, held), report


def test_titles_of_two_places_are_not_chosen_from(settings: Settings, write_csv: Write) -> None:
    """Guards against the first of two municipalities above a table."""
    titles = [["Енисейский район", "", ""], ["г. Енисейск", "", ""]]
    *_, report = check_files(settings, [write_csv("r.csv", KNOWN), write_csv("h.csv", [*titles, NO_PLACES, BARE])], {})
    assert report.outcome == "refused"
    assert "Енисейский район" in str(report.refusal)
    assert "г. Енисейск" in str(report.refusal)
