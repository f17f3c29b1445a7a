"""Names that look like the one school of the registry and may be those of another: they are held."""

from itertools import permutations

import pytest
from known_schools import found, organisation

SITES = [
    "Зимняя НОШ - филиал МБОУ «Летняя СОШ»", "Летняя НОШ - филиал МБОУ «Зимняя СОШ»",
    "Летняя СОШ - филиал МБОУ «Зимняя НОШ»", "филиал МБОУ «Зимняя НОШ» Летняя СОШ", "Летняя СОШ, филиал Зимняя НОШ",
    "Зимняя НОШ, филиал Летняя СОШ", "МБОУ Летняя СОШ, филиал Зимняя НОШ",
]  # fmt: skip
ONE_SITE = [{SITES[2], SITES[3]}]


@pytest.mark.parametrize(("known", "name"), [*permutations(SITES, 2)])
def test_a_site_is_not_its_entity(known: str, name: str) -> None:
    """Guards against «Летняя, филиал Зимней» under «Зимняя, филиал Летней»: the same words, the other way round."""
    is_one = {known, name} in ONE_SITE
    assert (found([organisation(1, known)], name) is not None) is is_one


@pytest.mark.parametrize(
    "name",
    [
        "филиал МБОУ «Летняя СОШ № 17» Зимняя НОШ", "Филиал «Зимняя НОШ» МБОУ «Летняя СОШ № 17»",
        "Зимняя НОШ - филиал МБОУ Летняя СОШ №17", "Зимняя НОШ - филиал МБОУ Летняя СОШ № 17 в селе Дно",
    ],
)  # fmt: skip
def test_a_site_is_found_whoever_comes_first(name: str) -> None:
    """Guards against a question about every site told in another order, where the order shows whose words are whose."""
    known = [organisation(1, "Зимняя НОШ - филиал МБОУ «Летняя СОШ № 17»")]
    assert (found(known, name) is None) is ("Дно" in name)
