"""Encoding of a text file: the mark at its start, else UTF-8 if every byte agrees, else Windows-1251 if it looks so.

What looks so is told by words, by which two and more bytes beyond ASCII are meant, and not by the share of letters in
the whole: a file may have more non-breaking spaces in its numbers than letters in its header.
"""

import codecs
import re
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from ingestion.read.errors import Refusal

_BLOCK = 1 << 20
_SAMPLE = 1 << 16
_EXPORT_AGAIN = "Выгрузите файл заново в UTF-8 или Windows-1251 и повторите"
_LETTERS = bytes([*range(0xC0, 0x100), 0xA8, 0xB8])
_SIGNS = "\xa0\xad«»“”„‘’‚‹›–—…•№§°·±€‰™©®".encode("cp1251")
_STRANGE = bytes(set(range(0x80, 0x100)) - set(_LETTERS) - set(_SIGNS))
_ALIENS = bytes([0x80, 0x81, 0x83, *range(0x8A, 0x91), 0x98, *range(0x9A, 0xA0)])  # Serbian, Macedonian, unused
_ASCII = bytes(range(0x80))
_UTF8_SEQUENCE = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}")
_FOREIGN_WORD = re.compile(rb"[\x80-\xff]{2,}")
_MOSTLY_UTF8 = 0.6
_TOO_STRANGE = 0.1
_TOO_MANY_ALIENS = 0.01
_PLAUSIBLE = 0.95
_RISING, _FALLING = re.compile("[a-zа-яё](?=[A-ZА-ЯЁ])"), re.compile("[A-ZА-ЯЁ](?=[a-zа-яё])")


def detect_encoding(path: Path) -> str:
    """The Python name of the file's encoding; raises Refusal when none fits."""
    found = path.stat()
    return _detected(path, found.st_ino, found.st_size, found.st_mtime_ns)


@lru_cache(maxsize=64)
def _detected(path: Path, *_: int) -> str:
    """Every byte has to be seen, and several parts of the reading ask: a file in one state is read once."""
    with path.open("rb") as stream:
        sample = stream.read(_SAMPLE)
    if sample.startswith(codecs.BOM_UTF8):
        _require(path, "utf-8-sig", "UTF-8")
        return "utf-8-sig"
    if sample.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        _require(path, "utf-16", "UTF-16")
        return "utf-16"
    if _holds_zero(path):
        return _utf16_without_mark(path, sample)
    broken_at = _first_undecodable(path, "utf-8")
    if broken_at is None:
        return "utf-8"
    _require_windows_1251(path, broken_at, sample)
    return "cp1251"


def _blocks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as stream:
        while block := stream.read(_BLOCK):
            yield block


def _holds_zero(path: Path) -> bool:
    return any(b"\0" in block for block in _blocks(path))


def _foreign_bytes(path: Path) -> Counter[str]:
    """How many bytes beyond ASCII there are in all and in words, and how many of them are of the telling sorts."""
    counts: Counter[str] = Counter()
    for block in _blocks(path):
        foreign = block.translate(None, _ASCII)
        words = b"".join(_FOREIGN_WORD.findall(block))
        counts["all"] += len(foreign)
        counts["aliens"] += len(foreign) - len(foreign.translate(None, _ALIENS))
        counts["in words"] += len(words)
        counts["strange"] += len(words) - len(words.translate(None, _STRANGE))
        counts["utf-8"] += sum(map(len, _UTF8_SEQUENCE.findall(words)))
    return counts


def _first_undecodable(path: Path, encoding: str) -> int | None:
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    position = 0
    with path.open("rb") as stream:
        while True:
            block = stream.read(_BLOCK)
            try:
                decoder.decode(block, final=not block)
            except UnicodeDecodeError as error:
                return position + error.start
            if not block:
                return None
            position += len(block)


def _require(path: Path, encoding: str, title: str) -> None:
    broken_at = _first_undecodable(path, encoding)
    if broken_at is not None:
        raise Refusal(f"файл помечен как {title}, но около байта {broken_at + 1} нарушен", _EXPORT_AGAIN)


def _utf16_without_mark(path: Path, sample: bytes) -> str:
    for encoding in ("utf-16-le", "utf-16-be"):
        text = sample[: len(sample) // 2 * 2].decode(encoding, "replace")
        familiar = sum(_is_familiar(symbol) for symbol in text)
        if familiar >= _PLAUSIBLE * len(text) and _first_undecodable(path, encoding) is None:
            return encoding
    raise Refusal("в тексте есть нулевые байты: это не текстовый файл или он повреждён", _EXPORT_AGAIN)


def _is_familiar(symbol: str) -> bool:
    return " " <= symbol <= "~" or symbol in "\t\r\n\xa0№«»–—…" or "А" <= symbol <= "я" or symbol in "Ёё"


def _require_windows_1251(path: Path, broken_at: int, sample: bytes) -> None:
    counts = _foreign_bytes(path)
    in_words = counts["in words"]
    if counts["utf-8"] > _MOSTLY_UTF8 * in_words:
        raise Refusal(f"текст в UTF-8 повреждён около байта {broken_at + 1}", _EXPORT_AGAIN)
    is_strange = counts["strange"] > _TOO_STRANGE * in_words or counts["aliens"] > _TOO_MANY_ALIENS * counts["all"]
    if is_strange or _is_koi8(sample):
        raise Refusal("кодировка не распознана (принимаются UTF-8, UTF-16 и Windows-1251)", _EXPORT_AGAIN)


def _is_koi8(sample: bytes) -> bool:
    """KOI8-R has the cases the other way round: read as Windows-1251 its words go from small letters to capitals."""
    text = sample.decode("cp1251", "replace")
    rising, falling = len(_RISING.findall(text)), len(_FALLING.findall(text))
    return rising > 3 and rising > 2 * falling
