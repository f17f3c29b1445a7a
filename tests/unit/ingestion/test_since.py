"""What is written down beside the copy of the build is read as it was written, whatever was killed meanwhile."""

from datetime import datetime

import pytest

from foundation.settings import Settings
from ingestion.read import Member
from ingestion.store.archive import archived
from ingestion.store.receipts import Receipt
from ingestion.store.since import FILE, PastDecision, Step, note_receipt, note_step, since_the_copy

MOMENT = datetime(2026, 11, 30, 2, 0, 0, 5)


def receipt(settings: Settings, name: str) -> Receipt:
    member = Member(name, "a" * 64, 5, None, None, archived(settings, "a" * 64))
    return Receipt(member, MOMENT, {"Система": "Сферум"}, again=True)


@pytest.fixture
def home(settings: Settings) -> Settings:
    settings.checkpoint.mkdir(parents=True)
    return settings


def test_files_and_decisions_come_back_in_order(home: Settings) -> None:
    """Guards against a restored build that knows less of a file or a decision than the lost one."""
    received = receipt(home, "файл.csv")
    asked = ("a" * 64, "лист", 3, "connectivity", "СОШ")
    taken = Step(PastDecision(MOMENT, *asked, "5720010403", by="кто", why="почему"), is_undoing=False)
    undone = Step(PastDecision(MOMENT, *asked, None, undone_at=MOMENT), is_undoing=True)
    note_receipt(home, received)
    note_step(home, taken)
    note_step(home, undone)
    assert list(since_the_copy(home)) == [received, taken, undone]


def test_half_a_line_costs_itself_alone(home: Settings) -> None:
    """Guards against all that came after a killed process lost with the line it left half written."""
    note_receipt(home, receipt(home, "first.csv"))
    with (home.checkpoint / FILE).open("a", encoding="utf-8") as stream:
        stream.write('{"received": {"name": "ha')
    note_receipt(home, receipt(home, "second.csv"))
    found = [entry.member.name for entry in since_the_copy(home) if isinstance(entry, Receipt)]
    assert found == ["first.csv", "second.csv"]


def test_before_the_first_copy_nothing_is_written(settings: Settings) -> None:
    """Guards against a list that says what came after a copy nobody made."""
    note_receipt(settings, receipt(settings, "файл.csv"))
    assert list(since_the_copy(settings)) == []
