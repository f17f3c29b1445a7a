"""The one layout of two kinds that all scripts know: columns and spellings of the generated exports."""

LOG = ["Система", "Дата", "СНИЛС", "ИНН", "Роль", "Сообщений"]
HEADCOUNT = ["Дата", "ИНН", "Обучающихся", "Педагогических работников"]
ROLES = {"обучающийся": "student", "Ученик": "student", "педагог": "teacher", "Учителя": "teacher"}
SYSTEMS = ("Сферум", "ИКОП Сферум")
NO_DATA = ("Система", "Итого")
"""What the first cell of a repeated header or a total says; of a blank row it says nothing."""
INN_WEIGHTS = (2, 4, 10, 3, 5, 9, 4, 6, 8)
SNILS_WEIGHTS = (9, 8, 7, 6, 5, 4, 3, 2, 1)
RULES = [
    "ignored", "not_a_date", "not_in_future", "not_before_2010", "not_nullable", "snils_check_digit", "role_known",
    "not_a_count", "not_negative", "inn_check_digit", "held", "duplicate_key",
]  # fmt: skip
"""In the order they are asked."""
