"""What sqlfluff sees as dbt's cross-database macros. Used by the linter only."""


def type_string() -> str:
    return "varchar"


def concat(parts: list[str]) -> str:
    return " || ".join(parts)


def date_trunc(part: str, day: str) -> str:
    return f"date_trunc('{part}', {day})"


def dateadd(part: str, count: int, day: str) -> str:
    return f"dateadd('{part}', {count}, {day})"


def datediff(earlier: str, later: str, part: str) -> str:
    return f"date_diff('{part}', {earlier}, {later})"
