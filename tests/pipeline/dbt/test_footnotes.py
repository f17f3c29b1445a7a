"""Footnotes of the hand-made district: what stands at a value, in which order, and under which number."""

import pytest
from handmade_district import SCHOOLS
from handmade_warehouse import OKTMO, Warehouse

pytestmark = pytest.mark.slow


def footnotes(warehouse: Warehouse, place_id: str, year: int = 2024) -> list[tuple[int, str, str, str]]:
    """Number, indicator, kind and text of every footnote of a place and year."""
    return warehouse.query(
        "select note_number, indicator_code, footnote_kind, footnote_text from marts.footnote"
        " where place_id = ? and year = ? order by note_number, indicator_position, indicator_code",
        place_id,
        year,
    )  # type: ignore[return-value]


def test_a_sent_note_stands_in_its_years_only(district: Warehouse) -> None:
    """Guards against a note of one year under every year, and against one of every year that stands under none."""
    sent = (
        "select indicator_code, year, footnote_text from marts.footnote where footnote_kind = 'sent' and place_id = ?"
    )
    found = set(district.query(sent, OKTMO))
    of_equipped = {row[1:] for row in found if row[0] == "equipped_organisations"}
    assert of_equipped == {(2023, "По актам"), (2024, "По актам"), (2024, "Ждут поставки (Письмо № 5)")}
    years_of_trained = district.query(
        "select year from marts.indicator_by_territory where indicator_code = 'teachers_trained' and territory_id = ?",
        OKTMO,
    )
    assert {(year,) for code, year, _ in found if code == "teachers_trained"} == set(years_of_trained)
    assert all(text != "Не о нашем годе" for _, _, text in found)


def test_a_note_names_the_row_it_was_sent_in(district: Warehouse) -> None:
    """Guards against a note nobody can find again in the files; one of a branch stands at its school's value."""
    assert district.query(
        "select file_name, sheet, source_row, organisation_id from marts.footnote where footnote_text like 'Филиал%'"
    ) == [("note.xlsx", "Лист1", 8, SCHOOLS[0])]


def test_numbers_follow_the_table_and_one_text_has_one(district: Warehouse) -> None:
    """Guards against a mark that means another text in another row, and against numbers that skip or change places."""
    found = footnotes(district, OKTMO)
    assert found[:2] == [
        (1, "equipped_organisations", "sent", "По актам"),
        (1, "teachers_trained", "sent", "По актам"),
    ]
    assert found[2] == (2, "equipped_organisations", "sent", "Ждут поставки (Письмо № 5)")
    assert sorted({number for number, *_ in found}) == list(range(1, len({text for *_, text in found}) + 1))
    assert len({(number, text) for number, _, _, text in found}) == len({text for *_, text in found})


def test_what_the_product_knows_is_said_in_words(district: Warehouse) -> None:
    """Guards against a stand-in, two plans, a bound and an undecided school that only a careful reader finds."""
    said = {(code, kind): text for _, code, kind, text in footnotes(district, OKTMO)}
    assert said["teachers_using_platform", "plan_conflict"] == (
        "планы расходятся: 40 (действует) — Решение коллегии № 2, строка 22; 5 — Решение коллегии № 2, строка 62"
    )
    assert said["teachers_using_platform", "proxy"] == "замещающий источник: Моя школа, Сферум"
    assert said["parents_registered", "proxy"] == "замещающий источник: КИАСУО"
    assert said["teachers_registered", "published_at_least"].startswith("опубликовано «не менее 10»:")
    assert "не определено у организаций: 1;" in said["organisations_with_speed", "undecided"]
    school = {(code, kind) for _, code, kind, _ in footnotes(district, SCHOOLS[2])}
    assert ("organisations_with_speed", "organisation_undecided") in school


def test_marks_stand_at_the_values(district: Warehouse) -> None:
    """Guards against a text below a table that no value refers to."""
    for level, mart, place in (
        ("<>", "indicator_by_territory", "territory_id"),
        ("=", "indicator_by_organisation", "organisation_id"),
    ):
        assert district.query(
            f"""
            select value.indicator_code, value.year, value.{place}, value.footnote_marks, note.marks
            from marts.{mart} as value
            full join (
                select indicator_code, year, place_id, string_agg(note_mark, ' ' order by note_number) as marks
                from marts.footnote where place_level {level} 'organisation' group by all
            ) as note on note.indicator_code = value.indicator_code and note.year = value.year
                and note.place_id = value.{place}
            where value.footnote_marks is distinct from note.marks
            """
        ) == []  # fmt: skip
    assert district.query("select count(*) > 20 from marts.footnote") == [(True,)]
