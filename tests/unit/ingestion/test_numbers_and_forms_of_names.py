"""What stands where it is not looked for: a second legal form, a number of a line, two places crosswise."""

import pytest
from known_schools import DISTRICT, OTHER, REGION, found, organisation

from ingestion.match.organisations import OrganisationIndex, Query
from ingestion.steward.comparison import compare

SCHOOL = organisation(5, "МБОУ СОШ № 5")
OTHER_TYPE = [
    "МБОУ СОШ № 5 (ДОУ)", "МБОУ СОШ № 5 ДОУ", "ДОУ МБОУ СОШ № 5", "МБОУ СОШ № 5 (УДО)", "МБОУ СОШ № 5 (МБУ ДО)",
    "МБДОУ МБОУ СОШ № 5", "МБОУ СОШ № 5 - муниципальное дошкольное образовательное учреждение",
    "МБУ СОШ № 5, учреждение дополнительного образования", "ГБПОУ МБОУ СОШ № 5",
    "МКУ МБОУ СОШ № 5", "МБОУ СОШ № 5 (МКУ)", "МБУ и МБОУ СОШ № 5",
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


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("МБОУ СОШ № 5 (ДОУ)", "тип по правовой форме: в файле ДОУ, в реестре нет"),
        ("ФГКОУ МБОУ СОШ № 5", "собственность: в файле муниципальная и федеральная, в реестре муниципальная"),
        ("МБОУ СОШ № 5 «Алые паруса»", "название: в файле «алые паруса», в реестре нет"),
        ("5 МБОУ СОШ", "номер впереди, может быть строки: в файле 5, в реестре нет"),
    ],
)
def test_a_steward_is_told_what_holds(name: str, told: str) -> None:
    """Guards against a question whose candidate seems to agree in everything."""
    index = OrganisationIndex.build([SCHOOL], [])
    query = Query(None, None, None, name, DISTRICT, REGION)
    assert told in compare(query, SCHOOL, SCHOOL.names[0], index).differs


LINES = ["3 МБОУ", "3.МБОУ", "3МБОУ", "(3) МБОУ", "3 - МБОУ", "3; МБОУ", "003 МБОУ", "1.3 МБОУ",
         "№ 3 МБОУ", "№3. МБОУ", "N 3) МБОУ", "3 Муниципальное бюджетное общеобразовательное учреждение"]  # fmt: skip


@pytest.mark.parametrize("line", LINES)
@pytest.mark.parametrize("municipality", [DISTRICT, None])
def test_a_number_in_front_of_the_legal_form_is_no_schools(line: str, municipality: str | None) -> None:
    """Guards against the third line of a list under «Светлая СОШ № 3», the first under «СОШ № 1»."""
    school, third = organisation(1, "МБОУ «Светлая СОШ»"), organisation(2, "МБОУ «Светлая СОШ № 3»")
    assert found([third], f"{line} «Светлая СОШ»", municipality) is None
    assert found([school], f"{line} «Светлая СОШ»", municipality) == "МБОУ «Светлая СОШ»"
    assert (
        found([organisation(3, "МБОУ СОШ № 3"), organisation(4, "МБОУ СОШ № 1")], f"{line} СОШ", municipality) is None
    )
    assert found([SCHOOL], f"{line} СОШ № 5") == "МБОУ СОШ № 5"


@pytest.mark.parametrize("number", ["3", "003"])
def test_a_number_in_front_that_somebody_has_holds(number: str) -> None:
    """Guards against a number out of its place that is thrown away, where the school of it is there as well."""
    known = [organisation(1, "МБОУ «Светлая СОШ»"), organisation(2, "МБОУ «Светлая СОШ № 3»")]
    assert found(known, f"{number} МБОУ «Светлая СОШ»") is None
    assert found(known, "4 МБОУ «Светлая СОШ»") == "МБОУ «Светлая СОШ»"
    assert found(known, "3. МБОУ «Светлая СОШ»") == "МБОУ «Светлая СОШ»"


def test_a_number_in_front_of_any_other_word_is_held() -> None:
    """Guards against «3 Светлая СОШ» of a list; right before the type a number is the school's."""
    known = [organisation(3, "МБОУ «Светлая СОШ № 3»"), organisation(4, "МБОУ СОШ № 4")]
    assert found(known, "3 Светлая СОШ") is None
    assert found(known[:1], "3, Двойной район, МБОУ «Светлая СОШ»") is None
    assert found(known[:1], "Двойной район, 3 МБОУ «Светлая СОШ»") is None
    assert found(known[:1], "Тверская область 3 Светлая СОШ") is None
    assert found(known, "4, Двойной район, МБОУ СОШ") is None
    assert found(known, "Тверская область 4 МБОУ СОШ") is None
    assert found(known, "4 СОШ") == "МБОУ СОШ № 4"
    assert found(known, "4 средняя школа") == "МБОУ СОШ № 4"
    assert found(known, "Светлая СОШ 3") == "МБОУ «Светлая СОШ № 3»"


@pytest.mark.parametrize("name", ["3 филиал МБОУ «Летняя СОШ» в с. Ясное", "Филиал 3 МБОУ «Летняя СОШ» в с. Ясное"])
def test_a_number_in_front_of_a_site_is_not_its_entitys(name: str) -> None:
    """Guards against a line, or a third site, under the site of «Летняя СОШ № 3»."""
    assert found([organisation(3, "Филиал МБОУ «Летняя СОШ № 3» в с. Ясное")], name) is None


@pytest.mark.parametrize(
    ("known", "name"),
    [
        ("ООШ 5 Павловская, ст. Тихая", "Тихая ООШ 5 с. Павловка"),
        ("Павловская СОШ № 5 станицы Тихая", "Тихая СОШ № 5 с. Павловка"),
        ("Павловская СОШ имени Выдумкина станицы Тихая", "Тихая СОШ имени Выдумкина города Павловск"),
    ],
)
def test_two_places_told_crosswise_are_two_schools(known: str, name: str) -> None:
    """Guards against the school of one village under that of another, either called by the other's word."""
    assert found([organisation(1, known)], name) is None
    assert found([organisation(1, known), organisation(2, name)], name) == name
