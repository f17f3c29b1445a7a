"""Formulas in words, made of passports."""

import pytest

from schemas.catalogue_file import read_csv
from schemas.footnotes import footnote_kinds, footnote_text
from schemas.formula import formula_of
from schemas.passport import Passport, load_passports

BY_CODE = {passport.code: passport for passport in load_passports()}


def test_a_share_of_people_names_both_sides_and_what_stands_in() -> None:
    """Guards against a denominator that a reader has to guess, and a stand-in that nobody is told of."""
    found = formula_of(BY_CODE["teachers_using_platform"])
    assert found.formula == (
        "сумма числителей ÷ сумма знаменателей × 100; круг организаций: общеобразовательные организации"
    )
    assert found.numerator == (
        "Активных на платформе (роль «педагог», Моя школа);"
        " где этого нет: Активных на платформе (роль «педагог», Сферум)"
    )
    assert found.denominator is not None
    assert found.denominator.startswith("Численность по контингенту и кадрам (роль «педагог»); где этого нет: ")


def test_a_share_of_organisations_names_its_threshold() -> None:
    """Guards against a definition that leaves out from which speed on a school counts."""
    found = formula_of(BY_CODE["organisations_with_speed"])
    assert found.formula == (
        "число организаций, достигших порога, ÷ число организаций × 100;"
        " круг организаций: общеобразовательные организации"
    )
    assert found.numerator == "число организаций, у которых: Скорость Интернета (худшая площадка) не меньше 20 Мбит/с"
    assert found.denominator == "число организаций круга: общеобразовательные организации"


def test_any_of_several_sources_and_their_sum_are_told_apart() -> None:
    """Guards against «или» where values are added and «+» where one of them is enough."""
    joined = formula_of(BY_CODE["organisations_using_platform"]).numerator
    added = formula_of(BY_CODE["methodical_meetings"]).numerator
    assert joined is not None
    assert added is not None
    assert " или " in joined
    assert added == "Проведённые мероприятия («РМО») + Проведённые мероприятия («СМО»)"


def test_a_published_indicator_has_no_sides() -> None:
    """Guards against a formula invented for what no export measures."""
    found = formula_of(BY_CODE["teachers_assessed"])
    assert found.formula.startswith("не вычисляется: значение публикует документ")
    assert (found.numerator, found.denominator) == (None, None)


@pytest.mark.parametrize("passport", load_passports(), ids=lambda passport: f"{passport.code}-{passport.version}")
def test_every_measure_of_a_passport_is_in_its_formula(passport: Passport) -> None:
    """Guards against a source or a stand-in left out, and against a code or an empty {word} on the screen."""
    found = formula_of(passport)
    titles = {line["measure_code"]: line["title"] for line in read_csv("measures.csv")}
    said = {"numerator": found.numerator or "", "denominator": found.denominator or ""}
    for side, _, _, component in passport.components():
        assert titles[component.measure] in said[side]
    assert not any(sign in " ".join([found.formula, *said.values()]) for sign in "{}_")


def test_footnotes_have_words_for_their_places() -> None:
    """Guards against two kinds in one place, and a text whose words nobody fills in."""
    kinds = footnote_kinds()
    assert [kind.position for kind in kinds.values()] == list(range(1, len(kinds) + 1))
    assert footnote_text("proxy", system="КИАСУО") == "замещающий источник: КИАСУО"
    with pytest.raises(KeyError):
        footnote_text("proxy")
