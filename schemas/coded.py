"""Codes that programs write in front of a value: «r24 | Красноярский край», «24_m07 - Приречный район», «1) СОШ»."""

import re
from collections.abc import Callable
from typing import TypeVar

from foundation.text import plain

Value = TypeVar("Value")
BEFORE_BAR = r"(?=[^|]*[\dA-Za-z])[\w.-]{1,24} ?\| ?"
NUMBER = r"\d{1,4}(?:\) ?|\. ?(?=[^\W\d]))"
BEFORE_DASH = r"(?=[^ ]*\d)[\w.]{1,24} - "
CODE_BEFORE_DASH = r"(?=[^ ]*[A-Za-z])(?=[^ ]*\d)[A-Za-z0-9_.]{3,24} - "
"""Letters of a programmer and digits: nothing else before a dash is surely no part of a name."""
ANY_CODE = re.compile(rf"^(?:{BEFORE_BAR}|{NUMBER}|{BEFORE_DASH})(?P<value>.+)$")
SURE_CODE = re.compile(rf"^(?:{BEFORE_BAR}|{NUMBER}|{CODE_BEFORE_DASH})(?P<value>.*[^\W\d]{{2}}.*)$")


def read_with_code(text: str, read: Callable[[str], Value | None]) -> Value | None:
    """What `read` makes of a text, or of what follows a code in front of it where that is what it knows."""
    found = read(text)
    if found is not None:
        return found
    match = ANY_CODE.match(plain(text))
    return read(match["value"]) if match else None


def without_code(text: str) -> str:
    """A name or a place without the code in front of it; plain, and as it is where nothing is surely a code."""
    cleaned = plain(text)
    match = SURE_CODE.match(cleaned)
    return match["value"] if match else cleaned
