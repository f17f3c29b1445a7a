"""СНИЛС to person_key at the door (design.md, promise 9): the number itself goes no further than this module."""

import hashlib
import hmac
import re

from foundation.text import WORD, fold, plain
from schemas.personal import is_valid_snils

SEPARATORS = str.maketrans("", "", "- \t\n\r\f\v\x1c\x1d\x1e\x1f")
WRITTEN = re.compile(r"(\d{3})[\s._-]*(\d{3})[\s._-]*(\d{3})[\s._-]*(\d{2})(?:[.,]0+)?")
NUMBER_CELL = re.compile(r"(\d{10})(?:[.,]0+)?")


def snils_digits(text: str) -> str | None:
    """The 11 digits of a СНИЛС written in any usual way; None when it has another number of digits."""
    # Millions are read: nearly all are plain digits, spaces and hyphens.
    cleaned = text.translate(SEPARATORS) if text.isascii() else ""
    if len(cleaned) == 11 and cleaned.isdigit():
        return cleaned
    match = WRITTEN.fullmatch(plain(text))
    return "".join(match.groups()) if match else None


def restored_snils(text: str) -> str | None:
    """The 11 digits of a СНИЛС whose leading zero a number cell ate, when the check number agrees."""
    match = NUMBER_CELL.fullmatch(plain(text))
    return f"0{match[1]}" if match and is_valid_snils(f"0{match[1]}") else None


def is_snils_heading(heading: str) -> bool:
    """Whether a column holds СНИЛС and nothing else, whatever other columns of people's identifiers may hold."""
    return "снилс" in WORD.findall(fold(heading))


def read_snils(text: str, *, may_restore: bool = False) -> tuple[str | None, str | None]:
    """The digits of a СНИЛС; or None and the rule (schemas.rules) that what is written breaks.

    `may_restore`: nothing but a СНИЛС may stand here, so the zero that a number cell ate is put back.
    """
    digits = snils_digits(text) or (restored_snils(text) if may_restore else None)
    if digits is None:
        return None, "snils_form"
    return (digits, None) if is_valid_snils(digits) else (None, "snils_check_digit")


def person_key(secret: str, digits: str) -> str:
    """HMAC-SHA256 of a normalised СНИЛС, 64 hexadecimal digits."""
    return hmac.digest(secret.encode(), digits.encode(), "sha256").hex()


def identifier_key(secret: str, identifier: str) -> str:
    """A key for an identifier that is no СНИЛС: its own namespace, so that it joins no staff (question 8)."""
    return hmac.new(secret.encode(), f"identifier:{plain(identifier)}".encode(), hashlib.sha256).hexdigest()
