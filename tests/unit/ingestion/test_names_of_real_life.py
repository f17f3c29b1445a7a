"""Names as tables have them, against one registry: found where one organisation is meant, held where another could be.

And what must be so whatever the registry has: one organisation more, or a municipality, gives no row to another.
"""

from random import Random

import pytest
from known_schools import REGION, organisation

from ingestion.match.organisations import Organisation, OrganisationIndex, Query

TOWN, DISTRICT = "город Мнимск", "Мнимский район"
CITY, AROUND = "город Тихоград", "Тихоградский район"
UPON_RIVER = "город Тихий-на-Мнимке"
KNOWN = [
    organisation(number, name, municipality, kind)
    for number, (name, municipality, kind) in enumerate(
        [
            ("МБОУ СОШ № 1 имени И.П. Сказкина", TOWN, None), ("МБОУ СОШ № 2", TOWN, None),
            ("МАОУ СОШ № 3", TOWN, None), ("МБДОУ Детский сад № 5 «Родничок»", TOWN, None),
            ("МБДОУ «Детский сад № 1»", TOWN, None),
            ("МБОУ Мнимская СОШ № 7", DISTRICT, None), ("МБОУ Новоозёрная СОШ № 4", DISTRICT, None),
            ("МБОУ Потаповская СОШ № 8", DISTRICT, None), ("МБОУ Абаловская СОШ № 1", DISTRICT, None),
            ("МБОУ Подтёсовская СОШ № 46 имени В.П. Выдумкина", DISTRICT, None),
            ("МБОУ Верхнепашинская СОШ № 2", DISTRICT, None), ("МБОУ СОШ № 2", CITY, None),
            ("МБОУ СОШ № 19", CITY, None), ("МАОУ Гимназия № 1", CITY, None),
            ("МБОУ Лицей № 1", CITY, None), ("МБОУ ООШ № 22", CITY, None),
            ("КГБОУ «Тихоградская школа-интернат»", CITY, None), ("МБДОУ Детский сад № 5 «Колосок»", CITY, None),
            ("МБДОУ № 21", CITY, "ДОУ"), ("МБОУ СОШ № 21", CITY, None), ("МБУ ДО ДЮСШ", CITY, None),
            ("МБОУ «Филимоновская СОШ»", AROUND, None), ("МБОУ «Анцирская СОШ»", AROUND, None),
            ("МКДОУ «Филимоновский детский сад»", AROUND, "ДОУ"), ("МБОУ СОШ № 6", UPON_RIVER, None),
            ("МБОУ СОШ № 5 имени Ю.А. Тихого", UPON_RIVER, None), ("МКОУ «Школа № 17»", UPON_RIVER, None),
            ("МБОУ СОШ № 10 с углублённым изучением отдельных предметов", UPON_RIVER, None),
            ("МБОУ СОШ № 18", UPON_RIVER, None),
        ],
        1,
    )
]  # fmt: skip
INDEX = OrganisationIndex.build(KNOWN, [])
FOUND = [
    ("СОШ № 1 имени Сказкина И.П.", TOWN, 1), ("СОШ № 1 им. И. П. Сказкина г. Мнимска", None, 1),
    ("СОШ №3 г.Мнимска", TOWN, 3), ("Мнимская СОШ № 3", TOWN, 3), ("СОШ № 1", "Мнимск", 1),
    ("Мнимская СОШ № 7", DISTRICT, 6), ("Школа № 2", CITY, 12), ("Гимназия №1", CITY, 14),
    ("Лицей № 1 г. Тихограда", None, 15), ("Детский сад № 21", CITY, 19), ("Детский сад № 5", CITY, 18),
    ("Детский сад № 5", TOWN, 4), ("Филимоновская школа", AROUND, 22), ("Филимоновский детский сад", AROUND, 24),
    ("СОШ № 5 имени Тихого", UPON_RIVER, 26), ("СОШ № 5 имени Юрия Тихого", UPON_RIVER, 26),
    ("СОШ № 6 г. Тихого-на-Мнимке", None, 25), ("СОШ № 10 с УИОП", UPON_RIVER, 28), ("СОШ № 018", UPON_RIVER, 29),
    ("Подтесовская СОШ № 46 им. В.П. Выдумкина", DISTRICT, 10), ("МБОУ СОШ № 46 пос. Подтёсово", DISTRICT, 10),
    ("Верхне-Пашинская СОШ № 2", DISTRICT, 11), ("Тихоградская школа-интернат", CITY, 17), ("ДЮСШ", CITY, 21),
]  # fmt: skip
"""A name, its municipality, and the line of the registry."""
HELD = [
    # a town and the district around it
    ("СОШ № 7 г. Мнимска", None), ("Мнимская СОШ № 3", DISTRICT), ("Мнимская СОШ № 3", None), ("СОШ № 4", DISTRICT),
    ("СОШ № 1", DISTRICT), ("СОШ № 2", "Мнимский"), ("Филимоновская СОШ", CITY), ("СОШ с. Филимоново", AROUND),
    ("Филимоновская СОШ Тихоградского района", CITY), ("Детский сад № 5 г. Мнимска", CITY),
    # numbers: in words, in Roman figures, two, with more to them
    ("Средняя школа номер два", CITY), ("СОШ № II", CITY), ("Вторая школа", CITY), ("2-я средняя школа", CITY),
    ("СОШ два", CITY), ("Гимназия № I", CITY), ("СОШ № 2, 19", CITY), ("СОШ № 2 и № 19", CITY), ("СОШ № 2/19", CITY),
    ("СОШ № 2-19", CITY), ("СОШ № 18Б", UPON_RIVER), ("СОШ № 18.1", UPON_RIVER), ("СОШ №№ 17, 18", UPON_RIVER),
    ("№ 21", CITY), ("МБДОУ 21", CITY), ("МБОУ № 21", CITY), ("ДЮСШ № 1", CITY),
    # parts, branches, kindergartens of schools, and what became of a school
    ("СОШ № 2 (дошкольная группа)", CITY), ("СОШ № 2 филиал", CITY), ("филиал СОШ № 2", CITY),
    ("структурное подразделение СОШ № 2", CITY), ("СП МБОУ СОШ № 2", CITY), ("СОШ № 2 СП детский сад", CITY),
    ("детский сад при СОШ № 2", CITY), ("ДОУ при СОШ № 21", CITY), ("МБОУ СОШ № 21 д/с", CITY), ("СОШ № 2 (ДС)", CITY),
    ("Дошкольные группы МБОУ СОШ № 2", CITY), ("корпус 2 МБОУ СОШ № 2", CITY), ("МБОУ СОШ № 2 корпус А", CITY),
    ("СОШ № 2 (вечерняя)", CITY), ("СОШ № 2 (1-4 классы)", CITY), ("бывшая СОШ № 2", CITY),
    ("СОШ № 2 (ликвидирована)", CITY), ("СОШ № 18 к. 1", UPON_RIVER), ("Детский сад № 5 ОАО «РЖД»", CITY),
    ("ЧДОУ Детский сад № 5", CITY), ("Детский сад № 5 корпус 2", CITY), ("Лицей №1 (Гимназия № 1)", CITY),
    ("МБОУ «Филимоновская СОШ» и МБОУ «Анцирская СОШ»", AROUND), ("Филимоновская СОШ с. Бошняково", AROUND),
    ("Филимоновский д/с при СОШ", AROUND), ("Филимоновская СОШ (Бошняковский филиал)", AROUND),
    # persons, and a town called like one
    ("СОШ имени Тихого", UPON_RIVER), ("СОШ № 5 имени П. Тихого", UPON_RIVER), ("СОШ № 6 имени Тихого", UPON_RIVER),
    ("СОШ № 5 г. Тихого", UPON_RIVER), ("Подтёсовская СОШ № 46 имени А. Выдумкина", DISTRICT),
    ("СОШ № 46 имени В.П. Выдумкина", None), ("Подтёсовская СОШ", DISTRICT), ("Нижнепашинская СОШ № 2", DISTRICT),
    # what no name says alone, and no school at all
    ("Гимназия", CITY), ("Лицей № 1", None), ("Детский сад № 5", None), ("Детский сад «Родничок»", TOWN),
    ("ДЮСШ", None), ("Школа-интернат", CITY), ("Отдел образования Тихоградского района", AROUND),
    ("Итого", CITY), ("Прочие", CITY),
]  # fmt: skip


def matched(index: OrganisationIndex, name: str, municipality: str | None) -> Organisation | None:
    return index.match(Query(None, None, None, name, municipality, REGION)).organisation


@pytest.mark.parametrize(("name", "municipality", "line"), FOUND)
def test_a_name_that_means_one_finds_it(name: str, municipality: str | None, line: int) -> None:
    """Guards against a question about what only one organisation can be, and against another one found."""
    assert matched(INDEX, name, municipality) == KNOWN[line - 1]


@pytest.mark.parametrize(("name", "municipality"), HELD)
def test_a_name_that_may_mean_another_is_held(name: str, municipality: str | None) -> None:
    """Guards against children counted under another school."""
    assert matched(INDEX, name, municipality) is None


ASKED = [(name, municipality) for name, municipality, _ in FOUND] + HELD
ASKED += [(one.names[0], municipality) for one in KNOWN for municipality in (one.municipality, None)]


@pytest.mark.parametrize("seed", range(6))
def test_a_larger_registry_gives_no_row_to_one_it_had(seed: int) -> None:
    """Guards against a held row that goes to another organisation than the one that has come."""
    random = Random(seed)
    for _ in range(4):
        kept = random.sample(KNOWN, 20)
        come = random.choice([one for one in KNOWN if one not in kept])
        fewer, more = (OrganisationIndex.build(known, []) for known in (kept, [*kept, come]))
        for name, municipality in ASKED:
            now = matched(more, name, municipality)
            assert now in (None, come, matched(fewer, name, municipality)), (name, municipality)


def test_the_order_of_the_registry_changes_nothing() -> None:
    """Guards against whichever comes first."""
    turned = OrganisationIndex.build(KNOWN[::-1], [])
    assert [matched(turned, *one) for one in ASKED] == [matched(INDEX, *one) for one in ASKED]


def test_a_municipality_left_out_gives_the_same_or_a_question() -> None:
    """Guards against another organisation found by the same name without its municipality."""
    for name, municipality in ASKED:
        found = matched(INDEX, name, None)
        if municipality is not None and found is not None and found.municipality == municipality:
            assert matched(INDEX, name, municipality) == found, name
        if (given := matched(INDEX, name, municipality)) is not None:
            assert found in (None, given), name
