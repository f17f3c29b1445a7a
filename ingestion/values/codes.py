"""ИНН, ОГРН, КПП, ОКТМО: form, check digits, and the one repair that is allowed (contracts.md, Formats)."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from foundation.text import plain

INN_WEIGHTS = (2, 4, 10, 3, 5, 9, 4, 6, 8)
EXPONENT = re.compile(r"^\d(?:[.,]\d+)?[eEеЕ]\+?(?P<power>\d{1,3})$")
LENGTH = 10
"""Digits of an organisation's ИНН; more of them are a person's number, whole or without its leading zero."""
LENGTH_OF_PERSON = 12
KPP = re.compile(r"^\d{4}[\dA-Z]{2}\d{3}$")


@dataclass(frozen=True)
class Code:
    """What a cell with a code says: its value, or the rule it breaks; a repair is a value with a rule."""

    value: str | None
    rule: str | None = None


def _bare(text: str) -> str:
    return re.sub(r"[\s'’`-]|[.,]0+$", "", plain(text))


def is_valid_inn(digits: str) -> bool:
    """Check digit of a 10-digit ИНН (golden check G-C02)."""
    if not re.fullmatch(r"\d{10}", digits) or digits == "0" * 10:
        return False
    total = sum(int(digit) * weight for digit, weight in zip(digits, INN_WEIGHTS, strict=False))
    return total % 11 % 10 == int(digits[9])


def is_valid_ogrn(digits: str) -> bool:
    """Check digit of a 13-digit ОГРН (golden check G-C02)."""
    return bool(re.fullmatch(r"\d{13}", digits)) and int(digits[:12]) % 11 % 10 == int(digits[12])


def oktmo_check_digit(digits: str) -> int:
    """The check digit (КЧ) that the classifier prints beside an ОКТМО of 8 or 11 digits; a file's code has none.

    Golden check G-C03; domain.md 2b, classifiers: measured on 56 702 lines of the classifier without a difference.
    """
    for first_weight in (1, 3):
        total = sum(int(digit) * ((index + first_weight - 1) % 10 + 1) for index, digit in enumerate(digits))
        if total % 11 < 10:
            return total % 11
    return 0


def parse_inn(text: str, may_repair: Callable[[str], bool]) -> Code:
    """An organisation's ИНН. A lost leading zero is put back only when `may_repair` confirms the result."""
    if exponent := EXPONENT.match(plain(text)):
        return Code(None, _rule_of_long(int(exponent["power"]) + 1) or "inn_exponent")
    digits = _bare(text)
    if broken := _rule_of_long(sum(sign.isdecimal() for sign in digits)):
        return Code(None, broken)
    if not digits.isdecimal():
        return Code(None, "inn_form")
    if len(digits) == LENGTH - 1:
        padded = "0" + digits
        repaired = is_valid_inn(padded) and may_repair(padded)
        return Code(padded, "inn_repaired") if repaired else Code(None, "inn_lost_digit")
    if len(digits) != LENGTH:
        return Code(None, "inn_form")
    return Code(digits) if is_valid_inn(digits) else Code(None, "inn_check_digit")


def _rule_of_long(length: int) -> str | None:
    if length <= LENGTH:
        return None
    return "inn_person" if length == LENGTH_OF_PERSON else "inn_long"


def parse_kpp(text: str) -> Code:
    """A КПП, by form only; one that lost its zero is padded (settled question 6)."""
    code = _bare(text).upper()
    if re.fullmatch(r"\d{8}", code):
        return Code("0" + code, "kpp_repaired")
    return Code(code) if KPP.match(code) else Code(None, "kpp_form")


def parse_ogrn(text: str) -> Code:
    """An ОГРН of 13 digits with its check digit."""
    digits = _bare(text)
    if not re.fullmatch(r"\d{13}", digits):
        return Code(None, "ogrn_form")
    return Code(digits) if is_valid_ogrn(digits) else Code(None, "ogrn_check_digit")


def parse_oktmo(text: str) -> Code:
    """An ОКТМО of 8 or 11 digits; one that lost its leading zero is padded."""
    digits = _bare(text)
    if re.fullmatch(r"\d{8}|\d{11}", digits):
        return Code(digits)
    if re.fullmatch(r"\d{7}|\d{10}", digits):
        return Code("0" + digits, "oktmo_repaired")
    return Code(None, "oktmo_form")
