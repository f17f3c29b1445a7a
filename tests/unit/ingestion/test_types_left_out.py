"""«Школа» beside another of its name: held only where that one differs in type, which a writer may leave out."""

from dataclasses import replace

import pytest
from known_schools import found, organisation

LEGAL = "Муниципальное бюджетное общеобразовательное учреждение"


@pytest.mark.parametrize(
    ("known", "other", "name"),
    [
        ("Школа № 3", "Школа № 3 имени Героя Выдумкина", "МБОУ Школа № 3"),
        ("Светлая школа", "Светлая школа имени Выдумкина", "МБОУ «Светлая школа»"),
        (f"{LEGAL} «Школа № 3»", "МБОУ Школа № 3 имени Выдумкина", f"{LEGAL} «Школа № 3»"),
        (f"{LEGAL} «Светлая школа»", "МБОУ Светлая СОШ имени Выдумкина", f"{LEGAL} «Светлая школа»"),
    ],
)
def test_another_that_does_not_differ_in_type_holds_nothing(known: str, other: str, name: str) -> None:
    """Guards against a question about every «Школа № 3» that has a namesake with an honoree, and about a legal name."""
    assert found([organisation(1, known), organisation(2, other)], name) == known


def test_a_school_known_by_its_type_as_well_is_found_beside_one_with_an_honoree() -> None:
    """Guards against a question where the registry says of the school itself both «школа» and «СОШ»."""
    school = replace(organisation(1, "МБОУ «Школа № 3»"), names=("МБОУ «Школа № 3»", "МБОУ СОШ № 3"))
    other = organisation(2, "МБОУ СОШ № 3 имени Выдумкина")
    assert found([school, other], "Школа № 3") == "МБОУ «Школа № 3»"
    both = replace(other, names=("МБОУ СОШ № 3 имени Выдумкина", "Школа № 3 имени Выдумкина"))
    assert found([organisation(1, "МБОУ «Школа № 3»"), both], "Школа № 3") == "МБОУ «Школа № 3»"


@pytest.mark.parametrize("type_", ["СОШ", "ООШ", "НОШ"])
@pytest.mark.parametrize("name", ["Светлая школа", "МБОУ Светлая шк.", f"{LEGAL} «Светлая школа»"])
def test_another_of_the_same_name_that_differs_in_type_holds(type_: str, name: str) -> None:
    """Guards against the rows of «Светлая ООШ», its type left out, under the school that is called just school."""
    school = replace(
        organisation(1, "МБОУ «Светлая школа»"), names=("МБОУ «Светлая школа»", f"{LEGAL} «Светлая школа»")
    )
    assert found([school, organisation(2, f"МБОУ Светлая {type_}")], name) is None
    known_by_both = replace(school, names=(*school.names, "МБОУ Светлая СОШ"))
    assert found([known_by_both, organisation(2, f"МБОУ Светлая {type_}")], name) is None


def test_another_with_a_type_and_an_honoree_holds_a_name_that_is_no_legal_one() -> None:
    """Guards against the rows of «Светлая СОШ имени Выдумкина» written as «Светлая школа»."""
    known = [organisation(1, "МБОУ «Светлая школа»"), organisation(2, "МБОУ Светлая СОШ имени Выдумкина")]
    assert found(known, "Светлая школа") is None
