"""The same organisation in fewer words, or in letters: matched in its municipality where nobody else can be meant."""

from dataclasses import replace

import pytest
from known_schools import DISTRICT, OTHER, TOWN, found, organisation

from ingestion.match.organisations import Organisation

KINDERGARTEN = organisation(1, "МБДОУ «Детский сад № 5 «Ромашка»»", TOWN)
LYCEUM = organisation(2, 'МБОУ "Лицей № 5 "Золотая рыбка""', TOWN)


@pytest.mark.parametrize(
    ("name", "known"),
    [
        ("Детский сад № 5", KINDERGARTEN), ("МБДОУ д/с № 5 г. Мнимого", KINDERGARTEN),
        ("МБДОУ «Детский сад № 5 «Ромашка»»", KINDERGARTEN), ("МБДОУ детский сад № 5 Ромашка", KINDERGARTEN),
        ("МБОУ «Лицей № 5»", LYCEUM),
    ],
)  # fmt: skip
def test_a_title_beside_the_number_may_be_left_out_in_a_town(name: str, known: Organisation) -> None:
    """Guards against a question about «Детский сад № 5» where the town has one of that number, «… «Ромашка»»."""
    assert found([KINDERGARTEN, LYCEUM], name, TOWN) == known.names[0]


@pytest.mark.parametrize("name", ["Детский сад № 5 «Росток»", "Детский сад № 6", "Детский сад", "СОШ № 5"])
def test_another_title_number_or_type_is_another(name: str) -> None:
    """Guards against a title that is left out where the row says another, or no number."""
    assert found([KINDERGARTEN, LYCEUM], name, TOWN) is None


def test_a_title_is_left_out_in_no_district_and_beside_no_other() -> None:
    """Guards against the kindergarten of one village under that of another, which has its number too."""
    name = "Детский сад № 5"
    assert found([organisation(1, "Детский сад № 5 «Ромашка»", DISTRICT)], name) is None
    assert found([KINDERGARTEN], name, None) is None
    both = [KINDERGARTEN, organisation(3, "МАДОУ «Детский сад № 5 «Росток»»", TOWN)]
    assert found(both, name, TOWN) is None
    settled = [KINDERGARTEN, organisation(3, "МБДОУ «Детский сад № 5 с. Ивановка»", TOWN)]
    assert found(settled, name, TOWN) is None
    private = [KINDERGARTEN, organisation(3, "ЧДОУ «Детский сад № 5 «Росток»»", TOWN)]
    assert found(private, name, TOWN) is None
    assert found(private[1:], name, TOWN) is None
    assert found(private[1:], f"ЧДОУ {name}", TOWN) == private[1].names[0]
    plain = [KINDERGARTEN, organisation(3, "МБДОУ «Детский сад № 5»", TOWN)]
    assert found(plain, name, TOWN) == "МБДОУ «Детский сад № 5»"


@pytest.mark.parametrize(
    "known", ["МБОУ СОШ № 5 Ивановка", "МБОУ «Ивановская» СОШ № 5", "МБОУ «Светлая СОШ № 5»", "МБОУ «Светлая» СОШ № 5"]
)
def test_words_without_quotes_of_their_own_are_no_title(known: str) -> None:
    """Guards against the place in a school's name taken for a title."""
    assert found([organisation(1, known, TOWN)], "СОШ № 5", TOWN) is None


HOUSE, PALACE = "МБУ ДО «Дом детского творчества»", "МБУ ДО «Дворец детского творчества»"


@pytest.mark.parametrize(
    ("known", "name"),
    [
        (HOUSE, "МБУ ДО ДДТ"), (PALACE, "МБУ ДО ДДТ"), ("МБУ ДО ДДТ", HOUSE), ("МБУ ДО ДДТ", "ДДТ"), (HOUSE, "ДДТ"),
        ("МБУ ДО «Двойной ДДТ»", "Двойной дом детского творчества"), ("МБУ ДО ДЮЦ", "МБУ ДО Детско-юношеский центр"),
    ],
)  # fmt: skip
def test_letters_are_what_the_municipality_has(known: str, name: str) -> None:
    """Guards against a question about «ДДТ» where the registry has the same in words."""
    assert found([organisation(1, known)], name) == known
    assert found([organisation(1, known)], name, None) is None


def test_letters_for_two_are_held() -> None:
    """Guards against «ДДТ» of a district with a house and a palace under one of the two."""
    known = [organisation(1, HOUSE), organisation(2, PALACE)]
    assert found(known, "МБУ ДО ДДТ") is None
    assert found(known, HOUSE) == HOUSE
    assert found([organisation(1, HOUSE)], PALACE) is None


def test_a_form_that_says_the_type_is_missed_where_words_do_not() -> None:
    """Guards against «Светлячок», a kindergarten as well, under the children's centre of that name."""
    assert found([organisation(1, "МБУ ДО «Светлячок»")], "Светлячок") is None


@pytest.mark.parametrize(
    ("known", "name"),
    [
        ("МБОУ СОШ деревни Верхняя Сосновка", "МБОУ СОШ (Верхняя Сосновка)"),
        ("МБОУ СОШ деревни Верхняя Сосновка", "мбоу сош верхняя сосновка"),
        ("МБОУ СОШ Верхняя Сосновка", "МБОУ СОШ д. Верхняя Сосновка"),
        ("МБОУ Верхнесосновская СОШ № 5", "МБОУ СОШ № 5 (Верхняя Сосновка)"),
        ("МБОУ Верхневоронихинская СОШ", "МБОУ СОШ Верхняя Ворониха"),
    ],
)
def test_a_village_of_two_words_is_read_without_its_kind(known: str, name: str) -> None:
    """Guards against a village of two words found only behind «деревни»."""
    assert found([organisation(1, known)], name) == known


@pytest.mark.parametrize(
    ("known", "name"),
    [
        ("МБОУ Верхнесосновская СОШ", "МБОУ СОШ Верхняя Сосновка"),
        ("МБОУ СОШ деревни Верхняя Сосновка", "МБОУ СОШ Нижняя Сосновка"),
        ("МБОУ СОШ деревни Верхняя Сосновка", "МБОУ СОШ Сосновка"),
        ("МБОУ СОШ деревни Светлая Ивановка", "МБОУ Светлая СОШ Ивановка"),
    ],
)
def test_another_village_of_two_words_is_held(known: str, name: str) -> None:
    """Guards against kinship, or words from two ends of a name, taken for a village's name."""
    assert found([organisation(1, known)], name) is None


def test_a_village_without_its_kind_stands_against_another_municipalitys() -> None:
    """Guards against one of two villages chosen because the other is written without «деревни»."""
    known = [organisation(1, "Верхнесосновская СОШ"), organisation(2, "СОШ Верхняя Сосновка", OTHER)]
    assert found(known, "Верхнесосновская СОШ", None) is None
    assert found(known, "СОШ Верхняя Сосновка", None) is None


def test_two_words_of_no_village_stay_general() -> None:
    """Guards against «Детская школа искусств» of one district, joined into a word of its own, matched in another."""
    for name in ("Детская школа искусств", "Центр внешкольной работы", "Спортивная школа", "Школа полного дня"):
        assert found([organisation(1, name)], name, None) is None


@pytest.mark.parametrize(
    "name",
    ["СОШ № 5 имени А.Г. Сказкина Мнимого", "СОШ № 5 им. Сказкина (Мнимый)", "СОШ № 5 им. А. Г. Сказкина Мнимый"],
)
def test_a_town_behind_an_honoree_is_no_part_of_it(name: str) -> None:
    """Guards against a question about «имени Сказкина Мнимска», whose town the column says as well."""
    known = [organisation(1, "МБОУ СОШ № 5 имени А.Г. Сказкина", TOWN)]
    assert found(known, name, TOWN) == known[0].names[0]


@pytest.mark.parametrize(
    "name", ["СОШ № 5 имени Мнимого", "СОШ № 5 имени Павла Мнимого", "СОШ № 5 имени А.Г. Сказкина Тихого"]
)
def test_an_honoree_called_as_the_town_is_an_honoree(name: str) -> None:
    """Guards against «имени Гагарина» of the town Гагарин left without its honoree."""
    assert found([organisation(1, "МБОУ СОШ № 5 имени А.Г. Сказкина", TOWN)], name, TOWN) is None


def test_an_honoree_with_a_first_name_corroborates_a_village() -> None:
    """Guards against «имени Петра Сказкина» that is less than «имени П. Сказкина»."""
    known = [organisation(1, "МБОУ Павловская СОШ имени П.А. Сказкина")]
    assert found(known, "СОШ с. Павловка имени Петра Сказкина") == known[0].names[0]
    assert found(known, "СОШ с. Павловка имени Андрея Сказкина") is None


def test_a_sites_name_behind_a_neuter_village_is_its_own() -> None:
    """Guards against «поселка Камышинское Ручьихинская НОШ» read as a village of two words."""
    known = [
        organisation(1, "МОУ ООШ поселка Камышинское"),
        site(2, "Филиал МОУ ООШ поселка Камышинское Ручьихинская НОШ"),
    ]
    name = "Ручьихинская НОШ - филиал МОУ «ООШ поселка Камышинское»"
    assert found(known, name) == known[1].names[0]


def site(number: int, name: str) -> Organisation:
    one = organisation(number, name)
    return Organisation(f"{one.inn}/1", "6900000001", one.inn, "1", None, one.names, one.municipality,
                        one.municipality_key, one.region_code, None)  # fmt: skip


def test_boarding_schools_in_letters() -> None:
    """Guards against «шк.-интернат» read as a school, and «ШИ» that may be one of arts."""
    known = [organisation(1, "ГБОУ «Школа-интернат № 2»")]
    for name in ("ГБОУ шк.-интернат № 2", "ГКОУ ШИ № 2", "ГБОУ Школы-интерната № 2"):
        assert found(known, name) == known[0].names[0]
    for name in ("ШИ № 2", "МБУ ДО ШИ № 2", "МБОУ ШИ № 2"):
        assert found(known, name) is None


PERSON = organisation(1, "МБОУ СОШ № 5 имени А.Г. Сказкина", TOWN)


@pytest.mark.parametrize("name", ["СОШ № 5 им. А. Г. Сказкина", "МБОУ СОШ №5 имени Героя России Сказкина А.Г."])
def test_a_number_and_a_person_say_the_school_without_a_municipality(name: str) -> None:
    """Guards against a question about a school whose person nobody else of the registry is called after."""
    others = [organisation(2, "МБОУ СОШ № 7", OTHER), organisation(3, "МБОУ СОШ № 5 имени И.И. Выдумкина", DISTRICT)]
    assert found([PERSON, *others], name, None) == PERSON.names[0]
    silent = organisation(4, "МБОУ СОШ № 5", OTHER)
    assert found([PERSON, *others, silent], name, None) is None, "registries leave the person out"


@pytest.mark.parametrize(
    "name",
    [
        "СОШ № 5 имени Сказкина", "СОШ имени А.Г. Сказкина", "СОШ № 6 имени А.Г. Сказкина",
        "ООШ № 5 имени А.Г. Сказкина",
        "СОШ № 5 имени Б.Г. Сказкина", "СОШ № 5 имени А.Г. Сказкина города Тихого", "№ 5 имени А.Г. Сказкина",
    ],
)  # fmt: skip
def test_less_than_a_type_a_number_and_a_person_is_held(name: str) -> None:
    """Guards against a surname, or a person without a number, matched in whatever town the registry has one."""
    assert found([PERSON], name, None) is None


@pytest.mark.parametrize(
    "other",
    ["МБОУ СОШ № 6 имени А.Г. Сказкина", "МБОУ гимназия имени Сказкина", "МБДОУ Детский сад № 1 имени Андрея Сказкина"],
)
def test_a_person_honoured_twice_is_held(other: str) -> None:
    """Guards against «СОШ № 5 имени Гагарина» of a town whose school the registry has without its honour."""
    assert found([PERSON, organisation(2, other, OTHER)], PERSON.names[0], None) is None


def test_a_person_without_initials_in_the_registry_is_held() -> None:
    """Guards against another Сказкин: the registry does not say which is meant."""
    assert found([organisation(1, "МБОУ СОШ № 5 имени Сказкина", TOWN)], PERSON.names[0], None) is None


SITE = "Филиал МБОУ Летняя СОШ в д. Павловка"


def test_a_site_of_an_entity_with_a_name_is_one_without_a_municipality() -> None:
    """Guards against a question about a site whose entity is named: its village is told by kinship within it."""
    entity, known = organisation(1, "МБОУ Летняя СОШ"), replace(site(2, SITE), kind="начальная школа")
    name = "Павловская НОШ - филиал МБОУ «Летняя СОШ»"
    assert found([entity, known], name, None) == SITE
    second = replace(site(3, "Филиал МБОУ Летняя СОШ в д. Павлово"), organisation_id="6900000009/1")
    assert found([entity, known, replace(second, kind="начальная школа")], name, None) is None
    assert found([entity, known], "Павловская НОШ - филиал МБОУ «Зимняя СОШ»", None) is None
    elsewhere = replace(organisation(4, "Филиал МБОУ Летняя СОШ в с. Павлово", OTHER, "начальная школа"), entity_id="1")
    assert found([entity, known, elsewhere], name, None) is None


def test_a_site_of_an_entity_with_a_number_alone_is_held_without_a_municipality() -> None:
    """Guards against the site of «СОШ № 3» of one district under that of another."""
    known = replace(site(2, "Филиал МБОУ СОШ № 3 в д. Павловка"), kind="начальная школа")
    assert found([organisation(1, "МБОУ СОШ № 3"), known], "Павловская НОШ - филиал МБОУ «СОШ № 3»", None) is None


HYPHENED, TWO_WORDS = "город Усть-Мнимск", "город Нижний Мнимград"


@pytest.mark.parametrize(
    ("town", "name"),
    [
        (HYPHENED, "СОШ № 2 г. Усть-Мнимска"), (HYPHENED, "Усть-Мнимская СОШ № 2"), (HYPHENED, "СОШ № 2 Усть-Мнимск"),
        ("город Мнимск-на-Дону", "СОШ № 2 г. Мнимска-на-Дону"), (TWO_WORDS, "СОШ № 2 г. Нижнего Мнимграда"),
        (TWO_WORDS, "СОШ № 2 города Нижний Мнимград"), (TWO_WORDS, "СОШ № 2 Нижнего Мнимграда"),
        ("Усть-Мнимский район", "СОШ № 2 Усть-Мнимского района"), ("город Светлый", "г. Светлый СОШ № 2"),
        ("город Светлый", "СОШ № 2 г. Светлого Тверской области"), ("город Светлый", "г. Светлый МБОУ СОШ № 2"),
    ],
)  # fmt: skip
def test_a_municipality_of_several_words_is_where_the_school_stands(town: str, name: str) -> None:
    """Guards against every row of Усть-Илимск or Нижний Новгород held for a place that is its own."""
    known = [organisation(1, "МБОУ СОШ № 2", town), organisation(2, "МБОУ СОШ № 2", OTHER)]
    assert found(known, name, town) == known[0].names[0]
    assert found(known, name, OTHER) is None


@pytest.mark.parametrize(
    ("town", "name"),
    [
        (HYPHENED, "СОШ № 2 г. Мнимска"), (HYPHENED, "СОШ № 2 г. Верхне-Мнимска"), (HYPHENED, "Мнимская СОШ № 2"),
        (TWO_WORDS, "СОШ № 2 г. Верхнего Мнимграда"), (TWO_WORDS, "СОШ № 2 г. Мнимграда"),
        (TWO_WORDS, "Нижняя СОШ № 2"), ("город Мнимград", "СОШ № 2 г. Нижнего Мнимграда"),
        ("город Мнимград", "СОШ № 2 Нижнего Мнимграда"), ("город Усть-Мнимск", "СОШ № 2 Усть-Мнимского района"),
    ],
)  # fmt: skip
def test_a_part_of_a_municipalitys_name_is_another(town: str, name: str) -> None:
    """Guards against «г. Новгорода» taken for Нижний Новгород."""
    assert found([organisation(1, "МБОУ СОШ № 2", town)], name, town) is None


@pytest.mark.parametrize(
    ("known", "name"),
    [("Новоивановская СОШ", "Ново-Ивановская СОШ"), ("СОШ с. Верхне-Мнимское", "СОШ с. Верхнемнимское"),
     ("МБОУ СОШ № 2 с углублённым изучением отдельных предметов", "СОШ № 2 с УИОП")],
)  # fmt: skip
def test_a_hyphen_in_a_village_says_nothing(known: str, name: str) -> None:
    """Guards against «Ново-Ивановская» held beside «Новоивановская», and a programme in letters taken for a word."""
    assert found([organisation(1, known)], name) == known
