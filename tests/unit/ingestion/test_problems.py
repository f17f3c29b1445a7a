"""What a message may show, and that every rule has its words."""

import pytest

from ingestion.examine.problems import Problem
from schemas.rules import EXPECTED, RULE_TITLES, RULES, severity_of

INN_OF_PERSON = "999912345603"  # invented; both check digits are right


def message(rule: str, found: str | None, file_name: str = "файл.csv", sheet: str = "ОО") -> str:
    return Problem(sheet, 17, "Обучающихся", rule, found).message(file_name)


def test_a_message_says_what_where_and_what_follows() -> None:
    """Guards against a message without its place or its verdict."""
    assert message("not_a_count", "много") == (
        "файл.csv, лист «ОО», строка 17, столбец «Обучающихся»: «много», ожидалось целое число не меньше 0. "
        "Строка отклонена."
    )
    assert message("inn_repaired", "123").endswith("Строка принята.")


@pytest.mark.parametrize(
    "found", [INN_OF_PERSON, "9999 1234 5603", "999912345603.0", "9,99912345603E+11", "999912345600"]
)
def test_the_inn_of_a_person_is_never_shown(found: str) -> None:
    """Guards against twelve digits printed for the sender, be their check digits right or not."""
    assert Problem("ОО", 2, "ИНН", "inn_person", found).found is None
    assert "значение не показано" in message("inn_person", found)


@pytest.mark.parametrize("found", ["Выдумова, 987-654-301 79", INN_OF_PERSON, "О.О. Образцов", "Исп. Выдумова А.А."])
def test_people_are_not_quoted(found: str) -> None:
    """Guards against a person in a quoted value, whatever rule the value breaks."""
    shown = Problem("ОО", 2, "Обучающихся", "not_a_count", found).found
    assert shown is not None
    assert "скрыт" in shown
    assert not any(part in shown for part in ("987", "9999", "Образцов", "Выдумова А"))


def test_people_in_names_of_files_and_sheets() -> None:
    """Guards against a СНИЛС in a file's or a sheet's name that every message repeats."""
    text = message("not_a_count", "нет", "Контингент 987-654-302 80.csv", "Лист 987-654-302 80")
    assert "987" not in text
    assert text.startswith("Контингент [СНИЛС скрыт].csv, лист «Лист [СНИЛС скрыт]», строка 17")


def test_every_rule_has_words() -> None:
    """Guards against a rule without a name for the protocol, and against two rules of one code."""
    assert set(EXPECTED) == set(RULE_TITLES) == set(RULES)
    assert all(rule.title and rule.expected and len(rule.title) < 45 for rule in RULES.values())
    assert {severity_of("required"), severity_of("inn_repaired")} == {"error", "warning"}
