"""What stands where it is not looked for: a second legal form, a number of a line, two places crosswise."""

import pytest
from known_schools import DISTRICT, OTHER, found, organisation

SCHOOL = organisation(5, "МБОУ СОШ № 5")
OTHER_TYPE = [
    "МБОУ СОШ № 5 (ДОУ)", "МБОУ СОШ № 5 ДОУ", "ДОУ МБОУ СОШ № 5", "МБОУ СОШ № 5 (УДО)", "МБОУ СОШ № 5 (МБУ ДО)",
    "МБДОУ МБОУ СОШ № 5", "МБОУ СОШ № 5 - муниципальное дошкольное образовательное учреждение",
    "МБУ СОШ № 5, учреждение дополнительного образования", "ГБПОУ МБОУ СОШ № 5",
]  # fmt: skip
"""The school's name with a legal form of another type."""


@pytest.mark.parametrize("name", OTHER_TYPE)
@pytest.mark.parametrize("municipality", [DISTRICT, None, OTHER])
def test_a_second_legal_form_of_another_type_holds(name: str, municipality: str | None) -> None:
    """Guards against the rows of a school's kindergarten under the school: the second form was thrown away."""
    assert found([SCHOOL], name, municipality) is None


@pytest.mark.parametrize("name", ["ГБОУ МБОУ СОШ № 5", "МБОУ (ЧОУ) СОШ № 5"])
def test_a_second_legal_form_of_another_owner_holds(name: str) -> None:
    """Guards against a name with two owners matched by whichever is looked for first."""
    assert found([SCHOOL], name) is None


@pytest.mark.parametrize(
    "name",
    [
        "Муниципальное бюджетное общеобразовательное учреждение (МБОУ) СОШ № 5", "ОУ МБОУ СОШ № 5",
        "Муниципальное общеобразовательное учреждение МАОУ СОШ № 5",
    ],
)  # fmt: skip
def test_a_second_legal_form_of_the_same_type_says_nothing(name: str) -> None:
    """Guards against a question about the form in words beside its letters."""
    assert found([SCHOOL], name) == "МБОУ СОШ № 5"


def test_a_name_with_two_forms_is_its_own() -> None:
    """Guards against a registry's name that its own letters do not find."""
    name = "МБОУ «Светлая СОШ» (ДОУ)"
    assert found([organisation(1, name), organisation(2, "МБОУ «Светлая СОШ»")], name) == name
