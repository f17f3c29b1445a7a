"""People's numbers and signatures in free text; every person here is invented, their numbers are computed."""

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.personal import (
    INN_HIDDEN,
    NAME_HIDDEN,
    SIGNATURE_HIDDEN,
    SNILS_HIDDEN,
    begins_signature,
    is_person,
    is_signature,
    is_valid_snils,
    mask,
    mask_column,
    mask_quote,
)


def snils_of(number: int) -> str:
    """Eleven digits with the check number that the Pension Fund's rule gives."""
    digits = f"{number:09}"
    total = sum(int(digit) * weight for digit, weight in zip(digits, range(9, 0, -1), strict=True))
    return f"{digits}{total % 101 % 100:02}"


def personal_inn_of(number: int) -> str:
    """Twelve digits with both check digits of a person's ИНН."""
    digits = f"{number:010}"
    for weights in ((7, 2, 4, 10, 3, 5, 9, 4, 6, 8), (3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8)):
        digits += str(sum(int(d) * w for d, w in zip(digits, weights, strict=True)) % 11 % 10)
    return digits


SNILS = st.integers(min_value=1_001_999, max_value=999_999_999).map(snils_of)
INN = st.integers(min_value=1, max_value=9_999_999_999).map(personal_inn_of)
WORDS = st.text(alphabet="абвгд яАБ.,;:()«»№\n", max_size=20)


@given(SNILS, st.sampled_from(["", "-", " ", "\u00a0", ".", "–", "‑", "_", "/", " - ", "\u200b"]), WORDS, WORDS)
def test_a_snils_is_hidden_with_any_separators(digits: str, gap: str, before: str, after: str) -> None:
    """Guards against a СНИЛС that is hidden with dashes only, and against a text that changes around it."""
    written = gap.join((digits[:3], digits[3:6], digits[6:9], digits[9:]))
    assert mask(f"{before}({written}){after}") == mask(before + "(") + SNILS_HIDDEN + mask(")" + after)


@given(INN, st.sampled_from(["", " ", "-", "\u00a0", "\u2060"]), st.sampled_from([1, 2, 3, 4, 6]))
def test_an_inn_of_a_person_is_hidden(digits: str, gap: str, size: int) -> None:
    """Guards against the twelve digits of a person in a text, however they are grouped."""
    written = gap.join(digits[start : start + size] for start in range(0, 12, size))
    if size == 4 and digits[:2] in {"19", "20"}:  # three years in a row read the same
        return
    assert mask(f"ИП ({written}).") == f"ИП ({INN_HIDDEN})."


def test_a_number_after_others_is_found() -> None:
    """Guards against a search that swallows the person's digits together with the year before them."""
    inn = personal_inn_of(9999123456)
    assert mask(f"2024 {inn[:4]} {inn[4:8]} {inn[8:]}") == f"2024 {INN_HIDDEN}"
    assert mask(f"12 {snils_of(987654301)} и {snils_of(987654302)}") == f"12 {SNILS_HIDDEN} и {SNILS_HIDDEN}"


@pytest.mark.parametrize(
    "text",
    [
        "2447901016",  # ИНН of an organisation
        "1022400647980",  # ОГРН
        "987-654-301 78",  # the check number is 79
        "98765430178",
        "00100199800",  # unchecked and without separators: any number
        "198765430179",  # twelve digits that are no ИНН; the last eleven are no СНИЛС
        "987 654 301,79",  # money
        "987654301.79",
        "2023 2024 2025",
        "2024-12-01 2025",
        "+7 (391) 200-00-00",
        "01.12.2024 10:15:30",
        "МБОУ СОШ № 5 имени А.С. Пушкина",
        "Исполнитель: МБОУ СОШ им. А.С. Пушкина",
        "Директору школы организовать урок",
        "Руководители образовательных организаций",
        "Составить график, подготовить отчёт до 01.02.2025",
        "Испытание сети",
        "директор",
        "",
    ],
)
def test_what_is_nobody_stays(text: str) -> None:
    """Guards against a mask that eats codes, sums, years, school names and assignments."""
    assert mask(text) == text


def test_the_first_numbers_have_no_check_number() -> None:
    """Guards against a СНИЛС up to 001-001-998 that stays because no check number can confirm it."""
    assert mask("001-001-998 17") == SNILS_HIDDEN


def test_a_number_cell_of_a_person() -> None:
    """Guards against digits that survive as «….0» or in exponential form."""
    inn = personal_inn_of(9999123456)
    assert mask(f"{inn}.0") == f"{INN_HIDDEN}.0"
    assert mask(f"{inn[0]}.{inn[1:]}E+11") == INN_HIDDEN


@pytest.mark.parametrize(
    "line",
    [
        "Исп. Выдумова А.А., тел. 8(000)000-00-00",
        "исп.: Выдумова Анна Андреевна",
        "Исполнитель Выдумова А. А.",
        "Исп. Выдумова",
        "Исп. главный специалист А.А. Выдумова",
        "Отв. исполнитель: А.А. Выдумова",
        "Подготовил: Примеров П.П.",
        "ИСПОЛНИТЕЛЬ: ПРИМЕРОВ П.П.",
        "Контактное лицо: Примеров, тел. 2-00-00",
        "Руководитель организации ____________ (подпись) О.О. Образцов",
        "Директор школы ________ /Образцов О.О./",
        "Начальник управления (подпись)",
        "И.о. директора ____________",
    ],
)
def test_signature_lines_are_hidden(line: str) -> None:
    """Guards against the name and the telephone of whoever made or signed the paper."""
    assert is_signature(line)
    assert begins_signature(line)
    assert mask(line) == SIGNATURE_HIDDEN
    assert mask(f"Сведения верны.\n{line}\nПриложение: 1 л.") == (
        f"Сведения верны.\n{SIGNATURE_HIDDEN}\nПриложение: 1 л."
    )


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("Начальник управления О.О. Образцов", f"Начальник управления {NAME_HIDDEN}"),
        ("Директор МБОУ СОШ № 2 Образцов О.О.", f"Директор МБОУ СОШ № 2 {NAME_HIDDEN}"),
        ("Заместитель министра Образцов Олег Олегович", f"Заместитель министра {NAME_HIDDEN}"),
    ],
)
def test_a_post_with_a_name(text: str, masked: str) -> None:
    """Guards against a name in a line of posts, and against losing the school that stands in it."""
    assert mask(text) == masked


@pytest.mark.parametrize("name", ["О.О. Образцов", "Образцов О. О.", "Образцов О.", "Римская-Выдумова Анна Андреевна"])
def test_a_bare_name_is_not_quoted(name: str) -> None:
    """Guards against the signature that stands in a cell of its own and is quoted as a bad number."""
    assert is_person(name)
    assert mask_quote(name) == NAME_HIDDEN
    assert mask(name) == name  # two senders do not become one


@given(st.lists(st.one_of(WORDS, SNILS, INN, st.sampled_from(
    ["Исп. ", "Директор ", "Образцов О.О.", "____", "(подпись)", "987-654-301 79", "тел. 2", "им. А.С. Пушкина", "\n"]
)), max_size=8).map("".join))  # fmt: skip
def test_masking_again_changes_nothing(text: str) -> None:
    """Guards against a mask that depends on how often a text passed it, and against a column read otherwise."""
    once = mask(text)
    assert mask(once) == once
    assert mask_column(pl.Series([None, text, "МБОУ СОШ № 1"])).to_list() == [None, once, "МБОУ СОШ № 1"]


def test_check_number() -> None:
    """Guards against a check that takes any number (golden check G-C01)."""
    assert is_valid_snils("11223344595")
    assert not is_valid_snils("11223344596")
