"""Passports and the reference tables made of them."""

from pathlib import Path

import duckdb
import pytest
import yaml

from schemas.passport import PASSPORT_FOLDER, Passport, PassportError, load_passports
from schemas.reference import reference_tables, write_reference

CODES = {
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


def passport(code: str) -> Passport:
    return next(item for item in load_passports() if item.code == code)


def write_copy(folder: Path, code: str = "teachers_trained", name: str = "copy", **changes: object) -> None:
    content = yaml.safe_load((PASSPORT_FOLDER / f"{code}.yaml").read_text(encoding="utf-8"))
    path = folder / f"{name}.yaml"
    path.write_text(yaml.safe_dump({**content, **changes}, allow_unicode=True), encoding="utf-8")


def test_the_sixteen_indicators_are_there() -> None:
    assert {item.code for item in load_passports()} == CODES


def test_a_file_is_named_by_its_code() -> None:
    assert {path.stem for path in PASSPORT_FOLDER.glob("*.yaml")} == CODES


@pytest.mark.parametrize(
    "code", ["students_with_platform_access", "teachers_using_platform", "organisations_using_platform"]
)
def test_own_definitions_say_so(code: str) -> None:
    assert passport(code).definition_source == "определение проекта"


def test_speed_threshold_stands_in_the_passport() -> None:
    assert [component.threshold for component in passport("organisations_with_speed").numerator.own] == [20]


def test_a_preferred_source_is_never_a_proxy() -> None:
    ranked = [(priority, is_proxy) for item in load_passports() for _, priority, is_proxy, _ in item.components()]
    assert all(not is_proxy for priority, is_proxy in ranked if priority == 1)


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"aggregation": "share_of_organisations"}, "takes no denominator"),
        ({"aggregation": "share_of_organisations", "denominator": None}, "needs a threshold"),
        ({"denominator": None}, "needs a denominator"),
        ({"valid_from_year": 2025, "valid_to_year": 2024}, "valid_from_year is after"),
        ({"colour": "red"}, "Extra inputs"),
        ({"precision": 9}, "less than or equal"),
    ],
)
def test_a_wrong_passport_is_refused_by_name(tmp_path: Path, changes: dict[str, object], complaint: str) -> None:
    write_copy(tmp_path, **changes)
    with pytest.raises(PassportError, match=complaint) as error:
        load_passports(tmp_path)
    assert "copy.yaml" in str(error.value)


def test_versions_of_one_year_are_refused(tmp_path: Path) -> None:
    write_copy(tmp_path, name="first", valid_to_year=2024)
    write_copy(tmp_path, name="second", version=2, valid_from_year=2024)
    with pytest.raises(PassportError, match="действуют в одном году"):
        load_passports(tmp_path)


def test_versions_that_follow_each_other_are_accepted(tmp_path: Path) -> None:
    write_copy(tmp_path, name="first", valid_to_year=2023)
    write_copy(tmp_path, name="second", version=2, valid_from_year=2024)
    assert [item.version for item in load_passports(tmp_path)] == [1, 2]


def test_an_unknown_measure_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    side = {"own": [{"measure": "trainde", "role": "teacher"}]}
    write_copy(tmp_path, numerator=side)
    monkeypatch.setattr("schemas.reference.load_passports", lambda: load_passports(tmp_path))
    with pytest.raises(PassportError, match="trainde"):
        reference_tables()


def test_reference_is_written_whole_and_again() -> None:
    with duckdb.connect() as connection:
        write_reference(connection)
        write_reference(connection)
        counts = {
            table: connection.execute(f"select count(*) from reference.{table}").fetchone()
            for table in ("indicator_passport", "kind", "role")
        }
        assert counts == {"indicator_passport": (16,), "kind": (11,), "role": (5,)}
        sql = "select title from reference.organisation_type where is_general_education"
        types = connection.execute(sql).fetchall()
    assert ("МУК",) in types
    assert ("ДО",) not in types
