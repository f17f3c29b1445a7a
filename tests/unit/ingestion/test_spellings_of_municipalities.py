"""Spellings of a town, of the district named after it and of a village in it: each finds its own or none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingestion.match.municipalities import Municipalities
from ingestion.names.places import municipality_name, names_no_municipality

OURS, THEIRS = "RU-IRK", "RU-KYA"
TOWN, DISTRICT, VILLAGE = "город Мнимск", "Мнимский район", "Мнимское сельское поселение"
PLACES = ((OURS, TOWN), (OURS, DISTRICT), (OURS, VILLAGE), (THEIRS, DISTRICT), (OURS, "город Небылов"))
KEYS = {(region, title): f"{region}/{municipality_name(title).key}" for region, title in PLACES}
OF_TOWN = [
    "город Мнимск", "г. Мнимск", "г.Мнимск", "гор. Мнимск", "Мнимск", "г Мнимск", "Мнимск г.", "города Мнимска",
    "МО город Мнимск", "МО г. Мнимск", "МО «Город Мнимск»",
    "муниципальное образование города Мнимска",
    "муниципальное образование «Город Мнимск»", "городской округ Мнимск", "городской округ город Мнимск",
    "Городской округ «Город Мнимск»", "г.о. Мнимск", "г. о. Мнимск", "г.о.г. Мнимск", "г.о.г.Мнимск", "ГО Мнимск",
    "ГО г. Мнимск", "МО ГО Мнимск", "МО ГО «Город Мнимск»", "ЗАТО г. Мнимск", "ЗАТО Мнимск", "Мнимский городской округ",
    "Мнимское городское муниципальное образование", "Мнимский ГО", "Муниципальный округ город Мнимск",
    "Комитет образования администрации городского округа «Город Мнимск»", "Администрация города Мнимска",
    "Управление образования администрации г. Мнимска", "МКУ «Управление образования города Мнимска»",
    "Комитет по образованию г. Мнимска", "Департамент образования и науки города Мнимска Иркутской области",
    "Отдел по делам молодёжи и спорту администрации муниципального образования «город Мнимск»",
    "г. Мнимск Иркутской области", "Иркутская область, город Мнимск", "ГОРОД МНИМСК",
]  # fmt: skip
OF_DISTRICT = [
    "Мнимский район", "Мнимского района", "Мнимскому району", "район Мнимский", "Мнимский р-н",
    "Мнимского р-на", "Мнимский м.р-н", "Мнимский м. р-н", "м.р-н Мнимский", "м.р. Мнимский", "Мнимский МР",
    "МР Мнимский",
    "МР «Мнимский район»", "МО «Мнимский район»", "МО Мнимский район", "муниципальный район Мнимский",
    "Мнимский муниципальный район", "Мнимский муниц. район", "муниципальное образование «Мнимский район»",
    "Мнимское районное муниципальное образование", "Мнимского районного муниципального образования",
    "Мнимский муниципальный округ", "Муниципальный округ Мнимский", "Мнимский м.о.", "м.о. Мнимский", "Мнимский",
    "Мнимского", "Управление образования Администрации Мнимского района", "Отдел образования Мнимского района",
    "Отдел образования администрации Мнимского муниципального района Иркутской области", "РУО Мнимского района",
    "Комитет по образованию администрации МО «Мнимский район»", "Администрация Мнимского муниципального округа",
    "МКУ «Управление образования» Мнимского района", "Мнимский район Иркутской обл.", "МНИМСКИЙ РАЙОН",
    "Мнимский\u00a0район", "МO Мнимский район",
]  # fmt: skip
OF_NONE = [
    "Мнимское муниципальное образование", "Мнимского муниципального образования", "Мнимское", "село Мнимское",
    "с. Мнимское", "Мнимский сельсовет", "пос. Мнимск", "п. Мнимск", "рабочий посёлок Мнимск", "деревня Мнимка",
    "Мнимов",
    "Управление образования города Мнимска и Мнимского района", "Мнимский район, г. Мнимск", "Мнимка",
    "г. Мнимск и Мнимский район", "Октябрьский район города Мнимска", "Октябрьский район г. Мнимска",
    "Северо-Мнимский район",
    "Городской отдел образования Мнимского района", "Управление образования", "Администрация", "Комитет образования",
    "Отдел образования администрации Мнимского муниципального образования", "Верхний Мнимск", "Мнимск-2",
    "Ново-Мнимск",
    "Мнимский район Тверской области", "г. Мнимск Тверской области", "Мнимское городское поселение",
    "Небыловский район",
    "Мнимский район (кроме города)", "МБОУ СОШ Мнимского района", "", "район", "город",
]  # fmt: skip


@pytest.fixture(scope="module")
def municipalities() -> Municipalities:
    known = Municipalities()
    for (region, title), key in KEYS.items():
        known.add(region, key, title)
    return known


@pytest.mark.parametrize("text", OF_TOWN)
def test_a_town_is_found_by_its_spellings(municipalities: Municipalities, text: str) -> None:
    """Guards against a town held under the name of its committee, and against the district of its name."""
    assert municipalities.keys(municipality_name(text), OURS) == [KEYS[(OURS, TOWN)]]
    assert municipalities.keys(municipality_name(text), THEIRS) == []


@pytest.mark.parametrize("text", OF_DISTRICT)
def test_a_district_is_found_by_its_spellings(municipalities: Municipalities, text: str) -> None:
    """Guards against a district held under the name of its authority, and against the town in it."""
    assert municipalities.keys(municipality_name(text), OURS) == [KEYS[(OURS, DISTRICT)]]


@pytest.mark.parametrize("text", OF_NONE)
@pytest.mark.parametrize("region", [OURS, THEIRS, None])
def test_what_may_be_several_finds_none(municipalities: Municipalities, text: str, region: str | None) -> None:
    """Guards against the likeliest of several, and against a village, a part of a town or two places for one."""
    assert municipalities.keys(municipality_name(text), region) == []


@pytest.mark.parametrize("text", [text for text in OF_DISTRICT if "Иркутск" not in text])
def test_one_name_in_two_regions_is_not_chosen(municipalities: Municipalities, text: str) -> None:
    """Guards against the first of two districts of one name when the row says no region."""
    assert len(municipalities.keys(municipality_name(text), None)) == 2
    assert not municipalities.knows(municipalities.key(None, text) or "")
    assert municipalities.region_of(text) is None
    assert municipalities.key("Красноярский край", text) == KEYS[(THEIRS, DISTRICT)]


def test_the_region_beside_the_name_chooses(municipalities: Municipalities) -> None:
    """Guards against «Мнимского района Иркутской области» looked for in another region, or held."""
    name = "Управление образования Мнимского района Иркутской области"
    assert municipalities.key(None, name) == KEYS[(OURS, DISTRICT)]
    assert not municipalities.knows(municipalities.key("Красноярский край", name) or "")


@pytest.mark.parametrize("title", [DISTRICT, "Мнимское районное муниципальное образование"])
@pytest.mark.parametrize("text", [text for text in OF_TOWN if text != TOWN])
def test_a_town_is_never_the_only_district_known(title: str, text: str) -> None:
    """Guards against a town that takes the district's figures because the registry has only the district."""
    known = Municipalities()
    known.add(OURS, "district", title)
    assert known.keys(municipality_name(text), OURS) == []


@pytest.mark.parametrize("title", [TOWN, "Мнимское городское муниципальное образование", "г. Мнимск"])
@pytest.mark.parametrize("text", OF_DISTRICT)
def test_a_district_is_never_the_only_town_known(title: str, text: str) -> None:
    """Guards against a district that takes the town's figures because the registry has only the town."""
    known = Municipalities()
    known.add(OURS, "town", title)
    assert known.keys(municipality_name(text), OURS) == []


BEFORE = [
    "",
    "МО ",
    "администрация ",
    "Комитет образования ",
    "муниципальное образование ",
    "ЗАТО ",
    "МКУ отдел ",
    "село ",
]
TOWN_WORDS = ["город ", "г. ", "г.о. ", "городской округ ", "ГО г. "]
DISTRICT_WORDS = [" район", " р-н", " МР", " муниципальный район", " м.р-н"]
TOWN_FORMS = ["Мнимск", "Мнимска", "«Мнимск»", "Мнимске"]
DISTRICT_FORMS = ["Мнимский", "Мнимского", "Мнимском", "«Мнимский»"]


@given(
    st.sampled_from(BEFORE),
    st.sampled_from(["", *TOWN_WORDS]),
    st.sampled_from([*TOWN_FORMS, *DISTRICT_FORMS, "Мнимское"]),
    st.sampled_from(["", *DISTRICT_WORDS]),
    st.booleans(),
)
def test_whatever_is_found_says_nothing_else(before: str, town: str, name: str, district: str, is_upper: bool) -> None:
    """Guards against any mixture of words that finds the town where it says district, or the district for a town."""
    known = Municipalities()
    for (region, title), key in KEYS.items():
        known.add(region, key, title)
    text = f"{before}{town}{name}{district}"
    found = known.keys(municipality_name(text.upper() if is_upper else text), OURS)
    assert len(found) <= 1
    if before == "село " or (town and district):
        assert found == []
    elif found == [KEYS[(OURS, TOWN)]]:
        assert not district
        assert town or before == "ЗАТО " or name in TOWN_FORMS
    elif found == [KEYS[(OURS, DISTRICT)]]:
        assert not town
        assert district or name in DISTRICT_FORMS


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Кирово-Чепецкий", "Кирово-Чепецк", False), ("Кирово-Чепецкий", "Кирово-Чепецкий район", True),
        ("Усть-Илимский", "г. Усть-Илимск", False), ("Усть-Илимск", "город Усть-Илимск", True),
        ("Липецкий", "Липецк", False), ("Заречный", "г. Заречный", True), ("Заречный", "Заречный район", True),
        ("Волжский", "город Волжский", False), ("Алапаевское муниципальное образование", "город Алапаевск", False),
        ("Алапаевское МО", "Алапаевское муниципальное образование", True), ("Троицк", "Троицкий район", False),
    ],
)  # fmt: skip
def test_names_without_a_word_mean_what_their_form_says(one: str, other: str, same: bool) -> None:
    """Guards against «-цкий» and compound names, whose adjectives were taken for the towns."""
    assert municipality_name(one).agrees_with(municipality_name(other)) is same
    assert municipality_name(other).agrees_with(municipality_name(one)) is same


@pytest.mark.parametrize(
    "text",
    [
        "региональное подчинение", "Краевое подчинение", "областные учреждения", "Государственные учреждения",
        "Министерство образования Красноярского края", "Управление образования Тверской области", "без муниципалитета",
        "Подведомственные министерству", "Учреждения, подведомственные министерству образования", "не определён",
    ],
)  # fmt: skip
def test_no_municipality_is_known_as_none(text: str) -> None:
    """Guards against organisations of the region in a municipality called «региональное подчинение», unsaid."""
    assert names_no_municipality(text)


@pytest.mark.parametrize("text", [*OF_TOWN, *OF_DISTRICT, "Краевой район", "Областной центр", "Школьный район"])
def test_a_municipality_is_not_called_none(text: str) -> None:
    """Guards against a remark on every row of an ordinary municipality."""
    assert not names_no_municipality(text)
