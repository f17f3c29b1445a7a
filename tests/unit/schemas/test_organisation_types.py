"""Types of organisation as registries declare them, and the finer type that a name says."""

import pytest

from schemas.catalogue import finer_type, organisation_type_of, organisation_types

GENERAL = "общеобразовательная организация"


@pytest.mark.parametrize(
    ("text", "title", "is_general_education"),
    [
        ("общеобразовательная организация", GENERAL, True),
        ("Общеобразовательные организации", GENERAL, True),
        ("ОБЩЕОБРАЗОВАТЕЛЬНОЕ УЧРЕЖДЕНИЕ", GENERAL, True),
        ("дошкольная образовательная организация", "ДОУ", False),
        ("Дошкольные образовательные организации", "ДОУ", False),
        ("организация дополнительного образования", "ДО", False),
        ("ОРГАНИЗАЦИИ ДОПОЛНИТЕЛЬНОГО ОБРАЗОВАНИЯ", "ДО", False),
        ("профессиональная образовательная организация", "СПО", False),
        ("Профессиональные образовательные организации", "СПО", False),
        ("образовательная организация высшего образования", "ВО", False),
        ("организация высшего образования", "ВО", False),
        ("Организации дополнительного профессионального образования", "ДПО", False),
        ("организация, осуществляющая обучение", "иная", False),
        ("гимназии", "гимназия", True),
        ("Средние общеобразовательные школы", "СОШ", True),
        ("СОШ", "СОШ", True),
    ],
)
def test_types_of_the_law(text: str, title: str, is_general_education: bool) -> None:
    """Guards against a registry rejected whole because it names types as the law on education does."""
    found = organisation_type_of(text)
    assert found is not None
    assert (found.title, found.is_general_education) == (title, is_general_education)


def test_no_spelling_means_two_types() -> None:
    """Guards against a type that depends on the order of the catalogue."""
    every = [spelling for one in organisation_types() for spelling in one.spellings | one.declared]
    assert len(every) == len(set(every))


@pytest.mark.parametrize(
    ("names", "title"),
    [
        (("Муниципальное бюджетное общеобразовательное учреждение «Гимназия Мнимая»", "МБОУ «Гимназия»"), "гимназия"),
        (("Муниципальное общеобразовательное учреждение «Мнимая основная школа»", None), "ООШ"),
        (("МБОУ «Мнимая средняя общеобразовательная школа № 5»", "МБОУ СОШ № 5"), "СОШ"),
        (("Краевая школа-интернат № 2", None), "школа-интернат"),
        (("Кадетская школа-интернат «Мнимая»", None), "кадетская школа"),
        (("МБОУ «Образовательный комплекс Мнимый»", "МБОУ «ОК Мнимый»"), GENERAL),
        (("Школа № 5", None), GENERAL),
        (("МБОУ «СОШ № 3 - лицей»", None), GENERAL),
        (("Детский сад «Капелька»", None), GENERAL),
        ((None, None), GENERAL),
    ],
)  # fmt: skip
def test_the_name_says_the_finer_type(names: tuple[str | None, ...], title: str) -> None:
    """Guards against a gymnasium counted among plain schools, and against a type guessed from two that are named."""
    assert finer_type(GENERAL, names) == title


def test_a_declared_type_is_not_overruled() -> None:
    """Guards against «СОШ» made a gymnasium because its name says so: what the registry declares holds."""
    assert finer_type("СОШ", ("МБОУ гимназия № 905",)) == "СОШ"
    assert finer_type("ДО", ("Лицей искусств",)) == "ДО"
