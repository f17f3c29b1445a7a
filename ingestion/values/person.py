"""СНИЛС to person_key at the door (design.md, promise 9): the number itself goes no further than this module."""

import hashlib
import hmac
import re

from schemas.personal import is_valid_snils
from schemas.text import plain

SEPARATORS = str.maketrans("", "", "- \t\n\r\f\v\x1c\x1d\x1e\x1f")


def snils_digits(text: str) -> str | None:
    """The 11 digits of a СНИЛС written in any usual way; None when it has another number of digits."""
    # Millions are read: nearly all are plain digits, spaces and hyphens.
    cleaned = text.translate(SEPARATORS) if text.isascii() else re.sub(r"[\s-]", "", plain(text))
    return cleaned if len(cleaned) == 11 and re.fullmatch(r"\d{11}", cleaned) else None


def read_snils(text: str) -> tuple[str | None, str | None]:
    """The digits of a СНИЛС; or None and the rule (schemas.rules) that what is written breaks."""
    digits = snils_digits(text)
    if digits is None:
        return None, "snils_form"
    return (digits, None) if is_valid_snils(digits) else (None, "snils_check_digit")


def key_or_rule(secret: str, text: str) -> tuple[str | None, str | None]:
    """The key of a СНИЛС as it is written, or the rule it breaks."""
    digits, rule = read_snils(text)
    return (None, rule) if digits is None else (person_key(secret, digits), None)


def person_key(secret: str, digits: str) -> str:
    """HMAC-SHA256 of a normalised СНИЛС, 64 hexadecimal digits."""
    return hmac.digest(secret.encode(), digits.encode(), "sha256").hex()


def identifier_key(secret: str, identifier: str) -> str:
    """A key for an identifier that is no СНИЛС: its own namespace, so that it joins no staff (question 8)."""
    return hmac.new(secret.encode(), f"identifier:{plain(identifier)}".encode(), hashlib.sha256).hexdigest()
