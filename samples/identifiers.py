"""Check digits of the identifiers the samples carry."""

import random

FIRST_UNASSIGNED_SNILS = 900_000_000
"""Numbers from here on are issued to nobody, so a generated СНИЛС is never a living person's."""


def snils_check(number: int) -> int:
    """The two check digits of a nine-digit СНИЛС number."""
    total = sum(int(digit) * weight for digit, weight in zip(f"{number:09d}", range(9, 0, -1), strict=True))
    return total % 101 % 100


def snils(rng: random.Random, taken: set[str]) -> str:
    """A new valid СНИЛС written «900-123-456 78», without three equal digits in a row."""
    while True:
        number = f"{rng.randrange(FIRST_UNASSIGNED_SNILS, 1_000_000_000):09d}"
        if any(digit * 3 in number for digit in "0123456789"):
            continue
        text = f"{number[:3]}-{number[3:6]}-{number[6:]} {snils_check(int(number)):02d}"
        if text not in taken:
            taken.add(text)
            return text


def inn_is_valid(inn: str) -> bool:
    """Whether the check digit of a ten-digit ИНН holds."""
    total = sum(int(digit) * weight for digit, weight in zip(inn[:9], (2, 4, 10, 3, 5, 9, 4, 6, 8), strict=True))
    return len(inn) == 10 and total % 11 % 10 == int(inn[9])


def ogrn_is_valid(ogrn: str) -> bool:
    """Whether the check digit of a thirteen-digit ОГРН holds."""
    return len(ogrn) == 13 and int(ogrn[:12]) % 11 % 10 == int(ogrn[12])
