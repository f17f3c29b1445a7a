"""СНИЛС to person_key at the door (design.md, promise 9): the number itself goes no further than this module."""

import hashlib
import hmac
import re

from schemas.text import plain

UNCHECKED_UP_TO = 1_001_998
"""Numbers up to 001-001-998 carry no check number (golden check G-C01)."""


def snils_digits(text: str) -> str | None:
    """The 11 digits of a СНИЛС written in any usual way; None when it has another number of digits."""
    cleaned = re.sub(r"[\s-]", "", plain(text))
    return cleaned if re.fullmatch(r"\d{11}", cleaned) else None


def is_valid_snils(digits: str) -> bool:
    """Check number of a СНИЛС of 11 digits."""
    number, control = digits[:9], int(digits[9:])
    if int(number) <= UNCHECKED_UP_TO:
        return True
    total = sum(int(digit) * weight for digit, weight in zip(number, range(9, 0, -1), strict=True))
    return total % 101 % 100 == control


def read_snils(text: str) -> tuple[str | None, str | None]:
    """The digits of a СНИЛС; or None and the rule (schemas.rules) that what is written breaks."""
    digits = snils_digits(text)
    if digits is None:
        return None, "snils_form"
    return (digits, None) if is_valid_snils(digits) else (None, "snils_check_digit")


def person_key(secret: str, digits: str) -> str:
    """HMAC-SHA256 of a normalised СНИЛС, 64 hexadecimal digits."""
    return hmac.new(secret.encode(), digits.encode(), hashlib.sha256).hexdigest()


def identifier_key(secret: str, identifier: str) -> str:
    """A key for an identifier that is no СНИЛС: its own namespace, so that it joins no staff (question 8)."""
    return hmac.new(secret.encode(), f"identifier:{plain(identifier)}".encode(), hashlib.sha256).hexdigest()
