"""Which organisation a steward is shown first."""

from known_schools import DISTRICT, OTHER, REGION, TOWN, organisation

from ingestion.match.organisations import Organisation, OrganisationIndex, Query


def shown(known: list[Organisation], name: str, municipality: str | None) -> list[str]:
    query = Query(None, None, None, name, municipality, REGION)
    return [one.name for one in OrganisationIndex.build(known, []).candidates(query)]


def test_of_equals_the_one_of_the_same_legal_form_comes_first() -> None:
    """Guards against a guess among schools of one name in several districts whose forms differ."""
    known = [
        organisation(1, "МКОУ «Светлая СОШ»", DISTRICT), organisation(2, "МОБУ «Светлая СОШ»", OTHER),
        organisation(3, "Муниципальное автономное общеобразовательное учреждение «Светлая СОШ»", TOWN),
    ]  # fmt: skip
    assert shown(known, "МОБУ Светлая СОШ", None)[0] == "МОБУ «Светлая СОШ»"
    spelled_out = "Муниципальное общеобразовательное бюджетное учреждение «Светлая СОШ»"
    assert shown(known, spelled_out, None)[0] == "МОБУ «Светлая СОШ»"
    assert shown(known, "МАОУ «Светлая средняя школа»", None)[0] == known[2].names[0]


def test_a_form_outweighs_no_other_part() -> None:
    """Guards against a school of another type, number or place shown first for its legal form."""
    known = [organisation(1, "МКОУ «СОШ № 5»", TOWN), organisation(2, "МБОУ «СОШ № 6»", TOWN),
             organisation(3, "МБОУ «СОШ № 5»", OTHER)]  # fmt: skip
    assert shown(known, "МБОУ СОШ № 5 корпус 2", TOWN)[0] == "МКОУ «СОШ № 5»"


def test_a_name_that_agrees_in_full_comes_before_one_with_more_to_it() -> None:
    """Guards against the heir with an honour shown before the school of just that name."""
    known = [
        organisation(1, "МБОУ «Светлая ООШ № 2 им. Р.Г. Сказкина»"),
        organisation(2, "МБОУ «Светлая ООШ № 2» Двойного муниципального района Тверской области"),
    ]
    assert shown(known, "МБОУ ''Светлая ООШ № 2''", DISTRICT)[0] == known[1].names[0]


def test_letters_and_words_for_one_are_alike() -> None:
    """Guards against the district's own house of children's work left out among those of other districts."""
    known = [organisation(number, f"МБУ ДО «{word}ский ДДТ»", f"{word}ский район")
             for number, word in enumerate(("Тихогор", "Тихолес", "Тихобор", "Тихояр", "Тихомор"), 1)]  # fmt: skip
    own = organisation(9, "МБУ ДО «Двойной дом детского творчества»")
    assert shown([*known, own], "МБУ ДО «ДДТ г. Двойного»", DISTRICT)[0] == own.names[0]


def test_a_slip_in_an_adjective_leaves_it_near_its_village() -> None:
    """Guards against «Грёззовская» ranked by other adjectives alone, before the school of Грёзово."""
    known = [organisation(1, "МКОУ «СОШ посёлка Грёзово»"), organisation(2, "МКОУ «Берёзовская ООШ»")]
    assert shown(known, "МКОУ Грёззовская СОШ", DISTRICT)[0] == "МКОУ «СОШ посёлка Грёзово»"
