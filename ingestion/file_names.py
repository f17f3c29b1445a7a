"""Names of files: how people read them, and how names of our own are kept within what a file system takes."""

import hashlib
import os
import re
import unicodedata
from pathlib import PurePath

from schemas.personal import mask

LONGEST_NAME = 255
"""Bytes of a name in every file system in use."""
LONGEST_SUFFIX = 16
OLD_ENCODINGS = ("cp1251", "cp866")
EXPECTED_IN_NAMES = re.compile(r"[A-Za-zА-Яа-яЁё0-9 ._\-№«»(),~+]")
HIDDEN_CATEGORIES = frozenset({"Cc", "Cs", "Zl", "Zp"})


def shown(name: str) -> str:
    """How a name is stored and told: readable, and without what it says of people."""
    return mask(readable(name))


def readable(name: str) -> str:
    """A name as its author saw it: bytes that are no UTF-8 are in an old Russian encoding; no control characters."""
    try:
        name.encode()
    except UnicodeEncodeError:  # bytes that the system passed on undecoded
        name = decoded(os.fsencode(name))
    return "".join("_" if unicodedata.category(symbol) in HIDDEN_CATEGORIES else symbol for symbol in name)


def decoded(raw: bytes) -> str:
    """A name that is no UTF-8, in the old Russian encoding that gives most of what stands in names of files."""
    readings = [raw.decode(encoding, "replace") for encoding in OLD_ENCODINGS]
    return max(readings, key=lambda text: len(EXPECTED_IN_NAMES.findall(text)))


def name_parts(name: str) -> tuple[str, str]:
    """Stem and suffix; what follows the last dot of a sentence is no suffix."""
    path = PurePath(name)
    if len(os.fsencode(path.suffix)) > LONGEST_SUFFIX:
        return name, ""
    return path.stem, path.suffix


def fitted(stem: str, ending: str) -> str:
    """`stem` and `ending` as one name; a stem too long for a file system is cut and told apart by its hash."""
    room = LONGEST_NAME - len(os.fsencode(ending))
    raw = os.fsencode(stem)
    if len(raw) <= room:
        return stem + ending
    mark = "-" + hashlib.sha256(raw).hexdigest()[:8]
    kept, left = [], room - len(mark)
    for symbol in stem:
        left -= len(os.fsencode(symbol))
        if left < 0:
            break
        kept.append(symbol)
    return "".join(kept).rstrip() + mark + ending
