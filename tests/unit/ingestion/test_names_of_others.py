"""Names that look like the one school of the registry and may be those of another: they are held."""

from collections.abc import Callable
from itertools import permutations, product

import pytest
from known_schools import OTHER, found, organisation

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


FORMS = ["СОШ с. Павловка", "СОШ с. Павлово", "СОШ г. Павловск", "СОШ с. Павловское", "СОШ Павловка", "Павловская СОШ"]


@pytest.mark.parametrize(("known", "name"), [*permutations(FORMS, 2)])
def test_an_adjective_is_no_place(known: str, name: str) -> None:
    """Guards against «Павловская СОШ» under the only school of Павловка where the registry lacks that of Павлово."""
    is_one = {known, name} == {"СОШ с. Павловка", "СОШ Павловка"}
    assert (found([organisation(1, known)], name) is not None) is is_one


@pytest.mark.parametrize(
    ("known", "name"),
    [
        ("МБОУ «Павловская СОШ» с. Павловка", "Павловская СОШ"),
        ("МБОУ «Павловская СОШ» с. Павловка", "СОШ с. Павловки"),
        ("СОШ с. Павловка", "Павловская СОШ села Павловка"), ("Павловская СОШ № 5", "СОШ № 5 с. Павловка"),
        ("Павловская СОШ им. А.Г. Сказкина", "СОШ с. Павловка имени Сказкина"), ("СОШ с. Шумиха", "Шумихинская СОШ"),
    ],
)  # fmt: skip
def test_an_adjective_is_of_its_place_where_a_name_says_so(known: str, name: str) -> None:
    """Guards against a question where one name says both, or the number too; not without a municipality."""
    assert found([organisation(1, known)], name) == known
    assert found([organisation(1, known)], name, None) is None


def test_the_number_of_the_entity_says_nothing_of_the_site() -> None:
    """Guards against the site of Павлово under that of Павловка because their entity has one number."""
    known = [organisation(1, "Павловская НОШ - филиал МБОУ СОШ № 17 с. Дно", kind="начальная школа")]
    assert found(known, "филиал МБОУ СОШ № 17 с. Дно в селе Павловка") == known[0].names[0]
    assert found(known, "филиал МБОУ СОШ № 18 с. Дно в селе Павловка") is None
    assert found(known, "филиал МБОУ СОШ № 17 с. Ключ в селе Павловка") is None


def test_a_place_beside_another_adjective_says_more() -> None:
    """Guards against a place thrown away because some word of the name looks like one."""
    for known in ("Павловская СОШ с. Ивановка", "СОШ с. Ивановка"):
        assert found([organisation(1, known)], "Павловская СОШ") is None
    assert found([organisation(1, "Павловская СОШ")], "Павловская СОШ с. Павловка") is None


@pytest.mark.parametrize(
    ("known", "name", "is_one"),
    [
        ("станицы Тихой", "станции Тихой", False), ("станицы Тихой", "ст. Тихая", True),
        ("станции Тихая", "ст. Тихая", True), ("п. Тихий", "пгт Тихий", False), ("рп Тихий", "р.п. Тихий", True),
        ("поселка Тихий", "пос. Тихого", True), ("с. Тихое", "с. Тихого", True), ("с. Тихое", "с. Тихая", False),
        ("д. Борок", "д. Борки", False), ("д. Борки", "деревни Борков", False), ("с. Ясновка", "села Ясновки", True),
        ("с. Ясново", "с. Яснова", True), ("с. Тихое", "д. Тихая", False),
    ],
)  # fmt: skip
def test_settlements_of_one_stem_may_be_two(known: str, name: str, is_one: bool) -> None:
    """Guards against a stanitsa under a railway station, and «Тихая» under «Тихое», by the beginning of the word."""
    assert (found([organisation(1, f"МБОУ СОШ {known}")], f"СОШ {name}") is not None) is is_one


def test_a_settlement_of_another_kind_casts_doubt() -> None:
    """Guards against a match across municipalities to «п. Тихий» where there is a «пгт Тихий» too."""
    known = [organisation(1, "МБОУ СОШ п. Тихий"), organisation(2, "МБОУ СОШ пгт Тихий", OTHER)]
    assert found(known, "СОШ п. Тихий", None) is None
    assert found(known, "СОШ п. Тихий") == "МБОУ СОШ п. Тихий"
    both = [organisation(1, "МБОУ СОШ станицы Тихая"), organisation(2, "МБОУ СОШ станции Тихая")]
    assert found(both, "СОШ ст. Тихая") is None


@pytest.mark.parametrize(
    ("known", "other"), [("СОШ с. Павловка", "СОШ Павловка"), ("СОШ с. Новая Ворониха", "СОШ Новая Ворониха")]
)
def test_a_settlement_without_its_kind_casts_doubt(known: str, other: str) -> None:
    """Guards against one of two villages chosen across municipalities because the other is a bare word in its name."""
    both = [organisation(1, known), organisation(2, other, OTHER)]
    assert found(both, known, None) is None
    assert found(both[:1], known, None) == known


OWNERS = ["МБОУ", "ГБОУ", "ЧОУ", "ФГКОУ"]


@pytest.mark.parametrize(("first", "second"), [*permutations(OWNERS, 2)])
@pytest.mark.parametrize("more", ["", " имени Героя Выдумкина", " «Успех»"])
def test_a_row_without_a_form_may_be_of_any_owner(first: str, second: str, more: str) -> None:
    """Guards against «Лицей № 5» under the municipal one where a private or a regional lyceum has the number too."""
    known = [organisation(1, f"{first} «Лицей № 5»"), organisation(2, f"{second} «Лицей № 5{more}»")]
    assert found(known, "Лицей № 5") is None
    assert found(known, f"{first} Лицей № 5") == known[0].names[0]
    assert found(known[:1], "Лицей № 5") == known[0].names[0]


HONOREES = [
    "Ю.А. Гагарина",
    "Гагарина Ю.А.",
    "Гагарина Ю. А.",
    "Ю.А.Гагарина",
    "Гагарина Ю.",
    "Ю. Гагарина",
    "Юрия Гагарина",
]
OTHERS = ["В.Н. Гагарина", "Гагарина В.Н.", "Гагарина В. Н.", "В. Гагарина", "Гагарина В.", "Виктора Гагарина"]


@pytest.mark.parametrize("tail", ["", " Двойного района", ", Двойной район"])
@pytest.mark.parametrize("write", [str, str.upper, str.lower])
def test_initials_set_apart_wherever_they_stand(tail: str, write: Callable[[str], str]) -> None:
    """Guards against «Гагарина Ю.А.» under «Гагарина В.Н.», and against a question where the two are one."""
    for honoree, other in product(HONOREES, [*HONOREES, *OTHERS]):
        known = [organisation(1, f"МБОУ СОШ имени {honoree}")]
        name = write(f"СОШ имени {other}{tail}")
        if other in OTHERS:
            assert found(known, name) is None, (honoree, other)
    for honoree, other in product(HONOREES[:3], HONOREES[:3]):
        known = [organisation(1, f"МБОУ СОШ имени {honoree}")]
        assert found(known, write(f"СОШ имени {other}{tail}")) is not None, (honoree, other)


@pytest.mark.parametrize(
    ("known", "name", "is_one"),
    [
        ("И.В. Сказкина", "Ивана Сказкина", True), ("И.В. Сказкина", "Ивана Васильевича Сказкина", True),
        ("И.В. Сказкина", "Сказкина и Выдумкина", False), ("В.И. Сказкина", "Сказкина и Выдумкина", False),
        ("И.В. Сказкина", "Петра Сказкина", False), ("Сказкина", "Ивана Сказкина", False),
    ],
)  # fmt: skip
def test_initials_are_those_of_a_first_name(known: str, name: str, is_one: bool) -> None:
    """Guards against a question about a first name in full, and against two honorees read as one with a first name."""
    assert (found([organisation(1, f"СОШ № 5 имени {known}")], f"СОШ № 5 имени {name}") is not None) is is_one


def test_a_settlement_behind_an_honoree_is_no_initials() -> None:
    """Guards against «р.п. Новый» read as a first name and lost."""
    known = [organisation(1, "МБОУ СОШ имени Сказкина")]
    for place in ("с. Дно", "р.п. Дно", "г. Дно", "Дновского м.о."):
        assert found(known, f"СОШ имени Сказкина {place}") is None, place


def test_a_preposition_is_no_letter_of_a_number() -> None:
    """Guards against «№ 5 в с. Дно» read as № 5в, and against № 5 «В» read as a preposition."""
    known = [organisation(1, "МБОУ СОШ № 5 с. Дно"), organisation(2, "МБОУ СОШ № 5в с. Дно")]
    assert found(known, "СОШ № 5 в с. Дно") == known[0].names[0]
    for written in ("№ 5 «В» с. Дно", "№ 5в с. Дно", '№ 5"В" села Дно'):
        assert found(known, f"СОШ {written}") == known[1].names[0], written


@pytest.mark.parametrize(
    "name", ["МБОУсредняя школа № 21", "МБОУСОШ № 21", "мбоусредняя школа № 21", "МБОУСредняя школа №21"]
)
def test_a_lost_space_behind_the_form_is_put_back(name: str) -> None:
    """Guards against a question about every type written together with its legal form."""
    assert found([organisation(1, "МБОУ СОШ № 21")], name) is not None
    assert found([organisation(1, "МБОУ СОШ № 21 с. Дно")], name) is None


SLIPS = {
    "Рябининская СОШ": ["Рябинниская СОШ", "Рябиининская СОШ", "Ряюининская СОШ", "Рябиинская СОШ"],
    "СОШ с. Пескарово": ["СОШ с. Песакрово", "СОШ с. Песккарово", "СОШ с. Пескаово", "СОШ с. Песдарово"],
}  # fmt: skip
"""Of each two are put right and two may be another village's."""


@pytest.mark.parametrize("known", SLIPS)
def test_a_slip_of_the_hand_is_put_right_in_its_municipality(known: str) -> None:
    """Guards against a question about every letter typed twice, and against a village one letter off taken for ours."""
    names = [found([organisation(1, known)], name) for name in SLIPS[known]]
    assert names == [known, known, None, None]
    assert [found([organisation(1, known)], name, None) for name in SLIPS[known]] == [None] * 4


def test_a_slip_decides_only_where_no_like_word_is_known() -> None:
    """Guards against a slip put right to one of two villages, or where the registry has such a village elsewhere."""
    own = organisation(1, "Рябининская СОШ")
    assert found([own], "Рябинниская СОШ") == "Рябининская СОШ"
    for other in (organisation(2, "Рябиновская СОШ"), organisation(2, "Рябинниская СОШ", OTHER)):
        assert found([own, other], "Рябинниская СОШ") is None


def test_the_name_of_the_rows_own_municipality_may_have_a_slip() -> None:
    """Guards against a question about «города Тихогорсск» in Тихогорск; another district's name is no slip of it."""
    known = [organisation(1, "МБОУ СОШ № 4", "город Тихогорск"), organisation(2, "МБОУ СОШ № 4", "город Тихоборск")]
    assert found(known[:1], "СОШ № 4 города Тихогорсска", "город Тихогорск") == "МБОУ СОШ № 4"
    assert found(known[:1], "СОШ № 4 города Тихгорска", "город Тихогорск") == "МБОУ СОШ № 4"
    assert found(known, "СОШ № 4 города Тихоборска", "город Тихогорск") is None
    assert found(known[:1], "СОШ № 4 города Тихоборска", "город Тихогорск") is None
    assert found(known[:1], "СОШ № 4 города Тихгорска", None) is None


def test_a_bare_noun_casts_doubt_on_its_adjective() -> None:
    """Guards against one of two villages chosen across municipalities: «Волчово» ends as no other noun does."""
    known = [organisation(1, "СОШ Волчово"), organisation(2, "Волчовская СОШ", OTHER)]
    assert found(known, "СОШ Волчово", None) is None
    assert found(known, "Волчовская СОШ", None) is None
