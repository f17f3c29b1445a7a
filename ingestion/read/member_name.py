"""Names of files in a ZIP, which mostly do not say in which encoding they are."""

import unicodedata
import zipfile
from contextlib import suppress

_UTF8_NAME = 0x800
_ENCODINGS = ("cp866", "cp1251")
_BY_FREQUENCY = "оеаинтсрвлкмдпуяыьгзбчйхжшюцщэфъё"
_WEIGHT = {letter: len(_BY_FREQUENCY) - rank for rank, letter in enumerate(_BY_FREQUENCY)}
_SIGNS = "№«»–—"
_NO_LETTER = -30
_UTF8_BONUS = 40  # a character: other encodings seldom happen to be UTF-8, and then in a few letters («Ёлка» in cp866)


def decoded_name(info: zipfile.ZipInfo) -> str:
    """The name as its author saw it; composed, because macOS writes «й» as two characters."""
    return unicodedata.normalize("NFC", info.filename if info.flag_bits & _UTF8_NAME else _decoded(info))


def _decoded(info: zipfile.ZipInfo) -> str:
    # Without the flag zipfile assumes cp437, which has a character for every byte.
    raw = info.filename.encode("cp437", "replace")
    readings = {raw.decode(encoding, "replace"): 0 for encoding in _ENCODINGS}
    with suppress(UnicodeDecodeError):
        text = raw.decode("utf-8")
        readings[text] = _UTF8_BONUS * sum(not symbol.isascii() for symbol in text)
    return max(readings, key=lambda text: _likeness(text) + readings[text])


def _likeness(text: str) -> int:
    """How much a text looks like Russian: frequent letters, and no capital within a word.

    Some words are words of letters in both encodings, but rarely of letters as frequent.
    """
    total = 0
    for before, symbol in zip(" " + text, text, strict=False):
        if symbol.isascii():
            continue
        letter = symbol.lower()
        total += 0 if symbol in _SIGNS else _WEIGHT.get(letter, _NO_LETTER)
        if symbol != letter and before.islower():
            total += _NO_LETTER
    return total
