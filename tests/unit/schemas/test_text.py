"""Text made comparable: invisible marks, spaces, and the names of senders."""

import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.text import FORMAT_MARK, fold_header, plain, sender_key

MARKS = [chr(code) for code in range(sys.maxunicode + 1) if unicodedata.category(chr(code)) == "Cf"]
SPACES = " \t\n\u00a0\u2007\u2009\u202f\u205f\u3000"


def test_the_marks_are_those_of_unicode() -> None:
    """Guards against a list of marks that misses the one a messenger adds."""
    assert all(FORMAT_MARK.fullmatch(mark) for mark in MARKS)
    assert not any(FORMAT_MARK.search(sign) for sign in "aя1-—  \u0301№«")


@given(st.lists(st.sampled_from(["2447", "ИНН", "Ё", "-", "1"]), min_size=1), st.data())
def test_marks_within_a_text_are_dropped(parts: list[str], data: st.DataObject) -> None:
    """Guards against «2447…» that equals nothing because a direction mark stands in it."""
    marks = data.draw(st.lists(st.sampled_from(MARKS), min_size=len(parts) + 1, max_size=len(parts) + 1))
    marked = marks[-1] + "".join(part + mark for part, mark in zip(parts, marks, strict=False))
    assert plain(marked) == "".join(parts)


@given(st.lists(st.sampled_from(["МБОУ", "СОШ", "№", "5"]), min_size=1), st.text(SPACES, min_size=1))
def test_spaces_of_any_kind_are_one(words: list[str], space: str) -> None:
    """Guards against a school that is found with a plain space only."""
    assert plain(space + space.join(words) + space) == " ".join(words)


@given(st.text())
def test_plain_text_stays_plain(text: str) -> None:
    """Guards against a fast path that answers otherwise than the slow one."""
    once = plain(text)
    assert plain(once) == once
    assert plain(f"я{text}")[:1] == "я"
    assert not FORMAT_MARK.search(once)


def test_headings_with_marks() -> None:
    """Guards against a known heading refused for what nobody sees."""
    assert fold_header("\u200eИНН\u2060:") == fold_header("ИНН")
    assert fold_header("Обу\u00adчающихся\u200f *") == fold_header("обучающихся")


@pytest.mark.parametrize(
    "spellings",
    [
        (
            "МКУ «Управление образования»",
            'МКУ "Управление образования"',
            "мку управление  образования",
            "Управление образования",
            "Муниципальное казённое учреждение «Управление образования»",
            "МКУ\u00a0«УПРАВЛЕНИЕ ОБРАЗОВАНИЯ».",
        ),
        ("МБОУ «Лицей № 1»", "МАОУ Лицей № 1", "Муниципальное бюджетное общеобразовательное учреждение „Лицей № 1“"),
        ("ООО «Связь»", "Общество с ограниченной ответственностью «Связь»", "Связь"),
        ("Отдел учёта", "отдел учета"),
        ("МБУ ДО «Родничок»", "МБУДО Родничок", "Муниципальное учреждение дополнительного образования «Родничок»"),
    ],
)
def test_one_sender_in_several_spellings(spellings: tuple[str, ...]) -> None:
    """Guards against a newer file that replaces nothing because its sender's quotation marks differ."""
    assert len({sender_key(text) for text in spellings}) == 1


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("МБОУ № 5", "МБДОУ № 5"),
        ("МБОУ № 5", "МБУ ДО № 5"),
        ("Управление образования города Коврова", "Управление образования Ковровского района"),
        ("МБОУ СОШ № 1", "МБОУ СОШ № 11"),
        ("Мурманск", "МУ"),
        ("ООО", "АО"),
    ],
)
def test_different_senders_stay_different(first: str, second: str) -> None:
    """Guards against one sender's file that withdraws the rows of another."""
    assert sender_key(first) != sender_key(second)
