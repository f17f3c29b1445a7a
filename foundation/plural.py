"""Russian nouns after numbers."""


def plural(number: int, one: str, few: str, many: str) -> str:
    """A Russian noun after a number: 1 строка, 3 строки, 5 строк."""
    if number % 10 == 1 and number % 100 != 11:
        return f"{number} {one}"
    if 2 <= number % 10 <= 4 and not 12 <= number % 100 <= 14:
        return f"{number} {few}"
    return f"{number} {many}"
