"""Lists of organisations in one cell, unpivoted: «МБОУ «СОШ № 1, 8, 26»», «в филиалах А, Б, В» (domain.md 1c)."""

import re

from foundation.text import plain
from ingestion.values.obligations import responsible_group

ADDRESS = re.compile(
    r"^(?:руководител[а-я]+|директор[а-я]+|заведующ[а-я]+|в филиал[а-я]+|филиал[а-я]+ в)\s+", re.IGNORECASE
)
AND_NUMBER = re.compile(r"(?<=\d)\s+и\s+(?=№?\s*\d)")
AND_SCHOOL = re.compile(r"\s+и\s+(?=[МГФЧК][А-Я]{0,4}(?:ОУ|ДО|ЦО|У)\b)")
"""«… № 47 и МБОУ …»: two schools, where a bare «и» may be part of a name."""
BARE_NUMBER = re.compile(r"^№?\s*(\d+)\W*$")
LAST_NUMBER = re.compile(r"(\d+)(?=\D*$)")
SEPARATORS = frozenset(",;\n")
OPENING, CLOSING = frozenset("«“„"), frozenset("»”")


def split_names(text: str) -> list[str]:
    """The names of a list, each complete: a bare number takes the rest of its name from the one before it."""
    names: list[str] = []
    for part in _parts(AND_SCHOOL.sub("; ", AND_NUMBER.sub(", ", text))):
        bare = BARE_NUMBER.match(part)
        if bare and names and LAST_NUMBER.search(names[-1]):
            names.append(LAST_NUMBER.sub(bare[1], names[-1]))
        else:
            names.append(part if responsible_group(part) else _with_quotes_closed(ADDRESS.sub("", part)))
    return list(dict.fromkeys(name for name in names if name))


def _parts(text: str) -> list[str]:
    """Cut at separators outside quotes; inside them only where a bare number follows.

    One closing mark before a separator closes all: «ЦДОД «Родничок».
    """
    parts, depth, start = [], 0, 0
    for index, sign in enumerate(text):
        depth += (sign in OPENING) - (sign in CLOSING)
        if sign in CLOSING and text[index + 1 : index + 2] in {*SEPARATORS, ""}:
            depth = 0
        if sign in SEPARATORS and (depth <= 0 or BARE_NUMBER.match(_up_to_separator(text[index + 1 :]))):
            parts.append(plain(text[start:index]))
            start = index + 1
    return [part for part in (*parts, plain(text[start:])) if part]


def _up_to_separator(text: str) -> str:
    return plain(re.split(r"[,;\n]", text, maxsplit=1)[0])


def _with_quotes_closed(name: str) -> str:
    missing = sum(name.count(sign) for sign in OPENING) - sum(name.count(sign) for sign in CLOSING)
    return name + "»" * max(missing, 0)
