"""Passports and the reference tables made of them."""

from collections import Counter
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml

from schemas.catalogue import systems
from schemas.catalogue_file import project_rows
from schemas.catalogue_rows import ROLES
from schemas.kinds import KINDS
from schemas.passport import PASSPORT_FOLDER, Passport, PassportError, load_passports
from schemas.reference import write_reference

SIXTEEN = {
    "equipped_organisations",
    "students_with_platform_access",
    "teachers_using_platform",
    "organisations_using_platform",
    "students_registered",
    "parents_registered",
    "students_with_learning_plan",
    "students_active_my_school",
    "students_active_sferum",
    "leaders_trained",
    "teachers_trained",
    "teachers_registered",
    "teachers_active_my_school",
    "teachers_active_sferum",
    "organisations_registered",
    "organisations_with_speed",
}
DOCUMENT_CODES = [
    *(f"ENI.{number}" for number in ("1", "2", "2.1", "2.2", "2.3", "2.5a", "2.5b")),
    *(f"ENI.{number}" for number in ("3", "3.1", "3.2", "3.3", "3.4a", "3.4b", "3.5", "4", "4.1", "4.2")),
    *(f"ZIM.{number}" for number in ("M1", "M2", "M34", "M5", "M6")),
    *(f"ZIM.S{number}" for number in range(1, 7)),
    *(f"ZIM.{number}" for number in ("R1.2", "R1.3", "R1.4", "R1.6", "R1.7", "P2.1", "P2.2", "P4", "P5.1", "FIN")),
    *(f"KOV.{number}" for number in range(1, 11)),
    *(f"KEM.{number}" for number in range(1, 13)),
    *(f"TUL.{number}" for number in range(1, 15)),
]
MEASURED_TWICE = {
    "organisations_on_federal_platform_appendix",
    "organisations_with_speed_100_appendix",
    "students_horizontal_learning_appendix",
    "students_with_digital_profile_appendix",
    "teachers_trained_one_window_appendix",
}
TRAINED = {"measure": "trained", "role": "teacher"}
HEADCOUNT = {"measure": "headcount", "role": "teacher"}


def passport(code: str) -> Passport:
    return next(item for item in load_passports() if item.code == code)


def write_copy(folder: Path, code: str = "teachers_trained", name: str = "copy", **changes: object) -> None:
    content = yaml.safe_load((PASSPORT_FOLDER / f"{code}.yaml").read_text(encoding="utf-8"))
    path = folder / f"{name}.yaml"
    path.write_text(yaml.safe_dump({**content, **changes}, allow_unicode=True), encoding="utf-8")


def test_the_sixteen_indicators_of_the_agreement_are_there() -> None:
    """Guards against an indicator of the Agreement that goes when passports of other documents come."""
    assert {item.code for item in load_passports()} >= SIXTEEN


def test_every_indicator_of_the_documents_has_one_passport() -> None:
    """Guards against an indicator of a seed document that nobody can load, and against one with two definitions."""
    claimed = [code for item in load_passports() for code in item.document_codes]
    assert len(DOCUMENT_CODES) == 74
    assert Counter(claimed) == Counter(DOCUMENT_CODES)
    assert [item.code for item in load_passports() if len(item.document_codes) > 1] == []
    assert len(load_passports()) == len(list(PASSPORT_FOLDER.glob("*.yaml")))


def test_a_file_is_named_by_its_code() -> None:
    """Guards against a passport that cannot be found by the code a mart shows."""
    assert {path.stem for path in PASSPORT_FOLDER.glob("*.yaml")} == {item.code for item in load_passports()}


def test_passports_are_told_apart() -> None:
    """Guards against two indicators under one title, or in one place of a table."""
    passports = load_passports()
    for names in (
        [item.title for item in passports],
        [item.short_title for item in passports],
        [item.position for item in passports],
    ):
        assert [name for name, count in Counter(names).items() if count > 1] == []


def test_a_short_title_fits_a_chart() -> None:
    """Guards against a label that a chart cuts."""
    assert [item.code for item in load_passports() if len(item.short_title) >= 45] == []


@pytest.mark.parametrize(
    "code", ["students_with_platform_access", "teachers_using_platform", "organisations_using_platform"]
)
def test_own_definitions_say_so(code: str) -> None:
    """Guards against a definition of the project that passes for one of the Agreement."""
    assert passport(code).definition_source == "определение проекта"


def test_a_published_indicator_says_why_it_is_not_computed() -> None:
    """Guards against a reader who looks for a value that no export can give."""
    told = {item.code for item in load_passports() if item.definition.startswith("Не вычисляется: ")}
    assert told == {item.code for item in load_passports() if item.aggregation == "published"}


def test_indicators_that_are_the_same_are_computed_the_same() -> None:
    """Guards against two definitions of what one document measures twice, in a section and in its appendix."""
    by_code = {item.code: item for item in load_passports()}
    pairs = [(item, by_code[item.same_as]) for item in by_code.values() if item.same_as]
    assert {one.code for one, _ in pairs if one.document_codes} == MEASURED_TWICE
    for one, other in pairs:
        assert (one.aggregation, one.population, one.numerator, one.denominator) == (
            other.aggregation,
            other.population,
            other.numerator,
            other.denominator,
        )


def test_speed_threshold_stands_in_the_passport() -> None:
    """Guards against a threshold that moves into SQL."""
    assert [part.threshold for _, _, _, part in passport("organisations_with_speed").components()] == [20]


def test_a_preferred_source_is_never_a_proxy() -> None:
    """Guards against an own value that is shown as a stand-in."""
    ranked = [(priority, is_proxy) for item in load_passports() for _, priority, is_proxy, _ in item.components()]
    assert all(not is_proxy for priority, is_proxy in ranked if priority == 1)


def test_subjects_are_codes_of_the_systems_catalogue() -> None:
    """Guards against a misspelt object or event, which would silently count nothing; items stand as delivered."""
    codes = {entry.code for entry in systems()}
    named = {
        (item.code, part.subject)
        for item in load_passports()
        for _, _, _, part in item.components()
        if part.subject and part.measure != "items"
    }
    assert {subject for _, subject in named} >= {"rmo", "smo", "seminar", "it_cube", "capital_repair"}
    assert [(code, subject) for code, subject in named if subject not in codes] == []


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"aggregation": "share_of_organisations"}, "denominator не нужен"),
        ({"aggregation": "share_of_organisations", "denominator": None}, "нужен threshold"),
        ({"aggregation": "number_of_organisations"}, "denominator не нужен"),
        ({"aggregation": "number_of_organisations", "denominator": None}, "нужен threshold"),
        ({"denominator": None}, "нужен denominator"),
        ({"aggregation": "published"}, "нет numerator"),
        ({"numerator": None}, "у любого другого он есть"),
        ({"numerator": {"own": [TRAINED, HEADCOUNT]}}, "несколько составляющих own"),
        ({"numerator": {"own": []}}, "numerator / own»: не может быть пустым"),
        ({"valid_from_year": 2025, "valid_to_year": 2024}, "valid_from_year позже"),
        ({"colour": "red"}, "неизвестный ключ «colour»"),
        ({"precision": 9}, "«precision»: должно быть не больше 3"),
        ({"break_threshold": 1.5}, "«break_threshold»: должно быть не больше 1"),
        ({"break_threshold": -0.1}, "«break_threshold»: должно быть не меньше 0"),
    ],
)
def test_a_wrong_passport_is_refused_by_name(tmp_path: Path, changes: dict[str, Any], complaint: str) -> None:
    """Guards against a passport that computes nothing, or not what it says, without a word."""
    write_copy(tmp_path, **changes)
    with pytest.raises(PassportError, match=complaint) as error:
        load_passports(tmp_path)
    assert "copy.yaml" in str(error.value)


def test_a_threshold_in_some_components_is_not_enough(tmp_path: Path) -> None:
    """Guards against an organisation that counts whatever its value, by the one component without a threshold."""
    side = {"own": [{**TRAINED, "threshold": 1}, HEADCOUNT]}
    write_copy(tmp_path, aggregation="number_of_organisations", denominator=None, numerator=side)
    with pytest.raises(PassportError, match="number_of_organisations: в каждой составляющей numerator нужен threshold"):
        load_passports(tmp_path)


@pytest.mark.parametrize(
    "changes",
    [
        {"aggregation": "sum", "denominator": None, "numerator": {"own": [TRAINED, HEADCOUNT]}},
        {"aggregation": "number_of_organisations", "denominator": None,
         "numerator": {"own": [{**TRAINED, "threshold": 1}, {**HEADCOUNT, "threshold": 1}]}},
        {"aggregation": "published", "numerator": None, "denominator": None},
    ],
)  # fmt: skip
def test_a_right_passport_is_accepted(tmp_path: Path, changes: dict[str, Any]) -> None:
    """Guards against rules too strict for sums of several measures, counts by any of several, and published values."""
    write_copy(tmp_path, **changes)
    assert len(load_passports(tmp_path)) == 1


def test_versions_of_one_year_are_refused(tmp_path: Path) -> None:
    """Guards against two values of one indicator in one year."""
    write_copy(tmp_path, name="first", valid_to_year=2024)
    write_copy(tmp_path, name="second", version=2, valid_from_year=2024)
    with pytest.raises(PassportError, match="действуют в одном году"):
        load_passports(tmp_path)


def test_versions_that_follow_each_other_are_accepted(tmp_path: Path) -> None:
    """Guards against a definition that can never change."""
    write_copy(tmp_path, name="first", valid_to_year=2023)
    write_copy(tmp_path, name="second", version=2, valid_from_year=2024)
    assert [item.version for item in load_passports(tmp_path)] == [1, 2]


def test_a_version_holds_until_the_next_one(tmp_path: Path) -> None:
    """Guards against a new version that can only come by a change of the file of the former one."""
    write_copy(tmp_path, name="first")
    write_copy(tmp_path, name="second", version=2, valid_from_year=2024)
    assert [(item.version, item.valid_to_year) for item in load_passports(tmp_path)] == [(1, 2023), (2, None)]


@pytest.mark.parametrize(
    ("first", "second", "complaint"),
    [
        ({"valid_to_year": 2021}, {"version": 2, "valid_from_year": 2024},
         "версии 1 и 2 показателя teachers_trained оставляют без определения 2022–2023 годы"),
        ({"valid_to_year": 2022}, {"version": 2, "valid_from_year": 2024}, "оставляют без определения 2023 год"),
        ({"valid_from_year": 2022}, {"version": 2, "valid_from_year": 2018, "valid_to_year": 2021},
         "идут не в порядке годов"),
        ({}, {"version": 2}, "действуют в одном году"),
        ({}, {"version": 1, "valid_from_year": 2024}, "версия 1 показателя teachers_trained уже есть"),
    ],
)  # fmt: skip
def test_versions_that_do_not_follow_each_other_are_refused(
    tmp_path: Path, first: dict[str, Any], second: dict[str, Any], complaint: str
) -> None:
    """Guards against years that nobody defines, or that two versions do, told without the file and the key."""
    write_copy(tmp_path, name="first", **first)
    write_copy(tmp_path, name="second", **second)
    with pytest.raises(PassportError, match=complaint) as error:
        load_passports(tmp_path)
    key = "version" if second["version"] == 1 else "valid_from_year"
    assert str(error.value).startswith(f"second.yaml: ключ «{key}»: ")


def test_an_unknown_measure_is_refused(tmp_path: Path) -> None:
    """Guards against a misspelt measure, which would silently compute nothing."""
    side = {"own": [{"measure": "trainde", "role": "teacher"}]}
    write_copy(tmp_path, numerator=side)
    with pytest.raises(PassportError, match="нет меры «trainde»; возможно, «trained»"):
        load_passports(tmp_path)


def test_reference_is_written_whole_and_again() -> None:
    """Guards against reference tables that lose rows, or that a second refresh cannot write."""
    with duckdb.connect() as connection:
        write_reference(connection)
        write_reference(connection)
        counts = {
            table: connection.execute(f"select count(*) from reference.{table}").fetchone()
            for table in ("indicator_passport", "kind", "role")
        }
        written = {"indicator_passport": load_passports(), "kind": KINDS, "role": project_rows(ROLES)}
        assert counts == {table: (len(rows),) for table, rows in written.items()}
        sql = "select title from reference.organisation_type where is_general_education"
        types = connection.execute(sql).fetchall()
    assert ("МУК",) in types
    assert ("ДО",) not in types
